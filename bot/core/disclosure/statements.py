"""Statements: what a reader knows of the answers of one group, as bounds on three numbers.

Bands, the bands of people behind them, and heads make a statement; the true counts stand beside
it, and only make searches quick.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from bot.core.disclosure.bands import Band, Bands
from bot.core.disclosure.linear import Row
from bot.core.disclosure.rules import HOMOGENEOUS_SHARE, SMALLEST_MINORITY

PLACES = (0, 1, 2)
Counts = tuple[int, int, int]

Aims = tuple[int, int, int]
"""Ones where answers count: those of one place, or those of the two others."""

AIMS: tuple[Aims, ...] = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 0))


class Edge(NamedTuple):
    """A share is at least (sign 1) or at most (sign -1) so many per cent, or beyond them."""

    place: int
    share: int
    sign: int
    beyond: int

    @property
    def row(self) -> Row:
        """The same as a row over the three numbers of answers."""
        row = [self.sign * (100 * (place == self.place) - self.share) for place in PLACES]
        return (row[0], row[1], row[2], self.beyond)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a reader knows of the answers of one group, or of what groups leave over."""

    id: str
    atoms: frozenset[int]
    """What it is made of: the sets of units that no statement divides."""
    edges: tuple[Edge, ...]
    """Between which the shares lie."""
    least: int
    most: int
    """Between which the number of answers lies."""
    counts: Counts
    """The truth."""

    @property
    def rows(self) -> list[Row]:
        """What its numbers of answers obey: each row times them is at least its last number."""
        ends: list[Row] = [(1, 1, 1, self.least), (-1, -1, -1, -self.most)]
        return ends + [edge.row for edge in self.edges]

    def fits(self, counts: Sequence[int]) -> bool:
        """Whether these answers could stand behind it."""
        total = sum(counts)
        if not self.least <= total <= self.most:
            return False
        # Asked hundreds of thousands of times for a large force: a generator would cost half.
        for place, share, sign, beyond in self.edges:
            if sign * (100 * counts[place] - share * total) < beyond:
                return False
        return True


def statement(
    name: str,
    atoms: frozenset[int],
    bands: Bands | None,
    people: tuple[int, int],
    prompts: int,
    counts: Sequence[int],
) -> Statement:
    """Return the statement that bands, and a band of people, make; without bands of a rest.

    Every person gave one answer or, over several prompts, up to as many as there are.
    """
    least, most = people[0], people[1] * prompts
    edges: list[Edge] = []
    if bands is not None:
        each = (bands.low, bands.middle, bands.high)
        alike = any(
            band.high == 100 and sorted(each)[:2] == [Band(0, 100 - band.low)] * 2 for band in each
        )
        for place, band in enumerate(each):
            edges += _edges_of(place, band, _closed(each, alike, least, prompts))
            if alike and band.high == 100 and least >= 100 and prompts == 1:
                # So many people are written like this only where 90 per cent answered alike.
                edges.append(Edge(place, HOMOGENEOUS_SHARE, 1, 0))
    low, middle, high = counts
    return Statement(name, atoms, tuple(edges), least, most, (low, middle, high))


def _closed(bands: Sequence[Band], alike: bool, least: int, prompts: int) -> bool:
    """Whether shares on the edges belong to bands that say that nearly all answered alike.

    Eight of ten do, and shares made of several prompts; otherwise 80 per cent belong to the
    band below.
    """
    return alike and (prompts > 1 or least <= 10 or min(band.high for band in bands) > 20)


def _edges_of(place: int, band: Band, closed: bool) -> Iterator[Edge]:
    # A share on an edge is read on the side of one third.
    if band.low > 0:
        yield Edge(place, band.low, 1, 0 if closed or 3 * band.low < 100 else 1)
    if band.high < 100:
        yield Edge(place, band.high, -1, 0 if closed or 3 * band.high > 100 else 1)


def times(factors: Sequence[int], counts: Sequence[int]) -> int:
    """Return the sum of three numbers of answers, each so many times."""
    return factors[0] * counts[0] + factors[1] * counts[1] + factors[2] * counts[2]


@cache
def own_bands_allow(edges: tuple[Edge, ...], least: int, most: int, aims: Aims) -> bool:
    """Whether some way to answer fits one statement alone and has three people there."""
    # Every band spans 5 points or more: with so many answers, whole numbers hinder nothing.
    return any(
        inside_at_most(edges, total, aims) >= SMALLEST_MINORITY
        for total in range(least, min(most, least + 200) + 1)
    )


def inside_at_most(edges: Sequence[Edge], total: int, aims: Aims) -> int:
    """Return the most of so many answers that one statement alone lets stand there; none where
    it fits no such answers."""
    lows, highs = [0, 0, 0], [total, total, total]
    for place, share, sign, beyond in edges:
        # Rounded up for what it is at least, down for what it is at most.
        reached = -(-(sign * share * total + beyond) // 100)
        if sign > 0:
            lows[place] = max(lows[place], reached)
        else:
            highs[place] = min(highs[place], -reached)
    if any(low > high for low, high in zip(lows, highs, strict=True)):
        return 0
    inside = [place for place in PLACES if aims[place]]
    outside = [place for place in PLACES if not aims[place]]
    most_inside = min(
        sum(highs[place] for place in inside), total - sum(lows[place] for place in outside)
    )
    least_inside = max(
        sum(lows[place] for place in inside), total - sum(highs[place] for place in outside)
    )
    return most_inside if most_inside >= least_inside else 0
