"""The force's own sign-in: the way there, and what is made of coming back.

Looking at an address binds nobody: an invite is accepted by a button on its page, which names
whom it is for, and not while somebody else is signed in.
"""

import logging
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.errors import StandEasyError
from bot.core.staff import digest_of
from bot.web.fields import read_fields
from bot.web.frame import home_of
from bot.web.sign_in.door import Handler
from bot.web.sign_in.limits import Begun
from bot.web.sign_in.oidc import NotVouchedFor, Provider, ProviderUnreachable
from bot.web.sign_in.room import SignInRoom, accepting, invite_is_over, too_many
from bot.web.sign_in.staff_door import SIGN_IN, StaffDoor, own_path, says_where_from
from bot.web.templating import message_page
from bot.workflows.sign_in import AlreadyBound, InviteIsOver, NotKnown, SignedIn

log = logging.getLogger(__name__)

RETURN: Final = f"{SIGN_IN}/return"
THROUGH: Final = "sign in through"


def through_routes(door: StaffDoor, provider: Provider) -> list[BaseRoute]:
    """Return the pages that lead to a provider and back."""
    pages = _ThroughPages(door, provider)
    routes: list[tuple[str, str, Handler]] = [
        (f"{SIGN_IN}/through", "GET", pages.through),
        ("/invite/{invite}/through", "POST", pages.accept_through),
        (RETURN, "GET", pages.come_back),
    ]
    return [Route(path, act, methods=[method]) for path, method, act in routes]


class _ThroughPages(SignInRoom):
    def __init__(self, door: StaffDoor, provider: Provider) -> None:
        super().__init__(door)
        self._provider = provider

    async def through(self, request: Request) -> Response:
        """Send the browser to the force's own sign-in."""
        return await self._begin(request, THROUGH, None, lambda to: RedirectResponse(to, 303))

    async def accept_through(self, request: Request) -> Response:
        """Send the browser of somebody who was invited to the force's own sign-in."""
        await read_fields(request)
        invite = request.path_params["invite"]
        member = await self.invited(request, invite)
        if isinstance(member, Response):
            return member
        if not says_where_from(request):
            return _not_vouched_for(request)
        visit = await self.door.visit(request)
        if visit is not None and visit.session.staff != member.id:
            return _somebody_else(request, visit.visitor.name, member.name)

        # A form may lead nowhere else (`form-action`), so a page of ours does.
        def led_on(to: str) -> Response:
            return self.templates.TemplateResponse(request, "once_more.html", {"to": to})

        return await self._begin(request, accepting(invite), invite, led_on)

    async def _begin(
        self,
        request: Request,
        purpose: str,
        invite: str | None,
        leads_to: Callable[[str], Response],
    ) -> Response:
        door, browser = self.door, self.door.browser(request)
        if invite is None:
            state = await self.new_challenge(request, Begun.THROUGH, browser, purpose)
        else:
            # Counted with the invite.
            state = await self.sign_in.new_challenge(browser, purpose)
        try:
            to = await self._provider.begins(self._back_to, state, *_derived(browser, state))
        except ProviderUnreachable as error:
            return _unreachable(request, error)
        away = door.know_browser(leads_to(to), browser)
        return door.keep(away, invite, own_path(request.query_params.get("to", "")))

    async def come_back(self, request: Request) -> Response:
        """Take what the force's own sign-in says, if this browser asked for it."""
        door, given = self.door, request.query_params
        invite = request.cookies.get(door.invite_cookie)
        browser, state = door.browser(request), given.get("state", "")
        purpose = THROUGH if invite is None else accepting(invite)
        # What is stored was counted when it began.
        if door.reserve.holds(state, browser, purpose) and not door.limits.may_ask_provider():
            return too_many(request)
        if not await self.take_challenge(state, browser, purpose):
            return _not_vouched_for(request)
        if "code" not in given:
            return _not_vouched_for(request)
        try:
            subject = await self._provider.subject(
                self._back_to, given["code"], *_derived(browser, state), given.get("iss")
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
            return invite_is_over(request)
        # From the provider's page the browser would not bring the new session along.
        asked_for = own_path(request.cookies.get(door.to_cookie, ""))
        home = asked_for or home_of(request, inside.member.visitor)
        page = self.templates.TemplateResponse(request, "once_more.html", {"to": home})
        return door.let_in(page, inside)

    async def _vouched_for(self, subject: str, invite: str | None, before: str) -> SignedIn:
        issuer = self._provider.issuer
        if invite is None:
            return await self.sign_in.sign_in_with_subject(issuer, subject, before)
        return await self.sign_in.accept_with_subject(invite, issuer, subject, before)

    @property
    def _back_to(self) -> str:
        return f"{self.door.site.origin}{RETURN}"


def _derived(browser: str, state: str) -> tuple[str, str]:
    """Return nonce and code verifier: the browser's secret alone knows them, no database."""
    return (
        digest_of(f"nonce {state}", browser).hex(),
        digest_of(f"verifier {state}", browser).hex(),
    )


def _somebody_else(request: Request, visitor: str, invited: str) -> Response:
    return message_page(
        request,
        403,
        "Somebody else is signed in here",
        f"This invite is for {invited}, and you are signed in as {visitor}. Nothing was used up. "
        "If the invite is yours, sign out first and open it again.",
        "If it is not, do not go on, and tell an admin.",
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
