"""Rosters: which teams there were when a round was released, asked or not, and how large.

Of several numbers for one team the smallest counts: who is written up for a round is not there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.core.programme import Team
from bot.core.reporting_units import ReportingUnits

HEADS_REMEMBERED = timedelta(days=365)
"""A team counts with the fewest heads and supervisors it had in releases of this long."""


@dataclass(frozen=True, slots=True)
class Roster:
    """The heads and supervisors of every team there is."""

    heads: Mapping[str, int] = field(default_factory=dict)
    supervisors: Mapping[str, int] = field(default_factory=dict)
    """Empty where they are not known."""

    @staticmethod
    def of(teams: Iterable[Team]) -> "Roster":
        """Return the roster of the teams of one programme version."""
        listed = list(teams)
        return Roster(
            {team.id: team.headcount for team in listed},
            {team.id: team.supervisors for team in listed},
        )


def roster_at_release(units: ReportingUnits, opened: Roster, newest: Roster) -> Roster:
    """Return who was there when a round was released.

    That are all teams of the `newest` programme version then, and those that the round asked.
    What they were when the round opened counts too, where that was less.
    """
    asked = {team: heads for unit in units.units for team, heads in unit.heads_by_team.items()}
    there = dict.fromkeys((*newest.heads, *asked))
    return Roster(
        _fewest(there, (asked, opened.heads, newest.heads)),
        _fewest(there, (opened.supervisors, newest.supervisors)),
    )


def fewest(
    rosters: Sequence[tuple[date, Roster]], day: date, among: Collection[str] | None = None
) -> Roster:
    """Return the fewest heads and supervisors that teams had in the year before a day.

    Each roster stands with the day on which its round closed. Of all teams, or those `among`.
    """
    listed = [roster for closed, roster in rosters if closed > day - HEADS_REMEMBERED]
    return Roster(
        _fewest(among, [each.heads for each in listed]),
        _fewest(among, [each.supervisors for each in listed]),
    )


def _fewest(among: Iterable[str] | None, known: Sequence[Mapping[str, int]]) -> dict[str, int]:
    if among is not None:
        known = [{team: each[team] for team in among if team in each} for each in known]
    found: dict[str, int] = {}
    for each in known:
        for team, number in each.items():
            if number < found.get(team, number + 1):
                found[team] = number
    return found
