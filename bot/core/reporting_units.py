"""Reporting units: the frozen groups a round reports on, never smaller than the floor.

Small teams are joined with siblings of their department, so that the smallest thing a round
can say something about is a unit, and officers can be told which one before they answer.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.disclosure.rules import DisclosureRules
from bot.core.instruments import Instrument
from bot.core.placing import Placed, Shown, Teams, joined, kept_together, place, size
from bot.core.programme import CheckIn, Department, Programme, Team

ROUNDS_HELD = 4
MOST_AGE = 10
MOST_HEADS = 10_000_000_000
"""No force has as many; a number without end could not be counted with."""


@dataclass(frozen=True, slots=True)
class ReportingUnit:
    """One or more teams of one department, or the whole force, that are reported together."""

    id: str
    name: str
    department: str
    """Empty for the whole force."""
    teams: tuple[str, ...]
    heads: int
    supervisors: int
    team_heads: tuple[int, ...] = ()
    """The heads of each team, in the order of `teams`; empty in old lists."""
    high_stress: bool = False
    """Whether all its teams work under high stress."""

    @property
    def heads_by_team(self) -> dict[str, int]:
        """The heads of each team; where they were not noted, an equal part of the unit's."""
        each = self.team_heads or (self.heads // len(self.teams),) * len(self.teams)
        return dict(zip(self.teams, each, strict=True))


@dataclass(frozen=True, slots=True)
class ReportingUnits:
    """The list a round reports on, in the order of the programme.

    `age` counts the rounds the list has served before this one.
    """

    force: str
    departments: tuple[tuple[str, str], ...]
    """(id, name) of each department, in the order of the programme."""
    units: tuple[ReportingUnit, ...]
    age: int = 0
    waiting: tuple[str, ...] = ()
    """Teams that are not asked: they are new, and too small to be told from what was shown."""

    @property
    def is_whole_force(self) -> bool:
        """Whether this is one unit of everybody; its answers travel without a team then."""
        return not self.departments

    def position_of_team(self, team: str) -> int | None:
        """Return the position of a team's unit; None when the team is not part of the round."""
        for position, unit in enumerate(self.units):
            if team in unit.teams:
                return position
        return None

    def to_json(self) -> str:
        """Return the list as it is stored with its round."""
        content = {
            "force": self.force,
            "departments": [list(pair) for pair in self.departments],
            "units": [
                {
                    "id": unit.id,
                    "name": unit.name,
                    "department": unit.department,
                    "teams": list(unit.teams),
                    "heads": unit.heads,
                    "supervisors": unit.supervisors,
                    "team_heads": list(unit.team_heads),
                    "high_stress": unit.high_stress,
                }
                for unit in self.units
            ],
            "age": self.age,
            "waiting": list(self.waiting),
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str, known: Collection[str] | None = None) -> "ReportingUnits":
        """Return the list that `to_json` stored; raises where it is none, or none to count with.

        `known` are the teams there were when the round opened, where that is known.
        """
        content: dict[str, Any] = json.loads(text)
        found = ReportingUnits(
            force=content["force"],
            departments=tuple((pair[0], pair[1]) for pair in content["departments"]),
            units=tuple(
                ReportingUnit(
                    **{
                        **unit,
                        "teams": tuple(unit["teams"]),
                        "team_heads": tuple(unit.get("team_heads", ())),
                    }
                )
                for unit in content["units"]
            ),
            age=content["age"],
            waiting=tuple(content.get("waiting", ())),
        )
        if not _counts(found, known):
            raise ValueError("expected a list that a round can be counted with")
        return found


def _counts(found: ReportingUnits, known: Collection[str] | None) -> bool:
    """Whether a stored list is one that a round can be counted with: an account may write any."""
    numbers = [
        number
        for unit in found.units
        for number in (unit.heads, unit.supervisors, *unit.team_heads)
    ]
    teams = [team for unit in found.units for team in unit.teams]
    return (
        _is_whole(found.age, MOST_AGE)
        and all(_is_whole(number, MOST_HEADS) for number in numbers)
        and bool(found.units)
        and all(unit.teams for unit in found.units)
        and all(len(unit.team_heads) in (0, len(unit.teams)) for unit in found.units)
        and len(set(teams)) == len(teams)
        and (known is None or set(known).issuperset(teams))
    )


def _is_whole(number: object, most: int) -> bool:
    # True is a number to Python, and so is one without end.
    return type(number) is int and 0 <= number <= most


def units_for(
    programme: Programme,
    check_in: CheckIn,
    instrument: Instrument,
    previous: ReportingUnits | None = None,
    shown: Shown | None = None,
    suppressed: Iterable[Teams] = (),
) -> ReportingUnits:
    """Return the reporting units for a round of a check-in that asks `instrument`.

    `shown` is the ledger of everything that was ever shown; `suppressed` are the units of which
    the check-in's last releases showed nothing.
    """
    asked = programme.audience_of(check_in)
    # What is reported for the whole force alone needs no team in its answers, and what is not
    # in them cannot be read by whoever holds the opening keys.
    if instrument.publication.level == "force":
        # Taps are nobody's: no number of them is a number of people in a team.
        known = None if instrument.counts_taps else shown
        placed = place(programme, asked, known, _least(programme))
        return replace(
            one_unit(programme, placed.departments), waiting=tuple(sorted(placed.waiting))
        )
    if instrument.publication.level != "unit":
        suppressed = ()
    return form_units(programme, asked, previous, shown, suppressed)


def one_unit(programme: Programme, teams: Iterable[str]) -> ReportingUnits:
    """Return everybody in `teams` as the one unit a round reports on."""
    asked = frozenset(teams)
    members = [team for team in programme.force.teams if team.id in asked]
    unit = ReportingUnit(
        id="force",
        name=programme.force.name,
        department="",
        teams=tuple(team.id for team in members),
        heads=_heads(members),
        supervisors=sum(team.supervisors for team in members),
        team_heads=tuple(team.headcount for team in members),
    )
    return ReportingUnits(force=programme.force.name, departments=(), units=(unit,))


def nobodys_own(units: ReportingUnits) -> str:
    """Return the team that stands on every answer of a round that knows no teams."""
    # A response has a place for a team, and the tally counts by it. One name on all of them,
    # the first of the programme, says as much as none: it is nobody's own.
    return units.units[0].teams[0]


def form_units(
    programme: Programme,
    teams: Iterable[str],
    previous: ReportingUnits | None = None,
    shown: Shown | None = None,
    suppressed: Iterable[Teams] = (),
) -> ReportingUnits:
    """Return the reporting units for a round that asks `teams`.

    The list of the round before holds for four rounds while the teams are the same and every
    unit it joined is still large enough; then it is made anew, so that no unit of it and no
    department tells more than `shown` did (`bot/core/placing.py`). What was `suppressed` is not
    split, and not left alone.
    """
    asked = frozenset(teams)
    placed = place(programme, asked, shown, _least(programme))
    if previous is not None and previous.age + 1 < ROUNDS_HELD:
        held = _held(programme, asked, placed, previous)
        if held is not None:
            return held
    departments = programme.force.departments
    members: dict[str, list[Team]] = {department.id: [] for department in departments}
    for team in programme.force.teams:
        if team.id in placed.departments:
            members[placed.departments[team.id]].append(team)
    hidden = frozenset(suppressed)
    return ReportingUnits(
        force=programme.force.name,
        departments=_listed(programme, asked),
        units=tuple(
            unit
            for department in departments
            for unit in _units_of(department, members[department.id], programme, shown, hidden)
        ),
        waiting=tuple(sorted(placed.waiting)),
    )


def _least(programme: Programme) -> int:
    return DisclosureRules.from_settings(programme.disclosure).heads_needed


def _listed(programme: Programme, asked: Teams) -> tuple[tuple[str, str], ...]:
    """Return the departments; one of which some teams are asked is not called as if all were."""
    return tuple(
        (
            department.id,
            department.name
            if asked.issuperset(team.id for team in department.teams)
            else f"{department.name}, teams asked",
        )
        for department in programme.force.departments
    )


def _held(
    programme: Programme, asked: Teams, placed: Placed, previous: ReportingUnits
) -> ReportingUnits | None:
    """Return the previous grouping with today's names and heads; None when it does not fit."""
    if {team for unit in previous.units for team in unit.teams} != placed.departments.keys():
        return None
    departments = {department.id: department for department in programme.force.departments}
    teams = {team.id: team for team in programme.force.teams}
    units = []
    for unit in previous.units:
        if {placed.departments[team] for team in unit.teams} != {unit.department}:
            return None
        units.append(_unit(departments[unit.department], [teams[team] for team in unit.teams]))
    number = Counter(unit.department for unit in units)
    floor = programme.disclosure.unit_heads
    if any(unit.heads < floor and number[unit.department] > 1 for unit in units):
        return None
    listed = _listed(programme, asked)
    return ReportingUnits(
        programme.force.name, listed, tuple(units), previous.age + 1, tuple(sorted(placed.waiting))
    )


def _units_of(
    department: Department,
    teams: Sequence[Team],
    programme: Programme,
    shown: Shown | None,
    suppressed: frozenset[Teams],
) -> list[ReportingUnit]:
    floor, least = programme.disclosure.unit_heads, _least(programme)
    today = {team.id: team.headcount for team in teams}

    def enough(some: Sequence[Team]) -> bool:
        if _heads(some) < floor:
            return False
        return shown is None or shown.heads([team.id for team in some], today) >= least

    groups = joined(kept_together(teams, shown, suppressed, enough), enough)
    for alone in [group for group in groups if frozenset(team.id for team in group) in suppressed]:
        if len(alone) == 1 and len(groups) > 1:
            groups.remove(alone)
            min(groups, key=size).extend(alone)
    order = {team.id: position for position, team in enumerate(teams)}
    for group in groups:
        group.sort(key=lambda team: order[team.id])
    groups.sort(key=lambda group: order[group[0].id])
    return [_unit(department, group) for group in groups]


def _heads(teams: Sequence[Team]) -> int:
    return sum(team.headcount for team in teams)


def _unit(department: Department, teams: Sequence[Team]) -> ReportingUnit:
    return ReportingUnit(
        id="+".join(sorted(team.id for team in teams)),
        name=_joined([team.name for team in teams]),
        department=department.id,
        teams=tuple(team.id for team in teams),
        heads=_heads(teams),
        supervisors=sum(team.supervisors for team in teams),
        team_heads=tuple(team.headcount for team in teams),
        high_stress=all(team.high_stress for team in teams),
    )


def _joined(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
