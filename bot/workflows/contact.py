"""Contact: one officer's rules, from what their profile says and what the force has set.

Who says something that cannot be read counts as having said nothing: the programme's window
and the ordinary quiet hours hold for them all the same.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bot.core.calendar import local_day
from bot.core.contact_times.choices import ContactTimes, InvalidContactTimes
from bot.core.contact_times.moments import (
    REMINDERS_END,
    SAID_NOTHING,
    earliest_allowed,
    invitation_moment,
    reminder_moment,
    rules_for,
)
from bot.core.contact_times.rules import ContactRule
from bot.core.profiles import Profile
from bot.core.programme import Programme, Window
from bot.sealing.address import NONCE_SIZE, AddressKeys
from bot.sealing.errors import CannotOpenProfile
from bot.workflows.moment import RandomBytes, fraction
from storage import enrolments
from storage.engine import WriteTransaction

log = logging.getLogger(__name__)

_ROOM = timedelta(hours=1)
"""A reminder is drawn so that it can still go out when it is this late."""

_DRAWS = 16
"""Where nights and duty leave less, a reminder comes soon after the first allowed moment."""


def open_profile(keys: AddressKeys, sealed: bytes, enrolment: bytes) -> Profile | None:
    """Return somebody's profile; None, and a line in the log, when it cannot be read.

    One damaged profile must not keep messages from everybody else.
    """
    try:
        return Profile.from_bytes(keys.open_profile(sealed, enrolment))
    except (CannotOpenProfile, TypeError, ValueError, KeyError) as error:
        log.error("somebody's profile cannot be read: %s", type(error).__name__)
        return None


def profile_or_nobody(keys: AddressKeys, sealed: bytes, enrolment: bytes) -> Profile:
    """Return somebody's profile; one that says nothing when it cannot be read."""
    return open_profile(keys, sealed, enrolment) or Profile(0)


def times_of(profile: Profile) -> ContactTimes:
    """Return when somebody wants to be written to."""
    try:
        return ContactTimes.from_json(profile.times)
    except InvalidContactTimes as error:
        # The message names a field and never what is in it.
        log.warning("somebody's contact times count as not said: %s", error)
        return SAID_NOTHING


def rules_of(
    profile: Profile, programme: Programme, window: Window, *, asked_for: bool = False
) -> tuple[ContactRule, ...]:
    """Return every rule for one officer; what they asked for has no caps, nor blackout dates."""
    return _rules(profile, times_of(profile), programme, window, asked_for=asked_for)


def _rules(
    profile: Profile,
    times: ContactTimes,
    programme: Programme,
    window: Window,
    *,
    asked_for: bool = False,
) -> tuple[ContactRule, ...]:
    force = programme.force
    return rules_for(
        window,
        force.timezone,
        times,
        force.shift_times,
        frozenset(force.bank_holidays),
        contacted=() if asked_for else profile.contacted,
        paused_until=profile.paused_until,
        blackout_dates=frozenset() if asked_for else frozenset(force.blackout_dates),
    )


@dataclass(frozen=True, slots=True)
class Contact:
    """When one officer may be written to about one check-in."""

    programme: Programme
    window: Window
    times: ContactTimes
    rules: Sequence[ContactRule]

    @staticmethod
    def of(
        profile: Profile,
        programme: Programme,
        window: Window,
        planned: Iterable[datetime] = (),
    ) -> "Contact":
        """Return what a profile, a force and a check-in's window say together.

        `planned` are other messages to this officer: each takes a day, like one that was sent.
        """
        days = tuple(day_of(moment, programme) for moment in planned)
        if days:
            profile = replace(profile, contacted=(*profile.contacted, *days))
        times = times_of(profile)
        return Contact(programme, window, times, _rules(profile, times, programme, window))

    def is_allowed(self, moment: datetime) -> bool:
        """Whether no rule forbids a moment."""
        return earliest_allowed(moment, self.rules, moment + timedelta(minutes=1)) == moment

    def invitation(
        self, opens: datetime, latest: datetime, now: datetime, random: RandomBytes
    ) -> datetime | None:
        """Return a moment of their own for an invitation; None when no moment is left."""
        return invitation_moment(
            opens,
            latest,
            now,
            self.window,
            self.rules,
            self.programme.force.timezone,
            fraction(random),
            self.times,
            self.programme.force.shift_times,
        )

    def reminder(
        self, sent: datetime, after: timedelta, latest: datetime, random: RandomBytes
    ) -> datetime | None:
        """Return when the reminder of something that was sent comes; None when it does not.

        `after` is at least 48 hours; it comes within 72. It is drawn over all of that, so that
        it does not tell when the other was sent.
        """
        longest = min(latest - sent, REMINDERS_END) - _ROOM
        for _ in range(_DRAWS if longest > after else 0):
            moment = sent.astimezone(UTC) + after + (longest - after) * abs(fraction(random))
            if self.is_allowed(moment) and self.is_allowed(moment + _ROOM):
                return moment
        return reminder_moment(sent, after, latest, self.rules, fraction(random))

    def later(self, now: datetime, latest: datetime, random: RandomBytes) -> datetime | None:
        """Return an allowed moment from `now` on and before `latest`; None without one."""
        return reminder_moment(now, timedelta(), latest, self.rules, fraction(random))


def _as_it_is(profile: Profile) -> Profile:
    return profile


async def note_message(
    tx: WriteTransaction,
    keys: AddressKeys,
    officer: int,
    enrolment: bytes,
    day: date,
    random: RandomBytes,
    change: Callable[[Profile], Profile] = _as_it_is,
) -> Profile | None:
    """Note that a message arrived on a local day, in the newest profile; return it.

    Settings changed while the message was under way stay. None when the enrolment is gone:
    nothing is kept then.
    """
    row = await enrolments.lock_by_lookup(tx, keys.lookup(officer))
    # Whoever erased everything and joined again was not written to as who they are now.
    if row is None or row.id != enrolment:
        return None
    newest = Profile.from_bytes(keys.open_profile(row.profile, row.id))
    noted = change(newest.written_to_on(day))
    sealed = keys.seal_profile(noted.to_bytes(), row.id, random(NONCE_SIZE))
    await enrolments.update_profile(tx, row.id, sealed)
    return noted


def day_of(moment: datetime, programme: Programme) -> date:
    """Return the local day of a moment, as the caps count it."""
    return local_day(moment, programme.force.timezone)
