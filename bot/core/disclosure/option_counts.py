"""Counts of options: how often each was chosen in the whole force, rounded, from ten."""

from typing import Any

from bot.core.disclosure.bands import rounded_count
from bot.core.disclosure.counted import Counted, Number
from bot.core.disclosure.rules import MOST_OF_THE_ROOM, SENSITIVITY_RULES
from bot.core.instruments import Item, Sensitivity


def force_may_show(item: Item, counted: Counted) -> bool:
    """Whether the force has the supervisors that an item's sensitivity asks for."""
    facts = counted.respondents(counted.everybody)
    return facts.supervisors >= SENSITIVITY_RULES[item.sensitivity].supervisors


def released_counts(item: Item, visible: bool, counted: Counted) -> dict[str, Any]:
    """Return what a release says of one item; without counts where it is not `visible`."""

    def choosing(position: int) -> Number:
        return lambda cell: cell.options[item.id][position]

    everybody = counted.everybody
    answering = counted.people(everybody, lambda cell: cell.answered[item.id])
    taps = item.sensitivity is Sensitivity.SUPPORT_TAPS
    # The counts of a question with one answer add up to those who answered it. Taps add up to
    # taps: one person makes many, so they say nothing of how many of the heads there were.
    heads = counted.respondents(everybody).heads
    visible = visible and (taps or 100 * answering <= MOST_OF_THE_ROOM * heads)
    options = [
        {
            "label": option.label,
            "count": rounded_count(counted.people(everybody, choosing(position)), answering)
            if visible
            else None,
        }
        for position, option in enumerate(item.options)
    ]
    released = {"item": item.id, "text": item.text, "options": options}
    return {**released, "of": "taps"} if taps else released
