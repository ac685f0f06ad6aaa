"""When to ask: what an officer says about when to be written to, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.duty_patterns import OFFICE, Shift
from bot.core.contact_times.moments import DEFAULT_QUIET
from bot.core.languages import Tongue
from bot.officer import own_cycle
from bot.officer.buttons import SETTINGS, named_data
from bot.officer.duty_words import (
    Place,
    pattern_in_words,
    place_in_words,
    place_on,
    places_of,
    quiet_in_words,
    times_in_words,
)
from bot.officer.own_cycle import CYCLE, SHIFTS, TODAY, in_rows
from bot.officer.screen import Button, Row, Screen, help_button, to
from bot.officer.settings import WHEN, not_joined
from bot.officer.texts import settings as settings_texts
from bot.officer.texts import when_to_ask as texts
from bot.officer.topic import Chat, Command
from bot.workflows.desk import Desk
from bot.workflows.officer_settings import Chosen

PART = "suits"
QUIET = "quiet"
CANCELLED = "cancelled"

QUIET_CHOICES: dict[str, tuple[time, time]] = {
    "20-10": (time(20), time(10)),
    "21-9": DEFAULT_QUIET,
    "22-8": (time(22), time(8)),
    "23-7": (time(23), time(7)),
}
DAYS_AHEAD = 7


@dataclass(frozen=True, slots=True)
class Next:
    """When an officer probably hears from the bot next, and what that day is to them."""

    day: date | None
    place: Place | None
    is_stopped: bool = False


def _own(
    tongue: Tongue, text: str, *rows: Row, back: str = WHEN, label: str = texts.BACK
) -> Screen:
    """A screen about what somebody set: it cannot be forwarded, and leads back."""
    last = (to(tongue, label, back), help_button(tongue))
    return Screen(text, (*rows, last), protected=True)


def when_to_ask(tongue: Tongue, times: ContactTimes, today: date) -> Screen:
    """What is set, and what can be."""
    rows: list[Row] = [
        (to(tongue, texts.SUITS_ME, PART),),
        (to(tongue, texts.SHIFTS, SHIFTS),),
        (to(tongue, texts.QUIET_HOURS, QUIET),),
    ]
    if times.cycle() is not None:
        rows.append((to(tongue, texts.CANCELLED, CANCELLED),))
    # Made safe already: the words come out of texts with fields of their own.
    text = tongue.label(texts.WHEN, now=times_in_words(tongue, times, today))
    return _own(tongue, text, *rows, back=SETTINGS, label=settings_texts.TO_SETTINGS)


def which_part(tongue: Tongue) -> Screen:
    """A time that suits somebody."""
    rows = [(to(tongue, label, PART, part),) for part, label in texts.PARTS.items()]
    return _own(tongue, tongue(texts.WHICH_PART), *rows)


def which_pattern(tongue: Tongue) -> Screen:
    """The usual patterns, and the way to build another."""
    rows = [(to(tongue, label, TODAY, name),) for name, label in texts.PATTERNS.items()]
    own = (to(tongue, texts.OWN_CYCLE, CYCLE),)
    return _own(tongue, tongue(texts.WHICH_PATTERN), *rows, own)


def which_quiet_hours(tongue: Tongue, times: ContactTimes) -> Screen:
    """When never to write."""
    choices = [
        Button(
            tongue.label(texts.FROM_TO, begins=tongue.time(begins), ends=tongue.time(ends)),
            named_data(QUIET, name, tongue.language),
        )
        for name, (begins, ends) in QUIET_CHOICES.items()
    ]
    text = tongue(texts.WHICH_QUIET_HOURS, **quiet_in_words(tongue, times))
    return _own(tongue, text, *in_rows(choices, 2))


def which_rest_day(tongue: Tongue, days: Sequence[date]) -> Screen:
    """Which of the next rest days was cancelled."""
    rows = [
        (Button(tongue.day(day), named_data(CANCELLED, f"{day:%Y%m%d}", tongue.language)),)
        for day in days
    ]
    return _own(tongue, tongue(texts.WHICH_REST_DAY if days else texts.NO_REST_DAY), *rows)


def no_pattern_yet(tongue: Tongue) -> Screen:
    """Rest days are known only by a pattern."""
    return _own(tongue, tongue(texts.NO_PATTERN_YET), (to(tongue, texts.SHIFTS, SHIFTS),))


def set_now(tongue: Tongue, said: str, following: Next) -> Screen:
    """What is set now, and when the officer probably hears from the bot next."""
    return _own(tongue, "\n\n".join([said, _next_in_words(tongue, following)]))


def _next_in_words(tongue: Tongue, following: Next) -> str:
    if following.is_stopped:
        return tongue(texts.STOPPED)
    if following.day is None:
        return tongue(texts.NO_MOMENT)
    day = tongue.day(following.day)
    if following.place is None:
        return tongue(texts.NEXT, day=day)
    return tongue(texts.NEXT_PLACE, day=day, place=place_in_words(tongue, following.place))


def times_set(tongue: Tongue, times: ContactTimes, today: date) -> str:
    """Return the sentence that says which times were set."""
    place = place_on(times, today)
    if place is not None:
        words = place_in_words(tongue, place)
        return tongue(texts.SET_SHIFTS, pattern=pattern_in_words(tongue, times), place=words)
    if times.in_office:
        return tongue(texts.SET_OFFICE)
    return tongue(texts.SET_PART, part=tongue.label(texts.PARTS_IN_A_SENTENCE[times.part]))


def quiet_set(tongue: Tongue, times: ContactTimes) -> str:
    """Return the sentence that says which quiet hours were set."""
    return tongue(texts.SET_QUIET, **quiet_in_words(tongue, times))


def rest_day_cancelled(tongue: Tongue, day: date) -> str:
    """Return the sentence that says which rest day counts as worked."""
    return tongue(texts.REST_DAY_CANCELLED, cancelled=tongue.day(day))


def rest_days_ahead(times: ContactTimes, today: date) -> list[date]:
    """Return the next rest days, as declared, today among them."""
    declared = times.cycle()
    if declared is None:
        return []
    cycle, anchor = declared
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    return [day for day in days if cycle[(day - anchor).days % len(cycle)] is Shift.REST]


class WhenToAsk:
    """Asks, stores what is chosen, and says what follows."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.commands: dict[str, Command] = {}
        self.buttons = {
            WHEN: self._when,
            PART: self._part,
            SHIFTS: self._shifts,
            CYCLE: self._build,
            TODAY: self._today,
            QUIET: self._quiet,
            CANCELLED: self._cancelled,
        }

    async def _when(self, chat: Chat, _: str) -> Screen:
        chosen = await self._desk.settings.read(chat.id)
        if chosen is None:
            return not_joined(chat.tongue)
        return when_to_ask(chat.tongue, chosen.times, self._desk.settings.today())

    async def _part(self, chat: Chat, argument: str) -> Screen | None:
        if not argument:
            return which_part(chat.tongue)
        if argument not in set(Part):
            return None
        return await self._store(chat, ContactTimes(part=Part(argument)))

    async def _shifts(self, chat: Chat, _: str) -> Screen:
        return which_pattern(chat.tongue)

    async def _build(self, chat: Chat, argument: str) -> Screen | None:
        letters = own_cycle.letters_of(argument)
        return None if letters is None else own_cycle.build_cycle(chat.tongue, letters)

    async def _today(self, chat: Chat, argument: str) -> Screen | None:
        name, _, which = argument.partition(".")
        if name == OFFICE and not which:
            return await self._store(chat, ContactTimes(pattern=OFFICE))
        cycle = own_cycle.cycle_named(name)
        if cycle is None:
            return None
        if not which:
            return own_cycle.today_is(chat.tongue, name, cycle)
        place = own_cycle.place_of_argument(which)
        if place in places_of(cycle):
            return own_cycle.after_today(chat.tongue, name, cycle, place)
        times = own_cycle.times_from(name, cycle, which, self._desk.settings.today())
        return None if times is None else await self._store(chat, times)

    async def _store(self, chat: Chat, times: ContactTimes) -> Screen:
        """Store a pattern or a part of the day; quiet hours stay as they were."""
        chosen = await self._desk.settings.choose_times(
            chat.id, lambda before: replace(times, quiet=before.quiet)
        )
        if chosen is None:
            return not_joined(chat.tongue)
        today = self._desk.settings.today()
        return self._set(chat, times_set(chat.tongue, chosen.times, today), chosen)

    async def _quiet(self, chat: Chat, argument: str) -> Screen | None:
        if argument:
            return await self._store_quiet(chat, argument)
        chosen = await self._desk.settings.read(chat.id)
        if chosen is None:
            return not_joined(chat.tongue)
        return which_quiet_hours(chat.tongue, chosen.times)

    async def _store_quiet(self, chat: Chat, argument: str) -> Screen | None:
        hours = QUIET_CHOICES.get(argument)
        if hours is None:
            return None
        quiet = None if hours == DEFAULT_QUIET else hours
        chosen = await self._desk.settings.choose_times(
            chat.id, lambda before: replace(before, quiet=quiet)
        )
        if chosen is None:
            return not_joined(chat.tongue)
        return self._set(chat, quiet_set(chat.tongue, chosen.times), chosen)

    async def _cancelled(self, chat: Chat, argument: str) -> Screen | None:
        chosen = await self._desk.settings.read(chat.id)
        if chosen is None:
            return not_joined(chat.tongue)
        today = self._desk.settings.today()
        if chosen.times.cycle() is None:
            return no_pattern_yet(chat.tongue)
        days = rest_days_ahead(chosen.times, today)
        if not argument:
            left = [day for day in days if day not in chosen.times.cancelled]
            return which_rest_day(chat.tongue, left)
        # One that is cancelled already too: a second tap says the same again.
        day = next((day for day in days if f"{day:%Y%m%d}" == argument), None)
        if day is None:
            return None
        chosen = await self._desk.settings.choose_times(
            chat.id, lambda before: before.with_cancelled(day, today)
        )
        if chosen is None:
            return not_joined(chat.tongue)
        return self._set(chat, rest_day_cancelled(chat.tongue, day), chosen)

    def _set(self, chat: Chat, said: str, chosen: Chosen) -> Screen:
        day = self._desk.settings.next_day(chosen)
        place = None if day is None else place_on(chosen.times, day)
        return set_now(chat.tongue, said, Next(day, place, chosen.is_stopped))
