"""The audit trail for people and programs: one line, JSON, or a table for a spreadsheet.

JSON holds every text byte for byte, so that anybody can make the hashes again. In the table an
apostrophe goes before whatever a spreadsheet could take for a formula.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from bot.core.audit import Anchor, AuditRecord
from bot.core.errors import StandEasyError
from bot.workflows.trail import Trail

COLUMNS: Final = (
    "sequence",
    "at",
    "actor",
    "act",
    "subject",
    "detail",
    "previous_hash",
    "hash",
)
HOW_TO_CHECK: Final = (
    "Each hash is the SHA-256 of the UTF-8 bytes of a JSON object without blanks, its keys in"
    " alphabetical order and every character beyond ASCII escaped: act, actor, at, detail,"
    " previous (the previous_hash), sequence, subject. The first previous_hash is 64 zeros."
)
_FORMULA = re.compile(r"^(?=[^\w]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")


def in_one_line(trail: Trail, against: Anchor | None) -> str:
    """Return the result of a whole trail."""
    return whole_in_words(len(trail.records), trail.anchor, against)


def whole_in_words(entries: int, anchor: Anchor | None, against: Anchor | None) -> str:
    """Return the result of a whole trail of so many entries."""
    number = "1 entry" if entries == 1 else f"{entries} entries"
    held = "" if against is None else f" It goes on from the anchor of entry {against.sequence}."
    return (
        f"The audit trail is whole: {number}.{held} Note this anchor where nobody who has the"
        f" database can write, or newest entries could be removed unseen: {anchor}"
    )


def as_json(trail: Trail) -> str:
    """Return the trail as JSON."""
    listed = [json_entry(record, first=not place) for place, record in enumerate(trail.records)]
    return "".join([json_head(trail.broken, trail.anchor), *listed, json_end(any(listed))])


def json_head(broken: StandEasyError | None, anchor: Anchor | None) -> str:
    """Return what stands before the entries: a trail is exported piece by piece, too."""
    head = {
        "whole": broken is None,
        "broken": None if broken is None else str(broken),
        "anchor": None if anchor is None else str(anchor),
        "how_to_check": HOW_TO_CHECK,
    }
    return json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}") + ',\n  "entries": ['


def json_entry(record: AuditRecord, *, first: bool) -> str:
    """Return one entry."""
    entry = dict(zip(COLUMNS, _cells(record), strict=True))
    written = json.dumps(entry, ensure_ascii=False, indent=2)
    # No line ends inside a text, where JSON writes \\n.
    return (("\n" if first else ",\n") + written).replace("\n", "\n    ")


def json_end(has_entries: bool) -> str:
    """Return what stands behind the entries."""
    return ("\n  ]" if has_entries else "]") + "\n}"


def as_csv(trail: Trail) -> str:
    """Return the trail as a table with a head."""
    return csv_head() + csv_rows(trail.records)


def csv_head() -> str:
    """Return the head of the table."""
    return _as_lines([COLUMNS])


def csv_rows(records: Iterable[AuditRecord]) -> str:
    """Return entries as lines of the table."""
    return _as_lines([_neutral(cell) for cell in _cells(record)] for record in records)


def _as_lines(rows: Iterable[Sequence[int | str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerows(rows)
    return written.getvalue()


def _cells(record: AuditRecord) -> list[int | str]:
    entry = record.entry
    texts = [entry.actor, entry.act, entry.subject, entry.detail]
    hashes = [record.previous_hash.hex(), record.hash.hex()]
    return [record.sequence, _moment(record.at), *texts, *hashes]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _neutral(cell: int | str) -> int | str:
    return cell if isinstance(cell, int) else _FORMULA.sub("'", cell)
