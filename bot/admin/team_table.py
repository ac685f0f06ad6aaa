"""A file of teams becomes cells: CSV in the encodings that spreadsheets write, and XLSX.

Takes bytes, so that a command and an upload read the same way. A workbook is read by a process
of its own (`bot.admin.workbooks`). What cannot be read for certain is refused.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.admin.workbooks import read_apart
from bot.core.errors import StandEasyError
from bot.core.team_rows import COLUMNS, MOST_TEAMS, Cell, Odd, Row, column_of

LARGEST_FILE: Final = 10_000_000
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
    delimiter = max(",;\t", key=lambda each: _known(first.split(each, _MOST_COLUMNS)))
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
    answer = read_apart(content, sheet, _MOST_ROWS, _MOST_COLUMNS)
    if answer is None:
        got = "one that takes too much time or memory to read"
        raise TableRefused(table=name, expected="an XLSX file with a table alone", got=got)
    if "rows" not in answer:
        raise _why_not(name, answer, sheet)
    for number, cells in answer["rows"]:
        yield Row(number, tuple(_cell(each) for each in cells))


def _why_not(name: str, answer: Mapping[str, Any], wanted: str | None) -> TableRefused:
    if "unpacked" in answer:
        expected = "an XLSX file of at most 15 MB and 1,000 parts when it is unpacked"
        got = f"{answer['unpacked'] / 1_000_000:.1f} MB in {answer['parts']:,}"
        return TableRefused(table=name, expected=expected, got=got)
    if "another_kind" in answer:
        return TableRefused(table=name, expected="CSV or XLSX", got="another kind of file")
    if "damaged" in answer:
        got = f"a damaged one ({answer['damaged']})"
        return TableRefused(table=name, expected="an XLSX file", got=got)
    listed = ", ".join(answer["sheets"])
    if wanted is None:
        return SeveralSheets(table=name, sheets=listed)
    return TableRefused(table=name, expected=f"one of the sheets {listed}", got=wanted)


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return Odd[value["odd"].upper()]
    cell: Cell = value
    return cell
