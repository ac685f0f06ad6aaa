"""One link that works once: until staff accounts are everywhere. To be removed."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.access import OPERATOR, Visitor
from bot.web.sign_in.door import Door
from bot.web.templating import message_page, templates
from bot.workflows.moment import Now, RandomBytes

SESSION_LASTS: Final = timedelta(hours=12)
SECRET_BYTES: Final = 32
_PAGES = templates()


class OneTimeDoor(Door):
    """Lets in whoever presses the button behind the one link, for twelve hours."""

    can_leave = True

    def __init__(
        self, random: RandomBytes, now: Now, *, secure: bool, leads_to: str = "/results"
    ) -> None:
        self._random = random
        self._now = now
        self._secure = secure
        self._leads_to = leads_to
        # The prefix makes browsers refuse the cookie from any other host or path.
        self.cookie = "__Host-session" if secure else "session"
        self._sessions: dict[bytes, datetime] = {}
        secret = self._new_secret()
        self._unused: bytes | None = _hash(secret)
        self.link = f"/enter/{secret}"
        """The path to print at start, once."""

    def __repr__(self) -> str:
        return "OneTimeDoor(<secret>)"

    async def visitor(self, request: Request) -> Visitor | None:
        """Return whoever runs this, if they came in by the link."""
        return OPERATOR if self._is_inside(request) else None

    def turn_away(self, request: Request) -> Response:
        """Show the door."""
        return message_page(
            request,
            403,
            "This page is for leads",
            "Open the link that Stand Easy printed when it started. It works once, and "
            "lets you in for twelve hours.",
            "If it has been used, ask the person who runs Stand Easy to start it again: "
            "a new link is printed. Nothing is lost by that.",
        )

    def routes(self) -> list[BaseRoute]:
        """Return the pages to come in and to leave by."""
        return [
            Route("/enter/{secret}", self._show, methods=["GET"]),
            Route("/enter/{secret}", self._enter, methods=["POST"]),
            Route("/leave", self._leave, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        if not self._opens(request.path_params["secret"]):
            return _link_does_not_work(request)
        return _PAGES.TemplateResponse(request, "enter.html")

    async def _enter(self, request: Request) -> Response:
        if not self._opens(request.path_params["secret"]):
            return _link_does_not_work(request)
        self._unused = None
        session = self._new_secret()
        self._sessions[_hash(session)] = self._now() + SESSION_LASTS
        inside = RedirectResponse(self._leads_to, status_code=303)
        inside.set_cookie(
            self.cookie,
            session,
            max_age=int(SESSION_LASTS.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return inside

    async def _leave(self, request: Request) -> Response:
        self._sessions.pop(_hash(request.cookies.get(self.cookie, "")), None)
        outside = message_page(
            request,
            200,
            "You have left",
            "The results are closed on this device. You need a new link to see them again.",
        )
        outside.delete_cookie(
            self.cookie, path="/", secure=self._secure, httponly=True, samesite="strict"
        )
        return outside

    def _new_secret(self) -> str:
        return base64.urlsafe_b64encode(self._random(SECRET_BYTES)).rstrip(b"=").decode()

    def _opens(self, secret: str) -> bool:
        return self._unused is not None and hmac.compare_digest(_hash(secret), self._unused)

    def _is_inside(self, request: Request) -> bool:
        # Looked up by hash: how long the look-up takes tells nothing about the cookie.
        ends_at = self._sessions.get(_hash(request.cookies.get(self.cookie, "")))
        return ends_at is not None and self._now() < ends_at


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _link_does_not_work(request: Request) -> Response:
    return message_page(
        request,
        403,
        "This link does not work",
        "It may have been used already: each link works once.",
        "Ask the person who runs Stand Easy to start it again: a new link is printed. "
        "Nothing is lost by that.",
    )
