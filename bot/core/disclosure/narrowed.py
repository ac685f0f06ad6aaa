"""Narrowed: what all bands together say of a few people, where the group around them says less.

A group of twenty heads that is shown with ten people says something of each fifteen of its
heads: at most five answered elsewhere. That is inherent in showing it. But its siblings and
their sum may leave it fewer people in a group of answers than its own bands do, and then they
say more of its small teams than it does by itself. As in `consistency.py`, statements decide,
never the counts: these only make it quick.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from bot.core.disclosure.consistency import (
    AIMS,
    Aims,
    Edge,
    Statement,
    Together,
    inside_at_most,
)
from bot.core.disclosure.linear import Row


class Share(NamedTuple):
    """So many of so many."""

    part: int
    whole: int


NOBODY, ALL = Share(0, 1), Share(1, 1)


@dataclass(frozen=True, slots=True)
class Few:
    """Some people under the floor, in a set that no statement divides."""

    around: str
    """The statement about that set."""
    others: int
    """The most answers that everybody else there can have given, as far as anything tells."""
    others_by_heads: int
    """The same as far as heads tell."""
    least: int
    """Between this and `most` lie the answers of the set, as far as it tells by itself."""
    most: int


def narrowed_groups(statements: Sequence[Statement], few: Iterable[Few]) -> frozenset[str]:
    """Return the statements about few people of whom all of them say more than that one does."""
    together = Together(statements)
    about = {each.id: each for each in statements}
    listed: dict[str, list[Few]] = {}
    for each in few:
        listed.setdefault(each.around, []).append(each)
    return frozenset(
        name
        for name, inside in listed.items()
        if _is_narrowed(together, about[name], sorted(set(inside), key=lambda each: each.others))
    )


def _is_narrowed(together: Together, around: Statement, inside: Sequence[Few]) -> bool:
    return any(
        not together.allow(around, aims, rows)
        for aims in AIMS
        for rows in _asked(around, aims, inside)
    )


def _asked(around: Statement, aims: Aims, inside: Sequence[Few]) -> Iterator[tuple[Row, ...]]:
    """Yield what must stay possible for each of the few, those with the fewest others first."""
    for few in inside:
        share = own_share(around.edges, few.least, few.most, few.others_by_heads, aims)
        if share != NOBODY:
            yield _reaching(share, few.others, aims)
        if share == ALL:
            # What may be all of these may be all of those beside whom are more others.
            return


def _reaching(share: Share, others: int, aims: Aims) -> tuple[Row, ...]:
    """Return rows that hold where those whom others cannot be may have that share there."""
    low, middle, high = (share.whole * aim - share.part for aim in aims)
    return ((*aims, 1), (low, middle, high, -share.part * others))


@cache
def own_share(edges: tuple[Edge, ...], least: int, most: int, others: int, aims: Aims) -> Share:
    """Return the largest share of a few people that one statement alone lets stand there.

    They gave at least one answer, and all that the others cannot have given.
    """
    best = NOBODY
    for total in range(least, min(most, least + 200) + 1):
        there, few = inside_at_most(edges, total, aims), max(1, total - others)
        if there >= few:
            return ALL
        if there * best.whole > best.part * few:
            best = Share(there, few)
    return best
