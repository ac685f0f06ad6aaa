"""One way to answer that leaves as much open as can be left open at once.

Most of an attack is settled by one linear programme. Where a part can hold, beyond the people
that the rest of it cannot take in, at least one person in every group of answers, then any
small group in it may be that one person: its respondents may be nobody or one, its share of
any group of answers none or all. No interval is narrower than what anything says by itself,
so for such groups nothing else has to be solved. The same programme looks for silent heads
and for three people on each side of every group of answers of the groups that are shown.
"""

from collections.abc import Iterable, Mapping

from bot.core.outsider.model import ANSWER_GROUPS, CLOSE, Model, Row
from bot.core.outsider.told import Teams

MINORITY = 3
MOST_OF_THE_HEADS = 0.8
Side = tuple[Teams, str, int, bool]
"""A shown group, a scale, a group of answers; True for the people in it, False for the others."""


class Freedom:
    """The freest answers of a model; `possible` is False when its statements contradict.

    `largest` is the most heads of a small group in each part, `sides` what should hold three
    people, `silent` the groups in which a fifth of the heads should not have answered.
    """

    def __init__(
        self,
        model: Model,
        largest: Mapping[int, int],
        sides: Iterable[Side] = (),
        silent: Mapping[Teams, int] | None = None,
    ) -> None:
        self._model = model
        self._extra: list[tuple[Row, float]] = []
        self._wish: dict[int, float] = {}
        self._crowds = {part: self._room_for(part, heads) for part, heads in largest.items()}
        for part in largest:
            for scale in model.scales:
                self._wish_for_singles(part, scale)
        self._sides = {side: self._side(side) for side in sides}
        self._silent = {teams: self._full(teams, heads) for teams, heads in (silent or {}).items()}
        self._found = model.possible(self._wish, self._extra)

    def _missing(self, row: Row, enough: float, wish: float = 1.0) -> int:
        """Add how much of a sum is missing to be enough; as little as can be, is the wish."""
        missing = self._model.columns + len(self._wish)
        self._wish[missing] = wish
        self._extra.append(
            ({**{column: -value for column, value in row.items()}, missing: -1.0}, -enough)
        )
        return missing

    def _room_for(self, part: int, heads: int) -> int:
        """Add how many people of a part cannot be outside a group of so many heads."""
        rest = self._model.parts[part].heads - heads
        return self._missing({self._model.people(part): -1.0}, -float(rest))

    def _wish_for_singles(self, part: int, scale: str) -> None:
        """Wish for one person more than the crowd in each group of answers."""
        for position in range(ANSWER_GROUPS):
            own = self._model.answers(part, scale, position)
            self._missing({own: 1.0, self._crowds[part]: -1.0}, 1.0)

    def _side(self, side: Side) -> int:
        return self._missing(dict.fromkeys(people_of(self._model, side), 1.0), float(MINORITY))

    def _full(self, teams: Teams, heads: int) -> int:
        people = {self._model.people(part): -1.0 for part in self._model.numbers_of(teams)}
        return self._missing(people, -MOST_OF_THE_HEADS * heads, 0.1)

    @property
    def possible(self) -> bool:
        """Whether any answers agree with the statements."""
        return self._found is not None

    def _at(self, column: int) -> float:
        assert self._found is not None  # noqa: S101 - asked only where answers are possible
        return float(self._found[column])

    def _enough(self, missing: int) -> bool:
        return self._at(missing) <= CLOSE

    def people(self, part: int) -> float:
        """Return how many people of a part answered, in these answers."""
        return self._at(self._model.people(part))

    def least_people(self, part: int, heads: int) -> float:
        """Return how few people of so many heads in a part can have answered, at the least."""
        return max(0.0, self.people(part) - self._model.parts[part].heads + heads)

    def may_be_all(self, part: int, heads: int, scale: str, position: int) -> bool:
        """Whether all of so many heads in a part may stand in a group of answers."""
        answers = self._answers(part, scale)
        return answers[position] >= self._least_answers(part, heads, answers) - CLOSE

    def may_be_none(self, part: int, heads: int, scale: str, position: int) -> bool:
        """Whether all of so many heads in a part may stand outside a group of answers."""
        answers = self._answers(part, scale)
        others = sum(answers) - answers[position]
        return others >= self._least_answers(part, heads, answers) - CLOSE

    def _answers(self, part: int, scale: str) -> list[float]:
        return [
            self._at(self._model.answers(part, scale, position))
            for position in range(ANSWER_GROUPS)
        ]

    def _least_answers(self, part: int, heads: int, answers: list[float]) -> float:
        """Return how few answers so many heads have who have one: what others cannot have given."""
        rest = self._model.prompts * (self._model.parts[part].heads - heads)
        return max(1.0, self.least_people(part, heads), sum(answers) - rest)

    def holds_three(self, side: Side) -> bool:
        """Whether three people may stand on a side."""
        return self._enough(self._sides[side])

    def may_be_silent(self, teams: Teams) -> bool:
        """Whether a fifth of the heads may not have answered."""
        return self._enough(self._silent[teams])


def people_of(model: Model, side: Side) -> list[int]:
    """Return the columns of the people on one side of a group of answers."""
    teams, scale, position, inside = side
    own = set(model.in_group(teams, scale, position))
    return [column for column in model.answering(teams, scale) if (column in own) == inside]
