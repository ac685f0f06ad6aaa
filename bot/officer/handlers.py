"""What happens on each message and each tap: read it, decide, show the next screen.

Help needs nothing but memory. A tap in a check-in needs nothing but its own button until the
answers are sealed.
"""

import logging
import re
from collections.abc import Awaitable
from datetime import date

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update
from telegram.error import TelegramError

from bot.core.drafts import AskItem, Draft, Finished, Opening, Review, Tap, advance
from bot.core.errors import StandEasyError
from bot.core.profiles import Profile
from bot.core.responses import LengthOfService, RoleType
from bot.core.signposting import signposts_for
from bot.officer import buttons, screens, texts
from bot.officer.attempts import CodeAttempts
from bot.officer.buttons import (
    Agree,
    CheckInButtons,
    InCheckIn,
    OldButton,
    Press,
    SayLength,
    SayRole,
    ToNeed,
    ToScreen,
    read_press,
)
from bot.officer.messenger import TelegramMessenger
from bot.officer.screens import Screen
from bot.workflows.answer import Answered
from bot.workflows.catalogue import RoundInView
from bot.workflows.desk import Desk
from bot.workflows.enrol import CODE_ALPHABET, CodeProblem, Resumed, tidy_code

log = logging.getLogger(__name__)

_COMMAND = re.compile(r"/([a-z_]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
# Strict, because what is taken for a code is not answered as a cry for help: "I took 20 pills"
# has twelve letters and digits too. Words in groups of four count only with a digit among them.
_CODE = re.compile(
    f"[{CODE_ALPHABET}]{{12}}|[{CODE_ALPHABET}]{{4}}(?:-[{CODE_ALPHABET}]{{4}}){{2}}"
    rf"|(?=.*\d)[{CODE_ALPHABET}]{{4}}(?: [{CODE_ALPHABET}]{{4}}){{2}}",
    re.ASCII,
)
_MOST_GROUPS = 1_000
HELP_TRIES = 12
"""How often a crisis card is tried before it is given up."""


CODE_ANSWERS: dict[CodeProblem, str] = {
    CodeProblem.UNKNOWN: texts.CODE_UNKNOWN,
    CodeProblem.USED_UP: texts.CODE_USED_UP,
    CodeProblem.EXPIRED: texts.CODE_EXPIRED,
    CodeProblem.TEAM_FULL: texts.TEAM_FULL,
    CodeProblem.JOINED_ALREADY: texts.WELCOME_BACK,
    CodeProblem.OTHER_TEAM: texts.OTHER_TEAM,
}
RETURN_ANSWERS: dict[Resumed, str] = {
    Resumed.NOT_ENROLLED: texts.WELCOME,
    Resumed.ACTIVE: texts.WELCOME_BACK,
    Resumed.RESUMED: texts.RESUMED,
}
SEALING_ANSWERS: dict[Answered, str] = {
    Answered.SEALED: texts.SEALED,
    Answered.ALREADY_SEALED: texts.SEALED_BEFORE,
    Answered.CLOSED: texts.CLOSED,
    Answered.NOT_ASKED: texts.NOT_ASKED,
}


class OfficerHandlers:
    """Answers officers, one update at a time; holds nothing about any of them."""

    def __init__(self, desk: Desk, messenger: TelegramMessenger, made: CheckInButtons) -> None:
        self._desk = desk
        self._messenger = messenger
        self._buttons = made
        self._attempts = CodeAttempts()
        self._groups: set[int] = set()

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
            log.error("an update was not answered: %s", type(error).__name__)
            await self._apologise(update)

    async def _apologise(self, update: Update) -> None:
        chat = update.effective_chat
        if chat is None or chat.type != "private":
            return
        try:
            await self._messenger.show(chat.id, screens.plain(texts.CHANGE_LATER))
        except Exception as error:
            log.error("nor could that be said: %s", type(error).__name__)

    # --- Messages -----------------------------------------------------------------

    async def _written(self, message: Message) -> None:
        if message.chat.type != "private":
            await self._in_a_group(message)
            return
        text = (message.text or "").strip()
        command = _COMMAND.fullmatch(text)
        if command:
            screen = await self._commanded(message, command[1].lower(), command[2] or "")
        elif looks_like_a_code(text):
            screen = await self._offer(message.chat.id, text)
        else:
            # Anything typed may be a cry for help: it is answered, and never kept.
            await self._help(message.chat.id)
            return
        await self._messenger.show(message.chat.id, screen)

    async def _in_a_group(self, message: Message) -> None:
        """Say one sentence, then stay silent."""
        if message.chat.id in self._groups or len(self._groups) >= _MOST_GROUPS:
            return
        self._groups.add(message.chat.id)
        await self._messenger.show(message.chat.id, Screen(texts.IN_A_GROUP))

    async def _commanded(self, message: Message, command: str, argument: str) -> Screen:
        chat = message.chat.id
        match command:
            case "help":
                return screens.crisis_card()
            case "support":
                return screens.support_menu()
            case "privacy":
                return screens.plain(texts.PRIVACY)
            case "start" if argument and len(argument.split()) == 1:
                return await self._offer(chat, argument)
            case "start" if not argument:
                return await self._come_back(chat)
            case "stop":
                return await self._stop(chat)
            case "forget":
                return screens.forget_question()
        # Words behind a slash are words all the same.
        return screens.crisis_card() if argument else screens.plain(texts.COMMANDS_LIST)

    async def _offer(self, chat: int, code: str) -> Screen:
        if not self._attempts.may_try(chat, self._desk.now()):
            return screens.plain(texts.TOO_MANY_TRIES)
        try:
            offer = await self._desk.look_up_code(chat, code)
        except StandEasyError as error:
            log.error("a code could not be looked up: %s", type(error).__name__)
            return screens.plain(texts.CODE_LATER)
        if isinstance(offer, CodeProblem):
            self._attempts.failed(chat, self._desk.now())
            if offer is CodeProblem.JOINED_ALREADY:
                return await self._come_back(chat)
            return screens.plain(CODE_ANSWERS[offer])
        return screens.promises(offer.unit, offer.heads, tidy_code(code))

    async def _come_back(self, chat: int) -> Screen:
        try:
            found = await self._desk.resume(chat)
        except StandEasyError as error:
            log.error("an enrolment could not be looked up: %s", type(error).__name__)
            return screens.plain(texts.WELCOME)
        return screens.plain(RETURN_ANSWERS[found])

    async def _stop(self, chat: int) -> Screen:
        stopped = await self._desk.stop(chat)
        return screens.plain(texts.STOPPED if stopped else texts.NOTHING_TO_STOP)

    # --- Taps ---------------------------------------------------------------------

    async def _tapped(self, query: CallbackQuery) -> None:
        message = query.message
        if message is None or message.chat.type != "private":
            await self._messenger.acknowledge(query.id, texts.OLD_BUTTON)
            return
        officer, chat = query.from_user.id, message.chat.id
        press = self._read(query.data, officer)
        if isinstance(press, OldButton) and await self._desk.refresh_for_unknown():
            press = self._read(query.data, officer)
        if isinstance(press, OldButton):
            await self._old_button(query, chat)
            return
        if isinstance(press, ToScreen) and press.name == buttons.CRISIS:
            # Below, not instead: what was on the screen is still there afterwards. And before
            # anything else that could go wrong, the spinner of the button included.
            await self._help(chat)
            await self._messenger.acknowledge(query.id)
            return
        await self._messenger.acknowledge(query.id)
        match press:
            case InCheckIn():
                await self._in_check_in(press, officer, chat, message.message_id)
            case ToScreen(name=buttons.MENU) if _is_check_in(message):
                await self._messenger.show(chat, screens.support_menu())
            case _:
                screen = await self._screen_of(press, officer)
                await self._messenger.replace(chat, message.message_id, screen)

    async def _help(self, chat: int) -> None:
        """Show the crisis card, with more patience than anything else."""
        await self._messenger.show(chat, screens.crisis_card(), tries=HELP_TRIES)

    def _read(self, data: str | None, officer: int) -> Press:
        return read_press(data or "", officer, self._desk.catalogue, self._buttons)

    async def _old_button(self, query: CallbackQuery, chat: int) -> None:
        """A button this program does not know (any more): say so, with the way to help."""
        await self._messenger.acknowledge(query.id, texts.OLD_BUTTON)
        await self._messenger.show(chat, screens.plain(texts.OLD_BUTTON))

    async def _screen_of(
        self, press: ToScreen | ToNeed | Agree | SayRole | SayLength, officer: int
    ) -> Screen:
        catalogue = self._desk.catalogue
        match press:
            case ToScreen(name=name):
                return await self._named(name, officer)
            case ToNeed(need=need):
                return screens.need_page(need, catalogue.support, "en")
            case Agree(code=code):
                return await self._join(officer, code)
            case SayRole(number=number):
                if number in texts.ROLES:
                    await self._desk.amend_profile(officer, role_type=RoleType(number))
                return screens.ask_service()
            case SayLength(number=number):
                if number in texts.SERVICES:
                    await self._desk.amend_profile(officer, service=LengthOfService(number))
                day = self._desk.next_check_in()
                return screens.plain(texts.joined(_as_people_say(day) if day else None))

    async def _named(self, name: str, officer: int) -> Screen:
        match name:
            case buttons.CALL_LIST:
                return screens.call_list(self._desk.catalogue.support, "en")
            case buttons.CONTACTED:
                return screens.contacted()
            case buttons.NONE_SUIT:
                return screens.none_suit()
            case buttons.DECLINE:
                return screens.plain(texts.DECLINED)
            case buttons.FORGET_YES:
                erased = await self._desk.forget(officer)
                return screens.plain(texts.FORGOTTEN if erased else texts.NOTHING_TO_FORGET)
            case buttons.FORGET_NO:
                return screens.plain(texts.KEPT)
        return screens.support_menu()

    async def _join(self, officer: int, code: str) -> Screen:
        if not self._attempts.may_try(officer, self._desk.now()):
            return screens.plain(texts.TOO_MANY_TRIES)
        joined = await self._desk.join(Profile(officer), code)
        if isinstance(joined, CodeProblem):
            self._attempts.failed(officer, self._desk.now())
            return screens.plain(CODE_ANSWERS[joined])
        # Also when they had joined before: a second tap on the same button is the usual reason,
        # and it must not take the two questions off the screen again.
        return screens.ask_role()

    # --- Check-ins ----------------------------------------------------------------

    async def _in_check_in(self, press: InCheckIn, officer: int, chat: int, message: int) -> None:
        view = press.view
        if not view.takes_answers(press.draft.prompt, self._desk.now()):
            await self._put_away(chat, message, screens.after_sealing(texts.CLOSED))
            if signposts_for(press.draft, view.instrument).crisis:
                await self._help(chat)
            return

        def make(draft: Draft, tap: Tap) -> str:
            return self._buttons.callback_data(view, draft, tap, officer)

        step = advance(press.draft, press.tap, view.instrument)
        match step:
            case Finished(draft=draft):
                await self._finish(draft, view, officer, chat, message)
                return
            case AskItem(draft=draft):
                screen = screens.question(draft, view, make)
            case Review():
                screen = screens.review(step, view, make)
            case Opening(draft=draft):
                screen = screens.opening(draft, make)
            case _:
                # A tap that does not fit its own draft: show where the draft stands.
                screen = screens.opening(press.draft, make)
        await self._messenger.replace(chat, message, screen)

    async def _finish(
        self, draft: Draft, view: RoundInView, officer: int, chat: int, message: int
    ) -> None:
        await self._put_away(chat, message, await self._sealed(draft, view, officer))
        signposts = signposts_for(draft, view.instrument)
        # What was sealed stays sealed: that one of these does not arrive must neither keep the
        # other back nor be told as if nothing had been changed.
        if signposts.crisis:
            await self._or_not(self._help(chat))
        await self._or_not(self._messenger.show(chat, screens.support_menu(signposts)))

    async def _put_away(self, chat: int, message: int, outcome: Screen) -> None:
        """Put the outcome in place of a check-in, or leave it: what comes after must come."""
        await self._or_not(self._messenger.replace(chat, message, outcome))

    async def _or_not(self, sending: Awaitable[None]) -> None:
        try:
            await sending
        except TelegramError as error:
            log.warning("a message after a check-in did not arrive: %s", type(error).__name__)

    async def _sealed(self, draft: Draft, view: RoundInView, officer: int) -> Screen:
        """Seal finished answers; return what takes the place of the check-in."""
        try:
            answered = await self._desk.seal_answers(officer, draft, view)
        except Exception as error:
            log.error("answers could not be sealed: %s", type(error).__name__)

            def make(draft: Draft, tap: Tap) -> str:
                return self._buttons.callback_data(view, draft, tap, officer)

            again = screens.review(Review(draft), view, make)
            return Screen(texts.SEAL_LATER, again.rows, protected=True)
        return screens.after_sealing(SEALING_ANSWERS[answered])


def _is_check_in(message: MaybeInaccessibleMessage) -> bool:
    """Whether a message is one that must stay as it is: those are protected."""
    return isinstance(message, Message) and bool(message.has_protected_content)


def looks_like_a_code(text: str) -> bool:
    """Whether somebody typed the code of a poster instead of a word."""
    return _CODE.fullmatch(text.upper()) is not None


def _as_people_say(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
