"""The frame of every page behind the door: the templates, and the ways to go.

A way is offered only where this program serves its address, and to those who may go it: pages
come and go with the processes and with the demo.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.templating import Jinja2Templates

from bot.core.access import Permission, Visitor, may
from bot.web.sign_in import Door
from bot.web.templating import templates

WAYS: Final = (
    ("/results", "Results", Permission.SEE_RESULTS),
    ("/actions", "Actions", Permission.ACT_ON_RESULTS),
    ("/public-figures", "Public figures", Permission.SEE_RESULTS),
    ("/chat", "In Telegram", Permission.LINK_CHAT),
    ("/programme", "Programme", Permission.SEE_PROGRAMME),
    ("/teams", "Teams", Permission.SEE_PROGRAMME),
    ("/check-ins", "Check-ins", Permission.SEE_PROGRAMME),
    ("/rounds", "Rounds", Permission.SEE_PROGRAMME),
    ("/support", "Support", Permission.SEE_PROGRAMME),
    ("/staff", "People with access", Permission.SEE_STAFF),
    ("/trail", "Audit trail", Permission.SEE_TRAIL),
    ("/health", "Health", Permission.SEE_HEALTH),
)
"""The main places, in this order: an address, a name, and what it takes to go there."""


def framed_templates(door: Door, *packages: str) -> Jinja2Templates:
    """Return the templates of these packages; everything `frame.html` needs is there."""
    found = templates(*packages)
    found.env.globals.update(can_leave=door.can_leave)
    found.context_processors.append(_places)
    return found


def home_of(request: Request, visitor: Visitor) -> str:
    """Return where a visitor begins: the first place that is served and open to them."""
    served = _served(request)
    for address, _, permission in WAYS:
        if served(address) and may(visitor, permission):
            return address
    return "/account"


def _places(request: Request) -> dict[str, Any]:
    served = _served(request)
    path = request.url.path
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    return {
        "places": [
            (address, name, path == address or path.startswith(f"{address}/"))
            for address, name, permission in WAYS
            if served(address) and visitor is not None and may(visitor, permission)
        ],
        "served": served,
        "visitor": visitor,
    }


def _served(request: Request) -> Callable[[str], bool]:
    """Return what tells whether a page, given as the pattern of its address, is there."""
    routes: Sequence[Any] = getattr(request.app, "routes", ())
    patterns = {getattr(route, "path", "") for route in routes}
    return patterns.__contains__
