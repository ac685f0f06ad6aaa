"""What is kept about a chat, stopping, and erasing."""

from bot.core.languages import Tongue
from bot.officer.languages import Languages
from bot.officer.screen import Screen, help_button, plain, to
from bot.officer.texts import leaving as texts
from bot.officer.topic import Chat
from bot.workflows.desk import Desk

FORGET_YES = "forget-yes"
FORGET_NO = "forget-no"


def forget_question(tongue: Tongue) -> Screen:
    """Asked once, because it cannot be undone."""
    return Screen(
        tongue(texts.FORGET_QUESTION),
        (
            (to(tongue, texts.FORGET_YES, FORGET_YES),),
            (to(tongue, texts.FORGET_NO, FORGET_NO), help_button(tongue)),
        ),
    )


class Leaving:
    """Says what is kept, and stops or erases at once."""

    def __init__(self, desk: Desk, languages: Languages) -> None:
        self._desk = desk
        self._languages = languages
        self.commands = {"privacy": self._privacy, "stop": self._stop, "forget": self._ask}
        self.buttons = {FORGET_YES: self._forget, FORGET_NO: self._keep}

    async def _privacy(self, chat: Chat, _: str) -> Screen:
        return plain(chat.tongue, texts.PRIVACY)

    async def _stop(self, chat: Chat, _: str) -> Screen:
        stopped = await self._desk.stop(chat.id)
        return plain(chat.tongue, texts.STOPPED if stopped else texts.NOTHING_TO_STOP)

    async def _ask(self, chat: Chat, _: str) -> Screen:
        return forget_question(chat.tongue)

    async def _forget(self, chat: Chat, _: str) -> Screen:
        erased = await self._desk.forget(chat.id)
        self._languages.forget(chat.id)
        return plain(chat.tongue, texts.FORGOTTEN if erased else texts.NOTHING_TO_FORGET)

    async def _keep(self, chat: Chat, _: str) -> Screen:
        return plain(chat.tongue, texts.KEPT)
