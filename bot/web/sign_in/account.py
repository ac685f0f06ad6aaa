"""One's own access: passkeys, and the devices one is signed in on."""

from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.access import Permission
from bot.core.staff import IDLE_AT_MOST, MOST_PASSKEYS, SESSION_LASTS
from bot.web.fields import read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import passkeys
from bot.web.sign_in.door import Handler
from bot.web.sign_in.staff_door import SIGN_IN, StaffDoor
from bot.web.sign_in.words import moment_in_words, roles_in_words
from bot.workflows.own_access import LastWayIn, handle_of
from bot.workflows.sign_in import AlreadyBound, NotKnown, TooManyPasskeys, Visit

ACCOUNT: Final = "/account"
FRESH: Final = timedelta(minutes=15)
"""Ways in are changed only so soon after signing in: not on a device that was left alone."""

SAID: Final = {
    "added": "The passkey was added.",
    "removed": "The passkey was removed, and other devices are signed out.",
    "ended": "That device is signed out.",
}


def account_routes(door: StaffDoor) -> list[BaseRoute]:
    """Return the pages about one's own access."""
    pages = _AccountPages(door)
    routes: list[tuple[str, str, Handler]] = [
        (ACCOUNT, "GET", pages.show),
        (f"{ACCOUNT}/passkeys/challenge", "POST", pages.challenge),
        (f"{ACCOUNT}/passkeys", "POST", pages.add),
        (f"{ACCOUNT}/passkeys/{{handle}}/remove", "POST", pages.remove),
        (f"{ACCOUNT}/sessions/{{handle}}/end", "POST", pages.end),
        (f"{ACCOUNT}/sign-out-everywhere", "POST", pages.leave_everywhere),
    ]
    return [
        Route(path, door.protect(act, Permission.OWN_ACCOUNT), methods=[method])
        for path, method, act in routes
    ]


class _AccountPages:
    def __init__(self, door: StaffDoor) -> None:
        self._door, self._own, self._sign_in = door, door.own, door.sign_in
        self._templates = framed_templates(door)

    async def show(self, request: Request) -> Response:
        """Show one's own access."""
        return await self._page(request)

    async def challenge(self, request: Request) -> Response:
        """Ask the browser to make another passkey."""
        await read_fields(request)
        visit = _visit(request)
        if not self._is_fresh(visit):
            return JSONResponse({"problem": "Sign in again first; then add the passkey."}, 403)
        seen = await self._own.look(visit.session.staff)
        browser = self._door.browser(request)
        challenge = await self._sign_in.new_challenge(browser, _adding(visit))
        asked = passkeys.asked_to_register(
            self._door.site, challenge, seen.member, [each.id for each in seen.passkeys]
        )
        answer = Response(asked, media_type="application/json")
        return self._door.know_browser(answer, browser)

    async def add(self, request: Request) -> Response:
        """Store the passkey that was made."""
        fields = await read_fields(request)
        visit = _visit(request)
        if not self._is_fresh(visit):
            return self._sign_in_again()
        try:
            answer = passkeys.read_answer(fields.one("credential"))
            if not await self._sign_in.take_challenge(
                answer.challenge, self._door.browser(request), _adding(visit)
            ):
                raise passkeys.NotVerified
            key = passkeys.new_passkey(self._door.site, answer, fields.one("name"))
            await self._own.add_passkey(visit.session.staff, key)
        except (passkeys.NotVerified, AlreadyBound, NotKnown):
            return await self._page(request, "That passkey could not be added. Try once more.")
        except TooManyPasskeys as error:
            return await self._page(request, str(error))
        return RedirectResponse(f"{ACCOUNT}?said=added", 303)

    async def remove(self, request: Request) -> Response:
        """Remove one of one's own passkeys."""
        await read_fields(request)
        visit = _visit(request)
        if not self._is_fresh(visit):
            return self._sign_in_again()
        try:
            found = await self._own.remove_passkey(
                visit.session.staff, request.path_params["handle"], visit.session.digest
            )
        except LastWayIn as error:
            return await self._page(request, str(error))
        return RedirectResponse(f"{ACCOUNT}?said=removed" if found else ACCOUNT, 303)

    async def end(self, request: Request) -> Response:
        """Sign one of one's own devices out."""
        await read_fields(request)
        found = await self._own.end_session(
            _visit(request).session.staff, request.path_params["handle"]
        )
        return RedirectResponse(f"{ACCOUNT}?said=ended" if found else ACCOUNT, 303)

    async def leave_everywhere(self, request: Request) -> Response:
        """Sign every device of one's own out, this one too."""
        await read_fields(request)
        await self._own.sign_out_everywhere(_visit(request).session.staff)
        return self._door.let_out(RedirectResponse(SIGN_IN, 303))

    def _is_fresh(self, visit: Visit) -> bool:
        return self._door.now() < visit.session.began_at + FRESH

    def _sign_in_again(self) -> Response:
        return RedirectResponse(f"{SIGN_IN}?again=1&to={ACCOUNT}", 303)

    async def _page(self, request: Request, problem: str | None = None) -> Response:
        visit = _visit(request)
        seen = await self._own.look(visit.session.staff)
        shown: dict[str, Any] = {
            "member": seen.member,
            "roles": roles_in_words(seen.member.roles),
            "passkeys": [(handle_of(each.id), each) for each in seen.passkeys],
            "may_remove": len(seen.passkeys) > 1 or seen.member.subject is not None,
            "may_add": len(seen.passkeys) < MOST_PASSKEYS,
            "sessions": [
                (handle_of(each.digest), each, each.digest == visit.session.digest)
                for each in seen.sessions
            ],
            "is_fresh": self._is_fresh(visit),
            "fresh_minutes": int(FRESH.total_seconds()) // 60,
            "idle_minutes": int(IDLE_AT_MOST.total_seconds()) // 60,
            "hours": int(SESSION_LASTS.total_seconds()) // 3600,
            "moment_in_words": moment_in_words,
            "said": SAID.get(request.query_params.get("said", "")),
            "problem": problem,
        }
        status = 422 if problem else 200
        return self._templates.TemplateResponse(request, "account.html", shown, status_code=status)


def _visit(request: Request) -> Visit:
    found: Visit = request.state.visit
    return found


def _adding(visit: Visit) -> str:
    return f"add a passkey {visit.session.staff}"
