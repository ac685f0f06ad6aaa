"""Chats that are told what needs somebody: found by a keyed hash, written to by a sealed address.

A row names nobody, and nothing leads from it to an enrolment of the same chat. The codes that
link them lie beside those of leads' chats.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select

from bot.core.audit import AuditEntry
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import alert_chat as table
from storage.tables import lead_chat_code as codes


@dataclass(frozen=True)
class AlertChat:
    """One chat, as it is stored."""

    id: bytes = field(repr=False)
    lookup: bytes = field(repr=False)
    address: bytes = field(repr=False)


async def link(tx: WriteTransaction, chat: AlertChat, entry: AuditEntry, at: datetime) -> None:
    """Link a chat; one that is linked stays so."""
    statement = tx.insert(table).values(vars(chat))
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["lookup"]))
    await audit.append(tx, entry, at)


async def is_linked(tx: ReadTransaction, lookup: bytes) -> bool:
    """Whether a chat is linked."""
    return await tx.first(select(table.c.id).where(table.c.lookup == lookup)) is not None


async def all(tx: ReadTransaction) -> list[AlertChat]:
    """Return every chat."""
    return [AlertChat(**row._mapping) for row in await tx.all(select(table))]


async def number(tx: ReadTransaction) -> int:
    """Return how many chats are linked."""
    return int(await tx.scalar(select(func.count()).select_from(select(table.c.id).subquery())))


async def unlink(tx: WriteTransaction, lookup: bytes, entry: AuditEntry, at: datetime) -> bool:
    """Unlink one chat; False, and nothing in the trail, when it was not linked."""
    gone = (await tx.execute(delete(table).where(table.c.lookup == lookup))).rowcount == 1
    if gone:
        await audit.append(tx, entry, at)
    return gone


async def unlink_all(tx: WriteTransaction, entry: AuditEntry, at: datetime) -> int:
    """Unlink every chat, and let no code that is out link another; return how many.

    Codes of leads' chats, which nobody can tell from these, go with them: 15 minutes' worth.
    """
    # The trail first: where processes have accounts, nothing is unlinked without it.
    await audit.append(tx, entry, at)
    if tx.has_accounts:
        return int(await tx.scalar(select(func.unlink_every_alert_chat())))
    await tx.execute(delete(codes))
    return (await tx.execute(delete(table))).rowcount
