"""What an admin's pages about teams work with beside the programme: groups and codes, no people.

It runs where no enrolment can be read. That enough joined a group it knows from what the officers'
process noted within the hour; codes it makes, and leaves to that process to be kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.core.access import Permission, Visitor, check_may
from bot.core.calendar import local_day
from bot.core.errands import Errand, Outcome
from bot.core.programme import Department, Programme
from bot.core.reporting_units import ReportingUnit
from bot.workflows import errands, team_codes, team_errands
from bot.workflows.errands import Kind
from bot.workflows.moment import Now, RandomBytes
from bot.workflows.team_codes import MadeCode
from storage import listed_codes, team_standings
from storage.engine import Storage
from storage.listed_codes import ListedCode

ABOUT_CODES: Final = (Kind.ISSUE_CODE, Kind.REVOKE_CODE)
_LOOKED_AT: Final = 30


@dataclass(frozen=True, slots=True)
class Group:
    """The smallest group that a team's answers count in, and whether enough joined it."""

    unit: ReportingUnit
    enough: bool | None
    """None: nobody has looked since this group is one."""
    at: datetime | None


@dataclass(frozen=True, slots=True)
class TeamDesk:
    """What may be known of a team, and what may be asked about its codes."""

    storage: Storage
    now: Now
    random: RandomBytes

    def today(self, programme: Programme) -> date:
        """Return the force's present day."""
        return local_day(self.now(), programme.force.timezone)

    # --- What may be known of a team ------------------------------------------------------

    async def group_of(
        self, programme: Programme, department: Department, team: str
    ) -> Group | None:
        """Return a team's group; None where it waits for the next list of groups."""
        async with self.storage.read("group of team") as tx:
            unit = (await team_codes.groups_by_team(tx, programme, department)).get(team)
            if unit is None:
                return None
            standing = await team_standings.of_unit(tx, unit.id)
        if standing is None:
            return Group(unit, None, None)
        return Group(unit, standing.enough, standing.at)

    async def codes_of(self, programme: Programme, team: str) -> list[ListedCode]:
        """Return a team's codes that have not expired."""
        async with self.storage.read("codes of team") as tx:
            return await listed_codes.working(tx, self.today(programme), [team])

    async def teams_with_codes(self, programme: Programme) -> set[str]:
        """Return the teams that have a code that has not expired."""
        async with self.storage.read("teams with codes") as tx:
            return await listed_codes.teams_with_codes(tx, self.today(programme))

    async def asked_lately(self, team: str) -> list[tuple[Errand, Outcome | None]]:
        """Return what was asked lately about a team's codes and what came of it, newest first."""
        found = await errands.lately(self.storage, ABOUT_CODES, self.now, _LOOKED_AT)
        return [(each, came) for each, came in found if each.subject == f"team {team}"]

    async def outcome(self, errand: int) -> Outcome | None:
        """Return what came of an errand; None while it waits."""
        return await errands.outcome(self.storage, errand, self.now)

    # --- Codes ----------------------------------------------------------------------------

    async def make_codes(
        self, teams: Sequence[str], uses: int | None, expires_on: date | None, by: Visitor
    ) -> list[MadeCode]:
        """Return new codes, which work nowhere yet."""
        check_may(by, Permission.ISSUE_CODES)
        return await team_codes.prepare(
            self.storage, teams, uses, expires_on, self.now, self.random
        )

    async def ask_to_issue(self, made: Sequence[MadeCode], by: Visitor, *, rotate: bool) -> int:
        """Ask that codes may work; return the errand's number."""
        return await team_errands.ask_to_issue(self.storage, made, by, self.now, rotate=rotate)

    async def ask_to_revoke(self, team: str, code_id: str, by: Visitor) -> int:
        """Ask that a code stops working; return the errand's number."""
        return await team_errands.ask_to_revoke(self.storage, team, code_id, by, self.now)
