"""The door for people with access: who they are is in the database, and so are their sessions.

- A cookie holds a secret, the database its hash. It is for this host and https alone, and no
  other site's page makes a browser send it (`SameSite=Strict`).
- A write must say which page it comes from. `OwnWrites` refuses those of other sites, so a form
  carries nothing secret of its own: see docs/sign-in.md.
- Sessions end when idle, after twelve hours, and at once when somebody's rights change.
"""

from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.core.access import Visitor
from bot.core.staff import SESSION_LASTS, new_secret
from bot.web.guards import READING
from bot.web.sign_in.door import Door
from bot.web.sign_in.limits import SignInLimits
from bot.web.sign_in.oidc import Provider
from bot.web.sign_in.reserve import Reserve
from bot.web.sign_in.site import Site
from bot.web.templating import message_page, templates
from bot.workflows.own_access import OwnAccounts
from bot.workflows.sign_in import SignedIn, SignIn, Visit

SIGN_IN: Final = "/sign-in"
BROWSER_LASTS: Final = 900
_LONGEST_TO: Final = 500
_PAGES = templates()


class StaffDoor(Door):
    """Lets in whoever was invited and signed in."""

    can_leave = True

    def __init__(
        self,
        sign_in: SignIn,
        own: OwnAccounts,
        site: Site,
        provider: Provider | None = None,
    ) -> None:
        self.sign_in, self.own = sign_in, own
        self.site, self.provider = site, provider
        self.now, self._random = sign_in.now, sign_in.random
        self.limits = SignInLimits(self.now, self._random)
        self.reserve = Reserve(self.now, self._random)
        # The prefix makes browsers refuse the cookie from any other host or path.
        prefix = "__Host-" if site.is_secure else ""
        self.cookie = f"{prefix}session"
        self.browser_cookie = f"{prefix}sign-in"
        self.invite_cookie = f"{prefix}invite"
        self.to_cookie = f"{prefix}to"

    async def visitor(self, request: Request) -> Visitor | None:
        """Return who is signed in."""
        visit = await self.visit(request)
        return None if visit is None else visit.visitor

    async def visit(self, request: Request) -> Visit | None:
        """Return who is signed in, and the session they are in."""
        secret = request.cookies.get(self.cookie)
        if not secret or not (request.method in READING or says_where_from(request)):
            return None
        visit = await self.sign_in.visit(secret)
        request.state.visit = visit
        return visit

    def turn_away(self, request: Request) -> Response:
        """Lead to where people sign in, and from there back."""
        if request.method not in READING:
            return message_page(
                request,
                403,
                "You are signed out",
                "Nothing was stored, and what you wrote is still there: sign in with this page "
                "in another tab, go back to this one, and send it again.",
            )
        if _comes_from_elsewhere(request):
            # A link in a mail or a chat: the browser keeps the cookie back for this one step.
            return _PAGES.TemplateResponse(request, "once_more.html", {"to": _asked_for(request)})
        return RedirectResponse(
            f"{SIGN_IN}?to={quote(_asked_for(request), safe='/')}", status_code=303
        )

    def address(self, request: Request) -> str:
        """Return the one address under which people sign in."""
        return self.site.origin

    def routes(self) -> list[BaseRoute]:
        """Return the pages to sign in and out by, and those about one's own access."""
        # Here, because they need the door.
        from bot.web.sign_in.account import account_routes
        from bot.web.sign_in.pages import sign_in_routes

        return [*sign_in_routes(self), *account_routes(self)]

    # --- Cookies --------------------------------------------------------------------------

    def before(self, request: Request) -> str:
        """Return the secret of the session that a browser has, to be ended."""
        return request.cookies.get(self.cookie, "")

    def let_in(self, answer: Response, signed_in: SignedIn) -> Response:
        """Give the browser its session, and take from it what signing in needed."""
        self._set(answer, self.cookie, signed_in.secret, SESSION_LASTS.seconds, "strict")
        for name in (self.browser_cookie, self.invite_cookie, self.to_cookie):
            self._delete(answer, name)
        return answer

    def let_out(self, answer: Response) -> Response:
        """Take the session from the browser."""
        self._delete(answer, self.cookie)
        return answer

    def browser(self, request: Request) -> str:
        """Return what this browser is known by while it signs in; a new one knows nothing yet."""
        known = request.cookies.get(self.browser_cookie, "")
        return known if len(known) == 64 else new_secret(self._random)

    def know_browser(self, answer: Response, browser: str) -> Response:
        """Let the browser be known. It comes back from the force's own sign-in with this."""
        self._set(answer, self.browser_cookie, browser, BROWSER_LASTS, "lax")
        return answer

    def keep(self, answer: Response, invite: str | None, to: str | None) -> Response:
        """Have the browser keep which invite is being accepted and where it goes on to."""
        for name, value in ((self.invite_cookie, invite), (self.to_cookie, to)):
            if value is None:
                self._delete(answer, name)
            else:
                self._set(answer, name, value, BROWSER_LASTS, "lax")
        return answer

    def _set(self, answer: Response, name: str, value: str, seconds: int, same_site: str) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self.site.is_secure,
            httponly=True,
            samesite="strict" if same_site == "strict" else "lax",
        )

    def _delete(self, answer: Response, name: str) -> None:
        answer.delete_cookie(
            name, path="/", secure=self.site.is_secure, httponly=True, samesite="strict"
        )


def own_path(to: str) -> str | None:
    """Return an address of ours to go on to; None for anything that could lead elsewhere."""
    if len(to) > _LONGEST_TO or not to.startswith("/") or not to.isascii() or "\\" in to:
        return None
    parts = urlsplit(to)
    if parts.scheme or parts.netloc or to.startswith("//") or not to.isprintable() or " " in to:
        return None
    return to


def _asked_for(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return own_path(f"{quote(request.url.path)}{query}") or "/"


def says_where_from(request: Request) -> bool:
    """Whether a write says which page it comes from; `OwnWrites` let none of other sites by."""
    return "sec-fetch-site" in request.headers or "origin" in request.headers


def _comes_from_elsewhere(request: Request) -> bool:
    headers = request.headers
    from_elsewhere = headers.get("sec-fetch-site") in ("cross-site", "same-site")
    return from_elsewhere and headers.get("sec-fetch-dest") == "document"
