"""One action and one group: what can be said after it, and why no more.

It rests on the *first* two rounds that opened after the action began and show the group: who
looks again every month until a round pleases finds one in the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Final

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release
from bot.core.disclosure.rules import Level
from bot.core.evaluation.change_rule import (
    Direction,
    direction_of,
    hull,
    is_large,
    rounds_before,
)
from bot.core.evaluation.series import Point, series_of


class VerdictKind(StrEnum):
    """What can be said after an action."""

    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no_difference"
    """None that can be told; one may hide in it."""
    TOO_EARLY = "too_early"
    TOO_SMALL = "too_small"
    """Rounds were released, and did not show the groups."""
    NOTHING_TO_COMPARE = "nothing_to_compare"
    """And later rounds will not change that."""


class Because(StrEnum):
    """Why nothing more can be said."""

    NO_ROUND_AFTER = "no_round_after"
    ONE_ROUND_AFTER = "one_round_after"
    NOT_SHOWN_BEFORE = "not_shown_before"
    NOT_SHOWN_AFTER = "not_shown_after"
    NO_ROUND_BEFORE = "no_round_before"
    GROUP_GONE = "group_gone"
    NOT_ASKED_ANY_MORE = "not_asked_any_more"
    NOT_COMPARABLE = "not_comparable"
    """Its people or the questions changed in between."""


KIND_OF: Final = {
    Because.NO_ROUND_AFTER: VerdictKind.TOO_EARLY,
    Because.ONE_ROUND_AFTER: VerdictKind.TOO_EARLY,
    Because.NOT_SHOWN_BEFORE: VerdictKind.TOO_SMALL,
    Because.NOT_SHOWN_AFTER: VerdictKind.TOO_SMALL,
    Because.NO_ROUND_BEFORE: VerdictKind.NOTHING_TO_COMPARE,
    Because.GROUP_GONE: VerdictKind.NOTHING_TO_COMPARE,
    Because.NOT_ASKED_ANY_MORE: VerdictKind.NOTHING_TO_COMPARE,
    Because.NOT_COMPARABLE: VerdictKind.NOTHING_TO_COMPARE,
}
_OF_DIRECTION: Final = {
    Direction.BETTER: VerdictKind.BETTER,
    Direction.WORSE: VerdictKind.WORSE,
    Direction.SAME: VerdictKind.NO_DIFFERENCE,
}
DECIDED: Final = frozenset(_OF_DIRECTION.values())


@dataclass(frozen=True, slots=True)
class Action:
    """What was done for some groups, and the theme of a check-in it should change."""

    id: str
    what: str
    groups: tuple[str, ...]
    starts_on: date
    expects: tuple[str, str]
    """(check-in, scale)."""
    noted_on: date


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference of shares of low answers, in percentage points; fewer than zero is better."""

    low: int
    high: int

    def minus(self, other: "Interval") -> "Interval":
        """Return what a value in this one minus a value in the other can be."""
        return Interval(self.low - other.high, self.high - other.low)

    @property
    def holds_zero(self) -> bool:
        """Whether there may be no difference at all."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class OfGroup:
    """What can be said of one group; the rounds it rests on, and the difference between them."""

    group: str
    kind: VerdictKind
    because: Because | None = None
    before: tuple[Point, ...] = ()
    after: tuple[Point, ...] = ()

    @property
    def level(self) -> Level | None:
        """The level of the group in the rounds it is judged by."""
        return self.after[0].level if self.after else None

    @property
    def rounds(self) -> tuple[str, ...]:
        """The ids of the rounds it is judged by."""
        return tuple(point.round_id for point in (*self.before, *self.after))

    @property
    def difference(self) -> Interval | None:
        """The bands afterwards minus those before."""
        return difference_of(hull(self.before), hull(self.after)) if self.after else None


def judged(group: str, action: Action, releases: Sequence[Release]) -> OfGroup:
    """Return what can be said of one group; `releases` are of the check-in, oldest first."""
    points = series_of(releases, *(action.expects[0], group, action.expects[1]))
    earlier = [point for point in points if point.closes_on <= action.starts_on]
    later = [point for point in points if point.opens_on >= action.starts_on]
    before, after = rounds_before(earlier), _first_shown(later)
    because = _nothing_to_judge(earlier, before, later) or _not_enough(points, before, after)
    if because is None:
        return OfGroup(group, _OF_DIRECTION[direction_of(before, after)], None, before, after)
    if because in (Because.ONE_ROUND_AFTER, Because.NOT_SHOWN_AFTER):
        because = _will_not_come(action, releases, later) or because
    return OfGroup(group, KIND_OF[because], because)


def _nothing_to_judge(
    earlier: Sequence[Point], before: Sequence[Point], later: Sequence[Point]
) -> Because | None:
    # An action may lie ahead, and what it is compared with may be still to come.
    if not later:
        return Because.NO_ROUND_AFTER
    if not earlier:
        return Because.NO_ROUND_BEFORE
    return None if before else Because.NOT_SHOWN_BEFORE


def _first_shown(later: Sequence[Point]) -> tuple[Point, ...]:
    """Return the first two rounds in a row that are shown; or the newest, when it is shown."""
    for pair in pairwise(later):
        if all(point.scale is not None for point in pair):
            return pair
    return tuple(point for point in later[-1:] if point.scale is not None)


def _not_enough(
    points: Sequence[Point], before: Sequence[Point], after: Sequence[Point]
) -> Because | None:
    if not after:
        return Because.NOT_SHOWN_AFTER
    between = points[points.index(before[-1]) + 1 : points.index(after[-1]) + 1]
    if any(point.scale is not None and not point.comparable for point in between):
        return Because.NOT_COMPARABLE
    if len(after) == 1 and not all(is_large(point) for point in (*before, *after)):
        return Because.ONE_ROUND_AFTER
    return None


def _will_not_come(
    action: Action, releases: Sequence[Release], later: Sequence[Point]
) -> Because | None:
    """Return why no later round will bring more, as far as the newest one tells."""
    if all(scale["id"] != action.expects[1] for scale in releases[-1].document["scales"]):
        return Because.NOT_ASKED_ANY_MORE
    return Because.GROUP_GONE if later[-1].level is None else None


def difference_of(before: Band, after: Band) -> Interval:
    """Return what a share in one band minus a share in the other can be."""
    return Interval(after.low - before.high, after.high - before.low)


def mean_of(intervals: Sequence[Interval]) -> Interval:
    """Return the mean, rounded outwards."""
    low = Fraction(sum(each.low for each in intervals), len(intervals))
    high = Fraction(sum(each.high for each in intervals), len(intervals))
    return Interval(floor(low), ceil(high))
