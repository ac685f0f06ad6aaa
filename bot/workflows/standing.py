"""Standing: where an officer stands just before a message goes out, and when it may.

Read anew for each message. Claims are committed before anybody looks here, so of two senders
that want to write to one officer at least one sees the other.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.core.calendar import instant
from bot.core.contact_times import REMINDERS_END
from bot.core.profiles import Profile
from bot.sealing.address import AddressKeys
from bot.workflows.catalogue import MIDNIGHT, RoundInView
from bot.workflows.contact import Contact, open_profile
from bot.workflows.moment import RandomBytes
from storage import deliveries, enrolments, participation
from storage.deliveries import ClaimedDelivery
from storage.engine import ReadTransaction
from storage.states import DeliveryKind, DeliveryState, EnrolmentState


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one officer and one prompt at this moment."""

    profile: Profile
    state: EnrolmentState
    answered: bool
    crowded: bool
    """Another message to this officer is under way."""
    invited_at: datetime | None
    """When the invitation to the prompt was sent."""
    planned: tuple[datetime, ...] = ()
    """When other messages to this officer are due."""


async def standing_of(
    tx: ReadTransaction, keys: AddressKeys, delivery: ClaimedDelivery, now: datetime
) -> Standing | None:
    """Return where an officer stands; None when their profile cannot be read, or is gone."""
    claimed = open_profile(keys, delivery.profile, delivery.enrolment)
    if claimed is None:
        return None
    row = await enrolments.by_lookup(tx, keys.lookup(claimed.telegram_id))
    if row is None or row.id != delivery.enrolment:
        return None
    newest = open_profile(keys, row.profile, row.id)
    if newest is None:
        return None
    answered = await participation.answered(tx, delivery.round, delivery.prompt, [row.id])
    crowded, invited_at, planned = False, None, []
    for other in await deliveries.of_enrolment(tx, row.id):
        if other.id == delivery.id:
            continue
        if other.claimed_until is not None and other.claimed_until > now:
            crowded = True
        if other.state in (DeliveryState.DUE, DeliveryState.CLAIMED):
            planned.append(other.due_at)
        invites = other.kind is DeliveryKind.INVITATION and other.state is DeliveryState.SENT
        if invites and (other.round, other.prompt) == (delivery.round, delivery.prompt):
            invited_at = other.due_at
    return Standing(newest, row.state, bool(answered), crowded, invited_at, tuple(planned))


def next_moment(
    delivery: ClaimedDelivery,
    view: RoundInView,
    standing: Standing,
    now: datetime,
    random: RandomBytes,
) -> datetime | None:
    """Return `now` when a message may go out, else when it may; None when it may not any more."""
    check_in, profile = view.check_in, standing.profile
    contact = Contact.of(profile, view.programme, check_in.window)
    latest = view.expires_at(delivery.prompt)
    spread = Contact.of(profile, view.programme, check_in.window, standing.planned)
    if delivery.kind is DeliveryKind.INVITATION:
        if contact.is_allowed(now):
            return now
        opens = instant(view.plan.prompts[delivery.prompt], MIDNIGHT, view.timezone)
        # Better on the day of another message, which may yet be moved itself, than not at all.
        return spread.invitation(opens, latest, now, random) or contact.invitation(
            opens, latest, now, random
        )
    if standing.invited_at is None or now - standing.invited_at > REMINDERS_END:
        return None
    if contact.is_allowed(now):
        return now
    return spread.reminder(standing.invited_at, now - standing.invited_at, latest, random)
