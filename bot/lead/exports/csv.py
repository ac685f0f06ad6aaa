"""Releases as CSV: one line per group, theme and group of answers; UTF-8 with a mark, streamed.

Figures are bare, texts are quoted and neutralised (`bot.lead.exports.neutral`); a cell that is
empty is not shown or does not belong to the line.
"""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from bot.core.disclosure.release import Release
from bot.lead.exports.figures import COLUMNS, lines_of
from bot.lead.exports.neutral import neutral

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it, spreadsheets take a name with an accent for something else."""

CHUNK: Final = 64 * 1024
"""Characters that are sent at once."""


def csv_of(releases: Iterable[Release]) -> Iterator[bytes]:
    """Yield a CSV file of these releases piece by piece; none is held longer than its lines."""
    held = StringIO(newline="")
    held.write(BYTE_ORDER_MARK)
    writer = csv.writer(held, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    for release in releases:
        for line in lines_of(release):
            writer.writerow(map(_cell, line))
            if held.tell() > CHUNK:
                yield held.getvalue().encode()
                held.seek(0)
                held.truncate()
    yield held.getvalue().encode()


def release_as_csv(release: Release) -> bytes:
    """Return one release as a CSV file."""
    return b"".join(csv_of([release]))


def _cell(value: str | float | bool | None) -> str | float | None:
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
