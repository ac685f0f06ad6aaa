"""Enrolments: the chats that joined, found by a keyed hash, addressed by a sealed profile."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from storage.engine import ReadTransaction, WriteTransaction
from storage.states import EnrolmentState
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


async def by_id(tx: ReadTransaction, enrolment: bytes) -> Enrolment | None:
    """Return one enrolment."""
    row = await tx.first(select(table).where(table.c.id == enrolment))
    return None if row is None else Enrolment(**row._mapping)


async def update_profile(tx: WriteTransaction, enrolment: bytes, profile: bytes) -> bool:
    """Replace the sealed profile; return False when the enrolment is gone."""
    statement = update(table).where(table.c.id == enrolment).values(profile=profile)
    return (await tx.execute(statement)).rowcount == 1


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


async def active_ids_of_teams(tx: ReadTransaction, teams: Collection[str]) -> list[ActiveEnrolment]:
    """Return the active enrolments of `teams`, ordered by their random ids."""
    found: list[ActiveEnrolment] = []
    # In chunks, so that a force of 15,000 does not hold up everybody else's taps.
    while True:
        statement = (
            select(table.c.id, table.c.team, table.c.profile)
            .where(table.c.state == EnrolmentState.ACTIVE, table.c.team.in_(teams))
            .order_by(table.c.id)
            .limit(_CHUNK)
        )
        if found:
            statement = statement.where(table.c.id > found[-1].id)
        rows = await tx.all(statement)
        found += [ActiveEnrolment(**row._mapping) for row in rows]
        if len(rows) < _CHUNK:
            return found
