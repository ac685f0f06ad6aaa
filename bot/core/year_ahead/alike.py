"""Days alike: to the rules most days of a year are, and what one of them gave the others give.

What is kept depends on nothing but its key and on what `alike_for` was asked with, so it is never
out of date; nothing about anybody goes into it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import lru_cache

from bot.core.contact_times.choices import PART_HOURS, ContactTimes
from bot.core.contact_times.duty_patterns import A_MONDAY, ShiftTimes

MOST_KEPT = 16_384

Known = dict[tuple[object, ...], timedelta | None]
"""How long after midnight of its day a message comes, by all that this depends on."""


@dataclass(frozen=True, slots=True)
class Alike:
    """What is known of everybody whose times are the same but for the first day of their cycle."""

    first: int
    length: int
    known: Known = field(repr=False)

    def after(
        self, day: date, rest: tuple[object, ...], work: Callable[[], timedelta | None]
    ) -> timedelta | None:
        """Return how long after its day's midnight a message comes; None for never.

        It depends on where in the cycle the day is, and on the `rest`; `work` works it out.
        """
        key = ((day.toordinal() - self.first) % self.length, *rest)
        # Zero stands for what is not known: hardly a message comes at midnight.
        after = self.known.get(key, timedelta())
        if after == timedelta():
            if len(self.known) >= MOST_KEPT:
                self.known.clear()
            after = self.known[key] = work()
        return after


def alike_for(times: ContactTimes, timezone: str, shift_times: ShiftTimes) -> Alike | None:
    """Return what is known for somebody's times; None where no two days are alike to them."""
    if times.cancelled or times.part in PART_HOURS:
        return None
    cycle, anchor = times.cycle() or ((None,), A_MONDAY)
    known = _known_for(timezone, shift_times, times.pattern, times.own_cycle, times.quiet)
    return Alike(anchor.toordinal(), len(cycle), known)


@lru_cache(maxsize=32)
def _known_for(
    timezone: str,
    shift_times: ShiftTimes,
    pattern: str | None,
    own_cycle: str,
    quiet: tuple[time, time] | None,
) -> Known:
    return {}
