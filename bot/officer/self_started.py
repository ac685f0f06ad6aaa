"""Check-ins that an officer starts: why they leave, from the support menu, and what supervising is
like, from the screen of whoever comes back."""

import logging

from bot.core.drafts import Draft, Tap, new_draft
from bot.core.instruments import Need
from bot.core.languages import Tongue
from bot.officer import buttons
from bot.officer.buttons import CheckInButtons
from bot.officer.check_in_screens import question
from bot.officer.languages import Languages
from bot.officer.screen import Row, Screen, plain, to
from bot.officer.texts import self_started as texts
from bot.officer.topic import Chat, Command
from bot.workflows.catalogue import RoundInView
from bot.workflows.desk import Desk
from bot.workflows.self_started import SUPERVISING, MayStart

log = logging.getLogger(__name__)

WHY = "why"
SUPERVISE = "supervise"

# Whoever borrows the phone is not told that somebody answered: where nothing is asked, the
# same is said.
NOT_NOW: dict[MayStart, str] = {
    MayStart.ANSWERED: texts.SUPERVISING_ANSWERED_OR_NOT_OPEN,
    MayStart.NOT_JOINED: texts.SUPERVISING_NOT_JOINED,
}
WHY_NOT: dict[MayStart, str] = {
    MayStart.ANSWERED: texts.ANSWERED_OR_NOT_OPEN,
    MayStart.NOT_JOINED: texts.NOT_JOINED,
}


def tell_us_why(tongue: Tongue) -> Row:
    """The row that starts it."""
    return (to(tongue, texts.TELL_US_WHY, WHY),)


def for_supervisors(tongue: Tongue) -> Row:
    """The row that starts the questions for those who supervise."""
    return (to(tongue, texts.SUPERVISING, SUPERVISE),)


def not_asked(tongue: Tongue, text: str) -> Screen:
    """Why it does not start, and where to go instead."""
    through = to(tongue, texts.TALK_IT_THROUGH, buttons.NEED, Need.LEAVING.value)
    return plain(tongue, text, (through,))


class SelfStarted:
    """Starts it for whoever has joined and has not answered."""

    def __init__(self, desk: Desk, made: CheckInButtons, languages: Languages) -> None:
        self._desk = desk
        self._made = made
        self._languages = languages
        self.commands: dict[str, Command] = {}
        self.buttons = {WHY: self._why, SUPERVISE: self._supervise}

    async def _why(self, chat: Chat, _: str) -> Screen:
        view = self._desk.self_started.exit_round()
        if view is None:
            return not_asked(chat.tongue, texts.ANSWERED_OR_NOT_OPEN)
        may = await self._desk.self_started.may_start(chat.id, view)
        if may is not MayStart.YES:
            return not_asked(chat.tongue, WHY_NOT[may])
        return self._first_question(chat, view)

    async def _supervise(self, chat: Chat, _: str) -> Screen:
        view = self._desk.self_started.open_round(SUPERVISING)
        if view is None:
            return plain(chat.tongue, texts.SUPERVISING_ANSWERED_OR_NOT_OPEN)
        may = await self._desk.self_started.may_start(chat.id, view)
        if may is not MayStart.YES:
            return plain(chat.tongue, NOT_NOW[may])
        return self._first_question(chat, view)

    def _first_question(self, chat: Chat, view: RoundInView) -> Screen:
        languages = view.instrument.languages
        language = chat.tongue.language
        position = languages.index(language) if language in languages else 0
        draft = new_draft(
            view.instrument,
            round_reference=view.reference,
            prompt=0,
            unit=0,
            language=position,
        )

        def make(draft: Draft, tap: Tap) -> str:
            return self._made.callback_data(view, draft, tap, chat.id)

        return question(self._languages.tongues.of(languages[position]), draft, view, make)
