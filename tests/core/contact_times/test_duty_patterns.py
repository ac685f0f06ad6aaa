"""Patterns are complete tables; each way a shift cannot be worked has its sentence."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.duty import duty_of
from bot.core.contact_times.duty_patterns import (
    OFFICE,
    PATTERNS,
    Shift,
    ShiftTimes,
    anchor_of,
    cycle_of,
    place_in_block,
)
from bot.core.documents import DocumentProblems

DAY = timedelta(days=1)
LONDON = "Europe/London"


def test_each_pattern_is_what_the_field_calls_by_its_name() -> None:
    written = {name: "".join(cycle) for name, cycle in PATTERNS.items()}
    assert written == {
        "2-2-2-4": "EELLNNRRRR",
        "2x2x3": "DDRRDDDRRDDRRRNNRRNNNRRNNRRR",
        "4-on-4-off": "DDNNRRRR",
        "6-on-3-off": "EELLNNRRR",
        "office": "DDDDDRR",
    }


def test_an_own_cycle_is_two_to_thirty_five_letters() -> None:
    assert cycle_of("NR") == (Shift.NIGHT, Shift.REST)
    assert len(cycle_of("E" * 35)) == 35
    for letters in ("", "R", "R" * 36):
        with pytest.raises(ValueError, match="expected a cycle of 2 to 35 days"):
            cycle_of(letters)
    with pytest.raises(ValueError, match="expected the letters ELNDR alone"):
        cycle_of("EeR")


def test_today_says_when_the_cycle_began() -> None:
    assert anchor_of(date(2024, 6, 3), 0) == date(2024, 6, 3)
    assert anchor_of(date(2024, 6, 3), 4) == date(2024, 5, 30)


@pytest.mark.parametrize(
    ("cycle", "position", "place"),
    [
        ("EELLNNRRRR", 0, (Shift.EARLY, 1)),
        ("EELLNNRRRR", 5, (Shift.NIGHT, 2)),
        ("EELLNNRRRR", 9, (Shift.REST, 4)),
        # A block that runs over the end of the cycle is one block.
        ("REER", 0, (Shift.REST, 2)),
        ("RR", 0, (Shift.REST, 2)),
    ],
)
def test_a_day_has_its_place_in_a_block(
    cycle: str, position: int, place: tuple[Shift, int]
) -> None:
    assert place_in_block(cycle_of(cycle), position) == place


def _hours(cycle: str, **options: bool) -> dict[str, tuple[time, time]]:
    hours = ShiftTimes().hours_in(cycle_of(cycle), **options)
    return {str(shift): (each.begins, each.ends) for shift, each in hours.items()}


def test_every_shift_but_rest_has_hours() -> None:
    assert set(_hours("EELLNNRRRR")) == set(Shift) - {Shift.REST}


def test_days_and_nights_alone_are_worked_for_twelve_hours() -> None:
    ordinary, long = _hours("EELLNND"), _hours("DDNNRRRR")
    assert ordinary["N"] == (time(22), time(7))
    assert ordinary["D"] == (time(8), time(17))
    assert long["N"] == (time(19), time(7))
    assert long["D"] == (time(7), time(19))
    assert _hours("DDDDDRR") == long
    assert _hours("DDDDDRR", office=True) == ordinary


@pytest.mark.parametrize(
    ("shift_times", "sentence"),
    [
        (
            {"early": {"begins": "06:00", "ends": "20:01"}},
            "early: expected a shift to end within 14 hours of its beginning",
        ),
        (
            {"late": {"begins": "14:00", "ends": "14:00"}},
            "late: expected a shift to end within 14 hours of its beginning",
        ),
        (
            {"day": {"begins": "18:00", "ends": "02:00"}},
            "day: expected a shift that ends on the day it begins",
        ),
        (
            {"night": {"begins": "01:00", "ends": "09:00"}},
            "night: expected a night to begin on one day and to end by noon of the next",
        ),
        (
            {"long_night": {"begins": "23:00", "ends": "12:01"}},
            "long_night: expected a night to begin on one day and to end by noon of the next",
        ),
        ({"twilight": {"begins": "18:00", "ends": "23:00"}}, "Extra inputs are not permitted"),
    ],
)
def test_each_mistake_in_shift_times_has_its_sentence(
    shift_times: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        ShiftTimes.from_mapping(shift_times, name="programme.yaml")


def test_a_cycle_goes_on_before_and_after_the_day_it_was_told() -> None:
    duty = duty_of(ContactTimes(own_cycle="ENR", anchor=date(2024, 6, 3)), ShiftTimes(), LONDON)
    assert duty is not None
    days = [date(2024, 6, 3) + n * DAY for n in range(-4, 5)]
    assert "".join(map(duty.shift, days)) == "RENRENREN"


def test_the_office_week_begins_on_monday() -> None:
    duty = duty_of(ContactTimes(pattern=OFFICE), ShiftTimes(), LONDON)
    assert duty is not None
    week = [date(2030, 12, 30) + n * DAY for n in range(7)]
    assert "".join(map(duty.shift, week)) == "DDDDDRR"
    assert week[0].strftime("%A") == "Monday"


def test_no_pattern_is_no_duty() -> None:
    assert duty_of(ContactTimes(), ShiftTimes(), LONDON) is None


def test_rest_without_end_has_no_second_day() -> None:
    duty = duty_of(ContactTimes(own_cycle="RR", anchor=date(2024, 6, 3)), ShiftTimes(), LONDON)
    assert duty is not None
    assert not any(duty.is_second_rest_day(date(2024, 6, 3) + n * DAY) for n in range(9))
