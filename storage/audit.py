"""The audit trail: append-only, each entry carrying the hash of the one before."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.exc import DBAPIError

from bot.core.audit import FIRST, AuditEntry, AuditRecord, entry_hash
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import audit as table

_UNREADABLE = (DBAPIError, TypeError, ValueError)


async def append(tx: WriteTransaction, entry: AuditEntry, at: datetime) -> AuditRecord:
    """Add an entry at the end of the trail, in the transaction of what it tells of."""
    await tx.queue_for("audit")
    last = await newest(tx)
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


def _record(row: Row[Any]) -> AuditRecord:
    entry = AuditEntry(row.actor, row.act, row.subject, row.detail)
    hashes = (row.previous_hash, row.hash)
    if not _are(vars(entry).values(), str) or not _are(hashes, bytes):
        raise TypeError("expected texts and hashes")
    return AuditRecord(row.sequence, row.at, entry, *hashes)


def _are(values: Iterable[object], kind: type) -> bool:
    return {type(value) for value in values} == {kind}
