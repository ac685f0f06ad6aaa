"""What an officer said is small, comes back as it went, and cannot be half said."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.contact_times.choices import PART_HOURS, ContactTimes, InvalidContactTimes, Part
from bot.core.contact_times.duty_patterns import PATTERNS

MONDAY = date(2024, 6, 3)
DAY = timedelta(days=1)

LARGEST = ContactTimes(
    own_cycle="EELLNNRRRR" * 3 + "EELLR",
    anchor=date(2026, 12, 31),
    part=Part.EVENINGS_WEEKENDS,
    quiet=(time(20, 59), time(19, 58)),
    cancelled=tuple(date(2026, 12, 28) + n * DAY for n in range(4)),
)


def test_every_part_of_the_day_has_its_hours() -> None:
    assert set(PART_HOURS) == set(Part) - {Part.ANY}


def test_saying_nothing_takes_no_room() -> None:
    assert ContactTimes().to_json() == {}
    assert ContactTimes.from_json({}) == ContactTimes()


def test_the_most_that_can_be_said_takes_at_most_150_bytes() -> None:
    assert len(json.dumps(LARGEST.to_json()).encode()) <= 150


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
LAST_DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@st.composite
def anything(draw: st.DrawFn) -> ContactTimes:
    pattern = draw(st.sampled_from([None, *PATTERNS]))
    own = draw(st.text("ELNDR", min_size=2, max_size=35)) if pattern is None else ""
    has_anchor = pattern not in (None, "office") or own
    quiet = draw(st.one_of(st.none(), st.integers(1, 22)))
    return ContactTimes(
        pattern=pattern,
        own_cycle=own,
        anchor=draw(LAST_DAYS) if has_anchor else None,
        part=draw(st.sampled_from(Part)),
        quiet=None if quiet is None else (time(quiet, 59), time(23 - quiet)),
        cancelled=tuple(sorted(draw(st.sets(LAST_DAYS, max_size=4)))),
    )


@given(anything())
def test_what_was_said_comes_back_as_it_went(times: ContactTimes) -> None:
    assert ContactTimes.from_json(json.loads(json.dumps(times.to_json()))) == times


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"pattern": "3-3-3"}, "expected one of the patterns 2-2-2-4, 2x2x3, 4-on-4-off"),
        ({"pattern": "2-2-2-4"}, "expected the day on which the cycle begins"),
        ({"own_cycle": "ER"}, "expected the day on which the cycle begins"),
        (
            {"pattern": "2-2-2-4", "own_cycle": "ER", "anchor": MONDAY},
            "expected a pattern or an own cycle, and not both",
        ),
        ({"own_cycle": "E", "anchor": MONDAY}, "expected a cycle of 2 to 35 days"),
        ({"own_cycle": "EX", "anchor": MONDAY}, "expected the letters ELNDR alone"),
        ({"anchor": MONDAY}, "expected no first day"),
        ({"pattern": "office", "anchor": MONDAY}, "expected no first day"),
        ({"quiet": (time(9), time(9))}, "expected quiet hours that leave an hour of the day"),
        ({"quiet": (time(9), time(8, 1))}, "expected quiet hours that leave an hour of the day"),
        ({"quiet": (time(9), time(18, 0, 1))}, "expected quiet hours to the minute"),
        ({"quiet": (time(9, tzinfo=UTC), time(18))}, "expected quiet hours to the minute"),
        (
            {"cancelled": tuple(MONDAY + n * DAY for n in range(5))},
            "expected at most 4 cancelled rest days",
        ),
        ({"cancelled": (MONDAY, MONDAY)}, "expected each cancelled rest day once, oldest first"),
        ({"cancelled": (MONDAY, MONDAY - DAY)}, "once, oldest first"),
    ],
)
def test_each_thing_that_cannot_be_said_has_its_sentence(
    fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidContactTimes, match=re.escape(sentence)):
        ContactTimes(**fields)


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {"z": 1},
        {"p": None},
        {"p": 7},
        {"p": "none"},
        {"c": ""},
        {"c": ["E", "R"], "a": 20240603},
        {"c": "ER"},
        {"p": "2-2-2-4", "a": 20240230},
        {"p": "2-2-2-4", "a": "20240603"},
        {"p": "2-2-2-4", "a": 240603},
        {"p": "2-2-2-4", "a": None},
        {"t": "x"},
        {"t": None},
        {"q": [540]},
        {"q": [540, 1440]},
        {"q": [540, "1260"]},
        {"q": 540},
        {"x": 20240603},
        {"x": ["monday"]},
        {"x": [20240603] * 2},
    ],
)
def test_what_was_never_written_is_refused_without_repeating_it(content: Any) -> None:
    with pytest.raises(InvalidContactTimes) as refused:
        ContactTimes.from_json(content)
    assert "2024" not in str(refused.value)


def test_cancelled_rest_days_are_kept_while_they_matter() -> None:
    times = ContactTimes()
    for n in (8, 0, 3, 3):
        times = times.with_cancelled(MONDAY + n * DAY, today=MONDAY)
    assert times.cancelled == (MONDAY, MONDAY + 3 * DAY, MONDAY + 8 * DAY)
    later = times.with_cancelled(MONDAY + 9 * DAY, today=MONDAY + 8 * DAY)
    assert later.cancelled == tuple(MONDAY + n * DAY for n in (3, 8, 9))
    full = replace(later, cancelled=tuple(MONDAY + n * DAY for n in (3, 5, 8, 9)))
    newest = full.with_cancelled(MONDAY + 10 * DAY, today=MONDAY + 8 * DAY).cancelled
    assert newest == tuple(MONDAY + n * DAY for n in (5, 8, 9, 10))
