"""What every page about teams has: the programme it is about, and how it is changed.

A change of one team is held to everything an imported table is held to.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.admin.console.saving import (
    EFFECTS,
    FORM,
    NEXT_ROUND,
    leads_to,
    number_in,
    problems_of,
    saved_version,
)
from bot.admin.console.teams_views import FEWER, HEADS, team_in
from bot.core.access import Permission, may
from bot.core.errors import StandEasyError
from bot.core.programme import Department, Programme, Team
from bot.core.programme_differences import Part
from bot.core.team_edits import TeamValues, department_of, problems_by_field
from bot.core.team_rows import RowsRefused
from bot.web.fields import Fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, visitor_of
from bot.web.words import day_in_words
from bot.workflows.programme import ProgrammeVersion
from bot.workflows.programme_changes import ChangedMeanwhile, NoReason, tidy_reason
from bot.workflows.programme_desk import Meanwhile, ProgrammeDesk
from bot.workflows.team_desk import TeamDesk

NO_REASON: Final = "Write in one line why, in up to 300 characters."
TICK_THE_BOX: Final = "Tick the box to remove this team."
Problems = dict[str, str]
"""By the id of a field: what is wrong with it."""

Edit = Callable[[Programme], Programme]


class Again(Protocol):
    """Shows a page once more, with what was typed and what is wrong with it."""

    def __call__(self, **more: Any) -> Awaitable[Response]:
        """Return the page."""


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

    async def save_edit(
        self,
        request: Request,
        fields: Fields,
        version: ProgrammeVersion,
        edit: Edit,
        place: str,
        again: Again,
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
        return await again(
            problems={_field(name, at): text for name, text in problems.items()},
            reason=reason,
            meanwhile=meanwhile,
            based_on=based_on,
        )

    async def newest(self) -> ProgrammeVersion | None:
        """Return the programme in force; None where there is none yet."""
        return await self._programme.current()

    async def department_asked(self, request: Request) -> tuple[ProgrammeVersion, Department]:
        """Return the department that an address names."""
        version = await self.newest()
        wanted = request.path_params["department"]
        for department in version.programme.force.departments if version else ():
            if version is not None and department.id == wanted:
                return version, department
        raise HTTPException(404)

    async def team_asked(self, request: Request) -> tuple[ProgrammeVersion, Department, Team]:
        """Return the team that an address names, and where it stands."""
        version = await self.newest()
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

    def page(
        self, request: Request, name: str, version: ProgrammeVersion, shown: Mapping[str, Any]
    ) -> Response:
        """Return a page with its texts, and the usual ones."""
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


def values_of(fields: Fields) -> TeamValues:
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
