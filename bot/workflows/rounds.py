"""Rounds: opening them, and listing them. Each call asks what is due now.

Any number of processes may ask at once: what one of them does first, the others find done.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.audit import AuditEntry
from bot.core.calendar import RoundPlan, instant, local_day, plan_on
from bot.core.disclosure.earlier import Teams
from bot.core.disclosure.ledger import Ledger
from bot.core.disclosure.release import DamagedRelease
from bot.core.errors import StandEasyError
from bot.core.instruments import Instrument
from bot.core.programme import CheckIn, Programme
from bot.core.reporting_units import ReportingUnits, units_for
from bot.core.rounds import RoundState
from bot.core.support import NeedWithoutEntry, lacking
from bot.workflows.catalogue import (
    MIDNIGHT,
    Instruments,
    NoInstrument,
    NoProgramme,
    in_force,
    latest_end,
    parse_programme,
    units_of,
)
from bot.workflows.in_turn import each_by_itself
from bot.workflows.moment import TICKER, Now
from bot.workflows.released import shown_before
from storage import audit, rounds, sealing_keys
from storage.engine import ReadTransaction, Storage, WriteTransaction
from storage.rounds import Round

log = logging.getLogger(__name__)


class NoUnusedKey(StandEasyError):
    """The round {round} cannot open: expected an unused sealing key."""

    hint = "Make some with: python -m bot keys new --count 8"


class NoSuchCheckIn(StandEasyError):
    """There is no check-in {check_in}: expected one of {known}."""


class NoRoundNow(StandEasyError):
    """The check-in {check_in} has no round on {day}: expected a day between its first and its
    last."""


class RoundOpenAlready(StandEasyError):
    """The round {round} was opened before."""


class RoundUnderWay(StandEasyError):
    """The round {round} cannot open: expected the one before, {before}, to be over by its first
    day."""

    hint = "The schedule was changed while a round was open. The next one after it opens by itself."


def round_id_of(check_in: CheckIn, plan: RoundPlan) -> str:
    """Return the id of a round: the check-in and its first day."""
    return f"{check_in.id}-{plan.opens_on.isoformat()}"


async def open_due(storage: Storage, instruments: Instruments, now: Now) -> list[str]:
    """Open every round that should be open by now; return the ids of those opened here."""
    opened = []
    async with storage.read("rounds due") as tx:
        newest = await in_force(tx)
        known = {row.id for row in await rounds.all(tx)}
    if newest is None:
        return []
    programme = parse_programme(newest.content)
    if lacking(programme.support):
        # Nobody is let in yet, and a round that opened now would leave out every team to come.
        return []
    today = local_day(now(), programme.force.timezone)
    for check_in in programme.check_ins:
        # Days that are counted for the first time take a while, and officers are answered.
        await asyncio.sleep(0)
        with each_by_itself("opened", f"check-in {check_in.id}"):
            plan = plan_on(check_in, today)
            if plan is None or round_id_of(check_in, plan) in known:
                continue
            try:
                opening = _Opening(programme, newest.version, check_in, plan, today, instruments)
                if await _open(storage, opening, TICKER, now):
                    opened.append(opening.round_id)
            except RoundUnderWay:
                # Said wherever somebody asks; once a minute for weeks would be too often.
                continue
            except (NoUnusedKey, NoInstrument, DamagedRelease) as error:
                log.error("%s %s", error, error.hint)
    return opened


async def open_now(
    storage: Storage, instruments: Instruments, check_in_id: str, now: Now, actor: str
) -> str:
    """Open the round a check-in has today; raises when there is none or it was open before."""
    async with storage.read("open round") as tx:
        newest = await in_force(tx)
    if newest is None:
        raise NoProgramme
    programme = parse_programme(newest.content)
    for need in lacking(programme.support):
        raise NeedWithoutEntry(need=need)
    try:
        check_in = programme.check_in(check_in_id)
    except KeyError:
        known = ", ".join(each.id for each in programme.check_ins)
        raise NoSuchCheckIn(check_in=check_in_id, known=known) from None
    today = local_day(now(), programme.force.timezone)
    plan = plan_on(check_in, today)
    if plan is None:
        raise NoRoundNow(check_in=check_in_id, day=today)
    opening = _Opening(programme, newest.version, check_in, plan, today, instruments)
    if not await _open(storage, opening, actor, now):
        raise RoundOpenAlready(round=opening.round_id)
    return opening.round_id


@dataclass(frozen=True, slots=True)
class _Opening:
    """A round that is to open."""

    programme: Programme
    version: int
    check_in: CheckIn
    plan: RoundPlan
    today: date
    instruments: Instruments

    @property
    def round_id(self) -> str:
        return round_id_of(self.check_in, self.plan)

    @property
    def instrument(self) -> Instrument:
        key = (self.check_in.instrument, self.check_in.instrument_version)
        if key not in self.instruments:
            raise NoInstrument(instrument=key[0], version=key[1])
        return self.instruments[key]


async def _open(storage: Storage, opening: _Opening, actor: str, now: Now) -> bool:
    # Read before, not within: a release that comes in between only means more to hide later.
    async with storage.read("what was shown") as tx:
        shown = await shown_before(
            tx, opening.programme, opening.check_in.id, opening.plan.opens_on
        )
    async with storage.transaction("open round") as tx:
        return await _open_in(tx, opening, actor, now, shown)


async def _open_in(
    tx: WriteTransaction,
    opening: _Opening,
    actor: str,
    now: Now,
    shown: tuple[Ledger, tuple[Teams, ...]],
) -> bool:
    round_id, programme = opening.round_id, opening.programme
    if await rounds.get(tx, round_id) is not None:
        return False
    # None opens before its day: one of a day to come was not opened by this program.
    before = await rounds.latest_for(tx, opening.check_in.id, opening.today + timedelta(days=1))
    if before is not None and _overlaps(before, await latest_end(tx, before), opening):
        raise RoundUnderWay(round=round_id, before=before.id)
    key = await sealing_keys.take_unused(tx)
    if key is None:
        raise NoUnusedKey(round=round_id)
    units = units_for(
        programme,
        opening.check_in,
        opening.instrument,
        await _list_before(tx, before),
        *shown,
    )
    row = Round(
        id=round_id,
        check_in=opening.check_in.id,
        opens_on=opening.plan.opens_on,
        state=RoundState.OPEN,
        closes_at=instant(opening.plan.closes_on, MIDNIGHT, programme.force.timezone),
        prompts_opened=0,
        programme_version=opening.version,
        sealing_key=key.id,
        units=units.to_json(),
    )
    if not await rounds.open(tx, row):
        return False
    entry = AuditEntry(actor, "open round", f"round {round_id}", f"{len(units.units)} units")
    await audit.append(tx, entry, now())
    return True


async def _list_before(tx: ReadTransaction, before: Round | None) -> ReportingUnits | None:
    """Return the newest list of a check-in that can be read."""
    while before is not None and (units := units_of(before)) is None:
        before = await rounds.latest_for(tx, before.check_in, before.opens_on)
    return None if before is None else units


def _overlaps(before: Round, ended: datetime, opening: _Opening) -> bool:
    """Whether a round would ask people who are being asked by the check-in's last one.

    A new schedule, saved while a round is open, has rounds of its own for the same weeks. They
    are left out: it counts from the first one on that opens when the old one is over. One that
    officers start asks nobody, so it need not wait for its first day to come again.
    """
    closes_on = local_day(ended, opening.programme.force.timezone)
    may_wait = opening.check_in.invites or before.state is RoundState.OPEN
    return may_wait and opening.plan.opens_on < closes_on


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One line of the list of rounds."""

    id: str
    state: RoundState
    opens_on: str
    closes_at: datetime
    is_paused: bool = False

    @property
    def state_in_words(self) -> str:
        """Where the round stands, in a word."""
        if self.state is RoundState.OPEN and self.is_paused:
            return "paused"
        return self.state.value


async def list_rounds(storage: Storage) -> list[RoundLine]:
    """Return all rounds, oldest first."""
    async with storage.read("list rounds") as tx:
        return [
            RoundLine(row.id, row.state, row.opens_on.isoformat(), row.closes_at, row.is_paused)
            for row in await rounds.all(tx)
        ]
