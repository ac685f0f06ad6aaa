"""The console in the demo: whoever looks chooses who to be, with one tap and without a passkey.

- The pages are those of `serve`; only the door is another one. It lies in the sandbox, which
  nothing but the commands may load, and `serve` has no way to ask for it.
- Who is who is in the database, as always: rights, departments and the trail are real. What
  is left out is the proof, so nobody is ever signed out by a clock that jumps.
- Who one is changes by a form of our own pages alone: no link of anybody's does it.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.access import OPERATOR, Permission, Visitor
from bot.core.programme import Programme
from bot.core.staff import Member, Standing
from bot.sandbox.demo.people import PEOPLE
from bot.web.frame import framed_templates, home_of
from bot.web.guards import READING
from bot.web.sign_in import Door, visitor_of
from bot.web.sign_in.words import roles_in_words
from bot.web.templating import message_page, templates
from bot.workflows.sign_in import AlreadyBound, InviteIsOver, SignIn
from bot.workflows.staff import Staff
from bot.workflows.staff_rules import NoSuchMember

SIGN_IN: Final = "/sign-in"
COOKIE: Final = "demo-console"
ISSUER: Final = "the demo"


async def people_with_access(desk: Staff, sign_in: SignIn, force: Programme) -> Mapping[str, str]:
    """Let the invented people in, where they are not yet; return their ids by key."""
    known = {line.member.name: line.member.id for line in await desk.list()}
    ids = {}
    for person in PEOPLE:
        if person.name not in known:
            departments = [force.force.departments[0].id] if person.one_department else None
            made = await desk.invite(person.name, [person.role], departments, OPERATOR)
            await sign_in.accept_with_subject(made.secret, ISSUER, made.member.id, "")
            known[person.name] = made.member.id
        ids[person.key] = known[person.name]
    return ids


class ConsoleWay:
    """Leads from the demo's page on to its console, as somebody."""

    def __init__(self) -> None:
        self.address = ""
        """Set once the console listens."""
        self.ids: Mapping[str, str] = {}
        self._templates = templates("bot.sandbox")
        self.routes: list[BaseRoute] = [
            Route("/console", self.lead_on, methods=["GET"]),
            Route("/console/{who}", self.become, methods=["POST"]),
        ]

    async def become(self, request: Request) -> Response:
        """POST /console/{who}: be this person in the console from now on."""
        staff_id = self.ids.get(request.path_params["who"])
        if staff_id is None:
            raise HTTPException(404)
        # A cookie is its host's, whatever the port. What a form leads to has to lie on its own.
        return _being(staff_id, RedirectResponse("/console", 303))

    async def lead_on(self, request: Request) -> Response:
        """GET /console: on to the console, as whoever one is there."""
        # Under the name that the cookie was given for.
        host, port = request.url.hostname, urlsplit(self.address).port
        shown = {"console": f"http://{host}:{port}/"}
        return self._templates.TemplateResponse(request, "demo_console.html", shown)


class DemoDoor(Door):
    """Takes everybody for whom they say they are. For invented people alone."""

    can_leave = True

    def __init__(self, desk: Staff, sign_in: SignIn) -> None:
        self._desk, self._sign_in = desk, sign_in
        self._templates = framed_templates(self, "bot.sandbox")

    async def visitor(self, request: Request) -> Visitor | None:
        """Return who was chosen, with the rights they have now."""
        member = await self._member(request.cookies.get(COOKIE, ""))
        return None if member is None else member.visitor

    def turn_away(self, request: Request) -> Response:
        """Lead to the choice."""
        if request.method not in READING:
            return message_page(
                request, 403, "You are nobody yet", "Choose who to be first: /sign-in"
            )
        return RedirectResponse(SIGN_IN, 303)

    def routes(self) -> list[BaseRoute]:
        """Return the pages by which one becomes somebody, or somebody else."""
        account = self.protect(self.show_account, Permission.OWN_ACCOUNT)
        return [
            Route(SIGN_IN, self.show_choice, methods=["GET"]),
            Route("/as/{staff_id}", self.become, methods=["POST"]),
            Route("/sign-out", self.leave, methods=["POST"]),
            Route("/invite/{invite}", self.show_invite, methods=["GET"]),
            Route("/invite/{invite}", self.accept, methods=["POST"]),
            Route("/account", account, methods=["GET"]),
        ]

    # -- becoming somebody ------------------------------------------------------------------

    async def show_choice(self, request: Request) -> Response:
        """GET /sign-in: everybody who has access."""
        lines = await self._desk.list()
        active = [each.member for each in lines if each.member.standing is Standing.ACTIVE]
        return self._page(request, "demo_sign_in.html", people=active)

    async def become(self, request: Request) -> Response:
        """POST /as/{staff_id}: be this person from now on."""
        member = await self._member(request.path_params["staff_id"])
        if member is None:
            return RedirectResponse(SIGN_IN, 303)
        return self._as(request, member)

    async def leave(self, request: Request) -> Response:
        """POST /sign-out: be nobody, and choose again."""
        answer = RedirectResponse(SIGN_IN, 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        return answer

    async def show_account(self, request: Request) -> Response:
        """GET /account: what would be here."""
        return self._page(request, "demo_account.html", visitor=visitor_of(request))

    # -- invites --------------------------------------------------------------------------

    async def show_invite(self, request: Request) -> Response:
        """GET /invite/{invite}: whom it is for."""
        member = await self._sign_in.invited(request.path_params["invite"])
        if member is None:
            return self._invite_is_over(request)
        return self._page(request, "demo_invite.html", member=member)

    async def accept(self, request: Request) -> Response:
        """POST /invite/{invite}: accept it without a passkey, and go in."""
        invite = request.path_params["invite"]
        member = await self._sign_in.invited(invite)
        if member is None:
            return self._invite_is_over(request)
        try:
            await self._sign_in.accept_with_subject(invite, ISSUER, member.id, "")
        except (AlreadyBound, InviteIsOver):
            return self._invite_is_over(request)
        return self._as(request, member)

    # -- shared ---------------------------------------------------------------------------

    async def _member(self, staff_id: str) -> Member | None:
        if not staff_id:
            return None
        try:
            member = (await self._desk.get(staff_id)).member
        except NoSuchMember:
            return None
        return member if member.standing is Standing.ACTIVE else None

    def _as(self, request: Request, member: Member) -> Response:
        return _being(member.id, RedirectResponse(home_of(request, member.visitor), 303))

    def _invite_is_over(self, request: Request) -> Response:
        said = "It was used, a newer one was made, or seven days of the demo’s clock went by."
        return message_page(request, 403, "This invite does not work", said)

    def _page(self, request: Request, name: str, **shown: object) -> Response:
        shown["roles_in_words"] = roles_in_words
        return self._templates.TemplateResponse(request, name, shown)


def _being(staff_id: str, answer: Response) -> Response:
    answer.set_cookie(COOKIE, staff_id, path="/", httponly=True, samesite="lax")
    return answer
