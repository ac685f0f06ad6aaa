"""What of a programme decides when somebody is written to in a year, and nothing else of it.

Whatever is worked out from it is found again by it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.calendar import RoundPlan
from bot.core.contact_times.duty_patterns import ShiftTimes
from bot.core.programme import Force, Programme, Window
from bot.core.year_ahead.days import NOTHING_YET, Span, UnderWay, plans_in

LEAD_IN = timedelta(days=14)
"""The caps look back seven days, and a prompt lives for seven: the first week needs both."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What of a check-in decides when somebody is written to."""

    check_in: str
    window: Window
    remind_after: timedelta | None
    plans: tuple[RoundPlan, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """What of a force decides when somebody is written to."""

    timezone: str
    shift_times: ShiftTimes
    bank_holidays: frozenset[date]
    blackout_dates: frozenset[date]

    @staticmethod
    def of(force: Force) -> "Where":
        """Return what counts of a force."""
        return Where(
            force.timezone,
            force.shift_times,
            frozenset(force.bank_holidays),
            frozenset(force.blackout_dates),
        )


def askings_of(
    programme: Programme,
    span: Span,
    check_ins: frozenset[str] | None = None,
    under_way: UnderWay = NOTHING_YET,
) -> tuple[Asking, ...]:
    """Return the check-ins that write to people, or those of them that are named."""
    lead_in = Span(span.begins - LEAD_IN, span.ends)
    return tuple(
        Asking(
            each.id,
            each.window,
            None if each.remind_after_hours is None else timedelta(hours=each.remind_after_hours),
            plans_in(each, lead_in, under_way),
        )
        for each in programme.check_ins
        if each.invites and (check_ins is None or each.id in check_ins)
    )
