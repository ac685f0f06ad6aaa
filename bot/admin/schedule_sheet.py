"""The year ahead as tables for a terminal."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from bot.admin.schedule_words import ENGLISH, asks_in_words, calendar_days, pattern_lines
from bot.core.documents import in_language
from bot.core.programme import Programme
from bot.core.year_ahead.ahead import YearAhead
from bot.core.year_ahead.cautions import in_words
from bot.core.year_ahead.patterns import PatternAhead

NARROWEST: Final = 60


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
        prompts = f"{each.prompts_per_round} a round"
        table.add_row(each.id, in_language(each.title, ENGLISH), asks_in_words(each), prompts)
    return table


def _calendar(year: YearAhead) -> Table:
    """Return a row for each day on which something is."""
    table = _table("DAY", "ASKS", "AND", title="Calendar")
    for each in calendar_days(year):
        table.add_row(f"{each.day:%a} {each.day}", "\n".join(each.asks), "\n".join(each.notes))
    return table


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
    for each in pattern_lines(patterns):
        table.add_row(
            *(each.pattern, each.invitations, each.second_rest_day),
            *(each.before_a_late, each.other_days, each.between),
        )
    return table
