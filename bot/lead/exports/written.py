"""Releases as files for the command line: to a file, or to standard output."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.core.disclosure.release import Release
from bot.core.errors import StandEasyError
from bot.lead.exports.csv import release_as_csv
from bot.lead.exports.files import before_of, pdf_of, xlsx_of

Make = Callable[[Release, Sequence[Release]], bytes]

_FORMATS: Final[Mapping[str, Make]] = {
    "json": lambda release, _: release.content,
    "csv": lambda release, _: release_as_csv(release),
    "xlsx": lambda release, _: xlsx_of(release),
    "pdf": lambda release, releases: pdf_of(release, before_of(releases, release)),
}
_BINARY: Final = frozenset({"xlsx", "pdf"})


class NotForATerminal(StandEasyError):
    """The format {format} is not for reading on a terminal: expected a file."""

    hint = "Add --output FILE, or send standard output to a file."


class CannotWrite(StandEasyError):
    """The file {file} cannot be written: expected a place that is there and may be written to."""


def in_format(format: str, release: Release, releases: Sequence[Release]) -> bytes:
    """Return a release in a format; `releases` are all of them, newest first."""
    return _FORMATS[format](release, releases)


def write(made: bytes, path: Path) -> None:
    """Write a file, byte for byte; raises `CannotWrite`."""
    try:
        path.write_bytes(made)
    except OSError:
        raise CannotWrite(file=path) from None


def write_to_terminal(made: bytes, format: str) -> None:
    """Write to standard output; raises `NotForATerminal`."""
    if format in _BINARY and sys.stdout.isatty():
        raise NotForATerminal(format=format)
    sys.stdout.flush()
    # A line of text ends where it stops; a file of bytes holds nothing more.
    ending = b"" if format in _BINARY or made.endswith(b"\n") else b"\n"
    sys.stdout.buffer.write(made + ending)
    sys.stdout.buffer.flush()
