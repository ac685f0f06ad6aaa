"""Rows and columns of one table, both shown as sums: whom adding and subtracting them leaves.

A combination of sums of rows and sums of columns leaves nearly nobody where it takes columns
together with rows that hold nearly the same people. Whoever is in those columns but not in those
rows, or the other way round, is what is left.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations


def nobody_is_left_alone(
    rows: Iterable[Mapping[int, Sequence[int]]], cells: Sequence[int], few: int
) -> bool:
    """Whether columns and rows of a table, added and subtracted, never leave a few people.

    A combination of sums of rows and sums of columns that leaves out nearly everybody takes
    some columns together with some rows. For columns taken, those left are fewest when each row
    goes with the side on which most of its people are; they must be enough. That nobody is left
    would say so of somebody whom the roster puts there: that they did not answer.
    """
    table = _Remembered(rows)
    for size in range(1, len(cells) // 2 + 1):
        for taken in combinations(cells, size):
            if not _enough(table, frozenset(taken), few):
                return False
    return True


class _Remembered:
    """Rows that are counted when they are first asked for: mostly a few of them are enough."""

    def __init__(self, rows: Iterable[Mapping[int, Sequence[int]]]) -> None:
        self._coming = iter(rows)
        self._known: list[Mapping[int, Sequence[int]]] = []

    def __iter__(self) -> Iterator[Mapping[int, Sequence[int]]]:
        yield from self._known
        for row in self._coming:
            self._known.append(row)
            yield row


def _enough(table: Iterable[Mapping[int, Sequence[int]]], taken: frozenset[int], few: int) -> bool:
    left: list[int] = []
    for row in table:
        inside = _added(numbers for cell, numbers in row.items() if cell in taken)
        outside = _added(numbers for cell, numbers in row.items() if cell not in taken)
        if inside and outside:
            fewest = [min(pair) for pair in zip(inside, outside, strict=True)]
            left = _added([left, fewest] if left else [fewest])
            if max(left) >= few:
                return True
    return False


def _added(numbers: Iterable[Sequence[int]]) -> list[int]:
    return [sum(each) for each in zip(*numbers, strict=True)]
