"""The ledger: what was ever shown, and what a new release may add to it.

Every group ever shown is a set of teams. All these sets together cut the teams into *parts*:
two teams are in one part when every group ever shown holds both or neither. Whatever adding
and subtracting groups over time can give is a union of parts, so no release may make a part
of 1 to 14 heads. That looks at teams and heads alone, which are public, never at answers.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.core.disclosure.earlier import Earlier, Teams, teams_in
from bot.core.disclosure.rosters import Roster, fewest
from bot.core.disclosure.suppression import tree_of
from bot.core.reporting_units import ReportingUnits


def _all_of(release: Earlier) -> Iterable[Teams]:
    return release.shown.values()


class Ledger:
    """All groups ever shown, and the parts into which they cut the teams."""

    def __init__(
        self,
        earlier: Sequence[Earlier],
        least: Roster,
        sets: Callable[[Earlier], Iterable[Teams]] = _all_of,
        supervisors: tuple[int, Mapping[str, int]] = (0, {}),
    ) -> None:
        """Make the ledger of `sets` of the releases; `least` are the fewest of the year before.

        With `supervisors`, which are how many a part needs and how many each team has today, a
        part needs supervisors as well as heads.
        """
        self.earlier = earlier
        self._least, self._sets, self._supervisors = least, sets, supervisors
        self.last_heads: dict[str, int] = {}
        """The heads of every team that was ever in a released round, when it last was."""
        self.homes: dict[str, str] = {}
        """The department under which each was last reported."""
        self.groups = tuple(dict.fromkeys(teams for each in earlier for teams in sets(each)))
        """Every group ever shown, once."""

    @staticmethod
    def of(earlier: Sequence[Earlier], today: date) -> "Ledger":
        """Return the ledger of all earlier releases, of whatever check-in, oldest first."""
        ledger = Ledger(earlier, fewest(_rosters(earlier), today))
        for each in earlier:
            for unit in each.units.units:
                ledger.last_heads.update(unit.heads_by_team)
                if unit.department:
                    ledger.homes.update(dict.fromkeys(unit.teams, unit.department))
        return ledger

    def of_theme(
        self, instrument: str, theme: str, needed: int, today: Mapping[str, int]
    ) -> "Ledger":
        """Return the ledger of where a theme was shown, whose parts need supervisors as well.

        `today` are the supervisors of every team there is.
        """

        def sets(release: Earlier) -> Iterable[Teams]:
            return release.themes.get(theme, ()) if release.instrument == instrument else ()

        return Ledger(self.earlier, self._least, sets, (needed, today))

    def expecting(
        self, coming: Iterable[ReportingUnits], today: Mapping[str, int], least: int
    ) -> "Ledger":
        """Return the ledger as it will be when rounds that are not released yet show all they may.

        A round opens when the one before has closed and is not counted yet.
        """
        expected = self._with(self.groups)
        for units in coming:
            candidates = [
                Candidate(group.id, teams)
                for group in tree_of(units)
                if self.heads(teams := teams_in(group, units), today) >= least
            ]
            withheld = withheld_over_time(expected, candidates, today, least)
            shown = [each.teams for each in candidates if each.id not in withheld]
            expected = expected._with((*expected.groups, *shown))
            for unit in units.units:
                expected.homes.update(dict.fromkeys(unit.teams, unit.department))
        return expected

    def _with(self, groups: Iterable[Teams]) -> "Ledger":
        other = Ledger(self.earlier, self._least, self._sets, self._supervisors)
        other.last_heads, other.homes = self.last_heads, dict(self.homes)
        other.groups = tuple(dict.fromkeys(groups))
        return other

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
        return _counted(teams, today, self._least.heads)

    def is_small(self, teams: Collection[str], today: Mapping[str, int], least: int) -> bool:
        """Whether somebody is in these teams, and too few for them to be a part."""
        needed, supervisors = self._supervisors
        heads = self.heads(teams, today)
        few = needed and _counted(teams, supervisors, self._least.supervisors) < needed
        return heads > 0 and (heads < least or bool(few))

    def small_for_good(self, part: Teams, today: Mapping[str, int]) -> bool:
        """Whether a part that is small today was so when it was first cut off.

        Then only that its people were thought to be gone let it pass, and they are back. What
        was large enough may be shown again, unless a team of it was not there then.
        """
        number = self._first_cut.get(part)
        if number is None:
            # Of a round that is not released yet, and that made it no smaller than it may be.
            return False
        then = self.earlier[number]
        there = then.there.heads
        if any(team in today and team not in there for team in part):
            return True
        # What was remembered then, and the release itself.
        known = fewest(_rosters(self.earlier[: number + 1]), then.closes_on, part)
        needed, today_supervisors = self._supervisors
        supervisors = {
            team: then.there.supervisors.get(team, today_supervisors.get(team, 0))
            for team in part
            if team in there
        }
        return _counted(part, there, known.heads) < then.least or (
            _counted(part, supervisors, known.supervisors) < needed
        )

    @cached_property
    def _first_cut(self) -> Mapping[Teams, int]:
        """Which release first cut off each part."""
        labels: Mapping[str, int] = {}
        known: set[Teams] = set()
        first: dict[Teams, int] = {}
        for number, each in enumerate(self.earlier):
            fresh = [teams for teams in self._sets(each) if teams not in known]
            if fresh:
                known.update(fresh)
                labels = _cut(labels, fresh)
                for part in _parts(labels):
                    first.setdefault(part, number)
        return first

    def small_again(self, today: Mapping[str, int], least: int) -> list[Teams]:
        """Return the parts that nothing may be shown of: small, and never large enough."""
        return [
            part
            for part in _parts(self.labels)
            if self.is_small(part, today, least) and self.small_for_good(part, today)
        ]


def _rosters(earlier: Sequence[Earlier]) -> list[tuple[date, Roster]]:
    return [(each.closes_on, each.there) for each in earlier]


def _counted(teams: Iterable[str], today: Mapping[str, int], least: Mapping[str, int]) -> int:
    return sum(min(today[team], least.get(team, today[team])) for team in teams if team in today)


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
    What was shown before with the same teams cuts nothing, and may be shown again, unless it
    holds a part that was let pass because its people were gone.
    """
    back = frozenset(team for part in ledger.small_again(today, least) for team in part)
    withheld = {each.id for each in candidates if each.teams & back}
    left = [
        each for each in candidates if each.id not in withheld and each.teams not in ledger.known
    ]
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

    Not those that were parts before: if they were large enough when they were made, showing
    them again tells nothing that was not told; if not, `Ledger.small_again` names them.
    """
    fresh = [group for group in groups if group not in ledger.known]
    if not fresh:
        return []
    return [
        part
        for part in _parts(_cut(ledger.labels, fresh))
        if ledger.part_of.get(min(part)) != part and ledger.is_small(part, today, least)
    ]


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
