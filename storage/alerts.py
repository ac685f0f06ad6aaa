"""Alerts: which condition somebody was told of, and when; one row for each condition."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select

from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import alert as table

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Alert:
    """One condition; `lasts` says whether it has not been called over yet."""

    condition: str
    told_at: datetime
    lasts: bool


async def keep(tx: WriteTransaction, alert: Alert) -> None:
    """Store how a condition stands."""
    changes = {"told_at": alert.told_at, "lasts": alert.lasts}
    statement = tx.insert(table).values(condition=alert.condition, **changes)
    await tx.execute(statement.on_conflict_do_update(index_elements=["condition"], set_=changes))


async def of(tx: ReadTransaction, conditions: Collection[str]) -> dict[str, Alert]:
    """Return how these conditions stand, of which somebody was ever told."""
    query = select(table).where(table.c.condition.in_(conditions))
    return {row.condition: Alert(**row._mapping) for row in await tx.all(query)}


async def held(tx: WriteTransaction, conditions: Collection[str]) -> dict[str, Alert]:
    """Return how each of these stands, which nobody else changes before this transaction ends.

    By a lock on their rows, and no named one: that anybody may take who can speak to the database.
    """
    for condition in sorted(conditions):
        first = tx.insert(table).values(condition=condition, told_at=LONG_AGO, lasts=False)
        await tx.execute(first.on_conflict_do_nothing(index_elements=["condition"]))
    query = select(table).where(table.c.condition.in_(conditions)).order_by(table.c.condition)
    rows = await tx.all(query.with_for_update())
    return {row.condition: Alert(**row._mapping) for row in rows}
