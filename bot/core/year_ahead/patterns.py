"""What each duty pattern gets: every day of its cycle is somebody's day, so all are tried.

It shows how well a schedule fits those who work it; nothing of anybody who joined goes into it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.contact_times.duty import Duty, duty_of
from bot.core.contact_times.duty_patterns import A_MONDAY, OFFICE, PATTERNS, Shift
from bot.core.programme import Programme
from bot.core.year_ahead.ahead import audiences
from bot.core.year_ahead.askings import Asking, Where, askings_of
from bot.core.year_ahead.days import NOTHING_YET, Span, UnderWay, year_from
from bot.core.year_ahead.messages import what_comes, with_pattern
from bot.core.year_ahead.prompts import prompts_of


class State(StrEnum):
    """What somebody does on the day on which an invitation comes."""

    SECOND_REST_DAY = "second rest day"
    OTHER_REST_DAY = "other rest day"
    BEFORE_A_LATE = "day of a late"
    OTHER_SHIFT = "day of another shift"


@dataclass(frozen=True, slots=True)
class PatternAhead:
    """The invitations of a year to everybody on one pattern."""

    pattern: str
    turns: int
    """On how many days its cycle may have begun."""
    prompts: int
    """How many invitations there are to come in each turn."""
    fewest: int
    """How many do come in the turn that gets the fewest."""
    states: Mapping[State, int]
    """How many come on which days, over all turns."""
    earliest: str
    latest: str
    """The local times of day between which they come, before anybody's jitter."""


def patterns_ahead(
    programme: Programme, begins: date, under_way: UnderWay = NOTHING_YET
) -> tuple[PatternAhead, ...]:
    """Return what every pattern of the table gets in the year that begins on a day."""
    found = _asked_the_most(programme, begins, under_way)
    return tuple(pattern_of(*found, pattern) for pattern in PATTERNS)


def pattern_ahead(
    programme: Programme, begins: date, pattern: str, under_way: UnderWay = NOTHING_YET
) -> PatternAhead:
    """Return what one pattern gets, of the check-ins that write to one officer the most."""
    return pattern_of(*_asked_the_most(programme, begins, under_way), pattern)


def _asked_the_most(
    programme: Programme, begins: date, under_way: UnderWay
) -> tuple[tuple[Asking, ...], Where, Span]:
    """Return the check-ins that write to one officer the most, and where and when they do."""
    span = year_from(begins)
    groups = [
        askings_of(programme, span, check_ins, under_way) for check_ins in audiences(programme)
    ]
    most = max(groups, key=lambda askings: sum(len(each.plans) for each in askings))
    return most, Where.of(programme.force), span


@lru_cache(maxsize=64)
def pattern_of(askings: tuple[Asking, ...], where: Where, span: Span, pattern: str) -> PatternAhead:
    """Return what one pattern gets of these check-ins."""
    length = len(PATTERNS[pattern])
    # The office week begins on Mondays; of every other pattern, any day may be the first.
    days_back = range(1 if pattern == OFFICE else length)
    prompts = prompts_of(askings, where, span, pattern == OFFICE)
    numbers: list[int] = []
    places = [0] * length
    moments: set[datetime] = set()
    for back in days_back:
        anchor = None if pattern == OFFICE else span.begins - timedelta(days=back)
        first = (anchor or A_MONDAY).toordinal()
        coming = what_comes(prompts, where, with_pattern(pattern, anchor), reminds=False)
        days = [day - first for _, _, moment, day in coming if moment is not None]
        for after in days:
            places[after % length] += 1
        moments.update([moment for _, _, moment, _ in coming if moment is not None])
        numbers.append(len(days))
    zone = ZoneInfo(where.timezone)
    clock = {(local.hour, local.minute) for local in (each.astimezone(zone) for each in moments)}
    return PatternAhead(
        pattern,
        len(days_back),
        len([each for each in prompts.in_turn if each.day in span]),
        min(numbers),
        _states(pattern, where, places),
        _at(min(clock, default=None)),
        _at(max(clock, default=None)),
    )


def _states(pattern: str, where: Where, places: Sequence[int]) -> Mapping[State, int]:
    """Return how many come on days of each kind, from how many come on each of the cycle."""
    times = with_pattern(pattern, None if pattern == OFFICE else A_MONDAY)
    duty = duty_of(times, where.shift_times, where.timezone)
    assert duty is not None  # noqa: S101 - a pattern of the table always is duty
    states: Counter[State] = Counter()
    for after, number in enumerate(places):
        if number:
            states[_state(duty, A_MONDAY + timedelta(days=after))] += number
    return states


def _at(time_of_day: tuple[int, int] | None) -> str:
    return "" if time_of_day is None else "{:02}:{:02}".format(*time_of_day)


def _state(duty: Duty, day: date) -> State:
    if duty.is_second_rest_day(day):
        return State.SECOND_REST_DAY
    shift = duty.shift(day)
    if shift is Shift.REST:
        return State.OTHER_REST_DAY
    return State.BEFORE_A_LATE if shift is Shift.LATE else State.OTHER_SHIFT
