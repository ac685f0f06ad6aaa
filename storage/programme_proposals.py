"""Changes of the programme that wait for a second admin: kept as proposed, decided once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from bot.core.audit import AuditEntry
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.states import Decision
from storage.tables import programme_proposal as table


@dataclass(frozen=True)
class NewProposal:
    """A programme that somebody would put in force, and the version it was made from."""

    based_on: int
    content: str
    author: str
    author_id: str | None
    reason: str


@dataclass(frozen=True)
class Decided:
    """What became of a proposal; `version` is what an approval put in force."""

    decision: Decision
    by: str
    at: datetime
    reason: str
    version: int | None = None


@dataclass(frozen=True)
class ProposalLine:
    """A proposal without its content."""

    number: int
    based_on: int
    author: str
    author_id: str | None
    reason: str
    proposed_at: datetime
    decided: Decided | None


@dataclass(frozen=True)
class StoredProposal:
    """A proposal with the programme it would put in force."""

    line: ProposalLine
    content: str


_LINE = [column for column in table.c if column is not table.c.content]


async def add(tx: WriteTransaction, new: NewProposal, entry: AuditEntry, at: datetime) -> int:
    """Store a proposal with its audit entry and return its number.

    The entry's subject is a pattern with the number in it.
    """
    await tx.queue_for("proposals")
    last = await tx.scalar(select(func.max(table.c.number)))
    number = (last or 0) + 1
    await tx.execute(insert(table).values(number=number, proposed_at=at, **vars(new)))
    subject = entry.subject.format(number=number)
    await audit.append(tx, AuditEntry(entry.actor, entry.act, subject, entry.detail), at)
    return number


async def decide(tx: WriteTransaction, number: int, decided: Decided, entry: AuditEntry) -> bool:
    """Store what became of a proposal with its audit entry; False if that was decided before."""
    done = await tx.execute(
        update(table)
        .where(table.c.number == number, table.c.decision.is_(None))
        .values(
            decision=decided.decision,
            decided_by=decided.by,
            decided_at=decided.at,
            decision_reason=decided.reason,
            version=decided.version,
        )
    )
    if done.rowcount == 0:
        return False
    await audit.append(tx, entry, decided.at)
    return True


async def get(tx: ReadTransaction, number: int) -> StoredProposal | None:
    """Return one proposal."""
    row = await tx.first(select(table).where(table.c.number == number))
    return None if row is None else StoredProposal(_line(row), row.content)


async def waiting(tx: ReadTransaction) -> list[ProposalLine]:
    """Return those that nobody has decided, oldest first."""
    query = select(*_LINE).where(table.c.decision.is_(None)).order_by(table.c.number)
    return [_line(row) for row in await tx.all(query)]


async def how_many_wait(tx: ReadTransaction) -> int:
    """Return how many nobody has decided."""
    query = select(func.count()).select_from(table).where(table.c.decision.is_(None))
    return int(await tx.scalar(query))


async def decided_lately(tx: ReadTransaction, most: int) -> list[ProposalLine]:
    """Return those decided, the newest first, and no more than `most`."""
    query = (
        select(*_LINE)
        .where(table.c.decision.is_not(None))
        .order_by(table.c.number.desc())
        .limit(most)
    )
    return [_line(row) for row in await tx.all(query)]


def _line(row: Row[Any]) -> ProposalLine:
    decided = None
    if row.decision is not None:
        decided = Decided(
            row.decision, row.decided_by, row.decided_at, row.decision_reason, row.version
        )
    return ProposalLine(
        row.number,
        row.based_on,
        row.author,
        row.author_id,
        row.reason,
        row.proposed_at,
        decided,
    )
