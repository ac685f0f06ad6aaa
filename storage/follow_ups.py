"""Follow-ups: messages an officer asked for, found by keyed hashes of their own.

No row leads to an enrolment, so one who never joined, or who stopped, can have them too. Each
chat has one row of each kind, under one lookup for each purpose. Claims run out as those of
deliveries do; a row that was sent stays until it is answered or expires: it entitles to one
answer.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update

from storage.engine import ReadTransaction, WriteTransaction
from storage.states import FollowUpKind, FollowUpState
from storage.tables import follow_up as table

_CHUNK = 500


@dataclass(frozen=True)
class FollowUp:
    """One message to one chat; `id` is 16 random bytes, and `address` is sealed for it."""

    id: bytes
    lookup: bytes
    address: bytes
    kind: FollowUpKind
    due_at: datetime
    state: FollowUpState = FollowUpState.DUE
    claimed_until: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True)
class ClaimedFollowUp:
    """A follow-up this sender has for itself; `attempts` counts this one."""

    id: bytes
    lookup: bytes
    address: bytes
    kind: FollowUpKind
    due_at: datetime
    attempts: int


async def put(tx: WriteTransaction, row: FollowUp) -> None:
    """Store a follow-up in place of any the chat has of this kind, sent ones too."""
    # The id is replaced, too: the address is sealed for it, and a sender who still holds
    # the former one can no longer mark what it has not sent.
    fields = vars(row)
    statement = tx.insert(table).values(fields)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["lookup", "kind"], set_=fields)
    )


async def claim_due(
    tx: WriteTransaction, now: datetime, until: datetime, limit: int
) -> list[ClaimedFollowUp]:
    """Claim up to `limit` follow-ups until `until`, earliest first; nobody else gets them."""
    # Two queries, each on one stretch of the index; lapsed claims are few and come first.
    lapsed = (table.c.state == FollowUpState.CLAIMED) & (table.c.claimed_until <= now)
    due = (table.c.state == FollowUpState.DUE) & (table.c.due_at <= now)
    claimed = await _lock(tx, lapsed, limit)
    if len(claimed) < limit:
        claimed += await _lock(tx, due, limit - len(claimed))
    if claimed:
        changes = {"claimed_until": until, "state": FollowUpState.CLAIMED}
        await tx.execute(
            update(table)
            .where(table.c.id.in_([each.id for each in claimed]))
            .values(attempts=table.c.attempts + 1, **changes)
        )
    return sorted(claimed, key=lambda each: (each.due_at, each.id))


async def _lock(
    tx: WriteTransaction, which: ColumnElement[bool], limit: int
) -> list[ClaimedFollowUp]:
    statement = (
        select(
            table.c.id,
            table.c.lookup,
            table.c.address,
            table.c.kind,
            table.c.due_at,
            (table.c.attempts + 1).label("attempts"),
        )
        .where(which)
        .order_by(table.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [ClaimedFollowUp(**row._mapping) for row in await tx.all(statement)]


async def mark_sent(tx: WriteTransaction, follow_up: bytes, at: datetime | None = None) -> bool:
    """Note that a claimed follow-up went out; return False when it is not claimed any more.

    `at` then stands for when it was due: how long it can be answered counts from that.
    """
    changes: dict[str, object] = {} if at is None else {"due_at": at}
    return await _release(tx, follow_up, state=FollowUpState.SENT, **changes)


async def put_back(tx: WriteTransaction, follow_up: bytes, due_at: datetime) -> bool:
    """Give a claimed follow-up back, due at `due_at`; False when it is not claimed any more."""
    return await _release(tx, follow_up, state=FollowUpState.DUE, due_at=due_at)


async def _release(tx: WriteTransaction, follow_up: bytes, **changes: object) -> bool:
    statement = (
        update(table)
        .where(table.c.id == follow_up, table.c.state == FollowUpState.CLAIMED)
        .values(claimed_until=None, **changes)
    )
    return (await tx.execute(statement)).rowcount == 1


async def remove(tx: WriteTransaction, follow_up: bytes) -> bool:
    """Remove one follow-up in whatever state; return False when it is gone."""
    return (await tx.execute(delete(table).where(table.c.id == follow_up))).rowcount == 1


async def of_chat(tx: ReadTransaction, lookup: bytes) -> list[FollowUp]:
    """Return everything the chat has under one lookup, earliest first."""
    statement = select(table).where(table.c.lookup == lookup)
    rows = await tx.all(statement.order_by(table.c.due_at, table.c.id))
    return [FollowUp(**row._mapping) for row in rows]


async def take_sent(tx: WriteTransaction, lookup: bytes, kind: FollowUpKind) -> bool:
    """Remove the chat's follow-up of this kind if it was sent; return whether it was there."""
    # The answer is sealed only after True: only who was written to may answer.
    statement = delete(table).where(
        table.c.lookup == lookup, table.c.kind == kind, table.c.state == FollowUpState.SENT
    )
    return (await tx.execute(statement)).rowcount == 1


async def erase_all(
    tx: WriteTransaction, lookup: bytes, kinds: Collection[FollowUpKind] | None = None
) -> int:
    """Remove what the chat has under one lookup, of `kinds` or of all; return how many."""
    statement = delete(table).where(table.c.lookup == lookup)
    if kinds is not None:
        statement = statement.where(table.c.kind.in_(kinds))
    return (await tx.execute(statement)).rowcount


async def expire(tx: WriteTransaction, before: datetime) -> int:
    """Remove what was sent, was due before a moment and was not answered; return how many."""
    statement = delete(table).where(table.c.state == FollowUpState.SENT, table.c.due_at < before)
    return (await tx.execute(statement)).rowcount


async def stir(tx: WriteTransaction, random: Callable[[int], bytes]) -> int:
    """Rewrite every follow-up that is not claimed, in random order; return how many."""
    # On PostgreSQL, the transaction that wrote a row is that of what was written with it: the
    # profile of who pauses. Claimed rows were written by who claimed them, many at once.
    await tx.keep_writers_out(table)
    still = table.c.state != FollowUpState.CLAIMED
    rows = [dict(row._mapping) for row in await tx.all(select(table).where(still))]
    # The ids stay: addresses are sealed for them. So the order is drawn beside them.
    drawn = sorted((random(16), number) for number in range(len(rows)))
    await tx.execute(delete(table).where(still))
    for start in range(0, len(drawn), _CHUNK):
        chosen = [rows[number] for _, number in drawn[start : start + _CHUNK]]
        await tx.execute(insert(table), chosen)
    return len(rows)
