"""Consistency: what all bands of a scale say together, where one alone says less.

Bands of parts and of their sum pin each other. Where they prove of a group that fewer than
three people stand outside (or inside) one group of answers, although the group's own bands
allow three, the scale must not be shown so. What is proven follows from *statements* alone:
bands, the bands of people behind them, and heads. The true counts only make it quick: they, or
they with a few answers moved, are often a way to answer that fits every statement and has three
people there, and one such way is all that the search by linear programming looks for.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

from bot.core.disclosure.linear import Row, Rule, some_way_exists
from bot.core.disclosure.rules import SMALLEST_MINORITY
from bot.core.disclosure.statements import (
    AIMS,
    PLACES,
    Aims,
    Counts,
    Statement,
    own_bands_allow,
    times,
)

_ATOMS_TRIED = 4
_CHANGED_AT_MOST = 6
_SIBLINGS_TRIED = 40
_CHANGES_TRIED = 200
_ATOMS_FREE = 16
"""How far the quick way goes before the search decides. It changes no result."""


class Asked(NamedTuple):
    """Whether people of a statement, those of its `aims`, may obey some rows about it.

    The first row is about the aims. Answers are whole, or may be fractions.
    """

    about: Statement
    aims: Aims
    rows: Sequence[Row]
    whole: bool = True


def proven_groups(together: "Together", about: Sequence[Statement] | None = None) -> frozenset[str]:
    """Return the statements, or those among some, of which all together prove what their own
    bands leave open: that fewer than three people stand in, or outside, a group of answers."""
    return frozenset(
        each.id
        for each in (together.statements if about is None else about)
        if any(_is_proven(together, each, aims) for aims in AIMS)
    )


def _is_proven(together: "Together", about: Statement, aims: Aims) -> bool:
    if times(aims, about.counts) >= SMALLEST_MINORITY:
        return False
    if not own_bands_allow(about.edges, about.least, about.most, aims):
        return False
    return not together.allow(Asked(about, aims, ((*aims, SMALLEST_MINORITY),)))


class Together:
    """Everything that is said of one scale.

    `same` are sets of atoms that hold the same people, divided in other ways: the tree, and the
    cells of each cut. Who of the tree stands in which cell nobody knows, and it does not matter:
    any numbers of the tree and any of the cells that add up to the same are possible together.
    """

    def __init__(self, statements: Sequence[Statement], same: Sequence[Sequence[int]] = ()) -> None:
        self.statements = statements
        self._same = same
        self.moving: list[Asked] = []
        """What was asked and may be, but perhaps only if the sums over everybody are others. All
        else that was asked may be whatever is said of the same people divided in another way."""
        self._listed: dict[int, list[int]] = {}
        self._about: dict[int, list[int]] = {}
        """Per atom the statements it belongs to, the smallest first."""
        for position, each in enumerate(statements):
            for atom in each.atoms:
                self._about.setdefault(atom, []).append(position)
        for positions in self._about.values():
            positions.sort(key=lambda position: len(statements[position].atoms))
        self._of = {atom: frozenset(found) for atom, found in self._about.items()}
        self._counts = {
            atom: list(statements[positions[0]].counts)
            for atom, positions in self._about.items()
            if len(statements[positions[0]].atoms) == 1
        }

    @property
    def parts(self) -> int:
        """How many sets no statement divides."""
        return len(self._about)

    def allow(self, asked: Asked) -> bool:
        """Whether some way to answer fits everything, and is what was asked.

        False also where the search gives up.
        """
        about, aims, rows, whole = asked
        if _obey(rows, about.counts) or self._a_few_answers_moved(about, aims, rows):
            return True
        self.moving.append(asked)
        if self._a_few_answers_more(about, aims, rows):
            return True
        if len(self._about) > 2 * _ATOMS_FREE and self._some_way_nearby(about, rows, whole):
            return True
        atoms = sorted(about.atoms)
        return some_way_exists(
            [(sorted(each.atoms), each.rows) for each in self.statements] + [(atoms, rows[1:])],
            (atoms, rows[0]),
            self._same,
            whole=whole,
        )

    def some_way(self, more: Sequence[Rule]) -> bool:
        """Whether some way to answer fits everything and more; answers may be fractions."""
        rules = [(sorted(each.atoms), each.rows) for each in self.statements]
        nothing: Row = (0, 0, 0, 0)
        return some_way_exists([*rules, *more], (more[0][0], nothing), self._same, whole=False)

    # --- A quick way: only a few sets answer otherwise than they did -------------------------

    def _some_way_nearby(self, about: Statement, rows: Sequence[Row], whole: bool) -> bool:
        """Whether a way exists in which only the nearest few atoms differ from the truth."""
        free = sorted(about.atoms)[:_ATOMS_FREE]
        around = [self.statements[position] for position in self._about[free[0]]]
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
                for each in self.statements
                if (inside := sorted(each.atoms.intersection(free)))
            ]
            + [(sorted(about.atoms), rows[1:]), *self._as_many_as_before(free)],
            (sorted(about.atoms), rows[0]),
            whole=whole,
        )

    def _as_many_as_before(self, free: Sequence[int]) -> list[Rule]:
        """Return that some atoms keep their sums, where others hold the same people."""
        if not self._same:
            return []
        sums = [sum(self._counts[atom][place] for atom in free) for place in PLACES]
        return [
            (free, [(*_one(place, 1), sums[place]), (*_one(place, -1), -sums[place])])
            for place in PLACES
        ]

    def _left_of(self, row: Row, about: Statement, inside: Sequence[int]) -> Row:
        """Return what a row asks of some atoms where all others answer as they did."""
        given = sum(times(row, self._counts[atom]) for atom in inside)
        return (row[0], row[1], row[2], row[3] - times(row, about.counts) + given)

    # --- The quick way: the truth with a few answers moved ----------------------------------

    def _a_few_answers_moved(self, about: Statement, aims: Aims, rows: Sequence[Row]) -> bool:
        """Whether changing a few answers of one atom, made up for in another, fits all."""
        return self._some_change_fits(self._is_made_up_for, about, aims, rows)

    def _a_few_answers_more(self, about: Statement, aims: Aims, rows: Sequence[Row]) -> bool:
        """The same where nobody makes up for it: not where others hold the same people."""
        return not self._same and self._some_change_fits(self._fits_alone, about, aims, rows)

    def _some_change_fits(
        self,
        fits: Callable[[int, Counts], bool],
        about: Statement,
        aims: Aims,
        rows: Sequence[Row],
    ) -> bool:
        atoms = sorted(about.atoms)[:_ATOMS_TRIED]
        low, middle, high = about.counts
        # The first row is about the aims: all changes obey it.
        others = rows[1:]
        tried = 0
        for change in _changes(aims, rows[0][3] - times(aims, about.counts)):
            counts = (low + change[0], middle + change[1], high + change[2])
            if _obey(others, counts) and about.fits(counts):
                tried += 1
                if any(self._leaves_answers(atom, change) and fits(atom, change) for atom in atoms):
                    return True
                if tried == _CHANGES_TRIED:
                    return False
        return False

    def _fits_alone(self, atom: int, change: Counts) -> bool:
        return self._all_fit(self._about[atom], change)

    def _is_made_up_for(self, atom: int, change: Counts) -> bool:
        """Whether somebody inside the smallest group that no longer fits makes up for it."""
        wrong = [p for p in self._about[atom] if not self._fits(p, change)]
        around = wrong or [p for p in self._about[atom] if len(self.statements[p].atoms) > 1]
        if not around:
            return False
        return any(
            self._somebody_makes_up(atom, change, wrong, among)
            for among in dict.fromkeys((around[0], around[-1]))
        )

    def _somebody_makes_up(
        self, atom: int, change: Counts, wrong: Sequence[int], among: int
    ) -> bool:
        mine, back = self._of[atom], _turned(change)
        tried = 0
        for other in self._atoms_of(among):
            if other == atom:
                continue
            theirs = self._of[other]
            if theirs.issuperset(wrong) and self._leaves_answers(other, back):
                tried += 1
                # What is said of the atom and not of the other fits: it is not among the wrong.
                if self._all_fit(theirs - mine, back):
                    return True
                if tried == _SIBLINGS_TRIED:
                    return False
        return False

    def _atoms_of(self, position: int) -> list[int]:
        if position not in self._listed:
            self._listed[position] = sorted(self.statements[position].atoms)
        return self._listed[position]

    def _leaves_answers(self, atom: int, change: Counts) -> bool:
        (low, middle, high), (less, same, more) = self._counts[atom], change
        return low + less >= 0 and middle + same >= 0 and high + more >= 0

    def _all_fit(self, positions: Collection[int], change: Counts) -> bool:
        return all(self._fits(position, change) for position in positions)

    def _fits(self, position: int, change: Counts) -> bool:
        each = self.statements[position]
        (low, middle, high), (less, same, more) = each.counts, change
        return each.fits((low + less, middle + same, high + more))


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


def _one(place: int, sign: int) -> Counts:
    return (sign * (place == 0), sign * (place == 1), sign * (place == 2))


def _turned(change: Counts) -> Counts:
    return (-change[0], -change[1], -change[2])


def _obey(rows: Sequence[Row], counts: Sequence[int]) -> bool:
    # Asked hundreds of thousands of times for a large force: a generator would cost twice.
    low, middle, high = counts
    for lows, middles, highs, least in rows:
        if lows * low + middles * middle + highs * high < least:
            return False
    return True
