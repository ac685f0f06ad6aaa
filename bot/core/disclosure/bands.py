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
    COUNTS_FROM,
    GRIDS,
    HOMOGENEOUS_SHARE,
    ROUND_COUNTS_TO,
    SMALLEST_MINORITY,
    Grid,
    Grids,
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


@dataclass(frozen=True, slots=True)
class PeopleBand:
    """A range of numbers of people, both ends included; open upwards without `most`."""

    least: int
    most: int | None


def share_bands(
    counts: Sequence[int], remainders: Sequence[int], least: int, grids: Grids = GRIDS
) -> Bands:
    """Return the bands of three groups of answers.

    `counts` are the answers in each group, all prompts of the round together; `remainders`
    the fewest people who can stand behind the answers *outside* each group; `least` where
    the band of the people behind all of them begins: the width of the bands shows it. `grids`
    are those of groups, or those of cuts.
    """
    total = sum(counts)
    shares = [Fraction(100 * count, total) for count in counts]
    for position, share in enumerate(shares):
        if share >= HOMOGENEOUS_SHARE or remainders[position] < SMALLEST_MINORITY:
            return _homogeneous(position, share)
    grid = _finest(shares, least, grids)
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


def _finest(shares: Sequence[Fraction], least: int, grids: Grids) -> Grid:
    usable = next(usable for edge, usable in grids if least >= edge)
    return next(grid for grid in usable if min(shares) >= grid.only_from)


def _band(share: Fraction, width: int) -> Band:
    steps = share / width
    low = int(steps)
    if steps == low and share > _THIRD:
        low -= 1
    return Band(low * width, (low + 1) * width)


def people_band(people: int, edges: Sequence[int]) -> PeopleBand:
    """Return the band of a number of people; the last one is open."""
    low = max(edge for edge in edges if edge <= people)
    following = [edge for edge in edges if edge > people]
    return PeopleBand(low, following[0] - 1 if following else None)


def rate_band(people: PeopleBand, heads: int) -> Band:
    """Return the band of the share of heads who answered, widened to steps of five.

    It is made from a band of people, never from their number: two bands of one number with
    different edges can meet in that number.
    """
    low = 100 * people.least // heads // 5 * 5
    high = 100 if people.most is None else min(100, -(-100 * people.most // heads // 5) * 5)
    return Band(min(low, high - 5), high)


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
