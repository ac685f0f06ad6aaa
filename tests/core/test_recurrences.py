"""How often a check-in asks: words give a rule, and the rule gives the words back."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.recurrences import (
    DAYS,
    MONTHS,
    UnclearRecurrence,
    first_days,
    rule_of,
    words_of,
)

A_THURSDAY = date(2026, 1, 15)

SAID = [
    ("every day", "FREQ=DAILY"),
    ("every ten days", "FREQ=DAILY;INTERVAL=10"),
    ("every week on Monday", "FREQ=WEEKLY;BYDAY=MO"),
    ("every week on Monday and Thursday", "FREQ=WEEKLY;BYDAY=MO,TH"),
    ("every week on Monday, Wednesday and Friday", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    ("every four weeks on Thursday", "FREQ=WEEKLY;INTERVAL=4;BYDAY=TH"),
    ("every 13 weeks on Sunday", "FREQ=WEEKLY;INTERVAL=13;BYDAY=SU"),
    ("every month on the first Monday", "FREQ=MONTHLY;BYDAY=1MO"),
    ("every month on the last Friday", "FREQ=MONTHLY;BYDAY=-1FR"),
    ("every month on the 22nd", "FREQ=MONTHLY;BYMONTHDAY=22"),
    ("every month on the 12th", "FREQ=MONTHLY;BYMONTHDAY=12"),
    ("every two months on the last day", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1"),
    ("quarterly on the second Tuesday", "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU"),
    ("quarterly on the 1st", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1"),
    ("every year on 1 March", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1"),
    ("every year on the third Monday of May", "FREQ=YEARLY;BYMONTH=5;BYDAY=3MO"),
]


@pytest.mark.parametrize(("words", "rule"), SAID)
def test_words_give_a_rule_and_the_rule_gives_them_back(words: str, rule: str) -> None:
    assert rule_of(words) == rule
    assert words_of(rule, A_THURSDAY) == words


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("  Every   WEEK on  monday ", "FREQ=WEEKLY;BYDAY=MO"),
        ("every Monday", "FREQ=WEEKLY;BYDAY=MO"),
        ("every other Thursday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ("every other week on Thursday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ("daily", "FREQ=DAILY"),
        ("weekly on Friday, and Monday", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("fortnightly on Tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("monthly on day 15", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("every quarter on the 3rd", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=3"),
        ("every 1 weeks on Monday", "FREQ=WEEKLY;BYDAY=MO"),
        ("yearly on the 2nd of april", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=2"),
        ("yearly on 2nd April", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=2"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=MO"),
    ],
)
def test_other_ways_to_say_it_are_understood(words: str, rule: str) -> None:
    assert rule_of(words) == rule


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "“every”, a number, and days"),
        ("sometimes", "“every”, a number, and days"),
        ("every weekend", "“every”, a number, and days"),
        ("every few weeks on Monday", "a number such as two, four or 12"),
        ("every 0 weeks on Monday", "a number such as two, four or 12"),
        ("every 99999 weeks on Monday", "a number such as two, four or 12"),
        ("every day on Monday", "nothing behind “every day”"),
        ("every week", "days of the week"),
        ("every week on ", "“every”, a number, and days"),
        ("every week on Mondy", "days of the week"),
        ("every Someday", "days of the week"),
        ("every month", "a day of the month"),
        ("quarterly", "a day of the month"),
        ("every month on the fifth Monday", "a day of the month"),
        ("every month on the first Someday", "a day of the month"),
        ("every month on the 31st", "a day from 1 to 28"),
        ("every month on the 0th", "a day from 1 to 28"),
        ("every year on 29 February", "a day from 1 to 28"),
        ("every year", "a day of the year"),
        ("every year on 1 Marvember", "a day of the year"),
        ("every week on Monday" * 10, "at most 120 characters"),
        ("FREQ=HOURLY", "FREQ to be DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=WEEKLY;BYDAY=XX", "an RRULE such as"),
        ("RRULE", "an RRULE such as"),
    ],
)
def test_what_is_not_understood_says_what_was_expected(words: str, expected: str) -> None:
    with pytest.raises(UnclearRecurrence, match=re.escape(expected)):
        rule_of(words)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;BYDAY=MO;COUNT=3",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=DAILY;BYMONTH=3",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=-2",
        "FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO,TU",
        "FREQ=YEARLY;BYMONTHDAY=1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYMONTH=2,3;BYMONTHDAY=1",
        "FREQ=YEARLY;BYYEARDAY=100",
    ],
)
def test_what_only_experts_say_has_no_words(rule: str) -> None:
    assert words_of(rule, A_THURSDAY) is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY", "every week on Thursday"),
        ("freq=weekly;interval=4;byday=th", "every four weeks on Thursday"),
        ("FREQ=MONTHLY", "every month on the 15th"),
        ("FREQ=YEARLY", "every year on 15 January"),
    ],
)
def test_a_rule_without_a_day_means_that_of_the_first_day(rule: str, words: str) -> None:
    assert words_of(rule, A_THURSDAY) == words


def test_a_month_that_starts_on_the_thirty_first_has_no_words() -> None:
    assert words_of("FREQ=MONTHLY", date(2026, 1, 31)) is None


def test_the_first_days_are_those_of_the_rule_from_its_first_day_on() -> None:
    found = first_days("FREQ=WEEKLY;INTERVAL=4;BYDAY=TH", date(2026, 1, 12), 3)
    assert found == (A_THURSDAY, date(2026, 2, 12), date(2026, 3, 12))
    assert first_days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", A_THURSDAY, 3) == ()
    assert len(first_days("FREQ=DAILY;COUNT=2", A_THURSDAY, 3)) == 2


@st.composite
def _words(draw: st.DrawFn) -> str:
    number = draw(st.integers(1, 40))
    place = draw(st.sampled_from(["first", "second", "third", "fourth", "last"]))
    on_the = draw(
        st.sampled_from(
            [f"the {place} {draw(st.sampled_from(DAYS))}", f"the {draw(st.integers(1, 28))}th"]
        )
    )
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True))
    unit, on = draw(
        st.sampled_from(
            [
                ("weeks", " and ".join(days)),
                ("months", on_the),
                ("years", f"{on_the} of {draw(st.sampled_from(MONTHS))}"),
            ]
        )
    )
    return f"every {number} {unit} on {on}"


@given(_words())
def test_whatever_can_be_said_survives_the_way_there_and_back(words: str) -> None:
    rule = rule_of(words)
    again = words_of(rule, A_THURSDAY)
    assert again is not None
    assert rule_of(again) == rule


@given(st.text(max_size=60))
def test_no_text_is_more_than_not_understood(text: str) -> None:
    try:
        rule = rule_of(text)
    except UnclearRecurrence:
        return
    words_of(rule, A_THURSDAY)
