"""Suppression: which groups of the tree may be shown, so that none can be had by subtraction.

The groups of a tree lie inside each other or apart, so everything that adding and subtracting
shown groups can give is a union of *remainders*: a shown group without the shown groups
inside it. Every remainder must therefore be safe by itself. One in which nobody answered is
not: that it alone is missing would say so of each of its people.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.core.disclosure.rules import DEPTH, Level
from bot.core.reporting_units import ReportingUnits


@dataclass(frozen=True, slots=True)
class Group:
    """A node of the tree: the force, a department, or a reporting unit."""

    id: str
    name: str
    level: Level
    parent: str | None
    units: frozenset[int]
    """Positions in the round's list of reporting units."""
    told_as: Level | None = None
    """The level whose rules hold for it, where that is not the one it stands on."""
    is_part: bool = False
    """Whether it is a unit of those asked, where some of the force were."""

    @property
    def told(self) -> Level:
        """The level whose rules hold for it."""
        return self.told_as or self.level

    @property
    def has_rate(self) -> bool:
        """Whether which share of it answered is released: never of a unit, whatever its name."""
        return self.level is not Level.UNIT and not self.is_part


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """What decides about a set of units. `people` is the fewest persons who answered."""

    people: int
    heads: int
    supervisors: int


Facts = Callable[[frozenset[int]], GroupFacts]


@dataclass(frozen=True, slots=True)
class Safe:
    """What a set of units needs in order to be shown."""

    people: int
    heads: int
    supervisors: int

    def holds_for(self, facts: GroupFacts) -> bool:
        """Whether a set with these facts may be shown."""
        return (
            facts.people >= self.people
            and facts.heads >= self.heads
            and facts.supervisors >= self.supervisors
        )


SEVERAL = 2
"""Reporting units that are more than one."""


def tree_of(
    units: ReportingUnits, *, unit_heads: int = 0, everyone: bool = True
) -> tuple[Group, ...]:
    """Return the force, its departments and their units, each before what lies inside it.

    Of groups that hold the same people only the largest is listed: the same result under two
    names is one result. A name makes nothing larger: a department that is one reporting unit of
    fewer than `unit_heads` is told like a unit, and where not `everyone` was asked the rules of
    the force hold for nobody.
    """
    everybody = frozenset(range(len(units.units)))
    top = Level.UNIT if len(everybody) < SEVERAL else Level.DEPARTMENT
    groups = [
        Group(
            "force",
            units.force,
            Level.FORCE,
            None,
            everybody,
            None if everyone else top,
            is_part=not everyone and top is Level.UNIT,
        )
    ]
    members: dict[str, set[int]] = {}
    for position, unit in enumerate(units.units):
        members.setdefault(unit.department, set()).add(position)
    for department_id, name in units.departments:
        inside = frozenset(members.get(department_id, ()))
        parent = "force"
        if inside and inside != everybody:
            parent = f"department:{department_id}"
            heads = sum(units.units[position].heads for position in inside)
            small = len(inside) < SEVERAL and (heads < unit_heads or not everyone)
            told_as = Level.UNIT if small else None
            groups.append(
                Group(
                    parent, name, Level.DEPARTMENT, "force", inside, told_as, small and not everyone
                )
            )
        groups += [
            Group(
                f"unit:{units.units[position].id}",
                units.units[position].name,
                Level.UNIT,
                parent,
                frozenset({position}),
            )
            for position in sorted(inside)
            if len(inside) > 1
        ]
    return tuple(groups)


def shown_groups(
    groups: Sequence[Group], facts: Facts, safe: Safe, smallest: Level
) -> frozenset[str]:
    """Return the ids of the groups that may be shown.

    Primary suppression hides what is not safe by itself; secondary suppression then hides
    the smallest groups, equals by id, until every remainder is safe. What is not shown for its
    level must not be what is left over either.
    """
    too_small = {group.units for group in groups if DEPTH[group.level] <= DEPTH[smallest]}
    too_small -= {group.units for group in groups if DEPTH[group.told] <= DEPTH[smallest]}
    shown = [
        group
        for group in groups
        if DEPTH[group.told] <= DEPTH[smallest] and safe.holds_for(facts(group.units))
    ]
    # Found once: with 3,000 teams, comparing all with all after each would take seconds.
    inside = {
        group.id: [other for other in shown if other.units < group.units]
        for group in shown
        if len(group.units) > 1
    }
    while (unsafe := _unsafe_remainder(shown, inside, facts, safe, too_small)) is not None:
        outermost = outermost_inside(unsafe, inside[unsafe.id])
        smallest_inside = min(outermost, key=lambda group: (facts(group.units).people, group.id))
        for groups_inside in (shown, *inside.values()):
            if smallest_inside in groups_inside:
                groups_inside.remove(smallest_inside)
    return frozenset(group.id for group in shown)


def _unsafe_remainder(
    shown: Sequence[Group],
    inside: Mapping[str, Sequence[Group]],
    facts: Facts,
    safe: Safe,
    too_small: Collection[frozenset[int]],
) -> Group | None:
    for group in shown:
        rest = remainder(group, inside.get(group.id, ()))
        if rest and (rest in too_small or not safe.holds_for(facts(rest))):
            return group
    return None


def remainder(group: Group, shown: Sequence[Group]) -> frozenset[int]:
    """Return the units of a shown group that lie in no shown group inside it."""
    if len(group.units) == 1:
        return group.units
    inside = [other.units for other in shown if other.units < group.units]
    return group.units.difference(*inside)


def outermost_inside(group: Group, shown: Sequence[Group]) -> list[Group]:
    """Return the shown groups inside a group that lie in no other shown group inside it."""
    if len(group.units) == 1:
        return []
    inside = [other for other in shown if other.units < group.units]
    covered: set[int] = set()
    outermost = []
    # Groups lie inside each other or apart: behind a larger one, what it covers lies inside it.
    for inner in sorted(inside, key=lambda other: -len(other.units)):
        if covered.isdisjoint(inner.units):
            outermost.append(inner)
            covered |= inner.units
    return outermost
