"""Consistency: what all bands of a scale say together, where one alone says less.

Bands of parts and of their sum pin each other. Where they prove of a group that fewer than
three people stand outside (or inside) one group of answers, although the group's own bands
allow three, the scale must not be shown so. What is proven follows from *statements* alone:
bands, the bands of people behind them, and heads. The true counts only make it quick: they, or
they with a few answers moved, are often a way to answer that fits every statement and has three
people there, and one such way is all that the search by linear programming looks for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

from bot.core.disclosure.bands import Band, Bands
from bot.core.disclosure.linear import Row, some_way_exists
from bot.core.disclosure.rules import HOMOGENEOUS_SHARE, SMALLEST_MINORITY

PLACES = (0, 1, 2)
Counts = tuple[int, int, int]

_ATOMS_TRIED = 4
_CHANGED_AT_MOST = 6
_SIBLINGS_TRIED = 40
_CHANGES_TRIED = 200
_ATOMS_FREE = 16
"""How far the quick way goes before the search decides. It changes no result."""


class Edge(NamedTuple):
    """A share is at least (sign 1) or at most (sign -1) so many per cent, or beyond them."""

    place: int
    share: int
    sign: int
    beyond: int

    @property
    def row(self) -> Row:
        """The same as a row over the three numbers of answers."""
        row = [self.sign * (100 * (place == self.place) - self.share) for place in PLACES]
        return (row[0], row[1], row[2], self.beyond)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a reader knows of the answers of one group, or of what groups leave over."""

    id: str
    atoms: frozenset[int]
    """What it is made of: the sets of units that no statement divides."""
    edges: tuple["Edge", ...]
    """Between which the shares lie."""
    least: int
    most: int
    """Between which the number of answers lies."""
    counts: Counts
    """The truth."""

    @property
    def rows(self) -> list[Row]:
        """What its numbers of answers obey: each row times them is at least its last number."""
        ends: list[Row] = [(1, 1, 1, self.least), (-1, -1, -1, -self.most)]
        return ends + [edge.row for edge in self.edges]

    def fits(self, counts: Sequence[int]) -> bool:
        """Whether these answers could stand behind it."""
        total = sum(counts)
        return self.least <= total <= self.most and all(
            edge.sign * (100 * counts[edge.place] - edge.share * total) >= edge.beyond
            for edge in self.edges
        )


def statement(
    name: str,
    atoms: frozenset[int],
    bands: Bands | None,
    people: tuple[int, int],
    prompts: int,
    counts: Sequence[int],
) -> Statement:
    """Return the statement that bands, and a band of people, make; without bands of a rest.

    Every person gave one answer or, over several prompts, up to as many as there are.
    """
    least, most = people[0], people[1] * prompts
    edges: list[Edge] = []
    if bands is not None:
        each = (bands.low, bands.middle, bands.high)
        alike = any(
            band.high == 100 and sorted(each)[:2] == [Band(0, 100 - band.low)] * 2 for band in each
        )
        for place, band in enumerate(each):
            edges += _edges_of(place, band, _closed(each, alike, least, prompts))
            if alike and band.high == 100 and least >= 100 and prompts == 1:
                # So many people are written like this only where 90 per cent answered alike.
                edges.append(Edge(place, HOMOGENEOUS_SHARE, 1, 0))
    low, middle, high = counts
    return Statement(name, atoms, tuple(edges), least, most, (low, middle, high))


def _closed(bands: Sequence[Band], alike: bool, least: int, prompts: int) -> bool:
    """Whether shares on the edges belong to bands that say that nearly all answered alike.

    Eight of ten do, and shares made of several prompts; otherwise 80 per cent belong to the
    band below.
    """
    return alike and (prompts > 1 or least <= 10 or min(band.high for band in bands) > 20)


def _edges_of(place: int, band: Band, closed: bool) -> Iterator[Edge]:
    # A share on an edge is read on the side of one third.
    if band.low > 0:
        yield Edge(place, band.low, 1, 0 if closed or 3 * band.low < 100 else 1)
    if band.high < 100:
        yield Edge(place, band.high, -1, 0 if closed or 3 * band.high > 100 else 1)


# --- What is proven --------------------------------------------------------------------------


Aims = tuple[int, int, int]
"""Ones where answers count: those of one place, or those of the two others."""

AIMS: tuple[Aims, ...] = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 0))


def proven_groups(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the statements of which all together prove what their own bands leave open."""
    return Together(statements).proven()


class Together:
    """Everything that is said of one scale."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._statements = statements
        self._about: dict[int, list[int]] = {}
        """Per atom the statements it belongs to, the smallest first."""
        for position, each in enumerate(statements):
            for atom in each.atoms:
                self._about.setdefault(atom, []).append(position)
        for positions in self._about.values():
            positions.sort(key=lambda position: len(statements[position].atoms))
        self._counts = {
            atom: list(statements[positions[0]].counts)
            for atom, positions in self._about.items()
            if len(statements[positions[0]].atoms) == 1
        }

    @property
    def parts(self) -> int:
        """How many sets no statement divides."""
        return len(self._about)

    def proven(self) -> frozenset[str]:
        """Return the statements with fewer than three people where their own bands allow more."""
        return frozenset(
            each.id
            for each in self._statements
            if any(self._is_proven(each, aims) for aims in AIMS)
        )

    def _is_proven(self, about: Statement, aims: Aims) -> bool:
        if times(aims, about.counts) >= SMALLEST_MINORITY:
            return False
        if not own_bands_allow(about.edges, about.least, about.most, aims):
            return False
        return not self.allow(about, aims, ((*aims, SMALLEST_MINORITY),))

    def allow(
        self, about: Statement, aims: Aims, rows: Sequence[Row], *, whole: bool = True
    ) -> bool:
        """Whether some way to answer fits everything, and obeys rows about one statement.

        The first of them is about the aims. False also where the search gives up. Where not
        `whole`, answers may be fractions.
        """
        if _obey(rows, about.counts) or self._a_few_answers_moved(about, aims, rows):
            return True
        if len(self._about) > 2 * _ATOMS_FREE and self._some_way_nearby(about, rows, whole):
            return True
        atoms = sorted(about.atoms)
        return some_way_exists(
            [(sorted(each.atoms), each.rows) for each in self._statements] + [(atoms, rows[1:])],
            (atoms, rows[0]),
            whole=whole,
        )

    # --- A quick way: only a few sets answer otherwise than they did -------------------------

    def _some_way_nearby(self, about: Statement, rows: Sequence[Row], whole: bool) -> bool:
        """Whether a way exists in which only the nearest few atoms differ from the truth."""
        free = sorted(about.atoms)[:_ATOMS_FREE]
        around = [self._statements[position] for position in self._about[free[0]]]
        for each in around:
            free += sorted(each.atoms.difference(free))[: _ATOMS_FREE - len(free)]
        if about.atoms.difference(free):
            return False
        return self._some_way_with(free, about, rows, whole)

    def _some_way_with(
        self, free: Sequence[int], about: Statement, rows: Sequence[Row], whole: bool
    ) -> bool:
        return some_way_exists(
            [
                (inside, [self._left_of(row, each, inside) for row in each.rows])
                for each in self._statements
                if (inside := sorted(each.atoms.intersection(free)))
            ]
            + [(sorted(about.atoms), rows[1:])],
            (sorted(about.atoms), rows[0]),
            whole=whole,
        )

    def _left_of(self, row: Row, about: Statement, inside: Sequence[int]) -> Row:
        """Return what a row asks of some atoms where all others answer as they did."""
        given = sum(times(row, self._counts[atom]) for atom in inside)
        return (row[0], row[1], row[2], row[3] - times(row, about.counts) + given)

    # --- The quick way: the truth with a few answers moved ----------------------------------

    def _a_few_answers_moved(self, about: Statement, aims: Aims, rows: Sequence[Row]) -> bool:
        """Whether changing a few answers of one atom gives a way that fits all."""
        atoms = sorted(about.atoms)[:_ATOMS_TRIED]
        low, middle, high = about.counts
        tried = 0
        for change in _changes(aims, rows[0][3] - times(aims, about.counts)):
            counts = (low + change[0], middle + change[1], high + change[2])
            if _obey(rows, counts) and about.fits(counts):
                tried += 1
                if any(self._fits_somehow(atom, change) for atom in atoms):
                    return True
                if tried == _CHANGES_TRIED:
                    return False
        return False

    def _fits_somehow(self, atom: int, change: Counts) -> bool:
        if not self._leaves_answers(atom, change, 1):
            return False
        wrong = [p for p in self._about[atom] if not self._fits(p, change)]
        if not wrong:
            return True
        # Somebody inside the smallest group that no longer fits makes up for it.
        smallest = self._statements[wrong[0]]
        mine = set(self._about[atom])
        tried = 0
        for other in sorted(smallest.atoms - {atom}):
            theirs = set(self._about[other])
            if theirs.issuperset(wrong) and self._leaves_answers(other, change, -1):
                tried += 1
                if all(self._fits(p, change) for p in mine - theirs) and all(
                    self._fits(p, _turned(change)) for p in theirs - mine
                ):
                    return True
                if tried == _SIBLINGS_TRIED:
                    return False
        return False

    def _leaves_answers(self, atom: int, change: Counts, sign: int) -> bool:
        pairs = zip(self._counts[atom], change, strict=True)
        return all(count + sign * moved >= 0 for count, moved in pairs)

    def _fits(self, position: int, change: Counts) -> bool:
        each = self._statements[position]
        return each.fits([c + d for c, d in zip(each.counts, change, strict=True)])


@cache
def _changes(aims: Aims, number: int) -> tuple[Counts, ...]:
    """Return all changes of a few answers that put so many more there, the smallest first."""
    few = range(-_CHANGED_AT_MOST, _CHANGED_AT_MOST + 1)
    changes = [
        (low, middle, high)
        for low, middle, high in product(few, repeat=3)
        if times(aims, (low, middle, high)) >= number
    ]
    return tuple(sorted(changes, key=lambda change: (sum(map(abs, change)), change)))


def _turned(change: Counts) -> Counts:
    return (-change[0], -change[1], -change[2])


def times(factors: Sequence[int], counts: Sequence[int]) -> int:
    """Return the sum of three numbers of answers, each so many times."""
    return factors[0] * counts[0] + factors[1] * counts[1] + factors[2] * counts[2]


def _obey(rows: Sequence[Row], counts: Sequence[int]) -> bool:
    return all(times(row, counts) >= row[3] for row in rows)


@cache
def own_bands_allow(edges: tuple[Edge, ...], least: int, most: int, aims: Aims) -> bool:
    """Whether some way to answer fits one statement alone and has three people there."""
    # Every band spans 5 points or more: with so many answers, whole numbers hinder nothing.
    return any(
        inside_at_most(edges, total, aims) >= SMALLEST_MINORITY
        for total in range(least, min(most, least + 200) + 1)
    )


def inside_at_most(edges: Sequence[Edge], total: int, aims: Aims) -> int:
    """Return the most of so many answers that one statement alone lets stand there; none where
    it fits no such answers."""
    lows, highs = [0, 0, 0], [total, total, total]
    for place, share, sign, beyond in edges:
        # Rounded up for what it is at least, down for what it is at most.
        reached = -(-(sign * share * total + beyond) // 100)
        if sign > 0:
            lows[place] = max(lows[place], reached)
        else:
            highs[place] = min(highs[place], -reached)
    if any(low > high for low, high in zip(lows, highs, strict=True)):
        return 0
    inside = [place for place in PLACES if aims[place]]
    outside = [place for place in PLACES if not aims[place]]
    most_inside = min(
        sum(highs[place] for place in inside), total - sum(lows[place] for place in outside)
    )
    least_inside = max(
        sum(lows[place] for place in inside), total - sum(highs[place] for place in outside)
    )
    return most_inside if most_inside >= least_inside else 0
