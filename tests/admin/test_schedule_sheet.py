"""The year ahead on a terminal: every day on which something is, once, whatever the width."""

from datetime import date, timedelta

import pytest

from bot.admin.schedule_sheet import as_text
from bot.core.programme import Programme
from bot.core.reporting_units import form_units
from bot.core.year_ahead.ahead import year_ahead
from bot.core.year_ahead.patterns import patterns_ahead
from tests.core.builders import a_programme, check_in_content
from tests.programmes import two_check_ins

BEGINS = date(2026, 11, 22)


def _text(programme: Programme, width: int = 120, begins: date = BEGINS) -> str:
    units = form_units(programme, [team.id for team in programme.force.teams])
    year = year_ahead(programme, begins, {"weekly-pulse": units})
    return as_text(programme, year, patterns_ahead(programme, begins), width)


def _row(text: str, begins: str) -> str:
    (found,) = [line for line in text.splitlines() if line.strip().startswith(begins)]
    return " ".join(found.split())


def test_a_year_has_its_prompts_its_holidays_and_both_changes_of_the_clocks() -> None:
    text = _text(two_check_ins())
    assert text.startswith(
        "Fenmarch Constabulary (invented): Sunday 22 November 2026 to Sunday 21 November 2027,"
        " Europe/London\n"
    )
    assert _row(text, "Mon 2026-11-23") == "Mon 2026-11-23 Weekly pulse (3 of 4)"
    assert _row(text, "Fri 2026-12-25").endswith("bank holiday: not the office pattern")
    assert _row(text, "Sun 2027-03-28").endswith("the clocks go forward an hour")
    assert _row(text, "Sun 2027-10-31").endswith("the clocks go back an hour")
    assert _row(text, "weekly-pulse").endswith("every week on Monday 4 a round")
    assert _row(text, "monthly").endswith("every month on the first Monday 1 a round")
    assert "Weekly pulse closes as the day begins" in text
    assert "2026-11-22" not in text
    assert "2027-11-22" not in text


def test_each_pattern_and_each_month_has_its_row() -> None:
    text = _text(two_check_ins())
    assert _row(text, "2-2-2-4").endswith("11:00 and 15:30")
    assert _row(text, "office").startswith("office all ")
    assert " or more of " in _row(text, "4-on-4-off") or " all " in _row(text, "4-on-4-off")
    assert _row(text, "December 2026")
    assert "- Weekly pulse and Monthly ask the same people on 12 days" in text


@pytest.mark.parametrize("width", [1, 60, 80, 200])
def test_no_line_is_wider_than_asked_for_and_none_ends_in_blanks(width: int) -> None:
    lines = _text(two_check_ins(), width).splitlines()
    assert max(map(len, lines)) <= max(60, width)
    assert all(line == line.rstrip() for line in lines)


def test_a_programme_that_writes_to_nobody_says_so_in_few_lines() -> None:
    own = check_in_content(invites=False, prompts_per_round=1, recurrence="FREQ=MONTHLY;COUNT=1")
    programme = a_programme({"east": [("a", 90)]}, check_ins=[own])
    text = _text(programme, begins=date(2024, 1, 1))
    assert _row(text, "Mon 2024-01-01").endswith("a new round of Weekly")
    assert "whoever starts it; a round FREQ=MONTHLY;COUNT=1" in text
    assert "There is nothing to caution about." in text
    assert _row(text, "2-2-2-4") == "2-2-2-4 all 0"


def test_a_change_of_half_an_hour_is_said_in_minutes() -> None:
    programme = a_programme(check_ins=[check_in_content()])
    force = programme.force.model_copy(update={"timezone": "Australia/Lord_Howe"})
    text = _text(programme.model_copy(update={"force": force}))
    assert "the clocks go back 30 minutes" in text


def test_a_blackout_date_has_its_row() -> None:
    programme = two_check_ins()
    force = programme.force.model_copy(update={"blackout_dates": [date(2026, 12, 24)]})
    text = _text(programme.model_copy(update={"force": force}))
    assert _row(text, "Thu 2026-12-24").endswith("blackout date: nobody is asked")


def test_brackets_in_a_name_are_brackets() -> None:
    titled = check_in_content(title={"en": "[bold]Pulse[/bold] :smile:"})
    assert "[bold]Pulse[/bold] :smile:" in _text(a_programme(check_ins=[titled]), 200)


def test_the_year_ends_where_it_should() -> None:
    text = _text(two_check_ins(), begins=BEGINS + timedelta(days=1))
    assert "Mon 2026-11-23" in text
    assert "Monday 22 November 2027" in text
