"""Taps in a check-in: the draft comes with the button, and goes into the next ones.

No database is touched until the answers are sealed. The crisis card depends on the draft alone,
and waits neither for the seal nor for anything else.
"""

import asyncio
import logging
from collections.abc import Awaitable

from telegram.error import TelegramError

from bot.core.drafts import AskItem, Draft, Finished, Opening, Review, Tap, advance, chosen_options
from bot.core.instruments import Need
from bot.core.languages import Tongue
from bot.core.signposting import signposts_for
from bot.officer import check_in_screens as screens
from bot.officer.buttons import CheckInButtons, InCheckIn
from bot.officer.crisis import Crisis
from bot.officer.languages import Languages
from bot.officer.messenger import TelegramMessenger
from bot.officer.patience import Patience
from bot.officer.screen import Screen
from bot.officer.support import Support
from bot.officer.texts import check_ins as texts
from bot.officer.tough_job import closing_after
from bot.workflows.answer import Answered
from bot.workflows.catalogue import RoundInView
from bot.workflows.desk import Desk

log = logging.getLogger(__name__)

SEAL_SECONDS = 5.0
"""How long somebody waits for the seal, the database's locks included."""

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
        self._sealing = Patience()

    async def tapped(self, press: InCheckIn, officer: int, chat: int, message: int) -> None:
        """Answer one tap."""
        view, tongue = press.view, self._tongue(press)
        step = advance(press.draft, press.tap, view.instrument)
        if not view.takes_answers(press.draft.prompt, self._desk.now()):
            closed = screens.after_sealing(tongue, texts.CLOSED)
            card = signposts_for(step.draft, view.instrument).crisis
            await asyncio.gather(
                self._card_if(card, tongue, chat), self._put_away(chat, message, closed)
            )
            return
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
        # At once and below, while the check-in goes on: many never come to the seal.
        card = bool(_cries(step.draft, view) - _cries(press.draft, view))
        await asyncio.gather(
            self._card_if(card, tongue, chat), self._messenger.replace(chat, message, screen)
        )

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
        signposts = signposts_for(draft, view.instrument)
        # The card came when it was first asked for, and comes again: nothing says that it
        # arrived. Beside the seal, for which it must not wait. And what was sealed stays
        # sealed: that one of these does not arrive must neither keep the others back nor be
        # told as if nothing had been changed.
        _, sealed = await asyncio.gather(
            self._card_if(signposts.crisis, tongue, chat),
            self._seal_and_put_away(tongue, draft, view, officer, chat, message),
        )
        closing = closing_after(tongue, view.instrument.id) if sealed else None
        if closing is not None:
            await self._or_not(self._messenger.show(chat, closing))
        await self._or_not(self._messenger.show(chat, self._support.menu(tongue, signposts)))

    async def _seal_and_put_away(
        self, tongue: Tongue, draft: Draft, view: RoundInView, officer: int, chat: int, message: int
    ) -> bool:
        outcome, sealed = await self._sealed(tongue, draft, view, officer)
        await self._put_away(chat, message, outcome)
        return sealed

    async def _card_if(self, asked_for: bool, tongue: Tongue, chat: int) -> None:
        if asked_for:
            await self._or_not(self._messenger.show_help(chat, self._crisis.card(tongue)))

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
            answered = await self._sealing.wait(
                self._desk.seal_answers(officer, draft, view), SEAL_SECONDS
            )
        except Exception as error:
            log.error("answers could not be sealed: %s", type(error).__name__)
            again = screens.review(tongue, Review(draft), view, self._maker(view, officer))
            return Screen(tongue(texts.SEAL_LATER), again.rows, protected=True), False
        outcome = screens.after_sealing(tongue, SEALING_ANSWERS[answered])
        return outcome, answered is Answered.SEALED


def _cries(draft: Draft, view: RoundInView) -> set[tuple[int, int]]:
    """Return the answers that ask for the crisis card: items and options."""
    return {
        (number, option)
        for number, (item, answer) in enumerate(
            zip(view.instrument.items, draft.answers, strict=True)
        )
        for option in chosen_options(answer, item)
        if Need.CRISIS in item.options[option].support
    }
