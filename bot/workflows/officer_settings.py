"""Officer settings: what somebody who joined has set, and every change to it.

A change reads and writes the profile in one transaction, so none is lost to another. No row
leads from an enrolment to follow-ups: where one change touches both, it leaves no trail.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.core.calendar import PROMPT_LIFE, instant, local_day, prompt_days
from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.moments import earliest_allowed, invitation_moment
from bot.core.contact_times.rules import ContactRule
from bot.core.profiles import FollowUpAddress, Profile
from bot.core.programme import CheckIn, Programme
from bot.core.reporting_units import ReportingUnit
from bot.sealing.address import NONCE_SIZE, AddressKeys, FollowUpPurpose
from bot.workflows.catalogue import MIDNIGHT, NoProgramme
from bot.workflows.codes import is_waiting, unit_of
from bot.workflows.contact import rules_of, times_of
from bot.workflows.follow_up_lookups import lookup_for
from bot.workflows.moment import Now, RandomBytes
from storage import deliveries, enrolments, follow_ups
from storage.engine import ReadTransaction, Storage, WriteTransaction
from storage.enrolments import Enrolment
from storage.follow_ups import FollowUp
from storage.states import DeliveryState, EnrolmentState, FollowUpKind, FollowUpState

PAUSES = (1, 2, 4, 8)
"""Weeks somebody can pause for."""

_LOOK_AHEAD = timedelta(days=100)
"""A quarter and a week: longer than between two prompts of any check-in."""

_ID_SIZE = 16


@dataclass(frozen=True, slots=True)
class Chosen:
    """What one officer has set. `repr` shows nothing of it."""

    team: str = field(repr=False)
    is_stopped: bool
    profile: Profile
    waiting: tuple[datetime, ...] = field(default=(), repr=False)
    """When messages that were planned before are due."""
    unit: ReportingUnit | None = field(default=None, repr=False)
    """The group in which answers count; None where the team is asked nothing any more."""

    @property
    def times(self) -> ContactTimes:
        """When the officer wants to be written to."""
        return times_of(self.profile)

    def paused_until(self, today: date) -> date | None:
        """Return the day on which the pause ends; None when there is none any more."""
        until = self.profile.paused_until
        return until if until is not None and until > today else None


class OfficerSettings:
    """Reads and changes what officers have set."""

    def __init__(
        self,
        storage: Storage,
        keys: AddressKeys,
        programme: Callable[[], Programme | None],
        now: Now,
        random: RandomBytes,
    ) -> None:
        self._storage, self._keys = storage, keys
        self._programme = programme
        self._now, self._random = now, random

    @property
    def programme(self) -> Programme:
        """The programme in force; raises `NoProgramme` before one is known."""
        programme = self._programme()
        if programme is None:
            raise NoProgramme
        return programme

    def today(self) -> date:
        """Return the local day."""
        return local_day(self._now(), self.programme.force.timezone)

    async def read(self, telegram_id: int) -> Chosen | None:
        """Return what an officer has set; None when they have not joined."""
        async with self._storage.read("officer settings") as tx:
            known = await enrolments.by_lookup(tx, self._keys.lookup(telegram_id))
            if known is None:
                return None
            chosen = await self._chosen(tx, known)
            teams = {team.id for team in self.programme.force.teams}
            if known.team not in teams or await is_waiting(tx, known.team):
                return chosen
            return replace(chosen, unit=await unit_of(tx, self.programme, known.team))

    async def choose_times(
        self, telegram_id: int, change: Callable[[ContactTimes], ContactTimes]
    ) -> Chosen | None:
        """Change when an officer is written to; None when they have not joined."""
        async with self._storage.transaction("choose times") as tx:
            known = await enrolments.lock_by_lookup(tx, self._keys.lookup(telegram_id))
            if known is None:
                return None
            chosen = await self._chosen(tx, known)
            times = change(chosen.times).to_json()
            return await self._amend(tx, known, chosen, times=times)

    async def choose_language(self, telegram_id: int, language: str) -> bool:
        """Write in this language from now on; False when nothing was there to note it in."""
        async with self._storage.transaction("choose language") as tx:
            known = await enrolments.lock_by_lookup(tx, self._keys.lookup(telegram_id))
            if known is not None:
                # What was asked for is sent in the profile's language, too. Sealing it anew here
                # would tie an enrolment to it: one transaction would have written both.
                await self._amend(tx, known, await self._chosen(tx, known), language=language)
                return True
        moved = False
        for purpose in FollowUpPurpose:
            async with self._storage.transaction("readdress", leaves_trail=False) as tx:
                moved |= await self._readdress(tx, telegram_id, purpose, language)
        return moved

    async def pause(self, telegram_id: int, weeks: int) -> Chosen | None:
        """Write nothing for some weeks, then say that it goes on; None when not joined.

        For whoever has stopped all messages there is nothing to pause, and nothing changes.
        """
        async with self._storage.transaction("pause", leaves_trail=False) as tx:
            known = await enrolments.lock_by_lookup(tx, self._keys.lookup(telegram_id))
            if known is None:
                return None
            chosen = await self._chosen(tx, known)
            if chosen.is_stopped:
                return chosen
            until = self.today() + timedelta(weeks=weeks)
            notice = self._follow_up(
                FollowUpAddress(telegram_id, chosen.profile.language),
                FollowUpKind.RESUME,
                self._resumes_at(chosen, until),
            )
            await follow_ups.put(tx, notice)
            return await self._amend(tx, known, chosen, paused_until=until)

    async def end_pause(self, telegram_id: int) -> Chosen | None:
        """Write again at once; None when not joined."""
        async with self._storage.transaction("end pause", leaves_trail=False) as tx:
            known = await enrolments.lock_by_lookup(tx, self._keys.lookup(telegram_id))
            if known is None:
                return None
            lookup = lookup_for(self._keys, telegram_id, FollowUpKind.RESUME)
            await follow_ups.erase_all(tx, lookup, [FollowUpKind.RESUME])
            return await self._amend(tx, known, await self._chosen(tx, known), paused_until=None)

    # --- Rows -----------------------------------------------------------------------

    async def _chosen(self, tx: ReadTransaction, known: Enrolment) -> Chosen:
        profile = Profile.from_bytes(self._keys.open_profile(known.profile, known.id))
        rows = await deliveries.of_enrolment(tx, known.id)
        waiting = tuple(row.due_at for row in rows if row.state is DeliveryState.DUE)
        return Chosen(known.team, known.state is EnrolmentState.STOPPED, profile, waiting)

    async def _amend(
        self, tx: WriteTransaction, known: Enrolment, chosen: Chosen, **changes: object
    ) -> Chosen:
        profile = replace(chosen.profile, **changes)  # type: ignore[arg-type]  # its fields
        sealed = self._keys.seal_profile(profile.to_bytes(), known.id, self._random(NONCE_SIZE))
        await enrolments.update_profile(tx, known.id, sealed)
        return replace(chosen, profile=profile)

    def _follow_up(self, address: FollowUpAddress, kind: FollowUpKind, due: datetime) -> FollowUp:
        row = self._random(_ID_SIZE)
        sealed = self._keys.seal_address(address.to_bytes(), row, self._random(NONCE_SIZE))
        return FollowUp(row, lookup_for(self._keys, address.telegram_id, kind), sealed, kind, due)

    async def _readdress(
        self, tx: WriteTransaction, telegram_id: int, purpose: FollowUpPurpose, language: str
    ) -> bool:
        """Let what was asked for come in another language; False when nothing was."""
        rows = await follow_ups.of_chat(tx, self._keys.follow_up_lookup(telegram_id, purpose))
        for row in rows:
            # One that is being sent keeps its id, or whoever sends it could not mark it.
            if row.state is FollowUpState.DUE:
                before = FollowUpAddress.from_bytes(self._keys.open_address(row.address, row.id))
                address = replace(before, language=language)
                await follow_ups.put(tx, self._follow_up(address, row.kind, row.due_at))
        return bool(rows)

    # --- Moments --------------------------------------------------------------------

    def _resumes_at(self, chosen: Chosen, until: date) -> datetime:
        """Return an allowed moment on the day a pause ends, or soon after."""
        programme = self.programme
        begins = instant(until, MIDNIGHT, programme.force.timezone)
        for check_in in _asks(programme, chosen.team):
            paused = replace(chosen.profile, paused_until=until)
            rules = rules_of(paused, programme, check_in.window, asked_for=True)
            moment = earliest_allowed(begins, rules, begins + PROMPT_LIFE)
            if moment is not None:
                return moment
        return begins

    def next_day(self, chosen: Chosen) -> date | None:
        """Return the day on which the officer probably hears from the bot next.

        None where what was chosen leaves no moment, or nobody asks this team.
        """
        programme = self.programme
        found: list[datetime] = []
        for check_in in _asks(programme, chosen.team):
            rules = rules_of(chosen.profile, programme, check_in.window)
            moments = (
                *self._waiting_moments(chosen, rules),
                self._next_moment(programme, check_in, chosen, rules),
            )
            found += [moment for moment in moments if moment is not None]
        return local_day(min(found), programme.force.timezone) if found else None

    def _waiting_moments(
        self, chosen: Chosen, rules: tuple[ContactRule, ...]
    ) -> Iterator[datetime | None]:
        # The sender moves them forward by the same rules when their time has come.
        for due in chosen.waiting:
            yield earliest_allowed(max(due, self._now()), rules, due + PROMPT_LIFE)

    def _next_moment(
        self,
        programme: Programme,
        check_in: CheckIn,
        chosen: Chosen,
        rules: tuple[ContactRule, ...],
    ) -> datetime | None:
        timezone = programme.force.timezone
        for day in _prompts_between(check_in, self.today(), self.today() + _LOOK_AHEAD):
            opens = instant(day, MIDNIGHT, timezone)
            moment = invitation_moment(
                opens,
                instant(day + PROMPT_LIFE, MIDNIGHT, timezone),
                self._now(),
                check_in.window,
                rules,
                timezone,
                0.0,
                chosen.times,
                programme.force.shift_times,
            )
            if moment is not None:
                return moment
        return None


def _asks(programme: Programme, team: str) -> list[CheckIn]:
    """Return the check-ins that a team is written to about."""
    return [
        check_in
        for check_in in programme.check_ins
        if check_in.invites and team in programme.audience_of(check_in)
    ]


def _prompts_between(check_in: CheckIn, after: date, until: date) -> Iterator[date]:
    return (day for day in prompt_days(check_in, until) if day > after)
