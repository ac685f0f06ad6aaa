"""Silence: that a fifth of a group may not have answered, whatever all bands say together.

No band of people begins above four fifths of those who can be in it (`respondents.py`). But
shares of parts and of their sum hold each other, and may leave only numbers above that. As in
`consistency.py`, statements decide; the true counts only make it quick.
"""

from collections.abc import Mapping

from bot.core.disclosure.consistency import Together
from bot.core.disclosure.linear import Row, Rule
from bot.core.disclosure.rules import MOST_OF_THE_ROOM
from bot.core.disclosure.statements import Statement

_PARTS_AT_MOST = 40
"""Sums of more sets than these, which everybody can count, leave room."""


def nearly_everybody(together: Together, room: Mapping[str, int]) -> frozenset[str]:
    """Return the statements that prove, together, that more than four fifths answered.

    `room` are the answers that all heads of some statements could have given.
    """
    if together.parts > _PARTS_AT_MOST:
        return frozenset()
    # Of all others the truth may be the way.
    asked = {
        each.id: _silent(each, room[each.id])
        for each in together.statements
        if each.id in room and 100 * sum(each.counts) > MOST_OF_THE_ROOM * room[each.id]
    }
    if not asked or together.some_way(list(asked.values())):
        return frozenset()
    # Of one alone, the same has just been asked.
    one = len(asked) == 1
    return frozenset(name for name, rule in asked.items() if one or not together.some_way([rule]))


def _silent(about: Statement, room: int) -> Rule:
    row: Row = (-100, -100, -100, -MOST_OF_THE_ROOM * room)
    return sorted(about.atoms), [row]
