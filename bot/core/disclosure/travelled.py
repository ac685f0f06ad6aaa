"""Who answered, by what travelled with the answers: role type and length of service.

Exact numbers by unit and cell. They are never shown; they only tell whether a cut of the
force can stand beside the groups of the tree.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.core.reporting_units import ReportingUnits
from bot.core.tabulation import UnsafeTable, answers_scale, whose

Row = dict[int, list[int]]
"""Per cell of a cut, the people at each prompt; cells with nobody are not there."""

_Keys = dict[tuple[int, int], int]
"""Per position of a prompt and what travelled: how many."""


class Travelled:
    """What travelled with the answers of a round."""

    def __init__(self, table: UnsafeTable, units: ReportingUnits) -> None:
        prompts = sorted({prompt for _, prompt in table.cells})
        place = {prompt: position for position, prompt in enumerate(prompts)}
        home = {team: n for n, unit in enumerate(units.units) for team in unit.teams}
        self._prompts = len(prompts)
        self._keys: list[_Keys] = [defaultdict(int) for _ in units.units]
        self._everybody: _Keys = defaultdict(int)
        for (team, prompt), cell in table.cells.items():
            for key, number in cell.travelled.items():
                self._keys[home[team]][place[prompt], key] += number
                self._everybody[place[prompt], key] += number

    def respondents(self, cell: int, *, by_role: bool) -> list[int]:
        """Return the people of a cell at each prompt."""
        return self._row([self._everybody], None, by_role).get(cell, [0] * self._prompts)

    def rows(
        self, atoms: Sequence[frozenset[int]], scale: int | None, *, by_role: bool
    ) -> Iterable[Row]:
        """Yield the people of each set of units by cell: those who answered a scale, or all."""
        for atom in atoms:
            yield self._row([self._keys[unit] for unit in atom], scale, by_role)

    def crossed(self, scale: int | None) -> Iterable[Row]:
        """Yield the people of each role type by length of service."""
        rows: dict[int, Row] = {}
        for (place, key), number in self._everybody.items():
            if scale is None or answers_scale(key, scale):
                role, service = whose(key)
                row = rows.setdefault(role, {})
                row.setdefault(service, [0] * self._prompts)[place] += number
        return rows.values()

    def _row(self, keys: Iterable[_Keys], scale: int | None, by_role: bool) -> Row:
        row: Row = {}
        for each in keys:
            for (place, key), number in each.items():
                if scale is None or answers_scale(key, scale):
                    role, service = whose(key)
                    cell = role if by_role else service
                    row.setdefault(cell, [0] * self._prompts)[place] += number
        return row
