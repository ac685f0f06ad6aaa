"""People with access: who they are, what they may do, inviting them and ending their access.

An invite is on the page that made it and nowhere else. Nobody changes their own access here.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.access import NotAllowed, Permission, Role, may
from bot.core.errors import StandEasyError
from bot.core.staff import (
    INVITE_LASTS,
    LONGEST_NAME,
    EmptyName,
    NameIsTaken,
    NameTooLong,
    NoDepartment,
    NoRole,
    OddName,
    Standing,
)
from bot.web.fields import Fields, read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, Handler, visitor_of
from bot.web.sign_in.words import WHAT_FOR, moment_in_words, roles_in_words
from bot.workflows.staff import (
    Invited,
    LastAdmin,
    Line,
    NoSuchMember,
    NotActing,
    Staff,
    TooManyPeople,
    UnknownDepartment,
    YourOwnRights,
)

HERE: Final = "/staff"
ONE: Final = f"{HERE}/{{staff_id}}"
WHOLE_FORCE: Final = "all"
TICK_THE_BOX: Final = "Tick the box to end this access."

SAID: Final = {
    "changed": "Saved. They sign in anew, with these rights.",
    "withdrawn": "The invite works no more.",
    "ended": "This access has ended, on every device.",
    "signed-out": "Signed out on every device.",
}

PLACES: Final[Mapping[type[StandEasyError], str]] = {
    EmptyName: "name",
    NameTooLong: "name",
    OddName: "name",
    NameIsTaken: "name",
    NoRole: "roles",
    NoDepartment: "departments",
    UnknownDepartment: "departments",
    TooManyPeople: "name",
    LastAdmin: "roles",
}
"""Beside which field a problem is shown."""

CORRECTABLE: Final[tuple[type[StandEasyError], ...]] = (YourOwnRights, *PLACES)


def staff_routes(desk: Staff, door: Door) -> list[BaseRoute]:
    """Return the pages about who has access."""
    pages = _StaffPages(desk, door)
    see, change = Permission.SEE_STAFF, Permission.CHANGE_STAFF
    routes: Iterable[tuple[str, str, Handler, Permission]] = (
        (HERE, "GET", pages.show, see),
        (f"{HERE}/invite", "GET", pages.new, change),
        (f"{HERE}/invite", "POST", pages.invite, change),
        (ONE, "GET", pages.one, see),
        (ONE, "POST", pages.change, change),
        (f"{ONE}/invite", "POST", pages.invite_again, change),
        (f"{ONE}/withdraw", "POST", pages.withdraw, change),
        (f"{ONE}/sign-out", "POST", pages.sign_out, change),
        (f"{ONE}/end", "POST", pages.end, change),
    )
    return [Route(path, door.protect(act, needs), methods=[by]) for path, by, act, needs in routes]


class _StaffPages:
    def __init__(self, desk: Staff, door: Door) -> None:
        self._desk, self._door = desk, door
        self._templates = framed_templates(door, "bot.admin")
        self._templates.env.globals.update(
            moment_in_words=moment_in_words,
            roles_in_words=roles_in_words,
            standing_in_words=standing_in_words,
        )

    async def show(self, request: Request) -> Response:
        """Show everybody who has, had or was offered access."""
        lines = await self._desk.list()
        shown = {
            "now_in": [each for each in lines if each.member.standing is not Standing.DISABLED],
            "ended": [each for each in lines if each.member.standing is Standing.DISABLED],
            "departments": await self._desk.departments(),
            "may_change": may(visitor_of(request), Permission.CHANGE_STAFF),
            "admins": sum(
                1
                for each in lines
                if each.member.standing is Standing.ACTIVE and Role.ADMIN in each.member.roles
            ),
        }
        return self._page(request, "staff.html", shown)

    async def new(self, request: Request) -> Response:
        """Show the form to invite somebody."""
        return await self._form(request, {"name": "", "roles": [], "departments": [WHOLE_FORCE]})

    async def invite(self, request: Request) -> Response:
        """Invite somebody, and show the link, this once."""
        fields = await read_fields(request)
        typed = {"name": fields.one("name")} | _typed_rights(fields)
        try:
            made = await self._desk.invite(typed["name"], *_rights(fields), visitor_of(request))
        except CORRECTABLE as error:
            return await self._form(request, typed, {PLACES.get(type(error), "name"): str(error)})
        except (NotActing, NotAllowed):
            raise HTTPException(403) from None
        return self._made(request, made)

    async def one(self, request: Request) -> Response:
        """Show one person."""
        return await self._one(request)

    async def change(self, request: Request) -> Response:
        """Give somebody other rights."""
        fields = await read_fields(request)
        staff_id = request.path_params["staff_id"]

        async def act() -> None:
            await self._desk.change(staff_id, *_rights(fields), visitor_of(request))

        return await self._done(request, act, "changed", _typed_rights(fields))

    async def invite_again(self, request: Request) -> Response:
        """Make a new invite, and show the link, this once."""
        await read_fields(request)
        staff_id, made = request.path_params["staff_id"], []

        async def act() -> None:
            made.append(await self._desk.invite_again(staff_id, visitor_of(request)))

        answer = await self._done(request, act, "")
        return self._made(request, made[0]) if made else answer

    async def withdraw(self, request: Request) -> Response:
        """Let an invite work no more."""
        await read_fields(request)
        staff_id = request.path_params["staff_id"]

        async def act() -> None:
            await self._desk.withdraw_invite(staff_id, visitor_of(request))

        return await self._done(request, act, "withdrawn")

    async def sign_out(self, request: Request) -> Response:
        """Sign somebody out everywhere."""
        await read_fields(request)
        staff_id = request.path_params["staff_id"]

        async def act() -> None:
            await self._desk.sign_out(staff_id, visitor_of(request))

        return await self._done(request, act, "signed-out")

    async def end(self, request: Request) -> Response:
        """End somebody's access."""
        fields = await read_fields(request)
        if fields.one("sure") != "yes":
            return await self._one(request, problems={"sure": TICK_THE_BOX})
        staff_id = request.path_params["staff_id"]

        async def act() -> None:
            await self._desk.disable(staff_id, visitor_of(request))

        return await self._done(request, act, "ended")

    async def _done(
        self,
        request: Request,
        act: Any,
        said: str,
        typed: Mapping[str, Any] | None = None,
    ) -> Response:
        """Do something about one person; what is wrong with it stands on their page."""
        try:
            await act()
        except NoSuchMember:
            raise HTTPException(404) from None
        except (NotActing, NotAllowed):
            raise HTTPException(403) from None
        except CORRECTABLE as error:
            place = PLACES.get(type(error), "rights")
            return await self._one(request, typed, {place: str(error)})
        path = f"{HERE}/{request.path_params['staff_id']}"
        return RedirectResponse(f"{path}?said={said}", status_code=303)

    async def _one(
        self,
        request: Request,
        typed: Mapping[str, Any] | None = None,
        problems: Mapping[str, str] | None = None,
    ) -> Response:
        try:
            line = await self._desk.get(request.path_params["staff_id"])
        except NoSuchMember:
            raise HTTPException(404) from None
        member, visitor = line.member, visitor_of(request)
        departments = await self._desk.departments()
        kept = {
            "roles": [role.value for role in member.roles],
            "departments": sorted(member.departments)
            if member.departments is not None
            else [WHOLE_FORCE],
        }
        gone = sorted(set(member.departments or ()) - set(departments))
        shown = {
            "line": line,
            "member": member,
            "typed": typed or kept,
            "departments": departments | {each: f"{each} (not in the programme)" for each in gone},
            "roles": _roles(),
            "whole_force": WHOLE_FORCE,
            "is_own": visitor.staff_id == member.id,
            "may_change": may(visitor, Permission.CHANGE_STAFF) and visitor.staff_id != member.id,
            "is_over": member.standing is Standing.DISABLED,
            "is_active": member.standing is Standing.ACTIVE,
            "days": INVITE_LASTS.days,
            "said": SAID.get(request.query_params.get("said", "")),
        }
        return self._page(request, "staff_one.html", shown, problems)

    async def _form(
        self,
        request: Request,
        typed: Mapping[str, Any],
        problems: Mapping[str, str] | None = None,
    ) -> Response:
        shown = {
            "typed": typed,
            "departments": await self._desk.departments(),
            "roles": _roles(),
            "whole_force": WHOLE_FORCE,
            "longest": LONGEST_NAME,
        }
        return self._page(request, "staff_invite.html", shown, problems)

    def _made(self, request: Request, made: Invited) -> Response:
        shown = {
            "member": made.member,
            "link": f"{self._door.address(request)}/invite/{made.secret}",
            "until": moment_in_words(made.expires_at),
        }
        return self._page(request, "staff_invited.html", shown)

    def _page(
        self,
        request: Request,
        name: str,
        shown: Mapping[str, Any],
        problems: Mapping[str, str] | None = None,
    ) -> Response:
        return self._templates.TemplateResponse(
            request,
            f"console/{name}",
            {**shown, "problems": problems or {}},
            status_code=422 if problems else 200,
        )


def standing_in_words(line: Line) -> str:
    """Return how somebody stands."""
    member = line.member
    if member.standing is Standing.DISABLED:
        assert member.disabled_at is not None  # noqa: S101 - that is what disabled means
        return f"ended on {moment_in_words(member.disabled_at)}"
    until = line.invited_until
    invited = "" if until is None else f"invited until {moment_in_words(until)}"
    if member.standing is Standing.INVITED:
        return invited or "the invite ran out"
    way = "by passkey" if line.passkeys else ""
    if member.subject is not None:
        way = f"{way} and through the force’s sign-in" if way else "through the force’s sign-in"
    return f"signs in {way or 'by nothing'}" + (f"; {invited}" if invited else "")


def _roles() -> list[tuple[str, str]]:
    return [(role.value, WHAT_FOR[role]) for role in Role]


def _typed_rights(fields: Fields) -> dict[str, Any]:
    return {"roles": fields.all("roles"), "departments": fields.all("departments")}


def _rights(fields: Fields) -> tuple[list[Role], list[str] | None]:
    """Return roles and departments as a form sent them; what is no role is none."""
    roles = [role for role in Role if role.value in fields.all("roles")]
    departments = fields.all("departments")
    return roles, None if WHOLE_FORCE in departments else departments
