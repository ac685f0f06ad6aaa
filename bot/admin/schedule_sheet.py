"""The year ahead as tables for a terminal."""

import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from bot.core.calendar import RoundPlan
from bot.core.documents import in_language
from bot.core.programme import Programme
from bot.core.recurrences import words_of
from bot.core.year_ahead.ahead import YearAhead
from bot.core.year_ahead.cautions import in_words
from bot.core.year_ahead.days import ClockChange, RoundAhead
from bot.core.year_ahead.patterns import PatternAhead, State

ENGLISH: Final = "en"
NARROWEST: Final = 60
_HOUR: Final = 60


def as_text(
    programme: Programme, year: YearAhead, patterns: Sequence[PatternAhead], width: int
) -> str:
    """Return the year in tables of at most `width` columns."""
    written = io.StringIO()
    # Names are the force's own: nothing in them is a command to the terminal's layout.
    console = Console(
        file=written, width=max(NARROWEST, width), markup=False, highlight=False, emoji=False
    )
    last = date.fromordinal(year.span.ends.toordinal() - 1)
    console.print(
        f"{programme.force.name}: {in_words(year.span.begins)} to {in_words(last)}, {year.timezone}"
    )
    for table in (_check_ins(programme), _calendar(year), _months(year), _patterns(patterns)):
        console.print(table)
    console.print("What to think about:" if year.cautions else "There is nothing to caution about.")
    for caution in year.cautions:
        console.print(f"- {caution.text}")
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def _table(*heads: str, title: str) -> Table:
    table = Table(*heads, title=title, title_justify="left", box=box.SIMPLE)
    for column in table.columns:
        column.overflow = "fold"
    return table


def _check_ins(programme: Programme) -> Table:
    table = _table("CHECK-IN", "TITLE", "ASKS", "PROMPTS", title="Check-ins")
    for each in programme.check_ins:
        words = words_of(each.recurrence, each.starts_on) or each.recurrence
        asks = words if each.invites else f"whoever starts it; a round {words}"
        prompts = f"{each.prompts_per_round} a round"
        table.add_row(each.id, in_language(each.title, ENGLISH), asks, prompts)
    return table


def _calendar(year: YearAhead) -> Table:
    """Return a row for each day on which something is."""
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
    table = _table("DAY", "ASKS", "AND", title="Calendar")
    for day in sorted(asks.keys() | notes.keys()):
        if day in year.span:
            table.add_row(f"{day:%a} {day}", "\n".join(asks[day]), "\n".join(notes[day]))
    return table


def _add_round(each: RoundAhead, asks: dict[date, list[str]], notes: dict[date, list[str]]) -> None:
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


def _months(year: YearAhead) -> Table:
    table = _table(
        "MONTH",
        "IF ALL IS ANSWERED",
        "AT MOST",
        title="Messages to one officer, reminders included",
    )
    for month in year.months:
        table.add_row(f"{month.first:%B %Y}", str(month.answering), str(month.at_most))
    return table


def _patterns(patterns: Sequence[PatternAhead]) -> Table:
    table = _table(
        *("PATTERN", "INVITATIONS", "2ND REST DAY", "BEFORE A LATE", "OTHER DAYS", "BETWEEN"),
        title="What each duty pattern gets",
    )
    for each in patterns:
        come = sum(each.states.values())
        rest = each.states.get(State.SECOND_REST_DAY, 0)
        lates = each.states.get(State.BEFORE_A_LATE, 0)
        table.add_row(
            each.pattern,
            _all_or_from(each),
            *(_share(some, come) for some in (rest, lates, come - rest - lates)),
            f"{each.earliest} and {each.latest}" if come else "",
        )
    return table


def _all_or_from(each: PatternAhead) -> str:
    if each.fewest == each.prompts:
        return f"all {each.prompts}"
    return f"{each.fewest} or more of {each.prompts}"


def _share(some: int, come: int) -> str:
    return f"{100 * some / come:.0f} %" if come else ""
