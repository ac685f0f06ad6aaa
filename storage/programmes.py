"""Programme versions: append-only, each with who saved it and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from bot.core.audit import AuditEntry
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import programme as table


@dataclass(frozen=True)
class StoredProgramme:
    """One version, as it was saved."""

    version: int
    content: str
    author: str
    reason: str
    saved_at: datetime


async def append(
    tx: WriteTransaction, content: str, author: str, reason: str, at: datetime, entry: AuditEntry
) -> int:
    """Store a new version with its audit entry and return its number."""
    await tx.queue_for("programme")
    last = await newest(tx)
    version = 1 if last is None else last.version + 1
    row = StoredProgramme(version, content, author, reason, at)
    await tx.execute(insert(table).values(vars(row)))
    await audit.append(tx, entry, at)
    return version


async def newest(tx: ReadTransaction) -> StoredProgramme | None:
    """Return the version in force."""
    row = await tx.first(select(table).order_by(table.c.version.desc()).limit(1))
    return None if row is None else StoredProgramme(**row._mapping)


async def at_version(tx: ReadTransaction, version: int) -> StoredProgramme | None:
    """Return one version."""
    row = await tx.first(select(table).where(table.c.version == version))
    return None if row is None else StoredProgramme(**row._mapping)
