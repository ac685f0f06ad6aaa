"""Rounds one after the other over a force that changes, everybody answering or as told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.engine import protect
from bot.core.disclosure.release import Release
from bot.core.disclosure.rosters import Roster, roster_at_release
from bot.core.disclosure.rules import DisclosureRules
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnit, ReportingUnits
from bot.core.tabulation import ScaleCounts, TeamCounts, UnsafeTable
from tests.core.builders import a_programme
from tests.core.disclosure.organisations import ABOUT
from tests.core.disclosure.tables import INVENTED, shown

Heads = Mapping[str, int]
FIRST_DAY = date(2024, 1, 1)


def units(force: Mapping[str, Sequence[str]], heads: Heads) -> ReportingUnits:
    """Units by department, each written as the names of its teams: "ab" is one unit of two."""
    return ReportingUnits(
        force="Nowhere Constabulary",
        departments=tuple((name, f"Department {name}") for name in force),
        units=tuple(
            ReportingUnit(
                "+".join(sorted(teams)),
                teams,
                name,
                tuple(teams),
                sum(heads[team] for team in teams),
                3,
                tuple(heads[team] for team in teams),
            )
            for name, listed in force.items()
            for teams in listed
        ),
    )


def table(listed: ReportingUnits, silent: Collection[str] = "") -> UnsafeTable:
    """Two of three answer in every team, in three groups of answers; nobody in `silent`."""
    cells = {}
    for unit in listed.units:
        for team, heads in unit.heads_by_team.items():
            if team in silent:
                continue
            third = heads * 2 // 9
            groups = [third, third, heads * 2 // 3 - 2 * third]
            total = 2 * (groups[0] + 3 * groups[1] + 5 * groups[2])
            cells[team, 0] = TeamCounts(
                sum(groups),
                {scale.id: ScaleCounts(list(groups), total) for scale in INVENTED.scales},
                {"reasons": [0, 0, 0, 0]},
                {"reasons": 0},
            )
    return UnsafeTable(INVENTED, cells)


class History:
    """Releases one after the other, four weeks apart."""

    def __init__(self) -> None:
        self.earlier: list[Earlier] = []

    def release(
        self,
        force: Mapping[str, Sequence[str]],
        heads: Heads,
        silent: Collection[str] = "",
        check_in: str = "weekly",
        days: int = 28,
        newest: Heads | None = None,
    ) -> Release:
        """Release one more round. `heads` are those of all teams there are, `newest` at its end."""
        listed = units(force, heads)
        at_the_end = None if newest is None else a_force(newest)
        return self.release_of(listed, a_force(heads), silent, check_in, days, at_the_end)

    def release_of(
        self,
        listed: ReportingUnits,
        programme: Programme,
        silent: Collection[str] = "",
        check_in: str = "weekly",
        days: int = 28,
        newest: Programme | None = None,
    ) -> Release:
        """Release one more round of units that were formed from a programme."""
        newest = newest or programme
        opens = FIRST_DAY + timedelta(days=days * len(self.earlier))
        release = protect(
            table(listed, silent),
            listed,
            DisclosureRules(),
            replace(
                ABOUT,
                round_id=f"{check_in}-{opens}",
                check_in=check_in,
                opens_on=opens,
                closes_on=opens + timedelta(days=28),
            ),
            self.earlier,
            teams={team.id: team for team in programme.force.teams},
            newest={team.id: team for team in newest.force.teams},
        )
        there = roster_at_release(
            listed, Roster.of(programme.force.teams), Roster.of(newest.force.teams)
        )
        self.earlier.append(Earlier(release, listed, there))
        return release


def a_force(heads: Heads) -> Programme:
    """A programme with these teams, all in one department."""
    return a_programme({"all": [(team, number, 0) for team, number in heads.items()]})


def what_is_shown(release: Release) -> set[str]:
    """The ids of the groups shown, without their kind."""
    return {name.split(":")[-1] for name in shown(release)}
