"""Inviting: due deliveries are claimed, sent at Telegram's pace, and marked one by one.

A claim runs out, so a sender that is killed between sending and marking makes an invitation
come twice at worst, and none is ever lost. What was planned is a wish: whether somebody may be
written to is asked of their newest profile just before a message goes out.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from bot.core.contact_times.moments import ToSend, what_to_send
from bot.core.profiles import Profile
from bot.core.rounds import RoundState
from bot.sealing.address import AddressKeys
from bot.workflows import enrol
from bot.workflows.catalogue import Instruments, RoundInView, views_of
from bot.workflows.contact import Contact, day_of, note_message
from bot.workflows.moment import Now, RandomBytes, fraction
from bot.workflows.standing import Standing, next_moment, reminder_ends, standing_of
from storage import deliveries, rounds
from storage.deliveries import ClaimedDelivery, Delivery
from storage.engine import Storage, WriteTransaction
from storage.states import DeliveryKind, EnrolmentState

log = logging.getLogger(__name__)

BATCH = 50
LEASE = timedelta(minutes=2)
FIRST_BACKOFF = timedelta(seconds=15)
LONGEST_BACKOFF = timedelta(minutes=30)
_ID_SIZE = 16
_OVER = frozenset({"arrived", "blocked", "unwanted"})


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
    """What sends; `bot.officer.messenger` does it over Telegram, keeping to the allowed pace."""

    async def invite(self, invitation: Invitation) -> Sent | TryLater:
        """Send one invitation or reminder."""

    async def ask_to_carry_on(self, profile: Profile) -> Sent | TryLater:
        """Ask somebody who left several rounds unanswered whether to carry on."""


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
    invited: int = 0
    """Invitations that are over, whatever became of them: what is counted in the open. Reminders
    go to those alone who did not answer, and whom nobody hears from is not even invited."""


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
    # Once Telegram asks to wait, the rest would only be claimed to be put back: the next run
    # finds it.
    while "told_to_wait" not in totals:
        async with storage.transaction("claim deliveries") as tx:
            claimed = await deliveries.claim_due(tx, now(), now() + LEASE, BATCH)
            new = {delivery.round for delivery in claimed} - views.keys()
            rows = [row for row in [await rounds.get(tx, each) for each in sorted(new)] if row]
            views |= {view.id: view for view in await views_of(tx, rows, instruments)}
            firsts = await _one_each(tx, claimed)
        if not claimed:
            break
        sender = _Sender(storage, keys, messenger, now, random, views)
        known = [each for each in firsts if each.round in views]
        outcomes = await asyncio.gather(*(sender.send(each) for each in known))
        for each, outcome in zip(known, outcomes, strict=True):
            totals[outcome] = totals.get(outcome, 0) + 1
            if each.kind is DeliveryKind.INVITATION and outcome in _OVER:
                totals["invited"] = totals.get("invited", 0) + 1
    if "blocked" in totals:
        # Deleted rows must not linger in a log file of the database either.
        await storage.tidy()
    return SendingReport(**totals)


async def _one_each(
    tx: WriteTransaction, claimed: Sequence[ClaimedDelivery]
) -> list[ClaimedDelivery]:
    """Return the earliest delivery of each officer; the others wait until it has gone out."""
    firsts: dict[bytes, ClaimedDelivery] = {}
    for delivery in claimed:
        if firsts.setdefault(delivery.enrolment, delivery) is not delivery:
            await deliveries.put_back(tx, delivery.id, delivery.due_at)
    return list(firsts.values())


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
        if unit is None or not view.takes_answers(delivery.prompt, self.now()):
            return await self._leave(delivery)
        async with self.storage.read("before sending") as tx:
            standing = await standing_of(tx, self.keys, delivery, self.now())
        if standing is None:
            # A key may be missing here that is there after the next start.
            return await self._put_back(delivery, self.now() + backoff(delivery))
        if standing.state is EnrolmentState.STOPPED:
            return await self._put_back(delivery, self.now())
        if standing.crowded:
            # At another distance each time, or two senders would wait for each other for ever.
            wait = FIRST_BACKOFF * (1 + 3 * abs(fraction(self.random)))
            return await self._put_back(delivery, self.now() + wait)
        return await self._send_if_wanted(delivery, view, unit, standing)

    async def _send_if_wanted(
        self, delivery: ClaimedDelivery, view: RoundInView, unit: int, standing: Standing
    ) -> str:
        reminder = delivery.kind is DeliveryKind.REMINDER
        profile = standing.profile
        wanted = what_to_send(profile.ignored, profile.asked_to_carry_on)
        if standing.answered or wanted is ToSend.NOTHING:
            return await self._leave(delivery)
        if reminder and wanted is not ToSend.CHECK_IN:
            return await self._leave(delivery)
        moment = next_moment(delivery, view, standing, self.now(), self.random)
        if moment is None:
            return await self._leave(delivery)
        if moment > self.now():
            # It would wake somebody, or be one message too many, or settings have changed.
            return await self._put_back(delivery, moment)
        if wanted is ToSend.ASK_TO_CARRY_ON:
            outcome = await self.messenger.ask_to_carry_on(profile)
        else:
            outcome = await self.messenger.invite(
                Invitation(profile, view, delivery.prompt, unit, reminder)
            )
        match outcome:
            case Sent.ARRIVED if wanted is ToSend.ASK_TO_CARRY_ON:
                return await self._asked(delivery, view, profile)
            case Sent.ARRIVED:
                return await self._arrived(delivery, view, profile)
            case Sent.BLOCKED:
                return await self._end(delivery)
            case TryLater(after=after):
                await self._put_back(delivery, self.now() + (after or backoff(delivery)))
                return "later" if after is None else "told_to_wait"

    async def _leave(self, delivery: ClaimedDelivery) -> str:
        async with self.storage.transaction("drop delivery") as tx:
            await deliveries.mark_expired(tx, delivery.id, self._level(delivery))
        return "unwanted"

    def _level(self, delivery: ClaimedDelivery) -> datetime:
        """Return what stands for when something was due once it is over.

        The same for everybody: the moment itself would tell when somebody joined.
        """
        return self.views[delivery.round].begins_at(delivery.prompt)

    async def _arrived(self, delivery: ClaimedDelivery, view: RoundInView, profile: Profile) -> str:
        sent = self.now()
        day = day_of(sent, view.programme)
        async with self.storage.transaction("mark sent") as tx:
            # The round before the officer, in the order in which a round is closed.
            row = await rounds.lock_shared(tx, delivery.round)
            noted = await note_message(
                tx, self.keys, profile.telegram_id, delivery.enrolment, day, self.random
            )
            marked = await deliveries.mark_sent(tx, delivery.id, self._level(delivery))
            if marked and noted is not None and row.state is RoundState.OPEN:
                planned = await deliveries.waiting_of(tx, [delivery.enrolment])
                others = [moment for _, moment in planned]
                reminder = self._reminder(delivery, view, noted, sent, others)
                await deliveries.add_many(tx, [reminder] if reminder else [])
        return "arrived"

    def _reminder(
        self,
        delivery: ClaimedDelivery,
        view: RoundInView,
        noted: Profile,
        sent: datetime,
        planned: Sequence[datetime],
    ) -> Delivery | None:
        hours = view.check_in.remind_after_hours
        if hours is None or delivery.kind is DeliveryKind.REMINDER:
            return None
        contact = Contact.of(noted, view.programme, view.check_in.window, planned)
        latest = view.expires_at(delivery.prompt)
        due_at = contact.reminder(sent, timedelta(hours=hours), latest, self.random)
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

    async def _asked(self, delivery: ClaimedDelivery, view: RoundInView, profile: Profile) -> str:
        day = day_of(self.now(), view.programme)
        async with self.storage.transaction("mark asked") as tx:
            await note_message(
                tx, self.keys, profile.telegram_id, delivery.enrolment, day, self.random, _asked
            )
            # The invitation itself was not sent: nobody can leave this prompt unanswered.
            await deliveries.mark_expired(tx, delivery.id, self._level(delivery))
        return "arrived"

    async def _end(self, delivery: ClaimedDelivery) -> str:
        async with self.storage.transaction("end enrolment") as tx:
            await enrol.erase_enrolment(tx, self.keys, delivery.enrolment, delivery.team)
        return "blocked"

    async def _put_back(self, delivery: ClaimedDelivery, due_at: datetime) -> str:
        reminder = delivery.kind is DeliveryKind.REMINDER
        if reminder and due_at >= reminder_ends(delivery, self.views[delivery.round]):
            # Each time by a little, it would come days too late.
            return await self._leave(delivery)
        async with self.storage.transaction("put delivery back") as tx:
            await deliveries.put_back(tx, delivery.id, due_at)
        return "later"


def _asked(profile: Profile) -> Profile:
    """Return the profile of somebody who was just asked whether to carry on."""
    # Who answered meanwhile need not be asked, and is asked again after other four rounds.
    still = what_to_send(profile.ignored, asked_to_carry_on=False) is ToSend.ASK_TO_CARRY_ON
    return replace(profile, asked_to_carry_on=still)


def backoff(delivery: ClaimedDelivery) -> timedelta:
    """Return how long to wait after a failed attempt: doubling, up to half an hour."""
    return min(LONGEST_BACKOFF, FIRST_BACKOFF * (1 << (min(delivery.attempts, 10) - 1)))
