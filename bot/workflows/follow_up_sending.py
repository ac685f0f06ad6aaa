"""Sending what was asked for: due rows are claimed, sent at Telegram's pace, and marked.

As with invitations a claim runs out, so a message may come twice when a sender is killed in
between, and none is lost. A row that asks a check-in stays until it is answered or a week is
over; every other one goes as soon as its message has arrived.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.calendar import PROMPT_LIFE
from bot.core.profiles import FollowUpAddress, Profile
from bot.core.programme import Programme
from bot.sealing.address import AddressKeys, CannotOpenAddress
from bot.workflows import follow_up_moments as moments
from bot.workflows.answer import is_asked
from bot.workflows.catalogue import Catalogue, RoundInView
from bot.workflows.follow_up_kinds import AFTER, INSTRUMENT_OF
from bot.workflows.follow_up_lookups import erase_all
from bot.workflows.invite import (
    BATCH,
    FIRST_BACKOFF,
    LEASE,
    LONGEST_BACKOFF,
    SendingReport,
    Sent,
    TryLater,
)
from bot.workflows.moment import Now, RandomBytes, fraction
from storage import enrolments, follow_ups
from storage.engine import Storage
from storage.enrolments import Enrolment
from storage.follow_ups import ClaimedFollowUp
from storage.states import EnrolmentState, FollowUpKind

log = logging.getLogger(__name__)

EXPIRING = timedelta(hours=1)
"""How often what was not answered in time is let go."""


@dataclass(frozen=True, slots=True)
class FollowUpMessage:
    """What is to be sent to one chat."""

    telegram_id: int = field(repr=False)
    language: str
    kind: FollowUpKind
    asks: bool
    """Whether there are questions behind it."""


class FollowUpMessenger(Protocol):
    """What sends; `bot.officer.messenger` does it over Telegram."""

    async def follow_up(self, message: FollowUpMessage) -> Sent | TryLater:
        """Send one message, keeping to the allowed pace."""


def round_for(catalogue: Catalogue, kind: FollowUpKind, now: datetime) -> RoundInView | None:
    """Return the round whose check-in a follow-up asks now; None when it asks nothing."""
    instrument = INSTRUMENT_OF.get(kind)
    return next(
        (
            view
            for view in catalogue.rounds.values()
            if view.instrument.id == instrument and view.takes_answers(0, now)
        ),
        None,
    )


async def expire(storage: Storage, now: datetime) -> int:
    """Let go of what was sent a week ago and not answered; return how many."""
    async with storage.transaction("expire follow-ups") as tx:
        return await follow_ups.expire(tx, now - PROMPT_LIFE)


async def send_due(
    storage: Storage,
    keys: AddressKeys,
    messenger: FollowUpMessenger,
    catalogue: Catalogue,
    now: Now,
    random: RandomBytes,
) -> SendingReport:
    """Send everything that is due now; return what happened."""
    totals: dict[str, int] = {}
    if catalogue.programme is None:
        # Nothing is known yet of when anybody may be written to.
        return SendingReport()
    while True:
        async with storage.transaction("claim follow-ups") as tx:
            claimed = await follow_ups.claim_due(tx, now(), now() + LEASE, BATCH)
        if not claimed:
            return SendingReport(**totals)
        sender = _Sender(storage, keys, messenger, catalogue, catalogue.programme, now, random)
        for outcome in await sender.send_all(claimed):
            totals[outcome] = totals.get(outcome, 0) + 1
        if "told_to_wait" in totals:
            # The rest would only be claimed to be put back; the next run finds it.
            return SendingReport(**totals)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the records say about the chats of one batch."""

    joined: dict[int, Enrolment]
    asked: set[bytes]
    """The follow-ups whose questions the chat may answer."""


@dataclass(frozen=True, slots=True)
class _Sender:
    """Sends claimed follow-ups and notes what became of each."""

    storage: Storage
    keys: AddressKeys
    messenger: FollowUpMessenger
    catalogue: Catalogue
    programme: Programme
    now: Now
    random: RandomBytes

    async def send_all(self, claimed: Sequence[ClaimedFollowUp]) -> list[str]:
        """Send a batch; return which count of the report each belongs to."""
        addresses: dict[bytes, FollowUpAddress] = {}
        for claim in claimed:
            try:
                plain = self.keys.open_address(claim.address, claim.id)
                addresses[claim.id] = FollowUpAddress.from_bytes(plain)
            except CannotOpenAddress as error:
                log.error("%s", error)
        known = await self._known(claimed, addresses)
        return await asyncio.gather(
            *(self._send(claim, addresses.get(claim.id), known) for claim in claimed)
        )

    async def _known(
        self, claimed: Sequence[ClaimedFollowUp], addresses: Mapping[bytes, FollowUpAddress]
    ) -> _Known:
        known = _Known({}, set())
        async with self.storage.read("whom to follow up") as tx:
            for chat in {address.telegram_id for address in addresses.values()}:
                enrolment = await enrolments.by_lookup(tx, self.keys.lookup(chat))
                if enrolment is not None:
                    known.joined[chat] = enrolment
            for claim in claimed:
                address = addresses.get(claim.id)
                view = round_for(self.catalogue, claim.kind, self.now())
                if address is None or view is None or address.telegram_id not in known.joined:
                    continue
                if await is_asked(tx, self.keys, address.telegram_id, view):
                    known.asked.add(claim.id)
        return known

    async def _send(
        self,
        claim: ClaimedFollowUp,
        address: FollowUpAddress | None,
        known: _Known,
    ) -> str:
        if address is None:
            # Not removed: with the right keys back in their folder it still comes.
            return await self._put_back(claim, self.now() + LONGEST_BACKOFF)
        chat = address.telegram_id
        enrolment = known.joined.get(chat)
        profile = moments.profile_in(enrolment, self.keys, chat)
        moment = self._moment(claim, address, enrolment, profile)
        if moment is None:
            return await self._leave(claim)
        if moment > self.now():
            return await self._put_back(claim, moment)
        language = address.language if enrolment is None else profile.language
        asks = claim.id in known.asked
        outcome = await self.messenger.follow_up(
            FollowUpMessage(chat, language, claim.kind, asks=asks)
        )
        match outcome:
            case Sent.ARRIVED:
                return await self._arrived(claim, asks=asks)
            case Sent.BLOCKED:
                return await self._end(chat)
            case TryLater(after=after):
                await self._put_back(claim, self.now() + (after or _backoff(claim)))
                return "later" if after is None else "told_to_wait"

    def _moment(
        self,
        claim: ClaimedFollowUp,
        address: FollowUpAddress,
        enrolment: Enrolment | None,
        profile: Profile,
    ) -> datetime | None:
        """Return when a message may go out, now or later; None when not at all any more."""
        now = self.now()
        if claim.kind is FollowUpKind.TOMORROW:
            return moments.checking_on(now, profile, self.programme)
        jitter = fraction(self.random)
        if claim.kind is FollowUpKind.RESUME:
            if enrolment is None or enrolment.state is not EnrolmentState.ACTIVE:
                return None
            allowed = moments.resuming(now, profile, self.programme)
            if allowed is None or allowed == now:
                return allowed
            return moments.resuming(now, profile, self.programme, jitter)
        asked_at = address.asked_at or claim.due_at - AFTER[claim.kind].after
        asked = (claim.kind, asked_at, profile, self.programme, now)
        allowed = moments.after_tough_job(*asked)
        # What has to wait is spread again: a team at the same job must not be met at once.
        return allowed if allowed in (None, now) else moments.after_tough_job(*asked, jitter)

    async def _arrived(self, claim: ClaimedFollowUp, *, asks: bool) -> str:
        async with self.storage.transaction("mark follow-up") as tx:
            if asks:
                await follow_ups.mark_sent(tx, claim.id, self.now())
            else:
                await follow_ups.remove(tx, claim.id)
        return "arrived"

    async def _leave(self, claim: ClaimedFollowUp) -> str:
        async with self.storage.transaction("drop follow-up") as tx:
            await follow_ups.remove(tx, claim.id)
        return "unwanted"

    async def _end(self, chat: int) -> str:
        async with self.storage.transaction("end follow-ups") as tx:
            await erase_all(tx, self.keys, chat)
        return "blocked"

    async def _put_back(self, claim: ClaimedFollowUp, due_at: datetime) -> str:
        async with self.storage.transaction("put follow-up back") as tx:
            await follow_ups.put_back(tx, claim.id, due_at)
        return "later"


def _backoff(claim: ClaimedFollowUp) -> timedelta:
    """Return how long to wait after a failed attempt: doubling, up to half an hour."""
    return min(LONGEST_BACKOFF, FIRST_BACKOFF * (1 << (min(claim.attempts, 10) - 1)))
