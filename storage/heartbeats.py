"""Heartbeats: when each process last finished a tick, and what it then said of itself.

Whoever reads is handed the rows that the program writes, and no text beyond measure, whatever
else lies there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import case, func, select

from bot.core.vitals import EVERYTHING, LONGEST, PARTS
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import heartbeat as table

BACKUP: Final = "backup"
"""Under this name, whoever made a backup says when."""

WRITTEN: Final = (EVERYTHING, *PARTS, BACKUP)
UNREADABLE: Final = ""
"""In place of a text that is too long to be one."""

_VITALS = case(
    (table.c.vitals.is_(None), None),
    (func.length(table.c.vitals) <= LONGEST, table.c.vitals),
    else_=UNREADABLE,
)


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
    query = select(table.c.process, table.c.at, _VITALS.label("vitals"))
    rows = await tx.all(query.where(table.c.process.in_(WRITTEN)))
    return {row.process: Beat(row.at, row.vitals) for row in rows}
