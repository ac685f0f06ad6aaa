"""What was promised comes: never too early, never in quiet hours, and in time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.core.calendar import instant
from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.follow_ups import (
    FollowUpAfter,
    follow_up_moment,
    moment_between,
    tomorrow_moment,
)
from bot.core.contact_times.moments import contact_rules, rules_for
from bot.core.contact_times.rules import ContactRule
from tests.core.builders import a_window

LONDON = "Europe/London"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RULES = contact_rules(a_window(), LONDON)


def _on(day: int, hour: int, minute: int = 0) -> datetime:
    return instant(date(2024, 6, day), time(hour, minute), LONDON)


def _rules(
    times: ContactTimes, window: tuple[str, str] = ("11:00", "20:00")
) -> tuple[ContactRule, ...]:
    return rules_for(a_window(*window), LONDON, times)


def nights_from(day: int, nights: int = 7) -> ContactTimes:
    return ContactTimes(own_cycle="N" * nights + "RRR", anchor=date(2024, 6, day))


@pytest.mark.parametrize(
    ("kind", "after"),
    [(FollowUpAfter.HOURS_72, 3), (FollowUpAfter.DAYS_28, 28), (FollowUpAfter.DAYS_90, 90)],
)
def test_a_follow_up_comes_when_it_was_promised(kind: FollowUpAfter, after: int) -> None:
    started = datetime(2024, 4, 3, 12, tzinfo=UTC)
    assert follow_up_moment(started, kind, RULES) == started + after * DAY


def test_a_follow_up_is_moved_forward_alone() -> None:
    assert follow_up_moment(_on(3, 10, 59), FollowUpAfter.HOURS_72, RULES) == _on(6, 11)
    assert follow_up_moment(_on(3, 20), FollowUpAfter.HOURS_72, RULES) == _on(7, 11)
    assert follow_up_moment(_on(3, 20), FollowUpAfter.HOURS_72, RULES, 0.5) == _on(7, 11, 45)


def test_the_floor_is_seventy_two_real_hours() -> None:
    # The clocks go forward in between, and what was noon is one o'clock.
    started = instant(date(2024, 3, 30), time(12), LONDON)
    moment = follow_up_moment(started, FollowUpAfter.HOURS_72, RULES)
    assert moment == instant(date(2024, 4, 2), time(13), LONDON)


def test_after_48_hours_duty_gives_way() -> None:
    times = nights_from(5)
    # The nights of the 5th to the 11th leave the 6th to the 11th without a moment.
    moment = follow_up_moment(_on(3, 12), FollowUpAfter.HOURS_72, _rules(times))
    assert moment == _on(6, 12)
    # With 7 days' room, there is the first rest day.
    moment = follow_up_moment(_on(6, 12) - 28 * DAY, FollowUpAfter.DAYS_28, _rules(times))
    assert moment == _on(12, 17)


def test_a_window_that_never_opens_gives_way_to_the_last_moment_in_time() -> None:
    mornings = _rules(ContactTimes(part=Part.MORNINGS), ("13:00", "20:00"))
    started = _on(3, 23)
    assert follow_up_moment(started, FollowUpAfter.HOURS_72, mornings) == _on(8, 20, 59)


def test_what_became_due_while_nothing_was_sent_comes_at_the_next_moment() -> None:
    assert moment_between(_on(3, 22), _on(5, 22), RULES) == _on(4, 11)
    assert moment_between(_on(3, 22), _on(4, 9), RULES) is None


def test_during_a_pause_a_follow_up_does_not_come() -> None:
    paused = rules_for(a_window(), LONDON, paused_until=date(2024, 7, 1))
    assert follow_up_moment(_on(3, 12), FollowUpAfter.HOURS_72, paused) is None
    assert tomorrow_moment(_on(3, 12), paused, LONDON) is None


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (_on(3, 12), _on(4, 12)),
        # The nearest before or behind, on the next day.
        (_on(3, 23, 30), _on(4, 19, 59)),
        (_on(3, 3), _on(4, 11)),
        (_on(3, 0, 30), _on(4, 11)),
    ],
)
def test_tomorrow_is_the_nearest_allowed_moment_of_the_next_day(
    now: datetime, moment: datetime
) -> None:
    assert tomorrow_moment(now, RULES, LONDON) == moment


def test_an_early_shift_moves_tomorrow_to_its_end() -> None:
    times = ContactTimes(own_cycle="ER", anchor=date(2024, 6, 4))
    assert tomorrow_moment(_on(3, 14), _rules(times), LONDON) == _on(4, 16)


def test_a_late_shift_moves_tomorrow_before_it() -> None:
    times = ContactTimes(own_cycle="LR", anchor=date(2024, 6, 4))
    assert tomorrow_moment(_on(3, 17), _rules(times), LONDON) == _on(4, 12, 59)


def test_a_single_minute_is_enough_for_tomorrow() -> None:
    one_minute = _rules(ContactTimes(quiet=(time(11, 1), time(9))))
    assert tomorrow_moment(_on(3, 18), one_minute, LONDON) == _on(4, 11)


def test_duty_does_not_keep_tomorrow_from_coming() -> None:
    rules = _rules(nights_from(3))
    assert tomorrow_moment(_on(3, 18), rules, LONDON) == _on(4, 18)


def test_quiet_hours_that_fill_the_36_hours_put_tomorrow_off_until_they_end() -> None:
    times = ContactTimes(quiet=(time(21), time(15)))
    assert tomorrow_moment(_on(3, 0, 10), _rules(times), LONDON) == _on(4, 15)


def test_tomorrow_is_never_today_when_the_clocks_change() -> None:
    # 24 hours after ten past midnight is the same day, which has 25.
    now = datetime(2024, 10, 26, 23, 10, tzinfo=UTC)
    open_always = rules_for(
        a_window("00:00", "23:59"), LONDON, ContactTimes(quiet=(time(4), time(5)))
    )
    moment = tomorrow_moment(now, open_always, LONDON)
    assert moment == instant(date(2024, 10, 28), time(0, 10), LONDON)
