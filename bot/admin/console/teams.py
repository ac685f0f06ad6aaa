"""The pages of departments and teams: what there is, and changing it one by one.

A change of one team is held to everything an imported table is held to. Nothing here knows a
person: of a team's people a page says whether enough joined its group, and no number.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.saving import (
    EFFECTS,
    FORM,
    NEXT_ROUND,
    leads_to,
    number_in,
    problems_of,
    saved_version,
)
from bot.admin.console.teams_views import (
    FEWER,
    GONE,
    HEADS,
    MOST_FOUND,
    TEAMS,
    address_of_department,
    address_of_team,
    department_rows,
    found_by,
    group_view,
    notices,
    pages_of,
    team_in,
    team_rows,
)
from bot.core.access import Permission, may
from bot.core.errors import StandEasyError
from bot.core.programme import Department, Programme, Team
from bot.core.programme_differences import Part
from bot.core.team_edits import (
    TeamValues,
    add_department,
    add_team,
    change_team,
    department_of,
    problems_by_field,
    remove_team,
    rename_department,
)
from bot.core.team_rows import RowsRefused
from bot.web.fields import Fields, read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, Handler, visitor_of
from bot.web.words import day_in_words
from bot.workflows.programme import ProgrammeVersion
from bot.workflows.programme_changes import ChangedMeanwhile, NoReason, tidy_reason
from bot.workflows.programme_desk import Meanwhile, ProgrammeDesk
from bot.workflows.team_codes import least_uses
from bot.workflows.team_desk import TeamDesk

NO_REASON: Final = "Write in one line why, in up to 300 characters."
TICK_THE_BOX: Final = "Tick the box to remove this team."
Problems = dict[str, str]


def team_routes(desk: TeamDesk, programme: ProgrammeDesk, door: Door) -> list[BaseRoute]:
    """Return the pages of departments and teams. They go behind the import's and the posters'."""
    pages = TeamPages(desk, programme, door)
    see, change = Permission.SEE_PROGRAMME, Permission.CHANGE_PROGRAMME
    routes: Iterable[tuple[str, str, Handler, Permission]] = (
        (TEAMS, "GET", pages.every, see),
        (TEAMS, "POST", pages.add_department, change),
        (f"{TEAMS}/departments/{{department}}", "GET", pages.department, see),
        (f"{TEAMS}/departments/{{department}}", "POST", pages.rename_department, change),
        (f"{TEAMS}/departments/{{department}}/teams", "POST", pages.add_team, change),
        (f"{TEAMS}/{{team}}", "GET", pages.team, see),
        (f"{TEAMS}/{{team}}", "POST", pages.change_team, change),
        (f"{TEAMS}/{{team}}/remove", "POST", pages.remove_team, change),
    )
    return [Route(path, door.protect(act, needs), methods=[by]) for path, by, act, needs in routes]


class TeamPages:
    """What every page about teams has."""

    def __init__(self, desk: TeamDesk, programme: ProgrammeDesk, door: Door) -> None:
        self._desk, self._programme = desk, programme
        self._templates = framed_templates(door, "bot.admin")
        self._templates.env.globals.update(
            day_in_words=day_in_words,
            next_round=NEXT_ROUND,
            effect=EFFECTS[Part.TEAMS],
            fewer=FEWER,
            heads_hint=HEADS,
        )

    # --- The pages ------------------------------------------------------------------------

    async def every(self, request: Request) -> Response:
        """List the departments, or what was searched for."""
        version = await self._newest()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        return self._every(request, version)

    async def department(self, request: Request) -> Response:
        """Show a department and its teams."""
        version, department = await self._department_asked(request)
        return await self._department(request, version, department)

    async def team(self, request: Request) -> Response:
        """Show a team."""
        version, department, team = await self.team_asked(request)
        return await self.team_page(request, version, department, team)

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
        return self._page(request, "teams.html", version, shown | more)

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
        return self._page(request, "teams_department.html", version, shown | more)

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
        asked = notices(await self._desk.asked_lately(team.id))
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
            "least_uses": least_uses(team),
            "gone": GONE,
            "may_issue": may(visitor_of(request), Permission.ISSUE_CODES),
            "typed": as_it_is | dict(typed or {}),
        }
        return self._page(request, "teams_one.html", version, shown | more)

    # --- Changes --------------------------------------------------------------------------

    async def add_department(self, request: Request) -> Response:
        """Add a department with its first team."""
        version = await self._newest()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        fields = await read_fields(request)
        values = _values(fields)
        name, id_ = fields.one("department"), fields.one("department_id")
        typed = asdict(values) | {"department": name, "department_id": id_}

        def edit(programme: Programme) -> Programme:
            return add_department(programme, name, id_, values).programme

        async def again(**more: Any) -> Response:
            return self._every(request, version, typed, **more)

        return await self._save(request, fields, version, edit, TEAMS, again, "")

    async def rename_department(self, request: Request) -> Response:
        """Call a department otherwise."""
        version, department = await self._department_asked(request)
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
        return await self._save(request, fields, version, edit, place, again, "rename-")

    async def add_team(self, request: Request) -> Response:
        """Add a team to a department."""
        version, department = await self._department_asked(request)
        fields = await read_fields(request)
        values = _values(fields)

        def edit(programme: Programme) -> Programme:
            return add_team(programme, department, values).programme

        async def again(**more: Any) -> Response:
            typed = asdict(values) | {"department": department.name}
            return await self._department(request, version, department, typed, form="add-", **more)

        place = address_of_department(department.id)
        return await self._save(request, fields, version, edit, place, again, "add-")

    async def change_team(self, request: Request) -> Response:
        """Change a team, or move it to another department."""
        version, department, team = await self.team_asked(request)
        fields = await read_fields(request)
        values, wanted = _values(fields), fields.one("department")
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
        return await self._save(request, fields, version, edit, place, again, "change-")

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
        return await self._save(request, fields, version, edit, place, again, "remove-")

    async def _save(
        self,
        request: Request,
        fields: Fields,
        version: ProgrammeVersion,
        edit: Callable[[Programme], Programme],
        place: str,
        again: Callable[..., Any],
        at: str,
    ) -> Response:
        """Save what `edit` makes of the newest programme, or show the page `again`.

        `at` stands before the ids of the form's fields.
        """
        reason, based_on = fields.one("reason"), number_in(fields.one("version")) or 0
        problems: Problems = {}
        meanwhile: Meanwhile | None = None
        changed: Programme | None = None
        try:
            changed = edit(version.programme)
        except RowsRefused as refused:
            problems |= problems_by_field(refused)
        except NoSuchDepartment:
            problems["department"] = "Choose one of the departments."
        except NotSure:
            problems["sure"] = TICK_THE_BOX
        except StandEasyError as error:
            problems[FORM] = f"{error} {error.hint}".strip()
        try:
            tidy_reason(reason)
        except NoReason:
            problems["reason"] = NO_REASON
        try:
            if changed is not None and not problems:
                by = visitor_of(request)
                return leads_to(await self._programme.save(changed, based_on, by, reason), place)
        except ChangedMeanwhile as error:
            problems |= listed(error)
            meanwhile = await self._programme.meanwhile(error, based_on)
            based_on = version.version
        except StandEasyError as error:
            problems |= listed(error)
        shown: Response = await again(
            problems={_field(name, at): text for name, text in problems.items()},
            reason=reason,
            meanwhile=meanwhile,
            based_on=based_on,
        )
        return shown

    # --- What is asked for ----------------------------------------------------------------

    async def _newest(self) -> ProgrammeVersion | None:
        return await self._programme.current()

    async def _department_asked(self, request: Request) -> tuple[ProgrammeVersion, Department]:
        version = await self._newest()
        wanted = request.path_params["department"]
        for department in version.programme.force.departments if version else ():
            if version is not None and department.id == wanted:
                return version, department
        raise HTTPException(404)

    async def team_asked(self, request: Request) -> tuple[ProgrammeVersion, Department, Team]:
        """Return the team that an address names, and where it stands."""
        version = await self._newest()
        if version is None:
            raise HTTPException(404)
        try:
            wanted = team_in(request.path_params["team"])
            return (
                version,
                department_of(version.programme, wanted),
                version.programme.team(wanted),
            )
        except KeyError:
            raise HTTPException(404) from None

    def _page(
        self, request: Request, name: str, version: ProgrammeVersion, shown: Mapping[str, Any]
    ) -> Response:
        usual: dict[str, Any] = {
            "based_on": version.version,
            "form": "",
            "may_change": may(visitor_of(request), Permission.CHANGE_PROGRAMME),
            "meanwhile": None,
            "problems": {},
            "reason": "",
            "saved": saved_version(request.query_params.get("saved", "")),
        }
        texts = usual | dict(shown)
        return self._templates.TemplateResponse(
            request, f"console/{name}", texts, status_code=422 if texts["problems"] else 200
        )


class NoSuchDepartment(StandEasyError):
    """Expected one of the departments."""


class NotSure(StandEasyError):
    """Expected a tick."""


def _values(fields: Fields) -> TeamValues:
    return TeamValues(
        team=fields.one("team"),
        headcount=fields.one("headcount"),
        supervisors=fields.one("supervisors"),
        high_stress=fields.one("high_stress") == "yes",
        team_id=fields.one("team_id"),
    )


def _field(name: str, at: str) -> str:
    return name if name == FORM or name.startswith(f"{FORM}-") else f"{at}{name}"


def listed(error: StandEasyError) -> Problems:
    """Return what is wrong with a save, by field or for the list on top."""
    found: Problems = {}
    for number, (place, text) in enumerate(problems_of(error)):
        name = FORM if number == 0 else f"{FORM}-{number}"
        found["reason" if place == ("reason",) else name] = text
    return found
