"""The change rule: when a series may be said to have changed.

The low answers are the unfavourable ones of every scale, so fewer of them is better. With no
change at all a band still moves by chance in three rounds of ten; therefore bands must lie
apart, and two rounds in a row must agree, or a department or the force must have fifty people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.core.disclosure.bands import Band
from bot.core.disclosure.rules import Level
from bot.core.evaluation.series import Point

ONE_ROUND_IS_ENOUGH_FROM: Final = 50
"""People of a department or the force from whom one round says as much as two of a unit."""

MARGIN: Final = 10
"""Points that must lie between two bands where fewer rounds or finer bands leave more to chance:
one round of a large group, and a unit's broad band against the force's fine one."""

ROUNDS_BEFORE: Final = 2
"""A change starts from this many rounds, where there are as many: one alone may be the odd one."""


class Direction(StrEnum):
    """Where a share of low answers went."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    """No change that can be told; a change may hide in it."""
    NOTHING_TO_COMPARE = "nothing_to_compare"


@dataclass(frozen=True, slots=True)
class Change:
    """What a series says at its end, and the points that say it.

    `before` and `after` are empty where there is nothing to compare.
    """

    direction: Direction
    before: tuple[Point, ...] = ()
    after: tuple[Point, ...] = ()

    @property
    def is_one(self) -> bool:
        """Whether there is a change that can be told."""
        return self.direction in (Direction.BETTER, Direction.WORSE)


NOTHING_TO_COMPARE: Final = Change(Direction.NOTHING_TO_COMPARE)


def compared(before: Band, after: Band, margin: int = 0) -> Direction:
    """Return where a share of low answers went from one band to another.

    Both ends belong to a band, so bands that only touch overlap.
    """
    between = max(after.low - before.high, before.low - after.high)
    if between <= 0 or between < margin:
        return Direction.SAME
    return Direction.WORSE if after.low > before.high else Direction.BETTER


def is_large(point: Point) -> bool:
    """Return whether one round of this group is enough for a change."""
    return (
        point.level in (Level.FORCE, Level.DEPARTMENT)
        and point.respondents is not None
        and point.respondents[0] >= ONE_ROUND_IS_ENOUGH_FROM
    )


def change_of(points: Sequence[Point]) -> Change:
    """Return what a series says at its end, by the change rule.

    Two rounds that agree are looked at first: that is the stronger finding.
    """
    two = _over(points, 2)
    if two.is_one:
        return two
    one = _over(points, 1)
    return one if one.is_one or two is NOTHING_TO_COMPARE else two


def _over(points: Sequence[Point], rounds: int) -> Change:
    """Return what the last rounds say, taken together, against those before them."""
    after = tuple(points[-rounds:])
    if len(after) < rounds or not all(each.comparable for each in after):
        return NOTHING_TO_COMPARE
    before = rounds_before(points[:-rounds])
    return Change(direction_of(before, after), before, after) if before else NOTHING_TO_COMPARE


def direction_of(before: Sequence[Point], after: Sequence[Point]) -> Direction:
    """Return the change from some rounds to one or two others; all show the scale."""
    one = len(after) == 1
    if one and not all(is_large(each) for each in (*before, *after)):
        return Direction.SAME
    ways = {compared(hull(before), hull([each]), MARGIN if one else 0) for each in after}
    return ways.pop() if len(ways) == 1 else Direction.SAME


def rounds_before(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the newest points that are shown and may be compared with each other, oldest first."""
    found: list[Point] = []
    for point in reversed(points):
        if point.low is None:
            continue
        found.append(point)
        if len(found) == ROUNDS_BEFORE or not point.comparable:
            break
    return tuple(reversed(found))


def hull(points: Sequence[Point]) -> Band:
    """Return the narrowest band that holds every low band of the points shown."""
    return spanning([point.low for point in points if point.low is not None])


def spanning(bands: Sequence[Band]) -> Band:
    """Return the narrowest band that holds all of these."""
    if len(bands) == 1:
        return bands[0]
    return Band(min(band.low for band in bands), max(band.high for band in bands))
