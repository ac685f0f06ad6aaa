"""The ledger: what was ever shown, and what a new release may add to it.

Every group ever shown is a set of teams. All these sets together cut the teams into *parts*:
two teams are in one part when every group ever shown holds both or neither. Whatever adding
and subtracting groups over time can give is a union of parts, so no release may make a part
of 1 to 14 heads. That looks at teams and heads alone, which are public, never at answers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from bot.core.disclosure.release import Release
from bot.core.disclosure.suppression import Group, tree_of
from bot.core.reporting_units import ReportingUnits

Teams = frozenset[str]

HEADS_REMEMBERED = timedelta(days=365)
"""A team counts with the fewest heads it had in releases of this long."""

JOINERS_AND_LEAVERS = 2
"""A group whose heads changed by this many or fewer is not compared."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A release that came before, and the reporting units of its round."""

    release: Release
    units: ReportingUnits

    @property
    def closes_on(self) -> date:
        """The day on which the round closed."""
        return date.fromisoformat(self.release.document["closes_on"])


def teams_in(group: Group, units: ReportingUnits) -> Teams:
    """Return the teams of a group."""
    return frozenset(team for position in group.units for team in units.units[position].teams)


def shown_in(earlier: Earlier) -> dict[str, Teams]:
    """Return the teams of every group that a release shows, by the group's id.

    Teams under high stress and the rest of the force are two groups more, where that is shown.
    """
    document = earlier.release.document
    shown = {each["id"] for each in document["groups"] if each["respondents"] is not None}
    sets = {
        group.id: teams_in(group, earlier.units)
        for group in tree_of(earlier.units)
        if group.id in shown
    }
    for cut in document.get("cuts", []):
        if cut["by"] == "high-stress" and cut["cells"]:
            for name, side in sides_of(earlier.units).items():
                sets[name] = side
    return sets


def sides_of(units: ReportingUnits) -> dict[str, Teams]:
    """Return the teams of the units under high stress, and those of the others."""
    return {
        f"cut:high-stress:{name}": frozenset(
            team for unit in units.units if unit.high_stress is side for team in unit.teams
        )
        for name, side in (("yes", True), ("no", False))
    }


class Ledger:
    """All groups ever shown, and the parts into which they cut the teams."""

    def __init__(self, earlier: Sequence[Earlier], today: date) -> None:
        self._least: dict[str, int] = {}
        self.last_heads: dict[str, int] = {}
        """The heads of every team that was ever in a released round, when it last was."""
        self.homes: dict[str, str] = {}
        """The department under which each was last reported."""
        shown: dict[Teams, None] = {}
        for each in earlier:
            remembered = each.closes_on > today - HEADS_REMEMBERED
            for unit in each.units.units:
                for team, heads in unit.heads_by_team.items():
                    self.last_heads[team] = heads
                    if unit.department:
                        self.homes[team] = unit.department
                    if remembered:
                        self._least[team] = min(heads, self._least.get(team, heads))
            shown.update(dict.fromkeys(shown_in(each).values()))
        self.groups: tuple[Teams, ...] = tuple(shown)
        """Every group ever shown, once."""

    @staticmethod
    def of(earlier: Sequence[Earlier], today: date) -> "Ledger":
        """Return the ledger of all earlier releases, of whatever check-in, oldest first."""
        return Ledger(earlier, today)

    @cached_property
    def known(self) -> frozenset[Teams]:
        """Every group ever shown."""
        return frozenset(self.groups)

    @cached_property
    def part_of(self) -> Mapping[str, Teams]:
        """The part of every team that was ever shown in a group."""
        return {team: part for part in parts_of({}, self.groups) for team in part}

    def heads(self, team: str, today: Mapping[str, int]) -> int:
        """Return the heads that count for a team: the fewest of today and the year before.

        A team that no longer exists has none: its people have left.
        """
        heads = today.get(team, 0)
        return min(heads, self._least.get(team, heads))


def parts_of(start: Mapping[str, int], groups: Iterable[Teams]) -> list[Teams]:
    """Return the parts into which groups cut the teams that are in any of them.

    Teams begin in the classes of `start`. Each group splits the classes it cuts, so that the
    work grows with the members of all groups, not with pairs of groups.
    """
    label = dict(start)
    following = max(label.values(), default=0)
    for group in groups:
        renamed: dict[int, int] = {}
        for team in group:
            old = label.get(team, 0)
            if old not in renamed:
                following += 1
                renamed[old] = following
            label[team] = renamed[old]
    parts: dict[int, set[str]] = defaultdict(set)
    for team, number in label.items():
        parts[number].add(team)
    return [frozenset(part) for part in parts.values()]


def comparable_groups(
    groups: Sequence[Group], units: ReportingUnits, check_in: str, earlier: Sequence[Earlier]
) -> frozenset[str]:
    """Return the groups that may be compared with the newest earlier result of theirs.

    Not those whose teams are others, nor those that a person or two joined or left: the
    difference would be theirs. A group that the check-in never showed has nothing to differ from.
    """
    before: dict[str, tuple[Teams, int]] = {}
    for each in earlier:
        if each.release.document["check_in"] == check_in:
            heads = _heads_of_groups(each.units)
            before.update(
                {name: (teams, heads.get(name, 0)) for name, teams in shown_in(each).items()}
            )
    today = _heads_of_groups(units)
    return frozenset(
        group.id
        for group in groups
        if group.id not in before
        or (
            before[group.id][0] == teams_in(group, units)
            and not 0 < abs(today[group.id] - before[group.id][1]) <= JOINERS_AND_LEAVERS
        )
    )


def _heads_of_groups(units: ReportingUnits) -> dict[str, int]:
    return {
        group.id: sum(units.units[position].heads for position in group.units)
        for group in tree_of(units)
    }
