"""Is everything well? One page for people, and the same for monitors.

`/healthz` (the web server answers) and `/readyz` (this process can do its work) are open to
whoever can reach the port and say nothing else; `/metrics` is for a monitor inside.
"""

import logging
from datetime import datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.access import Permission, may
from bot.core.errors import StandEasyError
from bot.core.health import RULES, Health, conditions_of
from bot.core.support import Age
from bot.core.vitals import BANDS
from bot.web.frame import framed_templates
from bot.web.guards import METRICS, READY
from bot.web.sign_in import Door, visitor_of
from bot.web.templating import message_page
from bot.web.words import day_in_words

log = logging.getLogger(__name__)

HEALTH_PAGE = "/health"
NEVER = "never yet"


class Oversight(Protocol):
    """What tells how the installation is."""

    async def health(self) -> Health:
        """Return the state of everything; raises when the database is out of reach."""

    async def not_ready(self) -> str | None:
        """Return why this process cannot do its work; None when it can."""


def probe_routes(oversight: Oversight) -> list[BaseRoute]:
    """Return what monitors ask."""

    async def ready(request: Request) -> Response:
        reason = await oversight.not_ready()
        if reason is not None:
            return PlainTextResponse(f"not ready: {reason}", 503)
        return PlainTextResponse("ready")

    async def metrics(request: Request) -> Response:
        # Here alone: no command but those that serve pages needs the library.
        from bot.admin.metrics import CONTENT_TYPE, as_metrics

        try:
            health = await oversight.health()
        except StandEasyError as error:
            log.error("%s %s", error, error.hint)
            health = None
        return Response(as_metrics(health), media_type=CONTENT_TYPE)

    return [
        Route(READY, ready, methods=["GET"]),
        Route(METRICS, metrics, methods=["GET"]),
    ]


def health_routes(oversight: Oversight, door: Door) -> list[BaseRoute]:
    """Return the page for people."""
    pages = framed_templates(door, "bot.admin")
    pages.env.globals.update(
        ago=ago,
        band_in_words=band_in_words,
        day_in_words=day_in_words,
        rules=RULES,
        due=Age.DUE,
    )

    async def page(request: Request) -> Response:
        try:
            health = await oversight.health()
        except StandEasyError as error:
            log.error("%s %s", error, error.hint)
            return message_page(
                request,
                503,
                "The database cannot be reached now",
                "Answers that were sealed are safe in it, and nothing was lost.",
                "See that it runs; this page comes back by itself.",
            )
        shown = {
            "health": health,
            "conditions": conditions_of(health),
            "expected": health.expected(),
            "stopped": health.stopped(),
            "to_verify": [each for each in health.directory if each.age is not Age.FRESH],
            "oldest": min(health.directory, key=lambda each: each.last_verified, default=None),
            "may_link": may(visitor_of(request), Permission.CHANGE_PROGRAMME),
        }
        return pages.TemplateResponse(request, "admin/health.html", shown)

    return [Route(HEALTH_PAGE, door.protect(page, Permission.SEE_HEALTH), methods=["GET"])]


def ago(then: datetime | None, now: datetime) -> str:
    """Return how long ago something was, in words."""
    if then is None:
        return NEVER
    seconds = (now - then).total_seconds()
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        number = int(seconds // size)
        if number >= 1:
            return f"{number} {word}{'s' if number > 1 else ''} ago"
    return "less than a minute ago"


def band_in_words(least: int, nobody: str = "none") -> str:
    """Return a band by its least number."""
    if least == 0:
        return nobody
    if least == BANDS[-1]:
        return f"{least:,} or more"
    most = BANDS[BANDS.index(least) + 1] - 1
    return f"{least:,} to {most:,}"
