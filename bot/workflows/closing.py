"""Closing a round, and stirring what rounds hold.

From the close on nobody needs to know who was asked or who took part, so it is erased in the
same transaction. Answers are stirred by the tally, which may read what it moves.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.core.audit import AuditEntry
from bot.core.contact_times.moments import IGNORED_BEFORE_ASKING
from bot.core.profiles import Profile
from bot.core.rounds import NoSuchRound, RoundEvent, RoundState, after
from bot.sealing.address import NONCE_SIZE, AddressKeys
from bot.workflows.catalogue import Instruments, latest_end, views_of
from bot.workflows.contact import open_profile
from bot.workflows.in_turn import each_by_itself
from bot.workflows.moment import TICKER, Now, RandomBytes
from storage import (
    audit,
    deliveries,
    departures,
    enrolments,
    follow_up_marks,
    follow_ups,
    participation,
    rounds,
    sealed_responses,
)
from storage.engine import Storage, WriteTransaction
from storage.enrolments import ActiveEnrolment

AT_ONCE = 500
"""So many people are looked at in one transaction."""

SLICE = 50
"""As many profiles as are read in about a millisecond."""


async def close_due(
    storage: Storage, keys: AddressKeys, instruments: Instruments, now: Now, random: RandomBytes
) -> list[str]:
    """Close every round whose time is over; return the ids of those closed here."""
    async with storage.read("rounds to close") as tx:
        open_rounds = await rounds.in_state(tx, RoundState.OPEN)
        over = [row for row in open_rounds if await latest_end(tx, row) <= now()]
        views = await views_of(tx, over, instruments)
    # Only who is invited can leave a round unanswered; one that is paused reminded nobody.
    asking = {view.id for view in views if view.check_in.invites and not view.row.is_paused}
    closed = []
    for row in over:
        with each_by_itself("closed", f"round {row.id}"):
            if row.id in asking:
                await _count_unanswered(storage, row.id, keys, random)
            if await _close(storage, row.id, TICKER, now):
                closed.append(row.id)
    return closed


async def close_now(
    storage: Storage, round_id: str, now: Now, actor: str, detail: str = ""
) -> None:
    """Close a round before its time. Its release still keeps the distance to the one before.

    It counts for nobody as left unanswered: they would have had longer. Whether it may be closed
    already is asked before: see `steering.close_early`.
    """
    async with storage.read("close round") as tx:
        row = await rounds.get(tx, round_id)
    if row is None:
        raise NoSuchRound(round=round_id)
    after(row.state, RoundEvent.CLOSE, round_id)
    await _close(storage, round_id, actor, now, detail)


async def _close(storage: Storage, round_id: str, actor: str, now: Now, detail: str = "") -> bool:
    async with storage.transaction("close round") as tx:
        await audit.turn(tx)
        row = await rounds.lock(tx, round_id)
        if row.state is not RoundState.OPEN:
            return False
        ended = await latest_end(tx, row)
        if ended < row.closes_at:
            # What comes after it goes by the row.
            await rounds.set_closes_at(tx, round_id, ended)
        await rounds.set_state(tx, round_id, after(row.state, RoundEvent.CLOSE, round_id))
        # From here on nobody needs to know who was asked or who took part.
        await _forget_people(tx, round_id)
        await audit.append(tx, AuditEntry(actor, "close round", f"round {round_id}", detail), now())
    await storage.tidy()
    return True


async def _count_unanswered(
    storage: Storage, round_id: str, keys: AddressKeys, random: RandomBytes
) -> None:
    """Note in each profile whether the round was one more that was left unanswered.

    Its time is over, so nothing changes who answered. Whoever is counted is forgotten in the
    same transaction: killed in between, the next run counts the others, and nobody twice.
    """
    more = True
    while more:
        async with storage.transaction("count unanswered") as tx:
            row = await rounds.lock(tx, round_id)
            if row.state is not RoundState.OPEN:
                return
            people = await enrolments.by_ids_with_sent(tx, round_id, AT_ONCE)
            await enrolments.replace_profiles(tx, await _counted(people, keys, random))
            await deliveries.clear_round(tx, round_id, [person.id for person, _ in people])
        more = len(people) == AT_ONCE


async def _counted(
    people: Sequence[tuple[ActiveEnrolment, bool]], keys: AddressKeys, random: RandomBytes
) -> list[tuple[bytes, bytes]]:
    """Return the sealed profiles that change, each behind its enrolment."""
    changed = []
    for number, (person, answered) in enumerate(people, 1):
        profile = open_profile(keys, person.profile, person.id)
        counted = None if profile is None else after_a_round(profile, answered=answered)
        if counted is not None and counted != profile:
            sealed = keys.seal_profile(counted.to_bytes(), person.id, random(NONCE_SIZE))
            changed.append((person.id, sealed))
        if number % SLICE == 0:
            # A pause for whoever taps meanwhile.
            await asyncio.sleep(0)
    return changed


def after_a_round(profile: Profile, *, answered: bool) -> Profile:
    """Return the profile of somebody who was written to in a round that closes."""
    if answered:
        return replace(profile, ignored=0, asked_to_carry_on=False)
    # Who was asked and says nothing has fallen silent; there is nothing more to count.
    return replace(profile, ignored=min(profile.ignored + 1, IGNORED_BEFORE_ASKING))


async def _forget_people(tx: WriteTransaction, round_id: str) -> None:
    await deliveries.clear_round(tx, round_id)
    await participation.clear_round(tx, round_id)
    await follow_up_marks.clear_round(tx, round_id)
    await departures.clear_round(tx, round_id)


async def stir(storage: Storage, random: RandomBytes, *, answers: bool, asked_for: bool) -> None:
    """Stir what a process may read: answers of open rounds, or what officers asked for."""
    if answers:
        await stir_open(storage, random)
    if asked_for:
        await stir_follow_ups(storage, random)


async def stir_open(storage: Storage, random: RandomBytes) -> int:
    """Rewrite open rounds' sealed responses in random order; return how many.

    Where a row lies and what wrote it could otherwise be matched with the mark of who took part
    (docs/threat-model.md). The tally's work: the officers' process cannot read them back.
    """
    async with storage.read("rounds to stir") as tx:
        open_rounds = [row.id for row in await rounds.in_state(tx, RoundState.OPEN)]
    return await _stir(storage, open_rounds, random)


async def stir_closed(storage: Storage, random: RandomBytes, stirred: set[str]) -> int:
    """Do the same once for every round that closed; `stirred` remembers which were."""
    async with storage.read("rounds to stir") as tx:
        closed = {row.id for row in await rounds.in_state(tx, RoundState.CLOSED)}
    stirred &= closed
    moved = await _stir(storage, sorted(closed - stirred), random)
    stirred |= closed
    return moved


async def _stir(storage: Storage, round_ids: Sequence[str], random: RandomBytes) -> int:
    moved = 0
    for round_id in round_ids:
        async with storage.transaction("stir") as tx:
            moved += await sealed_responses.stir(tx, round_id, random)
    if round_ids:
        await storage.tidy()
    return moved


async def stir_follow_ups(storage: Storage, random: RandomBytes) -> None:
    """Rewrite follow-ups in random order, so that no row is matched with an enrolment."""
    async with storage.transaction("stir follow-ups") as tx:
        # On SQLite they lie in the order of their random ids and name no transaction: to move
        # them would only keep everybody waiting who answers.
        if tx.rows_name_their_transaction:
            await follow_ups.stir(tx, random)
    await storage.tidy()
