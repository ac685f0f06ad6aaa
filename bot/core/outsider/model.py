"""Statements as a linear programme: which answers are possible, and the tightest intervals.

Teams that lie in the same sets can never be told apart, so they are one *part*. Every part has
a number of people and, for each scale, people in each of three groups of answers. People are
whole in truth and fractions here: what is proven of fractions is proven of people.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.core.outsider.told import (
    CELL_PEOPLE,
    Answering,
    BandsOfThree,
    Cells,
    People,
    Share,
    Statement,
    Teams,
)

Row = Mapping[int, float]
CLOSE = 1e-7
ANSWER_GROUPS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """Teams that lie in the same sets."""

    teams: Teams
    heads: int


class Model:
    """Every way to answer that agrees with a list of statements.

    `heads` counts a set of teams; `sets` are told apart beside those in the statements.
    In a round of several `prompts` a number of people is that of the largest prompt, so the
    numbers of parts add up to more than that of the whole, and answers are more than people.
    """

    def __init__(
        self,
        statements: Sequence[Statement],
        heads: Callable[[Iterable[str]], int],
        sets: Iterable[Teams] = (),
        prompts: int = 1,
        scales: Iterable[str] = (),
    ) -> None:
        self.prompts, self._heads = prompts, heads
        self.scales = sorted(
            {*scales, *(said.scale for said in statements if isinstance(said, Answering | Share))}
        )
        self._scale_at = {scale: number for number, scale in enumerate(self.scales)}
        self._width = 1 + ANSWER_GROUPS * len(self.scales)
        told_apart = list(dict.fromkeys([*(said.teams for said in statements), *sets]))
        self.parts = parts_of(told_apart, heads)
        home = {team: number for number, part in enumerate(self.parts) for team in part.teams}
        self._numbers_of = {
            teams: tuple(sorted({home[team] for team in teams})) for teams in told_apart
        }
        self.columns = len(self.parts) * self._width
        self._rows: list[Row] = []
        """Each is at most 0 or at most its limit."""
        self._limits: list[float] = []
        self._tops = [0.0] * self.columns
        for number, part in enumerate(self.parts):
            for column in range(number * self._width, (number + 1) * self._width):
                self._tops[column] = part.heads * prompts
            self._tops[self.people(number)] = part.heads
            self._add_scales_of(number)
        for said in statements:
            self._add(said)
        cuts = [said for said in statements if isinstance(said, Cells) and said.cells]
        for by in dict.fromkeys(cut.by for cut in cuts):
            for scale in self.scales:
                about = [
                    cut for cut in cuts if cut.by == by and all(scale in cell for cell in cut.cells)
                ]
                if about:
                    self._add_cut(about, scale)

    # --- Columns ------------------------------------------------------------------------

    def numbers_of(self, teams: Teams) -> tuple[int, ...]:
        """Return the numbers of the parts of a set that the model tells apart."""
        return self._numbers_of[teams]

    def people(self, part: int) -> int:
        """Return the column of the people of a part."""
        return part * self._width

    def answers(self, part: int, scale: str, position: int) -> int:
        """Return the column of the people of a part in one group of answers of a scale."""
        return part * self._width + 1 + ANSWER_GROUPS * self._scale_at[scale] + position

    def in_group(self, teams: Teams, scale: str, position: int) -> list[int]:
        """Return the columns of the people of a set in one group of answers."""
        return [self.answers(part, scale, position) for part in self.numbers_of(teams)]

    def answering(self, teams: Teams, scale: str) -> list[int]:
        """Return the columns of everybody in a set who answered a scale."""
        return [
            column
            for position in range(ANSWER_GROUPS)
            for column in self.in_group(teams, scale, position)
        ]

    # --- Rows ---------------------------------------------------------------------------

    def _at_most(self, row: Row, limit: float = 0.0) -> None:
        self._rows.append(row)
        self._limits.append(limit)

    def _add_scales_of(self, part: int) -> None:
        for scale in self.scales:
            row = {self.answers(part, scale, position): 1.0 for position in range(ANSWER_GROUPS)}
            self._at_most({**row, self.people(part): -float(self.prompts)})

    def _add(self, said: Statement) -> None:
        parts = self.numbers_of(said.teams)
        if isinstance(said, People):
            if said.least > 0:
                self._at_most({self.people(part): -1.0 for part in parts}, -said.least)
            if said.most is not None:
                people = [self.people(part) for part in parts]
                self._at_most(dict.fromkeys(people, 1.0), said.most * self.prompts)
                for column in people if self.prompts > 1 else ():
                    self._tops[column] = min(self._tops[column], said.most)
        elif isinstance(said, Answering):
            self._at_most(dict.fromkeys(self.answering(said.teams, said.scale), -1.0), -said.least)
        elif isinstance(said, Share):
            own = self.in_group(said.teams, said.scale, said.position)
            everybody = self.answering(said.teams, said.scale)
            if said.low > 0:
                low = dict.fromkeys(everybody, said.low / 100)
                self._at_most({**low, **dict.fromkeys(own, said.low / 100 - 1)})
            if said.high < 100:
                high = dict.fromkeys(everybody, -said.high / 100)
                self._at_most({**high, **dict.fromkeys(own, 1 - said.high / 100)})

    def _add_cut(self, cuts: Sequence[Cells], scale: str) -> None:
        """Add what cuts of one kind say of a scale, each of which divides its teams' people.

        Teams that lie in the same cuts are a class. Of each class so many stand in each cell, in
        each group of answers; together they are everybody in the class. So two cuts of nearly
        the same teams are about nearly the same people.
        """
        classes = parts_of([cut.teams for cut in cuts], self._heads)
        cells = max(len(cut.cells) for cut in cuts)
        firsts = []
        for each in classes:
            firsts.append(self.columns)
            self.columns += cells * ANSWER_GROUPS
            self._tops += [float(self.prompts * each.heads)] * (cells * ANSWER_GROUPS)
            self._same_people(each.teams, firsts[-1], scale)
        for cut in cuts:
            inside = [
                first
                for each, first in zip(classes, firsts, strict=True)
                if each.teams <= cut.teams
            ]
            for number in range(cells):
                at = ANSWER_GROUPS * number
                columns = [[first + at + place for first in inside] for place in range(3)]
                if number < len(cut.cells):
                    self._add_cell(columns, cut.cells[number][scale])
                else:
                    self._at_most(dict.fromkeys([each for some in columns for each in some], 1.0))

    def _same_people(self, teams: Teams, first: int, scale: str) -> None:
        parts = [number for number, part in enumerate(self.parts) if part.teams <= teams]
        for position in range(ANSWER_GROUPS):
            inside = dict.fromkeys(range(first + position, self.columns, ANSWER_GROUPS), 1.0)
            whole = dict.fromkeys((self.answers(part, scale, position) for part in parts), 1.0)
            self._at_most({**inside, **dict.fromkeys(whole, -1.0)})
            self._at_most({**dict.fromkeys(inside, -1.0), **whole})

    def _add_cell(self, columns: Sequence[Sequence[int]], bands: BandsOfThree) -> None:
        everybody = [column for some in columns for column in some]
        self._at_most(dict.fromkeys(everybody, -1.0), -float(CELL_PEOPLE))
        for own, (low, high) in zip(columns, bands, strict=True):
            self._at_most(
                {**dict.fromkeys(everybody, low / 100), **dict.fromkeys(own, low / 100 - 1)}
            )
            self._at_most(
                {**dict.fromkeys(everybody, -high / 100), **dict.fromkeys(own, 1 - high / 100)}
            )

    # --- Solving ------------------------------------------------------------------------

    def least(self, objective: Row) -> float | None:
        """Return the least value of an objective; None when the statements contradict."""
        found = minimise(objective, self._rows, self._limits, self._tops)
        return None if found is None else found[0]

    def possible(
        self, objective: Row, extra: Sequence[tuple[Row, float]]
    ) -> npt.NDArray[np.float64] | None:
        """Return answers that agree with everything, best by an objective over added columns.

        One column is added by each row of `extra`, after those of the model.
        """
        found = minimise(
            objective,
            [*self._rows, *(row for row, _ in extra)],
            [*self._limits, *(limit for _, limit in extra)],
            [*self._tops, *[None] * len(extra)],
        )
        return None if found is None else found[1]

    def least_share(self, teams: Teams, scale: str, positions: Sequence[int]) -> float | None:
        """Return the least share of some groups of answers among at least one person.

        None when nobody can have answered. A share is a fraction of sums; multiplying
        everything by one more unknown, so that the sum below is one, makes it linear
        (Charnes and Cooper).
        """
        factor = self.columns
        rows = [
            {**row, factor: -limit} for row, limit in zip(self._rows, self._limits, strict=True)
        ]
        rows += [{column: 1.0, factor: -top} for column, top in enumerate(self._tops)]
        below = dict.fromkeys(self.answering(teams, scale), 1.0)
        above = {
            column: 1.0
            for position in positions
            for column in self.in_group(teams, scale, position)
        }
        tops = [*[None] * self.columns, 1.0]
        found = minimise(above, rows, [0.0] * len(rows), tops, one=below)
        return None if found is None else found[0]


def minimise(
    objective: Row,
    rows: Sequence[Row],
    limits: Sequence[float],
    tops: Sequence[float | None],
    one: Row | None = None,
) -> tuple[float, npt.NDArray[np.float64]] | None:
    """Return the least value of a sum over columns from zero to `tops`, and where it is.

    A sum `one` is one exactly.
    """
    # It takes half a second to load, and most commands never need it.
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    costs = np.zeros(len(tops))
    for column, value in objective.items():
        costs[column] = value
    found = linprog(  # type: ignore[call-overload] # its stubs know of no sparse matrices
        costs,
        A_ub=csr_array(_compressed(rows), shape=(len(rows), len(tops))),
        b_ub=np.asarray(limits),
        A_eq=None if one is None else csr_array(_compressed([one]), shape=(1, len(tops))),
        b_eq=None if one is None else np.ones(1),
        bounds=np.array([(0.0, np.inf if top is None else top) for top in tops]),
        method="highs",
    )
    return None if found.x is None else (float(found.fun), found.x)


def _compressed(
    rows: Sequence[Row],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    starts = np.zeros(len(rows) + 1, dtype=np.int32)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    total = int(starts[-1])
    columns = np.fromiter((column for row in rows for column in row), np.int32, total)
    values = np.fromiter((value for row in rows for value in row.values()), float, total)
    return values, columns, starts


def parts_of(sets: Sequence[Teams], heads: Callable[[Iterable[str]], int]) -> tuple[Part, ...]:
    """Return the classes of teams that lie in the same sets."""
    # Which sets a team lies in, as the bits of one number.
    signature: dict[str, int] = {}
    for number, teams in enumerate(sets):
        for team in teams:
            signature[team] = signature.get(team, 0) | 1 << number
    classes: dict[int, list[str]] = {}
    for team in sorted(signature):
        classes.setdefault(signature[team], []).append(team)
    return tuple(Part(frozenset(teams), heads(teams)) for teams in classes.values())
