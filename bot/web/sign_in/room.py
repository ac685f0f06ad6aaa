"""What the pages to sign in share: limits, cookies given and taken, and how a refusal reads."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.core.staff import INVITE_LASTS, Member, digest_of
from bot.web.frame import home_of
from bot.web.guards import READING
from bot.web.sign_in.limits import Begun
from bot.web.sign_in.staff_door import StaffDoor
from bot.web.sign_in.words import roles_in_words
from bot.web.templating import message_page, templates
from bot.workflows.sign_in import SignedIn
from bot.workflows.staff import INVITE


class SignInRoom:
    """Where somebody stands who has no session."""

    def __init__(self, door: StaffDoor) -> None:
        self.door, self.sign_in = door, door.sign_in
        self.templates = templates()

    async def invited(self, request: Request, invite: str) -> Member | Response:
        """Return whom an invite is for, or what is said instead. Looking is not counted."""
        member = await self.sign_in.invited(invite)
        if member is None:
            return invite_is_over(request)
        if request.method not in READING and not self.door.limits.may_try(invite):
            return too_many(request)
        return member

    async def new_challenge(self, request: Request, what: Begun, browser: str, purpose: str) -> str:
        """Return what a browser has to answer: stored, or where that is too much, in reserve."""
        address = request.client.host if request.client else None
        if self.door.limits.may_store(what, address):
            return await self.sign_in.new_challenge(browser, purpose)
        return self.door.reserve.new_challenge(browser, purpose)

    async def take_challenge(self, challenge: str, browser: str, purpose: str) -> bool:
        """Use a challenge up; False unless this very browser had to answer it for this."""
        if self.door.reserve.take(challenge, browser, purpose):
            return True
        # Looked for first: what nobody was asked is answered without a write.
        if not await self.sign_in.is_out(challenge):
            return False
        return await self.sign_in.take_challenge(challenge, browser, purpose)

    def inside(self, request: Request, inside: SignedIn, to: str | None) -> Response:
        """Let somebody in, and lead them on."""
        to = to or home_of(request, inside.member.visitor)
        return self.door.let_in(RedirectResponse(to, 303), inside)

    def invite_page(
        self, request: Request, invite: str, member: Member, *, failed: bool = False
    ) -> Response:
        """Return the page of an invite."""
        shown = {
            "invite": invite,
            "member": member,
            "roles": roles_in_words(member.roles),
            "failed": failed,
        }
        return self.page(request, "invite.html", shown)

    def page(self, request: Request, name: str, shown: dict[str, Any]) -> Response:
        """Return a page that stands before the door."""
        provider = self.door.provider
        shown = {
            "failed": False,
            "provider": provider.name if provider is not None else None,
            **shown,
        }
        status = 403 if shown["failed"] else 200
        return self.templates.TemplateResponse(request, name, shown, status_code=status)


def accepting(invite: str) -> str:
    """Return what a challenge is for that accepts an invite."""
    return f"accept {digest_of(INVITE, invite).hex()}"


def too_many(request: Request) -> Response:
    """Return what is said after too many tries."""
    page = message_page(
        request,
        429,
        "Too many tries just now",
        "Wait a few minutes and try again. Nothing was lost.",
    )
    page.headers["Retry-After"] = "60"
    return page


def invite_is_over(request: Request) -> Response:
    """Return what is said of an invite that does not work, whatever the reason."""
    return message_page(
        request,
        403,
        "This invite does not work",
        f"Each invite works once, within {INVITE_LASTS.days} days, and a newer one takes its "
        "place. If you have used it, sign in with what you chose then.",
        "Otherwise ask the admin who invited you for another one. Nothing is lost by that.",
    )
