"""Standings: whether ten or more people joined each reported group, as last looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import team_standing as table


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be said of one group's people."""

    enough: bool
    at: datetime


async def looked_at(tx: ReadTransaction) -> datetime | None:
    """Return when somebody last looked."""
    at: datetime | None = await tx.scalar(select(func.max(table.c.at)))
    return at


async def replace(tx: WriteTransaction, standings: Mapping[str, bool], at: datetime) -> None:
    """Store what was seen of every group, by its id; what was seen before is forgotten."""
    await tx.execute(delete(table))
    # All of them, changed or not and by name: no row tells by its place or age that it changed.
    rows = [{"unit": unit, "enough": standings[unit], "at": at} for unit in sorted(standings)]
    if rows:
        await tx.execute(insert(table), rows)


async def of_unit(tx: ReadTransaction, unit: str) -> Standing | None:
    """Return what was last seen of a group; None when nobody has looked at it yet."""
    row = await tx.first(select(table).where(table.c.unit == unit))
    return None if row is None else Standing(row.enough, row.at)
