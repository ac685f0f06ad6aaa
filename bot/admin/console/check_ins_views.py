"""Check-ins and the year ahead as the pages show them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.admin.schedule_words import CalendarDay, PatternLine, asks_in_words, calendar_days
from bot.admin.schedule_words import pattern_lines as pattern_lines
from bot.core.documents import in_language
from bot.core.programme import CheckIn, Programme
from bot.core.year_ahead.ahead import YearAhead
from bot.core.year_ahead.cautions import Caution
from bot.core.year_ahead.patterns import PatternAhead
from bot.web.words import day_in_words

FIRST_SHOWN = 12
MOST_SHOWN = 200
"""Of a large force there are thousands of small teams; the command prints them all."""


@dataclass(frozen=True, slots=True)
class CheckInLine:
    """One check-in in the list."""

    id: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthView:
    """One month of the calendar, with each of its days on which something is."""

    name: str
    days: tuple[CalendarDay, ...]


@dataclass(frozen=True, slots=True)
class MessagesView:
    """How many messages one officer gets in a month."""

    month: str
    answering: int
    at_most: int


@dataclass(frozen=True, slots=True)
class YearView:
    """What a page shows of a year at once."""

    days: str
    months: tuple[MonthView, ...]
    messages: tuple[MessagesView, ...]


@dataclass(frozen=True, slots=True)
class CautionsView:
    """What to think about: what is new with a change first."""

    new: tuple[str, ...]
    others: tuple[str, ...]
    more: tuple[str, ...]
    left_out: int


def line_of(check_in: CheckIn, programme: Programme, year: YearAhead, today: date) -> CheckInLine:
    """Return what the list says of a check-in."""
    rounds = [each.plan for each in year.rounds if each.check_in == check_in.id]
    prompts = [day for plan in rounds for day in plan.prompts if day in year.span]
    coming = [day for day in prompts if day > today]
    asks = asks_in_words(check_in)
    sentences = [f"{asks[:1].upper()}{asks[1:]}. {_asked(check_in, programme)}."]
    if check_in.invites:
        sentences.append(_next(coming))
        if prompts:
            sentences.append(_messages(len(prompts), reminds=bool(check_in.remind_after_hours)))
    else:
        sentences.append("Nobody is written to.")
    return CheckInLine(check_in.id, in_language(check_in.title, "en"), tuple(sentences))


def _asked(check_in: CheckIn, programme: Programme) -> str:
    if check_in.audience == "everyone":
        return "Everyone is asked" if check_in.invites else "Open to everyone"
    number = len(check_in.audience)
    teams = "1 team is" if number == 1 else f"{number:,} teams are"
    return f"{teams} asked, of {len(programme.force.teams):,}"


def _next(coming: Sequence[date]) -> str:
    if not coming:
        return "It asks no more within a year."
    return f"Next on {day_in_words(coming[0])}."


def _messages(number: int, *, reminds: bool) -> str:
    messages = "1 message" if number == 1 else f"{number} messages"
    reminders = ", and at most as many reminders" if reminds else ", without reminders"
    return f"{messages} to each officer within a year{reminders}."


def year_view(year: YearAhead) -> YearView:
    """Return a year for a page."""
    by_month = groupby(calendar_days(year), key=lambda each: (each.day.year, each.day.month))
    last = date.fromordinal(year.span.ends.toordinal() - 1)
    return YearView(
        f"{day_in_words(year.span.begins)} to {day_in_words(last)}",
        tuple(MonthView(f"{date(*month, 1):%B %Y}", tuple(days)) for month, days in by_month),
        tuple(
            MessagesView(f"{each.first:%B %Y}", each.answering, each.at_most)
            for each in year.months
        ),
    )


def cautions_view(
    cautions: Sequence[Caution], already: Collection[Caution] | None = None
) -> CautionsView:
    """Return what to think about; with `already`, what comes new with a change stands first."""
    new = () if already is None else tuple(c.text for c in cautions if c not in already)
    others = [c.text for c in cautions if already is None or c in already]
    return CautionsView(
        new[:MOST_SHOWN],
        tuple(others[:FIRST_SHOWN]),
        tuple(others[FIRST_SHOWN:MOST_SHOWN]),
        max(len(new) - MOST_SHOWN, 0) + max(len(others) - MOST_SHOWN, 0),
    )


def patterns_view(patterns: Sequence[PatternAhead]) -> list[PatternLine]:
    """Return what each duty pattern gets."""
    return pattern_lines(patterns)
