"""The pages of one team: what may be known of it, changing it, and taking it out.

Of a team's people a page says whether enough joined its group, and no number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.teams_pages import NoSuchDepartment, NotSure, TeamPages, values_of
from bot.admin.console.teams_views import (
    GONE,
    TEAMS,
    address_of_department,
    address_of_team,
    group_view,
    notices,
)
from bot.core.access import Permission, may
from bot.core.programme import Department, Programme, Team
from bot.core.team_edits import change_team, remove_team
from bot.web.fields import read_fields
from bot.web.sign_in import Door, Handler, visitor_of
from bot.workflows.programme import ProgrammeVersion
from bot.workflows.programme_desk import ProgrammeDesk
from bot.workflows.team_codes import LEAST_USES, ordinary_uses
from bot.workflows.team_desk import TeamDesk


def one_team_routes(desk: TeamDesk, programme: ProgrammeDesk, door: Door) -> list[BaseRoute]:
    """Return the pages of one team. They go behind every other place under `/teams`."""
    pages = OneTeamPages(desk, programme, door)
    see, change = Permission.SEE_PROGRAMME, Permission.CHANGE_PROGRAMME
    routes: Iterable[tuple[str, str, Handler, Permission]] = (
        (f"{TEAMS}/{{team}}", "GET", pages.team, see),
        (f"{TEAMS}/{{team}}", "POST", pages.change_team, change),
        (f"{TEAMS}/{{team}}/remove", "POST", pages.remove_team, change),
    )
    return [Route(path, door.protect(act, needs), methods=[by]) for path, by, act, needs in routes]


class OneTeamPages(TeamPages):
    """The page of a team, which shows what came of everything that is done about it."""

    async def team(self, request: Request) -> Response:
        """Show a team."""
        version, department, team = await self.team_asked(request)
        return await self.team_page(request, version, department, team)

    async def team_page(
        self,
        request: Request,
        version: ProgrammeVersion,
        department: Department,
        team: Team,
        typed: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Response:
        """Show a team, with what was typed and what is wrong with it."""
        programme = version.programme
        names = {each.id: each.name for each in programme.force.teams}
        asked = notices(await self._desk.asked_lately(team.id), self._desk.now())
        group = await self._desk.group_of(programme, department, team.id)
        as_it_is = {
            "team": team.name,
            "headcount": team.headcount,
            "supervisors": team.supervisors,
            "high_stress": team.high_stress,
            "department": department.id,
            "uses": "",
            "until": "",
            "rotate": False,
        }
        shown = {
            "team": team,
            "address": address_of_team(team.id),
            "department": department,
            "department_address": address_of_department(department.id),
            "departments": [(each.id, each.name) for each in programme.force.departments],
            "is_last": len(department.teams) == 1,
            "group": group_view(team, group, names),
            "codes": await self._desk.codes_of(programme, team.id),
            "asked": asked,
            "waits": any(each.kind == "waits" for each in asked),
            "least_uses": LEAST_USES,
            "ordinary_uses": ordinary_uses(team),
            "gone": GONE,
            "may_issue": may(visitor_of(request), Permission.ISSUE_CODES),
            "typed": as_it_is | dict(typed or {}),
        }
        return self.page(request, "teams_one.html", version, shown | more)

    async def change_team(self, request: Request) -> Response:
        """Change a team, or move it to another department."""
        version, department, team = await self.team_asked(request)
        fields = await read_fields(request)
        values, wanted = values_of(fields), fields.one("department")
        typed = asdict(values) | {"department": wanted}

        def edit(programme: Programme) -> Programme:
            departments = {each.id: each for each in programme.force.departments}
            if wanted not in departments:
                raise NoSuchDepartment
            return change_team(programme, team.id, values, departments[wanted]).programme

        async def again(**more: Any) -> Response:
            return await self.team_page(
                request, version, department, team, typed, form="change-", **more
            )

        place = address_of_team(team.id)
        return await self.save_edit(request, fields, version, edit, place, again, "change-")

    async def remove_team(self, request: Request) -> Response:
        """Remove a team; its department goes with its last one."""
        version, department, team = await self.team_asked(request)
        fields = await read_fields(request)

        def edit(programme: Programme) -> Programme:
            if fields.one("sure") != "yes":
                raise NotSure
            return remove_team(programme, team.id)

        async def again(**more: Any) -> Response:
            return await self.team_page(request, version, department, team, form="remove-", **more)

        is_last = len(department.teams) == 1
        place = TEAMS if is_last else address_of_department(department.id)
        return await self.save_edit(request, fields, version, edit, place, again, "remove-")
