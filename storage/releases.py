"""Releases: what left the sealed box, append-only, each tied to the one before."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, select

from bot.core.disclosure.release import NotARelease, Release
from storage.engine import ReadTransaction, WriteTransaction
from storage.errors import ReleaseOutOfOrder
from storage.tables import release as table

FIRST: Final = bytes(32)
"""What the first release carries as the hash of the one before."""


@dataclass(frozen=True)
class StoredRelease:
    """One release in its place."""

    sequence: int
    round: str
    content: bytes
    hash: bytes
    previous_hash: bytes


async def turn(tx: WriteTransaction) -> None:
    """Wait for one's turn in the chain, before anything is locked that officers wait for."""
    await tx.queue_for("release")


async def append(tx: WriteTransaction, release: Release) -> int:
    """Store a release and return its number; raise `ReleaseOutOfOrder` off the chain."""
    if not isinstance(release, Release):
        raise NotARelease
    # What some departments see of a release must never stand for it.
    if release.is_extract:
        raise NotARelease
    await turn(tx)
    last = await newest(tx)
    if release.previous_hash != (FIRST if last is None else last.hash):
        raise ReleaseOutOfOrder(round=release.round_id)
    row = StoredRelease(
        sequence=1 if last is None else last.sequence + 1,
        round=release.round_id,
        content=release.content,
        hash=release.hash,
        previous_hash=release.previous_hash,
    )
    await tx.execute(insert(table).values(vars(row)))
    return row.sequence


async def newest(tx: ReadTransaction) -> StoredRelease | None:
    """Return the release that the next one must follow."""
    row = await tx.first(select(table).order_by(table.c.sequence.desc()).limit(1))
    return None if row is None else StoredRelease(**row._mapping)


async def marks(tx: ReadTransaction) -> list[tuple[int, bytes]]:
    """Return the number and the hash of every release, oldest first, without their contents."""
    rows = await tx.all(select(table.c.sequence, table.c.hash).order_by(table.c.sequence))
    return [(row.sequence, row.hash) for row in rows]


async def mark(tx: ReadTransaction) -> tuple[int, bytes] | None:
    """Return the number and the hash of the newest release: what changes when one comes."""
    row = await tx.first(
        select(table.c.sequence, table.c.hash).order_by(table.c.sequence.desc()).limit(1)
    )
    return None if row is None else (row.sequence, row.hash)


async def between(tx: ReadTransaction, first: int, last: int) -> list[StoredRelease]:
    """Return the releases from one number to another, both included, oldest first."""
    rows = await tx.all(
        select(table).where(table.c.sequence.between(first, last)).order_by(table.c.sequence)
    )
    return [StoredRelease(**row._mapping) for row in rows]


async def of_round(tx: ReadTransaction, round_id: str) -> StoredRelease | None:
    """Return the release of the round."""
    row = await tx.first(select(table).where(table.c.round == round_id))
    return None if row is None else StoredRelease(**row._mapping)


async def all(tx: ReadTransaction) -> list[StoredRelease]:
    """Return all releases, oldest first."""
    rows = await tx.all(select(table).order_by(table.c.sequence))
    return [StoredRelease(**row._mapping) for row in rows]
