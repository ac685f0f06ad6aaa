"""The year ahead in words: the same on a terminal and on a page."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.core.calendar import RoundPlan
from bot.core.documents import in_language
from bot.core.programme import CheckIn
from bot.core.recurrences import words_of
from bot.core.year_ahead.ahead import YearAhead
from bot.core.year_ahead.days import ClockChange, RoundAhead
from bot.core.year_ahead.patterns import PatternAhead, State

ENGLISH: Final = "en"
_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day on which something is: what is asked, and what else to know."""

    day: date
    asks: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatternLine:
    """What one duty pattern gets, in words."""

    pattern: str
    invitations: str
    second_rest_day: str
    before_a_late: str
    other_days: str
    between: str


def asks_in_words(check_in: CheckIn) -> str:
    """Return how often a check-in asks, or a round of it is, in words where there are any."""
    words = words_of(check_in.recurrence, check_in.starts_on) or check_in.recurrence
    return words if check_in.invites else f"whoever starts it; a round {words}"


def calendar_days(year: YearAhead) -> Iterator[CalendarDay]:
    """Yield each day of a year on which something is."""
    asks: dict[date, list[str]] = defaultdict(list)
    notes: dict[date, list[str]] = defaultdict(list)
    for day in year.bank_holidays:
        notes[day].append("bank holiday: not the office pattern")
    for day in year.blackout_dates:
        notes[day].append("blackout date: nobody is asked")
    for change in year.clock_changes:
        notes[change.day].append(_clocks(change))
    for each in year.rounds:
        _add_round(each, asks, notes)
    for day in sorted(asks.keys() | notes.keys()):
        if day in year.span:
            yield CalendarDay(day, tuple(asks[day]), tuple(notes[day]))


def _add_round(
    each: RoundAhead, asks: Mapping[date, list[str]], notes: Mapping[date, list[str]]
) -> None:
    title, plan = in_language(each.title, ENGLISH), each.plan
    if each.invites:
        for number, day in enumerate(plan.prompts, 1):
            asks[day].append(title + _of(number, plan))
        notes[plan.closes_on].append(f"{title} closes as the day begins")
    else:
        notes[plan.opens_on].append(f"a new round of {title}")


def _of(number: int, plan: RoundPlan) -> str:
    return "" if len(plan.prompts) == 1 else f" ({number} of {len(plan.prompts)})"


def _clocks(change: ClockChange) -> str:
    minutes, way = abs(change.minutes), "forward" if change.minutes > 0 else "back"
    length = "an hour" if minutes == _HOUR else f"{minutes} minutes"
    return f"the clocks go {way} {length}"


def pattern_lines(patterns: Sequence[PatternAhead]) -> list[PatternLine]:
    """Return what each pattern gets."""
    lines = []
    for each in patterns:
        come = sum(each.states.values())
        rest = each.states.get(State.SECOND_REST_DAY, 0)
        lates = each.states.get(State.BEFORE_A_LATE, 0)
        lines.append(
            PatternLine(
                pattern=each.pattern,
                invitations=_all_or_from(each),
                second_rest_day=_share(rest, come),
                before_a_late=_share(lates, come),
                other_days=_share(come - rest - lates, come),
                between=f"{each.earliest} and {each.latest}" if come else "",
            )
        )
    return lines


def _all_or_from(each: PatternAhead) -> str:
    if each.fewest == each.prompts:
        return f"all {each.prompts}"
    return f"{each.fewest} or more of {each.prompts}"


def _share(some: int, come: int) -> str:
    return f"{100 * some / come:.0f} %" if come else ""
