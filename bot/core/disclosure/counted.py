"""Sums of exact counts over sets of reporting units, for disclosure control alone.

Nobody can be followed from one prompt to the next, so people are the *fewest* who can stand
behind a number: those of its largest prompt.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.disclosure.rules import SMALLEST_MINORITY
from bot.core.disclosure.suppression import GroupFacts
from bot.core.instruments import Scale
from bot.core.programme import SMALLEST_HEADS, SMALLEST_THRESHOLD, Team
from bot.core.reporting_units import ReportingUnit, ReportingUnits
from bot.core.tabulation import TeamCounts, UnsafeTable

Number = Callable[[TeamCounts], int]


class Counted:
    """Sums of an unsafe table over sets of units."""

    def __init__(
        self, table: UnsafeTable, units: ReportingUnits, teams: Mapping[str, Team]
    ) -> None:
        self._units = units
        self._position = {
            team: position for position, unit in enumerate(units.units) for team in unit.teams
        }
        # Answers that travel without their team do not say whose supervisor they are about:
        # all may be of one team. So none counts as somebody to hide behind.
        known = {} if units.is_whole_force else teams
        self._supervisors = {team.id: team.supervisors for team in known.values()}
        self._small = frozenset(
            team.id for team in known.values() if team.headcount < SMALLEST_HEADS
        )
        self._supervisors_of_small = [self._pool(unit, known) for unit in units.units]
        self.everybody = frozenset(range(len(units.units)))
        self._prompts = sorted({prompt for _, prompt in table.cells})
        self._cells = table.cells
        self._facts: dict[tuple[str, frozenset[int]], GroupFacts] = {}
        self._answering: dict[tuple[str, frozenset[int]], GroupFacts] = {}
        self._columns: dict[str, _Column] = {}
        self._by_scale: dict[str, list[_Column]] = {}
        self._answers: dict[tuple[str, frozenset[int]], list[list[int]]] = {}
        self._few: dict[int, tuple[int, ...]] = {}

    def _pool(self, unit: ReportingUnit, known: Mapping[str, Team]) -> int:
        """Return the supervisors of a unit's small teams, where together they are enough heads."""
        small = [known[team] for team in unit.teams if team in self._small]
        enough = sum(team.headcount for team in small) >= SMALLEST_HEADS
        return sum(team.supervisors for team in small) if enough else 0

    @property
    def prompts(self) -> int:
        """How many prompts were answered."""
        return len(self._prompts)

    def respondents(self, units: frozenset[int]) -> GroupFacts:
        """Return the facts about everybody who answered anything."""
        return self._remembered("", units, lambda cell: cell.respondents)

    def answering(self, scale: Scale, units: frozenset[int]) -> GroupFacts:
        """Return the facts about those who answered one scale."""
        # Asked again and again: of a large force, hundreds of thousands of times.
        key = (scale.id, units)
        if key not in self._answering:
            self._answering[key] = self._remembered(
                f"scale {scale.id}", units, lambda cell: sum(cell.scales[scale.id].groups)
            )
        return self._answering[key]

    def _remembered(self, what: str, units: frozenset[int], number: Number) -> GroupFacts:
        key = (what, units)
        if key not in self._facts:
            column = self._columns.get(what) or self._column(what, number)
            self._facts[key] = GroupFacts(
                people=max(_sums(column.people, units, len(self._prompts)), default=0),
                heads=sum(self._units.units[position].heads for position in units),
                supervisors=sum(column.supervisors[position] for position in units),
            )
        return self._facts[key]

    def _column(self, what: str, number: Number) -> "_Column":
        prompts = {prompt: place for place, prompt in enumerate(self._prompts)}
        people = [[0] * len(prompts) for _ in self._units.units]
        small = [[0] * len(prompts) for _ in self._units.units]
        most: dict[str, int] = {}
        for (team, prompt), cell in self._cells.items():
            here = number(cell)
            position, place = self._position[team], prompts[prompt]
            people[position][place] += here
            if team in self._small:
                small[position][place] += here
            elif here > most.get(team, 0):
                most[team] = here
        # The supervisor of a team that hardly answered is nobody to hide behind. That three of
        # a team answered must not be told of a team of three: small teams count together.
        supervisors = [
            pool if max(answers, default=0) >= SMALLEST_THRESHOLD else 0
            for pool, answers in zip(self._supervisors_of_small, small, strict=True)
        ]
        for team, answers in most.items():
            if answers >= SMALLEST_MINORITY:
                supervisors[self._position[team]] += self._supervisors.get(team, 0)
        return self._columns.setdefault(what, _Column(people, supervisors))

    def answers(self, scale: Scale, units: frozenset[int]) -> list[list[int]]:
        """Return per prompt how many answered low, middle and high, and the sum of their means."""
        key = (scale.id, units)
        if key not in self._answers:
            sums = [
                _sums(column.people, units, len(self._prompts))
                for column in self._columns_of(scale)
            ]
            self._answers[key] = [list(prompt) for prompt in zip(*sums, strict=True)]
        return self._answers[key]

    def _columns_of(self, scale: Scale) -> list["_Column"]:
        if scale.id not in self._by_scale:
            numbers: list[Number] = [_in_group(scale, position) for position in range(3)]
            numbers.append(lambda cell: cell.scales[scale.id].total)
            self._by_scale[scale.id] = [
                self._column(f"scale {scale.id} {place}", number)
                for place, number in enumerate(numbers)
            ]
        return self._by_scale[scale.id]

    def small_teams(self, position: int, fewer_than: int) -> tuple[int, ...]:
        """Return how many heads small teams of a unit have: each alone, and the most together."""
        if position not in self._few:
            teams = self._units.units[position].heads_by_team.values()
            alone = {heads for heads in teams if 0 < heads < fewer_than}
            sums = {0}
            for heads in teams:
                sums |= {heads + others for others in sums if heads + others < fewer_than}
            self._few[position] = tuple(sorted((alone | {max(sums)}) - {0}))
        return self._few[position]

    def per_prompt(self, units: frozenset[int], number: Number) -> list[int]:
        """Return the sum of a number over a set of units, for each prompt."""
        teams = [team for position in units for team in self._units.units[position].teams]
        cells = self._cells
        return [
            sum(number(cells[team, prompt]) for team in teams if (team, prompt) in cells)
            for prompt in self._prompts
        ]

    def people(self, units: frozenset[int], number: Number) -> int:
        """Return the fewest people who can stand behind a number over all prompts."""
        return max(self.per_prompt(units, number), default=0)


@dataclass(frozen=True, slots=True)
class _Column:
    """One number of every unit, by prompt, and the supervisors it can be shown with."""

    people: list[list[int]]
    supervisors: list[int]


def _sums(column: list[list[int]], units: frozenset[int], prompts: int) -> list[int]:
    if len(units) == 1:
        return column[next(iter(units))]
    return [sum(column[position][prompt] for position in units) for prompt in range(prompts)]


def _in_group(scale: Scale, position: int) -> Number:
    return lambda cell: cell.scales[scale.id].groups[position]
