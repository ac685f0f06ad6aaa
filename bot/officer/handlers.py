"""What happens on each message and each tap: read it, find its topic, show the next screen.

Help needs nothing but memory. A tap in a check-in needs nothing but its own button until the
answers are sealed.
"""

import asyncio
import logging
import re

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update, User

from bot.core.languages import Tongue, Tongues
from bot.core.team_codes import ALPHABET
from bot.officer import (
    asked_for,
    buttons,
    crisis,
    joining,
    leaving,
    self_started,
    steady,
    support,
    tomorrow,
)
from bot.officer.alert_chat import AlertChat
from bot.officer.buttons import CheckInButtons, InCheckIn, Named, OldButton, Press, read_press
from bot.officer.carry_on import CarryOn
from bot.officer.check_ins import CheckIns
from bot.officer.crisis import Crisis
from bot.officer.joining import Joining
from bot.officer.languages import Languages
from bot.officer.lead_report import LeadReport, asked_in
from bot.officer.leaving import Leaving
from bot.officer.messenger import TelegramMessenger, has_gone
from bot.officer.patience import Patience
from bot.officer.screen import Screen, plain
from bot.officer.self_started import SelfStarted
from bot.officer.settings import Settings
from bot.officer.steady import Steady
from bot.officer.support import Support
from bot.officer.texts import check_ins, common
from bot.officer.tomorrow import Tomorrow
from bot.officer.topic import Chat, Command, Tapped, Topic
from bot.officer.tough_job import ToughJob
from bot.officer.when_to_ask import WhenToAsk
from bot.workflows.chat_report import ChatReports
from bot.workflows.desk import Desk

log = logging.getLogger(__name__)

_COMMAND = re.compile(r"/([a-z_]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
# Strict, because what is taken for a code is not answered as a cry for help: "I took 20 pills"
# has twelve letters and digits too. Words in groups of four count only with a digit among them.
_CODE = re.compile(
    f"[{ALPHABET}]{{12}}|[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{2}}"
    rf"|(?=.*\d)[{ALPHABET}]{{4}}(?: [{ALPHABET}]{{4}}){{2}}",
    re.ASCII,
)
_MOST_GROUPS = 1_000

DATABASE_SECONDS = 5.0
"""How long somebody waits for a screen that needs records; for a seal, see `check_ins`."""

TAKES_A_CODE = frozenset({"start"})
"""Behind these may stand a code. All other words behind a slash are words all the same."""

FROM_MEMORY = frozenset(
    {
        *(buttons.CALL_LIST, buttons.CONTACTED, buttons.NONE_SUIT),
        *(crisis.REACHED, crisis.NOT_THROUGH, buttons.SPEAK),
        *(buttons.MENU, buttons.NEED, support.EXIT),
        *(steady.STEADY, steady.PLAN, asked_for.CHECKING_ON, tomorrow.OK_FOR_NOW),
    }
)
"""Buttons whose screens need no records: they wait for nothing that does."""

BESIDE = frozenset({buttons.MENU, buttons.TOUGH_JOB})
"""What is shown below a check-in instead of in its place."""

ANEW = frozenset({joining.FIRST, self_started.WHY, self_started.SUPERVISE})
"""What begins a check-in under a message that is none: an edit would not protect it."""


class OfficerHandlers:
    """Answers officers, one update at a time; holds nothing about any of them but a language."""

    def __init__(
        self,
        desk: Desk,
        messenger: TelegramMessenger,
        made: CheckInButtons,
        tongues: Tongues,
        reports: ChatReports | None = None,
    ) -> None:
        self._desk = desk
        self._messenger = messenger
        self._buttons = made
        self.languages = Languages(tongues)
        self._crisis = Crisis(lambda: desk.catalogue, self.languages)
        support = Support(desk, self.languages)
        self._joining = Joining(desk, made, self.languages)
        self._check_ins = CheckIns(desk, messenger, made, self.languages, self._crisis, support)
        self.topics: tuple[Topic, ...] = (
            self._crisis,
            support,
            self._joining,
            Leaving(desk, self.languages, self._joining.attempts.forget),
            Settings(desk, self.languages),
            WhenToAsk(desk),
            ToughJob(desk, made, self._crisis),
            Tomorrow(desk),
            CarryOn(desk),
            SelfStarted(desk, made, self.languages),
            Steady(),
        )
        # No topic: what it answers is known in chats that are linked, and nowhere else.
        self._lead_report = LeadReport(desk.lead_chats, messenger, reports)
        self._alert_chat = AlertChat(desk.alert_chats, messenger)
        self._commands: dict[str, Command] = {}
        self._tapped_on: dict[str, Tapped] = {buttons.SPEAK: self._speak}
        for topic in self.topics:
            self._commands |= topic.commands
            self._tapped_on |= topic.buttons
        self._groups: set[int] = set()
        self._patience = Patience()

    async def handle(self, update: Update) -> None:
        """Answer one update; what goes wrong is said kindly and logged without a name."""
        try:
            if update.callback_query is not None:
                await self._tapped(update.callback_query)
            elif update.message is not None:
                await self._written(update.message)
            elif update.channel_post is not None:
                await self._in_a_group(update.channel_post)
        except Exception as error:
            if has_gone(error):
                log.info("nobody is there any more: %s", type(error).__name__)
                return
            log.error("an update was not answered: %s", type(error).__name__)
            await self._apologise(update)

    async def _apologise(self, update: Update) -> None:
        chat = update.effective_chat
        if chat is None or chat.type != "private":
            return
        tongue = self._tongue(chat.id, None, update.effective_user)
        try:
            await self._messenger.show(chat.id, plain(tongue, common.CHANGE_LATER))
        except Exception as error:
            log.error("nor could that be said: %s", type(error).__name__)

    def _tongue(self, chat: int, shown: str | None, sender: User | None) -> Tongue:
        phone = sender.language_code if sender else None
        return self.languages.of(chat, shown, phone, self._desk.catalogue.programme)

    # --- Messages -----------------------------------------------------------------

    async def _written(self, message: Message) -> None:
        if message.chat.type != "private":
            await self._in_a_group(message)
            return
        tongue = self._tongue(message.chat.id, None, message.from_user)
        chat = Chat(message.chat.id, tongue)
        text = (message.text or "").strip()
        asked = asked_in(text)
        if asked is not None and (
            await self._lead_report.has_answered(chat, asked)
            or await self._alert_chat.has_answered(chat, asked)
        ):
            return
        if may_be_a_cry(text):
            # It is answered, never kept, and does nothing else, whatever stands before it.
            await self._messenger.show_help(chat.id, self._crisis.card(tongue))
            return
        command = _COMMAND.fullmatch(text)
        if command:
            doing = self._commanded(chat, command[1].lower(), command[2] or "")
        else:
            doing = self._joining.offer(chat, text)
        screen = await self._patience.wait(doing, DATABASE_SECONDS)
        await self._messenger.show(chat.id, screen)

    async def _in_a_group(self, message: Message) -> None:
        """Say one sentence, then stay silent."""
        if message.chat.id in self._groups or len(self._groups) >= _MOST_GROUPS:
            return
        self._groups.add(message.chat.id)
        tongue = self._tongue(message.chat.id, None, None)
        await self._messenger.show(message.chat.id, Screen(tongue(common.IN_A_GROUP)))

    async def _commanded(self, chat: Chat, command: str, code: str) -> Screen:
        """Return a command's screen."""
        known = self._commands.get(command)
        return await known(chat, code) if known else plain(chat.tongue, common.COMMANDS_LIST)

    # --- Taps ---------------------------------------------------------------------

    async def _tapped(self, query: CallbackQuery) -> None:
        message = query.message
        officer = query.from_user.id
        if message is None or message.chat.type != "private":
            tongue = self._tongue(officer, None, query.from_user)
            await self._messenger.acknowledge(query.id, tongue.label(common.OLD_BUTTON))
            return
        chat = message.chat.id
        press = self._read(query.data, officer)
        looked = isinstance(press, OldButton) and await self._looked_again()
        if looked:
            press = self._read(query.data, officer)
        shown = press.language if isinstance(press, Named) else None
        tongue = self._tongue(chat, shown, query.from_user)
        if isinstance(press, Named) and press.name == buttons.CRISIS:
            # Below, not instead: what was on the screen is still there afterwards. And before
            # anything else that could go wrong, the spinner of the button included.
            await self._messenger.show_help(chat, self._crisis.card(tongue))
            await self._messenger.acknowledge(query.id)
            return
        if isinstance(press, Named) and press.name not in self._tapped_on:
            press = OldButton()
        if isinstance(press, OldButton):
            await self._old_button(query, Chat(chat, tongue), _about(press, looked))
            return
        if isinstance(press, InCheckIn):
            # Beside each other: a tap on “Struggling” must not wait for its own spinner.
            await asyncio.gather(
                self._messenger.acknowledge(query.id),
                self._check_ins.tapped(press, officer, chat, message.message_id),
            )
            return
        await self._messenger.acknowledge(query.id)
        await self._on(press, Chat(chat, tongue), message)

    async def _looked_again(self) -> bool:
        """Look for what other workers opened; False when that takes too long."""
        try:
            return await self._patience.wait(self._desk.refresh_for_unknown(), DATABASE_SECONDS)
        except TimeoutError:
            return False

    def _read(self, data: str | None, officer: int) -> Press:
        return read_press(data or "", officer, self._desk.catalogue, self._buttons)

    async def _on(self, press: Named, chat: Chat, message: MaybeInaccessibleMessage) -> None:
        """Show what a button names."""
        doing = self._tapped_on[press.name](chat, press.argument)
        if press.name == leaving.FORGET_YES:
            # Erased is erased before the database is tidied up, which takes as long as it takes.
            screen = await doing
        else:
            screen = await self._patience.wait(doing, DATABASE_SECONDS)
        if screen is None:
            await self._messenger.show(chat.id, plain(chat.tongue, common.OLD_BUTTON))
        elif press.name in ANEW or (press.name in BESIDE and _is_check_in(message)):
            await self._messenger.show(chat.id, screen)
        elif screen.protected and not _is_check_in(message):
            # An edit would not protect it: what somebody set could be forwarded.
            await self._messenger.show(chat.id, screen)
        else:
            await self._messenger.replace(chat.id, message.message_id, screen)

    async def _speak(self, chat: Chat, name: str) -> Screen | None:
        """Show a screen again in another language, and keep to that language."""
        if name not in (buttons.CRISIS, buttons.MENU):
            return None
        self.languages.remember(chat.id, chat.tongue.language)
        return await self._tapped_on[name](chat, "")

    async def _old_button(self, query: CallbackQuery, chat: Chat, text: str) -> None:
        """A button this program does not know (any more): say so, with the way to help."""
        # Below, and nothing is taken off the screen: another worker may know the button.
        await self._messenger.acknowledge(query.id, chat.tongue.label(text))
        await self._messenger.show(chat.id, plain(chat.tongue, text))


def _about(press: OldButton, looked: bool) -> str:
    """Return what is said of a button; `looked` is whether the database was just asked."""
    if not press.check_in:
        return common.OLD_BUTTON
    return check_ins.UNREADABLE if looked else check_ins.NOT_NOW


def _is_check_in(message: MaybeInaccessibleMessage) -> bool:
    """Whether a message is one that must stay as it is: those are protected."""
    return isinstance(message, Message) and bool(message.has_protected_content)


def looks_like_a_code(text: str) -> bool:
    """Whether somebody typed the code of a poster instead of a word."""
    return _CODE.fullmatch(text.upper()) is not None


def may_be_a_cry(text: str) -> bool:
    """Whether a text brings the crisis card: everything but a command alone and a code."""
    command = _COMMAND.fullmatch(text)
    if command is None:
        return not looks_like_a_code(text)
    name, words = command[1].lower(), command[2]
    if not words:
        return name == "help"
    return name not in TAKES_A_CODE or not looks_like_a_code(words)
