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
from itertools import product

from bot.core.disclosure.release import Release
from bot.core.disclosure.suppression import Group, tree_of
from bot.core.reporting_units import ReportingUnits

Teams = frozenset[str]

HEADS_REMEMBERED = timedelta(days=365)
"""A team counts with the fewest heads it had in releases of this long."""

RELEASES_JOINED = 3
"""What was suppressed in one of so many releases stays joined."""

JOINERS_AND_LEAVERS = 2
"""A group whose heads changed by this many or fewer is not compared."""


@dataclass(frozen=True)
class Earlier:
    """A release that came before, and the reporting units of its round."""

    release: Release
    units: ReportingUnits

    @cached_property
    def check_in(self) -> str:
        """The check-in that was released."""
        return str(self.release.document["check_in"])

    @cached_property
    def closes_on(self) -> date:
        """The day on which the round closed."""
        return date.fromisoformat(self.release.document["closes_on"])

    @cached_property
    def shown(self) -> Mapping[str, Teams]:
        """The teams of every group that the release shows, by the group's id.

        Teams under high stress and the rest of the force are two groups more, where that is
        shown.
        """
        document = self.release.document
        shown = {each["id"] for each in document["groups"] if each["respondents"] is not None}
        sets = {
            group.id: teams_in(group, self.units)
            for group in tree_of(self.units)
            if group.id in shown
        }
        for cut in document.get("cuts", []):
            if cut["by"] == "high-stress" and cut["cells"]:
                sets.update(sides_of(self.units))
        return sets

    def remember(self) -> "Earlier":
        """Note what the rules over time need, and let go of the rest; return the same."""
        _ = self.check_in, self.closes_on, self.shown
        self.release.let_go()
        return self


def teams_in(group: Group, units: ReportingUnits) -> Teams:
    """Return the teams of a group."""
    return frozenset(team for position in group.units for team in units.units[position].teams)


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
            shown.update(dict.fromkeys(each.shown.values()))
        self.groups: tuple[Teams, ...] = tuple(shown)
        """Every group ever shown, once."""

    @staticmethod
    def of(earlier: Sequence[Earlier], today: date) -> "Ledger":
        """Return the ledger of all earlier releases, of whatever check-in, oldest first."""
        return Ledger(earlier, today)

    def expecting(
        self, coming: Iterable[ReportingUnits], today: Mapping[str, int], least: int
    ) -> "Ledger":
        """Return the ledger as it will be when rounds that are not released yet show all they may.

        A round opens when the one before has closed and is not counted yet.
        """
        expected = Ledger([], date.max)
        expected._least, expected.last_heads = self._least, self.last_heads
        expected.homes, expected.groups = dict(self.homes), self.groups
        for units in coming:
            candidates = [
                Candidate(group.id, teams)
                for group in tree_of(units)
                if self.heads(teams := teams_in(group, units), today) >= least
            ]
            before = Ledger([], date.max)
            before._least, before.groups = self._least, expected.groups
            withheld = withheld_over_time(before, candidates, today, least)
            shown = [each.teams for each in candidates if each.id not in withheld]
            expected.groups = tuple(dict.fromkeys((*expected.groups, *shown)))
            for unit in units.units:
                expected.homes.update(dict.fromkeys(unit.teams, unit.department))
        return expected

    @cached_property
    def known(self) -> frozenset[Teams]:
        """Every group ever shown."""
        return frozenset(self.groups)

    @cached_property
    def labels(self) -> Mapping[str, int]:
        """A number for every team that was ever shown in a group: the same in one part."""
        return _cut({}, self.groups)

    @cached_property
    def part_of(self) -> Mapping[str, Teams]:
        """The part of every team that was ever shown in a group."""
        return {team: part for part in _parts(self.labels) for team in part}

    def heads(self, teams: Iterable[str], today: Mapping[str, int]) -> int:
        """Return the heads that count for teams: of each the fewest of today and the year before.

        A team that no longer exists has none: its people have left.
        """
        return sum(
            min(today[team], self._least.get(team, today[team])) for team in teams if team in today
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group that a new release would show."""

    id: str
    teams: Teams


def withheld_over_time(
    ledger: Ledger, candidates: Sequence[Candidate], today: Mapping[str, int], least: int
) -> frozenset[str]:
    """Return the groups that must not be shown, so that none makes a part under `least` heads.

    `today` are the heads of every team there is. Of the groups that cut a part off from the
    rest of what it was, the smallest are withheld, equals by id, until no such part remains.
    What was shown before with the same teams cuts nothing, and may always be shown again.
    """
    if not ledger.groups:
        # What groups of one release make together is the rule of remainders.
        return frozenset()
    left = [each for each in candidates if each.teams not in ledger.known]
    withheld: set[str] = set()
    while parts := small_parts(ledger, [each.teams for each in left], today, least):
        part = min(parts, key=sorted)
        whole = ledger.part_of.get(min(part)) or frozenset(
            team for each in left for team in each.teams if team not in ledger.part_of
        )
        cutting = [each for each in left if each.teams & whole and not whole <= each.teams]
        # New teams that have no others to hide among are cut off by every group they are in.
        cutting = cutting or [each for each in left if each.teams & part]
        smallest = min(cutting, key=lambda each: (ledger.heads(each.teams, today), each.id))
        left.remove(smallest)
        withheld.add(smallest.id)
    return frozenset(withheld)


def small_parts(
    ledger: Ledger, groups: Iterable[Teams], today: Mapping[str, int], least: int
) -> list[Teams]:
    """Return the parts of 1 to `least` - 1 heads that groups would make, shown with all before.

    Not those that were parts before: they were large enough when they were made, and showing
    them again tells nothing that was not told.
    """
    fresh = [group for group in groups if group not in ledger.known]
    if not fresh:
        return []
    return [
        part
        for part in _parts(_cut(ledger.labels, fresh))
        if 0 < ledger.heads(part, today) < least and ledger.part_of.get(min(part)) != part
    ]


def cuts_withheld(
    ledger: Ledger,
    shown: Sequence[Candidate],
    units: ReportingUnits,
    today: Mapping[str, int],
    least: int,
) -> frozenset[str]:
    """Return the cuts that would make a part under `least` heads: two groups like any other."""
    groups = [*(each.teams for each in shown), *sides_of(units).values()]
    return frozenset({"high-stress"} if small_parts(ledger, groups, today, least) else ())


def withheld_for_new_names(
    ledger: Ledger, candidates: Sequence[Candidate], today: Mapping[str, int], least: int
) -> frozenset[str]:
    """Return the groups with new teams that may be a shown group under other names, but for few.

    Teams that no release has named may be the people of teams that are gone. Then a group that
    holds them differs from one that held the others by what they are apart, and by teams that
    are in one of the two alone: together not 1 to `least` - 1 heads. Once named by a release, a
    team is no longer new.
    """
    coming = [each for each in candidates if not each.teams <= ledger.last_heads.keys()]
    if not coming:
        return frozenset()
    # Only groups whose heads are near each other can differ by so few.
    near: dict[tuple[int, int], list[tuple[Teams, int]]] = defaultdict(list)
    for group in ledger.groups:
        stay = group & today.keys()
        if stay != group:
            gone = sum(ledger.last_heads[team] for team in group - stay)
            place = (ledger.heads(stay, today) // least, gone // least)
            near[place].append((stay, gone))
    withheld = set()
    for each in coming:
        known = each.teams & ledger.last_heads.keys()
        new = sum(today.get(team, 0) for team in each.teams - known)
        column, row = ledger.heads(known, today) // least, new // least
        for place in product((column - 1, column, column + 1), (row - 1, row, row + 1)):
            if any(
                0 < abs(new - gone) + ledger.heads(known ^ stay, today) < least
                for stay, gone in near.get(place, ())
            ):
                withheld.add(each.id)
                break
    return frozenset(withheld)


def _cut(start: Mapping[str, int], groups: Iterable[Teams]) -> dict[str, int]:
    """Return a number for every team in a group or in `start`: the same in the same groups.

    Each group splits the classes it cuts, so that the work grows with the members of groups,
    not with pairs of groups.
    """
    labels = dict(start)
    following = max(labels.values(), default=0)
    for group in groups:
        renamed: dict[int, int] = {}
        for team in group:
            old = labels.get(team, 0)
            if old not in renamed:
                following += 1
                renamed[old] = following
            labels[team] = renamed[old]
    return labels


def _parts(labels: Mapping[str, int]) -> list[Teams]:
    parts: dict[int, set[str]] = defaultdict(set)
    for team, label in labels.items():
        parts[label].add(team)
    return [frozenset(part) for part in parts.values()]


def suppressed_lately(earlier: Sequence[Earlier], check_in: str) -> tuple[Teams, ...]:
    """Return the units of which one of the check-in's last three releases showed nothing."""
    of_check_in = [each for each in earlier if each.check_in == check_in]
    hidden: dict[Teams, None] = {}
    for each in of_check_in[-RELEASES_JOINED:]:
        shown = set(each.shown.values())
        for unit in each.units.units:
            if frozenset(unit.teams) not in shown:
                hidden[frozenset(unit.teams)] = None
    return tuple(hidden)


def comparable_groups(
    groups: Sequence[Group], units: ReportingUnits, check_in: str, earlier: Sequence[Earlier]
) -> frozenset[str]:
    """Return the groups that may be compared with the newest earlier result of theirs.

    Not those whose teams are others, nor those that a person or two joined or left: the
    difference would be theirs. A group that the check-in never showed has nothing to differ from.
    """
    before: dict[str, tuple[Teams, int]] = {}
    for each in reversed(earlier):
        if each.check_in == check_in and not each.shown.keys() <= before.keys():
            heads = _heads_of_groups(each.units)
            for name, teams in each.shown.items():
                before.setdefault(name, (teams, heads.get(name, 0)))
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
