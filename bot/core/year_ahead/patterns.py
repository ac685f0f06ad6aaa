"""What each duty pattern gets: every day of its cycle is somebody's day, so all are tried.

It shows how well a schedule fits those who work it; nothing of anybody who joined goes into it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.contact_times.duty import Duty, duty_of
from bot.core.contact_times.duty_patterns import OFFICE, PATTERNS, Shift
from bot.core.programme import Programme
from bot.core.year_ahead.ahead import audiences
from bot.core.year_ahead.askings import Asking, Where, askings_of
from bot.core.year_ahead.days import NOTHING_YET, Span, UnderWay, year_from
from bot.core.year_ahead.messages import Kind, Message, messages_to, with_pattern


class State(StrEnum):
    """What somebody does on the day on which an invitation comes."""

    SECOND_REST_DAY = "second rest day"
    OTHER_REST_DAY = "other rest day"
    BEFORE_A_LATE = "day of a late"
    OTHER_SHIFT = "day of another shift"


@dataclass(frozen=True, slots=True)
class Turn:
    """One day on which the cycle may have begun, and what comes then."""

    anchor: date
    invitations: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class PatternAhead:
    """The invitations of a year to everybody on one pattern."""

    pattern: str
    turns: tuple[Turn, ...]
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
    return tuple(pattern_ahead(programme, begins, pattern, under_way) for pattern in PATTERNS)


def pattern_ahead(
    programme: Programme, begins: date, pattern: str, under_way: UnderWay = NOTHING_YET
) -> PatternAhead:
    """Return what one pattern gets, of the check-ins that write to one officer the most."""
    span = year_from(begins)
    groups = [
        askings_of(programme, span, check_ins, under_way) for check_ins in audiences(programme)
    ]
    most = max(groups, key=lambda askings: sum(len(each.plans) for each in askings))
    return _pattern_ahead(most, Where.of(programme.force), span, pattern)


@lru_cache(maxsize=64)
def _pattern_ahead(
    askings: tuple[Asking, ...], where: Where, span: Span, pattern: str
) -> PatternAhead:
    turns = []
    states: Counter[State] = Counter()
    clock: set[tuple[int, int]] = set()
    zone = ZoneInfo(where.timezone)
    # The office week begins on Mondays; of every other pattern, any day may be the first.
    lengths = 1 if pattern == OFFICE else len(PATTERNS[pattern])
    for back in range(lengths):
        anchor = span.begins - timedelta(days=back)
        times = with_pattern(pattern, None if pattern == OFFICE else anchor)
        duty = duty_of(times, where.shift_times, where.timezone)
        assert duty is not None  # noqa: S101 - a pattern of the table always is duty
        messages = messages_to(askings, where, span, times, answers_at_once=True)
        turns.append(Turn(anchor, messages))
        cycle = len(duty.cycle)
        state_on = [_state(duty, duty.anchor + timedelta(days=day)) for day in range(cycle)]
        for moment in _moments(messages):
            local = moment.astimezone(zone)
            states[state_on[(local.date() - duty.anchor).days % cycle]] += 1
            clock.add((local.hour, local.minute))
    return PatternAhead(
        pattern,
        tuple(turns),
        len(turns[0].invitations),
        min(len(_moments(turn.invitations)) for turn in turns),
        states,
        _at(min(clock, default=None)),
        _at(max(clock, default=None)),
    )


def _at(time_of_day: tuple[int, int] | None) -> str:
    return "" if time_of_day is None else "{:02}:{:02}".format(*time_of_day)


def _moments(messages: tuple[Message, ...]) -> list[datetime]:
    return [
        each.moment for each in messages if each.kind is Kind.INVITATION and each.moment is not None
    ]


def _state(duty: Duty, day: date) -> State:
    if duty.is_second_rest_day(day):
        return State.SECOND_REST_DAY
    shift = duty.shift(day)
    if shift is Shift.REST:
        return State.OTHER_REST_DAY
    return State.BEFORE_A_LATE if shift is Shift.LATE else State.OTHER_SHIFT
