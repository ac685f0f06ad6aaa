"""Server time of the console's pages about check-ins and rounds: 3,000 teams, 200 versions."""

import secrets
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import httpx

from bot import wiring
from bot.admin.console.check_ins_form import TEXTS, filled_in
from bot.core.audit import AuditEntry
from bot.core.calendar import local_day
from bot.core.languages import Tongues
from bot.core.programme import Programme
from bot.core.rounds import RoundState
from bot.pages import Ahead, Content, schedule_routes_in
from bot.sealing.process_keys import opening_keys
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows import key_pool, rounds
from bot.workflows.catalogue import stored_form
from config.content import national_support, programme_in
from storage import programmes, sealing_keys
from storage import rounds as stored
from storage.engine import Storage
from storage.migrate import migrate
from storage.rounds import Round
from tests.bench.programme import NOW, VERSIONS, large
from tests.bench.report import Line
from tests.storage.rows import Key

GOAL_MS = 100.0
TIMES = 7
PAST_ROUNDS = 100


async def measure(folder: Path) -> list[Line]:
    """Open the pages and look at a preview; in time of the processor."""
    folder.mkdir()
    url = f"sqlite+aiosqlite:///{folder / 'schedule.db'}"
    await migrate(url)
    storage = Storage(url)
    try:
        await _fill(storage, folder)
        return await _pages(storage)
    finally:
        await storage.close()


def whole(version: int) -> Programme:
    """A large force with every check-in of the example."""
    example = wiring.read_programme(wiring.example_programme_path())
    return large(version).model_copy(update={"check_ins": example.check_ins})


async def _fill(storage: Storage, folder: Path) -> None:
    """Store every version, the rounds that are open, and the rounds of some years."""
    entry = AuditEntry("bench", "save programme", "force fenmarch", "why")
    async with storage.transaction("fill") as tx:
        for version in range(1, VERSIONS + 1):
            await programmes.append(tx, stored_form(whole(version)), "Kestrel", "why", NOW, entry)
    keys = opening_keys(folder / "keys")
    await key_pool.make_keys(storage, keys, 12, lambda: NOW, secrets.token_bytes, "bench")
    await rounds.open_due(storage, wiring.instruments_by_key(), lambda: NOW)
    async with storage.transaction("fill") as tx:
        units = (await stored.all(tx))[0].units
        for number in range(1, PAST_ROUNDS + 1):
            await sealing_keys.add(tx, Key(f"key-{number}"))
            await sealing_keys.mark_destroyed(tx, f"key-{number}")
            at = NOW - timedelta(weeks=4 * number)
            day = local_day(at, "Europe/London")
            row = Round(
                id=f"weekly-pulse-{day}",
                check_in="weekly-pulse",
                opens_on=day,
                state=RoundState.SHREDDED,
                closes_at=at,
                prompts_opened=4,
                programme_version=1,
                sealing_key=f"key-{number}",
                units=units,
                released_at=at,
            )
            await stored.open(tx, row)


async def _pages(storage: Storage) -> list[Line]:
    instruments = wiring.instruments_by_key()
    known = list(instruments.values())
    content = Content(
        instruments, national_support(), lambda text: programme_in(text, "file", known)
    )
    ahead = Ahead(storage, lambda: NOW, content)
    routes = schedule_routes_in(storage, lambda: NOW, OpenDoor(), Tongues(), content, ahead)
    application = web_application(routes, allowed_hosts=["bench"], on_loopback=True)
    transport = httpx.ASGITransport(application)
    typed = {**_typed(), "version": str(VERSIONS), "do": "preview", "on": "Tuesday"}
    lines = [await _worked_ahead(ahead)]
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        for what, method, path in (
            ("schedule: rounds", "GET", "/rounds"),
            ("schedule: past rounds", "GET", "/rounds?skip=40"),
            ("schedule: check-ins", "GET", "/check-ins"),
            ("schedule: one check-in", "GET", "/check-ins/weekly-pulse"),
            ("schedule: a preview", "POST", "/check-ins/weekly-pulse"),
            ("schedule: calendar file", "GET", "/check-ins/calendar.ics"),
        ):
            lines += await _page(client, what, method, path, typed)
        # Other hours suit other days: less of what is kept can be used than for another weekday.
        what, hours = "schedule: a preview of other hours", {"opens": "10:00", "closes": "18:00"}
        lines += await _page(client, what, "POST", "/check-ins/weekly-pulse", {**typed, **hours})
    return lines


async def _worked_ahead(ahead: Ahead) -> Line:
    """Do what the dashboard's process does beside its pages within a minute of a change."""
    begin = process_time()
    await ahead.make_ready()
    seconds = process_time() - begin
    begin = process_time()
    await ahead.make_ready()
    detail = f"{1000 * (process_time() - begin):.1f} ms each minute in which nothing changed"
    what = "schedule: worked out ahead, beside the pages"
    return Line(what, f"{seconds:.2f} s", "under 4 s", seconds < 4, detail)


def _typed() -> dict[str, Any]:
    """What the form of the weekly pulse sends as it stands."""
    programme = whole(VERSIONS)
    typed = filled_in(programme.check_in("weekly-pulse"), programme)
    titles = {f"title_{language}": text for language, text in typed.titles.items()}
    texts = {name: typed.one(name) for name in TEXTS}
    return {**titles, **texts, "invites": "yes", "audience": "everyone"}


async def _page(
    client: httpx.AsyncClient, what: str, method: str, path: str, typed: dict[str, Any]
) -> list[Line]:
    async def once() -> float:
        begin = process_time()
        answer = await client.request(method, path, data=typed if method == "POST" else None)
        answer.raise_for_status()
        return 1000 * (process_time() - begin)

    # As in the running process: what can be known before anybody asks is known.
    first = await once()
    figure = median([await once() for _ in range(TIMES)])
    goal = f"under {GOAL_MS:.0f} ms"
    return [
        Line(f"{what}, first view", f"{first:.1f} ms", goal, first < GOAL_MS),
        Line(what, f"{figure:.1f} ms", goal, figure < GOAL_MS),
    ]
