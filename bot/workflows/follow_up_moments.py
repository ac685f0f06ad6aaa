"""When a message that was asked for comes: never before it was promised, and as the rules allow.

The rules are looked at when it is asked for and again when it is to be sent: an officer may
have said something else meanwhile, and a sender that stood still must not wake anybody.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.core.contact_times.follow_ups import follow_up_moment, moment_between
from bot.core.contact_times.moments import earliest_allowed
from bot.core.contact_times.rules import KEPT_ALWAYS, ContactRule
from bot.core.profiles import Profile
from bot.core.programme import Programme, Window
from bot.sealing.address import AddressKeys
from bot.workflows import contact
from bot.workflows.follow_up_kinds import AFTER
from storage.enrolments import Enrolment
from storage.states import FollowUpKind

DEFAULT_WINDOW = Window(opens=time(11), closes=time(20))
ONE_DAY = timedelta(days=1)


def profile_in(enrolment: Enrolment | None, keys: AddressKeys, telegram_id: int) -> Profile:
    """Return an officer's profile; one that says nothing for whoever has not joined."""
    # One that cannot be read counts as one who said nothing: what was asked for comes all the
    # same, at the ordinary hours.
    known = enrolment and contact.open_profile(keys, enrolment.profile, enrolment.id)
    return known or Profile(telegram_id)


def rules_of(profile: Profile, programme: Programme, *, paused: bool) -> Sequence[ContactRule]:
    """Return an officer's rules for what they asked for, with or without their pause."""
    asked = [each for each in programme.check_ins if each.invites]
    window = asked[0].window if asked else DEFAULT_WINDOW
    kept = profile if paused else replace(profile, paused_until=None)
    return contact.rules_of(kept, programme, window, asked_for=True)


def after_tough_job(
    kind: FollowUpKind,
    asked_at: datetime,
    profile: Profile,
    programme: Programme,
    now: datetime,
    jitter: float = 0.0,
) -> datetime | None:
    """Return when a message after a tough job comes, `now` or later; None when it is too late.

    It waits for the end of a pause that ends in time, and else comes during it: a pause is for
    what nobody asked for, and under each of these messages is a button that stops them.
    """
    for paused in (True, False):
        rules = rules_of(profile, programme, paused=paused)
        moment = follow_up_moment(asked_at, AFTER[kind], rules, jitter, now=now)
        if moment is not None:
            return moment
    return None


def checking_on(now: datetime, profile: Profile, programme: Programme) -> datetime:
    """Return when a timer that is due rings: now, unless that would wake somebody."""
    rules = rules_of(profile, programme, paused=False)
    quiet = [rule for rule in rules if isinstance(rule, KEPT_ALWAYS)]
    # The moment was chosen with care when it was set; a shift that is new since is no reason
    # to leave somebody alone who asked not to be.
    if earliest_allowed(now, quiet, now + ONE_DAY) == now:
        return now
    return moment_between(now, now + ONE_DAY, rules) or now


def resuming(
    now: datetime, profile: Profile, programme: Programme, jitter: float = 0.0
) -> datetime | None:
    """Return when the end of a pause is told, `now` or later; None while it lasts on."""
    rules = rules_of(profile, programme, paused=True)
    return moment_between(now, now + 2 * ONE_DAY, rules, jitter)


def first_moments(
    asked_at: datetime, profile: Profile, programme: Programme, jitters: Sequence[float]
) -> list[datetime]:
    """Return when each message after a tough job comes if nothing changes, earliest first."""
    planned = []
    for kind, jitter in zip(AFTER, jitters, strict=True):
        moment = after_tough_job(kind, asked_at, profile, programme, asked_at, jitter)
        # Without a moment now there may be one when it is due; it is looked at again then.
        planned.append(moment or asked_at + AFTER[kind].after)
    return planned
