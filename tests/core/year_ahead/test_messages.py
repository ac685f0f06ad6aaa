"""One officer's year: every message obeys the rules, and everything that can come does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.core.contact_times.duty_patterns import OFFICE, PATTERNS
from bot.core.contact_times.moments import SAID_NOTHING
from bot.core.programme import Programme
from bot.core.year_ahead import best_days
from bot.core.year_ahead.askings import Where, askings_of
from bot.core.year_ahead.days import year_from
from bot.core.year_ahead.messages import Kind, Message, by_month, messages_to, with_pattern
from tests.core.builders import a_programme, check_in_content

LONDON = ZoneInfo("Europe/London")
BEGINS = date(2026, 11, 22)
YEAR = year_from(BEGINS)
CHRISTMAS = date(2026, 12, 25)


def _programme(*check_ins: dict[str, object], **force: object) -> Programme:
    programme = a_programme(check_ins=[check_in_content(**each) for each in check_ins])
    return programme.model_copy(update={"force": programme.force.model_copy(update=force)})


PULSE = {
    "id": "pulse",
    "starts_on": date(2026, 1, 5),
    "recurrence": "FREQ=WEEKLY;BYDAY=MO",
    "prompts_per_round": 4,
    "remind_after_hours": 48,
}
MONTHLY = {
    "id": "monthly",
    "starts_on": date(2026, 1, 15),
    "recurrence": "FREQ=WEEKLY;INTERVAL=4;BYDAY=TH",
    "prompts_per_round": 1,
    "remind_after_hours": None,
}
PULSE_ALONE = _programme(PULSE)
BOTH = _programme(PULSE, MONTHLY)


def _messages(
    programme: Programme, pattern: str | None = None, back: int = 0, *, at_once: bool = False
) -> tuple[Message, ...]:
    span = year_from(BEGINS)
    anchor = None if pattern == OFFICE else BEGINS - timedelta(days=back)
    chosen = {} if pattern is None else {"times": with_pattern(pattern, anchor)}
    where = Where.of(programme.force)
    return messages_to(askings_of(programme, span), where, span, answers_at_once=at_once, **chosen)


def _moments(messages: Sequence[Message]) -> list[datetime]:
    return sorted(each.moment.astimezone(LONDON) for each in messages if each.moment)


@pytest.mark.parametrize("pattern", [None, *PATTERNS])
def test_no_message_is_one_too_many_or_at_a_bad_hour(pattern: str | None) -> None:
    for back in range(0, 10, 3):
        moments = _moments(_messages(BOTH, pattern, back))
        days = [moment.date() for moment in moments]
        assert max(Counter(days).values()) == 1
        for first, third in zip(days, days[2:], strict=False):
            assert (third - first).days >= 7
        assert all(time(11) <= moment.time() < time(20) for moment in moments)


@pytest.mark.parametrize("pattern", [None, *PATTERNS])
def test_every_message_comes_while_its_prompt_can_be_answered(pattern: str | None) -> None:
    for message in _messages(BOTH, pattern, 4):
        if message.moment is not None:
            day = message.moment.astimezone(LONDON).date()
            assert message.asked_on <= day < message.asked_on + timedelta(days=7)


@pytest.mark.parametrize("pattern", [None, *PATTERNS])
def test_days_alike_give_the_moments_that_are_worked_out_one_by_one(pattern: str | None) -> None:
    blackout_dates = [BEGINS + timedelta(days=60), BEGINS + timedelta(days=61)]
    force = _programme(PULSE, MONTHLY, blackout_dates=blackout_dates).force
    askings, where = askings_of(BOTH, YEAR), Where.of(force)
    for back in range(0, 28, 9):
        anchor = None if pattern == OFFICE else BEGINS - timedelta(days=back)
        times = with_pattern(pattern, anchor) if pattern else SAID_NOTHING
        # A day off that was lost years ago moves nothing, but no two days are taken to be alike.
        one_by_one = replace(times, cancelled=(date(2020, 1, 1),))
        for at_once in (True, False):
            one, other = (
                messages_to(askings, where, YEAR, each, answers_at_once=at_once)
                for each in (times, one_by_one)
            )
            assert one == other


def test_every_monday_is_asked_once_and_reminded_once() -> None:
    messages = _messages(PULSE_ALONE)
    kinds = Counter((each.asked_on, each.kind) for each in messages)
    assert set(kinds.values()) == {1}
    mondays = {each.asked_on for each in messages if each.kind is Kind.INVITATION}
    assert len(mondays) == 52
    assert all(later - earlier == timedelta(7) for earlier, later in pairwise(sorted(mondays)))
    assert all(each.moment for each in messages)


def test_who_answers_at_once_is_never_reminded() -> None:
    messages = _messages(PULSE_ALONE, at_once=True)
    assert {each.kind for each in messages} == {Kind.INVITATION}


def test_the_clocks_move_no_invitation() -> None:
    moments = _moments(_messages(PULSE_ALONE, at_once=True))
    assert {(moment.time(), moment.weekday()) for moment in moments} == {(time(15, 30), 0)}
    offsets = {moment.utcoffset() for moment in moments}
    assert offsets == {timedelta(), timedelta(hours=1)}


def test_two_messages_a_week_leave_no_place_for_a_third() -> None:
    messages = _messages(BOTH)
    lost = Counter(each.check_in for each in messages if each.moment is None)
    assert lost == {"pulse": 13}
    assert all(each.kind is Kind.REMINDER for each in messages if each.moment is None)
    assert all(each.moment for each in _messages(BOTH, at_once=True))


def test_of_three_check_ins_on_a_day_the_last_is_lost() -> None:
    same_day = {**MONTHLY, "starts_on": date(2026, 1, 5), "recurrence": "FREQ=WEEKLY;INTERVAL=4"}
    three = _programme(*({**same_day, "id": name} for name in ("one", "two", "three")))
    messages = _messages(three, at_once=True)
    assert Counter(each.check_in for each in messages if each.moment is None) == {"two": 13}
    for name, later in (("one", 0), ("three", 1)):
        for each in messages:
            if each.check_in == name:
                assert each.moment is not None
                day = each.moment.astimezone(LONDON).date()
                assert day == each.asked_on + timedelta(days=later)


def test_a_prompt_that_lives_for_a_day_is_lost_to_who_works_then() -> None:
    every_day = {**PULSE, "recurrence": "FREQ=DAILY", "prompts_per_round": 16}
    programme = _programme({**every_day, "window": {"opens": "11:00", "closes": "12:00"}})
    lost = [each for each in _messages(programme, "4-on-4-off") if each.moment is None]
    assert lost
    months = by_month(_messages(programme, "4-on-4-off"), YEAR, "Europe/London")
    assert max(months.values()) <= 10


def test_the_office_hears_nothing_on_bank_holidays_and_others_do() -> None:
    fridays = {**PULSE, "recurrence": "FREQ=WEEKLY;BYDAY=FR", "starts_on": date(2026, 1, 2)}
    programme = _programme(fridays, bank_holidays=[CHRISTMAS])
    in_office = {moment.date() for moment in _moments(_messages(programme, OFFICE))}
    others = {moment.date() for moment in _moments(_messages(programme))}
    assert CHRISTMAS not in in_office
    assert CHRISTMAS in others


def test_nobody_hears_anything_on_a_blackout_date_and_a_whole_week_of_them_loses_the_prompt() -> (
    None
):
    week = [date(2027, 1, 4) + timedelta(days=number) for number in range(7)]
    monday = date(2027, 2, 1)
    programme = _programme(PULSE, blackout_dates=[*week, monday])
    messages = _messages(programme, at_once=True)
    assert [each.asked_on for each in messages if each.moment is None] == [week[0]]
    (moved,) = [each.moment for each in messages if each.asked_on == monday]
    assert moved is not None
    assert moved.date() == monday + timedelta(days=1)
    assert not {moment.date() for moment in _moments(messages)} & {*week, monday}


def test_a_check_in_that_officers_start_sends_nothing() -> None:
    own = _programme({**MONTHLY, "invites": False})
    assert askings_of(own, YEAR) == ()
    assert _messages(own) == ()


def test_only_the_check_ins_that_are_named_are_taken() -> None:
    (asking,) = askings_of(BOTH, YEAR, frozenset({"monthly"}))
    assert asking.check_in == "monthly"


def test_months_are_counted_from_the_first_to_the_last_and_hold_every_message() -> None:
    messages = _messages(PULSE_ALONE, at_once=True)
    months = by_month(messages, YEAR, "Europe/London")
    assert next(iter(months)) == date(2026, 11, 1)
    assert list(months)[-1] == date(2027, 11, 1)
    assert len(months) == 13
    assert sum(months.values()) == len(messages) == 52
    beyond = by_month(messages, year_from(date(2030, 1, 1)), "Europe/London")
    assert set(beyond.values()) == {0}


def test_what_is_kept_of_days_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    # No other test asks there, so nothing is known yet.
    there = _programme(PULSE, MONTHLY, timezone="Europe/Paris")
    with monkeypatch.context() as patch:
        patch.setattr(best_days, "MOST_DAYS", 1)
        patch.setattr(best_days, "MOST_PROMPTS", 1)
        bounded = _messages(there, "4-on-4-off", 3)
    messages_to.cache_clear()
    assert _messages(there, "4-on-4-off", 3) == bounded
