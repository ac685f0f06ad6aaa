"""Server time of the lead's pages over five years of a force with 200 units and six check-ins."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import httpx

from bot.core.disclosure.release import Release, make_release
from bot.core.reporting_units import ReportingUnits
from bot.lead.pages import lead_routes, prepare
from bot.sandbox.demo.invented_year import InventedRound
from bot.sandbox.demo.remembering import remember
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows.report import Reports
from storage.engine import Storage
from storage.migrate import migrate
from tests.bench.report import Line

UNITS, DEPARTMENTS = 200, 10
YEARS = timedelta(days=5 * 365)
LAST = date(2031, 12, 1)
CHECK_INS = (
    ("weekly-pulse", 4, 5),
    ("monthly", 4, 6),
    ("work", 12, 8),
    ("trust", 12, 1),
    ("stay", 12, 1),
    ("supervisors", 12, 4),
)
"""Id, weeks from one release to the next, themes."""

GOAL_MS = 50.0
TIMES = 9
BANDS = ([0, 20], [20, 40], [40, 60], [60, 80])


def five_years() -> Iterator[Release]:
    """Yield every release, oldest first: as large as real ones, and every sixth cell hidden."""
    plans = sorted(
        (LAST - timedelta(weeks=weeks * ago + place), check_in, weeks, themes)
        for place, (check_in, weeks, themes) in enumerate(CHECK_INS)
        for ago in range(YEARS // timedelta(weeks=weeks))
    )
    previous = bytes(32)
    for number, (closes_on, check_in, weeks, themes) in enumerate(plans):
        release = make_release(
            {
                **_about(check_in, closes_on, weeks, themes),
                "groups": _groups(number, themes),
                "previous": previous.hex(),
            }
        )
        previous = release.hash
        yield release


def _about(check_in: str, closes_on: date, weeks: int, themes: int) -> dict[str, Any]:
    return {
        "format": 1,
        "rules": 1,
        "thresholds": {"respondents": 10, "heads": 15},
        "programme": 1,
        "round": f"{check_in}-{closes_on.isoformat()}",
        "check_in": check_in,
        "title": {"en": check_in.capitalize()},
        "opens_on": (closes_on - timedelta(weeks=weeks)).isoformat(),
        "closes_on": closes_on.isoformat(),
        "instrument": {"id": check_in, "version": 1, "validated": False},
        "scales": [
            {
                "id": f"theme-{place}",
                "title": {"en": f"Theme {place}", "cy": f"Thema {place}"},
                "low": {"en": "Mostly not", "cy": "Dim yn bennaf"},
                "middle": {"en": "Half and half", "cy": "Hanner"},
                "high": {"en": "Mostly", "cy": "Yn bennaf"},
            }
            for place in range(themes)
        ],
        "counts": [],
        "withheld": {"force": 0, "department": 0, "unit": 0},
    }


def _groups(number: int, themes: int) -> list[dict[str, Any]]:
    names: list[tuple[str, str, str | None]] = [("force", "force", None)]
    per_department = UNITS // DEPARTMENTS
    for department in range(DEPARTMENTS):
        names.append((f"department:{department}", "department", "force"))
        names += [
            (f"unit:{department}-{unit}", "unit", f"department:{department}")
            for unit in range(per_department)
        ]
    return [
        {
            "id": group,
            "name": f"Group {group}",
            "level": level,
            "parent": parent,
            "teams": [f"Team {place}"],
            "respondents": [25, 49],
            "rate": None if level == "unit" else [40, 80],
            "comparable": True,
            "scales": {f"theme-{theme}": _scale(number, place, theme) for theme in range(themes)},
        }
        for place, (group, level, parent) in enumerate(names)
    ]


def _scale(number: int, place: int, theme: int) -> dict[str, Any] | None:
    if (place + theme) % 6 == 5:
        return None
    low = BANDS[(place * 7 + theme * 3 + number // 9) % len(BANDS)]
    return {"low": low, "middle": [20, 40], "high": [0, 80], "mean": None}


async def measure(folder: Path) -> list[Line]:
    """Open every kind of page, for the first time and again; in time of the processor."""
    folder.mkdir()
    url = f"sqlite+aiosqlite:///{folder / 'pages.db'}"
    await migrate(url)
    storage = Storage(url)
    try:
        found = list(five_years())
        await remember(storage, map(_as_round, found), "Europe/London")
        reports = Reports(storage, lambda: datetime.combine(LAST, time(9, 0), UTC))
        size = sum(len(release.content) for release in found) / 1e6
        del found
        begin = process_time()
        newest = (await reports.results()).releases[0].document["round"]
        seconds = process_time() - begin
        what = f"{size:.0f} MB of releases read and checked, once"
        return [
            *await _pages(reports, newest),
            Line(what, f"{seconds:.1f} s", "under 5 s", seconds < 5),
        ]
    finally:
        await storage.close()


def _as_round(release: Release) -> InventedRound:
    document = release.document
    opens_on, closes_on = (date.fromisoformat(document[key]) for key in ("opens_on", "closes_on"))
    units = ReportingUnits(force="Bench", departments=(), units=())
    return InventedRound(
        release.round_id, document["check_in"], opens_on, closes_on, units, release
    )


async def _pages(reports: Reports, newest: str) -> list[Line]:
    routes = lead_routes(reports, OpenDoor())
    application = web_application(routes, allowed_hosts=["bench"], on_loopback=True)
    transport = httpx.ASGITransport(application)
    # As the clock does when a release is new.
    begin = process_time()
    await prepare(reports, draw=True)
    seconds = process_time() - begin
    lines = [Line("a new release made ready", f"{seconds:.2f} s", "under 3 s", seconds < 3)]
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        for what, path in (
            ("page: overview", "/results"),
            ("page: one release", "/results/{newest}"),
            ("page: one group", "/results/{newest}/groups/{place}"),
            ("page: one theme", "/results/{newest}/themes/theme-{theme}"),
            ("page: history of a cell", "/results/{newest}/groups/{place}/themes/theme-0"),
        ):
            paths = [
                path.format(newest=newest, place=place, theme=place % 5)
                for place in range(2, 2 + TIMES)
            ]
            lines.append(await _page(client, what, paths))
    return lines


async def _page(client: httpx.AsyncClient, what: str, paths: list[str]) -> Line:
    async def once(path: str) -> float:
        begin = process_time()
        answer = await client.get(path)
        answer.raise_for_status()
        return 1000 * (process_time() - begin)

    # Different pages, none of them opened before where there are several.
    first = median([await once(path) for path in paths])
    again = median([await once(path) for path in paths])
    detail = f"{again:.1f} ms when opened again"
    return Line(what, f"{first:.1f} ms", f"under {GOAL_MS:.0f} ms", first < GOAL_MS, detail)
