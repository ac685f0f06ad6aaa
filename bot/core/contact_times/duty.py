"""Duty: the shift somebody declared for a day, and the instants at which it begins and ends.

A rest day that was cancelled counts as a worked day. Nothing is known beyond what the officer
said: leave, sickness and swaps are not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.core.calendar import instant
from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.duty_patterns import Cycle, Shift, ShiftHours, ShiftTimes

ONE_DAY = timedelta(days=1)

# A force plans thousands of officers over the same few days and times of day.
at_wall = lru_cache(maxsize=16_384)(instant)
"""`instant`, remembered."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One officer's declared duty."""

    cycle: Cycle
    anchor: date
    cancelled: frozenset[date]
    hours: Mapping[Shift, ShiftHours]
    timezone: str

    def declared(self, day: date) -> Shift:
        """Return what the cycle says about a day."""
        return self.cycle[(day - self.anchor).days % len(self.cycle)]

    def shift(self, day: date) -> Shift:
        """Return what is worked on a day, cancelled rest days included."""
        shift = self.declared(day)
        return Shift.DAY if shift is Shift.REST and day in self.cancelled else shift

    def span(self, day: date) -> tuple[datetime, datetime] | None:
        """Return when the shift that begins on a day begins and ends; None on a rest day."""
        shift = self.shift(day)
        if shift is Shift.REST:
            return None
        hours = self.hours[shift]
        last = day + ONE_DAY if hours.ends_next_day else day
        return at_wall(day, hours.begins, self.timezone), at_wall(last, hours.ends, self.timezone)

    def is_second_rest_day(self, day: date) -> bool:
        """Whether a day is the second rest day in a row."""
        return (
            self.shift(day) is Shift.REST
            and self.shift(day - ONE_DAY) is Shift.REST
            and self.shift(day - 2 * ONE_DAY) is not Shift.REST
        )

    def is_first_rest_day_after_nights(self, day: date) -> bool:
        """Whether a day is the first that can be rested on since a night."""
        if self.shift(day) is not Shift.REST:
            return False
        before = day - ONE_DAY
        # Whoever worked on the day after nights has not yet slept in.
        while before in self.cancelled and self.declared(before) is Shift.REST:
            before -= ONE_DAY
        return self.declared(before) is Shift.NIGHT


def duty_of(times: ContactTimes, shift_times: ShiftTimes, timezone: str) -> Duty | None:
    """Return the duty an officer declared, or None."""
    declared = times.cycle()
    if declared is None:
        return None
    cycle, anchor = declared
    hours = shift_times.hours_in(cycle, office=times.in_office)
    return Duty(cycle, anchor, frozenset(times.cancelled), hours, timezone)
