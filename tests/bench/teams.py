"""Server time of the pages about teams with 3,000 teams, every check-in open; imports; posters."""

import io
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from openpyxl import Workbook

from bot.core.programme import Department, Programme, Team
from bot.web.templating import compile_ahead
from bot.workflows import rounds
from storage.migrate import migrate
from tests.admin.console.teams_office import Console, a_console, hidden
from tests.bench.report import Line
from tests.programmes import the_example

TEAMS, DEPARTMENTS = 3_000, 10
"""As few departments as make one that fills a file of posters."""

POSTERS = 300
PAGE_MS, IMPORT_S, PACK_S = 100.0, 5.0, 30.0
TIMES = 7


def large_force() -> Programme:
    """Return the example programme with thousands of teams."""
    example = the_example()
    each = TEAMS // DEPARTMENTS
    departments = [
        Department(
            id=f"department-{place}",
            name=f"Department {place}",
            teams=[
                Team(
                    id=f"team-{place}-{number}",
                    name=f"Team {place} {number}",
                    headcount=8 + (place * 7 + number * 13) % 60,
                    supervisors=2,
                    high_stress=number % 3 == 0,
                )
                for number in range(each)
            ],
        )
        for place in range(DEPARTMENTS)
    ]
    force = example.force.model_copy(update={"departments": departments})
    return example.model_copy(update={"force": force})


async def measure(folder: Path) -> list[Line]:
    """Open every kind of page, import a table of all teams, and make a full file of posters."""
    folder.mkdir()
    url = f"sqlite+aiosqlite:///{folder / 'teams.db'}"
    await migrate(url)
    async with a_console(url, folder, document=large_force()) as admin:
        office = admin.office
        await office.fill_pool()
        await rounds.open_due(office.storage, office.instruments, office.clock)
        compile_ahead(("bot.lead", "bot.admin"))
        open_now = await office.number("SELECT count(*) FROM round WHERE state = 'open'")
        lines = [
            line
            for what, path in (
                ("departments", "/teams"),
                ("search", "/teams?q=team 3 1"),
                ("one department", "/teams/departments/department-3"),
                ("one team", "/teams/team-3-4"),
                ("posters to choose", "/teams/posters?of=department-3"),
            )
            for line in await _page(admin, what, path, open_now)
        ]
        lines.append(await _posters(admin))
    # Into a force of nine teams: a list that takes half of a force away is refused.
    for kind, made in (("CSV", _csv), ("XLSX", _xlsx)):
        url = f"sqlite+aiosqlite:///{folder / f'{kind}.db'}"
        await migrate(url)
        (folder / kind).mkdir()
        async with a_console(url, folder / kind) as admin:
            lines.append(await _import(admin, kind, made))
    return lines


async def _page(admin: Console, what: str, path: str, open_now: int) -> list[Line]:
    async def once() -> float:
        begin = process_time()
        answer = await admin.client.get(path)
        answer.raise_for_status()
        return 1000 * (process_time() - begin)

    first = await once()
    again = median([await once() for _ in range(TIMES)])
    goal, detail = f"under {PAGE_MS:.0f} ms", f"{open_now} open rounds"
    return [
        Line(f"teams: {what}, first view", f"{first:.1f} ms", goal, first < PAGE_MS, detail),
        Line(f"teams: {what}", f"{again:.1f} ms", goal, again < PAGE_MS, detail),
    ]


def _rows(name: str) -> list[list[str | int]]:
    heading: list[str | int] = ["department", "team", "headcount", "supervisors", "high_stress"]
    rows = [heading]
    for number in range(TEAMS):
        department = f"Department {number % DEPARTMENTS}"
        rows.append([department, f"{name} {number}", 9 + number % 50, 2, "no"])
    return rows


def _csv() -> bytes:
    return "\n".join(",".join(map(str, row)) for row in _rows("New team")).encode()


def _xlsx() -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Teams")
    for row in _rows("Other team"):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def _import(admin: Console, kind: str, made: Callable[[], bytes]) -> Line:
    content = made()
    begin = perf_counter()
    page = await admin.upload("/teams/import", f"teams.{kind.lower()}", content)
    page.raise_for_status()
    looked = perf_counter() - begin
    names = ("version", "name", "rows", "whole_list")
    fields = {name: (None, hidden(page.text, name)) for name in names}
    fields["reason"] = (None, f"from {kind}")
    begin = perf_counter()
    answer = await admin.client.post("/teams/import/save", files=fields)
    assert answer.status_code == 303, answer.text
    seconds = looked + perf_counter() - begin
    what = f"teams: {TEAMS:,} imported from {kind}"
    detail = f"{looked:.2f} s to look at"
    return Line(what, f"{seconds:.2f} s", f"under {IMPORT_S:.0f} s", seconds < IMPORT_S, detail)


async def _posters(admin: Console) -> Line:
    begin = perf_counter()
    answer = await admin.post("/teams/posters", of="department-3", part="")
    assert answer.status_code == 303, answer.text
    page = answer.headers["location"]
    await admin.packs.settle()
    await admin.carry_out()
    file = await admin.client.get(f"{page}/posters.pdf")
    file.raise_for_status()
    seconds = perf_counter() - begin
    detail = f"{len(file.content) / 1e6:.0f} MB"
    what = f"teams: posters for {POSTERS}, codes in force"
    return Line(what, f"{seconds:.1f} s", f"under {PACK_S:.0f} s", seconds < PACK_S, detail)
