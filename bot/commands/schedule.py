"""The commands that show the year ahead, of the programme in force or of one in a file."""

from argparse import Namespace
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console

from bot import wiring
from bot.admin.schedule_sheet import as_text
from bot.admin.terminal import say
from bot.commands.chosen import choose
from bot.core.calendar import local_day
from bot.core.programme import Programme
from bot.core.recurrences import first_days, rule_of, words_of
from bot.core.year_ahead.ahead import YearAhead, year_ahead
from bot.core.year_ahead.cautions import in_words
from bot.core.year_ahead.days import UnderWay as UnderWayPlans
from bot.core.year_ahead.groups import HALF
from bot.core.year_ahead.patterns import patterns_ahead
from bot.wiring import Settings
from bot.workflows.schedule import Units, units_ahead, units_of_a_first_year
from bot.workflows.under_way import UnderWay

DAYS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Ahead:
    programme: Programme
    begins: date
    units: Units
    under_way: UnderWayPlans

    def year(self, answering: float = HALF) -> YearAhead:
        return year_ahead(self.programme, self.begins, self.units, answering, self.under_way)


async def _ahead(settings: Settings, given: Namespace) -> _Ahead:
    chosen = await choose(settings, given.programme)
    instruments = wiring.instruments_by_key(wiring.read_packs(settings))
    today = local_day(wiring.utc_now(), chosen.programme.force.timezone)
    under_way: UnderWayPlans = {}
    if chosen.version is None:
        units = units_of_a_first_year(chosen.programme, instruments)
    else:
        async with wiring.open_storage(settings) as storage:
            units = await units_ahead(storage, chosen.programme, instruments, today)
            under_way = await UnderWay(storage).plans(chosen.programme, today)
    begins = today if given.year is None else date(given.year, 1, 1)
    return _Ahead(chosen.programme, begins, units, under_way)


async def show(settings: Settings, given: Namespace) -> None:
    """Print a year."""
    ahead = await _ahead(settings, given)
    patterns = patterns_ahead(ahead.programme, ahead.begins, ahead.under_way)
    year = ahead.year(given.answering / 100)
    say(as_text(ahead.programme, year, patterns, Console().width))


async def ical(settings: Settings, given: Namespace) -> None:
    """Write a year's rounds and prompts as an iCalendar file."""
    # Here alone: what makes files takes a moment to load, at every start.
    from bot.admin.schedule_ical import as_ical
    from bot.lead.exports.written import write

    ahead = await _ahead(settings, given)
    made = as_ical(ahead.programme, ahead.year(), wiring.utc_now())
    write(made, Path(given.output))
    say(f"{given.output} is written.")


async def recurrence(settings: Settings, given: Namespace) -> None:
    """Print a recurrence in plain words and as a rule, and its next days."""
    starts_on = given.starts_on or wiring.utc_now().date()
    rule = rule_of(given.words)
    say(words_of(rule, starts_on) or "There are no plain words for this rule.")
    say(rule)
    days = first_days(rule, starts_on, DAYS_SHOWN)
    say("\n".join(f"  {in_words(day)}" for day in days) or "It never comes.")


COMMANDS = {
    "schedule show": show,
    "schedule ical": ical,
    "schedule recurrence": recurrence,
}
