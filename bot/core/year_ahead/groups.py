"""Groups ahead: how often each would be large enough to be shown, if so many answered.

A chance here is the most there can be: a round may withhold more, to protect others. It is made
of head counts alone; nobody's answering goes into it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.core.disclosure.rules import DisclosureRules
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnits

HALF = 0.5
OFTEN_ENOUGH = 0.8
"""A group that is shown in fewer rounds than this is worth a word."""


@lru_cache(maxsize=16_384)
def chance_of_being_shown(heads: int, answering: float, rules: DisclosureRules) -> float:
    """Return in which part of rounds a group has enough respondents.

    Each of its heads answers with the chance `answering`, whatever the others do.
    """
    if heads < rules.heads_needed:
        return 0.0
    if answering in (0.0, 1.0):
        return answering
    yes, no = math.log(answering), math.log1p(-answering)
    too_few = math.fsum(
        math.exp(_log_ways(heads, some) + some * yes + (heads - some) * no)
        for some in range(min(rules.threshold, heads + 1))
    )
    return max(0.0, 1.0 - too_few)


def _log_ways(heads: int, some: int) -> float:
    return math.lgamma(heads + 1) - math.lgamma(some + 1) - math.lgamma(heads - some + 1)


class _Chances(dict[int, float]):
    """The chance of each number of heads: thousands of groups have a few dozen sizes."""

    def __init__(self, answering: float, rules: DisclosureRules) -> None:
        super().__init__()
        self._answering, self._rules = answering, rules

    def __missing__(self, heads: int) -> float:
        self[heads] = chance_of_being_shown(heads, self._answering, self._rules)
        return self[heads]


@dataclass(frozen=True, slots=True)
class TeamAhead:
    """A team that is too small to be reported alone."""

    name: str
    chance: float
    """Of being shown, if it were reported alone."""
    others: tuple[str, ...]
    """The names of the teams it is joined with."""
    chance_together: float


@dataclass(frozen=True, slots=True)
class GroupAhead:
    """A group as large as it can be made here, that would still be shown seldom or never."""

    name: str
    chance: float


@dataclass(frozen=True, slots=True)
class GroupsAhead:
    """What becomes of the teams of a round."""

    joined: tuple[TeamAhead, ...]
    small: tuple[GroupAhead, ...]
    waiting: tuple[str, ...]
    """The names of teams that are not asked yet."""


def groups_ahead(programme: Programme, units: ReportingUnits, answering: float) -> GroupsAhead:
    """Return which teams are joined, and which groups are small all the same."""
    chance = _Chances(answering, DisclosureRules.from_settings(programme.disclosure))
    names = {team.id: team.name for team in programme.force.teams}
    joined: list[TeamAhead] = []
    small: list[GroupAhead] = []
    for unit in units.units:
        together = chance[unit.heads]
        if together < OFTEN_ENOUGH:
            small.append(GroupAhead(unit.name, together))
        if len(unit.teams) > 1 and not units.is_whole_force:
            floor = programme.disclosure.unit_heads
            joined += _joined(unit.heads_by_team, names, floor, together, chance)
    waiting = tuple(names[team] for team in units.waiting if team in names)
    return GroupsAhead(tuple(joined), tuple(small), waiting)


def _joined(
    heads: Mapping[str, int],
    names: Mapping[str, str],
    floor: int,
    together: float,
    chance: Mapping[int, float],
) -> list[TeamAhead]:
    # Who is large enough for itself is joined for the others' sake.
    return [
        TeamAhead(
            names[team],
            chance[number],
            tuple(names[other] for other in heads if other != team),
            together,
        )
        for team, number in heads.items()
        if number < floor
    ]
