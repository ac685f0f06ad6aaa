"""Earlier releases: which groups each showed, and what may be compared with them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.core.disclosure.release import Release
from bot.core.disclosure.rosters import Roster
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
