"""Sealing keys: the public halves of the pool, each taken by one round."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import func, insert, select, text, update

from storage.engine import ReadTransaction, WriteTransaction
from storage.states import KeyState
from storage.tables import sealing_key as table


class PublicHalf(Protocol):
    """What `bot.sealing.keys.SealingKey` looks like from here."""

    @property
    def id(self) -> str:
        """The name it shares with its opening key."""

    @property
    def public(self) -> bytes:
        """Its bytes."""


@dataclass(frozen=True)
class StoredSealingKey:
    """One key of the pool."""

    id: str
    public: bytes
    state: KeyState


async def add(tx: WriteTransaction, key: PublicHalf) -> None:
    """Put a key into the pool; its opening key must be stored durably before."""
    row = {"id": key.id, "public": key.public, "state": KeyState.UNUSED}
    await tx.execute(insert(table).values(row))


async def take_unused(tx: WriteTransaction) -> StoredSealingKey | None:
    """Take a key out of the pool, or return None when there is none left."""
    statement = (
        select(table.c.id)
        .where(table.c.state == KeyState.UNUSED)
        .order_by(table.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    key_id = await tx.scalar(statement)
    if key_id is None:
        return None
    await _set(tx, key_id, KeyState.TAKEN)
    return await get(tx, key_id)


async def get(tx: ReadTransaction, key_id: str) -> StoredSealingKey | None:
    """Return one key."""
    row = await tx.first(select(table).where(table.c.id == key_id))
    return None if row is None else StoredSealingKey(**row._mapping)


async def mark_destroyed(tx: WriteTransaction, key_id: str) -> None:
    """Note that the opening key is gone for good."""
    await _set(tx, key_id, KeyState.DESTROYED)


async def may_be_restored(tx: ReadTransaction, *, opening: bool) -> bool:
    """Return whether this account may put keys back: with opening keys, the tally's or the owner's.

    Without them, the officers' too.
    """
    if not tx.has_accounts:
        return True
    officers = "pg_has_role(current_user, 'standeasy_officers', 'MEMBER')"
    asked = "may_destroy()" if opening else f"may_destroy() OR {officers}"
    return bool(await tx.scalar(text(f"SELECT {asked}")))


async def all(tx: ReadTransaction) -> list[StoredSealingKey]:
    """Return all keys ever made, by id."""
    rows = await tx.all(select(table).order_by(table.c.id))
    return [StoredSealingKey(**row._mapping) for row in rows]


async def in_use(tx: ReadTransaction) -> list[StoredSealingKey]:
    """Return the keys that may seal something yet, or have: all that are not destroyed."""
    rows = await tx.all(select(table).where(table.c.state != KeyState.DESTROYED))
    return [StoredSealingKey(**row._mapping) for row in rows]


async def counts(tx: ReadTransaction) -> dict[KeyState, int]:
    """Return how many keys stand in each state."""
    statement = select(table.c.state, func.count().label("number")).group_by(table.c.state)
    found = {row.state: row.number for row in await tx.all(statement)}
    return {state: found.get(state, 0) for state in KeyState}


async def _set(tx: WriteTransaction, key_id: str, state: KeyState) -> None:
    await tx.execute(update(table).where(table.c.id == key_id).values(state=state))
