"""Settings: everything an officer has set, on one screen; the pause and the language."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.contact_times.choices import ContactTimes
from bot.core.errors import StandEasyError
from bot.core.languages import Tongue
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnit
from bot.officer.buttons import SETTINGS, named_data
from bot.officer.duty_words import line_of_settings
from bot.officer.languages import Languages
from bot.officer.leaving import START_AGAIN, STOP
from bot.officer.screen import Button, Row, Screen, help_button, plain, support_button, to
from bot.officer.texts import joining as joining_texts
from bot.officer.texts import settings as texts
from bot.officer.topic import Chat
from bot.officer.what_is_held import FORGET, HELD
from bot.officer.wording import group_name, group_size
from bot.workflows.desk import Desk
from bot.workflows.enrol import Resumed
from bot.workflows.officer_settings import PAUSES, Chosen

log = logging.getLogger(__name__)

WHEN = "when"
PAUSE = "pause"
END_PAUSE = "end-pause"
LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Overview:
    """What the settings screen says."""

    times: ContactTimes
    language: str
    """As the language calls itself."""
    unit: ReportingUnit | None
    paused_until: date | None = None
    is_stopped: bool = False
    programme: Programme | None = None
    """With the names of the teams in the unit."""


def settings(tongue: Tongue, overview: Overview) -> Screen:
    """What is set, in plain words, and one button each to change it."""
    first, second = (
        ((texts.START_AGAIN, START_AGAIN), (texts.LANGUAGE, LANGUAGE))
        if overview.is_stopped
        else ((texts.PAUSE, PAUSE), (texts.LANGUAGE, LANGUAGE))
    )
    leave = (
        (to(tongue, texts.ERASE, FORGET),)
        if overview.is_stopped
        else (to(tongue, texts.STOP, STOP), to(tongue, texts.ERASE, FORGET))
    )
    return Screen(
        "\n".join(_lines(tongue, overview)),
        (
            (to(tongue, texts.WHEN_TO_ASK, WHEN), to(tongue, *first)),
            (to(tongue, *second), to(tongue, texts.WHAT_YOU_HOLD, HELD)),
            leave,
            (support_button(tongue), help_button(tongue)),
        ),
        protected=True,
    )


def _lines(tongue: Tongue, overview: Overview) -> list[str]:
    if overview.is_stopped:
        state = tongue(texts.STOPPED)
    elif overview.paused_until is not None:
        state = tongue(texts.PAUSED, day=tongue.day(overview.paused_until))
    else:
        state = tongue(texts.NOT_PAUSED)
    return [
        tongue(texts.TITLE),
        line_of_settings(tongue, overview.times),
        state,
        tongue(texts.LANGUAGE_IS, language=overview.language),
        _group(tongue, overview),
    ]


def _group(tongue: Tongue, overview: Overview) -> str:
    unit = overview.unit
    if unit is None:
        return tongue(texts.COUNTS_NOWHERE)
    name = group_name(tongue, unit, overview.programme)
    return tongue(texts.COUNTS_IN, unit=name, size=group_size(tongue, unit.heads))


def not_joined(tongue: Tongue) -> Screen:
    """Nothing is set before joining but the language."""
    rows: tuple[Row, ...] = (
        (to(tongue, texts.LANGUAGE, LANGUAGE), to(tongue, texts.WHAT_YOU_HOLD, HELD)),
    )
    return plain(tongue, texts.NOT_JOINED, *rows)


def _own(tongue: Tongue, text: str, *rows: Row) -> Screen:
    """A screen about what somebody set: it cannot be forwarded, and leads back."""
    last = (to(tongue, texts.TO_SETTINGS, SETTINGS), help_button(tongue))
    return Screen(text, (*rows, last), protected=True)


def how_long(tongue: Tongue, paused_until: date | None = None) -> Screen:
    """For how long to be quiet; no reason is asked."""
    weeks = [
        Button(tongue.counted(texts.WEEKS, each), named_data(PAUSE, f"{each}", tongue.language))
        for each in PAUSES
    ]
    rows: tuple[Row, ...] = (tuple(weeks[:2]), tuple(weeks[2:]))
    if paused_until is None:
        return _own(tongue, tongue(texts.PAUSE_QUESTION), *rows)
    text = tongue(texts.PAUSE_RUNNING, day=tongue.day(paused_until))
    return _own(tongue, text, (to(tongue, texts.END_PAUSE, END_PAUSE),), *rows)


def paused(tongue: Tongue, until: date) -> Screen:
    """Until when, and the way out of it."""
    text = tongue(texts.PAUSE_SET, day=tongue.day(until))
    return _own(tongue, text, (to(tongue, texts.END_PAUSE, END_PAUSE),))


def pause_over(tongue: Tongue, day: date | None) -> Screen:
    """The pause was ended, or there was none."""
    if day is None:
        return _own(tongue, tongue(texts.PAUSE_ENDED))
    return _own(tongue, tongue(texts.PAUSE_ENDED_DAY, day=tongue.day(day)))


def nothing_to_pause(tongue: Tongue) -> Screen:
    """For somebody who stopped all messages."""
    again = (to(tongue, texts.START_AGAIN, START_AGAIN),)
    return _own(tongue, tongue(texts.PAUSE_WHEN_STOPPED), again)


def which_language(tongue: Tongue, offered: Sequence[Tongue]) -> Screen:
    """The languages offered, each by its own name."""
    rows = [
        (Button(each.name, named_data(LANGUAGE, each.language, tongue.language)),)
        for each in offered
    ]
    notes = [
        tongue(texts.AWAITING_REVIEW[each.language])
        for each in offered
        if each.language in texts.AWAITING_REVIEW
    ]
    return _own(tongue, "\n\n".join([tongue(texts.LANGUAGE_QUESTION), *notes]), *rows)


def language_set(tongue: Tongue, *, noted: bool = True) -> Screen:
    """Said in the language that was chosen."""
    text = texts.LANGUAGE_SET if noted else texts.LANGUAGE_FOR_NOW
    said = [tongue(text, language=tongue.name)]
    if tongue.language in texts.AWAITING_REVIEW:
        said.append(tongue(texts.AWAITING_REVIEW[tongue.language]))
    return _own(tongue, "\n\n".join(said))


class Settings:
    """Shows what is set; pauses, resumes, and changes the language."""

    def __init__(self, desk: Desk, languages: Languages) -> None:
        self._desk = desk
        self._languages = languages
        self.commands = {
            "settings": self._settings,
            "pause": self._how_long,
            "language": self._which_language,
        }
        self.buttons = {
            SETTINGS: self._settings,
            PAUSE: self._pause,
            END_PAUSE: self._end_pause,
            LANGUAGE: self._language,
            START_AGAIN: self._start_again,
        }

    async def _settings(self, chat: Chat, _: str) -> Screen:
        chosen = await self._desk.settings.read(chat.id)
        return not_joined(chat.tongue) if chosen is None else self._overview(chat, chosen)

    def _overview(self, chat: Chat, chosen: Chosen) -> Screen:
        until = chosen.paused_until(self._desk.settings.today())
        language = self._languages.tongues.of(chosen.profile.language).name
        overview = Overview(
            chosen.times,
            language,
            chosen.unit,
            until,
            chosen.is_stopped,
            self._desk.catalogue.programme,
        )
        return settings(chat.tongue, overview)

    # --- The pause ------------------------------------------------------------------

    async def _how_long(self, chat: Chat, _: str) -> Screen:
        chosen = await self._desk.settings.read(chat.id)
        if chosen is None:
            return not_joined(chat.tongue)
        if chosen.is_stopped:
            return nothing_to_pause(chat.tongue)
        return how_long(chat.tongue, chosen.paused_until(self._desk.settings.today()))

    async def _pause(self, chat: Chat, argument: str) -> Screen | None:
        if not argument:
            return await self._how_long(chat, "")
        weeks = next((each for each in PAUSES if f"{each}" == argument), None)
        if weeks is None:
            return None
        chosen = await self._desk.settings.pause(chat.id, weeks)
        if chosen is None:
            return not_joined(chat.tongue)
        until = chosen.paused_until(self._desk.settings.today())
        return nothing_to_pause(chat.tongue) if until is None else paused(chat.tongue, until)

    async def _end_pause(self, chat: Chat, _: str) -> Screen:
        chosen = await self._desk.settings.end_pause(chat.id)
        if chosen is None:
            return not_joined(chat.tongue)
        if chosen.is_stopped:
            return nothing_to_pause(chat.tongue)
        return pause_over(chat.tongue, self._desk.settings.next_day(chosen))

    async def _start_again(self, chat: Chat, _: str) -> Screen:
        if await self._desk.resume(chat.id) is Resumed.NOT_ENROLLED:
            return plain(chat.tongue, joining_texts.WELCOME)
        return await self._settings(chat, "")

    # --- The language ---------------------------------------------------------------

    async def _which_language(self, chat: Chat, _: str) -> Screen:
        return which_language(chat.tongue, self._offered())

    async def _language(self, chat: Chat, argument: str) -> Screen | None:
        if not argument:
            return await self._which_language(chat, "")
        tongue = next((each for each in self._offered() if each.language == argument), None)
        if tongue is None:
            return None
        self._languages.remember(chat.id, tongue.language)
        try:
            await self._desk.settings.choose_language(chat.id, tongue.language)
        except StandEasyError as error:
            log.error("a language could not be noted: %s", type(error).__name__)
            return language_set(tongue, noted=False)
        return language_set(tongue)

    def _offered(self) -> list[Tongue]:
        return self._languages.offered(self._desk.catalogue.programme)
