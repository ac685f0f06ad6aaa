"""Enrolments: the chats that joined, found by a keyed hash, addressed by a sealed profile."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    select,
    update,
)

from storage.engine import ReadTransaction, WriteTransaction
from storage.states import DeliveryKind, DeliveryState, EnrolmentState
from storage.tables import delivery, participation
from storage.tables import enrolment as table

_CHUNK = 1_000


@dataclass(frozen=True)
class Enrolment:
    """One chat that joined; `id` is 16 random bytes."""

    id: bytes
    lookup: bytes
    profile: bytes
    team: str
    state: EnrolmentState = EnrolmentState.ACTIVE


@dataclass(frozen=True)
class ActiveEnrolment:
    """What is needed to plan a message to an officer."""

    id: bytes
    team: str
    profile: bytes


async def add(tx: WriteTransaction, enrolment: Enrolment) -> bool:
    """Store an enrolment; return False when this officer has one already."""
    # Agreeing twice, on two keyboards or through two workers, must not be an error.
    statement = tx.insert(table).values(vars(enrolment))
    result = await tx.execute(statement.on_conflict_do_nothing(index_elements=["lookup"]))
    return result.rowcount == 1


async def by_lookup(tx: ReadTransaction, lookup: bytes) -> Enrolment | None:
    """Return the enrolment of the officer with this keyed hash."""
    row = await tx.first(select(table).where(table.c.lookup == lookup))
    return None if row is None else Enrolment(**row._mapping)


async def lock_by_lookup(tx: WriteTransaction, lookup: bytes) -> Enrolment | None:
    """Return the officer's enrolment, and keep others from changing it until the end."""
    row = await tx.first(_locked(select(table).where(table.c.lookup == lookup)))
    return None if row is None else Enrolment(**row._mapping)


async def update_profile(tx: WriteTransaction, enrolment: bytes, profile: bytes) -> bool:
    """Replace the sealed profile; return False when the enrolment is gone."""
    statement = update(table).where(table.c.id == enrolment).values(profile=profile)
    return (await tx.execute(statement)).rowcount == 1


async def replace_profiles(tx: WriteTransaction, profiles: Sequence[tuple[bytes, bytes]]) -> None:
    """Replace many sealed profiles, each given behind its enrolment; what is gone stays gone."""
    if profiles:
        statement = update(table).where(table.c.id == bindparam("enrolment"))
        rows = [{"enrolment": enrolment, "profile": profile} for enrolment, profile in profiles]
        await tx.execute(statement, rows)


async def set_state(tx: WriteTransaction, enrolment: bytes, state: EnrolmentState) -> bool:
    """Stop or resume; return False when the enrolment is gone."""
    statement = update(table).where(table.c.id == enrolment).values(state=state)
    return (await tx.execute(statement)).rowcount == 1


async def erase(tx: WriteTransaction, enrolment: bytes) -> bool:
    """Remove the enrolment with its deliveries and participation; False when it is gone."""
    # The foreign keys cascade: a table added later cannot be forgotten here.
    return (await tx.execute(delete(table).where(table.c.id == enrolment))).rowcount == 1


async def number_in(tx: ReadTransaction, team: str) -> int:
    """Return how many enrolments a team has, stopped ones too."""
    statement = select(func.count()).select_from(table).where(table.c.team == team)
    return int(await tx.scalar(statement))


async def numbers(tx: ReadTransaction) -> dict[str, int]:
    """Return how many enrolments each team has, stopped ones too."""
    rows = await tx.all(select(table.c.team, func.count().label("n")).group_by(table.c.team))
    return {row.team: row.n for row in rows}


async def without_a_place(
    tx: ReadTransaction, teams: Collection[str], round_id: str, places: int
) -> set[bytes]:
    """Return the active enrolments of `teams` that a round with so many places has none for.

    Whoever was asked in it, or answered, has a place, stopped or not; then come the others, by
    their random ids.
    """
    asked = exists().where(delivery.c.round == round_id, delivery.c.enrolment == table.c.id)
    answered = exists().where(
        participation.c.round == round_id, participation.c.enrolment == table.c.id
    )
    has_place, is_active = asked | answered, table.c.state == EnrolmentState.ACTIVE
    statement = select(table.c.id, is_active.label("active")).where(
        table.c.team.in_(teams), has_place | is_active
    )
    rows = await tx.all(statement.order_by(case((has_place, 0), else_=1), table.c.id))
    return {row.id for row in rows[places:] if row.active}


async def active_ids_of_teams(tx: ReadTransaction, teams: Collection[str]) -> list[ActiveEnrolment]:
    """Return the active enrolments of `teams`, ordered by their random ids."""
    statement = _active(table.c.team.in_(teams))
    return [ActiveEnrolment(**row._mapping) async for row in _in_chunks(tx, statement)]


async def without_delivery(
    tx: WriteTransaction,
    teams: Collection[str],
    round_id: str,
    prompt: int,
    kind: DeliveryKind,
    limit: int,
    after: bytes = b"",
) -> list[ActiveEnrolment]:
    """Return up to `limit` active enrolments of `teams` that have no such delivery.

    Ordered by their random ids; those up to the id `after` are passed over, so that whoever
    gets no delivery is not met again. Nobody else changes them until the transaction ends.
    """
    planned = exists().where(
        delivery.c.round == round_id,
        delivery.c.prompt == prompt,
        delivery.c.enrolment == table.c.id,
        delivery.c.kind == kind,
    )
    statement = _active(table.c.team.in_(teams), ~planned, table.c.id > after)
    rows = await tx.all(_locked(statement.order_by(table.c.id).limit(limit)))
    return [ActiveEnrolment(**row._mapping) for row in rows]


async def by_ids_with_sent(
    tx: WriteTransaction, round_id: str, limit: int | None = None
) -> list[tuple[ActiveEnrolment, bool]]:
    """Return the active enrolments that were written to in the round, and whether each answered.

    The first `limit` of them, ordered by their random ids. Nobody else changes them until the
    transaction ends.
    """
    sent = exists().where(
        delivery.c.round == round_id,
        delivery.c.enrolment == table.c.id,
        delivery.c.state == DeliveryState.SENT,
    )
    took_part = exists().where(
        participation.c.round == round_id, participation.c.enrolment == table.c.id
    )
    statement = _locked(_active(sent).add_columns(took_part.label("answered")))
    if limit is None:
        rows = [row async for row in _in_chunks(tx, statement)]
    else:
        rows = list(await tx.all(statement.order_by(table.c.id).limit(limit)))
    return [(ActiveEnrolment(row.id, row.team, row.profile), bool(row.answered)) for row in rows]


def _active(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(table.c.id, table.c.team, table.c.profile).where(
        table.c.state == EnrolmentState.ACTIVE, *conditions
    )


def _locked(statement: Select[Any]) -> Select[Any]:
    # What was read will be written back: a change in between would be lost. Without the key,
    # so that whoever marks participation meanwhile need not wait.
    return statement.with_for_update(of=table, key_share=True)


async def _in_chunks(tx: ReadTransaction, statement: Select[Any]) -> AsyncIterator[Row[Any]]:
    # In chunks, so that a force of 15,000 does not hold up everybody else's taps.
    statement = statement.order_by(table.c.id).limit(_CHUNK)
    rows = await tx.all(statement)
    while rows:
        for row in rows:
            yield row
        if len(rows) < _CHUNK:
            return
        rows = await tx.all(statement.where(table.c.id > rows[-1].id))
