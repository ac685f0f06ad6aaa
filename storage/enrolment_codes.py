"""Enrolment codes: a team's invitation, kept as a keyed hash with the uses that are left.

What may be listed of a code is kept beside it, in a table that its use does not touch.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import insert, select, update

from bot.core.audit import AuditEntry
from storage import audit, listed_codes
from storage.engine import ReadTransaction, WriteTransaction
from storage.listed_codes import ListedCode
from storage.tables import enrolment_code as table

_ID_SIZE: Final = 10


@dataclass(frozen=True)
class EnrolmentCode:
    """One code; it works up to and including `expires_on`."""

    digest: bytes
    team: str
    uses_left: int
    expires_on: date


async def add(tx: WriteTransaction, code: EnrolmentCode, entry: AuditEntry, at: datetime) -> None:
    """Store a new code and who issued it."""
    await tx.execute(insert(table).values(vars(code)))
    await listed_codes.add(tx, ListedCode(id_of(code.digest), code.team, code.expires_on))
    await audit.append(tx, entry, at)


async def find(tx: ReadTransaction, digest: bytes) -> EnrolmentCode | None:
    """Return the code, used up or expired ones too."""
    row = await tx.first(select(table).where(table.c.digest == digest))
    return None if row is None else EnrolmentCode(**row._mapping)


async def take_use(tx: WriteTransaction, digest: bytes, today: date) -> str | None:
    """Use the code once and return its team; None when it does not work (any more)."""
    statement = (
        update(table)
        .where(table.c.digest == digest, table.c.uses_left > 0, table.c.expires_on >= today)
        .values(uses_left=table.c.uses_left - 1)
        .returning(table.c.team)
    )
    team: str | None = await tx.scalar(statement)
    return team


async def working(tx: ReadTransaction, today: date) -> list[EnrolmentCode]:
    """Return the codes that have not expired, used up or not: which of them are, nobody asks."""
    statement = select(table).where(table.c.expires_on >= today)
    rows = await tx.all(statement.order_by(table.c.team, table.c.expires_on, table.c.digest))
    return [EnrolmentCode(**row._mapping) for row in rows]


async def expire(tx: WriteTransaction, digests: Collection[bytes], last: date) -> None:
    """Let codes have had their last day."""
    await audit.turn(tx)
    await tx.execute(update(table).where(table.c.digest.in_(digests)).values(expires_on=last))
    await listed_codes.expire(tx, [id_of(digest) for digest in digests], last)


def id_of(digest: bytes) -> str:
    """Return what a code is called: of its keyed hash, so it says nothing of the code."""
    return digest.hex()[:_ID_SIZE]
