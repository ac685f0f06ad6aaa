"""The lead's pages: protected results by group, and before the first release only its date.

Everything shown is read from stored `Release`s; these pages can reach nothing else. Their files
are routed in bot/lead/exports.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

import bot.web.numbers  # noqa: F401 - its kind of number stands in the addresses
from bot.core.access import Permission
from bot.core.disclosure.release import Release
from bot.lead.findings import KEPT
from bot.lead.frame import lead_templates
from bot.lead.overview import by_check_in
from bot.lead.scope import results_for
from bot.lead.views import cell_view, first_view, group_view, results_view, theme_view
from bot.lead.whole import whole_or_nothing
from bot.lead.wording import no_result_of
from bot.web.sign_in import Door, Handler
from bot.workflows.report import Results


class Reports(Protocol):
    """Where results come from."""

    async def results(self) -> Results:
        """Return all releases, newest first, and what comes next."""

    async def release_of(self, round_id: str) -> Release:
        """Return one release; raises `NoSuchRound` or `NotReleasedYet`."""

    async def departments_asked(self, round_id: str) -> Sequence[str]:
        """Return the department of every team that a round asked, in the order of its release."""


def lead_routes(reports: Reports, door: Door) -> list[BaseRoute]:
    """Return the lead's pages and, with them, the door's."""
    pages = _LeadPages(reports, door)
    routes: Sequence[tuple[str, Handler]] = (
        ("/results", pages.newest),
        ("/results/{round_id}", pages.of_round),
        ("/results/{round_id}/themes/{scale}", pages.of_theme),
        ("/results/{round_id}/groups/{number:number}", pages.of_group),
        ("/results/{round_id}/groups/{number:number}/themes/{scale}", pages.of_cell),
    )
    shown = [
        Route(
            path, door.protect(whole_or_nothing(handler), Permission.SEE_RESULTS), methods=["GET"]
        )
        for path, handler in routes
    ]
    return [*door.routes(), Route("/", _to_results, methods=["GET"]), *shown]


async def prepare(reports: Reports, *, draw: bool) -> None:
    """Work out what the first page needs, so that no lead waits for it after a new release.

    With `draw` its pictures as well, aside: loading the library that draws takes a second.
    """
    results = await reports.results()
    if results.releases:
        for check_in in by_check_in(results.releases):
            KEPT.of(check_in, check_in.newest)
            await asyncio.sleep(0)
        if draw:
            await asyncio.to_thread(results_view, results)


async def _to_results(request: Request) -> Response:
    """Lead on from the bare address; the door is at the results."""
    return RedirectResponse("/results")


class _LeadPages:
    def __init__(self, reports: Reports, door: Door) -> None:
        self._reports = reports
        self._templates = lead_templates(door)

    async def newest(self, request: Request) -> Response:
        """Show what stands out, the newest results of every check-in, and what comes next."""
        results = await results_for(request, self._reports)
        if not results.releases:
            shown = first_view(results)
            return self._page(request, "first.html", shown | _without_result(results))
        shown = results_view(results)
        return self._page(request, "results.html", shown | _without_result(results))

    async def of_round(self, request: Request) -> Response:
        """Show one release."""
        results, release = await self._release(request)
        shown = results_view(results, release)
        return self._page(request, "results.html", shown | _without_result(results, release))

    async def of_theme(self, request: Request) -> Response:
        """Show one theme of every group over time."""
        results, release = await self._release(request)
        shown = theme_view(results.releases, release, request.path_params["scale"])
        return self._page(request, "theme.html", _there(shown))

    async def of_group(self, request: Request) -> Response:
        """Show every theme of one group."""
        results, release = await self._release(request)
        shown = group_view(results.releases, release, request.path_params["number"])
        return self._page(request, "group.html", _there(shown))

    async def of_cell(self, request: Request) -> Response:
        """Show one theme of one group over time."""
        results, release = await self._release(request)
        number, scale = request.path_params["number"], request.path_params["scale"]
        shown = cell_view(results.releases, release, number, scale)
        return self._page(request, "cell.html", _there(shown))

    async def _release(self, request: Request) -> tuple[Results, Release]:
        round_id: str = request.path_params["round_id"]
        results = await results_for(request, self._reports)
        for release in results.releases:
            if release.round_id == round_id:
                return results, release
        # One answer to all: whether a round exists is nobody's business before its result.
        raise HTTPException(404)

    def _page(self, request: Request, name: str, texts: dict[str, Any]) -> Response:
        return self._templates.TemplateResponse(request, f"lead/{name}", texts)


def _without_result(results: Results, release: Release | None = None) -> dict[str, Any]:
    """Return the rounds of which nobody need wait for a result; of a release's check-in alone."""
    of = None if release is None else release.document["check_in"]
    return {
        "without_result": [
            no_result_of(each) for each in results.without_result if of in (None, each.check_in)
        ]
    }


def _there(shown: dict[str, Any] | None) -> dict[str, Any]:
    """Return what a page shows; a group or theme that the release does not have is no page."""
    if shown is None:
        raise HTTPException(404)
    return shown
