"""What the demo page says above the columns."""

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.core.rounds import RoundState
from bot.sandbox.demo.words import (
    DemoStatus,
    clock_in_words,
    colleagues_in_words,
    status_in_words,
)

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 17, 1, tzinfo=UTC)


def status(state: RoundState | None = None, prompt: int = 0, releases: int = 0) -> DemoStatus:
    """A status of the invented force."""
    return DemoStatus(
        "Fenmarch", "Europe/London", state, prompt, 4, date(2026, 12, 21), releases=releases
    )


def test_the_clock_is_read_on_the_forces_wall() -> None:
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert clock_in_words(summer, "Europe/London") == "Thursday 2 July 2026, 00:30"


def test_before_the_first_prompt_the_page_says_when_it_comes() -> None:
    expected = "No check-in has gone out yet. The first one comes on Monday 23 November."
    assert status_in_words(status(), NOW, MONDAY) == expected
    assert status_in_words(status(RoundState.OPEN), NOW, MONDAY) == expected


def test_a_prompt_that_is_out_comes_with_the_day_of_the_results() -> None:
    assert status_in_words(
        status(RoundState.OPEN, 1), MONDAY, datetime(2026, 11, 30, tzinfo=UTC)
    ) == ("Check-in 1 of 4 is out. Results come on Monday 21 December, not before.")


def test_a_prompt_whose_day_is_not_over_is_still_going_out() -> None:
    morning = MONDAY.replace(hour=1)
    assert status_in_words(status(RoundState.OPEN, 1), morning, MONDAY).startswith(
        "Check-in 1 of 4 goes out today."
    )


def test_of_a_paused_round_it_is_said_that_nobody_is_written_to() -> None:
    paused = replace(status(RoundState.OPEN, 1), paused=True)
    assert "nobody is written to" in status_in_words(paused, NOW, MONDAY)


def test_a_closed_round_waits_to_be_counted() -> None:
    assert "takes no more answers" in status_in_words(status(RoundState.CLOSED, 4), NOW, MONDAY)


def test_an_earlier_result_is_mentioned_first() -> None:
    for state, rest in (
        (RoundState.OPEN, "Check-in 1 of 4 is out."),
        (RoundState.RELEASED, "The next check-in comes on Monday 23 November."),
    ):
        prompt = 1 if state is RoundState.OPEN else 4
        said = status_in_words(status(state, prompt, releases=1), NOW, MONDAY)
        assert said.startswith(f"The last round has its result. {rest}")


def test_an_abandoned_round_has_no_result_whatever_came_before() -> None:
    said = status_in_words(status(RoundState.ABANDONED, 4, releases=1), NOW, MONDAY)
    assert said == "The last round has no result. The next check-in comes on Monday 23 November."


def test_an_ended_programme_says_so() -> None:
    assert status_in_words(status(), NOW, None) == "No further check-in is planned."


def test_colleagues_are_told_of_step_by_step() -> None:
    said = [
        colleagues_in_words("", 0, 0, 0, 0),
        colleagues_in_words("joined", 3, 60, 3, 0),
        colleagues_in_words("", 0, 0, 60, 0),
        colleagues_in_words("answered", 7, 60, 60, 7),
        colleagues_in_words("", 0, 0, 60, 58),
    ]
    assert said == [
        "Your colleagues have not joined yet.",
        "3 of 60 colleagues have joined …",
        "60 colleagues have joined. They answer when their check-in comes.",
        "7 of 60 colleagues have answered …",
        "60 colleagues have joined, 58 have answered.",
    ]
