"""Following up: an officer asks to be written to, after a tough job or tomorrow, or stops it.

Whoever asks need not have joined; only whoever has is asked questions. What is stored finds a
chat by keyed hashes of its own, one for a tough job and one for timers, and leads to no
enrolment; nothing is stored of what happened or of what is tapped.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.contact_times.follow_ups import tomorrow_moment
from bot.core.profiles import FollowUpAddress, Profile
from bot.core.programme import Programme
from bot.sealing.address import NONCE_SIZE, AddressKeys, FollowUpPurpose
from bot.workflows import follow_up_moments, follow_up_sending
from bot.workflows.answer import is_asked
from bot.workflows.catalogue import Catalogue, NoProgramme, RoundInView
from bot.workflows.follow_up_kinds import TOUGH_JOB
from bot.workflows.follow_up_lookups import lookup_for
from bot.workflows.follow_up_sending import EXPIRING, FollowUpMessenger
from bot.workflows.invite import SendingReport
from bot.workflows.moment import Now, RandomBytes, fraction
from storage import enrolments, follow_ups
from storage.engine import ReadTransaction, Storage, WriteTransaction
from storage.follow_ups import FollowUp
from storage.states import FollowUpKind, FollowUpState

_ID_SIZE = 16


@dataclass(frozen=True, slots=True)
class Started:
    """The messages after a tough job that are still to come."""

    moments: tuple[datetime, ...]
    """When each comes if nothing moves it, in local time, earliest first."""
    before: bool
    """Whether they had been asked for before; nothing was changed then."""


class FollowUps:
    """Every use case of messages that an officer asked for."""

    def __init__(
        self,
        storage: Storage,
        keys: AddressKeys,
        catalogue: Callable[[], Catalogue],
        now: Now,
        random: RandomBytes,
    ) -> None:
        self._storage = storage
        self._keys = keys
        self._catalogue = catalogue
        self._now = now
        self._random = random
        self._expired_at: datetime | None = None

    async def start(self, telegram_id: int, language: str, *, again: bool = False) -> Started:
        """Ask for the three messages; those under way stay unless they are to start again."""
        programme, now = self._programme(), self._now()
        async with self._storage.transaction("start follow-ups") as tx:
            waiting = await _waiting(tx, self._keys, telegram_id)
            if waiting and not again:
                return Started(_local(programme, (row.due_at for row in waiting)), before=True)
            profile = await self._profile(tx, telegram_id)
            jitters = [fraction(self._random) for _ in TOUGH_JOB]
            moments = follow_up_moments.first_moments(now, profile, programme, jitters)
            address = FollowUpAddress(telegram_id, language, asked_at=now)
            for kind, moment in zip(TOUGH_JOB, moments, strict=True):
                await self._put(tx, address, kind, moment)
        return Started(_local(programme, moments), before=False)

    async def upcoming(self, telegram_id: int) -> tuple[datetime, ...]:
        """Return when the messages after a tough job come that are still to come."""
        async with self._storage.read("follow-ups to come") as tx:
            waiting = await _waiting(tx, self._keys, telegram_id)
        return _local(self._programme(), (row.due_at for row in waiting))

    async def stop(self, telegram_id: int) -> bool:
        """End the messages after a tough job; False when there were none."""
        stopped = await self._erase("stop follow-ups", telegram_id, TOUGH_JOB)
        if stopped:
            # "I kept nothing about them": not in a log file of the database either.
            await self._storage.tidy()
        return stopped

    async def tomorrow(self, telegram_id: int, language: str) -> datetime:
        """Set the timer, in place of one that was set; return the local moment it was set to."""
        programme, now = self._programme(), self._now()
        async with self._storage.transaction("check on tomorrow") as tx:
            profile = await self._profile(tx, telegram_id)
            rules = follow_up_moments.rules_of(profile, programme, paused=False)
            moment = tomorrow_moment(now, rules, programme.force.timezone)
            # Only a pause leaves no moment, and this is asked for during one, too.
            assert moment is not None  # noqa: S101 - there is no pause among the rules
            address = FollowUpAddress(telegram_id, language)
            await self._put(tx, address, FollowUpKind.TOMORROW, moment)
        return _local(programme, [moment])[0]

    async def not_tomorrow(self, telegram_id: int) -> bool:
        """Take the timer back; False when none was set."""
        return await self._erase("not tomorrow", telegram_id, [FollowUpKind.TOMORROW])

    def round_for(self, kind: FollowUpKind) -> RoundInView | None:
        """Return the round whose check-in a follow-up asks now; None when it asks nothing."""
        return follow_up_sending.round_for(self._catalogue(), kind, self._now())

    async def is_asked(self, telegram_id: int, view: RoundInView) -> bool:
        """Whether there are questions for this chat. Sealing asks again, for itself."""
        async with self._storage.read("is asked") as tx:
            return await is_asked(tx, self._keys, telegram_id, view)

    async def send_due(self, messenger: FollowUpMessenger) -> SendingReport:
        """Send everything that is due; hourly let go of what was not answered in its time."""
        now = self._now()
        if self._expired_at is None or now - self._expired_at >= EXPIRING:
            await follow_up_sending.expire(self._storage, now)
            self._expired_at = now
        return await follow_up_sending.send_due(
            self._storage, self._keys, messenger, self._catalogue(), self._now, self._random
        )

    def _programme(self) -> Programme:
        programme = self._catalogue().programme
        if programme is None:
            raise NoProgramme
        return programme

    async def _profile(self, tx: ReadTransaction, telegram_id: int) -> Profile:
        enrolment = await enrolments.by_lookup(tx, self._keys.lookup(telegram_id))
        return follow_up_moments.profile_in(enrolment, self._keys, telegram_id)

    async def _put(
        self, tx: WriteTransaction, address: FollowUpAddress, kind: FollowUpKind, moment: datetime
    ) -> None:
        row = self._random(_ID_SIZE)
        sealed = self._keys.seal_address(address.to_bytes(), row, self._random(NONCE_SIZE))
        lookup = lookup_for(self._keys, address.telegram_id, kind)
        await follow_ups.put(tx, FollowUp(row, lookup, sealed, kind, moment))

    async def _erase(self, name: str, telegram_id: int, kinds: Iterable[FollowUpKind]) -> bool:
        async with self._storage.transaction(name) as tx:
            erased = [
                await follow_ups.erase_all(tx, lookup_for(self._keys, telegram_id, kind), [kind])
                for kind in kinds
            ]
        return sum(erased) > 0


async def _waiting(tx: ReadTransaction, keys: AddressKeys, telegram_id: int) -> list[FollowUp]:
    """Return what of the tough job's messages was not sent yet."""
    lookup = keys.follow_up_lookup(telegram_id, FollowUpPurpose.TOUGH_JOB)
    rows = await follow_ups.of_chat(tx, lookup)
    return [row for row in rows if row.state is not FollowUpState.SENT]


def _local(programme: Programme, moments: Iterable[datetime]) -> tuple[datetime, ...]:
    zone = ZoneInfo(programme.force.timezone)
    return tuple(moment.astimezone(zone) for moment in moments)
