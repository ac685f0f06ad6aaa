"""Whether whole numbers exist that obey many linear rows at once (by HiGHS, in scipy)."""

from collections.abc import Sequence
from itertools import pairwise

Row = tuple[int, int, int, int]
"""Three factors for the numbers of a set, and what their sum is at least."""

Rule = tuple[Sequence[int], Sequence[Row]]
"""Rows about the sums over a set of atoms; each atom has three numbers."""

Same = Sequence[Sequence[int]]
"""Sets of atoms that hold the same answers, each divided in another way."""

_SIZE = 3

_NODES = 200
"""The search gives up after so many nodes, never after a time: the same answers, same bytes."""

_FOUND = 0


def some_way_exists(
    rules: Sequence[Rule],
    aim: tuple[Sequence[int], Row],
    same: Same = (),
    *,
    whole: bool = True,
) -> bool:
    """Whether some numbers obey all rules and the aim; False also where the search gives up.

    The sets of `same` have the same sums.

    They are whole, or may be fractions, as for a reader who reckons with shares alone.
    """
    # Loading scipy takes longer than a start of the product should; few rounds need it.
    from numpy import array, inf, ones, uint8
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    place = {atom: n for n, atom in enumerate(sorted({a for atoms, _ in rules for a in atoms}))}
    values: list[int] = []
    columns: list[int] = []
    starts = [0]
    least: list[int] = []
    for atoms, rows in (*rules, (aim[0], [aim[1]])):
        for row in rows:
            for factor, which in zip(row[:_SIZE], range(_SIZE), strict=True):
                if factor:
                    values += [factor] * len(atoms)
                    columns += [_SIZE * place[atom] + which for atom in atoms]
            starts.append(len(values))
            least.append(row[3])
    obeyed = len(least)
    for one, other in pairwise(same):
        for which in range(_SIZE):
            values += [1] * len(one) + [-1] * len(other)
            columns += [_SIZE * place[atom] + which for atom in (*one, *other)]
            starts.append(len(values))
            least.append(0)
    size = _SIZE * len(place)
    table = csr_array((array(values, float), columns, starts), shape=(len(least), size))
    found = milp(
        array([0.0] * size),
        integrality=ones(size, uint8) if whole else None,
        bounds=Bounds(0, inf),
        constraints=LinearConstraint(
            table,
            lb=array(least, float),
            ub=array([inf] * obeyed + [0.0] * (len(least) - obeyed), float),
        ),
        options={"node_limit": _NODES},
    )
    return bool(found.status == _FOUND)
