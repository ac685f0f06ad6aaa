"""The prompts of a year in the order in which they begin, and the days that are unlike others.

They are the same for everybody who is written to by the same check-ins.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from bot.core.calendar import prompt_expires_on
from bot.core.contact_times.duty import at_wall
from bot.core.contact_times.rules import MIDNIGHT
from bot.core.year_ahead.askings import LEAD_IN, Asking, Where
from bot.core.year_ahead.days import ONE_DAY, Span, clock_changes_in


@dataclass(frozen=True, slots=True)
class Prompt:
    """A day on which a check-in asks, and how long it can be answered."""

    asking: Asking
    day: date
    number: int
    """The day as a number, for reckoning with it."""
    opens: datetime
    expires: datetime
    shape: tuple[time, time, int]
    """The window in which messages come, and for how many days it can be answered."""
    near_a_clock_change: bool


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts of a span and of its lead-in."""

    span: Span
    in_turn: tuple[Prompt, ...]
    closed: frozenset[int]
    """The days on which nobody is written to."""
    near_clock_changes: frozenset[int]
    """The days that may be longer or shorter than others."""


@lru_cache(maxsize=32)
def prompts_of(askings: tuple[Asking, ...], where: Where, span: Span, in_office: bool) -> Prompts:
    """Return the prompts of a span and of its lead-in, to somebody in the office or elsewhere."""
    found = sorted(
        (day, plan.opens_on, asking.check_in, number, asking, plan)
        for asking in askings
        for plan in asking.plans
        for number, day in enumerate(plan.prompts)
        if span.begins - LEAD_IN <= day < span.ends
    )
    ends = [prompt_expires_on(plan, number) for *_, number, _, plan in found]
    closed = where.blackout_dates | (where.bank_holidays if in_office else frozenset())
    near = _near_clock_changes(
        where.timezone, Span(span.begins - LEAD_IN, max(ends, default=span.ends))
    )
    prompts = tuple(
        Prompt(
            asking,
            day,
            day.toordinal(),
            at_wall(day, MIDNIGHT, where.timezone),
            at_wall(end, MIDNIGHT, where.timezone),
            (asking.window.opens, asking.window.closes, (end - day).days),
            not near.isdisjoint(range(day.toordinal(), end.toordinal())),
        )
        for (day, *_, asking, _), end in zip(found, ends, strict=True)
    )
    return Prompts(span, prompts, frozenset(day.toordinal() for day in closed), near)


def _near_clock_changes(timezone: str, span: Span) -> frozenset[int]:
    # What is known of a change is that it comes between two noons. The day before it looks at the
    # hour before a shift that may begin right behind midnight; the day after it at nothing.
    changes = clock_changes_in(timezone, Span(span.begins - ONE_DAY, span.ends + ONE_DAY))
    return frozenset(each.day.toordinal() - before for each in changes for before in (0, 1))
