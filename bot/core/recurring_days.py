"""The days of a recurrence, looked for no further than anybody could be asked.

A day that does not come again is looked for to the last year there is: from ours that takes
seconds, and everybody waits meanwhile. So days are looked for in years near the last one that
have the same calendar.
"""

from calendar import isleap
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final

from dateutil.rrule import rrulestr

YEARS_WITHOUT: Final = 9
"""Leap days are at most eight years apart (1896 to 1904, 2096 to 2104)."""

_LAST_YEAR: Final = date.max.year


def days_of(rule: str, starts_on: date, last: date) -> Iterator[date]:
    """Yield the days of an RRULE from its first one on, to `last` at most."""
    if last < starts_on:
        return
    later = _years_later(starts_on.year, last.year)
    end = last.replace(year=last.year + later)
    days = rrulestr(
        rule, dtstart=datetime.combine(starts_on.replace(year=starts_on.year + later), time())
    )
    # A week that begins in the last year there is may end in none.
    with suppress(ValueError, OverflowError):
        for moment in days:
            if moment.date() > end:
                return
            yield moment.date().replace(year=moment.year - later)


@lru_cache(maxsize=1024)
def comes_at_all(rule: str, starts_on: date) -> bool:
    """Whether an RRULE has a day within nine years of its first, or until the end of that year."""
    last = starts_on.year + YEARS_WITHOUT
    if last >= _LAST_YEAR:
        return False
    return next(days_of(rule, starts_on, date(last, 12, 31)), None) is not None


@lru_cache(maxsize=256)
def _years_later(first: int, last: int) -> int:
    """Return after how many years, at most, the calendar of those from `first` to `last` returns.

    It repeats itself after 400 years, so there are fewer than that behind it. The years around
    them count as well: weeks have their numbers by them.
    """
    if last + 1 >= _LAST_YEAR:
        return 0
    wanted = [_kind_of(year) for year in range(first - 1, last + 2)]
    return next(
        (
            later
            for later in range(_LAST_YEAR - 1 - last, 0, -1)
            if all(_kind_of(first - 1 + n + later) == kind for n, kind in enumerate(wanted))
        ),
        0,
    )


def _kind_of(year: int) -> tuple[int, bool]:
    """Return what tells a year's calendar: the weekday on which it begins, and its length."""
    return date(year, 1, 1).weekday(), isleap(year)
