"""Suppression: which groups of the tree may be shown, so that none can be had by subtraction.

The groups of a tree lie inside each other or apart, so everything that adding and subtracting
shown groups can give is a union of *remainders*: a shown group without the shown groups
inside it. Every remainder must therefore be safe by itself. One in which nobody answered is
not: that it alone is missing would say so of each of its people.
"""

from collections.abc import Callable, Sequence
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


def tree_of(units: ReportingUnits) -> tuple[Group, ...]:
    """Return the force, its departments and their units, each before what lies inside it.

    Of groups that hold the same people only the largest is listed: the same result under two
    names is one result.
    """
    everybody = frozenset(range(len(units.units)))
    groups = [Group("force", units.force, Level.FORCE, None, everybody)]
    members: dict[str, set[int]] = {}
    for position, unit in enumerate(units.units):
        members.setdefault(unit.department, set()).add(position)
    for department_id, name in units.departments:
        inside = frozenset(members.get(department_id, ()))
        parent = "force"
        if inside and inside != everybody:
            parent = f"department:{department_id}"
            groups.append(Group(parent, name, Level.DEPARTMENT, "force", inside))
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
    the smallest groups, equals by id, until every remainder is safe.
    """
    shown = [
        group
        for group in groups
        if DEPTH[group.level] <= DEPTH[smallest] and safe.holds_for(facts(group.units))
    ]
    while (unsafe := _unsafe_remainder(shown, facts, safe)) is not None:
        inside = outermost_inside(unsafe, shown)
        smallest_inside = min(inside, key=lambda group: (facts(group.units).people, group.id))
        shown.remove(smallest_inside)
    return frozenset(group.id for group in shown)


def _unsafe_remainder(shown: Sequence[Group], facts: Facts, safe: Safe) -> Group | None:
    for group in shown:
        rest = remainder(group, shown)
        if rest and not safe.holds_for(facts(rest)):
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
