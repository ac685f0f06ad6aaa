"""The movable clock: it runs on, and never goes back."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.demo.clock import MovableClock

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Watch:
    """Real time for a test."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


def test_an_untouched_clock_shows_real_time() -> None:
    assert MovableClock(Watch()).now() == NOON


def test_without_a_watch_it_shows_utc() -> None:
    assert MovableClock().now().tzinfo is UTC


def test_a_moved_clock_runs_on() -> None:
    watch = Watch()
    clock = MovableClock(watch)
    clock.move_to(NOON + DAY)
    watch.time += timedelta(seconds=5)
    assert clock.now() == NOON + DAY + timedelta(seconds=5)


def test_moves_add_up() -> None:
    clock = MovableClock(Watch())
    clock.move_by(DAY)
    clock.move_by(DAY)
    assert clock.now() == NOON + 2 * DAY


def test_a_moment_that_has_passed_moves_nothing() -> None:
    clock = MovableClock(Watch())
    clock.move_to(NOON - DAY)
    assert clock.now() == NOON


def test_a_step_back_is_refused() -> None:
    with pytest.raises(ValueError, match="never goes back"):
        MovableClock(Watch()).move_by(-DAY)
