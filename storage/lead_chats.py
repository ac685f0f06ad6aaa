"""Chats of leads: linked by a code that works once, found by a keyed hash and nothing else.

A row names nobody, and nothing leads from it to an enrolment of the same chat.
"""

from datetime import datetime

from sqlalchemy import delete, func, insert, select

from bot.core.audit import AuditEntry
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import lead_chat as table
from storage.tables import lead_chat_code as codes

# --- Codes ------------------------------------------------------------------------------


async def add_code(
    tx: WriteTransaction, digest: bytes, expires_at: datetime, entry: AuditEntry, at: datetime
) -> None:
    """Store what a new code is found by, and that somebody made one."""
    await tx.execute(insert(codes).values(digest=digest, expires_at=expires_at))
    await audit.append(tx, entry, at)


async def knows_code(tx: ReadTransaction, digest: bytes) -> bool:
    """Whether a code was made, and is neither used nor removed, though it may be too old."""
    return await tx.first(select(codes.c.digest).where(codes.c.digest == digest)) is not None


async def take_code(tx: WriteTransaction, digest: bytes, now: datetime) -> bool:
    """Use a code up; False when it does not work (any more)."""
    statement = delete(codes).where(codes.c.digest == digest, codes.c.expires_at > now)
    return (await tx.execute(statement)).rowcount == 1


async def clear_codes(tx: WriteTransaction, before: datetime) -> int:
    """Remove the codes that ran out before a moment; return how many."""
    if tx.has_accounts:
        # Whoever may remove rows of a table may lock all of it: see migration 0019.
        return int(await tx.scalar(select(func.clear_chat_codes(before))))
    return (await tx.execute(delete(codes).where(codes.c.expires_at < before))).rowcount


# --- Chats ------------------------------------------------------------------------------


async def link(
    tx: WriteTransaction, row_id: bytes, lookup: bytes, entry: AuditEntry, at: datetime
) -> None:
    """Link a chat; one that is linked stays so."""
    statement = tx.insert(table).values(id=row_id, lookup=lookup)
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["lookup"]))
    await audit.append(tx, entry, at)


async def is_linked(tx: ReadTransaction, lookup: bytes) -> bool:
    """Whether a chat is linked."""
    return await tx.first(select(table.c.id).where(table.c.lookup == lookup)) is not None


async def number(tx: ReadTransaction) -> int:
    """Return how many chats are linked."""
    return int(await tx.scalar(select(func.count()).select_from(table)))


async def unlink(tx: WriteTransaction, lookup: bytes, entry: AuditEntry, at: datetime) -> bool:
    """Unlink one chat; False, and nothing in the trail, when it was not linked."""
    gone = (await tx.execute(delete(table).where(table.c.lookup == lookup))).rowcount == 1
    if gone:
        await audit.append(tx, entry, at)
    return gone


async def unlink_all(tx: WriteTransaction, entry: AuditEntry, at: datetime) -> int:
    """Unlink every chat, and let no code that is out link another; return how many."""
    # The trail first: where processes have accounts, nothing is unlinked without it.
    await audit.append(tx, entry, at)
    if tx.has_accounts:
        return int(await tx.scalar(select(func.unlink_every_lead_chat())))
    await tx.execute(delete(codes))
    return (await tx.execute(delete(table))).rowcount
