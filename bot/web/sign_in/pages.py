"""The pages to come in and to leave by. They stand before the door, and say little.

Whether a name, a passkey or an invite is known is never told: what does not work answers alike.
"""

import logging
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.errors import StandEasyError
from bot.core.staff import INVITE_LASTS, Member, digest_of
from bot.web.fields import read_fields
from bot.web.frame import home_of
from bot.web.sign_in import passkeys
from bot.web.sign_in.door import Handler
from bot.web.sign_in.oidc import NotVouchedFor, Provider, ProviderUnreachable
from bot.web.sign_in.staff_door import SIGN_IN, StaffDoor, own_path
from bot.web.sign_in.words import roles_in_words
from bot.web.templating import message_page, templates
from bot.workflows.sign_in import AlreadyBound, InviteIsOver, NotKnown, SignedIn
from bot.workflows.staff import INVITE

log = logging.getLogger(__name__)

RETURN: Final = f"{SIGN_IN}/return"
BY_PASSKEY, THROUGH = "sign in by passkey", "sign in through"


def sign_in_routes(door: StaffDoor) -> list[BaseRoute]:
    """Return the pages that are open to everybody."""
    pages = _SignInPages(door)
    routes: list[tuple[str, str, Handler]] = [
        (SIGN_IN, "GET", pages.show),
        (f"{SIGN_IN}/challenge", "POST", pages.challenge),
        (f"{SIGN_IN}/passkey", "POST", pages.take),
        ("/sign-out", "POST", pages.leave),
        ("/invite/{invite}", "GET", pages.show_invite),
        ("/invite/{invite}/challenge", "POST", pages.challenge_invited),
        ("/invite/{invite}", "POST", pages.accept),
    ]
    if door.provider is not None:
        routes += [
            (f"{SIGN_IN}/through", "GET", pages.through),
            ("/invite/{invite}/through", "GET", pages.accept_through),
            (RETURN, "GET", pages.come_back),
        ]
    return [Route(path, act, methods=[method]) for path, method, act in routes]


class _SignInPages:
    def __init__(self, door: StaffDoor) -> None:
        self._door, self._sign_in = door, door.sign_in
        self._templates = templates()

    # --- By passkey -----------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        """Offer the ways to sign in; whoever is signed in goes on."""
        if self._door.site.is_same_machine(request.headers.get("host", "")):
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{self._door.site.origin}{SIGN_IN}{query}", 303)
        to = own_path(request.query_params.get("to", "")) or ""
        if "again" not in request.query_params:
            visitor = await self._door.visitor(request)
            if visitor is not None:
                return RedirectResponse(to or home_of(request, visitor), 303)
        return self._page(request, "sign_in.html", {"to": to})

    async def challenge(self, request: Request) -> Response:
        """Ask the browser for a passkey, once."""
        await read_fields(request)
        if not self._allowed(request):
            return _too_many_for_a_script()
        browser = self._door.browser(request)
        challenge = await self._sign_in.new_challenge(browser, BY_PASSKEY)
        asked = passkeys.asked_to_sign_in(self._door.site, challenge)
        return self._door.know_browser(_as_json(asked), browser)

    async def take(self, request: Request) -> Response:
        """Take the answer, and let in whose passkey it is."""
        fields = await read_fields(request)
        door = self._door
        try:
            answer = passkeys.read_answer(fields.one("credential"))
            if not self._allowed(request, answer.id):
                return _too_many(request)
            if not await self._sign_in.take_challenge(
                answer.challenge, door.browser(request), BY_PASSKEY
            ):
                raise NotKnown
            key = await self._sign_in.passkey(answer.id)
            count = passkeys.new_count(door.site, answer, key)
            inside = await self._sign_in.sign_in_with_passkey(key, count, door.before(request))
        except (passkeys.NotVerified, NotKnown):
            return self._page(
                request, "sign_in.html", {"to": own_path(fields.one("to")) or "", "failed": True}
            )
        return self._inside(request, inside, own_path(fields.one("to")))

    async def leave(self, request: Request) -> Response:
        """End the session on this device."""
        await self._sign_in.sign_out(self._door.before(request))
        return self._door.let_out(self._page(request, "signed_out.html", {}))

    # --- Invites --------------------------------------------------------------------------

    async def show_invite(self, request: Request) -> Response:
        """Show what an invite is for. Looking uses nothing up: mail programs open links too."""
        invite = request.path_params["invite"]
        if self._door.site.is_same_machine(request.headers.get("host", "")):
            return RedirectResponse(f"{self._door.site.origin}/invite/{invite}", 303)
        member = await self._invited(request, invite)
        if isinstance(member, Response):
            return member
        return self._invite_page(request, invite, member)

    async def challenge_invited(self, request: Request) -> Response:
        """Ask the browser of somebody who was invited to make a passkey."""
        await read_fields(request)
        invite = request.path_params["invite"]
        if not self._allowed(request, invite):
            return _too_many_for_a_script()
        member = await self._sign_in.invited(invite)
        if member is None:
            return JSONResponse({"problem": str(InviteIsOver())}, 403)
        browser = self._door.browser(request)
        challenge = await self._sign_in.new_challenge(browser, _accepting(invite))
        asked = passkeys.asked_to_register(self._door.site, challenge, member, ())
        return self._door.know_browser(_as_json(asked), browser)

    async def accept(self, request: Request) -> Response:
        """Take the passkey that was made, and let its owner in."""
        fields = await read_fields(request)
        door, invite = self._door, request.path_params["invite"]
        member = await self._invited(request, invite)
        if isinstance(member, Response):
            return member
        try:
            answer = passkeys.read_answer(fields.one("credential"))
            if not await self._sign_in.take_challenge(
                answer.challenge, door.browser(request), _accepting(invite)
            ):
                raise passkeys.NotVerified
            key = passkeys.new_passkey(door.site, answer, fields.one("name"))
            inside = await self._sign_in.accept_with_passkey(invite, key, door.before(request))
        except (passkeys.NotVerified, AlreadyBound):
            return self._invite_page(request, invite, member, failed=True)
        except InviteIsOver:
            return _invite_is_over(request)
        return self._inside(request, inside, None)

    async def _invited(self, request: Request, invite: str) -> Member | Response:
        if not self._allowed(request, invite):
            return _too_many(request)
        return await self._sign_in.invited(invite) or _invite_is_over(request)

    # --- Through the force's own sign-in ----------------------------------------------------

    async def through(self, request: Request) -> Response:
        """Send the browser to the force's own sign-in."""
        return await self._begin(request, THROUGH, None)

    async def accept_through(self, request: Request) -> Response:
        """Send the browser of somebody who was invited to the force's own sign-in."""
        invite = request.path_params["invite"]
        member = await self._invited(request, invite)
        if isinstance(member, Response):
            return member
        return await self._begin(request, _accepting(invite), invite)

    async def _begin(self, request: Request, purpose: str, invite: str | None) -> Response:
        if not self._allowed(request):
            return _too_many(request)
        door, browser = self._door, self._door.browser(request)
        state = await self._sign_in.new_challenge(browser, purpose)
        try:
            to = await self._provider.begins(self._back_to, state, *_derived(browser, state))
        except ProviderUnreachable as error:
            return _unreachable(request, error)
        away = door.know_browser(RedirectResponse(to, 303), browser)
        return door.keep_invite(away, invite)

    async def come_back(self, request: Request) -> Response:
        """Take what the force's own sign-in says, if this browser asked for it."""
        if not self._allowed(request):
            return _too_many(request)
        door, given = self._door, request.query_params
        invite = request.cookies.get(door.invite_cookie)
        browser, state = door.browser(request), given.get("state", "")
        purpose = THROUGH if invite is None else _accepting(invite)
        if not await self._sign_in.take_challenge(state, browser, purpose):
            return _not_vouched_for(request)
        try:
            subject = await self._provider.subject(
                self._back_to, given.get("code", ""), *_derived(browser, state), given.get("iss")
            )
            inside = await self._vouched_for(subject, invite, door.before(request))
        except ProviderUnreachable as error:
            return _unreachable(request, error)
        except NotVouchedFor as error:
            log.warning("%s", error)
            return _not_vouched_for(request)
        except (NotKnown, AlreadyBound):
            return _not_vouched_for(request)
        except InviteIsOver:
            return _invite_is_over(request)
        # From the provider's page the browser would not bring the new session along.
        home = home_of(request, inside.member.visitor)
        page = self._templates.TemplateResponse(request, "once_more.html", {"to": home})
        return door.let_in(page, inside)

    async def _vouched_for(self, subject: str, invite: str | None, before: str) -> SignedIn:
        issuer = self._provider.issuer
        if invite is None:
            return await self._sign_in.sign_in_with_subject(issuer, subject, before)
        return await self._sign_in.accept_with_subject(invite, issuer, subject, before)

    @property
    def _provider(self) -> Provider:
        assert self._door.provider is not None  # noqa: S101 - no routes lead here without one
        return self._door.provider

    @property
    def _back_to(self) -> str:
        return f"{self._door.site.origin}{RETURN}"

    # --- Pages ----------------------------------------------------------------------------

    def _allowed(self, request: Request, way: str | bytes | None = None) -> bool:
        address = request.client.host if request.client else None
        return self._door.limits.allow(address, way)

    def _inside(self, request: Request, inside: SignedIn, to: str | None) -> Response:
        to = to or home_of(request, inside.member.visitor)
        return self._door.let_in(RedirectResponse(to, 303), inside)

    def _invite_page(
        self, request: Request, invite: str, member: Member, *, failed: bool = False
    ) -> Response:
        shown = {
            "invite": invite,
            "member": member,
            "roles": roles_in_words(member.roles),
            "failed": failed,
        }
        return self._page(request, "invite.html", shown)

    def _page(self, request: Request, name: str, shown: dict[str, Any]) -> Response:
        provider = self._door.provider
        shown = {
            "failed": False,
            "provider": provider.name if provider is not None else None,
            **shown,
        }
        status = 403 if shown["failed"] else 200
        return self._templates.TemplateResponse(request, name, shown, status_code=status)


def _derived(browser: str, state: str) -> tuple[str, str]:
    """Return nonce and code verifier: the browser's secret alone knows them, no database."""
    return (
        digest_of(f"nonce {state}", browser).hex(),
        digest_of(f"verifier {state}", browser).hex(),
    )


def _accepting(invite: str) -> str:
    return f"accept {digest_of(INVITE, invite).hex()}"


def _as_json(text: str) -> Response:
    return Response(text, media_type="application/json")


def _too_many_for_a_script() -> Response:
    problem = "There were too many tries just now. Wait a minute and try again."
    return JSONResponse({"problem": problem}, 429, headers={"Retry-After": "60"})


def _too_many(request: Request) -> Response:
    page = message_page(
        request,
        429,
        "Too many tries just now",
        "Wait a few minutes and try again. Nothing was lost.",
    )
    page.headers["Retry-After"] = "60"
    return page


def _invite_is_over(request: Request) -> Response:
    return message_page(
        request,
        403,
        "This invite does not work",
        f"Each invite works once, within {INVITE_LASTS.days} days, and a newer one takes its "
        "place. If you have used it, sign in with what you chose then.",
        "Otherwise ask the admin who invited you for another one. Nothing is lost by that.",
    )


def _not_vouched_for(request: Request) -> Response:
    return message_page(
        request,
        403,
        "You are not signed in",
        "Either this took too long, or nobody with access here goes by that sign-in. Begin again "
        "from the page to sign in, or from your invite if you have not used it yet.",
        "If it happens again, ask an admin for a new invite.",
    )


def _unreachable(request: Request, error: StandEasyError) -> Response:
    log.error("%s %s", error, error.hint)
    return message_page(
        request,
        503,
        "Your force's sign-in cannot be reached now",
        "Nothing was used up. Try again in a minute; if it happens again, tell the person who "
        "runs Stand Easy.",
    )
