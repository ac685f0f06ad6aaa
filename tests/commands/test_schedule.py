"""The commands that show the year ahead."""

import shutil
from pathlib import Path

import pytest
from icalendar import Calendar

from bot import wiring
from tests.commands.conftest import Run

EXAMPLE = str(wiring.example_programme_path())


@pytest.fixture(autouse=True)
def _a_wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")


def test_the_year_of_the_programme_in_force_is_shown(ready: Run) -> None:
    code, shown, other = ready("schedule", "show", "--year", "2027")
    assert (code, other) == (0, "")
    assert shown.startswith(
        "Fenmarch Constabulary (invented): Friday 1 January 2027 to Friday 31 December 2027,"
    )
    together = " ".join(shown.split())
    assert "Sun 2027-03-28 the clocks go forward an hour" in together
    assert "Sun 2027-10-31 the clocks go back an hour" in together
    assert "With half answering, Dog Unit would never be shown" in together


def test_without_a_year_it_is_the_one_from_today(ready: Run) -> None:
    today = wiring.utc_now().date()
    shown = ready("schedule", "show")[1]
    assert f"{today.day} {today:%B %Y} to " in " ".join(shown.split())


def test_a_file_needs_no_database(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDEASY_DATABASE_URL", "sqlite+aiosqlite:///nowhere/at-all.db")
    typed = ("schedule", "show", "--programme", EXAMPLE, "--answering", "30")
    code, shown, other = run(*typed)
    assert (code, other) == (0, "")
    assert "With 30% answering, Night Relief would be shown in 9 % of rounds" in " ".join(
        shown.split()
    )
    assert not Path("nowhere").exists()


def test_a_calendar_is_written(ready: Run, tmp_path: Path) -> None:
    said = ready("schedule", "ical", "--output", "year.ics", "--year", "2027")
    assert said == (0, "year.ics is written.\n", "")
    events = Calendar.from_ical((tmp_path / "year.ics").read_bytes()).walk("VEVENT")
    assert len(events) > 100


def test_a_place_that_is_not_there_is_refused(ready: Run) -> None:
    code, shown, other = ready("schedule", "ical", "--output", "nowhere/year.ics")
    assert (code, shown) == (1, "")
    assert other.startswith("The file nowhere/year.ics cannot be written")


def test_without_a_programme_there_is_no_year(run: Run) -> None:
    code, _, other = run("schedule", "show")
    assert code == 1
    assert other.startswith("There is no programme yet.")


def test_a_broken_file_says_where(run: Run, tmp_path: Path) -> None:
    broken = Path(shutil.copy(EXAMPLE, tmp_path / "force.yaml"))
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace("FREQ=WEEKLY;BYDAY=MO", "every Mondy"), encoding="utf-8")
    code, _, other = run("schedule", "show", "--programme", str(broken))
    assert code == 1
    assert "expected “every”, a number, and days, weeks, months or years; or an RRULE" in other


def test_plain_words_become_a_rule_with_its_next_days(run: Run) -> None:
    words = "every four weeks on Thursday"
    code, shown, other = run("schedule", "recurrence", words, "--starts-on", "2027-01-04")
    assert (code, other) == (0, "")
    assert shown.splitlines() == [
        words,
        "FREQ=WEEKLY;INTERVAL=4;BYDAY=TH",
        "  Thursday 7 January 2027",
        "  Thursday 4 February 2027",
        "  Thursday 4 March 2027",
        "  Thursday 1 April 2027",
        "  Thursday 29 April 2027",
    ]


def test_a_rule_only_experts_say_is_shown_as_it_is(run: Run) -> None:
    shown = run("schedule", "recurrence", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")[1]
    assert shown.splitlines() == [
        "There are no plain words for this rule.",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "It never comes.",
    ]


def test_words_that_are_not_understood_are_answered_with_examples(run: Run) -> None:
    code, shown, other = run("schedule", "recurrence", "now and then")
    assert (code, shown) == (1, "")
    assert "expected “every”, a number, and days, weeks, months or years" in other
    assert "every week on Monday" in other


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("show", "--year", "27"), "a year from 2020 to 2099"),
        (("show", "--year", "1999"), "a year from 2020 to 2099"),
        (("show", "--answering", "0"), "a number from 1 to 100"),
        (("show", "--answering", "half"), "a number from 1 to 100"),
        (("ical",), "--output"),
        (("recurrence", "every day", "--starts-on", "tomorrow"), "a day such as 2027-05-31"),
    ],
)
def test_a_mistake_on_the_command_line_says_what_was_expected(
    run: Run, typed: tuple[str, ...], expected: str
) -> None:
    code, shown, other = run("schedule", *typed)
    assert (code, shown) == (2, "")
    assert expected in other
