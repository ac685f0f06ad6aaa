"""Bands: how shares, numbers of people and means are written so that no person shows.

Three shares add up to 100, so bands that look wide one by one can pin a share together.
The grids here cut the triangle of all (low, middle, high) into smaller triangles that are
never thinner than their width; a share that falls on an edge is read as lying on the side
of one third, which is never outside the triangle.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.core.disclosure.rules import (
    COUNT_EDGES,
    COUNTS_FROM,
    GRIDS,
    HOMOGENEOUS_SHARE,
    MOST_OF_THE_HEADS,
    RATE_EDGES,
    ROUND_COUNTS_TO,
    SMALLEST_MINORITY,
    Grid,
)

_THIRD = Fraction(100, 3)
_COARSE = 20


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """A range of per cent, both ends included, multiples of five."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Bands:
    """The shares of the three groups of answers."""

    low: Band
    middle: Band
    high: Band


def share_bands(counts: Sequence[int], remainders: Sequence[int], people: int) -> Bands:
    """Return the bands of three groups of answers.

    `counts` are the answers in each group, all prompts of the round together; `remainders`
    the fewest people who can stand behind the answers *outside* each group; `people` the
    fewest who can stand behind all of them (the largest prompt's number).
    """
    total = sum(counts)
    shares = [Fraction(100 * count, total) for count in counts]
    for position, share in enumerate(shares):
        if share >= HOMOGENEOUS_SHARE or remainders[position] < SMALLEST_MINORITY:
            return _homogeneous(position, share)
    grid = _finest(shares, people)
    return Bands(*(_band(share, grid.width) for share in shares))


def _homogeneous(position: int, share: Fraction) -> Bands:
    """Nearly everybody answered alike: say only that most did.

    When a few people answered at more prompts than the others, the share can be under 80
    although fewer than three people stand outside it; then the band reaches down to it.
    """
    edge = min(100 - _COARSE, int(share // _COARSE) * _COARSE)
    bands = [Band(0, 100 - edge)] * 3
    bands[position] = Band(edge, 100)
    return Bands(*bands)


def _finest(shares: Sequence[Fraction], people: int) -> Grid:
    grids = next(grids for least, grids in GRIDS if people >= least)
    return next(grid for grid in grids if min(shares) >= grid.only_from)


def _band(share: Fraction, width: int) -> Band:
    steps = share / width
    low = int(steps)
    if steps == low and share > _THIRD:
        low -= 1
    return Band(low * width, (low + 1) * width)


def count_band(people: int, heads: int) -> tuple[int, int | None] | None:
    """Return the band of a number of people; None under ten.

    The highest band of a group is open: which one that is depends on its heads alone, which
    everybody knows, so it says nothing about how many of them answered.
    """
    return _between(people, heads, COUNT_EDGES)


def rate_band(people: int, heads: int) -> Band | None:
    """Return the band of the share of heads who answered, in steps of five; None under ten.

    It is made from a band of people, never from their number: two bands of one number with
    different edges can meet in that number.
    """
    people_band = _between(people, heads, RATE_EDGES)
    if people_band is None:
        return None
    least, most = people_band
    low = 100 * least // heads // 5 * 5
    high = 100 if most is None else min(100, -(-100 * most // heads // 5) * 5)
    return Band(min(low, high - 5), high)


def _between(people: int, heads: int, edges: Sequence[int]) -> tuple[int, int | None] | None:
    usable = [edge for edge in edges if edge == edges[0] or 100 * edge <= MOST_OF_THE_HEADS * heads]
    if people < usable[0]:
        return None
    low = max(edge for edge in usable if edge <= people)
    following = [edge for edge in usable if edge > people]
    return low, following[0] - 1 if following else None


def rounded_mean(total: Fraction, answers: int) -> float:
    """Return a mean to one decimal, halves up."""
    tenths = total * 10 / answers
    return math.floor(tenths + Fraction(1, 2)) / 10


def rounded_count(people: int, of: int) -> int | None:
    """Return how many of `of` people chose an option, rounded to fives, halves up.

    None under ten, and when nearly everybody chose it: that would be an answer of each.
    """
    nearly_all = 100 * people >= HOMOGENEOUS_SHARE * of or of - people < SMALLEST_MINORITY
    if people < COUNTS_FROM or nearly_all:
        return None
    return (2 * people + ROUND_COUNTS_TO) // (2 * ROUND_COUNTS_TO) * ROUND_COUNTS_TO
