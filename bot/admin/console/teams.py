"""The pages of departments: which teams there are, adding to them, and what each is called."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.saving import number_in
from bot.admin.console.teams_pages import TeamPages, values_of
from bot.admin.console.teams_views import (
    MOST_FOUND,
    TEAMS,
    address_of_department,
    department_rows,
    found_by,
    pages_of,
    team_rows,
)
from bot.core.access import Permission
from bot.core.programme import Department, Programme
from bot.core.team_edits import TeamValues, add_department, add_team, rename_department
from bot.web.fields import read_fields
from bot.web.sign_in import Door, Handler
from bot.workflows.programme import ProgrammeVersion
from bot.workflows.programme_desk import ProgrammeDesk
from bot.workflows.team_desk import TeamDesk


def department_routes(desk: TeamDesk, programme: ProgrammeDesk, door: Door) -> list[BaseRoute]:
    """Return the pages of departments."""
    pages = _DepartmentPages(desk, programme, door)
    see, change = Permission.SEE_PROGRAMME, Permission.CHANGE_PROGRAMME
    routes: Iterable[tuple[str, str, Handler, Permission]] = (
        (TEAMS, "GET", pages.every, see),
        (TEAMS, "POST", pages.add_department, change),
        (f"{TEAMS}/departments/{{department}}", "GET", pages.department, see),
        (f"{TEAMS}/departments/{{department}}", "POST", pages.rename_department, change),
        (f"{TEAMS}/departments/{{department}}/teams", "POST", pages.add_team, change),
    )
    return [Route(path, door.protect(act, needs), methods=[by]) for path, by, act, needs in routes]


class _DepartmentPages(TeamPages):
    async def every(self, request: Request) -> Response:
        """List the departments, or what was searched for."""
        version = await self.newest()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        return self._every(request, version)

    async def department(self, request: Request) -> Response:
        """Show a department and its teams."""
        version, department = await self.department_asked(request)
        return await self._department(request, version, department)

    def _every(
        self,
        request: Request,
        version: ProgrammeVersion,
        typed: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Response:
        programme = version.programme
        wanted = request.query_params.get("q", "").strip()[:80]
        found, number = found_by(programme, wanted) if wanted else ([], 0)
        shown = {
            "departments": department_rows(programme),
            "teams": len(programme.force.teams),
            "heads": sum(team.headcount for team in programme.force.teams),
            "wanted": wanted,
            "found": found,
            "number_found": number,
            "most_found": MOST_FOUND,
            "typed": typed or asdict(TeamValues()) | {"department": "", "department_id": ""},
        }
        return self.page(request, "teams.html", version, shown | more)

    async def _department(
        self,
        request: Request,
        version: ProgrammeVersion,
        department: Department,
        typed: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Response:
        asked = number_in(request.query_params.get("page", "")) or 1
        teams, page, pages = pages_of(department, asked)
        with_codes = await self._desk.teams_with_codes(version.programme)
        shown = {
            "department": department,
            "address": address_of_department(department.id),
            "heads": sum(team.headcount for team in department.teams),
            "teams": team_rows(teams, with_codes),
            "page": page,
            "pages": pages,
            "typed": typed or asdict(TeamValues()) | {"department": department.name},
        }
        return self.page(request, "teams_department.html", version, shown | more)

    async def add_department(self, request: Request) -> Response:
        """Add a department with its first team."""
        version = await self.newest()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        fields = await read_fields(request)
        values = values_of(fields)
        name, id_ = fields.one("department"), fields.one("department_id")
        typed = asdict(values) | {"department": name, "department_id": id_}

        def edit(programme: Programme) -> Programme:
            return add_department(programme, name, id_, values).programme

        async def again(**more: Any) -> Response:
            return self._every(request, version, typed, **more)

        return await self.save_edit(request, fields, version, edit, TEAMS, again, "")

    async def rename_department(self, request: Request) -> Response:
        """Call a department otherwise."""
        version, department = await self.department_asked(request)
        fields = await read_fields(request)
        name = fields.one("department")

        def edit(programme: Programme) -> Programme:
            return rename_department(programme, department, name).programme

        async def again(**more: Any) -> Response:
            typed = asdict(TeamValues()) | {"department": name}
            return await self._department(
                request, version, department, typed, form="rename-", **more
            )

        place = address_of_department(department.id)
        return await self.save_edit(request, fields, version, edit, place, again, "rename-")

    async def add_team(self, request: Request) -> Response:
        """Add a team to a department."""
        version, department = await self.department_asked(request)
        fields = await read_fields(request)
        values = values_of(fields)

        def edit(programme: Programme) -> Programme:
            return add_team(programme, department, values).programme

        async def again(**more: Any) -> Response:
            typed = asdict(values) | {"department": department.name}
            return await self._department(request, version, department, typed, form="add-", **more)

        place = address_of_department(department.id)
        return await self.save_edit(request, fields, version, edit, place, again, "add-")
