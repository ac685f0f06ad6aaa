"""The calendar of a year to come: rounds, prompts, and the days on which the clocks change."""

from datetime import date, timedelta

import pytest

from bot.core.year_ahead.days import (
    ClockChange,
    Span,
    clock_changes_in,
    plans_in,
    rounds_in,
    year_from,
)
from tests.core.builders import a_programme, check_in_content

THE_YEAR = year_from(date(2026, 11, 22))


def test_a_year_ends_before_the_same_day_of_the_next() -> None:
    assert Span(date(2026, 11, 22), date(2027, 11, 22)) == THE_YEAR
    assert date(2027, 11, 21) in THE_YEAR
    assert date(2027, 11, 22) not in THE_YEAR
    assert date(2026, 11, 21) not in THE_YEAR


def test_a_year_from_a_leap_day_ends_with_february() -> None:
    assert year_from(date(2028, 2, 29)) == Span(date(2028, 2, 29), date(2029, 3, 1))


def test_both_changes_of_the_clocks_are_there() -> None:
    assert clock_changes_in("Europe/London", THE_YEAR) == (
        ClockChange(date(2027, 3, 28), 60),
        ClockChange(date(2027, 10, 31), -60),
    )


def test_a_year_that_begins_on_the_day_of_a_change_has_it() -> None:
    span = Span(date(2027, 3, 28), date(2027, 3, 29))
    assert clock_changes_in("Europe/London", span) == (ClockChange(date(2027, 3, 28), 60),)


@pytest.mark.parametrize("timezone", ["UTC", "Asia/Kolkata"])
def test_where_no_clock_changes_there_is_none(timezone: str) -> None:
    assert clock_changes_in(timezone, THE_YEAR) == ()


def test_a_change_of_half_an_hour_is_thirty_minutes() -> None:
    changes = clock_changes_in("Australia/Lord_Howe", THE_YEAR)
    assert [change.minutes for change in changes] == [-30, 30]


def test_a_round_that_is_open_on_the_first_day_is_there_and_one_that_closes_then_is_not() -> None:
    weekly = check_in_content(
        recurrence="FREQ=WEEKLY;INTERVAL=4", starts_on=date(2026, 11, 2), prompts_per_round=1
    )
    programme = a_programme(check_ins=[weekly])
    (check_in,) = programme.check_ins
    plans = plans_in(check_in, year_from(date(2026, 11, 8)))
    assert plans[0].opens_on == date(2026, 11, 2)
    after = year_from(date(2026, 11, 9))
    assert plans_in(check_in, after)[0].opens_on == date(2026, 11, 30)


def test_rounds_of_all_check_ins_come_by_their_first_day() -> None:
    often = ("FREQ=WEEKLY;INTERVAL=8", "FREQ=WEEKLY;INTERVAL=6")
    programme = a_programme(
        check_ins=[
            check_in_content(id="one", recurrence=often[0], prompts_per_round=1),
            check_in_content(id="two", recurrence=often[1], prompts_per_round=1, invites=False),
        ]
    )
    rounds = rounds_in(programme, THE_YEAR)
    opens = [(each.plan.opens_on, each.check_in) for each in rounds]
    assert opens == sorted(opens)
    assert {(each.check_in, each.invites) for each in rounds} == {("one", True), ("two", False)}
    assert all(each.plan.opens_on < THE_YEAR.ends for each in rounds)
    assert all(each.plan.closes_on - each.plan.opens_on >= timedelta(7) for each in rounds)
