"""Moments to write to somebody: allowed by every rule, spread out, and never too late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.calendar import instant
from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.moments import (
    JITTER,
    ToSend,
    contact_rules,
    earliest_allowed,
    invitation_moment,
    reminder_moment,
    rules_for,
    what_to_send,
)
from bot.core.contact_times.rules import (
    ContactRule,
)
from tests.core.builders import a_window

LONDON = "Europe/London"
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)
ORDINARY_WINDOW = a_window()
RULES = contact_rules(ORDINARY_WINDOW, LONDON)


def _wall(moment: datetime, zone: str = LONDON) -> time:
    return moment.astimezone(ZoneInfo(zone)).time()


def _allowed(moment: datetime, opens: time, closes: time, zone: str) -> bool:
    """The rules in plain words: in the window, and not between 21:00 and 09:00."""
    return opens <= _wall(moment, zone) < closes and time(9) <= _wall(moment, zone) < time(21)


CHANGE_DAYS = [date(2024, 3, 31), date(2024, 10, 27), date(2025, 4, 6), date(2025, 10, 5)]
ZONES = [LONDON, "Europe/Dublin", "Australia/Lord_Howe"]
WINDOWS = [("11:00", "20:00"), ("06:00", "10:00"), ("20:00", "23:00"), ("12:00", "13:00")]


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.sampled_from(CHANGE_DAYS), st.dates(date(2024, 1, 1), date(2026, 1, 1))),
    st.integers(-1440, 1439),
    st.sampled_from(ZONES),
    st.sampled_from(WINDOWS),
)
def test_the_earliest_moment_is_what_trying_every_minute_finds(
    day: date, minute: int, zone: str, hours: tuple[str, str]
) -> None:
    window = a_window(*hours)
    moment = datetime.combine(day, time(), UTC) + minute * MINUTE
    latest = moment + timedelta(days=2)
    tried = (moment + n * MINUTE for n in range(2 * 1440))
    expected = next((at for at in tried if _allowed(at, window.opens, window.closes, zone)), None)
    assert earliest_allowed(moment, contact_rules(window, zone), latest) == expected


def test_a_window_that_lies_in_quiet_hours_has_no_moment() -> None:
    now = datetime(2024, 6, 3, 12, tzinfo=UTC)
    rules = contact_rules(a_window("06:00", "08:00"), LONDON)
    assert earliest_allowed(now, rules, now + WEEK) is None


def _invited(
    now: datetime,
    jitter: float,
    day: date = date(2024, 6, 3),
    hours: tuple[str, str] = ("11:00", "20:00"),
    rules: Sequence[ContactRule] | None = None,
    latest: datetime | None = None,
) -> datetime | None:
    opens = instant(day, time(), LONDON)
    window = a_window(*hours)
    chosen = contact_rules(window, LONDON) if rules is None else rules
    return invitation_moment(opens, latest or opens + WEEK, now, window, chosen, LONDON, jitter)


MONDAY = instant(date(2024, 6, 3), time(), LONDON)


@pytest.mark.parametrize(("jitter", "at"), [(-1.0, "14:00"), (0.0, "15:30"), (1.0, "17:00")])
def test_an_invitation_comes_around_the_middle_of_the_window(jitter: float, at: str) -> None:
    moment = _invited(MONDAY, jitter)
    assert moment == instant(date(2024, 6, 3), time.fromisoformat(at), LONDON)


@settings(max_examples=300, deadline=None)
@given(
    st.floats(-1, 1),
    st.integers(0, 7 * 1440 - 1),
    st.one_of(st.sampled_from(CHANGE_DAYS), st.dates(date(2024, 1, 1), date(2026, 1, 1))),
    st.sampled_from(WINDOWS),
)
def test_an_invitation_is_allowed_not_in_the_past_and_not_after_the_end(
    jitter: float, late: int, day: date, hours: tuple[str, str]
) -> None:
    opens = instant(day, time(), LONDON)
    now = opens + late * MINUTE
    moment = _invited(now, jitter, day, hours)
    window = a_window(*hours)
    if moment is None:
        # Nothing is left but the last evening and what follows it.
        assert now > opens + WEEK - timedelta(days=1, hours=4)
        return
    assert now <= moment < opens + WEEK
    assert _allowed(moment, window.opens, window.closes, LONDON)


def _distinct_after(now: datetime, hours: tuple[str, str] = ("11:00", "20:00")) -> set[datetime]:
    jitters = [number / 101 for number in range(-100, 101, 5)]
    moments = {_invited(now, jitter, hours=hours) for jitter in jitters}
    return {moment for moment in moments if moment is not None}


def test_invitations_planned_at_night_do_not_all_start_at_the_same_instant() -> None:
    night = MONDAY + timedelta(hours=23)
    moments = _distinct_after(night)
    assert len(moments) >= 20
    assert min(moments) >= instant(date(2024, 6, 4), time(11), LONDON)
    assert max(moments) <= instant(date(2024, 6, 4), time(11), LONDON) + JITTER


def test_invitations_planned_late_in_the_day_keep_their_distance() -> None:
    moments = _distinct_after(MONDAY + timedelta(hours=18))
    assert len(moments) >= 20
    assert max(moments) - min(moments) > timedelta(minutes=80)


def test_a_narrow_window_spreads_invitations_over_itself() -> None:
    moments = _distinct_after(MONDAY, ("12:00", "13:00"))
    assert len(moments) == 41
    assert {moment.date() for moment in moments} == {date(2024, 6, 3)}


def test_with_too_little_room_to_spread_an_invitation_still_goes_out() -> None:
    opening = instant(date(2024, 6, 4), time(11), LONDON)
    night = MONDAY + timedelta(hours=23)
    assert _invited(night, 1.0, latest=opening + MINUTE) == opening


def test_an_invitation_that_would_come_too_late_does_not_come() -> None:
    assert _invited(MONDAY + WEEK - timedelta(hours=2), 0.5) is None


@dataclass(frozen=True)
class NotBefore:
    """A later rule, such as a duty pattern."""

    start: datetime

    def earliest(self, moment: datetime) -> datetime:
        return max(moment, self.start)


def test_a_further_rule_moves_an_invitation_on() -> None:
    rules = [*RULES, NotBefore(MONDAY + timedelta(days=2, hours=22))]
    moment = _invited(MONDAY, 0.5, rules=rules)
    assert moment == instant(date(2024, 6, 6), time(11, 45), LONDON)


@settings(max_examples=200, deadline=None)
@given(
    st.floats(-1, 1),
    st.integers(0, 539),
    st.integers(48, 72),
    st.one_of(st.sampled_from(CHANGE_DAYS), st.dates(date(2024, 1, 1), date(2026, 1, 1))),
)
def test_a_reminder_comes_after_two_to_three_days(
    jitter: float, minute: int, hours: int, day: date
) -> None:
    sent = instant(day, time(11), LONDON) + minute * MINUTE
    after = timedelta(hours=hours)
    moment = reminder_moment(sent, after, sent + WEEK, RULES, jitter)
    if moment is None:
        # What is left of the third day is night.
        tried = (sent + after + n * MINUTE for n in range((72 - hours) * 60 + 1))
        assert not any(_allowed(at, time(11), time(20), LONDON) for at in tried)
        return
    assert sent + after <= moment <= sent + timedelta(hours=72)
    assert _allowed(moment, time(11), time(20), LONDON)


def test_a_reminder_that_would_come_after_the_prompt_expires_does_not_come() -> None:
    sent = MONDAY + timedelta(hours=15)
    latest = sent + timedelta(hours=48)
    assert reminder_moment(sent, timedelta(hours=48), latest, RULES, 0.0) is None


def test_reminders_keep_their_distance_from_each_other() -> None:
    sent = MONDAY + timedelta(hours=11)
    after = timedelta(hours=48)
    moments = {reminder_moment(sent, after, sent + WEEK, RULES, n / 10) for n in range(11)}
    assert len(moments) == 11


def _on(day: str, hour: int = 0, minute: int = 0) -> datetime:
    return instant(date.fromisoformat(day), time(hour, minute), LONDON)


# Earlies on Monday 3 and Tuesday 4 June, lates on 5 and 6, nights on 7 and 8, rest from 9 on.
EARLIES_FIRST = ContactTimes(pattern="2-2-2-4", anchor=date(2024, 6, 3))
# Its rest days are Monday 3 to Thursday 6 June.
RESTING_FIRST = ContactTimes(pattern="2-2-2-4", anchor=date(2024, 6, 7))


def _rules(times: ContactTimes, **more: object) -> tuple[ContactRule, ...]:
    return rules_for(ORDINARY_WINDOW, LONDON, times, **more)  # type: ignore[arg-type]


def test_the_second_rest_day_is_preferred() -> None:
    moment = _invited_on(RESTING_FIRST, 0.0)
    assert moment == _on("2024-06-04", 15, 30)


def test_a_cancelled_rest_day_moves_the_preferred_one() -> None:
    times = RESTING_FIRST.with_cancelled(date(2024, 6, 4), today=date(2024, 6, 3))
    # The third rest day is now the first of two, and the fourth the second.
    assert _invited_on(times, 0.0) == _on("2024-06-06", 15, 30)
    rules = _rules(times)
    assert earliest_allowed(_on("2024-06-04"), rules, _on("2024-06-06")) == _on("2024-06-05", 11)


def test_without_a_second_rest_day_it_is_a_day_before_its_late() -> None:
    # The prompt ends before the rest days come.
    moment = _invited_on(EARLIES_FIRST, 0.5, latest=_on("2024-06-08"))
    assert moment == _on("2024-06-05", 11, 45)


def test_with_neither_it_is_any_allowed_moment() -> None:
    moment = _invited_on(EARLIES_FIRST, 0.5, latest=_on("2024-06-05"))
    assert moment == _on("2024-06-03", 16, 15)


def test_with_nothing_but_nights_a_prompt_does_not_come() -> None:
    times = ContactTimes(own_cycle="NN", anchor=date(2024, 6, 3))
    assert _invited_on(times, 0.5) is None


def _invited_on(
    times: ContactTimes, jitter: float, latest: datetime = MONDAY + WEEK
) -> datetime | None:
    rules = _rules(times)
    return invitation_moment(MONDAY, latest, MONDAY, ORDINARY_WINDOW, rules, LONDON, jitter, times)


@pytest.mark.parametrize(
    ("part", "moment"),
    [
        (Part.ANY, "15:30"),
        (Part.MORNINGS, "11:30"),
        (Part.AFTERNOONS, "14:30"),
        (Part.EVENINGS, "18:30"),
        (Part.EVENINGS_WEEKENDS, "18:30"),
    ],
)
def test_a_time_that_suits_is_kept_to_within_the_window(part: Part, moment: str) -> None:
    times = ContactTimes(part=part)
    assert _invited_on(times, 0.0) == instant(date(2024, 6, 3), time.fromisoformat(moment), LONDON)


def test_on_a_weekend_an_invitation_comes_in_the_middle_of_it() -> None:
    saturday = _on("2024-06-08")
    times = ContactTimes(part=Part.EVENINGS_WEEKENDS)
    moment = invitation_moment(
        saturday, saturday + WEEK, saturday, ORDINARY_WINDOW, _rules(times), LONDON, 0.0, times
    )
    assert moment == _on("2024-06-08", 15, 30)


def test_a_part_of_the_day_that_the_window_never_meets_has_no_moment() -> None:
    times = ContactTimes(part=Part.MORNINGS)
    window = a_window("13:00", "20:00")
    rules = rules_for(window, LONDON, times)
    args = (MONDAY, MONDAY + WEEK, MONDAY, window, rules, LONDON, 0.5, times)
    assert invitation_moment(*args) is None


@pytest.mark.parametrize(
    ("ignored", "asked", "sent"),
    [
        (0, False, ToSend.CHECK_IN),
        (3, False, ToSend.CHECK_IN),
        (3, True, ToSend.CHECK_IN),
        (4, False, ToSend.ASK_TO_CARRY_ON),
        (4, True, ToSend.NOTHING),
        (5, False, ToSend.ASK_TO_CARRY_ON),
        (9, True, ToSend.NOTHING),
    ],
)
def test_after_four_ignored_rounds_the_question_comes_once(
    ignored: int, asked: bool, sent: ToSend
) -> None:
    assert what_to_send(ignored, asked) is sent
