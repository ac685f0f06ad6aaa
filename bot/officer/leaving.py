"""What is kept about a chat, stopping, and erasing."""

from collections.abc import Callable

from bot.core.languages import Tongue
from bot.officer.languages import Languages
from bot.officer.screen import Screen, help_button, plain, support_button, to
from bot.officer.texts import leaving as texts
from bot.officer.texts import settings as settings_texts
from bot.officer.topic import Chat
from bot.officer.what_is_held import FORGET, HELD, held_page
from bot.workflows.desk import Desk

STOP = "stop"
START_AGAIN = "start-again"
FORGET_YES = "forget-yes"
FORGET_NO = "forget-no"


def privacy(tongue: Tongue) -> Screen:
    """The promises in short, and the way to all that is held."""
    return plain(
        tongue,
        texts.PRIVACY,
        (to(tongue, texts.SEE_ALL, HELD),),
        (to(tongue, settings_texts.STOP, STOP), to(tongue, texts.ERASE, FORGET)),
    )


def stopped(tongue: Tongue) -> Screen:
    """Nothing comes any more; back with a tap, or on to erasing."""
    again = to(tongue, settings_texts.START_AGAIN, START_AGAIN)
    return plain(tongue, texts.STOPPED, (again,), (to(tongue, texts.ERASE, FORGET),))


def forget_question(tongue: Tongue) -> Screen:
    """Asked once, because it cannot be undone."""
    return Screen(
        tongue(texts.FORGET_QUESTION),
        (
            (to(tongue, texts.FORGET_YES, FORGET_YES),),
            (to(tongue, texts.FORGET_NO, FORGET_NO), help_button(tongue)),
        ),
    )


def forgotten(tongue: Tongue) -> Screen:
    """What was erased, and what erasing cannot reach."""
    return Screen(tongue(texts.FORGOTTEN), ((support_button(tongue), help_button(tongue)),))


class Leaving:
    """Says what is kept, and stops or erases at once."""

    def __init__(
        self, desk: Desk, languages: Languages, forget_attempts: Callable[[int], None]
    ) -> None:
        self._desk = desk
        self._forget_attempts = forget_attempts
        self._languages = languages
        self.commands = {"privacy": self._privacy, "stop": self._stop, "forget": self._ask}
        self.buttons = {
            HELD: self._held,
            STOP: self._stop,
            FORGET: self._ask,
            FORGET_YES: self._forget,
            FORGET_NO: self._keep,
        }

    async def _privacy(self, chat: Chat, _: str) -> Screen:
        return privacy(chat.tongue)

    async def _held(self, chat: Chat, argument: str) -> Screen | None:
        page = argument or "0"
        if not (page.isascii() and page.isdecimal() and len(page) <= 2):
            return None
        return held_page(
            chat.tongue,
            await self._desk.everything_held(chat.id),
            self._desk.now(),
            self._languages.tongues,
            int(page),
            self._languages.remembered(chat.id),
        )

    async def _stop(self, chat: Chat, _: str) -> Screen:
        if await self._desk.stop(chat.id):
            return stopped(chat.tongue)
        return plain(chat.tongue, texts.NOTHING_TO_STOP)

    async def _ask(self, chat: Chat, _: str) -> Screen:
        return forget_question(chat.tongue)

    async def _forget(self, chat: Chat, _: str) -> Screen:
        erased = await self._desk.forget(chat.id)
        self._languages.forget(chat.id)
        self._forget_attempts(chat.id)
        return forgotten(chat.tongue) if erased else plain(chat.tongue, texts.NOTHING_TO_FORGET)

    async def _keep(self, chat: Chat, _: str) -> Screen:
        return plain(chat.tongue, texts.KEPT)
