"""Server time of the console's pages about the programme: 3,000 teams and 200 versions."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time

import httpx

from bot import wiring
from bot.admin.programme_yaml import text_of
from bot.core.access import OPERATOR
from bot.core.audit import AuditEntry
from bot.core.languages import Tongues
from bot.core.programme import Department, Programme, Team
from bot.pages import Ahead, Content, programme_routes_in
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows.catalogue import stored_form
from bot.workflows.programme_desk import ProgrammeDesk
from config.content import national_support, programme_in
from storage import programme_proposals, programmes
from storage.engine import Storage
from storage.migrate import migrate
from storage.programme_proposals import NewProposal
from tests.bench.report import Line

DEPARTMENTS, TEAMS, VERSIONS = 100, 30, 200
GOAL_MS = 100.0
TIMES = 7
NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


def large(version: int) -> Programme:
    """The example's force with thousands of teams, some of them changed in each version."""
    example = wiring.read_programme(wiring.example_programme_path())
    departments = [
        Department(
            id=f"department-{place}",
            name=f"Department {place}",
            teams=[
                Team(
                    id=f"team-{place}-{number}",
                    name=f"Team {place} {number}",
                    headcount=20 + (version + number if place == version % DEPARTMENTS else number),
                    supervisors=2,
                )
                for number in range(TEAMS)
            ],
        )
        for place in range(DEPARTMENTS)
    ]
    force = example.force.model_copy(update={"departments": departments})
    pulse = example.check_in("weekly-pulse")
    return example.model_copy(update={"force": force, "check_ins": [pulse]})


async def measure(folder: Path) -> list[Line]:
    """Open every page, save a setting and look at a file; in time of the processor."""
    folder.mkdir()
    url = f"sqlite+aiosqlite:///{folder / 'programme.db'}"
    await migrate(url)
    storage = Storage(url)
    try:
        await _fill(storage)
        return await _pages(storage)
    finally:
        await storage.close()


async def _fill(storage: Storage) -> None:
    entry = AuditEntry("bench", "save programme", "force fenmarch", "why")
    for version in range(1, VERSIONS + 1):
        content = stored_form(large(version))
        at = NOW - timedelta(days=VERSIONS - version)
        async with storage.transaction("fill") as tx:
            await programmes.append(tx, content, "Kestrel", f"change {version}", at, entry)
    new = NewProposal(VERSIONS - 1, stored_form(large(0)), "Heron", "staff-heron", "heads of 2027")
    async with storage.transaction("fill") as tx:
        await programme_proposals.add(tx, new, entry, NOW)


async def _pages(storage: Storage) -> list[Line]:
    instruments = wiring.instruments_by_key()
    known = list(instruments.values())
    national = national_support()
    content = Content(instruments, national, lambda text: programme_in(text, "file", known))
    routes = programme_routes_in(storage, lambda: NOW, OpenDoor(), Tongues(), content)
    application = web_application(routes, allowed_hosts=["bench"], on_loopback=True)
    transport = httpx.ASGITransport(application)
    await Ahead(storage, lambda: NOW, content).make_ready()
    lines: list[Line] = []
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        for what, path in (
            ("programme: overview", "/programme"),
            ("programme: versions", "/programme/versions"),
            ("programme: one version", "/programme/versions/{version}"),
            ("programme: difference", "/programme/differences?from=1&to={version}"),
            ("programme: way back", "/programme/versions/{version}/restore"),
            ("programme: settings", "/programme/settings"),
            ("programme: changes", "/changes"),
            ("programme: one change", "/changes/1"),
        ):
            lines += await _page(client, what, path)
    lines += await _slow_ones(ProgrammeDesk(storage, lambda: NOW, instruments, national), content)
    return lines


async def _page(client: httpx.AsyncClient, what: str, path: str) -> list[Line]:
    async def once(version: int) -> float:
        begin = process_time()
        answer = await client.get(path.format(version=version))
        answer.raise_for_status()
        return 1000 * (process_time() - begin)

    # Each time another version, that nobody has read before.
    times = [await once(VERSIONS - 1 - place) for place in range(1 + TIMES)]
    first, figure = times[0], median(times[1:])
    detail = f"{max(times[1:]):.0f} ms at most"
    goal = f"under {GOAL_MS:.0f} ms"
    return [
        Line(f"{what}, first view", f"{first:.1f} ms", goal, first < GOAL_MS),
        Line(what, f"{figure:.1f} ms", goal, figure < GOAL_MS, detail),
    ]


async def _slow_ones(desk: ProgrammeDesk, content: Content) -> list[Line]:
    """What is done seldom, and takes longer: a save with all checks, and a whole file."""
    version = await desk.current()
    assert version is not None
    force = version.programme.force.model_copy(update={"name": "Fenmarch Police"})
    changed = version.programme.model_copy(update={"force": force})
    begin = process_time()
    await desk.save(changed, VERSIONS, OPERATOR, "renamed")
    saved = process_time() - begin
    begin = process_time()
    text = text_of(version.programme)
    written = process_time() - begin
    begin = process_time()
    content.read_programme(text)
    read = process_time() - begin
    detail = "in a thread of its own"
    return [
        Line("programme: a save", f"{saved:.2f} s", "under 1 s", saved < 1),
        Line("programme: a file is written", f"{written:.2f} s", "under 2 s", written < 2, detail),
        Line("programme: a file is read", f"{read:.2f} s", "under 3 s", read < 3, detail),
    ]
