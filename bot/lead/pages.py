"""The lead's pages: protected results by group, and before the first release only its date.

Everything shown is read from a stored `Release`; these pages can reach nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.disclosure.release import Release, ReleasedGroup
from bot.core.disclosure.rules import Level
from bot.core.rounds import NoSuchRound
from bot.lead.heat_map import (
    people_of,
    rate_of,
    rows_of,
    themes_of,
    themes_of_group,
)
from bot.web.sign_in import Door
from bot.web.templating import templates
from bot.web.words import (
    NOT_VALIDATED,
    day_in_words,
    days_in_words,
    in_english,
    share_in_figures,
    steps_in_words,
    why_not_shown,
)
from bot.workflows.report import NotReleasedYet, Results, UpcomingResult

LEVELS: Mapping[Level, tuple[str, str]] = {
    Level.FORCE: ("force", "The whole force"),
    Level.DEPARTMENT: ("departments", "Department"),
    Level.UNIT: ("reporting units", "Reporting unit"),
}
"""Per level: its name in a sentence, and what stands above a group's name."""

MANY_THEMES = 6
"""More columns than this do not fit beside each other: the table scrolls sideways."""


class Reports(Protocol):
    """Where results come from."""

    async def results(self) -> Results:
        """Return all releases, newest first, and what comes next."""

    async def release_of(self, round_id: str) -> Release:
        """Return one release; raises `NoSuchRound` or `NotReleasedYet`."""


def lead_routes(reports: Reports, door: Door) -> list[BaseRoute]:
    """Return the lead's pages and, with them, the door's."""
    pages = _LeadPages(reports, door)
    routes: Sequence[tuple[str, Callable[[Request], Any]]] = (
        ("/results", pages.newest),
        ("/results/{round_id}", pages.of_round),
        ("/results/{round_id}/groups/{number:int}", pages.of_group),
        ("/results/{round_id}/release.json", pages.as_json),
    )
    shown = [Route(path, door.protect(handler), methods=["GET"]) for path, handler in routes]
    return [*door.routes(), Route("/", _to_results, methods=["GET"]), *shown]


async def _to_results(request: Request) -> Response:
    """Lead on from the bare address; the door is at the results."""
    return RedirectResponse("/results")


class _LeadPages:
    def __init__(self, reports: Reports, door: Door) -> None:
        self._reports = reports
        self._templates = templates("bot.lead")
        self._templates.env.globals.update(
            can_leave=door.can_leave,
            day_in_words=day_in_words,
            in_english=in_english,
            not_validated=NOT_VALIDATED,
            share_in_figures=share_in_figures,
        )

    async def newest(self, request: Request) -> Response:
        """Show what comes next, the newest release, and a list of the others."""
        results = await self._reports.results()
        upcoming = sorted(results.upcoming, key=lambda each: each.expected_on)
        if not results.releases:
            first = {"force": results.force, "next": upcoming[0] if upcoming else None}
            return self._page(request, "first.html", first)
        newest, *older = results.releases
        texts = {
            **_about(newest),
            "upcoming": _with_titles(upcoming),
            "older": [(each.round_id, _title(each), _days(each)) for each in older],
        }
        return self._page(request, "results.html", texts)

    async def of_round(self, request: Request) -> Response:
        """Show one release."""
        release = await self._release(request)
        texts = {**_about(release), "upcoming": [], "older": []}
        return self._page(request, "results.html", texts)

    async def of_group(self, request: Request) -> Response:
        """Show every theme of one group."""
        release = await self._release(request)
        groups = release.groups
        number: int = request.path_params["number"]
        if not 1 <= number <= len(groups):
            raise HTTPException(404)
        group = groups[number - 1]
        texts = {
            **_about(release),
            "group": group,
            "kind": LEVELS[group.level][1],
            "within": _parent_of(group, groups),
            "people": people_of(group),
            "rate": rate_of(group),
            "of_group": themes_of_group(release, group),
        }
        return self._page(request, "group.html", texts)

    async def as_json(self, request: Request) -> Response:
        """Give the stored bytes, unchanged."""
        release = await self._release(request)
        return Response(release.content, media_type="application/json")

    async def _release(self, request: Request) -> Release:
        try:
            return await self._reports.release_of(request.path_params["round_id"])
        except (NoSuchRound, NotReleasedYet):
            # One answer to both: whether a round exists is nobody's business before its result.
            raise HTTPException(404) from None

    def _page(self, request: Request, name: str, texts: dict[str, Any]) -> Response:
        return self._templates.TemplateResponse(request, f"lead/{name}", texts)


def _about(release: Release) -> dict[str, Any]:
    document = release.document
    rows = rows_of(release)
    themes = themes_of(release)
    return {
        "release": release,
        "document": document,
        "title": _title(release),
        "days": _days(release),
        "themes": themes,
        "rows": rows,
        "force": rows[0],
        "many_themes": len(themes) > MANY_THEMES,
        "steps": list(enumerate(steps_in_words(), start=1)),
        "not_shown": why_not_shown(document["thresholds"]["respondents"]),
        "withheld": [
            (LEVELS[level][0], document["withheld"][level.value], _cells_of(release, level))
            for level in Level
        ],
    }


def _cells_of(release: Release, level: Level) -> int:
    return sum(len(group.scales) for group in release.groups if group.level is level)


def _title(release: Release) -> str:
    return in_english(release.document["title"])


def _days(release: Release) -> str:
    opens_on, closes_on = (
        date.fromisoformat(release.document[key]) for key in ("opens_on", "closes_on")
    )
    return days_in_words(opens_on, closes_on)


def _parent_of(
    group: ReleasedGroup, groups: Sequence[ReleasedGroup]
) -> tuple[int, ReleasedGroup] | None:
    for number, other in enumerate(groups, start=1):
        if other.id == group.parent:
            return number, other
    return None


def _with_titles(upcoming: Sequence[UpcomingResult]) -> list[tuple[str, date]]:
    return [(each.title, each.expected_on) for each in upcoming]
