"""The files a release can be had as: what each is called, what it is for, how large it is.

A file's name holds the check-in and the month, and nothing else: names of files are seen by
whoever sees a screen, a disk or a mail. The same release gives the same bytes, so a file that
took time to make is kept for a while.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.disclosure.release import Release
from bot.lead.exports.pack.printing import pack_of
from bot.lead.exports.png import pictures_of
from bot.lead.exports.xlsx import release_as_xlsx

KEPT_BYTES: Final = 16_000_000

CSV: Final = "text/csv; charset=utf-8"
JSON: Final = "application/json"
PDF: Final = "application/pdf"
PNG: Final = "image/png"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_name(release: Release, ending: str) -> str:
    """Return what a file of a release is called: "weekly-pulse-2026-11.csv"."""
    document = release.document
    # Ids and days have no other characters; a header must not depend on it.
    check_in = re.sub(r"[^a-z0-9_-]", "", str(document["check_in"]).lower())[:40]
    month = re.sub(r"[^0-9-]", "", str(document["opens_on"]))[:7]
    return f"{check_in}-{month}.{ending}"


def as_attachment(name: str) -> dict[str, str]:
    """Return the header that makes a browser save a file under a name of ours."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@dataclass(frozen=True, slots=True)
class Download:
    """One file on the page of files."""

    address: str
    name: str
    title: str
    purpose: str
    size: str


def downloads_of(release: Release) -> list[Download]:
    """Return the files of one release; nothing is made for it."""
    lines = _lines(release)
    return [
        Download(
            "pack.pdf",
            file_name(release, "pdf"),
            "The monthly pack (PDF)",
            "To hand on: cover, summary, charts, every table, how the figures were made, and what "
            "is not shown and why. Made for the performance group and the Commissioner’s office; "
            "it can be printed and read aloud.",
            about_size(100_000 + 210 * lines),
        ),
        Download(
            "release.xlsx",
            file_name(release, "xlsx"),
            "Workbook (XLSX)",
            "To sort and filter: a heat map, and every figure in sheets of their own.",
            about_size(10_000 + 45 * lines),
        ),
        Download(
            "release.csv",
            file_name(release, "csv"),
            "Table (CSV)",
            "For an analyst: one line per group, theme and group of answers.",
            about_size(240 * lines),
        ),
        Download(
            "release.json",
            file_name(release, "json"),
            "The release itself (JSON)",
            "For a program, and for checking: byte for byte what was released, with its place in "
            "the chain of releases.",
            about_size(len(release.content)),
        ),
    ]


def _lines(release: Release) -> int:
    """Return how many lines of figures a release has, roughly."""
    document = release.document
    themes = len(document["scales"])
    cells = sum(max(1, len(cut["cells"])) for cut in document.get("cuts", ()))
    return len(document["groups"]) * (1 + 3 * themes) + 3 * themes * cells + 20


def about_size(size: int) -> str:
    """Return a size as people say it: "about 400 kB"."""
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if size >= unit:
            shown = size / unit
            # Two figures: it is an estimate, and more would say that it is not.
            return f"about {float(f'{shown:.1e}'):g}\u00a0{name}"
    return f"about {size}\u00a0bytes"


def pdf_of(release: Release, before: Sequence[Release]) -> bytes:
    """Return the pack of a release, kept when it was made lately."""
    return _KEPT.get(
        (release.hash, PDF, len(before)),
        lambda: pack_of(release, before, pictures_of(release, before)),
    )


def xlsx_of(release: Release) -> bytes:
    """Return the workbook of a release, kept when it was made lately."""
    return _KEPT.get((release.hash, XLSX, 0), lambda: release_as_xlsx(release))


def before_of(releases: Sequence[Release], release: Release) -> list[Release]:
    """Return the releases that were out when this one came; `releases` are newest first.

    They are what its pack may look back on, so that the pack is the same whenever it is made.
    """
    place = next(
        (place for place, each in enumerate(releases) if each.round_id == release.round_id),
        len(releases),
    )
    closed_on = release.document["closes_on"]
    return [each for each in releases[place + 1 :] if each.document["closes_on"] <= closed_on]


class _Kept:
    def __init__(self, most_bytes: int) -> None:
        self._most, self._bytes = most_bytes, 0
        self._files: OrderedDict[tuple[bytes, str, int], bytes] = OrderedDict()
        # Files are made in threads.
        self._lock = threading.Lock()

    def get(self, key: tuple[bytes, str, int], make: Callable[[], bytes]) -> bytes:
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
                return self._files[key]
        made = make()
        with self._lock:
            if key not in self._files:
                self._files[key] = made
                self._bytes += len(made)
            while self._bytes > self._most:
                self._bytes -= len(self._files.popitem(last=False)[1])
        return made


_KEPT = _Kept(KEPT_BYTES)
