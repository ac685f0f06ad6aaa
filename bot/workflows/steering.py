"""Steering rounds: pausing, resuming, extending and closing early, each with its audit entry.

Nothing here looks at who was asked or who answered, and nothing depends on it: whoever steers
learns from it when a round opens, closes and is released, and no more.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from bot.core.audit import AuditEntry
from bot.core.calendar import RoundPlan, instant, local_day, plan_opening
from bot.core.errors import StandEasyError
from bot.core.extensions import (
    StartedByOfficers,
    check_early_close,
    check_extension,
    latest_close,
    rounds_after,
)
from bot.core.programme import CheckIn, Programme
from bot.core.rounds import (
    NoSuchRound,
    RoundEvent,
    Steering,
    after,
    check_may_be_steered,
)
from bot.workflows import closing, rounds
from bot.workflows.catalogue import MIDNIGHT, Instruments, NoProgramme, in_force, parse_programme
from bot.workflows.errands import Errand, Handler, Kind
from bot.workflows.moment import Now
from storage import audit, programmes
from storage import rounds as stored_rounds
from storage.engine import ReadTransaction, Storage, WriteTransaction
from storage.errors import NoSuchRow
from storage.rounds import Round


class NotADay(StandEasyError):
    """A last day for answers is expected as 2027-01-31: got {given}."""


async def pause(storage: Storage, round_id: str, now: Now, actor: str) -> None:
    """Write to nobody about a round until it is resumed; answers are still taken."""

    async def change(tx: WriteTransaction, row: Round) -> AuditEntry:
        _, check_in, _ = await _planned(tx, row)
        _check_invites(row, check_in, Steering.PAUSE)
        await stored_rounds.set_paused(tx, round_id, now())
        return AuditEntry(actor, "pause round", f"round {round_id}")

    await _steer(storage, round_id, Steering.PAUSE, change, now)


async def resume(storage: Storage, round_id: str, now: Now, actor: str) -> None:
    """Let a paused round go on: of the prompts that were missed, the newest is asked."""

    async def change(tx: WriteTransaction, row: Round) -> AuditEntry:
        await stored_rounds.set_paused(tx, round_id, None)
        return AuditEntry(actor, "resume round", f"round {round_id}")

    await _steer(storage, round_id, Steering.RESUME, change, now)


async def extend(storage: Storage, round_id: str, last_day: date, now: Now, actor: str) -> None:
    """Take answers to a round up to and including a later day."""

    async def change(tx: WriteTransaction, row: Round) -> AuditEntry:
        programme, check_in, plan = await _planned(tx, row)
        _check_invites(row, check_in, Steering.EXTEND)
        zone = programme.force.timezone
        before = local_day(row.closes_at, zone)
        latest = latest_close(plan, await _following(tx, check_in, plan, before))
        closes_on = check_extension(round_id, before, latest, last_day)
        await stored_rounds.set_closes_at(tx, round_id, instant(closes_on, MIDNIGHT, zone))
        return AuditEntry(
            actor, "extend round", f"round {round_id}", f"closes on {closes_on}, not {before}"
        )

    await _steer(storage, round_id, Steering.EXTEND, change, now)


async def close_early(storage: Storage, round_id: str, now: Now, actor: str) -> None:
    """Close a round before its time, once everybody had the time to be written to."""
    async with storage.read("close round early") as tx:
        row = await stored_rounds.get(tx, round_id)
        if row is None:
            raise NoSuchRound(round=round_id)
        check_may_be_steered(row.state, Steering.CLOSE_EARLY, round_id, paused=row.is_paused)
        programme, _, plan = await _planned(tx, row)
    check_early_close(round_id, plan, local_day(now(), programme.force.timezone))
    await closing.close_now(storage, round_id, now, actor)


Change = Callable[[WriteTransaction, Round], Awaitable[AuditEntry]]


async def _steer(storage: Storage, round_id: str, act: Steering, change: Change, now: Now) -> None:
    async with storage.transaction("steer round") as tx:
        await audit.turn(tx)
        try:
            row = await stored_rounds.lock(tx, round_id)
        except NoSuchRow:
            raise NoSuchRound(round=round_id) from None
        check_may_be_steered(row.state, act, round_id, paused=row.is_paused)
        if row.closes_at <= now():
            # It closes within the minute; what is over is not moved any more.
            closed = after(row.state, RoundEvent.CLOSE, round_id)
            check_may_be_steered(closed, act, round_id, paused=False)
        entry = await change(tx, row)
        await audit.append(tx, entry, now())


async def _planned(tx: ReadTransaction, row: Round) -> tuple[Programme, CheckIn, RoundPlan]:
    """Return what a round opened with."""
    stored = await programmes.at_version(tx, row.programme_version)
    if stored is None:
        raise NoProgramme
    programme = parse_programme(stored.content)
    check_in = programme.check_in(row.check_in)
    plan = plan_opening(check_in, row.opens_on)
    if plan is None:
        raise NoSuchRound(round=row.id)
    return programme, check_in, plan


async def _following(
    tx: ReadTransaction, check_in: CheckIn, plan: RoundPlan, closes_on: date
) -> list[RoundPlan]:
    """Return the next rounds, by the programme a round opened with and by the one in force."""
    found = list(rounds_after(check_in, plan, closes_on))
    newest = await in_force(tx)
    if newest is not None:
        for each in parse_programme(newest.content).check_ins:
            if each.id == check_in.id:
                found += rounds_after(each, plan, closes_on)
    return found


def _check_invites(row: Round, check_in: CheckIn, act: Steering) -> None:
    if not check_in.invites:
        raise StartedByOfficers(round=row.id, act=act.value)


# --- Errands ------------------------------------------------------------------------------


def handlers(storage: Storage, instruments: Instruments, now: Now) -> Mapping[Kind, Handler]:
    """Return what does each errand about rounds; its subject is a check-in, or a round."""

    async def open_round(errand: Errand) -> str:
        round_id = await rounds.open_now(storage, instruments, errand.subject, now, errand.by)
        return f"The round {round_id} is open. Messages go out at each officer's own moment."

    async def pause_round(errand: Errand) -> str:
        await pause(storage, errand.subject, now, errand.by)
        return f"The round {errand.subject} is paused: nobody is written to, answers are taken."

    async def resume_round(errand: Errand) -> str:
        await resume(storage, errand.subject, now, errand.by)
        return f"The round {errand.subject} goes on."

    async def extend_round(errand: Errand) -> str:
        last_day = day_of(errand.detail.get("last day", ""))
        await extend(storage, errand.subject, last_day, now, errand.by)
        return f"The round {errand.subject} takes answers until the end of {last_day}."

    async def close_round(errand: Errand) -> str:
        await close_early(storage, errand.subject, now, errand.by)
        return f"The round {errand.subject} is closed. Its result comes when it may."

    return {
        Kind.OPEN_ROUND: open_round,
        Kind.PAUSE_ROUND: pause_round,
        Kind.RESUME_ROUND: resume_round,
        Kind.EXTEND_ROUND: extend_round,
        Kind.CLOSE_ROUND: close_round,
    }


def day_of(text: str) -> date:
    """Return a day as a form or an errand has it; raises `NotADay`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADay(given=text[:20]) from None
