"""Files of a large force: the pack, the workbook, the page of files, and everything as a table."""

import resource
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import httpx

from bot.core.disclosure.release import Release
from bot.lead.exports.csv import csv_of
from bot.lead.exports.files import before_of
from bot.lead.exports.pack.printing import pack_of
from bot.lead.exports.png import pictures_of
from bot.lead.exports.routes import export_routes
from bot.lead.exports.xlsx import release_as_xlsx
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows.report import Results
from tests.bench.pages import five_years
from tests.bench.report import Line

TIMES = 5


@dataclass
class _Reports:
    """Releases that are in memory already: reading them is measured with the pages."""

    newest_first: tuple[Release, ...]

    async def results(self) -> Results:
        return Results("Bench", (), self.newest_first)

    async def departments_asked(self, round_id: str) -> tuple[str, ...]:
        return ()


async def measure(folder: Path) -> list[Line]:
    """Make every file of the release with the most themes, with five years before it."""
    releases = tuple(reversed(list(five_years())))
    release = max(releases[:20], key=lambda each: len(each.content))
    before = before_of(releases, release)
    themes = len(release.document["scales"])
    return [
        _made(
            f"pack of {len(release.groups)} groups, {themes} themes, {len(before)} releases before",
            lambda: pack_of(release, before, pictures_of(release, before)),
            3.0,
        ),
        _made("workbook of the same release", lambda: release_as_xlsx(release), 3.0),
        await _page(releases, release),
        _streamed(releases[::-1]),
    ]


def _made(what: str, make: Callable[[], bytes], goal: float) -> Line:
    begin, cpu = perf_counter(), _worked()
    size = len(make())
    # As the pages are measured: what else runs here does not count.
    first, worked = perf_counter() - begin, _worked() - cpu
    detail = f"{size / 1e6:.1f} MB; {first:.2f} s on the clock, libraries loaded"
    return Line(what, f"{worked:.2f} s", f"under {goal:.0f} s", worked < goal, detail)


def _worked() -> float:
    """Return the processor time of this process and of those it started and that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + ended.ru_utime + ended.ru_stime


async def _page(releases: tuple[Release, ...], release: Release) -> Line:
    routes = export_routes(_Reports(releases), OpenDoor())
    application = web_application(routes, allowed_hosts=["bench"], on_loopback=True)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        taken = [await _milliseconds(client.get, release) for _ in range(TIMES)]
    shown = f"{median(taken):.1f} ms"
    return Line("page of files", shown, "under 50 ms", median(taken) < 50)


async def _milliseconds(get: Callable[[str], Awaitable[httpx.Response]], release: Release) -> float:
    begin = process_time()
    answer = await get(f"/results/{release.round_id}/files")
    answer.raise_for_status()
    return 1000 * (process_time() - begin)


def _streamed(releases: Sequence[Release]) -> Line:
    begin = process_time()
    size = sum(len(piece) for piece in csv_of(releases))
    seconds = process_time() - begin
    # Once more for its memory: watching that makes everything slow.
    tracemalloc.start()
    for _ in csv_of(releases[-40:]):
        pass
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    what = f"all {len(releases)} releases as one table, {size / 1e6:.0f} MB"
    goal, good = "under 10 MB held at once", most < 10
    return Line(what, f"{most:.1f} MB held", goal, good, f"{size / 1e6 / seconds:.0f} MB a second")
