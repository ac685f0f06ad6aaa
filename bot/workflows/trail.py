"""The audit trail read as a whole: is it what was written, and where to hold it against.

It is read in one transaction, oldest first. What cannot be read is a break like any other.
That newest entries were removed shows only against something else: an anchor noted elsewhere,
or what the database holds that is never made without an entry.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.audit import (
    UNREADABLE,
    Anchor,
    AuditRecord,
    BrokenAuditTrail,
    anchor_of,
    check_anchor,
    verify,
)
from bot.core.errors import StandEasyError
from storage import audit, releases, rounds, sealing_keys
from storage.engine import ReadTransaction, Storage


class EntryMissing(StandEasyError):
    """The audit trail ends at entry {newest} and does not tell of {subject}, which is there:
    newer entries were removed."""

    hint = "Somebody changed the database past the program. Keep a copy before anything else."


@dataclass(frozen=True, slots=True)
class Trail:
    """The trail up to where it can be read; `broken` says what is wrong with it."""

    records: tuple[AuditRecord, ...]
    broken: StandEasyError | None = None

    @property
    def anchor(self) -> Anchor | None:
        """What to note elsewhere; None where the trail is broken, and nothing is proved."""
        return anchor_of(self.records) if self.broken is None else None


async def read_trail(storage: Storage, anchor: Anchor | None = None) -> Trail:
    """Return the trail, held against an anchor if there is one."""
    async with storage.read("audit trail") as tx:
        records, unreadable = await audit.readable(tx)
        witnessed = await _witnessed(tx)
    try:
        verify(records)
        if unreadable is not None:
            raise BrokenAuditTrail(sequence=unreadable, problem=UNREADABLE)
        if anchor is not None:
            check_anchor(records, anchor)
        _check_told(records, witnessed)
    except StandEasyError as error:
        return Trail(tuple(records), error)
    return Trail(tuple(records))


async def _witnessed(tx: ReadTransaction) -> list[tuple[str, str]]:
    """Return the act and subject of entries that must be there, because their rows are."""
    keys = [("make key", f"key {key.id}") for key in await sealing_keys.all(tx)]
    opened = [("open round", f"round {row.id}") for row in await rounds.all(tx)]
    released = [("release", f"round {row.round}") for row in await releases.all(tx)]
    return [*keys, *opened, *released]


def _check_told(records: Sequence[AuditRecord], witnessed: Iterable[tuple[str, str]]) -> None:
    told = {(record.entry.act, record.entry.subject) for record in records}
    for act, subject in witnessed:
        if (act, subject) not in told:
            raise EntryMissing(newest=len(records), subject=f"{subject} ({act})")
