"""Each reason not to write, by itself and among the others."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.core.calendar import instant
from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.duty_patterns import ShiftTimes
from bot.core.contact_times.moments import earliest_allowed, rules_for
from bot.core.contact_times.rules import (
    BankHolidays,
    BlackoutDates,
    Caps,
    ContactRule,
    Paused,
    QuietHours,
    WithinPart,
    WithinWindow,
)
from tests.core.builders import a_window

LONDON = "Europe/London"
WEEK = timedelta(days=7)
ORDINARY_WINDOW = a_window()
MONDAY = instant(date(2024, 6, 3), time(), LONDON)


def _on(day: str, hour: int = 0, minute: int = 0) -> datetime:
    return instant(date.fromisoformat(day), time(hour, minute), LONDON)


# Earlies on Monday 3 and Tuesday 4 June, lates on 5 and 6, nights on 7 and 8, rest from 9 on.
EARLIES_FIRST = ContactTimes(pattern="2-2-2-4", anchor=date(2024, 6, 3))
# Its rest days are Monday 3 to Thursday 6 June.
RESTING_FIRST = ContactTimes(pattern="2-2-2-4", anchor=date(2024, 6, 7))


def _rules(times: ContactTimes, **more: object) -> tuple[ContactRule, ...]:
    return rules_for(ORDINARY_WINDOW, LONDON, times, **more)  # type: ignore[arg-type]


def test_quiet_hours_may_lie_within_one_day() -> None:
    siesta = QuietHours(time(13), time(15), LONDON)
    noon = datetime(2024, 1, 3, 12, tzinfo=UTC)
    assert siesta.earliest(noon) == noon
    assert siesta.earliest(noon + timedelta(hours=2)) == noon + timedelta(hours=3)
    assert siesta.earliest(noon + timedelta(hours=3)) == noon + timedelta(hours=3)


def test_the_window_opens_again_the_next_day_across_a_clock_change() -> None:
    window = WithinWindow(time(11), time(20), LONDON)
    saturday_night = instant(date(2024, 3, 30), time(20), LONDON)
    assert window.earliest(saturday_night) == instant(date(2024, 3, 31), time(11), LONDON)
    assert window.earliest(saturday_night) - saturday_night == timedelta(hours=14)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        # An early ends at 16:00; the hour before a late begins at 13:00.
        (_on("2024-06-03", 12), _on("2024-06-03", 16)),
        (_on("2024-06-05", 12, 59), _on("2024-06-05", 12, 59)),
        (_on("2024-06-05", 13), _on("2024-06-06", 11)),
        # Before the first night; then nothing between two nights, nor before 16:00 after them.
        (_on("2024-06-07", 19), _on("2024-06-07", 19)),
        (_on("2024-06-07", 20), _on("2024-06-09", 17)),
        (_on("2024-06-08", 18), _on("2024-06-09", 17)),
        (_on("2024-06-10", 12), _on("2024-06-10", 12)),
    ],
)
def test_a_duty_pattern_is_left_in_peace(moment: datetime, allowed: datetime) -> None:
    rules = _rules(EARLIES_FIRST)
    assert earliest_allowed(moment, rules, moment + WEEK) == allowed


def test_the_first_rest_day_after_nights_begins_at_four() -> None:
    early_nights = ShiftTimes.from_mapping(
        {"night": {"begins": "20:00", "ends": "05:00"}}, name="shift times"
    )
    rules = _rules(EARLIES_FIRST, shift_times=early_nights)
    assert earliest_allowed(_on("2024-06-09"), rules, _on("2024-06-12")) == _on("2024-06-09", 16)


@pytest.mark.parametrize(
    ("night", "until"),
    [
        (date(2024, 6, 10), "10:30"),
        # The clocks go forward on 31 March at 01:00 and back on 27 October at 02:00.
        (date(2024, 3, 30), "11:30"),
        (date(2024, 10, 26), "09:30"),
    ],
)
def test_ten_hours_after_a_night_are_real_hours(night: date, until: str) -> None:
    # A night, then a short late: nothing but the ten hours is in the way of the morning after.
    times = ContactTimes(own_cycle="NLRR", anchor=night, quiet=(time(23), time(0, 30)))
    hours = {
        "night": {"begins": "14:00", "ends": "00:30"},
        "late": {"begins": "20:00", "ends": "23:00"},
    }
    shift_times = ShiftTimes.from_mapping(hours, name="shift times")
    rules = rules_for(a_window("00:00", "20:00"), LONDON, times, shift_times)
    morning = night + timedelta(days=1)
    end = instant(morning, time(0, 30), LONDON)
    allowed = instant(morning, time.fromisoformat(until), LONDON)
    assert earliest_allowed(end, rules, end + WEEK) == allowed


def test_working_after_nights_puts_off_the_long_sleep() -> None:
    times = EARLIES_FIRST.with_cancelled(date(2024, 6, 9), today=date(2024, 6, 9))
    rules = _rules(times)
    assert earliest_allowed(_on("2024-06-09"), rules, _on("2024-06-12")) == _on("2024-06-10", 16)


def test_evenings_and_weekends_are_the_whole_weekend() -> None:
    rules = _rules(ContactTimes(part=Part.EVENINGS_WEEKENDS))
    friday_night, sunday_noon = _on("2024-06-07", 21), _on("2024-06-09", 12)
    assert earliest_allowed(friday_night, rules, MONDAY + WEEK) == _on("2024-06-08", 11)
    assert earliest_allowed(sunday_noon, rules, MONDAY + WEEK) == sunday_noon
    monday = _on("2024-06-10", 8)
    assert earliest_allowed(monday, rules, monday + WEEK) == _on("2024-06-10", 17)
    part = rules[1]
    assert isinstance(part, WithinPart)
    assert part.earliest(friday_night) == _on("2024-06-08")
    assert part.earliest(_on("2024-06-04", 22)) == _on("2024-06-05", 17)


def test_an_officer_may_choose_other_quiet_hours() -> None:
    rules = _rules(ContactTimes(quiet=(time(14), time(18))))
    assert earliest_allowed(_on("2024-06-03", 14), rules, MONDAY + WEEK) == _on("2024-06-03", 18)


def test_on_blackout_dates_everybody_is_left_alone() -> None:
    days = frozenset({date(2024, 6, 3), date(2024, 6, 4)})
    for times in (ContactTimes(), ContactTimes(pattern="office"), RESTING_FIRST):
        rules = _rules(times, blackout_dates=days)
        moment = earliest_allowed(MONDAY, rules, MONDAY + WEEK)
        assert moment is not None
        assert moment >= _on("2024-06-05", 11)
        assert not any(isinstance(rule, BlackoutDates) for rule in _rules(times))


def test_the_office_week_rests_on_bank_holidays_and_nobody_else_does() -> None:
    monday = frozenset({date(2024, 6, 3)})
    office = ContactTimes(pattern="office")
    rules = _rules(office, bank_holidays=monday)
    assert earliest_allowed(MONDAY, rules, MONDAY + WEEK) == _on("2024-06-04", 17)
    assert not any(isinstance(rule, BankHolidays) for rule in _rules(office))
    elsewhere = _rules(RESTING_FIRST, bank_holidays=monday)
    assert not any(isinstance(rule, BankHolidays) for rule in elsewhere)


def test_a_pause_ends_with_the_start_of_its_last_day() -> None:
    paused = Paused(date(2024, 6, 12), LONDON)
    assert paused.earliest(MONDAY) == _on("2024-06-12")
    assert paused.earliest(_on("2024-06-12", 3)) == _on("2024-06-12", 3)
    assert paused in _rules(RESTING_FIRST, paused_until=date(2024, 6, 12))


JUNE = [date(2024, 6, day) for day in range(1, 31)]


@pytest.mark.parametrize(
    ("contacted", "allowed"),
    [
        ([], "2024-06-03"),
        ([JUNE[1]], "2024-06-03"),
        ([JUNE[2]], "2024-06-04"),
        # Two within the seven days that end on the 3rd, or that begin on it, or around it.
        ([JUNE[0], JUNE[1]], "2024-06-08"),
        ([JUNE[3], JUNE[8]], "2024-06-11"),
        ([JUNE[1], JUNE[4]], "2024-06-09"),
        # Two on one day count as two.
        ([JUNE[0], JUNE[0]], "2024-06-08"),
        ([date(2024, 5, 27), JUNE[9]], "2024-06-03"),
    ],
)
def test_one_message_a_day_and_two_in_seven_days(contacted: list[date], allowed: str) -> None:
    noon = _on("2024-06-03", 12)
    expected = noon if allowed == "2024-06-03" else _on(allowed)
    assert Caps(tuple(contacted), LONDON).earliest(noon) == expected


def test_the_hour_before_a_shift_may_lie_on_the_day_before() -> None:
    hours = {"early": {"begins": "00:30", "ends": "08:00"}}
    shift_times = ShiftTimes.from_mapping(hours, name="shift times")
    times = ContactTimes(own_cycle="ER", anchor=date(2024, 6, 4), quiet=(time(3), time(5)))
    rules = rules_for(a_window("08:00", "23:59"), LONDON, times, shift_times)
    before = _on("2024-06-03", 23, 29)
    assert earliest_allowed(before, rules, before + WEEK) == before
    assert earliest_allowed(before + timedelta(minutes=1), rules, before + WEEK) == _on(
        "2024-06-04", 8
    )
