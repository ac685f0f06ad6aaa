"""A round that waits its turn is not late; one that is stuck, or whose answers stay, is."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.late_rounds import (
    DESTROYED_WITHIN,
    RESULT_AT_LAST,
    RESULT_WITHIN,
    is_kept_too_long,
    waits_too_long,
)

CLOSED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TURN = timedelta(days=28)
MOMENT = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("releases", "late_after"),
    [
        ([], RESULT_WITHIN),
        # Long before, or just before: its turn is 28 days after that one.
        ([-40 * DAY], RESULT_WITHIN),
        ([-DAY], TURN - DAY + RESULT_WITHIN),
        # Another was first, on the day on which it was this one's turn.
        ([-20 * DAY, 8 * DAY], 8 * DAY + TURN + RESULT_WITHIN),
        # Others that came when its own was due long since do not hold it up.
        ([9 * DAY], RESULT_WITHIN),
        ([20 * DAY, -20 * DAY], 8 * DAY + RESULT_WITHIN),
        ([-DAY, 27 * DAY, 55 * DAY], RESULT_AT_LAST),
    ],
)
def test_a_round_is_late_once_nothing_before_it_can_hold_it_up(
    releases: list[timedelta], late_after: timedelta
) -> None:
    moments = [CLOSED + each for each in releases]
    assert waits_too_long(CLOSED, moments, CLOSED + late_after)
    assert not waits_too_long(CLOSED, moments, CLOSED + late_after - MOMENT)


def test_answers_are_kept_too_long_two_days_after_their_thirty() -> None:
    assert is_kept_too_long(CLOSED, CLOSED + DESTROYED_WITHIN)
    assert not is_kept_too_long(CLOSED, CLOSED + DESTROYED_WITHIN - MOMENT)
