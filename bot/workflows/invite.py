"""Inviting: due deliveries are claimed, sent at Telegram's pace, and marked one by one.

A claim runs out, so a sender that is killed between sending and marking makes an invitation
come twice at worst, and none is ever lost.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from bot.core.contact_times import contact_rules, earliest_allowed, reminder_moment
from bot.core.profiles import Profile
from bot.sealing.address import AddressKeys
from bot.workflows.catalogue import Instruments, RoundInView, views_of
from bot.workflows.moment import Now, RandomBytes, fraction
from storage import deliveries, enrolments, participation, rounds
from storage.deliveries import ClaimedDelivery, Delivery
from storage.engine import Storage
from storage.states import DeliveryKind

log = logging.getLogger(__name__)

BATCH = 50
LEASE = timedelta(minutes=2)
FIRST_BACKOFF = timedelta(seconds=15)
LONGEST_BACKOFF = timedelta(minutes=30)
_ID_SIZE = 16


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is to be sent to one officer. `repr` names nobody."""

    profile: Profile
    view: RoundInView
    prompt: int
    unit: int
    reminder: bool


class Sent(Enum):
    """What became of a message, as far as Telegram said."""

    ARRIVED = "arrived"
    BLOCKED = "blocked"
    """The officer blocked the bot or the account is gone."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """Telegram did not take the message; `after` is how long it asked to wait, if it did."""

    after: timedelta | None = None


class Messenger(Protocol):
    """What sends; `bot.officer.messenger` does it over Telegram."""

    async def invite(self, invitation: Invitation) -> Sent | TryLater:
        """Send one invitation or reminder, keeping to the allowed pace."""


@dataclass(frozen=True, slots=True)
class SendingReport:
    """What one run of the sender did."""

    arrived: int = 0
    blocked: int = 0
    later: int = 0
    told_to_wait: int = 0
    """Telegram said for how long."""
    unwanted: int = 0
    """Expired, or answered meanwhile."""


async def send_due(
    storage: Storage,
    keys: AddressKeys,
    messenger: Messenger,
    instruments: Instruments,
    now: Now,
    random: RandomBytes,
) -> SendingReport:
    """Send everything that is due now; return what happened."""
    totals: dict[str, int] = {}
    views: dict[str, RoundInView] = {}
    while True:
        async with storage.transaction("claim deliveries") as tx:
            claimed = await deliveries.claim_due(tx, now(), now() + LEASE, BATCH)
            new = {delivery.round for delivery in claimed} - views.keys()
            rows = [row for row in [await rounds.get(tx, each) for each in sorted(new)] if row]
            views |= {view.id: view for view in await views_of(tx, rows, instruments)}
        if not claimed:
            return SendingReport(**totals)
        sender = _Sender(storage, keys, messenger, now, random, views)
        for outcome in await asyncio.gather(
            *(sender.send(each) for each in claimed if each.round in views)
        ):
            totals[outcome] = totals.get(outcome, 0) + 1
        if "told_to_wait" in totals:
            # The rest would only be claimed to be put back; the next run finds it.
            return SendingReport(**totals)


@dataclass(frozen=True, slots=True)
class _Sender:
    """Sends claimed deliveries and notes what became of each."""

    storage: Storage
    keys: AddressKeys
    messenger: Messenger
    now: Now
    random: RandomBytes
    views: Mapping[str, RoundInView]

    async def send(self, delivery: ClaimedDelivery) -> str:
        """Send one delivery; return which count of the report it belongs to."""
        view = self.views[delivery.round]
        unit = view.units.position_of_team(delivery.team)
        if unit is None or await self._is_unwanted(delivery, view):
            return await self._leave(delivery)
        allowed = self._allowed_from(view, delivery)
        if allowed is None:
            return await self._leave(delivery)
        if allowed > self.now():
            # It became due while the sender stood still, and now it would wake somebody.
            return await self._put_back(delivery, allowed)
        profile = Profile.from_bytes(self.keys.open_profile(delivery.profile, delivery.enrolment))
        outcome = await self.messenger.invite(
            Invitation(profile, view, delivery.prompt, unit, delivery.kind is DeliveryKind.REMINDER)
        )
        match outcome:
            case Sent.ARRIVED:
                return await self._arrived(delivery, view)
            case Sent.BLOCKED:
                return await self._end(delivery)
            case TryLater(after=after):
                await self._put_back(delivery, self.now() + (after or backoff(delivery)))
                return "later" if after is None else "told_to_wait"

    def _allowed_from(self, view: RoundInView, delivery: ClaimedDelivery) -> datetime | None:
        rules = contact_rules(view.check_in.window, view.timezone)
        return earliest_allowed(self.now(), rules, view.expires_at(delivery.prompt))

    async def _is_unwanted(self, delivery: ClaimedDelivery, view: RoundInView) -> bool:
        if not view.takes_answers(delivery.prompt, self.now()):
            return True
        async with self.storage.read("answered already") as tx:
            return bool(
                await participation.answered(
                    tx, delivery.round, delivery.prompt, [delivery.enrolment]
                )
            )

    async def _leave(self, delivery: ClaimedDelivery) -> str:
        async with self.storage.transaction("drop delivery") as tx:
            await deliveries.mark_expired(tx, delivery.id)
        return "unwanted"

    async def _arrived(self, delivery: ClaimedDelivery, view: RoundInView) -> str:
        async with self.storage.transaction("mark sent") as tx:
            marked = await deliveries.mark_sent(tx, delivery.id)
            reminder = self._reminder(delivery, view)
            if marked and reminder is not None:
                await deliveries.add_many(tx, [reminder])
        return "arrived"

    def _reminder(self, delivery: ClaimedDelivery, view: RoundInView) -> Delivery | None:
        hours = view.check_in.remind_after_hours
        if hours is None or delivery.kind is DeliveryKind.REMINDER:
            return None
        due_at = reminder_moment(
            sent=self.now(),
            after=timedelta(hours=hours),
            latest=view.expires_at(delivery.prompt),
            rules=contact_rules(view.check_in.window, view.timezone),
            jitter=fraction(self.random),
        )
        if due_at is None:
            return None
        return Delivery(
            id=self.random(_ID_SIZE),
            round=delivery.round,
            prompt=delivery.prompt,
            enrolment=delivery.enrolment,
            kind=DeliveryKind.REMINDER,
            due_at=due_at,
        )

    async def _end(self, delivery: ClaimedDelivery) -> str:
        async with self.storage.transaction("end enrolment") as tx:
            await enrolments.erase(tx, delivery.enrolment)
        return "blocked"

    async def _put_back(self, delivery: ClaimedDelivery, due_at: datetime) -> str:
        async with self.storage.transaction("put delivery back") as tx:
            await deliveries.put_back(tx, delivery.id, due_at)
        return "later"


def backoff(delivery: ClaimedDelivery) -> timedelta:
    """Return how long to wait after a failed attempt: doubling, up to half an hour."""
    return min(LONGEST_BACKOFF, FIRST_BACKOFF * (1 << (min(delivery.attempts, 10) - 1)))
