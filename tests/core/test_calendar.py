"""Days and instants: no change of the clocks moves, drops or doubles a prompt."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.calendar import (
    PROMPT_LIFE,
    NoSuchDay,
    ReleasesTooClose,
    check_spacing,
    instant,
    local_day,
    next_prompt_day,
    plan_on,
    plan_opening,
    plans_until,
    prompt_days,
    prompt_expires_on,
)
from tests.core.builders import a_check_in

LONDON = "Europe/London"


def _last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


YEARS = range(2024, 2036)


@pytest.mark.parametrize("year", YEARS)
def test_in_march_a_time_in_the_missing_hour_becomes_the_first_minute_after_it(year: int) -> None:
    day = _last_sunday(year, 3)
    after = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    for minute in (0, 1, 30, 59):
        assert instant(day, time(1, minute), LONDON) == after
    assert instant(day, time(0, 59), LONDON) == after - timedelta(minutes=1)
    assert instant(day, time(2, 0), LONDON) == after


@pytest.mark.parametrize("year", YEARS)
def test_in_october_a_time_in_the_doubled_hour_counts_once_the_first_time(year: int) -> None:
    day = _last_sunday(year, 10)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert instant(day, time(1, 0), LONDON) == midnight
    assert instant(day, time(1, 59), LONDON) == midnight + timedelta(minutes=59)
    assert instant(day, time(2, 0), LONDON) == midnight + timedelta(hours=2)


def test_a_change_of_half_an_hour_loses_half_an_hour() -> None:
    lord_howe = "Australia/Lord_Howe"
    change = instant(date(2025, 10, 5), time(2, 30), lord_howe)
    assert change == datetime(2025, 10, 4, 15, 30, tzinfo=UTC)
    for minute in (0, 15, 29):
        assert instant(date(2025, 10, 5), time(2, minute), lord_howe) == change
    doubled = instant(date(2025, 4, 6), time(1, 45), lord_howe)
    assert doubled == datetime(2025, 4, 5, 14, 45, tzinfo=UTC)


def test_negative_summer_time_is_like_any_other() -> None:
    for year in YEARS:
        for month in (3, 10):
            for minute in (0, 30, 59):
                at = (_last_sunday(year, month), time(1, minute))
                assert instant(*at, "Europe/Dublin") == instant(*at, LONDON)


def test_a_skipped_day_becomes_the_first_minute_after_it() -> None:
    apia = "Pacific/Apia"
    after = datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert instant(date(2011, 12, 31), time(0), apia) == after
    for hour in (0, 9, 23):
        assert instant(date(2011, 12, 30), time(hour), apia) == after
    assert instant(date(2011, 12, 29), time(23, 59), apia) == after - timedelta(minutes=1)


@settings(max_examples=200, deadline=None)
@given(
    st.dates(date(2005, 1, 1), date(2035, 12, 31)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(
        [LONDON, "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC"]
    ),
)
def test_an_instant_shows_its_wall_time_or_the_first_one_after(
    day: date, at: time, zone: str
) -> None:
    moment = instant(day, at, zone)
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    asked = datetime.combine(day, at)
    assert moment.tzinfo is UTC
    assert wall >= asked
    if wall > asked:
        before = (moment - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert before < asked
    assert local_day(moment, zone) == wall.date()


@pytest.mark.parametrize("prompts", range(1, 17))
def test_rounds_share_out_the_days_in_order(prompts: int) -> None:
    check_in = a_check_in(prompts_per_round=prompts)
    plans = plans_until(check_in, date(2025, 12, 31))
    days = [day for plan in plans for day in plan.prompts]
    assert days == list(islice(prompt_days(check_in, date(2030, 1, 1)), len(days)))
    for number, plan in enumerate(plans):
        assert plan.number == number
        assert len(plan.prompts) == prompts
        assert plan.opens_on == plan.prompts[0]
        assert (plan.closes_on - plan.opens_on).days == 7 * prompts
    for plan, following in pairwise(plans):
        assert plan.closes_on == following.opens_on


def test_a_round_is_open_from_its_first_day_until_the_next_opens() -> None:
    check_in = a_check_in()
    first, second = plans_until(check_in, date(2024, 1, 29))
    assert plan_on(check_in, date(2023, 12, 31)) is None
    assert plan_on(check_in, date(2024, 1, 28)) == first
    assert plan_on(check_in, date(2024, 1, 29)) == second
    assert plan_opening(check_in, date(2024, 1, 29)) == second
    assert plan_opening(check_in, date(2024, 1, 30)) is None
    assert plan_opening(check_in, date(2023, 1, 1)) is None


def test_a_recurrence_that_ends_closes_its_last_round_a_week_after_its_last_day() -> None:
    check_in = a_check_in(recurrence="FREQ=WEEKLY;BYDAY=MO;COUNT=4")
    (plan,) = plans_until(check_in, date(2030, 1, 1))
    assert plan.closes_on == date(2024, 1, 29)
    assert plan_on(check_in, date(2024, 1, 29)) is None
    assert next_prompt_day(check_in, date(2024, 1, 21)) == date(2024, 1, 22)
    assert next_prompt_day(check_in, date(2024, 1, 22)) is None
    check_spacing(check_in)


def test_a_prompt_is_open_until_the_next_or_for_a_week() -> None:
    (weekly, *_) = plans_until(a_check_in(), date(2024, 1, 1))
    assert prompt_expires_on(weekly, 0) == date(2024, 1, 8)
    assert prompt_expires_on(weekly, 3) == weekly.closes_on
    monthly = a_check_in(recurrence="FREQ=MONTHLY", prompts_per_round=2)
    (slow, *_) = plans_until(monthly, date(2024, 1, 1))
    assert prompt_expires_on(slow, 0) == date(2024, 1, 8)
    often = a_check_in(recurrence="FREQ=WEEKLY;BYDAY=MO,TH", prompts_per_round=8)
    (quick, *_) = plans_until(often, date(2024, 1, 1))
    assert prompt_expires_on(quick, 0) == date(2024, 1, 4)


@pytest.mark.parametrize(
    ("recurrence", "prompts"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", 4),
        ("FREQ=WEEKLY;INTERVAL=4", 1),
        ("FREQ=MONTHLY", 1),
        ("FREQ=MONTHLY;BYDAY=1MO", 1),
        ("FREQ=MONTHLY;BYMONTHDAY=31", 1),
        ("FREQ=YEARLY", 1),
        ("FREQ=DAILY;COUNT=1", 1),
        ("FREQ=WEEKLY;COUNT=8", 4),
        ("FREQ=DAILY;INTERVAL=10", 3),
    ],
)
def test_releases_28_days_apart_are_allowed(recurrence: str, prompts: int) -> None:
    check_spacing(a_check_in(recurrence=recurrence, prompts_per_round=prompts))


@pytest.mark.parametrize(
    ("recurrence", "prompts", "days"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", 3, 21),
        ("FREQ=DAILY;INTERVAL=27", 1, 27),
        ("FREQ=MONTHLY;BYMONTHDAY=1,29", 1, 7),
        # A short last round, at once and after 2,000 days.
        ("FREQ=WEEKLY;COUNT=5", 4, 7),
        ("FREQ=WEEKLY;COUNT=601", 4, 7),
        # The 306th day from the end and the 88th: 27 days apart in leap years only.
        ("FREQ=YEARLY;BYYEARDAY=-306,88", 1, 27),
    ],
)
def test_releases_under_28_days_apart_are_refused(recurrence: str, prompts: int, days: int) -> None:
    check_in = a_check_in(
        recurrence=recurrence, prompts_per_round=prompts, starts_on=date(2025, 1, 6)
    )
    with pytest.raises(ReleasesTooClose, match=f"weekly would release results {days} days apart"):
        check_spacing(check_in)


@pytest.mark.parametrize(
    ("recurrence", "starts_on"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", date(2024, 1, 1)),
        # Looked for to the end of time, these take seconds, and everybody waits meanwhile.
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", date(2024, 1, 1)),
        ("FREQ=DAILY;COUNT=3;BYMONTH=2;BYMONTHDAY=30", date(2024, 1, 1)),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", date(2024, 1, 1)),
        ("FREQ=WEEKLY;BYDAY=MO", date(9999, 12, 20)),
    ],
)
def test_a_recurrence_without_a_day_is_refused(recurrence: str, starts_on: date) -> None:
    # A document with it is refused as well; this one was changed since.
    check_in = a_check_in().model_copy(update={"recurrence": recurrence, "starts_on": starts_on})
    with pytest.raises(NoSuchDay, match="weekly never asks"):
        check_spacing(check_in)


def test_more_rounds_than_there_could_be_are_not_counted() -> None:
    daily = a_check_in(recurrence="FREQ=DAILY", starts_on=date(2000, 1, 1), prompts_per_round=1)
    assert len(plans_until(daily, date(2026, 11, 22))) == 2000
    with pytest.raises(ReleasesTooClose):
        check_spacing(daily)


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29)])
def test_a_round_is_the_same_however_far_ahead_somebody_looked(day: date) -> None:
    check_in = a_check_in(starts_on=date(2025, 1, 6))
    before = plans_until(check_in, day)
    assert plans_until(check_in, date(2035, 1, 1))[: len(before)] == before
    assert before[-1].opens_on <= day
    assert plans_until(check_in, date(9999, 12, 31))[: len(before)] == before


def test_a_quarters_answers_do_not_wait_a_quarter() -> None:
    quarterly = a_check_in(recurrence="FREQ=WEEKLY;INTERVAL=12", prompts_per_round=1)
    (plan,) = plans_until(quarterly, date(2024, 1, 31))
    assert plan.closes_on == plan.opens_on + PROMPT_LIFE
    assert plan_on(quarterly, plan.closes_on - timedelta(days=1)) == plan
    assert plan_on(quarterly, plan.closes_on) is None


def test_what_officers_start_is_always_open() -> None:
    started = a_check_in(recurrence="FREQ=WEEKLY;INTERVAL=12", prompts_per_round=1, invites=False)
    first, second = plans_until(started, date(2024, 1, 1) + timedelta(weeks=13))
    assert first.closes_on == second.opens_on
