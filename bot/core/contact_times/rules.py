"""Contact rules: every reason not to write to somebody at a moment.

Given a moment it would rather not have, a rule names the earliest one it accepts, never an
earlier one. A moment is allowed when no rule moves it. The sentences are those of "When to
ask"; hours of rest are real hours, whatever the clocks do in between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from bot.core.calendar import local_day
from bot.core.contact_times.choices import PartHours
from bot.core.contact_times.duty import ONE_DAY, Duty, at_wall
from bot.core.contact_times.duty_patterns import Shift

MIDNIGHT = time()
BEFORE_A_SHIFT = timedelta(hours=1)
AFTER_A_NIGHT = timedelta(hours=10)
SLEPT_IN_BY = time(16)
MOST_IN_A_DAY = 1
MOST_IN_A_WEEK = 2
_WEEK_DAYS = 7

Span = tuple[datetime, datetime]


class ContactRule(Protocol):
    """One reason to wait."""

    def earliest(self, moment: datetime) -> datetime:
        """Return the first acceptable moment that is not before `moment` (both UTC)."""


def _behind(moment: datetime, spans: Iterable[Span]) -> datetime:
    """Return `moment`, or the end of the first span it falls in."""
    return next((end for begin, end in spans if begin <= moment < end), moment)


@dataclass(frozen=True, slots=True)
class WithinWindow:
    """Only between two local times of day."""

    opens: time
    closes: time
    timezone: str

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the next opening of the window."""
        day = local_day(moment, self.timezone)
        opening = at_wall(day, self.opens, self.timezone)
        if moment < opening:
            return opening
        if moment < at_wall(day, self.closes, self.timezone):
            return moment
        return at_wall(day + ONE_DAY, self.opens, self.timezone)


@dataclass(frozen=True, slots=True)
class WithinPart:
    """Only in the part of the day that suits the officer."""

    hours: PartHours
    timezone: str

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the next beginning of the part."""
        day = local_day(moment, self.timezone)
        if self._is_whole(day):
            return moment
        begin = at_wall(day, self.hours.begins, self.timezone)
        if moment < begin:
            return begin
        if moment < at_wall(day, self.hours.ends, self.timezone):
            return moment
        following = day + ONE_DAY
        begins = MIDNIGHT if self._is_whole(following) else self.hours.begins
        return at_wall(following, begins, self.timezone)

    def _is_whole(self, day: date) -> bool:
        return self.hours.whole_weekends and day.isoweekday() > 5


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Never between two local times of day; they may span midnight."""

    begins: time
    ends: time
    timezone: str

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the end of the quiet hours it falls in."""
        today = local_day(moment, self.timezone)
        return _behind(moment, (self._span(day) for day in (today - ONE_DAY, today)))

    def _span(self, day: date) -> Span:
        last = day if self.begins < self.ends else day + ONE_DAY
        return at_wall(day, self.begins, self.timezone), at_wall(last, self.ends, self.timezone)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Never during a declared shift, nor in the hour before it."""

    duty: Duty

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the end of the shift."""
        today = local_day(moment, self.duty.timezone)
        spans = map(self.duty.span, (today - ONE_DAY, today, today + ONE_DAY))
        return _behind(moment, ((span[0] - BEFORE_A_SHIFT, span[1]) for span in spans if span))


@dataclass(frozen=True, slots=True)
class BetweenNights:
    """Never between two nights, nor within ten hours after one."""

    duty: Duty

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or when the sleep after the night before is over."""
        # A night ends by noon, so its ten hours end on the same day: no other night matters.
        today = local_day(moment, self.duty.timezone)
        last_night = self.duty.span(today - ONE_DAY)
        if last_night is None or self.duty.shift(today - ONE_DAY) is not Shift.NIGHT:
            return moment
        end = last_night[1]
        spans = [(end, end + AFTER_A_NIGHT)]
        tonight = self.duty.span(today)
        if tonight is not None and self.duty.shift(today) is Shift.NIGHT:
            spans.append((end, tonight[0]))
        return max(_behind(moment, [span]) for span in spans)


@dataclass(frozen=True, slots=True)
class AfterNights:
    """Never before 16:00 on the first rest day after nights."""

    duty: Duty

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the afternoon of the day."""
        today = local_day(moment, self.duty.timezone)
        if not self.duty.is_first_rest_day_after_nights(today):
            return moment
        return max(moment, at_wall(today, SLEPT_IN_BY, self.duty.timezone))


@dataclass(frozen=True, slots=True)
class CancelledRestDays:
    """Never on a rest day that was cancelled: nobody knows its hours."""

    days: frozenset[date]
    timezone: str

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the start of the next day that is none of these."""
        return _next_other_day(moment, self.days, self.timezone)


@dataclass(frozen=True, slots=True)
class BankHolidays:
    """Never on a bank holiday; for the office week alone."""

    days: frozenset[date]
    timezone: str

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the start of the next day that is none of these."""
        return _next_other_day(moment, self.days, self.timezone)


@dataclass(frozen=True, slots=True)
class BlackoutDates:
    """Never on a day on which the force asks nobody; not for what officers asked for."""

    days: frozenset[date]
    timezone: str

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the start of the next day that is none of these."""
        return _next_other_day(moment, self.days, self.timezone)


def _next_other_day(moment: datetime, days: frozenset[date], timezone: str) -> datetime:
    today = day = local_day(moment, timezone)
    while day in days:
        day += ONE_DAY
    return moment if day == today else at_wall(day, MIDNIGHT, timezone)


@dataclass(frozen=True, slots=True)
class Paused:
    """Never before the day on which a pause ends."""

    until: date
    timezone: str

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the start of the day on which the pause ends."""
        return max(moment, at_wall(self.until, MIDNIGHT, self.timezone))


@dataclass(frozen=True, slots=True)
class Caps:
    """At most one message on a local day, and two in any seven."""

    contacted: tuple[date, ...]
    """The local days of messages, one entry each."""
    timezone: str

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the start of the next day on which one more may come."""
        today = day = local_day(moment, self.timezone)
        while self.is_full(day):
            day += ONE_DAY
        return moment if day == today else at_wall(day, MIDNIGHT, self.timezone)

    def is_full(self, day: date) -> bool:
        """Whether no more may come on a day."""
        return is_one_too_many([(other - day).days for other in self.contacted])


def is_one_too_many(apart: Sequence[int]) -> bool:
    """Whether no more may come on a day from which the days of others are so far apart."""
    if apart.count(0) >= MOST_IN_A_DAY:
        return True
    # Messages planned for later days count as well: any seven days that hold this one.
    near = [days for days in apart if abs(days) < _WEEK_DAYS]
    if len(near) < MOST_IN_A_WEEK:
        return False
    return any(
        sum(first <= days < first + _WEEK_DAYS for days in near) >= MOST_IN_A_WEEK
        for first in range(1 - _WEEK_DAYS, 1)
    )


DUTY_RULES = (OnDuty, BetweenNights, AfterNights, CancelledRestDays, BankHolidays)
"""What gives way when a message that was asked for would otherwise not come at all."""

KEPT_ALWAYS = (QuietHours, Paused)
"""What gives way to nothing."""
