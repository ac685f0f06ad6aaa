"""The audit trail: append-only, each entry carrying the hash of the one before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select
from sqlalchemy.exc import DBAPIError

from bot.core.audit import FIRST, AuditEntry, AuditRecord, entry_hash
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import audit as table

_QUEUE = "audit"
_UNREADABLE = (DBAPIError, TypeError, ValueError)


async def turn(tx: WriteTransaction) -> None:
    """Wait for one's turn in the trail, before anything is locked that officers wait for.

    Every process writes to the trail, and so each can hold up the others there.
    """
    await tx.queue_for(_QUEUE)


async def append(tx: WriteTransaction, entry: AuditEntry, at: datetime) -> AuditRecord:
    """Add an entry at the end of the trail, in the transaction of what it tells of."""
    await turn(tx)
    # No more of it than is needed: an entry that cannot be read ends nobody's work.
    ends = select(table.c.sequence, table.c.hash).order_by(table.c.sequence.desc()).limit(1)
    last = await tx.first(ends)
    sequence, previous = (1, FIRST) if last is None else (last.sequence + 1, last.hash)
    record = AuditRecord(sequence, at, entry, previous, entry_hash(previous, sequence, at, entry))
    row = {
        "sequence": sequence,
        "at": at,
        **vars(entry),
        "previous_hash": previous,
        "hash": record.hash,
    }
    await tx.execute(insert(table).values(row))
    return record


async def newest(tx: ReadTransaction) -> AuditRecord | None:
    """Return the last entry."""
    row = await tx.first(select(table).order_by(table.c.sequence.desc()).limit(1))
    return None if row is None else _record(row)


async def all(tx: ReadTransaction) -> list[AuditRecord]:
    """Return the whole trail, oldest first."""
    return [_record(row) for row in await tx.all(select(table).order_by(table.c.sequence))]


async def readable(tx: ReadTransaction) -> tuple[list[AuditRecord], int | None]:
    """Return the trail up to the first entry that cannot be read, and that one's place in it.

    Past the program, SQLite takes anything for a time, a text or a hash.
    """
    try:
        return await all(tx), None
    except _UNREADABLE:
        pass
    found: list[AuditRecord] = []
    places = [row.sequence for row in await tx.all(select(table.c.sequence))]
    for place in sorted(places):
        try:
            row = await tx.first(select(table).where(table.c.sequence == place))
            found += [] if row is None else [_record(row)]
        except _UNREADABLE:
            return found, len(found) + 1
    return found, None


async def of_act(tx: ReadTransaction, act: str) -> list[AuditRecord]:
    """Return every entry about one act, oldest first."""
    query = select(table).where(table.c.act == act).order_by(table.c.sequence)
    return [_record(row) for row in await tx.all(query)]


@dataclass(frozen=True)
class Sieve:
    """Which entries are looked for; None stands for any."""

    actor: str | None = None
    act: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is no longer looked at."""


async def page(
    tx: ReadTransaction, most: int, sieve: Sieve, before: int | None = None
) -> list[AuditRecord | int]:
    """Return the newest entries that a sieve keeps, or the newest before one of them.

    Of an entry that cannot be read, its place alone.
    """
    query = select(table)
    for column, wanted in ((table.c.actor, sieve.actor), (table.c.act, sieve.act)):
        query = query if wanted is None else query.where(column == wanted)
    if sieve.since is not None:
        query = query.where(table.c.at >= sieve.since)
    if sieve.until is not None:
        query = query.where(table.c.at < sieve.until)
    if before is not None:
        query = query.where(table.c.sequence < before)
    return await _read(tx, query.order_by(table.c.sequence.desc()).limit(most))


async def after(tx: ReadTransaction, sequence: int | None, most: int) -> list[AuditRecord | int]:
    """Return the oldest entries, or the oldest after one of them, oldest first.

    Of an entry that cannot be read, its place alone.
    """
    query = select(table) if sequence is None else select(table).where(table.c.sequence > sequence)
    return await _read(tx, query.order_by(table.c.sequence).limit(most))


async def newest_place(tx: ReadTransaction) -> int:
    """Return where the newest entry stands; 0 without any."""
    return int(await tx.scalar(select(func.max(table.c.sequence))) or 0)


async def names_after(tx: ReadTransaction, sequence: int) -> tuple[set[str], set[str]]:
    """Return who acted and what was done after an entry; nothing where that cannot be read."""
    newer = table.c.sequence > sequence
    try:
        actors = await tx.all(select(table.c.actor).where(newer).distinct())
        acts = await tx.all(select(table.c.act).where(newer).distinct())
    except _UNREADABLE:
        return set(), set()
    return {str(row.actor) for row in actors}, {str(row.act) for row in acts}


async def of_act_after(tx: ReadTransaction, act: str, sequence: int) -> list[AuditRecord]:
    """Return the entries about one act after an entry, oldest first, that can be read."""
    query = select(table).where(table.c.act == act, table.c.sequence > sequence)
    found = await _read(tx, query.order_by(table.c.sequence))
    return [record for record in found if isinstance(record, AuditRecord)]


async def _read(tx: ReadTransaction, query: Select[Any]) -> list[AuditRecord | int]:
    try:
        return [_record(row) for row in await tx.all(query)]
    except _UNREADABLE:
        pass
    found: list[AuditRecord | int] = []
    places = [row.sequence for row in await tx.all(query.with_only_columns(table.c.sequence))]
    for place in places:
        try:
            row = await tx.first(select(table).where(table.c.sequence == place))
            found += [] if row is None else [_record(row)]
        except _UNREADABLE:
            found.append(place)
    return found


def _record(row: Row[Any]) -> AuditRecord:
    entry = AuditEntry(row.actor, row.act, row.subject, row.detail)
    hashes = (row.previous_hash, row.hash)
    if not _are(vars(entry).values(), str) or not _are(hashes, bytes):
        raise TypeError("expected texts and hashes")
    return AuditRecord(row.sequence, row.at, entry, *hashes)


def _are(values: Iterable[object], kind: type) -> bool:
    return {type(value) for value in values} == {kind}
