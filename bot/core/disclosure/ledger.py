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
from itertools import product

from bot.core.disclosure.release import Release
from bot.core.disclosure.rosters import HEADS_REMEMBERED, Roster, fewest
from bot.core.disclosure.rules import DisclosureRules, Level
from bot.core.disclosure.suppression import Group, tree_of
from bot.core.reporting_units import ReportingUnits

Teams = frozenset[str]

HIGH_STRESS = "high-stress"

RELEASES_JOINED = 3
"""What was suppressed in one of so many releases stays joined."""

JOINERS_AND_LEAVERS = 2
"""A group whose heads changed by this many or fewer is not compared."""


@dataclass(frozen=True)
class Earlier:
    """A release that came before, and the reporting units of its round."""

    release: Release
    units: ReportingUnits
    roster: Roster | None = None
    """Which teams there were when it was released; those that were asked, where nobody knows."""

    def with_roster(self, roster: Roster) -> "Earlier":
        """Return the same with what is known of who was there."""
        known = {name: found for name, found in vars(self).items() if name != "there"}
        other = Earlier(self.release, self.units)
        vars(other).update(known, roster=roster)
        return other

    @cached_property
    def programmes(self) -> tuple[int, int]:
        """The programme versions in force when its round opened, and when it was released."""
        return programmes_of(self.release)

    @cached_property
    def there(self) -> Roster:
        """Which teams there were when it was released."""
        if self.roster is not None:
            return self.roster
        return Roster(
            {team: heads for unit in self.units.units for team, heads in unit.heads_by_team.items()}
        )

    @cached_property
    def asked(self) -> Teams:
        """The teams that were asked."""
        return frozenset(team for unit in self.units.units for team in unit.teams)

    @cached_property
    def instrument(self) -> str:
        """What was asked."""
        return str(self.release.document["instrument"]["id"])

    @cached_property
    def least(self) -> int:
        """The heads that a part needed then."""
        thresholds = self.release.document["thresholds"]
        return DisclosureRules(thresholds["respondents"], thresholds["heads"]).heads_needed

    @cached_property
    def cuts(self) -> frozenset[str]:
        """The cuts that the release shows."""
        return frozenset(cut["by"] for cut in self.release.document.get("cuts", []) if cut["cells"])

    @cached_property
    def themes(self) -> Mapping[str, tuple[Teams, ...]]:
        """The teams of the force and of departments in which each theme is shown, by theme."""
        found: dict[str, list[Teams]] = defaultdict(list)
        for group in self.release.document["groups"]:
            if group["id"] in self.shown and group["level"] != Level.UNIT.value:
                for theme, said in group["scales"].items():
                    if said is not None:
                        found[theme].append(self.shown[group["id"]])
        return {theme: tuple(sets) for theme, sets in found.items()}

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
        if HIGH_STRESS in self.cuts:
            sets.update(sides_of(self.units))
        return sets

    def remember(self) -> "Earlier":
        """Note what the rules over time need, and let go of the rest; return the same."""
        _ = self.check_in, self.closes_on, self.shown, self.cuts, self.themes
        _ = self.instrument, self.least, self.programmes
        self.release.let_go()
        return self


def programmes_of(release: Release) -> tuple[int, int]:
    """Return the programme versions in force when a round opened, and when it was released."""
    opened = int(release.document["programme"])
    return opened, int(release.document.get("programme_at_release", opened))


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


def cuts_withheld(
    ledger: Ledger,
    shown: Sequence[Candidate],
    units: ReportingUnits,
    today: Mapping[str, int],
    least: int,
) -> frozenset[str]:
    """Return high stress, if its two sides would make a part under `least` heads, or may be
    shown groups under new names: they are two groups like any other."""
    sides = list(sides_of(units).values())
    if small_parts(ledger, [*(each.teams for each in shown), *sides], today, least):
        return frozenset({HIGH_STRESS})
    new = frozenset(team for side in sides for team in side) - ledger.last_heads.keys()
    sets = [*(each.teams for each in shown), *(rest for _, rest in left_over(shown, new))]
    atoms = dict.fromkeys(side & each for side in sides for each in (side, *sets) if each & new)
    candidates = [Candidate(HIGH_STRESS, teams) for teams in atoms if teams]
    return withheld_for_new_names(ledger, candidates, today, least)


def cells_withheld(
    ledger: Ledger,
    instrument: str,
    asked: Teams,
    today: Mapping[str, int],
    least: int,
    day: date,
) -> frozenset[str]:
    """Return the cuts by role and service that were shown, in the year before a day, of a force
    that was 1 to `least` - 1 heads larger or smaller: those few would be the difference.

    Teams that are gone count with the heads they had: a cell may be one of theirs.
    """
    found: set[str] = set()
    for each in ledger.earlier:
        if each.instrument != instrument or each.closes_on <= day - HEADS_REMEMBERED:
            continue
        for more, fewer in ((asked, each.asked), (each.asked, asked)):
            gone = {team: ledger.last_heads[team] for team in each.asked - today.keys()}
            if 0 < ledger.heads(more - fewer, {**gone, **today}) < least:
                found |= each.cuts - {HIGH_STRESS}
    return frozenset(found)


def left_over(candidates: Sequence[Candidate], among: Teams) -> list[tuple[Candidate, Teams]]:
    """Return the groups that hold some of these teams outside the groups inside them, with all
    that those groups leave over."""
    found = []
    for each in candidates:
        if each.teams & among:
            inside = [other.teams for other in candidates if other.teams < each.teams]
            rest = each.teams.difference(*inside)
            if inside and rest & among:
                found.append((each, rest))
    return found


def withheld_for_new_names(
    ledger: Ledger, candidates: Sequence[Candidate], today: Mapping[str, int], least: int
) -> frozenset[str]:
    """Return the groups with new teams that may be a shown group under other names, but for few.

    Teams that no release has named may be the people of teams that are gone. Then a group that
    holds them differs from one that held the others by what they are apart, and by teams that
    are in one of the two alone: together not 1 to `least` - 1 heads. What a group leaves over
    beside the groups inside it is held against those that were shown as well. Once named by a
    release, a team is no longer new.
    """
    new_teams = frozenset(team for each in candidates for team in each.teams)
    new_teams -= ledger.last_heads.keys()
    if not new_teams:
        return frozenset()
    coming = [each for each in candidates if each.teams & new_teams]
    coming += [Candidate(each.id, rest) for each, rest in left_over(candidates, new_teams)]
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
