"""The audit trail for people and programs: one line, JSON, or a table for a spreadsheet.

JSON holds every text byte for byte, so that anybody can make the hashes again. In the table an
apostrophe goes before whatever a spreadsheet could take for a formula.
"""

import csv
import io
import json
import re
from datetime import UTC, datetime
from typing import Final

from bot.core.audit import Anchor, AuditRecord
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
    entries = len(trail.records)
    number = "1 entry" if entries == 1 else f"{entries} entries"
    held = "" if against is None else f" It goes on from the anchor of entry {against.sequence}."
    return (
        f"The audit trail is whole: {number}.{held} Note this anchor where nobody who has the"
        f" database can write, or newest entries could be removed unseen: {trail.anchor}"
    )


def as_json(trail: Trail) -> str:
    """Return the trail as JSON."""
    return json.dumps(
        {
            "whole": trail.broken is None,
            "broken": None if trail.broken is None else str(trail.broken),
            "anchor": None if trail.anchor is None else str(trail.anchor),
            "how_to_check": HOW_TO_CHECK,
            "entries": [
                dict(zip(COLUMNS, _cells(record), strict=True)) for record in trail.records
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def as_csv(trail: Trail) -> str:
    """Return the trail as a table with a head."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writerow(COLUMNS)
    for record in trail.records:
        table.writerow([_neutral(cell) for cell in _cells(record)])
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
