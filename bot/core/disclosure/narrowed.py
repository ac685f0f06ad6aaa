"""Narrowed: what all bands together say of a few people, where the group around them says less.

A group of twenty heads that is shown with ten people says something of each fifteen of its
heads: at most five answered elsewhere. That is inherent in showing it. But its siblings and
their sum may leave it fewer people in a group of answers than its own bands do, and then they
say more of its small teams than it does by itself. As in `consistency.py`, statements decide,
never the counts: these only make it quick.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from bot.core.disclosure.consistency import Asked, Together
from bot.core.disclosure.linear import Row
from bot.core.disclosure.statements import AIMS, Aims, Edge, Statement, inside_at_most

_PARTS_FOR_FRACTIONS = 40
"""Among more sets than these, which everybody can count, only whole people are reckoned with:
sums of so many leave room, and the search would take seconds."""


class Word(NamedTuple):
    """What a group says by itself to somebody who wants to know it of a few of its people."""

    edges: tuple[Edge, ...]
    least: int
    """Between this and `most` lie its answers."""
    most: int
    others: int
    """The most answers that everybody else in it can have given, as far as heads tell."""


@dataclass(frozen=True, slots=True)
class Few:
    """Some people under the floor, in a set that no statement divides."""

    around: str
    """The statement about that set."""
    heads: int
    others: int
    """The most answers that everybody else there can have given, as far as anything tells."""
    words: tuple[Word, ...]
    """What each group around them says by itself."""

    @property
    def half_a_person(self) -> Fraction:
        """The share of them that half a person is."""
        return Fraction(1, 2 * self.heads)


def narrowed_groups(together: Together, few: Iterable[Few]) -> frozenset[str]:
    """Return the statements about few people of whom all of them say more than that one does."""
    about = {each.id: each for each in together.statements}
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
        not together.allow(Asked(around, aims, _reaching(share, few.others, aims, whole), whole))
        for aims in AIMS
        for few, share, whole in _asked(aims, inside, together.parts)
    )


def _asked(aims: Aims, inside: Sequence[Few], among: int) -> Iterator[tuple[Few, Fraction, bool]]:
    """Yield which share must stay possible of the few, those with the fewest others first.

    For whoever reckons with whole people, and for whoever reckons with shares and does not
    mind half a person: to them a group by itself says less.
    """
    for few in inside:
        share = min(own_share(word, aims) for word in few.words)
        if share > 0:
            yield few, share, True
        if share == 1:
            # What may be all of these may be all of those beside whom are more others.
            return
        if among > _PARTS_FOR_FRACTIONS:
            continue
        rough = min(rough_share(word, aims) for word in few.words)
        if rough - few.half_a_person > share:
            yield few, rough - few.half_a_person, False


def _reaching(share: Fraction, others: int, aims: Aims, whole: bool) -> tuple[Row, ...]:
    """Return rows that hold where those whom others cannot be may have that share there.

    At least one answered: so of fractions of people at least that share of one stand there.
    """
    part, of = share.numerator, share.denominator
    low, middle, high = (of * aim - part for aim in aims)
    among: Row = (low, middle, high, -part * others)
    if whole:
        return ((*aims, 1), among)
    return ((*aims, 0), among, (of * aims[0], of * aims[1], of * aims[2], part))


@cache
def own_share(word: Word, aims: Aims) -> Fraction:
    """Return the largest share of a few people that one group by itself lets stand there.

    They gave at least one answer, and all that the others cannot have given.
    """
    edges, least, most, others = word
    best = Fraction(0)
    for total in range(least, min(most, least + 200) + 1):
        there, few = inside_at_most(edges, total, aims), max(1, total - others)
        if there >= few:
            return Fraction(1)
        best = max(best, Fraction(there, few))
    return best


@cache
def rough_share(word: Word, aims: Aims) -> Fraction:
    """Return the same for whoever reckons with shares alone, where people may be fractions."""
    edges, least, most, others = word
    # Bands are shares, so the fewest people are best, as long as one of the few is among them.
    total = max(least, min(most, others + 1))
    there = Fraction(inside_at_most(tuple(edge._replace(beyond=0) for edge in edges), 100, aims))
    return min(Fraction(1), there / 100 * total / max(1, total - others))
