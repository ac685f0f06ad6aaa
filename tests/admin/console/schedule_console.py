"""Somebody before the pages about check-ins, and what they type."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import httpx
import pytest

from bot.core.contact_times.duty_patterns import OFFICE
from bot.core.languages import Tongues
from bot.core.programme import Programme
from bot.core.year_ahead.days import NOTHING_YET, UnderWay
from bot.core.year_ahead.patterns import PatternAhead, pattern_ahead
from bot.pages import schedule_routes_in
from bot.web.application import web_application
from bot.workflows import programme, schedule_desk
from bot.workflows.programme_desk import ProgrammeDesk
from config.translations import load_translations
from storage.engine import Storage
from tests.admin.console.consoles import (
    KESTREL,
    Console,
    NamedDoor,
    content,
    with_admins,
)
from tests.admin.overseen import Clock
from tests.programmes import pulse_alone
from tests.workflows.office import at

GOOD: dict[str, Any] = {
    "title_en": "Trust",
    "title_cy": "Ymddiriedaeth",
    "instrument": "trust@1",
    "invites": "yes",
    "audience": "everyone",
    "starts_on": "2027-01-07",
    "often": "quarter",
    "on": "Thursday",
    "prompts": "1",
    "opens": "11:00",
    "closes": "20:00",
    "reminder": "48",
    "reason": "We want to know.",
    "version": "1",
}


def office_alone(
    programme: Programme, begins: date, under_way: UnderWay = NOTHING_YET
) -> tuple[PatternAhead, ...]:
    """Return what the one pattern gets that has one turn."""
    return (pattern_ahead(programme, begins, OFFICE, under_way),)


@asynccontextmanager
async def before(storage: Storage, document: Programme | None = None) -> AsyncIterator[Console]:
    clock = Clock(at(0, 9))
    if document is not None:
        await programme.load(storage, document, "test", "test", clock)
    await with_admins(storage, KESTREL)
    door, files = NamedDoor(KESTREL), content()
    routes = schedule_routes_in(storage, clock, door, Tongues(load_translations()), files)
    application = web_application(routes, allowed_hosts=["console.example"], on_loopback=True)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://console.example") as client:
        desk = ProgrammeDesk(storage, clock, files.instruments, files.national)
        yield Console(client, storage, door, desk, clock)


@pytest.fixture
async def console(sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Console]:
    """An admin before the pages, of a force with one check-in and, for speed, one pattern."""
    monkeypatch.setattr(schedule_desk, "patterns_ahead", office_alone)
    storage = Storage(sqlite_database)
    async with before(storage, pulse_alone()) as opened:
        yield opened
    await storage.close()


async def previewed(console: Console, path: str, **changes: Any) -> str:
    """Ask for a preview; return the page, tags included."""
    answer = await console.post(path, **{**GOOD, **changes, "do": "preview"})
    assert answer.status_code == 200, answer.text
    return answer.text


async def saved(console: Console, path: str, **changes: Any) -> str:
    """Look at a preview, save what was looked at, and return where it leads."""
    page = await previewed(console, path, **changes)
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return await console.sent(path, **{**GOOD, **changes, "do": "save", "seen": found[1]})
