"""Deliveries: which message goes to whom and when, with claims that run out.

A sender claims rows, commits, sends, and then marks them. Killed in between, its claim
runs out and another sender takes over: a message may come twice, but none is lost.
What is over keeps no moment and no number of tries of its own, so that rows of those who joined
late look like everybody's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from storage.engine import ReadTransaction, WriteTransaction
from storage.states import DeliveryKind, DeliveryState, EnrolmentState
from storage.tables import delivery as table
from storage.tables import enrolment, round_

_ONE_EACH = ["round", "prompt", "enrolment", "kind"]
_WAITING = (DeliveryState.DUE, DeliveryState.CLAIMED)


@dataclass(frozen=True)
class Delivery:
    """One message to one officer about one prompt; `id` is 16 random bytes."""

    id: bytes
    round: str
    prompt: int
    enrolment: bytes
    kind: DeliveryKind
    due_at: datetime
    state: DeliveryState = DeliveryState.DUE
    claimed_until: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True)
class ClaimedDelivery:
    """A delivery this sender has for itself; `attempts` counts this one."""

    id: bytes
    round: str
    prompt: int
    enrolment: bytes
    kind: DeliveryKind
    due_at: datetime
    attempts: int
    team: str
    profile: bytes


async def add_many(tx: WriteTransaction, rows: Sequence[Delivery]) -> None:
    """Store deliveries; one that exists for the same prompt, officer and kind stays."""
    if rows:
        statement = tx.insert(table).on_conflict_do_nothing(index_elements=_ONE_EACH)
        await tx.execute(statement, [vars(row) for row in rows])


async def claim_due(
    tx: WriteTransaction, now: datetime, until: datetime, limit: int
) -> list[ClaimedDelivery]:
    """Claim up to `limit` deliveries until `until`, earliest first; nobody else gets them."""
    # Two queries, each on one stretch of the index; lapsed claims are few and come first.
    lapsed = (table.c.state == DeliveryState.CLAIMED) & (table.c.claimed_until <= now)
    due = (table.c.state == DeliveryState.DUE) & (table.c.due_at <= now)
    claimed = await _lock(tx, lapsed, limit)
    if len(claimed) < limit:
        claimed += await _lock(tx, due, limit - len(claimed))
    if claimed:
        changes = {"claimed_until": until, "state": DeliveryState.CLAIMED}
        ids = [delivery.id for delivery in claimed]
        await tx.execute(
            update(table)
            .where(table.c.id.in_(ids))
            .values(attempts=table.c.attempts + 1, **changes)
        )
    return sorted(claimed, key=lambda delivery: (delivery.due_at, delivery.id))


async def _lock(
    tx: WriteTransaction, which: ColumnElement[bool], limit: int
) -> list[ClaimedDelivery]:
    statement = (
        select(
            table.c.id,
            table.c.round,
            table.c.prompt,
            table.c.enrolment,
            table.c.kind,
            table.c.due_at,
            (table.c.attempts + 1).label("attempts"),
            enrolment.c.team,
            enrolment.c.profile,
        )
        .join(enrolment, enrolment.c.id == table.c.enrolment)
        .where(which, enrolment.c.state == EnrolmentState.ACTIVE, _goes_on())
        .order_by(table.c.due_at)
        .limit(limit)
        .with_for_update(of=table, skip_locked=True)
    )
    return [ClaimedDelivery(**row._mapping) for row in await tx.all(statement)]


def _goes_on() -> ColumnElement[bool]:
    """What is left of a paused round waits as it is, however long it has been due."""
    paused = select(round_.c.id).where(round_.c.paused_at.is_not(None))
    return table.c.round.not_in(paused)


async def mark_sent(tx: WriteTransaction, delivery: bytes, at: datetime) -> bool:
    """Note that a claimed delivery went out; return False when it is not claimed any more.

    `at` then stands for when it was due: the same for everybody.
    """
    return await _release(tx, delivery, state=DeliveryState.SENT, **_levelled(at))


async def put_back(tx: WriteTransaction, delivery: bytes, due_at: datetime) -> bool:
    """Give a claimed delivery back, due at `due_at`; False when it is not claimed any more."""
    return await _release(tx, delivery, state=DeliveryState.DUE, due_at=due_at)


async def mark_expired(tx: WriteTransaction, delivery: bytes, at: datetime) -> bool:
    """Note that a claimed delivery is not wanted any more; False when it is not claimed.

    `at` stands for when it was due, as in `mark_sent`.
    """
    return await _release(tx, delivery, state=DeliveryState.EXPIRED, **_levelled(at))


def _levelled(at: datetime) -> dict[str, object]:
    return {"due_at": at, "attempts": 1}


async def _release(tx: WriteTransaction, delivery: bytes, **changes: object) -> bool:
    statement = (
        update(table)
        .where(table.c.id == delivery, table.c.state == DeliveryState.CLAIMED)
        .values(claimed_until=None, **changes)
    )
    return (await tx.execute(statement)).rowcount == 1


async def expire(tx: WriteTransaction, round_id: str, prompt: int, at: datetime) -> int:
    """End what was not sent for this prompt, with `at` as when it was due; return how many."""
    statement = (
        update(table)
        .where(table.c.round == round_id, table.c.prompt == prompt, table.c.state.in_(_WAITING))
        .values(state=DeliveryState.EXPIRED, claimed_until=None, **_levelled(at))
    )
    return (await tx.execute(statement)).rowcount


async def exists_for(tx: ReadTransaction, round_id: str, prompt: int, officer: bytes) -> bool:
    """Say whether anything was ever to be sent to this enrolment for this prompt."""
    statement = select(table.c.id).where(
        table.c.round == round_id, table.c.prompt == prompt, table.c.enrolment == officer
    )
    return await tx.first(statement.limit(1)) is not None


async def of_enrolment(tx: ReadTransaction, officer: bytes) -> list[Delivery]:
    """Return everything that is or was to be sent to this enrolment, earliest first."""
    statement = select(table).where(table.c.enrolment == officer)
    rows = await tx.all(statement.order_by(table.c.due_at, table.c.id))
    return [Delivery(**row._mapping) for row in rows]


async def waiting_of(
    tx: ReadTransaction, officers: Collection[bytes]
) -> list[tuple[bytes, datetime]]:
    """Return when each message is due that waits for one of these enrolments."""
    statement = select(table.c.enrolment, table.c.due_at).where(
        table.c.enrolment.in_(officers), table.c.state.in_(_WAITING)
    )
    return [(row.enrolment, row.due_at) for row in await tx.all(statement)]


async def clear_round(
    tx: WriteTransaction, round_id: str, officers: Collection[bytes] | None = None
) -> int:
    """Remove the deliveries of the round, all or those to some enrolments; return how many."""
    statement = delete(table).where(table.c.round == round_id)
    if officers is not None:
        statement = statement.where(table.c.enrolment.in_(officers))
    return (await tx.execute(statement)).rowcount


async def number_due(tx: ReadTransaction, now: datetime) -> int:
    """Return how many invitations are due by `now` and wait, to people who are written to.

    No reminders: only who did not answer gets one, and this number is told outside.
    """
    statement = (
        select(func.count())
        .select_from(table.join(enrolment, enrolment.c.id == table.c.enrolment))
        .where(
            table.c.state.in_(_WAITING),
            table.c.kind == DeliveryKind.INVITATION,
            table.c.due_at <= now,
            enrolment.c.state == EnrolmentState.ACTIVE,
            _goes_on(),
        )
    )
    return int(await tx.scalar(statement))


async def counts(tx: ReadTransaction) -> dict[DeliveryState, int]:
    """Return how many deliveries stand in each state."""
    statement = select(table.c.state, func.count().label("number")).group_by(table.c.state)
    found = {row.state: row.number for row in await tx.all(statement)}
    return {state: found.get(state, 0) for state in DeliveryState}
