"""Days of a recurrence: those of the rule itself, and none is looked for to the end of time."""

from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr

from bot.core.recurring_days import _years_later, comes_at_all, days_of

LAST = date(2110, 12, 31)


@pytest.mark.parametrize(
    "starts_on", [date(2000, 1, 3), date(2024, 2, 29), date(2026, 11, 22), date(2079, 12, 31)]
)
@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=WEEKLY;BYDAY=MO", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        *("FREQ=YEARLY", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU,MO"),
        *("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYYEARDAY=366,-1"),
        *("FREQ=WEEKLY;INTERVAL=3;WKST=SU;BYDAY=SU,MO", "FREQ=DAILY;INTERVAL=11;BYDAY=MO"),
        *("FREQ=MONTHLY;INTERVAL=5;BYDAY=MO,TU;BYSETPOS=-1", "FREQ=WEEKLY;COUNT=7"),
    ],
)
def test_they_are_those_that_the_rule_itself_has(rule: str, starts_on: date) -> None:
    plain = rrulestr(rule, dtstart=datetime(starts_on.year, starts_on.month, starts_on.day))
    found = plain.between(datetime(1999, 1, 1), datetime(2110, 12, 31), inc=True)
    assert list(days_of(rule, starts_on, LAST)) == [moment.date() for moment in found]


def test_none_comes_after_the_last_that_is_asked_for() -> None:
    weekly = ("FREQ=WEEKLY", date(2026, 11, 2))
    assert list(days_of(*weekly, date(2026, 11, 9))) == [date(2026, 11, 2), date(2026, 11, 9)]
    assert list(days_of(*weekly, date(2026, 11, 1))) == []
    # Behind the last year there is no other one with the same calendar.
    (*_, last) = days_of("FREQ=WEEKLY", date(9990, 12, 31), date.max)
    assert last == date(9999, 12, 27)


NEVER = (
    *("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=7;BYDAY=SU"),
    *("FREQ=DAILY;COUNT=3;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30"),
)


@pytest.mark.parametrize("rule", NEVER)
def test_a_day_that_never_comes_never_comes(rule: str) -> None:
    for day in (2, 9, 16):
        assert not comes_at_all(rule, date(2026, 11, day))
        assert list(days_of(rule, date(2026, 11, day), date(2060, 1, 1))) == []


@pytest.mark.parametrize("ahead", [9, 19])
def test_what_never_comes_is_looked_for_in_the_last_years_there_are(ahead: int) -> None:
    # From ours to the last one takes seconds, while everybody waits.
    for year in range(2000, 2080):
        assert year + ahead + _years_later(year, year + ahead) > date.max.year - 30


def test_what_comes_within_nine_years_comes() -> None:
    leap_day = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"
    assert comes_at_all(leap_day, date(2026, 11, 2))
    assert not comes_at_all(f"{leap_day};BYDAY=MO", date(2026, 11, 2))
    assert not comes_at_all("FREQ=WEEKLY", date(9999, 12, 20))
