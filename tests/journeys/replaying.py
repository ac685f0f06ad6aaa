"""Reading a stolen SQLite database back to earlier moments, commit by commit.

The log of a SQLite database holds whole pages, in the order of commits. Whoever copies it with
the database can put the pages into the file one commit at a time, and see each moment.
"""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

_HEADER = 32
_FRAME_HEADER = 24
_READ_VERSION, _WRITE_VERSION = 18, 19
"""Places in the file that say whether a log stands beside it."""


@dataclass(frozen=True)
class Moment:
    """What stood in the database after one commit."""

    marks: frozenset[bytes]
    """The enrolments that took part."""

    sealed: frozenset[bytes]
    """The ids of sealed responses."""


def moments(database: Path) -> Iterator[Moment]:
    """Give what the file holds, and then what it held after each commit in its log."""
    content = bytearray(database.read_bytes())
    # Without a log of its own, so that SQLite takes the file as it is.
    content[_READ_VERSION] = content[_WRITE_VERSION] = 1
    scratch = database.with_suffix(".replayed")
    yield _look(scratch, content)
    log = database.with_name(f"{database.name}-wal")
    frames = log.read_bytes() if log.exists() else b""
    if not frames:
        return
    size = struct.unpack(">I", frames[8:12])[0]
    salt = frames[16:24]
    for start in range(_HEADER, len(frames) - size, _FRAME_HEADER + size):
        page, commit = struct.unpack(">II", frames[start : start + 8])
        if frames[start + 8 : start + 16] != salt:
            # What an earlier turn of the log left behind its end.
            return
        end = page * size
        content.extend(bytes(max(0, end - len(content))))
        body = start + _FRAME_HEADER
        content[end - size : end] = frames[body : body + size]
        content[_READ_VERSION] = content[_WRITE_VERSION] = 1
        if commit:
            yield _look(scratch, content)


def linked(database: Path) -> set[tuple[bytes, bytes]]:
    """Return each mark with the sealed response that came in the same commit."""
    found: set[tuple[bytes, bytes]] = set()
    before: Moment | None = None
    for moment in moments(database):
        if before is not None:
            marks, sealed = moment.marks - before.marks, moment.sealed - before.sealed
            if len(marks) == len(sealed) == 1:
                found.add((next(iter(marks)), next(iter(sealed))))
        before = moment
    return found


def _look(scratch: Path, content: bytearray) -> Moment:
    scratch.write_bytes(content)
    with closing(sqlite3.connect(scratch)) as connection:
        return Moment(
            frozenset(row[0] for row in connection.execute("SELECT enrolment FROM participation")),
            frozenset(row[0] for row in connection.execute("SELECT id FROM sealed_response")),
        )
