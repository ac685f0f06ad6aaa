"""The audit trail as a chain: each entry carries the hash of the one before.

Changing, removing or swapping an entry breaks the chain from there on. What it cannot
show is that entries are missing at the end: for that, compare with a hash noted elsewhere.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from bot.core.errors import StandEasyError

FIRST: Final = bytes(32)
"""What the first entry carries as the hash of the one before."""


class BrokenAuditTrail(StandEasyError):
    """The audit trail is broken at entry {sequence}: it does not follow from the one before."""

    hint = "Somebody changed the database past the program. Keep a copy before anything else."


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to what; `detail` is plain text, or JSON where there is more to say."""

    actor: str
    act: str
    subject: str
    detail: str = ""


@dataclass(frozen=True)
class AuditRecord:
    """An entry in its place in the chain."""

    sequence: int
    at: datetime
    entry: AuditEntry
    previous_hash: bytes
    hash: bytes


def entry_hash(previous: bytes, sequence: int, at: datetime, entry: AuditEntry) -> bytes:
    """Return the SHA-256 over the canonical JSON of the entry and the hash before it."""
    canonical = json.dumps(
        {
            "previous": previous.hex(),
            "sequence": sequence,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": entry.actor,
            "act": entry.act,
            "subject": entry.subject,
            "detail": entry.detail,
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    return sha256(canonical.encode()).digest()


def verify(chain: Iterable[AuditRecord]) -> None:
    """Raise `BrokenAuditTrail` at the first record that does not follow; oldest come first."""
    previous = FIRST
    for number, record in enumerate(chain, start=1):
        expected = entry_hash(previous, number, record.at, record.entry)
        if (record.sequence, record.previous_hash, record.hash) != (number, previous, expected):
            raise BrokenAuditTrail(sequence=number)
        previous = record.hash
