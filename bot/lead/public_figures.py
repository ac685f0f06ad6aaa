"""Pages of public figures: shares with noise, what they cost, and what they do not promise."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.core.access import Permission
from bot.core.disclosure.public_figures import DamagedFigures, PublicFigures
from bot.lead.frame import lead_templates
from bot.web.sign_in import Door
from bot.web.templating import message_page
from bot.web.words import days_in_words
from bot.workflows.public_figures import Drawn, in_epsilon

log = logging.getLogger(__name__)

GROUPS = ("low", "middle", "high")


class Figures(Protocol):
    """Where public figures come from."""

    async def all(self) -> Drawn:
        """Return everything that was drawn, newest first; raises `DamagedFigures`."""


def figure_routes(figures: Figures, door: Door) -> list[BaseRoute]:
    """Return the pages of public figures."""
    pages = _FigurePages(figures, door)
    routes = (
        ("/public-figures", pages.everything),
        ("/public-figures/{round_id}", pages.of_round),
        ("/public-figures/{round_id}/figures.json", pages.as_json),
    )
    return [
        Route(path, door.protect(handler, Permission.SEE_RESULTS), methods=["GET"])
        for path, handler in routes
    ]


class _FigurePages:
    def __init__(self, figures: Figures, door: Door) -> None:
        self._figures = figures
        self._templates = lead_templates(door)

    async def everything(self, request: Request) -> Response:
        """List all figures, and what each year has used."""
        try:
            drawn = await self._figures.all()
        except DamagedFigures as error:
            return _damaged(request, error)
        rows = [
            (each.round_id, each.document, _days(each), in_epsilon(each.epsilon))
            for each in drawn.figures
        ]
        used = [(year, in_epsilon(epsilon)) for year, epsilon in drawn.used]
        return self._templates.TemplateResponse(
            request, "lead/figures.html", {"rows": rows, "used": used}
        )

    async def of_round(self, request: Request) -> Response:
        """Show the figures of one round."""
        try:
            figures, drawn = await self._found(request)
        except DamagedFigures as error:
            return _damaged(request, error)
        document = figures.document
        shown = {
            "document": document,
            "days": _days(figures),
            "epsilon": in_epsilon(figures.epsilon),
            "used": in_epsilon(dict(drawn.used)[figures.year]),
            "themes": [_theme(scale, document) for scale in document["scales"]],
            "round_id": figures.round_id,
        }
        return self._templates.TemplateResponse(request, "lead/figures_round.html", shown)

    async def as_json(self, request: Request) -> Response:
        """Return the figures byte for byte."""
        try:
            figures, _ = await self._found(request)
        except DamagedFigures as error:
            return _damaged(request, error)
        return Response(figures.content, media_type="application/json")

    async def _found(self, request: Request) -> tuple[PublicFigures, Drawn]:
        drawn = await self._figures.all()
        wanted = request.path_params["round_id"]
        for figures in drawn.figures:
            if figures.round_id == wanted:
                return figures, drawn
        raise HTTPException(404)


def _days(figures: PublicFigures) -> str:
    ends = (figures.document["opens_on"], figures.document["closes_on"])
    return days_in_words(*map(date.fromisoformat, ends))


def _theme(scale: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """Return one theme with a row for each group; None where too little is sure."""
    rows = []
    for group in document["groups"]:
        shown = group["scales"][scale["id"]]
        shares = shown and ([(scale[each], shown[each]) for each in GROUPS], shown["points_off"])
        rows.append((group["name"], shares))
    return {"title": scale["title"], "rows": rows}


def _damaged(request: Request, error: DamagedFigures) -> Response:
    log.error("%s %s", error, error.hint)
    return message_page(
        request,
        503,
        "The public figures cannot be shown now",
        "What is stored of them is damaged, and nobody could tell what is true.",
        "Tell the person who runs Stand Easy: a backup has to be restored.",
    )
