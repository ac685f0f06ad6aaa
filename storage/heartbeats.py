"""Heartbeats: when each process last finished a tick."""

from datetime import datetime

from sqlalchemy import select

from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import heartbeat as table


async def beat(tx: WriteTransaction, process: str, at: datetime) -> None:
    """Note that the process is alive."""
    statement = tx.insert(table).values(process=process, at=at)
    await tx.execute(statement.on_conflict_do_update(index_elements=["process"], set_={"at": at}))


async def last(tx: ReadTransaction) -> dict[str, datetime]:
    """Return the last beat of each process."""
    return {row.process: row.at for row in await tx.all(select(table))}
