"""When somebody is told: once a day, and once when it is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alerts import AGAIN_AFTER, HOW_OFTEN, Told, letter_of, next_told, untold
from bot.core.health import A_WEEK, RULES, STOPPED_AFTER, Condition
from tests.core.test_health import NOW, WELL

AGO = NOW - timedelta(hours=1)
LONG_AGO = NOW - AGAIN_AFTER


@pytest.mark.parametrize(
    ("before", "holds", "after"),
    [
        (None, False, None),
        (None, True, Told(NOW, lasts=True)),
        (Told(AGO, lasts=True), True, None),
        (Told(LONG_AGO, lasts=True), True, Told(NOW, lasts=True)),
        (Told(AGO, lasts=True), False, Told(AGO, lasts=False)),
        (Told(AGO, lasts=False), False, None),
        # Nobody was told in a time to come, whatever is written.
        (Told(NOW + A_WEEK, lasts=True), True, Told(NOW, lasts=True)),
        (Told(NOW + A_WEEK, lasts=True), False, None),
        # It came back within a day: that was told of.
        (Told(AGO, lasts=False), True, None),
        (Told(LONG_AGO, lasts=False), True, Told(NOW, lasts=True)),
    ],
)
def test_what_is_told_and_when(before: Told | None, holds: bool, after: Told | None) -> None:
    assert next_told(before, holds=holds, now=NOW) == after


@pytest.mark.parametrize("before", [None, Told(LONG_AGO, lasts=True), Told(LONG_AGO, lasts=False)])
def test_what_nobody_could_be_told_is_tried_again(before: Told | None) -> None:
    assert next_told(untold(before, NOW), holds=True, now=NOW) == Told(NOW, lasts=True)


def test_what_has_time_is_told_once_a_week() -> None:
    for days, after in ((6, None), (7, Told(NOW, lasts=True))):
        before = Told(NOW - timedelta(days=days), lasts=True)
        assert next_told(before, holds=True, now=NOW, again_after=A_WEEK) == after
        unheard = untold(None, NOW, A_WEEK)
        assert next_told(unheard, holds=True, now=NOW, again_after=A_WEEK)
    assert set(HOW_OFTEN) == {rule.again_after for rule in RULES.values()}


def test_an_end_nobody_could_be_told_of_is_tried_again() -> None:
    before = Told(AGO, lasts=True)
    assert next_told(untold(before, NOW), holds=False, now=NOW) == Told(AGO, lasts=False)


@pytest.mark.parametrize("condition", Condition)
def test_a_letter_says_what_it_is_and_what_to_do(condition: Condition) -> None:
    page = "https://checkin.example/health"
    letter = letter_of(condition, WELL, holds=True, page=page)
    assert letter.subject == f"Stand Easy: {condition.value}"
    for part in (
        RULES[condition].what,
        RULES[condition].to_do,
        page,
        HOW_OFTEN[RULES[condition].again_after],
    ):
        assert part in letter.text
    over = letter_of(condition, WELL, holds=False, page=None)
    assert over.subject == f"Stand Easy: over: {condition.value}"
    assert RULES[condition].to_do not in over.text
    assert "https" not in over.text
    assert "\n" not in letter.subject + over.subject


def test_a_letter_about_a_stopped_process_names_it() -> None:
    ill = replace(WELL, ticks={"tally": NOW, "officers": NOW - STOPPED_AFTER})
    letter = letter_of(Condition.TICK_STOPPED, ill, holds=True, page=None)
    assert "Stopped: officers\n" in letter.text
