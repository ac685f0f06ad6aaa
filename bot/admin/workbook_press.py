"""The workbook press: one XLSX file in, its cells out as JSON, in a process that ends with it.

A small file can ask a reader of XML for minutes and gigabytes, so the kernel ends this process
when it has had its share of either. Started by `bot.admin.workbooks` alone. It imports nothing of
the product, is given no setting and no secret by its environment, and writes no file. Nothing is
calculated: a cell with a formula is told apart, never evaluated.
"""

import io
import json
import os
import resource
import sys
import zipfile
from datetime import date, datetime, time
from typing import Any, BinaryIO

if __name__ == "__main__":
    # The library loads it where it is there, for cells that only writers have: most of the time
    # that this process takes.
    sys.modules["numpy"] = None  # type: ignore[assignment]

from openpyxl import load_workbook

SECONDS = 10
"""Of the processor. The largest table of teams takes less than two."""

MEMORY = 512 * 1024 * 1024
LARGEST_UNPACKED = 15_000_000
MOST_PARTS = 1_000
LONGEST_CELL = 32_767
"""Characters; a spreadsheet takes no more."""

MOST_CHARACTERS = 20_000_000
"""In all cells together: one text can stand in a million of them."""


def main(source: BinaryIO, target: BinaryIO) -> int:
    """Read one workbook; return the exit code."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # Whoever answers officers on the same machine goes first.
    os.nice(10)
    order = json.loads(source.readline())
    content = source.read()
    target.write(json.dumps(_answer(content, order)).encode())
    return 0


def _answer(content: bytes, order: dict[str, Any]) -> dict[str, Any]:
    try:
        return _looked_at(content) or _read(content, order)
    except MemoryError:
        raise
    # Whatever a damaged file makes a reader of XML and ZIP raise, it is a damaged file.
    except Exception as error:
        return {"damaged": type(error).__name__}


def _looked_at(content: bytes) -> dict[str, Any] | None:
    """Return what is wrong with an archive before anything in it is unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED or len(parts) > MOST_PARTS:
        return {"unpacked": unpacked, "parts": len(parts)}
    if all(part.filename != "xl/workbook.xml" for part in parts):
        return {"another_kind": True}
    return None


def _read(content: bytes, order: dict[str, Any]) -> dict[str, Any]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    names, wanted = book.sheetnames, order["sheet"]
    if (wanted is None and len(names) != 1) or (wanted is not None and wanted not in names):
        return {"sheets": [each[:100] for each in names[:100]]}
    chosen = book[names[0] if wanted is None else wanted]
    # What a file says of its own size may be wrong; rows say it themselves.
    chosen.reset_dimensions()
    rows: list[tuple[int, list[Any]]] = []
    characters = 0
    for number, cells in enumerate(chosen.iter_rows(), start=1):
        row = [_cell(each) for each in cells]
        characters += sum(len(each) for each in row if isinstance(each, str))
        if characters > MOST_CHARACTERS:
            raise ValueError
        rows.append((number, row))
        # Whoever asked refuses it by the row that is one too many, or one too wide.
        if number > order["rows"] or len(row) > order["columns"]:
            break
    return {"rows": rows}


def _cell(cell: Any) -> Any:
    if cell.value is None:
        return None
    if cell.data_type == "f":
        return {"odd": "formula"}
    if cell.data_type == "e":
        return {"odd": "error"}
    value = cell.value
    if isinstance(value, date | datetime | time):
        return {"odd": "date"}
    known = value if isinstance(value, str | int | float | bool) else str(value)
    if isinstance(known, str) and len(known) > LONGEST_CELL:
        raise ValueError
    return known


if __name__ == "__main__":
    raise SystemExit(main(sys.stdin.buffer, sys.stdout.buffer))
