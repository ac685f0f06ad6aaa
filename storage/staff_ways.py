"""The ways in of people with access: invites and passkeys, and what a browser has to answer.

What works once is removed by the statement that finds it: of two that try at the same time, on
whichever machines, one succeeds.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from bot.core.audit import AuditEntry
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import invite, passkey
from storage.tables import sign_in_challenge as challenge

# --- Invites ----------------------------------------------------------------------------


async def add_invite(
    tx: WriteTransaction, digest: bytes, staff_id: str, expires_at: datetime
) -> None:
    """Store what an invite is found by; an earlier one of the same person works no more."""
    await end_invite(tx, staff_id)
    row = {"digest": digest, "staff": staff_id, "expires_at": expires_at}
    await tx.execute(insert(invite).values(row))


async def invited(tx: ReadTransaction, digest: bytes, now: datetime) -> str | None:
    """Return whom an invite is for while it works."""
    works = (invite.c.digest == digest, invite.c.expires_at > now)
    found: str | None = await tx.scalar(select(invite.c.staff).where(*works))
    return found


async def take_invite(tx: WriteTransaction, digest: bytes, now: datetime) -> bool:
    """Use an invite up; False when it does not work (any more)."""
    works = (invite.c.digest == digest, invite.c.expires_at > now)
    return (await tx.execute(delete(invite).where(*works))).rowcount == 1


async def end_invite(tx: WriteTransaction, staff_id: str) -> None:
    """Let no invite of a person work any more."""
    await tx.execute(delete(invite).where(invite.c.staff == staff_id))


async def invites(tx: ReadTransaction) -> dict[str, datetime]:
    """Return until when each invite that is out works, by person."""
    return {row.staff: row.expires_at for row in await tx.all(select(invite))}


async def end_invites(tx: WriteTransaction) -> int:
    """Let no invite work any more; return how many there were."""
    return (await tx.execute(delete(invite))).rowcount


# --- Passkeys ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey, as it is kept: nothing that could sign in."""

    id: bytes
    staff: str
    public_key: bytes
    sign_count: int
    name: str
    added_at: datetime
    used_at: datetime | None


async def add_passkey(
    tx: WriteTransaction, key: Passkey, entry: AuditEntry | None, at: datetime
) -> None:
    """Store a passkey; `entry` is None where another entry tells of it."""
    row = {name: getattr(key, name) for name in Passkey.__slots__}
    await tx.execute(insert(passkey).values(row))
    if entry is not None:
        await audit.append(tx, entry, at)


async def passkey_of_id(tx: ReadTransaction, key_id: bytes) -> Passkey | None:
    """Return one passkey."""
    row = await tx.first(select(passkey).where(passkey.c.id == key_id))
    return None if row is None else _passkey(row)


async def passkeys_of(tx: ReadTransaction, staff_id: str) -> list[Passkey]:
    """Return the passkeys of a person, oldest first."""
    query = select(passkey).where(passkey.c.staff == staff_id).order_by(passkey.c.added_at)
    return [_passkey(row) for row in await tx.all(query)]


async def numbers_of_passkeys(tx: ReadTransaction) -> dict[str, int]:
    """Return how many passkeys each person has."""
    query = select(passkey.c.staff, func.count().label("number")).group_by(passkey.c.staff)
    return {row.staff: row.number for row in await tx.all(query)}


async def note_use(
    tx: WriteTransaction, key_id: bytes, before: int, sign_count: int, at: datetime
) -> bool:
    """Store a passkey's new count; False where it was used meanwhile, or is gone."""
    same = (passkey.c.id == key_id, passkey.c.sign_count == before)
    values = {"sign_count": sign_count, "used_at": at}
    return (await tx.execute(update(passkey).where(*same).values(values))).rowcount == 1


async def remove_passkey(
    tx: WriteTransaction, staff_id: str, key_id: bytes, entry: AuditEntry, at: datetime
) -> bool:
    """Remove a passkey of a person; False, and nothing in the trail, when it is not theirs."""
    own = (passkey.c.staff == staff_id, passkey.c.id == key_id)
    gone = (await tx.execute(delete(passkey).where(*own))).rowcount == 1
    if gone:
        await audit.append(tx, entry, at)
    return gone


async def remove_passkeys(tx: WriteTransaction, staff_id: str) -> int:
    """Remove every passkey of a person; return how many."""
    return (await tx.execute(delete(passkey).where(passkey.c.staff == staff_id))).rowcount


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(**row._mapping)


# --- Challenges -------------------------------------------------------------------------


async def add_challenge(
    tx: WriteTransaction, digest: bytes, browser: bytes, purpose: str, expires_at: datetime
) -> None:
    """Store what a browser has to answer."""
    row = {"digest": digest, "browser": browser, "purpose": purpose, "expires_at": expires_at}
    await tx.execute(insert(challenge).values(row))


async def challenge_is_out(tx: ReadTransaction, digest: bytes, now: datetime) -> bool:
    """Return whether a challenge works, for whichever browser."""
    works = (challenge.c.digest == digest, challenge.c.expires_at > now)
    return await tx.scalar(select(challenge.c.digest).where(*works)) is not None


async def take_challenge(
    tx: WriteTransaction, digest: bytes, browser: bytes, purpose: str, now: datetime
) -> bool:
    """Use a challenge up, whoever answers it; False unless this browser may, and in time."""
    row = await tx.first(select(challenge).where(challenge.c.digest == digest))
    gone = (await tx.execute(delete(challenge).where(challenge.c.digest == digest))).rowcount
    if row is None or gone != 1:
        return False
    return bool(row.browser == browser and row.purpose == purpose and row.expires_at > now)


async def clear(tx: WriteTransaction, now: datetime) -> None:
    """Remove the challenges that ran out."""
    await tx.execute(delete(challenge).where(challenge.c.expires_at <= now))


async def challenges(tx: ReadTransaction) -> int:
    """Return how many challenges are out."""
    return int(await tx.scalar(select(func.count()).select_from(challenge)))
