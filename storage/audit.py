"""The audit trail: append-only, each entry carrying the hash of the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from bot.core.audit import FIRST, AuditEntry, AuditRecord, entry_hash
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import audit as table


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


async def of_act(tx: ReadTransaction, act: str) -> list[AuditRecord]:
    """Return every entry about one act, oldest first."""
    query = select(table).where(table.c.act == act).order_by(table.c.sequence)
    return [_record(row) for row in await tx.all(query)]


def _record(row: Row[Any]) -> AuditRecord:
    entry = AuditEntry(row.actor, row.act, row.subject, row.detail)
    return AuditRecord(row.sequence, row.at, entry, row.previous_hash, row.hash)
