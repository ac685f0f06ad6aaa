"""A console for tests: its pages on a real database, and whoever stands before it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot import wiring
from bot.core.access import Role, Visitor
from bot.core.audit import AuditEntry
from bot.core.languages import Tongues
from bot.core.programme import Programme
from bot.core.staff import Member
from bot.pages import Content, programme_routes_in
from bot.web.application import web_application
from bot.web.sign_in import Door
from bot.web.templating import message_page
from bot.workflows import programme
from bot.workflows.programme_desk import ProgrammeDesk
from config.content import national_support, programme_in
from config.translations import load_translations
from storage import staff
from storage.engine import Storage
from tests.admin.overseen import Clock
from tests.programmes import pulse_alone

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
ADMIN = frozenset({Role.ADMIN})
KESTREL = Visitor("Kestrel", ADMIN, "staff-kestrel")
HERON = Visitor("Heron", ADMIN, "staff-heron")
AUDITOR = Visitor("Owl", frozenset({Role.AUDITOR}), "staff-owl")
LEAD = Visitor("Lark", frozenset({Role.LEAD}), "staff-lark")


class NamedDoor(Door):
    """Lets in whom the test names; None for nobody."""

    can_leave = False

    def __init__(self, who: Visitor | None = KESTREL) -> None:
        self.who = who

    async def visitor(self, request: Request) -> Visitor | None:
        """Return whoever the test named."""
        return self.who

    def turn_away(self, request: Request) -> Response:
        """Turn nobody away with a page of its own."""
        return message_page(request, 403, "Sign in", "Sign in first.")

    def routes(self) -> list[BaseRoute]:
        """Return no pages."""
        return []


@dataclass
class Console:
    """A browser before the pages, and what is behind them."""

    client: httpx.AsyncClient
    storage: Storage
    door: NamedDoor
    desk: ProgrammeDesk
    clock: Clock

    async def get(self, path: str, status: int = 200) -> str:
        """Open a page and return its text, tags included."""
        answer = await self.client.get(path)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.text

    async def reads(self, path: str, status: int = 200) -> str:
        """Return what a person reads of a page."""
        return words(await self.get(path, status))

    async def post(self, path: str, **fields: object) -> httpx.Response:
        """Send a page's form."""
        return await self.client.post(path, data=fields)

    async def sent(self, path: str, **fields: object) -> str:
        """Send a page's form and return where it leads."""
        answer = await self.post(path, **fields)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def refused(self, path: str, status: int = 422, **fields: object) -> str:
        """Send a page's form with something wrong and return what a person reads then."""
        answer = await self.post(path, **fields)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return words(answer.text)

    async def programme(self) -> Programme:
        """Return the programme in force."""
        return (await programme.current(self.storage)).programme

    async def newest(self) -> int:
        """Return the number of the version in force."""
        return await self.desk.newest_version()


async def with_admins(storage: Storage, *visitors: Visitor) -> None:
    """Give people access, where they have none yet."""
    async with storage.transaction("admins") as tx:
        for each in visitors:
            assert each.staff_id is not None
            if await staff.get(tx, each.staff_id) is None:
                member = Member(each.staff_id, each.name, each.roles, None, NOW, NOW, None)
                await staff.add(tx, member, AuditEntry("test", "add staff", each.name), NOW)


def content() -> Content:
    """Return what comes with the product."""
    instruments = wiring.instruments_by_key()
    known = list(instruments.values())
    return Content(
        instruments,
        national_support(),
        lambda text: programme_in(text, "the programme", known, columns=True),
    )


@asynccontextmanager
async def a_console(
    storage: Storage, who: Visitor | None = KESTREL, document: Programme | None = None
) -> AsyncIterator[Console]:
    """A console before a database that has the example programme in force."""
    await programme.load(storage, document or pulse_alone(), "test", "the first", lambda: NOW)
    async with an_empty_console(storage, who) as console:
        yield console


@asynccontextmanager
async def an_empty_console(
    storage: Storage, who: Visitor | None = KESTREL
) -> AsyncIterator[Console]:
    """A console before a database without any programme."""
    if who is not None:
        await with_admins(storage, who)
    door, files, clock = NamedDoor(who), content(), Clock(NOW)
    application = application_of(storage, door, clock, "console.example")
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://console.example") as client:
        desk = ProgrammeDesk(storage, clock, files.instruments, files.national)
        yield Console(client, storage, door, desk, clock)


def application_of(storage: Storage, door: Door, clock: Clock, host: str) -> Starlette:
    """Return the pages of the programme."""
    tongues = Tongues(load_translations())
    routes = programme_routes_in(storage, clock, door, tongues, content())
    return web_application(routes, allowed_hosts=[host], on_loopback=True)


def words(page: str) -> str:
    """What a person reads of a page."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub("<[^>]*>", " ", main)).split())


def fields_of(page: str) -> dict[str, Any]:
    """What a page's form would send as it stands: the text fields, boxes and hidden values."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        at = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if at.get("type") == "checkbox" and " checked" not in tag:
            continue
        name, value = at.get("name", ""), unescape(at.get("value", ""))
        if at.get("type") == "checkbox" and name in found:
            before = found[name]
            found[name] = [*(before if isinstance(before, list) else [before]), value]
        elif name:
            found[name] = value
    for name, text in re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>(.*?)</textarea>', page, re.S):
        found[name] = unescape(text)
    return found
