"""Sessions of people with access, by the hash of what stands in a cookie."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update

from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import staff_session as table


@dataclass(frozen=True, slots=True)
class StaffSession:
    """Somebody signed in on one device."""

    digest: bytes
    staff: str
    began_at: datetime
    seen_at: datetime


async def begin(tx: WriteTransaction, digest: bytes, staff_id: str, at: datetime) -> None:
    """Store a new session."""
    row = {"digest": digest, "staff": staff_id, "began_at": at, "seen_at": at}
    await tx.execute(insert(table).values(row))


async def get(tx: ReadTransaction, digest: bytes) -> StaffSession | None:
    """Return a session, also one that is over."""
    row = await tx.first(select(table).where(table.c.digest == digest))
    return None if row is None else StaffSession(**row._mapping)


async def of_staff(tx: ReadTransaction, staff_id: str) -> list[StaffSession]:
    """Return the sessions of a person, newest first."""
    query = select(table).where(table.c.staff == staff_id).order_by(table.c.began_at.desc())
    return [StaffSession(**row._mapping) for row in await tx.all(query)]


async def note_seen(tx: WriteTransaction, digest: bytes, at: datetime) -> None:
    """Store when the last page was asked for."""
    await tx.execute(update(table).where(table.c.digest == digest).values(seen_at=at))


async def end(tx: WriteTransaction, digest: bytes) -> bool:
    """End one session; False where there is none."""
    return (await tx.execute(delete(table).where(table.c.digest == digest))).rowcount == 1


async def end_all(tx: WriteTransaction, staff_id: str) -> int:
    """End every session of a person; return how many."""
    return (await tx.execute(delete(table).where(table.c.staff == staff_id))).rowcount


async def end_everybodys(tx: WriteTransaction) -> int:
    """End every session there is; return how many."""
    return (await tx.execute(delete(table))).rowcount


async def clear(tx: WriteTransaction, began_before: datetime, seen_before: datetime) -> None:
    """Remove the sessions that are over."""
    over = or_(table.c.began_at <= began_before, table.c.seen_at <= seen_before)
    await tx.execute(delete(table).where(over))
