"""Sums of exact counts over sets of reporting units, for disclosure control alone.

Nobody can be followed from one prompt to the next, so people are the *fewest* who can stand
behind a number: those of its largest prompt.
"""

from collections.abc import Callable, Mapping, Sequence

from bot.core.disclosure.rules import SMALLEST_MINORITY
from bot.core.disclosure.suppression import GroupFacts
from bot.core.instruments import Scale
from bot.core.programme import Team
from bot.core.reporting_units import ReportingUnits
from bot.core.tabulation import TeamCounts, UnsafeTable

Number = Callable[[TeamCounts], int]


class Counted:
    """Sums of an unsafe table over sets of units."""

    def __init__(
        self, table: UnsafeTable, units: ReportingUnits, teams: Mapping[str, Team]
    ) -> None:
        self._units = units
        # Answers that travel without their team do not say whose supervisor they are about:
        # all may be of one team. So none counts as somebody to hide behind.
        known = {} if units.is_whole_force else teams
        self._supervisors = {team.id: team.supervisors for team in known.values()}
        self.everybody = frozenset(range(len(units.units)))
        self._prompts = sorted({prompt for _, prompt in table.cells})
        self._cells = table.cells
        self._facts: dict[tuple[str, frozenset[int]], GroupFacts] = {}

    def respondents(self, units: frozenset[int]) -> GroupFacts:
        """Return the facts about everybody who answered anything."""
        return self._remembered("", units, lambda cell: cell.respondents)

    def answering(self, scale: Scale, units: frozenset[int]) -> GroupFacts:
        """Return the facts about those who answered one scale."""
        return self._remembered(
            f"scale {scale.id}", units, lambda cell: sum(cell.scales[scale.id].groups)
        )

    def _remembered(self, what: str, units: frozenset[int], number: Number) -> GroupFacts:
        key = (what, units)
        if key not in self._facts:
            members = [self._units.units[position] for position in units]
            self._facts[key] = GroupFacts(
                people=self.people(units, number),
                heads=sum(unit.heads for unit in members),
                # The supervisor of a team that hardly answered is nobody to hide behind.
                supervisors=sum(
                    self._supervisors.get(team, 0)
                    for unit in members
                    for team in unit.teams
                    if max(self._per_prompt([team], number), default=0) >= SMALLEST_MINORITY
                ),
            )
        return self._facts[key]

    def per_prompt(self, units: frozenset[int], number: Number) -> list[int]:
        """Return the sum of a number over a set of units, for each prompt."""
        teams = [team for position in units for team in self._units.units[position].teams]
        return self._per_prompt(teams, number)

    def _per_prompt(self, teams: Sequence[str], number: Number) -> list[int]:
        return [
            sum(
                number(self._cells[team, prompt]) for team in teams if (team, prompt) in self._cells
            )
            for prompt in self._prompts
        ]

    def people(self, units: frozenset[int], number: Number) -> int:
        """Return the fewest people who can stand behind a number over all prompts."""
        return max(self.per_prompt(units, number), default=0)
