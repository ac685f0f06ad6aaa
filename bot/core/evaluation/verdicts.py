"""Verdicts: whether something changed after an action, from releases alone.

What an action should change was chosen before looking; the verdict says where it was not.
That there is no difference is a verdict like any other, and none of them proves that the
action was the cause.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.disclosure.release import Release
from bot.core.evaluation.change_rule import hull
from bot.core.evaluation.one_group import (
    DECIDED,
    KIND_OF,
    Action,
    Because,
    Interval,
    OfGroup,
    VerdictKind,
    difference_of,
    judged,
    mean_of,
)
from bot.core.evaluation.series import Point, in_order, series_of

__all__ = [
    "Action",
    "Because",
    "Comparison",
    "Interval",
    "OfGroup",
    "Verdict",
    "VerdictKind",
    "verdict",
]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same rounds in groups of the same level for which nothing was done about it."""

    groups: tuple[str, ...]
    difference: Interval
    more_than_theirs: Interval
    """The difference in differences."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said after an action.

    Of several groups each counts the same: `kind` is that of more than half of those that can
    be judged, if none went the other way; `difference` the mean of theirs.
    """

    kind: VerdictKind
    because: Because | None
    difference: Interval | None
    groups: tuple[OfGroup, ...]
    comparison: Comparison | None
    chosen_late: bool
    """Whether a result from after the beginning was out before the expectation was noted."""


def verdict(action: Action, releases: Iterable[Release], others: Iterable[Action] = ()) -> Verdict:
    """Return the verdict on an action; `others` are all other actions, for the comparison."""
    check_in, _ = action.expects
    found = in_order(releases, check_in)
    groups = tuple(judged(group, action, found) for group in dict.fromkeys(action.groups))
    decided = [each for each in groups if each.kind in DECIDED]
    kind, because = _overall(groups, decided)
    differences = [each.difference for each in decided if each.difference is not None]
    return Verdict(
        kind=kind,
        because=because,
        difference=mean_of(differences) if differences else None,
        groups=groups,
        comparison=_comparison(action, decided, found, others) if decided else None,
        chosen_late=_is_late(action, found),
    )


def _overall(
    groups: Sequence[OfGroup], decided: Sequence[OfGroup]
) -> tuple[VerdictKind, Because | None]:
    if decided:
        kinds = [each.kind for each in decided]
        for kind, opposite in (
            (VerdictKind.BETTER, VerdictKind.WORSE),
            (VerdictKind.WORSE, VerdictKind.BETTER),
        ):
            if opposite not in kinds and 2 * kinds.count(kind) > len(kinds):
                return kind, None
        return VerdictKind.NO_DIFFERENCE, None
    # What waiting can still change comes first.
    reasons = sorted(
        (each.because for each in groups if each.because is not None), key=list(Because).index
    )
    because = reasons[0] if reasons else Because.GROUP_GONE
    return KIND_OF[because], because


def _comparison(
    action: Action,
    decided: Sequence[OfGroup],
    releases: Sequence[Release],
    others: Iterable[Action],
) -> Comparison | None:
    """Return the same difference in groups of the same level that nothing was done for."""
    check_in, scale = action.expects
    last = max(point.closes_on for each in decided for point in each.after)
    same = [
        other
        for other in others
        if other.expects == action.expects and other.starts_on < last and other.id != action.id
    ]
    acted_on = {group for each in (action, *same) for group in each.groups}
    own = decided[0]
    if any((each.level, each.rounds) != (own.level, own.rounds) for each in decided):
        return None
    ids = [each.round_id for each in releases]
    releases = releases[ids.index(own.rounds[0]) : ids.index(own.rounds[-1]) + 1]
    touched = _family(acted_on, releases[-1])
    theirs: dict[str, Interval] = {}
    for group in releases[-1].groups:
        if group.level is own.level and group.id not in touched:
            difference = _same_rounds(own, series_of(releases, check_in, group.id, scale))
            if difference is not None:
                theirs[group.id] = difference
    if not theirs:
        return None
    mean = mean_of(list(theirs.values()))
    differences = [each.difference for each in decided if each.difference is not None]
    return Comparison(tuple(theirs), mean, mean_of(differences).minus(mean))


def _family(groups: set[str], release: Release) -> set[str]:
    """Return groups with all that contain them or lie inside them: they share people."""
    # Each group stands before what lies inside it.
    parents = {group.id: group.parent for group in release.groups}
    inside, around = set(groups), set(groups)
    for group, parent in parents.items():
        if parent in inside:
            inside.add(group)
    for group, parent in reversed(parents.items()):
        if group in around and parent is not None:
            around.add(parent)
    return inside | around


def _same_rounds(own: OfGroup, points: Sequence[Point]) -> Interval | None:
    """Return the difference of another group between the rounds of this one."""
    by_round = {point.round_id: point for point in points}
    before = [by_round[point.round_id] for point in own.before]
    after = [by_round[point.round_id] for point in own.after]
    if any(point.scale is None for point in (*before, *after)):
        return None
    between = points[points.index(before[0]) + 1 : points.index(after[-1]) + 1]
    if any(point.scale is not None and not point.comparable for point in between):
        return None
    return difference_of(hull(before), hull(after))


def _is_late(action: Action, releases: Sequence[Release]) -> bool:
    return any(
        action.starts_on < date.fromisoformat(each.document["closes_on"]) <= action.noted_on
        for each in releases
    )
