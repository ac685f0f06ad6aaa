"""The audit trail read as a whole: is it what was written, and where to hold it against.

It is read in one transaction, oldest first, and for a page piece by piece, so that a hundred
thousand entries hold nothing up. What cannot be read is a break like any other.
That newest entries were removed shows only against something else: an anchor noted elsewhere,
or what the database holds that is never made without an entry.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.audit import (
    UNREADABLE,
    Anchor,
    AuditRecord,
    BrokenAuditTrail,
    Chain,
    anchor_of,
    check_anchor,
    verify,
)
from bot.core.errors import StandEasyError
from bot.core.rounds import RoundState
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


PIECE: Final = 1_000
"""Entries that are read at once where all of them are gone through."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of going through the whole trail."""

    entries: int
    """That follow from each other, from the first one on."""
    last: int
    """Where the newest entry stood."""
    broken: StandEasyError | None
    anchor: Anchor | None
    """What to note elsewhere; None where the trail is broken, and nothing is proved."""


def _nobody_counts(done: int, of: int) -> None:
    """Count nothing."""


async def verify_trail(
    storage: Storage,
    anchor: Anchor | None = None,
    count: Callable[[int, int], None] = _nobody_counts,
) -> Verified:
    """Go through the trail as `read_trail` does, without holding it.

    `count` is told how many entries are done, of how many.
    """
    chain, told = Chain(anchor), set[tuple[str, str]]()
    async with storage.read("verify audit trail") as tx:
        last = await audit.newest_place(tx)
        witnessed = await _witnessed(tx)
        wanted = {act for act, _ in witnessed}
        try:
            async for piece in _pieces(tx):
                records = _before_unreadable(piece)
                await asyncio.to_thread(chain.take, records)
                if len(records) < len(piece):
                    place = chain.anchor.sequence + 1
                    raise BrokenAuditTrail(sequence=place, problem=UNREADABLE)
                entries = [record.entry for record in records]
                told |= {(each.act, each.subject) for each in entries if each.act in wanted}
                count(chain.anchor.sequence, last)
            chain.check_end()
            _check_witnessed(told, chain.anchor.sequence, witnessed)
        except StandEasyError as error:
            return Verified(chain.anchor.sequence, last, error, None)
    return Verified(chain.anchor.sequence, last, None, chain.anchor)


async def entries_to(storage: Storage, last: int) -> AsyncIterator[list[AuditRecord]]:
    """Yield the entries up to one place or the first that cannot be read, piece by piece.

    Each piece in a transaction of its own: whoever saves them may take as long as it takes.
    """
    place: int | None = None
    while place is None or place < last:
        async with storage.read("export audit trail") as tx:
            piece = await audit.after(tx, place, PIECE)
        records = _before_unreadable(piece)
        if records:
            place = records[-1].sequence
            yield [record for record in records if record.sequence <= last]
        if not piece or len(records) < len(piece):
            return


async def _pieces(tx: ReadTransaction) -> AsyncIterator[list[AuditRecord | int]]:
    place: int | None = None
    while piece := await audit.after(tx, place, PIECE):
        yield piece
        newest = piece[-1]
        place = newest if isinstance(newest, int) else newest.sequence


def _before_unreadable(piece: Iterable[AuditRecord | int]) -> list[AuditRecord]:
    found: list[AuditRecord] = []
    for record in piece:
        if isinstance(record, int):
            break
        found.append(record)
    return found


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
    opened = [("open round", f"round {round_id}") for round_id in await rounds.ids(tx)]
    released = [("release", f"round {row.round}") for row in await releases.all(tx)]
    gone = await rounds.ids(tx, RoundState.ABANDONED)
    abandoned = [("abandon round", f"round {round_id}") for round_id in gone]
    return [*keys, *opened, *released, *abandoned]


def _check_told(records: Sequence[AuditRecord], witnessed: Iterable[tuple[str, str]]) -> None:
    told = {(record.entry.act, record.entry.subject) for record in records}
    _check_witnessed(told, len(records), witnessed)


def _check_witnessed(
    told: set[tuple[str, str]], newest: int, witnessed: Iterable[tuple[str, str]]
) -> None:
    for act, subject in witnessed:
        if (act, subject) not in told:
            raise EntryMissing(newest=newest, subject=f"{subject} ({act})")
