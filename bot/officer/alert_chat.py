"""Alerts in Telegram: a chat that an admin linked is told what needs somebody.

As with `/report`, in any other chat `/alerts` is a command that nobody knows. In English, like
everything for admins. What is told holds fixed words and names of processes, and never anything
about an officer. That Telegram refuses the token cannot be told here: mail tells it.
"""

import logging
from collections.abc import Callable
from html import escape
from typing import Final

from bot.core.alerts import Letter
from bot.core.languages import Tongues
from bot.officer.lead_report import LOOKING_UP_SECONDS, About, Asked, Asking, saying
from bot.officer.messenger import TelegramMessenger
from bot.officer.patience import Patience
from bot.officer.topic import Chat
from bot.workflows.alert_linking import AlertLinking, Linked
from bot.workflows.alerts import Alerting, NotDelivered
from bot.workflows.invite import Sent

log = logging.getLogger(__name__)

LINKED: Final = (
    "<b>This chat is linked for alerts.</b>\n\n"
    "I write here when Stand Easy needs somebody: once a day while it lasts, and once when it is"
    " over. Send /alerts stop to unlink this chat."
)
RUN_OUT: Final = (
    "That code has run out: each works for 15 minutes. Make a new one on the page.\n\n"
    "Nothing was linked."
)
UNLINKED: Final = (
    "<b>No more alerts come to this chat.</b>\n\nTo link it again, make a new code on the page."
)
LINKED_FOR_ALERTS: Final = (
    "That this chat is linked for alerts to admins: a scrambled link of its own, and its address"
    " under a seal, to write to it. Nothing leads from it to anything else."
)


class NoChatReached(NotDelivered):
    """An alert reached none of {number} chats: it is tried again in a minute."""

    hint = "Look at what is wrong with Telegram on the health page."


class AlertChat:
    """Answers chats that are linked; to all others it is not there."""

    def __init__(self, chats: AlertLinking, messenger: TelegramMessenger) -> None:
        self._chats, self._messenger = chats, messenger
        self._patience = Patience()

    async def has_answered(self, chat: Chat, asked: Asked) -> bool:
        """Answer what was asked; False where this chat is to be answered like any other."""
        if asked.about is not About.ALERTS:
            return False
        try:
            text = await self._patience.wait(self._looked_up(chat, asked), LOOKING_UP_SECONDS)
        except Exception as error:
            # Whether a chat is linked cannot be told: then it is answered as if it were not.
            log.error("whether a chat is for alerts could not be told: %s", type(error).__name__)
            return False
        if text is None:
            return False
        await self._messenger.show(chat.id, saying(chat.tongue, text))
        return True

    async def _looked_up(self, chat: Chat, asked: Asked) -> str | None:
        """Do what was asked and return what to say; None where there is nothing to do here."""
        if asked.asking is Asking.TO_LINK:
            return _SAID[await self._chats.link(chat.id, asked.code)]
        if asked.asking is Asking.TO_UNLINK:
            return UNLINKED if await self._chats.unlink(chat.id) else None
        return LINKED if await self._chats.is_linked(chat.id) else None


class ChatPost:
    """Carries letters to every chat that is linked."""

    def __init__(self, chats: AlertLinking, messenger: TelegramMessenger) -> None:
        self._chats, self._messenger = chats, messenger

    async def send(self, letter: Letter) -> None:
        """Send a letter as a message; raises `NoChatReached` when nobody got it."""
        screen = saying(Tongues().of(None), in_markup(letter))
        chats = await self._chats.chats()
        arrived = gone = 0
        for chat in chats:
            sent = await self._messenger.alert(chat.telegram_id, screen)
            arrived += sent is Sent.ARRIVED
            if sent is Sent.BLOCKED:
                gone += await self._chats.unlink(chat.telegram_id)
        waiting = len(chats) - arrived - gone
        if waiting and not arrived:
            raise NoChatReached(number=waiting)
        if waiting:
            # To try these again would tell the others twice.
            log.error("an alert did not reach %d of %d chats", waiting, len(chats))


class ChatAlerting:
    """Looks once a minute where chats are linked, and has them told what is new."""

    def __init__(
        self, chats: AlertLinking, alerting: Alerting, is_ready: Callable[[], bool]
    ) -> None:
        self._chats, self._alerting, self._is_ready = chats, alerting, is_ready

    async def look(self) -> None:
        """Tell of what is new, if somebody is there to be told."""
        # Before Telegram was reached nothing can be sent, and each try would be logged.
        if self._is_ready() and await self._chats.chats():
            await self._alerting.look()


def in_markup(letter: Letter) -> str:
    """Return a letter as Telegram shows it."""
    return f"<b>{escape(letter.subject)}</b>\n\n{escape(letter.text.strip(), quote=False)}"


_SAID: Final = {Linked.LINKED: LINKED, Linked.RUN_OUT: RUN_OUT, Linked.UNKNOWN: None}
