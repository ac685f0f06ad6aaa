"""Alerts: which condition somebody was told of, and when; one row for each condition."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import alert as table


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


async def all(tx: ReadTransaction) -> dict[str, Alert]:
    """Return every condition somebody was ever told of."""
    return {row.condition: Alert(**row._mapping) for row in await tx.all(select(table))}
