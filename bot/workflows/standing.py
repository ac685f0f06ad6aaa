"""Standing: where an officer stands just before a message goes out, and when it may.

Read anew for each message. Claims are committed before anybody looks here, so of two senders
that want to write to one officer at least one sees the other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.calendar import instant, local_day
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
    invited: bool
    """Whether the invitation to the prompt was sent; when is not kept."""
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
    crowded, invited, planned = False, False, []
    for other in await deliveries.of_enrolment(tx, row.id):
        if other.id == delivery.id:
            continue
        if other.claimed_until is not None and other.claimed_until > now:
            crowded = True
        if other.state in (DeliveryState.DUE, DeliveryState.CLAIMED):
            planned.append(other.due_at)
        invites = other.kind is DeliveryKind.INVITATION and other.state is DeliveryState.SENT
        if invites and (other.round, other.prompt) == (delivery.round, delivery.prompt):
            invited = True
    return Standing(newest, row.state, bool(answered), crowded, invited, tuple(planned))


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
        opens = view.begins_at(delivery.prompt)
        # Better on the day of another message, which may yet be moved itself, than not at all.
        return spread.invitation(opens, latest, now, random) or contact.invitation(
            opens, latest, now, random
        )
    latest = min(latest, reminder_ends(delivery, view))
    if not standing.invited or now >= latest:
        return None
    return now if contact.is_allowed(now) else spread.later(now, latest, random)


def reminder_ends(reminder: ClaimedDelivery, view: RoundInView) -> datetime:
    """Return the end of the local day for which a reminder was drawn.

    It lies within 72 hours of the invitation. When that was sent is not kept, so a reminder
    that cannot go out at its moment comes later on its day, or not at all.
    """
    day = local_day(reminder.due_at, view.timezone)
    return instant(day + timedelta(days=1), MIDNIGHT, view.timezone)
