"""Which days of a prompt suit somebody best, and when a message comes on each of them.

To the rules most days of a year are like others in the same place of a duty cycle: they are looked
at once. What is kept depends on nothing but its key and on what `days_of` was asked with, so it is
never out of date; nothing about anybody goes into it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.core.contact_times.choices import PART_HOURS, ContactTimes
from bot.core.contact_times.duty import ONE_DAY, at_wall, duty_of
from bot.core.contact_times.duty_patterns import A_MONDAY, ShiftTimes
from bot.core.contact_times.moments import (
    earliest_allowed,
    how_it_suits,
    middle_of,
    moment_within,
    rules_for,
)
from bot.core.contact_times.rules import MIDNIGHT
from bot.core.programme import Window
from bot.core.year_ahead.prompts import Prompt, Prompts

MOST_DAYS = 1024
MOST_PROMPTS = 256
"""How many of each are kept, for everybody whose times are the same: half a megabyte."""


class _Day(NamedTuple):
    """When messages come on a day, as time since it began; None for never."""

    place: int | None
    """How well the day suits, 0 for best; None where it is not preferred to others."""
    preferred: timedelta | None
    """An invitation that waited for this day because it suits."""
    asked: timedelta | None
    """An invitation to a prompt that begins on this day."""
    first: timedelta | None
    """The first moment at which anything may come."""


class BestDays(NamedTuple):
    """The days of a prompt, by how many days they come after its first."""

    in_order: tuple[tuple[int, timedelta], ...]
    """An invitation comes on the first of them on which another message may come, so long after
    the prompt began."""
    first: tuple[timedelta | None, ...]
    """When on each of them anything may come at first; None for never."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known of everybody whose times are the same but for the first day of their cycle."""

    days: dict[tuple[int, int, time, time], _Day] = field(default_factory=dict)
    """By place in the cycle, the day itself if it is unlike others, and the window."""
    prompts: dict[tuple[int, tuple[time, time, int]], BestDays] = field(default_factory=dict)
    """By place in the cycle and shape, of prompts on days like any other."""


@dataclass(frozen=True, slots=True)
class DaysOf:
    """The days of one person's year."""

    timezone: str
    times: ContactTimes
    shift_times: ShiftTimes
    near_clock_changes: frozenset[int]
    cycle_begins: int
    cycle_days: int
    any_alike: bool
    kept: _Kept

    def best_for(self, prompt: Prompt) -> BestDays:
        """Return when messages about a prompt come, whatever else comes and is closed."""
        if prompt.near_a_clock_change or not self.any_alike:
            return self._best_for(prompt)
        key = (prompt.number - self.cycle_begins) % self.cycle_days, prompt.shape
        found = self.kept.prompts.get(key)
        if found is None:
            if len(self.kept.prompts) >= MOST_PROMPTS:
                self.kept.prompts.clear()
            found = self.kept.prompts[key] = self._best_for(prompt)
        return found

    def _best_for(self, prompt: Prompt) -> BestDays:
        in_order: tuple[list[tuple[int, timedelta]], ...] = [], [], []
        first = []
        for after in range(prompt.shape[-1]):
            number = prompt.number + after
            day = self._day(number, prompt.asking.window)
            begins = at_wall(date.fromordinal(number), MIDNIGHT, self.timezone) - prompt.opens
            if day.place is not None and day.preferred is not None:
                in_order[day.place].append((after, begins + day.preferred))
            unpreferred = day.first if after else day.asked
            if unpreferred is not None:
                in_order[-1].append((after, begins + unpreferred))
            first.append(None if day.first is None else begins + day.first)
        return BestDays(tuple(each for some in in_order for each in some), tuple(first))

    def _day(self, number: int, window: Window) -> _Day:
        is_unlike = number in self.near_clock_changes or not self.any_alike
        place = (number - self.cycle_begins) % self.cycle_days
        key = (place, number if is_unlike else 0, window.opens, window.closes)
        found = self.kept.days.get(key)
        if found is None:
            if len(self.kept.days) >= MOST_DAYS:
                self.kept.days.clear()
            found = self.kept.days[key] = self._looked_at(date.fromordinal(number), window)
        return found

    def _looked_at(self, day: date, window: Window) -> _Day:
        begins, ends = (at_wall(each, MIDNIGHT, self.timezone) for each in (day, day + ONE_DAY))
        duty = duty_of(self.times, self.shift_times, self.timezone)
        place, until = (duty and how_it_suits(duty, day)) or (None, begins)
        rules = rules_for(window, self.timezone, self.times, self.shift_times)
        first = earliest_allowed(begins, rules, ends)
        if first is None:
            return _Day(place, None, None, None)
        middle = middle_of(window, self.times, day, self.timezone)

        def from_first(end: datetime) -> timedelta | None:
            moment = moment_within(first, end, middle, rules, 0.0)
            return None if moment is None else moment - begins

        asked = from_first(ends)
        preferred = asked if until == ends else from_first(until)
        return _Day(place, preferred, asked, first - begins)


def days_of(
    times: ContactTimes, timezone: str, shift_times: ShiftTimes, prompts: Prompts
) -> DaysOf:
    """Return the days of somebody who is asked at these prompts."""
    cycle, begins = times.cycle() or ((None,), A_MONDAY)
    # A day that was named is like no other, and parts of the day are others on weekends.
    any_alike = not times.cancelled and times.part not in PART_HOURS
    kept = (
        _kept_for(timezone, shift_times, times.pattern, times.own_cycle, times.quiet)
        if any_alike
        else _Kept()
    )
    return DaysOf(
        timezone,
        times,
        shift_times,
        prompts.near_clock_changes,
        begins.toordinal(),
        len(cycle),
        any_alike,
        kept,
    )


# The five patterns of the table, whoever says nothing, and two more.
@lru_cache(maxsize=8)
def _kept_for(
    timezone: str,
    shift_times: ShiftTimes,
    pattern: str | None,
    own_cycle: str,
    quiet: tuple[time, time] | None,
) -> _Kept:
    return _Kept()
