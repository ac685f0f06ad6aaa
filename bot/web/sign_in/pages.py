"""The pages to come in and to leave by. They stand before the door, and say little.

Whether a name, a passkey or an invite is known is never told: what does not work answers alike.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.fields import read_fields
from bot.web.frame import home_of
from bot.web.sign_in import passkeys
from bot.web.sign_in.door import Handler
from bot.web.sign_in.limits import Begun
from bot.web.sign_in.room import SignInRoom, accepting, invite_is_over, too_many
from bot.web.sign_in.staff_door import SIGN_IN, StaffDoor, own_path
from bot.web.sign_in.through import through_routes
from bot.workflows.sign_in import AlreadyBound, InviteIsOver, NotKnown

BY_PASSKEY: Final = "sign in by passkey"


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
    found: list[BaseRoute] = [Route(path, act, methods=[method]) for path, method, act in routes]
    return found if door.provider is None else [*found, *through_routes(door, door.provider)]


class _SignInPages(SignInRoom):
    # --- By passkey -----------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        """Offer the ways to sign in; whoever is signed in goes on."""
        if self.door.site.is_same_machine(request.headers.get("host", "")):
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{self.door.site.origin}{SIGN_IN}{query}", 303)
        to = own_path(request.query_params.get("to", "")) or ""
        if "again" not in request.query_params:
            visitor = await self.door.visitor(request)
            if visitor is not None:
                return RedirectResponse(to or home_of(request, visitor), 303)
        return self.page(request, "sign_in.html", {"to": to})

    async def challenge(self, request: Request) -> Response:
        """Ask the browser for a passkey, once."""
        await read_fields(request)
        browser = self.door.browser(request)
        challenge = await self.new_challenge(request, Begun.BY_PASSKEY, browser, BY_PASSKEY)
        asked = passkeys.asked_to_sign_in(self.door.site, challenge)
        return self.door.know_browser(_as_json(asked), browser)

    async def take(self, request: Request) -> Response:
        """Take the answer, and let in whose passkey it is."""
        fields = await read_fields(request)
        door = self.door
        try:
            answer = passkeys.read_answer(fields.one("credential"))
            key = await self.sign_in.passkey(answer.id)
            if not door.limits.may_try(answer.id):
                return too_many(request)
            if not await self.take_challenge(answer.challenge, door.browser(request), BY_PASSKEY):
                raise NotKnown
            count = passkeys.new_count(door.site, answer, key.staff, key.public_key, key.sign_count)
            inside = await self.sign_in.sign_in_with_passkey(key, count, door.before(request))
        except (passkeys.NotVerified, NotKnown):
            return self.page(
                request, "sign_in.html", {"to": own_path(fields.one("to")) or "", "failed": True}
            )
        return self.inside(request, inside, own_path(fields.one("to")))

    async def leave(self, request: Request) -> Response:
        """End the session on this device."""
        await self.sign_in.sign_out(self.door.before(request))
        return self.door.let_out(self.page(request, "signed_out.html", {}))

    # --- Invites --------------------------------------------------------------------------

    async def show_invite(self, request: Request) -> Response:
        """Show what an invite is for. Looking uses nothing up: mail programs open links too."""
        invite = request.path_params["invite"]
        if self.door.site.is_same_machine(request.headers.get("host", "")):
            return RedirectResponse(f"{self.door.site.origin}/invite/{invite}", 303)
        member = await self.invited(request, invite)
        if isinstance(member, Response):
            return member
        return self.invite_page(request, invite, member)

    async def challenge_invited(self, request: Request) -> Response:
        """Ask the browser of somebody who was invited to make a passkey."""
        await read_fields(request)
        invite = request.path_params["invite"]
        member = await self.sign_in.invited(invite)
        if member is None:
            return JSONResponse({"problem": str(InviteIsOver())}, 403)
        if not self.door.limits.may_try(invite):
            return too_many_for_a_script()
        browser = self.door.browser(request)
        challenge = await self.sign_in.new_challenge(browser, accepting(invite))
        asked = passkeys.asked_to_register(self.door.site, challenge, member, ())
        return self.door.know_browser(_as_json(asked), browser)

    async def accept(self, request: Request) -> Response:
        """Take the passkey that was made, and let its owner in."""
        fields = await read_fields(request)
        door, invite = self.door, request.path_params["invite"]
        member = await self.invited(request, invite)
        if isinstance(member, Response):
            return member
        try:
            answer = passkeys.read_answer(fields.one("credential"))
            if not await self.take_challenge(
                answer.challenge, door.browser(request), accepting(invite)
            ):
                raise passkeys.NotVerified
            key = passkeys.new_passkey(door.site, answer, fields.one("name"))
            inside = await self.sign_in.accept_with_passkey(invite, key, door.before(request))
        except (passkeys.NotVerified, AlreadyBound):
            return self.invite_page(request, invite, member, failed=True)
        except InviteIsOver:
            return invite_is_over(request)
        return self.inside(request, inside, None)


def _as_json(text: str) -> Response:
    return Response(text, media_type="application/json")


def too_many_for_a_script() -> Response:
    problem = "There were too many tries just now. Wait a minute and try again."
    return JSONResponse({"problem": problem}, 429, headers={"Retry-After": "60"})
