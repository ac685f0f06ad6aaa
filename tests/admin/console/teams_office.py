"""An admin before the pages about teams, with the officers' process a call away."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx
from starlette.applications import Starlette

from bot import wiring
from bot.admin.console.teams import department_routes
from bot.admin.console.teams_codes import code_routes
from bot.admin.console.teams_import import Preview, import_routes
from bot.admin.console.teams_one import one_team_routes
from bot.admin.console.teams_packs import Packs
from bot.admin.console.teams_posters import poster_routes
from bot.admin.console.teams_reading import PATIENCE, Readings
from bot.core.access import Role, Visitor
from bot.core.programme import Programme
from bot.web.application import web_application
from bot.workflows import errands, programme, team_errands
from bot.workflows.programme_desk import ProgrammeDesk
from bot.workflows.team_desk import TeamDesk
from config.content import national_support
from storage.engine import Storage
from tests.admin.console.consoles import NamedDoor, words
from tests.people import with_access
from tests.workflows.office import Office, an_office

__all__ = ["Console", "a_console", "hidden", "words"]

BOT = "fenmarch_bot"
ROBIN = Visitor("Robin Reed", frozenset({Role.ADMIN}))
KIT = Visitor("Kit Marsh", frozenset({Role.AUDITOR}))


@dataclass
class Console:
    """An admin's browser, and what it stands before."""

    client: httpx.AsyncClient
    office: Office
    application: Starlette
    door: NamedDoor
    packs: Packs
    readings: Readings[Preview]

    async def get(self, path: str, status: int = 200) -> str:
        """Open a page and return it."""
        answer = await self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    async def post(self, path: str, **fields: object) -> httpx.Response:
        """Send a page's form."""
        # A form without a field is sent with one more: httpx would send no form at all.
        return await self.client.post(path, data={"sent": "yes", **fields})

    async def upload(
        self, path: str, name: str, content: bytes, **fields: object
    ) -> httpx.Response:
        """Send a page's form with a file; return what came of it, once that is known."""
        answer = await self.client.post(path, files={"file": (name, content)}, data=fields)
        if answer.status_code == 303 and answer.headers["location"].startswith(f"{path}/"):
            await self.readings.settle()
            return await self.client.get(answer.headers["location"])
        return answer

    async def carry_out(self) -> None:
        """Do what was asked for, as the officers' process does within seconds."""
        office = self.office
        handlers = team_errands.handlers(office.storage, office.address, office.clock)
        await errands.carry_out_due(office.storage, handlers, office.clock)

    async def programme(self) -> Programme:
        """Return the programme in force."""
        return (await programme.current(self.office.storage)).programme

    async def version(self) -> int:
        """Return the number of the version in force."""
        return (await programme.current(self.office.storage)).version


@asynccontextmanager
async def a_console(
    database_url: str,
    folder: Path,
    *,
    document: Programme | None = None,
    visitor: Visitor = ROBIN,
    bot_name: str | None = BOT,
    pages_url: str | None = None,
    empty: bool = False,
    patience: float = PATIENCE,
) -> AsyncIterator[Console]:
    """The pages about teams before a real database, which they may reach by another account.

    Where it is `empty`, nothing was ever loaded.
    """
    async with an_office(database_url, folder, keys=False, document=document) as office:
        await with_access(office.storage, ROBIN)
        storage = Storage(pages_url) if pages_url else office.storage
        if empty:
            await office.change("DROP TRIGGER programme_refuses_delete")
            await office.change("DELETE FROM programme")
        desk = TeamDesk(storage, office.clock, secrets.token_bytes)
        changes = ProgrammeDesk(
            storage, office.clock, wiring.instruments_by_key(), national_support()
        )
        door = NamedDoor(visitor)
        packs = Packs(office.clock, secrets.token_bytes)
        readings: Readings[Preview] = Readings(office.clock, secrets.token_bytes, patience)
        routes = [
            *import_routes(desk, changes, door, readings),
            *poster_routes(desk, changes, door, lambda: bot_name, national_support(), packs),
            *code_routes(desk, changes, door, lambda: bot_name, national_support()),
            *department_routes(desk, changes, door),
            *one_team_routes(desk, changes, door),
        ]
        hosts = ["console.example", "127.0.0.1"]
        application = web_application(routes, allowed_hosts=hosts, on_loopback=True)
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://console.example"
        ) as client:
            yield Console(client, office, application, door, packs, readings)
        if storage is not office.storage:
            await storage.close()


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)">', page)
    assert found, f"there is no hidden field {name}"
    return unescape(found[1])
