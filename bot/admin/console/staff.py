"""People with access: who they are, what they may do, inviting them and ending their access.

An invite is on the page that made it and nowhere else. Nobody changes their own access here.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.staff_views import (
    CORRECTABLE,
    PLACES,
    SAID,
    TICK_THE_BOX,
    WHOLE_FORCE,
    all_roles,
    rights_of,
    standing_in_words,
    typed_rights,
)
from bot.core.access import NotAllowed, Permission, Role, may
from bot.core.staff import INVITE_LASTS, LONGEST_NAME, Standing
from bot.web.fields import read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, Handler, visitor_of
from bot.web.sign_in.words import moment_in_words, roles_in_words
from bot.workflows.staff import Invited, Staff
from bot.workflows.staff_rules import NoSuchMember, NotActing

HERE: Final = "/staff"
ONE: Final = f"{HERE}/{{staff_id}}"


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
        return await self._asked(request, {"name": "", "roles": [], "departments": [WHOLE_FORCE]})

    async def invite(self, request: Request) -> Response:
        """Invite somebody, and show the link, this once."""
        fields = await read_fields(request)
        typed = {"name": fields.one("name")} | typed_rights(fields)
        try:
            made = await self._desk.invite(typed["name"], *rights_of(fields), visitor_of(request))
        except CORRECTABLE as error:
            return await self._asked(request, typed, {PLACES.get(type(error), "name"): str(error)})
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
            await self._desk.change(staff_id, *rights_of(fields), visitor_of(request))

        return await self._done(request, act, "changed", typed_rights(fields))

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
        act: Callable[[], Awaitable[None]],
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
            "roles": all_roles(),
            "whole_force": WHOLE_FORCE,
            "is_own": visitor.staff_id == member.id,
            "may_change": may(visitor, Permission.CHANGE_STAFF) and visitor.staff_id != member.id,
            "is_over": member.standing is Standing.DISABLED,
            "is_active": member.standing is Standing.ACTIVE,
            "is_admin": member.standing is Standing.ACTIVE and Role.ADMIN in member.roles,
            "days": INVITE_LASTS.days,
            "said": SAID.get(request.query_params.get("said", "")),
        }
        return self._page(request, "staff_one.html", shown, problems)

    async def _asked(
        self,
        request: Request,
        typed: Mapping[str, Any],
        problems: Mapping[str, str] | None = None,
    ) -> Response:
        shown = {
            "typed": typed,
            "departments": await self._desk.departments(),
            "roles": all_roles(),
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
