"""A file of teams becomes cells: CSV in the encodings that spreadsheets write, and XLSX.

Takes bytes, so that a command and an upload read the same way. Nothing is calculated: a cell
with a formula is told apart, never evaluated. What cannot be read for certain is refused.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from bot.core.errors import StandEasyError
from bot.core.team_rows import COLUMNS, MOST_TEAMS, Cell, Odd, Row, column_of

LARGEST_FILE: Final = 10_000_000
_LARGEST_UNPACKED: Final = 150_000_000
_MOST_COLUMNS: Final = 50
_MOST_ROWS: Final = MOST_TEAMS + 1_000
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# Letters of names in Britain and what word processors put between them. Anything else in a file
# that is not UTF-8 tells that it was not written in Windows-1252 either.
_WINDOWS: Final = re.compile(r"[\t\r\n\x20-\x7e£€·°‘’“”–—… À-ÖØ-öø-ÿŠšŽžŒœŸ]*")
_UNHEARD_OF: Final = re.compile("[À-ÖØ-öø-ÿŠšŽžŒœŸ]{3}")
"""Three accents in a row stand in no name in Britain: the text is in another alphabet."""


class TableRefused(StandEasyError):
    """{table}: expected {expected}, got {got}."""

    hint = "Nothing was changed."


class SeveralSheets(TableRefused):
    """{table}: expected one sheet, or --sheet NAME, got {sheets}."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: its heading, its rows, and how it was read."""

    name: str
    heading: Row
    rows: tuple[Row, ...]
    read_as: str


def read_table(
    name: str, content: bytes, sheet: str | None = None, tick: Callable[[], None] = lambda: None
) -> Table:
    """Return the cells of a file; raises `TableRefused`. `tick` is called for each row."""
    if len(content) > LARGEST_FILE:
        got = f"{len(content) // 1_000_000} MB"
        raise TableRefused(table=name, expected="at most 10 MB", got=got)
    if not content.strip():
        raise TableRefused(table=name, expected="a table", got="an empty file")
    if content.startswith(b"PK\x03\x04"):
        rows, read_as = _xlsx_rows(name, content, sheet), "XLSX"
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        got = "an old or a locked Excel file"
        raise TableRefused(table=name, expected="CSV or XLSX without a password", got=got)
    elif sheet is not None:
        raise TableRefused(table=name, expected="an XLSX file with this sheet", got="CSV")
    else:
        text, encoding = _decoded(name, content)
        rows, read_as = _csv_rows(name, text), f"CSV in {encoding}"
    heading: Row | None = None
    found: list[Row] = []
    for row in rows:
        tick()
        if row.number > _MOST_ROWS:
            raise TableRefused(table=name, expected=f"at most {MOST_TEAMS} teams", got="more rows")
        if len(row.cells) > _MOST_COLUMNS:
            raise TableRefused(
                table=name,
                expected=f"at most {_MOST_COLUMNS} columns",
                got=f"{len(row.cells)} in row {row.number}",
            )
        if all(cell in (None, "") for cell in row.cells):
            continue
        if heading is None:
            heading = row
        else:
            found.append(row)
    if heading is None:
        raise TableRefused(table=name, expected="a table", got="nothing but empty cells")
    return Table(name, heading, tuple(found), read_as)


def _decoded(name: str, content: bytes) -> tuple[str, str]:
    for mark, codec, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(codec), encoding
            except UnicodeDecodeError:
                raise _undecodable(name, f"{encoding} as its first bytes say") from None
    zeros = content[1:2000:2].count(0), content[0:2000:2].count(0)
    if max(zeros) > len(content[:2000]) // 4:
        codec = "utf-16-le" if zeros[0] >= zeros[1] else "utf-16-be"
        try:
            return content.decode(codec), "UTF-16"
        except UnicodeDecodeError:
            raise _undecodable(name, "UTF-16") from None
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise _undecodable(name, "UTF-8, UTF-16 or Windows-1252") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if not _WINDOWS.fullmatch(line) or _UNHEARD_OF.search(line):
            got = f"signs in line {number} that are none of them"
            raise TableRefused(
                table=name, expected="text in UTF-8, UTF-16 or Windows-1252", got=got
            )
    return text, "Windows-1252: look at names with accents"


def _undecodable(name: str, expected: str) -> TableRefused:
    return TableRefused(
        table=name, expected=f"text in {expected}", got="bytes that cannot be read so"
    )


def _csv_rows(name: str, text: str) -> Iterator[Row]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    # Spreadsheets write what stands between cells by the country they are set to.
    delimiter = max(",;\t", key=lambda each: _known(first.split(each)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield Row(number, tuple(cells))
    except csv.Error as error:
        problem = str(error).split(" - ")[0]
        raise TableRefused(
            table=name, expected=f"CSV after row {number}", got=f"a broken row ({problem})"
        ) from None


def _known(headings: list[str]) -> int:
    return sum(column_of(heading.strip('"')) in COLUMNS for heading in headings)


def _xlsx_rows(name: str, content: bytes, sheet: str | None) -> Iterator[Row]:
    _check_archive(name, content)
    # Loaded where it is used: half a second that no other command should wait.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        try:
            chosen = book[_sheet_of(name, book.sheetnames, sheet)]
            # What a file says of its own size may be wrong; rows say it themselves.
            chosen.reset_dimensions()
            for number, cells in enumerate(chosen.iter_rows(), start=1):
                yield Row(number, tuple(_cell(each) for each in cells))
        finally:
            book.close()
    except TableRefused:
        raise
    # Whatever a damaged file makes a reader of XML and ZIP raise, it is a damaged file.
    except (InvalidFileException, zipfile.BadZipFile, OSError, EOFError, SyntaxError) as error:
        raise _damaged(name, error) from None
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise _damaged(name, error) from None


def _damaged(name: str, error: Exception) -> TableRefused:
    return TableRefused(
        table=name, expected="an XLSX file", got=f"a damaged one ({type(error).__name__})"
    )


def _check_archive(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _damaged(name, error) from None
    if "xl/workbook.xml" not in names:
        raise TableRefused(table=name, expected="CSV or XLSX", got="another kind of file")
    if unpacked > _LARGEST_UNPACKED:
        raise TableRefused(
            table=name,
            expected="an XLSX file of at most 150 MB unpacked",
            got=f"{unpacked // 1_000_000} MB",
        )


def _sheet_of(name: str, sheets: list[str], wanted: str | None) -> str:
    listed = ", ".join(sheets)
    if wanted is None:
        if len(sheets) != 1:
            raise SeveralSheets(table=name, sheets=listed)
        return sheets[0]
    if wanted not in sheets:
        raise TableRefused(table=name, expected=f"one of the sheets {listed}", got=wanted)
    return wanted


def _cell(cell: Any) -> Cell:
    if cell.value is None:
        return None
    if cell.data_type == "f":
        return Odd.FORMULA
    if cell.data_type == "e":
        return Odd.ERROR
    value = cell.value
    if isinstance(value, date | datetime | time):
        return Odd.DATE
    return value if isinstance(value, str | int | float | bool) else str(value)
