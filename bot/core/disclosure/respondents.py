"""How many people: bands over the whole tree, so that none pins another or itself.

A band of a group is a statement about the groups inside it too: when parts of 10–14, 10–14,
15–24, 15–24 and 15–24 people make “100 or more”, every number is known. So the bands of a
group may begin only where its parts leave room, as far as everybody can see who reads the
release: an edge is *usable* by heads, published bands and which groups are shown, never by a
number of people. Then every number of people keeps at least three possible values, and
“everybody answered” is never the only one (docs/disclosure-control.md has the proof).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.disclosure.bands import people_band
from bot.core.disclosure.rules import DEPTH, MOST_OF_THE_ROOM, STEP, Level
from bot.core.disclosure.suppression import Group, outermost_inside, remainder


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader can know about how many people of a group answered."""

    edges: tuple[int, ...]
    """Where a band of this group may begin; empty for a group that is not shown."""
    least: int
    most: int


def what_is_known(
    groups: Sequence[Group],
    shown: frozenset[str],
    people: Callable[[Group], int],
    room: Mapping[str, int],
    edges: Callable[[Group], Sequence[int]],
    threshold: int,
    smallest: Level,
    withheld: frozenset[str] = frozenset(),
) -> dict[str, Known]:
    """Return what the bands of the shown groups say, for every group.

    `room` is the most people a group can hold by what is public already: its heads, or what
    another band says. `edges` are those of the bands that are written for a group, `smallest`
    the level below which nothing is shown whoever answered, `withheld` what is not shown because
    of earlier releases.
    """
    known: dict[str, Known] = {}
    listed = [group for group in groups if group.id in shown]
    could_be = [group for group in groups if DEPTH[group.told] <= DEPTH[smallest]]
    split = {part.parent for part in could_be}
    tips = [tip for tip in could_be if tip.id not in split]
    inside_of: dict[str | None, list[str]] = {}
    for part in groups:
        inside_of.setdefault(part.parent, []).append(part.id)
    whole = {tip.id for tip in tips}
    for group in reversed(groups):
        parts = [known[part].most for part in inside_of.get(group.id, ())]
        most = sum(parts) if parts else room[group.id]
        if group.id not in shown:
            known[group.id] = Known((), 0, min(most, room[group.id]))
            continue
        inside = [known[part.id].least for part in outermost_inside(group, listed)]
        # What is left over was either enough to be shown or is the group itself.
        rest = remainder(group, listed)
        least = sum(inside) + (threshold if rest else 0)
        if group.id not in whole:
            # Something is hidden because too few answered in one of these, or too few are there;
            # unless all of it is withheld for what was shown earlier, whoever answered.
            # Where a part of it is never shown at that level, nothing says which it was.
            hidden = [tip for tip in tips if tip.units <= rest]
            if rest - frozenset().union(*(tip.units for tip in hidden)):
                hidden = []
            few = [known[tip.id].most - threshold + 1 for tip in hidden]
            if any(tip.id not in withheld for tip in hidden):
                most -= max(0, min(few))
        most = min(most, room[group.id])
        usable = usable_edges(edges(group), threshold, least, most)
        band = people_band(people(group), usable)
        known[group.id] = Known(
            usable,
            max(least, band.least),
            most if band.most is None else min(most, band.most),
        )
    return known


def usable_edges(edges: Sequence[int], threshold: int, least: int, most: int) -> tuple[int, ...]:
    """Return where the bands of a group may begin whose number lies between two known ones.

    None begins above four fifths of `most`, and none just above `least`: the band below it
    would end there and say that every part holds the fewest it can.
    """
    return (
        threshold,
        *(
            edge
            for edge in edges
            if edge >= threshold + STEP
            and 100 * edge <= MOST_OF_THE_ROOM * most
            and not least < edge < least + STEP
        ),
    )
