"""The days of a year to come: its rounds and prompts, its holidays, and when the clocks change.

Nothing is stored and nothing is decided here: rounds open by the same calendar that this shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.calendar import RoundPlan, plans_until
from bot.core.programme import CheckIn, Programme

ONE_DAY = timedelta(days=1)
_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Span:
    """Some days in a row: the first, and the one behind the last."""

    begins: date
    ends: date

    def __contains__(self, day: date) -> bool:
        return self.begins <= day < self.ends


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A day in whose early hours the clocks change, and by how many minutes they go forward."""

    day: date
    minutes: int


@dataclass(frozen=True, slots=True)
class RoundAhead:
    """A round that will be, and what it belongs to."""

    check_in: str
    title: Mapping[str, str]
    invites: bool
    plan: RoundPlan


def year_from(day: date) -> Span:
    """Return the year that begins on a day."""
    if (day.month, day.day) == (2, 29):
        return Span(day, date(day.year + 1, 3, 1))
    return Span(day, day.replace(year=day.year + 1))


UnderWay = Mapping[str, RoundPlan]
"""The round of each check-in that is under way, as it began and with its present end."""

NOTHING_YET: Final[UnderWay] = MappingProxyType({})


def plans_in(
    check_in: CheckIn, span: Span, under_way: UnderWay = NOTHING_YET
) -> tuple[RoundPlan, ...]:
    """Return the rounds of a check-in that are open on some day of a span.

    One that is under way goes on as it began, and none opens beside it.
    """
    plans = plans_until(check_in, span.ends - ONE_DAY)
    going = under_way.get(check_in.id)
    if going is not None:
        before = [plan for plan in plans if plan.closes_on <= going.opens_on]
        after = [plan for plan in plans if plan.opens_on >= going.closes_on]
        plans = (*before, going, *after)
    return tuple(plan for plan in plans if plan.closes_on > span.begins)


def left_out(check_in: CheckIn, going: RoundPlan) -> tuple[RoundPlan, ...]:
    """Return the rounds that would open beside the one under way, and so never do."""
    plans = plans_until(check_in, going.closes_on - ONE_DAY)
    return tuple(plan for plan in plans if plan.opens_on > going.opens_on)


def rounds_in(
    programme: Programme, span: Span, under_way: UnderWay = NOTHING_YET
) -> tuple[RoundAhead, ...]:
    """Return every round that is open on some day of a span, by its first day."""
    found = [
        RoundAhead(check_in.id, check_in.title, check_in.invites, plan)
        for check_in in programme.check_ins
        for plan in plans_in(check_in, span, under_way)
    ]
    return tuple(sorted(found, key=lambda each: (each.plan.opens_on, each.check_in)))


@lru_cache(maxsize=32)
def clock_changes_in(timezone: str, span: Span) -> tuple[ClockChange, ...]:
    """Return the days of a span on which the clocks change."""
    zone = ZoneInfo(timezone)
    changes = []
    day, before = span.begins, _offset(span.begins - ONE_DAY, zone)
    while day < span.ends:
        offset = _offset(day, zone)
        if offset != before:
            changes.append(ClockChange(day, (offset - before) // timedelta(minutes=1)))
        day, before = day + ONE_DAY, offset
    return tuple(changes)


def _offset(day: date, zone: ZoneInfo) -> timedelta:
    # At noon the day's change, if it has one, has been.
    return datetime.combine(day, _NOON, tzinfo=zone).utcoffset() or timedelta()
