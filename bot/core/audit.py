"""The audit trail as a chain: each entry carries the hash of the one before.

Changing, removing or swapping an entry breaks the chain from there on. What it cannot
show by itself is that entries are missing at the end, or that all of it was made anew: for
that, compare with an anchor, the place and hash of an entry noted elsewhere.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, Self

from bot.core.errors import StandEasyError

FIRST: Final = bytes(32)
"""What the first entry carries as the hash of the one before."""


CHANGED: Final = "its content is not the one its hash was made of"
OFF_THE_CHAIN: Final = "it does not follow from the one before"
GONE: Final = "it is not there"
UNREADABLE: Final = "it cannot be read"

_ANCHOR = re.compile(r"(0|[1-9][0-9]{0,11}):([0-9a-f]{64})", re.ASCII)


class BrokenAuditTrail(StandEasyError):
    """The audit trail is broken at entry {sequence}: {problem}."""

    hint = "Somebody changed the database past the program. Keep a copy before anything else."


class NotAnAnchor(StandEasyError):
    """That is no anchor: expected a number, a colon and 64 digits and letters from a to f."""

    hint = "Copy it whole, as audit trail verify printed it."


class EndsBeforeAnchor(StandEasyError):
    """The audit trail ends at entry {newest}: entry {sequence} was there when its anchor was
    noted, and newer entries were removed."""

    hint = "Somebody changed the database past the program, or restored an older backup."


class NotTheAnchor(StandEasyError):
    """Entry {sequence} of the audit trail has another hash than its anchor: the trail was made
    anew up to there or further."""

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


@dataclass(frozen=True)
class Anchor:
    """The place and hash of an entry, to note where nobody who has the database can write."""

    sequence: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash.hex()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return an anchor as it was printed; raises `NotAnAnchor`."""
        found = _ANCHOR.fullmatch(text.strip())
        if found is None:
            raise NotAnAnchor
        return cls(int(found[1]), bytes.fromhex(found[2]))


class Chain:
    """A trail held together piece by piece, so that nobody has to hold all of it."""

    def __init__(self, against: Anchor | None = None) -> None:
        self._against = against
        self._noted = FIRST
        self.anchor = Anchor(0, FIRST)
        """Of what was taken so far."""

    def take(self, records: Iterable[AuditRecord]) -> None:
        """Raise `BrokenAuditTrail` at the first record that does not follow."""
        for record in records:
            number = self.anchor.sequence + 1
            problem = _problem(record, number, self.anchor.hash)
            if problem is not None:
                raise BrokenAuditTrail(sequence=number, problem=problem)
            self.anchor = Anchor(number, record.hash)
            if self._against is not None and self._against.sequence == number:
                self._noted = record.hash

    def check_end(self) -> None:
        """Raise `EndsBeforeAnchor` or `NotTheAnchor` unless it went on from its anchor."""
        if self._against is None:
            return
        if self._against.sequence > self.anchor.sequence:
            newest, sequence = self.anchor.sequence, self._against.sequence
            raise EndsBeforeAnchor(newest=newest, sequence=sequence)
        if self._noted != self._against.hash:
            raise NotTheAnchor(sequence=self._against.sequence)


def verify(chain: Iterable[AuditRecord]) -> None:
    """Raise `BrokenAuditTrail` at the first record that does not follow; oldest come first."""
    Chain().take(chain)


def anchor_of(chain: Sequence[AuditRecord]) -> Anchor:
    """Return the anchor of the newest record of a whole chain."""
    return Anchor(len(chain), chain[-1].hash if chain else FIRST)


def check_anchor(chain: Sequence[AuditRecord], anchor: Anchor) -> None:
    """Raise `EndsBeforeAnchor` or `NotTheAnchor` unless a whole chain goes on from there."""
    if anchor.sequence > len(chain):
        raise EndsBeforeAnchor(newest=len(chain), sequence=anchor.sequence)
    found = chain[anchor.sequence - 1].hash if anchor.sequence else FIRST
    if found != anchor.hash:
        raise NotTheAnchor(sequence=anchor.sequence)


def _problem(record: AuditRecord, number: int, previous: bytes) -> str | None:
    if record.sequence > number:
        return GONE
    if record.sequence < number or record.previous_hash != previous:
        return OFF_THE_CHAIN
    if record.hash != entry_hash(previous, number, record.at, record.entry):
        return CHANGED
    return None
