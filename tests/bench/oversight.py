"""Server time of support directory, audit trail and health: 3,000 teams, 100,000 entries."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import cast

import httpx
from sqlalchemy import insert

from bot import wiring
from bot.admin.console.trail import trail_routes
from bot.admin.health_pages import health_routes
from bot.core.audit import FIRST, AuditEntry, entry_hash
from bot.core.languages import Tongues
from bot.core.programme import Programme
from bot.pages import Content, support_routes_in
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows.catalogue import stored_form
from bot.workflows.health import Oversight
from bot.workflows.trail import verify_trail
from bot.workflows.trail_desk import TrailDesk
from config.content import national_support
from config.translations import load_translations
from storage import programmes
from storage.engine import Storage
from storage.migrate import migrate
from storage.tables import audit
from tests.bench.programme import GOAL_MS, large
from tests.bench.report import Line

ENTRIES = 100_000
TIMES = 7
NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


async def measure(folder: Path) -> list[Line]:
    """Open every page, and go through the whole trail."""
    folder.mkdir()
    url = f"sqlite+aiosqlite:///{folder / 'oversight.db'}"
    await migrate(url)
    storage = Storage(url)
    try:
        await _fill(storage)
        return [*await _pages(storage), *await _trail(storage)]
    finally:
        await storage.close()


async def _fill(storage: Storage) -> None:
    previous, rows = FIRST, []
    for number in range(1, ENTRIES):
        act = "a rare act" if number == 500 else f"act {number % 31}"
        entry = AuditEntry(f"admin {number % 7}", act, f"team {number}", "a reason, as people give")
        at = NOW - timedelta(minutes=ENTRIES - number)
        made = entry_hash(previous, number, at, entry)
        row = {"sequence": number, "at": at, **vars(entry), "previous_hash": previous, "hash": made}
        rows.append(row)
        previous = made
    async with storage.transaction("fill") as tx:
        await tx.execute(insert(audit), rows)
        entry = AuditEntry("bench", "save programme", "force fenmarch", "why")
        await programmes.append(tx, stored_form(large(1)), "Kestrel", "first", NOW, entry)


async def _pages(storage: Storage) -> list[Line]:
    national, door = national_support(), OpenDoor()
    content = Content(wiring.instruments_by_key(), national, lambda _: cast(Programme, None))
    oversight = Oversight(storage, lambda: NOW, national, "serve")
    tongues = Tongues(load_translations())
    routes = [
        *support_routes_in(storage, lambda: NOW, door, tongues, content),
        *trail_routes(TrailDesk(storage, lambda: NOW), door),
        *health_routes(oversight, door),
    ]
    application = web_application(routes, allowed_hosts=["bench"], on_loopback=True)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        return [
            await _page(client, what, path)
            for what, path in (
                ("support: directory", "/support"),
                ("support: what officers see", "/support/preview"),
                ("support: one entry", "/support/entries/fenmarch-eap"),
                ("trail: newest", "/trail"),
                ("trail: older", "/trail?before=50000"),
                ("trail: a rare act", "/trail?act=a+rare+act"),
                ("trail: nobody", "/trail?actor=nobody"),
                ("health", "/health"),
            )
        ]


async def _page(client: httpx.AsyncClient, what: str, path: str) -> Line:
    async def once() -> float:
        begin = process_time()
        (await client.get(path)).raise_for_status()
        return 1000 * (process_time() - begin)

    times = [await once() for _ in range(TIMES)]
    figure = median(times)
    detail = f"{max(times):.0f} ms the first time"
    return Line(what, f"{figure:.1f} ms", f"under {GOAL_MS:.0f} ms", figure < GOAL_MS, detail)


async def _trail(storage: Storage) -> list[Line]:
    begin = perf_counter()
    verified = await verify_trail(storage)
    took = perf_counter() - begin
    assert verified.broken is None
    detail = f"{verified.entries:,} entries"
    return [Line("trail: gone through", f"{took:.1f} s", "under 30 s", took < 30, detail)]
