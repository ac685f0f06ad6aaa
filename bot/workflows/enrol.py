"""Enrolling: from a team's code to an enrolment, and out again without a trace.

Nothing is stored before the officer agrees. An enrolment is found by the keyed hash of a
Telegram id, which the database does not hold.
"""

from dataclasses import replace
from enum import Enum
from typing import Final

from bot.core.calendar import local_day
from bot.core.profiles import Profile
from bot.core.rounds import RoundState
from bot.core.support import lacking
from bot.sealing.address import NONCE_SIZE, AddressKeys
from bot.workflows.catalogue import units_of
from bot.workflows.codes import CodeProblem, current_programme, is_full, usable
from bot.workflows.contact import open_profile
from bot.workflows.follow_up_lookups import erase_all
from bot.workflows.moment import Now, RandomBytes
from storage import deliveries, departures, enrolment_codes, enrolments, follow_up_marks, rounds
from storage.engine import Storage, WriteTransaction
from storage.enrolments import Enrolment
from storage.states import EnrolmentState

_ID_SIZE = 16
JOINING: Final = "join"
"""The queue of whoever joins, erases, or answers what no row of an enrolment is locked for."""


async def join(
    storage: Storage,
    keys: AddressKeys,
    profile: Profile,
    code: str,
    now: Now,
    random: RandomBytes,
) -> bool | CodeProblem:
    """Enrol an officer who agreed; False when they had joined before (it resumes then)."""
    async with storage.transaction("join") as tx:
        # One at a time: two that both see the last place free would overfill the team, and
        # agreeing twice would take two uses of the code.
        await tx.queue_apart(keys.queue(JOINING))
        programme = await current_programme(tx)
        lookup = keys.lookup(profile.telegram_id)
        known = await enrolments.lock_by_lookup(tx, lookup)
        if known is not None:
            await _write_again(tx, keys, known, random)
            return False
        today = local_day(now(), programme.force.timezone)
        found = await usable(tx, keys, code, today)
        if isinstance(found, CodeProblem):
            return found
        if lacking(programme.support):
            return CodeProblem.NOT_YET
        if await is_full(storage, tx, programme, found.team, now):
            return CodeProblem.TEAM_FULL
        team = await enrolment_codes.take_use(tx, found.digest, today)
        if team is None:
            return CodeProblem.USED_UP
        enrolment_id = random(_ID_SIZE)
        sealed = keys.seal_profile(profile.to_bytes(), enrolment_id, random(NONCE_SIZE))
        return await enrolments.add(tx, Enrolment(enrolment_id, lookup, sealed, team))


async def amend_profile(
    storage: Storage,
    keys: AddressKeys,
    telegram_id: int,
    random: RandomBytes,
    **changes: object,
) -> bool:
    """Change fields of an officer's profile; False when there is no enrolment."""
    async with storage.transaction("amend profile") as tx:
        known = await enrolments.lock_by_lookup(tx, keys.lookup(telegram_id))
        if known is None:
            return False
        profile = Profile.from_bytes(keys.open_profile(known.profile, known.id))
        amended = replace(profile, **changes)  # type: ignore[arg-type]  # fields of Profile
        sealed = keys.seal_profile(amended.to_bytes(), known.id, random(NONCE_SIZE))
        return await enrolments.update_profile(tx, known.id, sealed)


class Resumed(Enum):
    """What coming back without a code found."""

    NOT_ENROLLED = "not enrolled"
    ACTIVE = "active"
    RESUMED = "resumed"


async def resume(
    storage: Storage, keys: AddressKeys, telegram_id: int, random: RandomBytes
) -> Resumed:
    """Write to an officer again who had stopped, or left too many rounds unanswered."""
    async with storage.transaction("resume") as tx:
        known = await enrolments.lock_by_lookup(tx, keys.lookup(telegram_id))
        if known is None:
            return Resumed.NOT_ENROLLED
        await _write_again(tx, keys, known, random)
        active = known.state is EnrolmentState.ACTIVE
        return Resumed.ACTIVE if active else Resumed.RESUMED


async def _write_again(
    tx: WriteTransaction, keys: AddressKeys, known: Enrolment, random: RandomBytes
) -> None:
    if known.state is not EnrolmentState.ACTIVE:
        await enrolments.set_state(tx, known.id, EnrolmentState.ACTIVE)
    profile = open_profile(keys, known.profile, known.id)
    # Somebody who comes back is there: rounds left unanswered count anew.
    if profile is not None and (profile.ignored or profile.asked_to_carry_on):
        back = replace(profile, ignored=0, asked_to_carry_on=False)
        sealed = keys.seal_profile(back.to_bytes(), known.id, random(NONCE_SIZE))
        await enrolments.update_profile(tx, known.id, sealed)


async def stop(storage: Storage, keys: AddressKeys, telegram_id: int) -> bool:
    """Send nothing more, nor what was asked for; False when they have not joined.

    The enrolment stays, so that coming back needs no code.
    """
    # No trail: nothing may lead from an enrolment to follow-ups.
    async with storage.transaction("stop", leaves_trail=False) as tx:
        known = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
        await erase_all(tx, keys, telegram_id)
        if known is None:
            return False
        return await enrolments.set_state(tx, known.id, EnrolmentState.STOPPED)


async def forget(storage: Storage, keys: AddressKeys, telegram_id: int) -> bool:
    """Erase everything held about an officer; False when nothing was."""
    async with storage.transaction("forget") as tx:
        known = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
        erased = known is not None and await erase_enrolment(tx, keys, known.id, known.team)
        erased |= await erase_all(tx, keys, telegram_id) > 0
        # Behind the messages and whoever joins: an answer that is being sealed has taken one or
        # queued there, and is waited for.
        open_rounds = await rounds.in_state(tx, RoundState.OPEN)
        marks = [keys.follow_up_mark(row.id, telegram_id) for row in open_rounds]
        erased |= await follow_up_marks.erase(tx, marks) > 0
    if erased:
        # Deleted rows must not linger in a log file of the database either.
        await storage.tidy()
    return erased


async def erase_enrolment(
    tx: WriteTransaction, keys: AddressKeys, enrolment_id: bytes, team: str
) -> bool:
    """Erase an enrolment with all that hangs on it; False when it was gone.

    Where it was asked in a prompt that can still be answered, its unit has had a departure:
    whoever joins there now waits for the next prompt (docs/decisions/0006).
    """
    # Behind whoever joins: a first check-in given between this look and the end would be
    # erased without a note.
    await tx.queue_apart(keys.queue(JOINING))
    asked = await deliveries.of_enrolment(tx, enrolment_id)
    for row in await rounds.in_state(tx, RoundState.OPEN):
        # Whatever stands in a row that nobody can read: whoever leaves is erased.
        units = units_of(row)
        unit = None if units is None else units.position_of_team(team)
        for delivery in asked:
            # Earlier prompts can no longer be answered; a later one is being planned.
            open_now = delivery.round == row.id and delivery.prompt >= row.prompts_opened - 1
            if open_now and unit is not None:
                await departures.note(tx, row.id, delivery.prompt, unit)
    return await enrolments.erase(tx, enrolment_id)
