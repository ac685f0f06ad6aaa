"""The frame of every lead's page: the templates with their words, and the ways to go.

A way is offered only where this program serves its address: pages come and go with the
processes and with the demo.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.templating import Jinja2Templates

from bot.web.sign_in import Door
from bot.web.templating import templates
from bot.web.words import (
    NOT_VALIDATED,
    day_in_words,
    days_in_words,
    in_english,
    share_in_figures,
    share_in_words,
)

WAYS: Final = (
    ("/results", "Results"),
    ("/actions", "Actions"),
    ("/chat", "In Telegram"),
)
"""The main places, in this order; each as an address and a name."""


def lead_templates(door: Door, *packages: str) -> Jinja2Templates:
    """Return templates for pages of leads: everything `lead/frame.html` needs is there."""
    found = templates("bot.lead", *packages)
    found.env.globals.update(
        can_leave=door.can_leave,
        day_in_words=day_in_words,
        days_in_words=days_in_words,
        in_english=in_english,
        not_validated=NOT_VALIDATED,
        share_in_figures=share_in_figures,
        share_in_words=share_in_words,
    )
    found.context_processors.append(_places)
    return found


def _places(request: Request) -> dict[str, Any]:
    served = _served(request)
    path = request.url.path
    return {
        "places": [
            (address, name, path == address or path.startswith(f"{address}/"))
            for address, name in WAYS
            if served(address)
        ],
        "served": served,
    }


def _served(request: Request) -> Callable[[str], bool]:
    """Return what tells whether a page, given as the pattern of its address, is there."""
    routes: Sequence[Any] = getattr(request.app, "routes", ())
    patterns = {getattr(route, "path", "") for route in routes}
    return patterns.__contains__
