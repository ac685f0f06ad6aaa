"""Every way in which the people of two units can have answered, sorted by what a release says.

It knows `share_bands` and where bands may begin, and nothing of what is withheld or why.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from bot.core.disclosure.bands import Bands, people_band, share_bands
from bot.core.disclosure.engine import protect
from bot.core.disclosure.release import Release
from bot.core.disclosure.respondents import usable_edges
from bot.core.disclosure.rules import COUNT_EDGES, GRIDS, DisclosureRules
from bot.core.tabulation import ScaleCounts, TeamCounts, UnsafeTable
from tests.core.builders import an_instrument, item, scale, teams_of, units_of
from tests.core.disclosure.organisations import ABOUT

HEADS = 40
FEWEST, MOST = 10, 24
INSTRUMENT = an_instrument(items=[item("mood")], scales=[scale("mood", ["mood"])])
UNITS = units_of(east=[(HEADS, 3), (HEADS, 3)])
TEAMS = teams_of(UNITS)

Counts = tuple[int, int, int]
Seen = tuple[int, Bands]
"""Of one unit: where its band of people begins, and its bands."""
Told = tuple[Seen, Seen, Bands]
"""Of two units and their sum."""

AIMS = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


def times(aims: Counts, counts: Counts) -> int:
    """How many answers count for an aim."""
    return sum(aim * count for aim, count in zip(aims, counts, strict=True))


def triples(fewest: int, most: int) -> Iterator[Counts]:
    """Every way in which so many people can answer."""
    for people in range(fewest, most + 1):
        for low in range(people + 1):
            for middle in range(people - low + 1):
                yield low, middle, people - low - middle


@cache
def written(counts: Counts, least: int) -> Bands:
    """The bands of these answers."""
    people = sum(counts)
    return share_bands(counts, [people - count for count in counts], least)


@cache
def by_unit() -> dict[Seen, list[Counts]]:
    """The ways in which one unit can answer, by what is said of it."""
    found: dict[Seen, list[Counts]] = defaultdict(list)
    for counts in triples(FEWEST, MOST):
        found[seen(counts)].append(counts)
    return dict(found)


def seen(counts: Counts) -> Seen:
    """What is said of one unit."""
    return people_band(sum(counts), COUNT_EDGES).least, written(counts, FEWEST)


def least_of_sum(first: int, second: int, people: int) -> int:
    """Where the band of people of the sum begins, as far as the width of its bands shows it."""
    tops = {10: 14, 15: 24}
    edges = sorted(edge for edge, _ in GRIDS)
    usable = usable_edges(edges, FEWEST, 2 * FEWEST, tops[first] + tops[second])
    return people_band(people, usable).least


def of_sum(one: Counts, other: Counts) -> Bands:
    """The bands of two units together."""
    low, middle, high = (a + b for a, b in zip(one, other, strict=True))
    first, second = seen(one)[0], seen(other)[0]
    return written((low, middle, high), least_of_sum(first, second, sum(one) + sum(other)))


def told(one: Counts, other: Counts) -> Told:
    """What would be said of two units and their sum."""
    return seen(one), seen(other), of_sum(one, other)


def worlds(saying: Told) -> Iterator[tuple[Counts, Counts]]:
    """All ways to answer of which the same would be said."""
    for one in by_unit()[saying[0]]:
        for other in by_unit()[saying[1]]:
            if of_sum(one, other) == saying[2]:
                yield one, other


def proven(saying: Told) -> set[tuple[int, Counts]]:
    """Of which unit it follows that fewer than three are there, though its bands allow three."""
    open_still = {
        (place, aims)
        for place, unit in enumerate(saying[:2])
        for aims in AIMS
        if max(times(aims, counts) for counts in by_unit()[unit]) >= 3
    }
    for ways in worlds(saying):
        open_still -= {(place, aims) for place, aims in open_still if times(aims, ways[place]) >= 3}
        if not open_still:
            break
    return open_still


def release_of(one: Counts, other: Counts) -> Release:
    """What is released of these answers."""
    cells = {
        (f"east{n}", 0): TeamCounts(
            sum(counts), {"mood": ScaleCounts(list(counts), counts[0] + 3 * counts[1])}
        )
        for n, counts in enumerate((one, other))
    }
    return protect(UnsafeTable(INSTRUMENT, cells), UNITS, DisclosureRules(), ABOUT, [], teams=TEAMS)
