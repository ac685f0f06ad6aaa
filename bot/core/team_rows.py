"""Rows of a table of teams: cells go in, teams or every single problem come out.

A table that has one problem gives no team at all. Reading files is not its business: it takes
the cells that a reader of CSV or XLSX made of one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from bot.core.characters import odd_in_name
from bot.core.errors import StandEasyError

MOST_TEAMS: Final = 10_000
MOST_HEADS: Final = 100_000
MOST_SHOWN: Final = 50
"""Problems that a message lists; behind them their number stands."""

_LONGEST_NAME = 80
_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_FORMULA = re.compile(r"[=+\-@\uff1d\uff0b\uff0d\uff20]")
_YES: Final = ("yes", "y", "true", "1", "x")
_NO: Final = ("no", "n", "false", "0")


class Odd(Enum):
    """A cell that holds no value of its own."""

    FORMULA = "a formula"
    DATE = "a date"
    ERROR = "an error"


Cell = str | int | float | bool | Odd | None

REQUIRED: Final = ("department", "team", "headcount")
COLUMNS: Final[Mapping[str, str]] = {
    "department": "the department's name",
    "team": "the team's name",
    "headcount": "everybody who could answer",
    "supervisors": "how many of them supervise",
    "high_stress": "yes or no",
    "team_id": "the team's id in the programme",
    "department_id": "the department's id in the programme",
}
"""Every column a table may have; the first three it must have."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that is not as expected. Rows are counted as a spreadsheet counts them."""

    row: int
    column: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: expected {self.expected}, got {self.got}"


class RowsRefused(StandEasyError):
    """{table}: {number} to correct, and nothing was changed:{listed}"""

    def __init__(self, table: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [f"\n  {problem}" for problem in self.problems[:MOST_SHOWN]]
        more = len(self.problems) - len(shown)
        if more:
            shown.append(f"\n  and {more} more")
        number = "1 cell" if len(self.problems) == 1 else f"{len(self.problems)} cells"
        super().__init__(table=table, number=number, listed="".join(shown))


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, and the row's number in its file."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team as a table gives it; None where the table has no such column or an empty cell."""

    row: int
    department: str
    team: str
    headcount: int
    supervisors: int | None = None
    high_stress: bool | None = None
    team_id: str | None = None
    department_id: str | None = None


@dataclass
class _Reader:
    """Reads cells and keeps what is wrong with them."""

    problems: list[Problem] = field(default_factory=list)

    def refuse(self, row: int, column: str, expected: str, got: object) -> None:
        self.problems.append(Problem(row, column, expected, as_said(got)))

    def text(self, row: int, column: str, cell: Cell, expected: str) -> str | None:
        """Return a text on one line; None when the cell is empty or wrong."""
        if cell is None or cell == "":
            return None
        if isinstance(cell, bool | Odd):
            self.refuse(row, column, expected, cell)
            return None
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        text = str(cell).strip()
        if is_formula(text):
            self.refuse(row, column, f"{expected} that begins with a letter or digit", text)
            return None
        if any(not each.isprintable() for each in text) or odd_in_name(text) is not None:
            self.refuse(row, column, f"{expected} on one line, without control characters", text)
            return None
        return " ".join(text.split()) or None

    def name(self, row: int, column: str, cell: Cell) -> str:
        """Return a name of at most 80 characters; empty when it is missing or wrong."""
        before = len(self.problems)
        text = self.text(row, column, cell, COLUMNS[column])
        if text is None:
            if len(self.problems) == before:
                self.refuse(row, column, COLUMNS[column], None)
            return ""
        if len(text) > _LONGEST_NAME:
            got = f"{len(text)} characters"
            self.problems.append(Problem(row, column, "at most 80 characters", got))
            return ""
        return text

    def identifier(self, row: int, column: str, cell: Cell) -> str | None:
        """Return an id; None when the cell is empty or wrong."""
        expected = "an id of at most 40 lower-case letters, digits and single dashes"
        text = self.text(row, column, cell, expected)
        if text is not None and not is_identifier(text):
            self.refuse(row, column, expected, text)
            return None
        return text

    def number(self, row: int, column: str, cell: Cell, least: int) -> int | None:
        """Return a whole number; None when the cell is empty or wrong."""
        expected = f"a whole number from {least} to {MOST_HEADS}"
        if cell is None or cell == "":
            return None
        if isinstance(cell, str) and re.fullmatch(r"[0-9]{1,7}", cell.strip()):
            cell = int(cell)
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        if isinstance(cell, bool) or not isinstance(cell, int) or not least <= cell <= MOST_HEADS:
            self.refuse(row, column, expected, cell)
            return None
        return cell

    def choice(self, row: int, column: str, cell: Cell) -> bool | None:
        """Return yes or no; None when the cell is empty or wrong."""
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        if isinstance(cell, bool):
            return cell
        word = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell
        word = str(word).strip().lower() if not isinstance(word, Odd) else "?"
        if word in _YES or word in _NO:
            return word in _YES
        self.refuse(row, column, "yes or no", cell)
        return None


def is_identifier(text: str) -> bool:
    """Whether a text can be the id of a team or department."""
    return len(text) <= 40 and _IDENTIFIER.fullmatch(text) is not None


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula."""
    return _FORMULA.match(text.strip()) is not None


def as_said(cell: object) -> str:
    """Return what came, as a message says it: short, and on one line."""
    if cell is None or cell == "":
        return "an empty cell"
    if isinstance(cell, Odd):
        return cell.value
    text = str(cell)
    if is_formula(text):
        return "a formula"
    text = "".join(each if each.isprintable() else "�" for each in text)
    return f"“{text}”" if len(text) <= 40 else f"“{text[:39]}…”"


def column_of(heading: Cell) -> str:
    """Return the name of a column as `COLUMNS` writes it."""
    return re.sub(r"[\s_-]+", "_", str(heading if heading is not None else "").strip().lower())


def read_rows(table: str, heading: Row, rows: Sequence[Row]) -> list[TeamRow]:
    """Return the teams of a table, or raise `RowsRefused` with everything that is wrong."""
    reader = _Reader()
    positions = _positions(reader, heading)
    # Without the right columns every row would be wrong in the same way.
    if reader.problems:
        raise RowsRefused(table, reader.problems)
    teams = [
        _team(reader, row, positions)
        for row in rows
        if any(cell not in (None, "") for cell in row.cells)
    ]
    if not teams:
        reader.refuse(heading.number + 1, "team", "at least one team", None)
    if len(teams) > MOST_TEAMS:
        got = f"{len(teams)} rows"
        reader.problems.append(
            Problem(teams[MOST_TEAMS].row, "team", f"at most {MOST_TEAMS} teams", got)
        )
    _check_together(reader, teams)
    if reader.problems:
        raise RowsRefused(table, sorted(reader.problems, key=lambda problem: problem.row))
    return teams


def _positions(reader: _Reader, heading: Row) -> dict[str, int]:
    positions: dict[str, int] = {}
    for place, cell in enumerate(heading.cells):
        name = column_of(cell) if not isinstance(cell, Odd) else cell.value
        if cell is None or not name:
            continue
        column = f"column {place + 1}"
        if name not in COLUMNS:
            # What a table need not hold it must not: a list of people has no place here.
            reader.refuse(heading.number, column, f"one of {', '.join(COLUMNS)}", cell)
        elif name in positions:
            reader.refuse(heading.number, column, "each column once", cell)
        positions[name] = place
    for name in REQUIRED:
        if name not in positions:
            got = "no such column"
            reader.problems.append(Problem(heading.number, name, f"a column {name}", got))
    return positions


def _team(reader: _Reader, row: Row, positions: Mapping[str, int]) -> TeamRow:
    def cell(column: str) -> Cell:
        place = positions.get(column)
        return row.cells[place] if place is not None and place < len(row.cells) else None

    # A cell without a heading is one that slipped: nobody can tell what it was to be.
    for place, value in enumerate(row.cells):
        if value not in (None, "") and place not in positions.values():
            reader.refuse(row.number, f"column {place + 1}", "nothing under no heading", value)
    before = len(reader.problems)
    headcount = reader.number(row.number, "headcount", cell("headcount"), 1)
    if headcount is None and len(reader.problems) == before:
        reader.refuse(row.number, "headcount", f"a whole number from 1 to {MOST_HEADS}", None)
    supervisors = reader.number(row.number, "supervisors", cell("supervisors"), 0)
    if headcount is not None and supervisors is not None and supervisors > headcount:
        reader.refuse(row.number, "supervisors", f"at most the {headcount} heads", supervisors)
    return TeamRow(
        row.number,
        reader.name(row.number, "department", cell("department")),
        reader.name(row.number, "team", cell("team")),
        headcount or 0,
        supervisors,
        reader.choice(row.number, "high_stress", cell("high_stress")),
        reader.identifier(row.number, "team_id", cell("team_id")),
        reader.identifier(row.number, "department_id", cell("department_id")),
    )


def _check_together(reader: _Reader, teams: Sequence[TeamRow]) -> None:
    """Refuse what is fine in its row and wrong beside another."""
    names: dict[str, int] = {}
    ids: dict[str, int] = {}
    departments: dict[str, str] = {}
    for team in teams:
        for column, value, seen in (("team", team.team, names), ("team_id", team.team_id, ids)):
            if not value:
                continue
            if value in seen:
                reader.refuse(team.row, column, f"another than in row {seen[value]}", value)
            seen.setdefault(value, team.row)
        if team.department and team.department_id:
            known = departments.setdefault(team.department_id, team.department)
            if known != team.department:
                expected = f"“{known}”, as above for {team.department_id}"
                reader.refuse(team.row, "department", expected, team.department)
