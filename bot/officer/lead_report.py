"""`/report`: the newest result, for leads in a chat they linked, and for nobody else.

In any other chat this is a command that nobody knows, and is answered as such, whatever goes
wrong: nobody learns from the bot that there is something to link. In English, like everything
for leads; nothing here is about a person.
"""

import logging
import re
from dataclasses import dataclass
from enum import Enum
from html import escape
from typing import Final

from bot.core.languages import Tongue
from bot.core.lead_codes import ALERTS_START, typed_lead_code
from bot.core.plain_words import untapped
from bot.officer.messenger import MOST_OF_CAPTION, TelegramMessenger
from bot.officer.patience import Patience
from bot.officer.screen import Screen, help_button
from bot.officer.topic import Chat
from bot.workflows.chat_report import ChatReport, ChatReports
from bot.workflows.lead_linking import LeadLinking, Linked

log = logging.getLogger(__name__)

LOOKING_UP_SECONDS: Final = 5.0
MAKING_SECONDS: Final = 20.0

LINKED: Final = (
    "<b>This chat is linked.</b>\n\n"
    "Send /report to see the newest result here, and /report stop to unlink this chat. Whoever"
    " can open this chat can do the same, so lock your phone."
)
RUN_OUT: Final = (
    "That code has run out: each works for 15 minutes. Make a new one on the page.\n\n"
    "Nothing was linked."
)
UNLINKED: Final = (
    "<b>This chat is no longer linked.</b>\n\nTo link it again, make a new code on the page."
)
LATER: Final = (
    "I can't make a picture of the result right now. Please send /report again in a few minutes;"
    " nothing was lost."
)

_COMMAND = re.compile(r"/(start|report|alerts)(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)


class Asking(Enum):
    """What a lead may ask for, or an admin about alerts."""

    RESULT = "result"
    """Of alerts: whether they come here."""
    TO_LINK = "to link"
    TO_UNLINK = "to unlink"


class About(Enum):
    """Which of the two a command is about."""

    REPORT = "report"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; `repr` does not show the code."""

    asking: Asking
    code: str = ""
    about: About = About.REPORT

    def __repr__(self) -> str:
        return f"Asked({self.asking.value})"


def asked_in(text: str) -> Asked | None:
    """Return what a text asks for if it comes from a lead or admin; None for everything else."""
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        return None
    name, words = command[1].lower(), (command[2] or "").strip()
    about = About.ALERTS if name == "alerts" else About.REPORT
    if name != "start" and not words:
        return Asked(Asking.RESULT, about=about)
    if name != "start" and words.lower() == "stop":
        return Asked(Asking.TO_UNLINK, about=about)
    if name == "start" and words.startswith(ALERTS_START):
        about, words = About.ALERTS, words.removeprefix(ALERTS_START)
    code = typed_lead_code(words)
    return None if code is None else Asked(Asking.TO_LINK, code, about)


def saying(tongue: Tongue, text: str) -> Screen:
    """One text for a lead, with the way to help under it."""
    return Screen(text, ((help_button(tongue),),))


def shown(tongue: Tongue, report: ChatReport) -> tuple[Screen, ...]:
    """The message about a result; two where the words do not fit under a picture."""
    title = f"<b>{escape(untapped(report.title))}</b>"
    words = [escape(untapped(sentence), quote=False) for sentence in report.sentences]
    missing = [escape(untapped(sentence), quote=False) for sentence in report.missing]
    note = [f"<i>{escape(report.note, quote=False)}</i>"] if report.note else []
    where = [escape(report.address, quote=False)] if report.address else []
    # As long as it is with its markup, or shorter.
    whole = "\n\n".join([title, *words, *missing, *note, *where])
    if report.picture is None or len(whole) <= MOST_OF_CAPTION:
        return (saying(tongue, whole),)
    head = "\n\n".join([title, *note, *where])
    return (saying(tongue, head), saying(tongue, "\n\n".join([*words, *missing])))


class LeadReport:
    """Answers chats that are linked; to all others it is not there."""

    def __init__(
        self, chats: LeadLinking, messenger: TelegramMessenger, reports: ChatReports | None
    ) -> None:
        self._chats, self._messenger, self._reports = chats, messenger, reports
        self._patience = Patience()

    async def has_answered(self, chat: Chat, asked: Asked) -> bool:
        """Answer what was asked; False where this chat is to be answered like any other."""
        if asked.about is not About.REPORT:
            return False
        try:
            text = await self._patience.wait(self._looked_up(chat, asked), LOOKING_UP_SECONDS)
        except Exception as error:
            # Whether a chat is linked cannot be told: then it is answered as if it were not.
            log.error("whether a chat is linked could not be told: %s", type(error).__name__)
            return False
        if text is None:
            return False
        if asked.asking is not Asking.RESULT:
            await self._messenger.show(chat.id, saying(chat.tongue, text))
            return True
        await self._show_newest(chat)
        return True

    async def _looked_up(self, chat: Chat, asked: Asked) -> str | None:
        """Do what was asked and return what to say; None where there is nothing to do here."""
        if self._reports is None:
            return None
        if asked.asking is Asking.TO_LINK:
            return _SAID[await self._chats.link(chat.id, asked.code)]
        if asked.asking is Asking.TO_UNLINK:
            return UNLINKED if await self._chats.unlink(chat.id) else None
        return LINKED if await self._chats.is_linked(chat.id) else None

    async def _show_newest(self, chat: Chat) -> None:
        assert self._reports is not None  # noqa: S101 - without them no chat was looked up
        try:
            report = await self._patience.wait(self._reports.newest(), MAKING_SECONDS)
        except Exception as error:
            log.error("a result could not be shown in a chat: %s", type(error).__name__)
            await self._messenger.show(chat.id, saying(chat.tongue, LATER))
            return
        first, *more = shown(chat.tongue, report)
        if report.picture is None:
            await self._messenger.show(chat.id, first)
        else:
            await self._messenger.show_picture(chat.id, report.picture, first)
        for screen in more:
            await self._messenger.show(chat.id, screen)


_SAID: Final = {Linked.LINKED: LINKED, Linked.RUN_OUT: RUN_OUT, Linked.UNKNOWN: None}
