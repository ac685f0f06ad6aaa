"""The ASGI application: routes go in, and come out with everything that makes a page safe.

- Every response carries the security headers, errors and mounted applications included.
- Only our own host names are answered, and writes are taken from our own pages only.
- An error page says what happened and what to do; it never shows a trace.
"""

import logging
from collections.abc import Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.core.errors import StandEasyError
from bot.web.assets import STATIC
from bot.web.guards import HEALTH, OwnHosts, OwnWrites, SafeHeaders
from bot.web.templating import message_page

log = logging.getLogger(__name__)

ERRORS: Final = {
    403: ("This page is not open to you", "Ask the person who runs Stand Easy."),
    404: (
        "There is no page here",
        "The address may be mistyped, or the page has moved. Nothing was lost.",
    ),
    405: ("That does not work here", "Go back and try again from the page itself."),
    500: (
        "Something went wrong on our side",
        "Nothing was lost. Try again in a minute; if it happens again, tell the person who "
        "runs Stand Easy what you opened and when.",
    ),
}
"""Title and sentence per status; other statuses say what their error says."""


class WebApplication(Starlette):
    """A Starlette whose guards stand outside of its error handling too."""

    def __init__(
        self, routes: Sequence[BaseRoute], *, allowed_hosts: Sequence[str], on_loopback: bool
    ) -> None:
        self._allowed_hosts = tuple(allowed_hosts)
        self._on_loopback = on_loopback
        super().__init__(
            routes=[Route(HEALTH, _health), STATIC.route(), *routes],
            exception_handlers={
                HTTPException: _refused,
                StandEasyError: _out_of_reach,
                Exception: _failed,
            },
        )

    def build_middleware_stack(self) -> ASGIApp:
        """Return the application inside its guards."""
        guarded = OwnHosts(OwnWrites(super().build_middleware_stack()), self._allowed_hosts)
        return SafeHeaders(guarded, on_loopback=self._on_loopback)


def web_application(
    routes: Sequence[BaseRoute], *, allowed_hosts: Sequence[str], on_loopback: bool
) -> Starlette:
    """Return the application that serves `routes` under the given host names."""
    return WebApplication(routes, allowed_hosts=allowed_hosts, on_loopback=on_loopback)


async def _health(request: Request) -> Response:
    return PlainTextResponse("ok")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    title, sentence = ERRORS.get(error.status_code, (error.detail, "Nothing was lost."))
    page = message_page(request, error.status_code, title, sentence)
    page.headers.update(error.headers or {})
    return page


async def _out_of_reach(request: Request, error: Exception) -> Response:
    # The database most of all: who asks is in it, so without it no page can be shown. Errors of
    # ours say nothing about anybody, so the log has them whole.
    log.error("%s %s", error, getattr(error, "hint", ""))
    return message_page(
        request,
        503,
        "This cannot be shown now",
        "Nothing was lost, and answers that were sealed are safe. "
        "Try again in a minute; if it lasts, tell the person who runs Stand Easy.",
    )


async def _failed(request: Request, error: Exception) -> Response:
    # Its kind alone: the words of an error may repeat what it stumbled over.
    log.error("a page failed: %s", type(error).__name__)
    title, sentence = ERRORS[500]
    return message_page(request, 500, title, sentence)
