"""Heartbeats: when each process last finished a tick, and what it then said of itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import heartbeat as table


@dataclass(frozen=True)
class Beat:
    """The last tick of a process; `vitals` is JSON that `bot.core.vitals` reads."""

    at: datetime
    vitals: str | None


async def beat(tx: WriteTransaction, process: str, at: datetime, vitals: str | None = None) -> None:
    """Note that the process is alive."""
    changes = {"at": at, "vitals": vitals}
    statement = tx.insert(table).values(process=process, **changes)
    await tx.execute(statement.on_conflict_do_update(index_elements=["process"], set_=changes))


async def last(tx: ReadTransaction) -> dict[str, datetime]:
    """Return the last beat of each process."""
    return {name: found.at for name, found in (await beats(tx)).items()}


async def beats(tx: ReadTransaction) -> dict[str, Beat]:
    """Return the last beat of each process, and what it said."""
    return {row.process: Beat(row.at, row.vitals) for row in await tx.all(select(table))}
