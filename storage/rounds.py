"""Rounds: one per check-in and opening day, however many processes try."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, select, update

from bot.core.rounds import RoundState
from storage.engine import ReadTransaction, WriteTransaction
from storage.errors import NoSuchRow
from storage.states import KeyState
from storage.tables import round_ as table
from storage.tables import sealing_key


@dataclass(frozen=True)
class Round:
    """One round; `units` is the JSON of its frozen reporting units.

    `prompts_opened` is how many prompts have had their deliveries made; `paused_at` is since when
    nobody is written to.
    """

    id: str
    check_in: str
    opens_on: date
    state: RoundState
    closes_at: datetime
    prompts_opened: int
    programme_version: int
    sealing_key: str
    units: str
    released_at: datetime | None = None
    paused_at: datetime | None = None

    @property
    def is_paused(self) -> bool:
        """Whether nobody is written to for now."""
        return self.paused_at is not None


@dataclass(frozen=True, slots=True)
class ListedRound:
    """One round without its units, which are many where there are many teams."""

    id: str
    check_in: str
    opens_on: date
    state: RoundState
    closes_at: datetime
    programme_version: int
    released_at: datetime | None
    paused_at: datetime | None


async def open(tx: WriteTransaction, new: Round) -> bool:
    """Store a new round; False, and its key given back, when the check-in has one that day."""
    statement = tx.insert(table).values(vars(new))
    # Whichever constraint is met first: PostgreSQL may see the id before check-in and day.
    result = await tx.execute(statement.on_conflict_do_nothing())
    if result.rowcount == 1:
        return True
    that_day = (table.c.check_in == new.check_in) & (table.c.opens_on == new.opens_on)
    if await tx.first(select(table.c.id).where(that_day)) is None:
        # No other was first: it is refused for its own sake, and the database says why.
        await tx.execute(tx.insert(table).values(vars(new)))
        return True
    # Another process was first. The key was taken in this very transaction, so nothing
    # was sealed with it: without this, each race would cost the pool a key.
    in_use = exists().where(table.c.sealing_key == new.sealing_key)
    await tx.execute(
        update(sealing_key)
        .where(sealing_key.c.id == new.sealing_key, sealing_key.c.state == KeyState.TAKEN, ~in_use)
        .values(state=KeyState.UNUSED)
    )
    return False


async def get(tx: ReadTransaction, round_id: str) -> Round | None:
    """Return one round."""
    return await _one(tx, _by_id(round_id))


async def lock(tx: WriteTransaction, round_id: str) -> Round:
    """Return the round and keep everybody else from it until the transaction ends."""
    return _found(await _one(tx, _by_id(round_id).with_for_update()), round_id)


async def lock_shared(tx: WriteTransaction, round_id: str) -> Round:
    """Return the round and keep it from changing; others may hold it so at the same time."""
    return _found(await _one(tx, _by_id(round_id).with_for_update(read=True)), round_id)


async def in_state(tx: ReadTransaction, *states: RoundState) -> list[Round]:
    """Return the rounds in any of `states`, oldest first."""
    return await _many(tx, select(table).where(table.c.state.in_(states)))


async def all(tx: ReadTransaction) -> list[Round]:
    """Return all rounds, oldest first."""
    return await _many(tx, select(table))


async def listed(
    tx: ReadTransaction,
    *states: RoundState,
    most: int,
    skip: int = 0,
) -> list[ListedRound]:
    """Return rounds in any of `states` without what is large of them, the newest first."""
    columns = [table.c[each.name] for each in fields(ListedRound)]
    statement = select(*columns).where(table.c.state.in_(states))
    ordered = statement.order_by(table.c.opens_on.desc(), table.c.id)
    rows = await tx.all(ordered.limit(most).offset(skip))
    return [ListedRound(**row._mapping) for row in rows]


async def known(tx: ReadTransaction, round_ids: Iterable[str]) -> set[str]:
    """Return which of these rounds there are."""
    rows = await tx.all(select(table.c.id).where(table.c.id.in_(list(round_ids))))
    return {row.id for row in rows}


async def last_closes(tx: ReadTransaction, *states: RoundState) -> dict[str, datetime]:
    """Return when the last round of each check-in closes, of those in any of `states`."""
    newest = func.max(table.c.closes_at).label("at")
    chosen = select(table.c.check_in, newest).where(table.c.state.in_(states))
    rows = await tx.all(chosen.group_by(table.c.check_in))
    return {row.check_in: row.at for row in rows}


async def number_by_state(tx: ReadTransaction) -> dict[str, int]:
    """Return how many rounds stand in each state; a round that opens or goes on changes it."""
    rows = await tx.all(select(table.c.state, func.count().label("n")).group_by(table.c.state))
    return {row.state.value: row.n for row in rows}


async def last_releases(tx: ReadTransaction) -> dict[str, datetime]:
    """Return when each check-in last had a round released."""
    newest = func.max(table.c.released_at).label("at")
    rows = await tx.all(
        select(table.c.check_in, newest)
        .where(table.c.released_at.is_not(None))
        .group_by(table.c.check_in)
    )
    return {row.check_in: row.at for row in rows}


async def releases(tx: ReadTransaction) -> list[tuple[str, RoundState, datetime]]:
    """Return which rounds were released, how they stand and when it was, oldest first."""
    columns = (table.c.id, table.c.state, table.c.released_at)
    chosen = select(*columns).where(table.c.released_at.is_not(None))
    rows = await tx.all(chosen.order_by(table.c.released_at, table.c.id))
    return [(row.id, row.state, row.released_at) for row in rows]


async def ids(tx: ReadTransaction, *states: RoundState) -> list[str]:
    """Return the ids of all rounds, or of those in any of `states`, oldest first.

    Also where tables are of an older version.
    """
    chosen = select(table.c.id).order_by(table.c.opens_on, table.c.id)
    rows = await tx.all(chosen.where(table.c.state.in_(states)) if states else chosen)
    return [row.id for row in rows]


async def abandoned_with_a_key(tx: ReadTransaction) -> list[str]:
    """Return the ids of abandoned rounds whose opening key is not known to be destroyed."""
    rows = await tx.all(
        select(table.c.id)
        .join(sealing_key, sealing_key.c.id == table.c.sealing_key)
        .where(table.c.state == RoundState.ABANDONED, sealing_key.c.state != KeyState.DESTROYED)
        .order_by(table.c.opens_on, table.c.id)
    )
    return [row.id for row in rows]


async def shredded_with(tx: ReadTransaction, key_ids: Iterable[str]) -> dict[str, str]:
    """Return which of these keys are marked as destroyed and belong to a shredded round."""
    rows = await tx.all(
        select(table.c.id, table.c.sealing_key)
        .join(sealing_key, sealing_key.c.id == table.c.sealing_key)
        .where(
            table.c.sealing_key.in_(list(key_ids)),
            table.c.state == RoundState.SHREDDED,
            sealing_key.c.state == KeyState.DESTROYED,
        )
    )
    return {row.sealing_key: row.id for row in rows}


async def latest_for(
    tx: ReadTransaction, check_in: str, before: date | None = None
) -> Round | None:
    """Return the newest round of the check-in, or the newest before a day."""
    statement = select(table).where(table.c.check_in == check_in)
    if before is not None:
        statement = statement.where(table.c.opens_on < before)
    return await _one(tx, statement.order_by(table.c.opens_on.desc()).limit(1))


async def lately_opened(tx: ReadTransaction, most: int) -> list[Round]:
    """Return the rounds that opened last, however they stand, the newest first."""
    statement = select(table).order_by(table.c.opens_on.desc(), table.c.id)
    return [Round(**row._mapping) for row in await tx.all(statement.limit(most))]


async def first_opening(tx: ReadTransaction) -> date | None:
    """Return the day on which the first round opened; None where none ever did."""
    day: date | None = await tx.scalar(select(func.min(table.c.opens_on)))
    return day


async def set_state(
    tx: WriteTransaction, round_id: str, state: RoundState, released_at: datetime | None = None
) -> None:
    """Move the round on; `released_at` is set with the release and never cleared."""
    changes: dict[str, Any] = {"state": state}
    if released_at is not None:
        changes["released_at"] = released_at
    await _change(tx, round_id, changes)


async def set_paused(tx: WriteTransaction, round_id: str, paused_at: datetime | None) -> None:
    """Note since when nobody is written to about the round, or that it goes on."""
    await _change(tx, round_id, {"paused_at": paused_at})


async def set_closes_at(tx: WriteTransaction, round_id: str, closes_at: datetime) -> None:
    """Move the moment at which the round closes by itself."""
    await _change(tx, round_id, {"closes_at": closes_at})


async def set_prompts_opened(tx: WriteTransaction, round_id: str, prompts_opened: int) -> None:
    """Note how many prompts have had their deliveries made."""
    await _change(tx, round_id, {"prompts_opened": prompts_opened})


async def _change(tx: WriteTransaction, round_id: str, changes: dict[str, Any]) -> None:
    result = await tx.execute(update(table).where(table.c.id == round_id).values(changes))
    if result.rowcount != 1:
        raise NoSuchRow(kind="round", id=round_id)


def _by_id(round_id: str) -> Select[Any]:
    return select(table).where(table.c.id == round_id)


async def _one(tx: ReadTransaction, statement: Select[Any]) -> Round | None:
    row = await tx.first(statement)
    return None if row is None else Round(**row._mapping)


async def _many(tx: ReadTransaction, statement: Select[Any]) -> list[Round]:
    rows = await tx.all(statement.order_by(table.c.opens_on, table.c.id))
    return [Round(**row._mapping) for row in rows]


def _found(found: Round | None, round_id: str) -> Round:
    if found is None:
        raise NoSuchRow(kind="round", id=round_id)
    return found
