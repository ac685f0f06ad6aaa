"""Public figures and, with them, the ledger of the budget they use; append-only.

What a year has used is the sum of its rows: there is no second number that could differ.
"""

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from bot.core.disclosure.public_figures import NotPublic, PublicFigures
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import public_figures as table


@dataclass(frozen=True)
class StoredFigures:
    """The public figures of one round."""

    sequence: int
    round: str
    year: int
    epsilon: int
    """In thousandths."""
    content: bytes
    hash: bytes


async def append(tx: WriteTransaction, figures: PublicFigures) -> int:
    """Store the public figures of a round, which uses its part of the year's budget."""
    if not isinstance(figures, PublicFigures):
        raise NotPublic
    await queue(tx)
    sequence = int(await tx.scalar(select(func.coalesce(func.max(table.c.sequence), 0)))) + 1
    row = StoredFigures(
        sequence, figures.round_id, figures.year, figures.epsilon, figures.content, figures.hash
    )
    await tx.execute(insert(table).values(vars(row)))
    return sequence


async def queue(tx: WriteTransaction) -> None:
    """Let no other transaction use the budget until this one ends."""
    await tx.queue_for("public figures")


async def used(tx: ReadTransaction, year: int) -> int:
    """Return how much of a year's budget is used up, in thousandths."""
    query = select(func.coalesce(func.sum(table.c.epsilon), 0)).where(table.c.year == year)
    return int(await tx.scalar(query))


async def of_round(tx: ReadTransaction, round_id: str) -> StoredFigures | None:
    """Return the public figures of a round."""
    row = await tx.first(select(table).where(table.c.round == round_id))
    return None if row is None else StoredFigures(**row._mapping)


async def all(tx: ReadTransaction) -> list[StoredFigures]:
    """Return all public figures, oldest first."""
    rows = await tx.all(select(table).order_by(table.c.sequence))
    return [StoredFigures(**row._mapping) for row in rows]
