"""Counts of options: how often each was chosen in the whole force, rounded, from ten.

They say of the force how many answered at the least. Beside the bands of departments and units,
which say how many did at the most, that must not say of one of these what its own band does not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.disclosure.bands import rounded_count
from bot.core.disclosure.counted import Counted, Number
from bot.core.disclosure.respondents import Known
from bot.core.disclosure.rules import (
    HOMOGENEOUS_SHARE,
    MOST_OF_THE_ROOM,
    ROUND_COUNTS_TO,
    SENSITIVITY_RULES,
    SMALLEST_MINORITY,
)
from bot.core.disclosure.suppression import Group
from bot.core.instruments import Item, Sensitivity
from bot.core.programme import SMALLEST_HEADS


def force_may_show(item: Item, counted: Counted) -> bool:
    """Whether the force has the supervisors that an item's sensitivity asks for."""
    facts = counted.respondents(counted.everybody)
    return facts.supervisors >= SENSITIVITY_RULES[item.sensitivity].supervisors


def least_left_open(groups: Sequence[Group], known: Mapping[str, Known], counted: Counted) -> int:
    """Return how many people counts may prove, at the most, to have answered.

    If so many did, and no more of the others than their bands allow, a fifth of the heads of
    every shown group may still be silent, and all of a hidden group or of a small team; unless
    heads alone say so of them, for then the force says it by itself.
    """
    heads = counted.respondents(counted.everybody).heads
    inside: dict[str | None, list[Group]] = {}
    for group in groups:
        inside.setdefault(group.parent, []).append(group)
    others: dict[str, int] = {}
    """The most people outside a group who can have answered."""
    limits = [heads]
    for group in groups:  # each before what lies inside it
        beside = [each for each in inside[group.parent] if each.id != group.id]
        elsewhere = others[group.parent] if group.parent else 0
        others[group.id] = most = elsewhere + sum(known[each.id].most for each in beside)
        own = counted.respondents(group.units).heads
        if known[group.id].edges:
            limits.append(most + MOST_OF_THE_ROOM * own // 100)
        elif most < heads - own:
            limits.append(most)
        if group.id not in inside and most < heads - own:
            limits.append(most + max(0, own - SMALLEST_HEADS + 1))
    return min(limits)


def released_counts(item: Item, visible: bool, counted: Counted, at_most: int) -> dict[str, Any]:
    """Return what a release says of one item; without counts where it is not `visible`, or where
    they would prove that more than so many answered."""

    def choosing(position: int) -> Number:
        return lambda cell: cell.options[item.id][position]

    everybody = counted.everybody
    answering = counted.people(everybody, lambda cell: cell.answered[item.id])
    taps = item.sensitivity is Sensitivity.SUPPORT_TAPS
    # The counts of a question with one answer add up to those who answered it. Taps add up to
    # taps: one person makes many, so they say nothing of how many of the heads there were.
    heads = counted.respondents(everybody).heads
    visible = visible and (taps or 100 * answering <= MOST_OF_THE_ROOM * heads)
    counts = [
        rounded_count(counted.people(everybody, choosing(position)), answering)
        for position in range(len(item.options))
    ]
    visible = visible and (taps or _proven(item, counts) <= at_most)
    options = [
        {"label": option.label, "count": count if visible else None}
        for option, count in zip(item.options, counts, strict=True)
    ]
    released = {"item": item.id, "text": item.text, "options": options}
    return {**released, "of": "taps"} if taps else released


def _proven(item: Item, counts: Sequence[int | None]) -> int:
    """Return how many people certainly answered, by these counts."""
    least = [count - ROUND_COUNTS_TO // 2 for count in counts if count is not None]
    # Three others at least did not choose it, and it was chosen by fewer than nine of ten.
    each = [max(n + SMALLEST_MINORITY, 100 * n // HOMOGENEOUS_SHARE + 1) for n in least]
    return max([*each, sum(least) if item.kind == "choice" else 0], default=0)
