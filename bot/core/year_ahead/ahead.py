"""The year ahead of a programme: its calendar, its messages, and what to think twice about.

Pure and whole: the same programme, day and groups give the same year, so a page may keep it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from bot.core.programme import CheckIn, Programme
from bot.core.reporting_units import ReportingUnits
from bot.core.year_ahead.askings import Where, askings_of
from bot.core.year_ahead.cautions import (
    Caution,
    about_groups,
    about_messages,
    blacked_out,
    gap,
    overlap,
)
from bot.core.year_ahead.days import (
    NOTHING_YET,
    ClockChange,
    RoundAhead,
    Span,
    UnderWay,
    clock_changes_in,
    left_out,
    plans_in,
    rounds_in,
    year_from,
)
from bot.core.year_ahead.groups import HALF, groups_ahead
from bot.core.year_ahead.messages import Message, by_month, messages_to


@dataclass(frozen=True, slots=True)
class MonthAhead:
    """How many messages one officer gets in a month who says nothing about duty."""

    first: date
    answering: int
    """If every prompt is answered at once."""
    at_most: int
    """If every reminder comes that may."""


@dataclass(frozen=True, slots=True)
class YearAhead:
    """What the coming year brings."""

    span: Span
    timezone: str
    rounds: tuple[RoundAhead, ...]
    clock_changes: tuple[ClockChange, ...]
    bank_holidays: tuple[date, ...]
    blackout_dates: tuple[date, ...]
    months: tuple[MonthAhead, ...]
    cautions: tuple[Caution, ...]


def year_ahead(
    programme: Programme,
    begins: date,
    units: Mapping[str, ReportingUnits],
    answering: float = HALF,
    under_way: UnderWay = NOTHING_YET,
) -> YearAhead:
    """Return the year that begins on a day.

    `units` are the groups that rounds of check-ins would report on; a check-in that is not
    there says nothing about single teams. `answering` is the share of people taken to answer.
    `under_way` are the rounds that keep others from opening, which go on as they began.
    """
    span = year_from(begins)
    force = programme.force
    where = Where.of(force)
    months: dict[date, MonthAhead] = {}
    cautions: list[Caution] = []
    for check_ins in audiences(programme):
        askings = askings_of(programme, span, check_ins, under_way)
        with_reminders = messages_to(askings, where, span)
        at_once = messages_to(askings, where, span, answers_at_once=True)
        _add_months(months, at_once, with_reminders, span, force.timezone)
        cautions += about_messages(at_once, with_reminders)
    return YearAhead(
        span,
        force.timezone,
        rounds_in(programme, span, under_way),
        clock_changes_in(force.timezone, span),
        tuple(sorted(day for day in force.bank_holidays if day in span)),
        tuple(sorted(day for day in force.blackout_dates if day in span)),
        tuple(months[first] for first in sorted(months)),
        tuple(
            dict.fromkeys(
                [
                    *_gaps(programme, span, under_way),
                    *_blacked_out(programme, span, under_way),
                    *_overlaps(programme, span, under_way),
                    *cautions,
                    *_group_cautions(programme, units, answering),
                ]
            )
        ),
    )


def audiences(programme: Programme) -> tuple[frozenset[str], ...]:
    """Return each set of check-ins that writes to the same people, once."""
    inviting = [each for each in programme.check_ins if each.invites]
    for_all = {each.id for each in inviting if each.audience == "everyone"}
    of_team: dict[str, set[str]] = {}
    for check_in in inviting:
        if check_in.audience != "everyone":
            for team in check_in.audience:
                of_team.setdefault(team, set()).add(check_in.id)
    found = [frozenset(for_all | some) for some in of_team.values()]
    if len(of_team) < len(programme.force.teams):
        found.append(frozenset(for_all))
    return tuple(sorted(set(found), key=sorted))


def _add_months(
    months: dict[date, MonthAhead],
    at_once: Sequence[Message],
    with_reminders: Sequence[Message],
    span: Span,
    timezone: str,
) -> None:
    """Keep, for each month, the most that anybody gets."""
    most = by_month(with_reminders, span, timezone)
    for first, number in by_month(at_once, span, timezone).items():
        known = months.get(first, MonthAhead(first, 0, 0))
        answering = max(known.answering, number)
        months[first] = MonthAhead(first, answering, max(known.at_most, most[first], answering))


def _gaps(programme: Programme, span: Span, under_way: UnderWay) -> list[Caution]:
    found = []
    for each in programme.check_ins:
        going = under_way.get(each.id)
        missed = () if going is None else left_out(each, going)
        if going is not None and missed:
            plans = plans_in(each, span, under_way)
            following = [plan.opens_on for plan in plans if plan.opens_on >= going.closes_on]
            found.append(gap(each, going, len(missed), min(following, default=None)))
    return found


def _blacked_out(programme: Programme, span: Span, under_way: UnderWay) -> list[Caution]:
    dates = set(programme.force.blackout_dates)
    return [
        blacked_out(each, days)
        for each in programme.check_ins
        if each.invites and (days := dates & _prompts(each, span, under_way))
    ]


def _overlaps(programme: Programme, span: Span, under_way: UnderWay) -> list[Caution]:
    found = []
    inviting = [each for each in programme.check_ins if each.invites]
    days = {each.id: _prompts(each, span, under_way) for each in inviting}
    for one, other in combinations(inviting, 2):
        both = days[one.id] & days[other.id]
        if both and programme.audience_of(one) & programme.audience_of(other):
            found.append(overlap(one, other, both))
    return found


def _prompts(check_in: CheckIn, span: Span, under_way: UnderWay) -> frozenset[date]:
    return frozenset(
        day for plan in plans_in(check_in, span, under_way) for day in plan.prompts if day in span
    )


def _group_cautions(
    programme: Programme, units: Mapping[str, ReportingUnits], answering: float
) -> list[Caution]:
    # Most check-ins report on the same groups: each group is looked at once.
    different: list[ReportingUnits] = []
    for each in {id(each): each for each in units.values()}.values():
        known = [(other.units, other.waiting) for other in different]
        # Compared, not looked up: a hash would be made of thousands of groups.
        if (each.units, each.waiting) not in known:
            different.append(each)
    return [
        caution
        for each in different
        for caution in about_groups(groups_ahead(programme, each, answering), answering)
    ]
