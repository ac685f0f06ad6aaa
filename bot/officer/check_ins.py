"""Taps in a check-in: the draft comes with the button, and goes into the next ones.

No database is touched until the answers are sealed.
"""

import logging
from collections.abc import Awaitable

from telegram.error import TelegramError

from bot.core.drafts import AskItem, Draft, Finished, Opening, Review, Tap, advance
from bot.core.languages import Tongue
from bot.core.signposting import signposts_for
from bot.officer import check_in_screens as screens
from bot.officer.buttons import CheckInButtons, InCheckIn
from bot.officer.crisis import Crisis
from bot.officer.languages import Languages
from bot.officer.messenger import TelegramMessenger
from bot.officer.screen import Screen
from bot.officer.support import Support
from bot.officer.texts import check_ins as texts
from bot.officer.tough_job import closing_after
from bot.workflows.answer import Answered
from bot.workflows.catalogue import RoundInView
from bot.workflows.desk import Desk

log = logging.getLogger(__name__)

SEALING_ANSWERS: dict[Answered, str] = {
    Answered.SEALED: texts.SEALED,
    Answered.ALREADY_SEALED: texts.SEALED_BEFORE,
    Answered.CLOSED: texts.CLOSED,
    Answered.NOT_ASKED: texts.NOT_ASKED,
    Answered.ANSWERED_OR_OVER: texts.ANSWERED_OR_OVER,
}


class CheckIns:
    """Leads through a check-in, seals it, and shows where support is."""

    def __init__(
        self,
        desk: Desk,
        messenger: TelegramMessenger,
        made: CheckInButtons,
        languages: Languages,
        crisis: Crisis,
        support: Support,
    ) -> None:
        self._desk = desk
        self._messenger = messenger
        self._buttons = made
        self._languages = languages
        self._crisis = crisis
        self._support = support

    async def tapped(self, press: InCheckIn, officer: int, chat: int, message: int) -> None:
        """Answer one tap."""
        view, tongue = press.view, self._tongue(press)
        if not view.takes_answers(press.draft.prompt, self._desk.now()):
            closed = screens.after_sealing(tongue, texts.CLOSED)
            await self._put_away(chat, message, closed)
            if signposts_for(press.draft, view.instrument).crisis:
                await self._messenger.show_help(chat, self._crisis.card(tongue))
            return
        step = advance(press.draft, press.tap, view.instrument)
        make = self._maker(view, officer)
        match step:
            case Finished(draft=draft):
                await self._finish(tongue, draft, view, officer, chat, message)
                return
            case AskItem(draft=draft):
                screen = screens.question(tongue, draft, view, make)
            case Review():
                screen = screens.review(tongue, step, view, make)
            case Opening(draft=draft):
                screen = screens.opening(tongue, draft, make)
            case _:
                # A tap that does not fit its own draft: show where the draft stands.
                screen = screens.opening(tongue, press.draft, make)
        await self._messenger.replace(chat, message, screen)

    def _tongue(self, press: InCheckIn) -> Tongue:
        # A check-in stays in the language it was sent in; the next one comes in a new one.
        language = press.view.instrument.languages[press.draft.language]
        return self._languages.tongues.of(language)

    def _maker(self, view: RoundInView, officer: int) -> screens.MakeData:
        def make(draft: Draft, tap: Tap) -> str:
            return self._buttons.callback_data(view, draft, tap, officer)

        return make

    async def _finish(
        self, tongue: Tongue, draft: Draft, view: RoundInView, officer: int, chat: int, message: int
    ) -> None:
        outcome, sealed = await self._sealed(tongue, draft, view, officer)
        await self._put_away(chat, message, outcome)
        signposts = signposts_for(draft, view.instrument)
        # What was sealed stays sealed: that one of these does not arrive must neither keep the
        # other back nor be told as if nothing had been changed.
        if signposts.crisis:
            await self._or_not(self._messenger.show_help(chat, self._crisis.card(tongue)))
        closing = closing_after(tongue, view.instrument.id) if sealed else None
        if closing is not None:
            await self._or_not(self._messenger.show(chat, closing))
        await self._or_not(self._messenger.show(chat, self._support.menu(tongue, signposts)))

    async def _put_away(self, chat: int, message: int, outcome: Screen) -> None:
        """Put the outcome in place of a check-in, or leave it: what comes after must come."""
        await self._or_not(self._messenger.replace(chat, message, outcome))

    async def _or_not(self, sending: Awaitable[None]) -> None:
        try:
            await sending
        except TelegramError as error:
            log.warning("a message after a check-in did not arrive: %s", type(error).__name__)

    async def _sealed(
        self, tongue: Tongue, draft: Draft, view: RoundInView, officer: int
    ) -> tuple[Screen, bool]:
        """Seal finished answers; return what takes their place, and whether they were sealed."""
        try:
            answered = await self._desk.seal_answers(officer, draft, view)
        except Exception as error:
            log.error("answers could not be sealed: %s", type(error).__name__)
            again = screens.review(tongue, Review(draft), view, self._maker(view, officer))
            return Screen(tongue(texts.SEAL_LATER), again.rows, protected=True), False
        outcome = screens.after_sealing(tongue, SEALING_ANSWERS[answered])
        return outcome, answered is Answered.SEALED
