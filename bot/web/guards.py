"""What stands before every page: safe headers, our own host names, our own pages' writes.

Plain ASGI: nothing is buffered, so that mounted applications can stream and poll for long.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'; "
    "object-src 'none'"
)
SAFE_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS: Final = "max-age=31536000"
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
HEALTH: Final = "/healthz"
READY: Final = "/readyz"
METRICS: Final = "/metrics"


class SafeHeaders:
    """Sets the headers on every response, also on those of mounted applications and on errors."""

    def __init__(self, app: ASGIApp, *, on_loopback: bool) -> None:
        self._app = app
        self._headers = dict(SAFE_HEADERS)
        if not on_loopback:
            self._headers["Strict-Transport-Security"] = HSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_safely)


class OwnHosts:
    """Refuses requests for other host names: a page elsewhere could point its own name here."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self._app = app
        self._allowed = frozenset(host.lower() for host in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_open(scope) or self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        refusal = PlainTextResponse(
            "Stand Easy does not answer under this name. Open it by its own address.", 400
        )
        await refusal(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        # A health check asks by address, and learns nothing from the answer.
        if scope["path"] in (HEALTH, READY):
            return True
        # A monitor asks by address or by the name of a container. A page elsewhere cannot: its
        # own name has a dot.
        return scope["path"] == METRICS and _is_inside(_host_of(scope))

    def _is_ours(self, scope: Scope) -> bool:
        return _host_of(scope) in self._allowed


def _host_of(scope: Scope) -> str:
    host = Headers(scope=scope).get("host", "").lower()
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _is_inside(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return host != "" and "." not in host
    return True


class OwnWrites:
    """Refuses what another site's page makes a browser send.

    Programs that are not browsers send neither header and pass: they hold no session to abuse.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READING or is_our_page(scope):
            await self._app(scope, receive, send)
            return
        refusal = PlainTextResponse(
            "This was sent by a page of another site, so nothing was done. "
            "Open Stand Easy by its own address and try again there.",
            403,
        )
        await refusal(scope, receive, send)


def is_our_page(scope: Scope) -> bool:
    """Whether one of our own pages sent this, or a person or a program that is no page."""
    headers = Headers(scope=scope)
    # Asked first: under `Referrer-Policy: no-referrer` our own pages send `Origin: null`.
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        # No browser writes such an origin, so it is nobody's page.
        return False
    return host.lower() == headers.get("host", "").lower()
