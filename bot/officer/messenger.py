"""The messenger: screens out over Telegram, with patience, and nothing logged about anybody.

An interactive answer is tried a few times within seconds; what comes by itself is tried once
and handed back to its queue, which outlives this process.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.core.drafts import new_draft
from bot.core.languages import Tongues
from bot.core.profiles import Profile
from bot.officer import check_in_screens as screens
from bot.officer.asked_for import notice
from bot.officer.buttons import CheckInButtons
from bot.officer.carry_on import carry_on_notice
from bot.officer.pacing import Pacer
from bot.officer.screen import Screen
from bot.workflows.follow_up_sending import FollowUpMessage
from bot.workflows.invite import Invitation, Sent, TryLater

log = logging.getLogger(__name__)

INVITATIONS_PER_SECOND = 25.0
TRIES = 3
HELP_TRIES = 12
"""How often a crisis card is tried before it is given up."""
LONGEST_WAIT = 5.0
_FIRST_PAUSE = 0.5
MOST_OF_CAPTION = 1024
"""Characters that Telegram takes under a picture."""

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""Nothing of a site stands in the bot's own message, and Telegram is not asked to fetch it."""

Answer = TypeVar("Answer")


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """Return a screen's buttons as Telegram wants them."""
    if not screen.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.data) for button in row]
            for row in screen.rows
        ]
    )


class TelegramMessenger:
    """Sends and edits over one bot."""

    def __init__(
        self,
        bot: Bot,
        buttons: CheckInButtons,
        tongues: Tongues | None = None,
        per_second: float = INVITATIONS_PER_SECOND,
    ) -> None:
        self._bot = bot
        self._buttons = buttons
        self._tongues = tongues or Tongues()
        self._pacer = Pacer(per_second)

    async def show(self, chat: int, screen: Screen, *, tries: int = TRIES) -> None:
        """Send a screen as a new message."""

        async def send() -> object:
            return await self._bot.send_message(
                chat,
                screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(screen),
                protect_content=screen.protected,
                link_preview_options=NO_PREVIEW,
                # It answers what was just tapped or typed: whoever did so is looking.
                disable_notification=True,
            )

        await _insist(send, tries)

    async def show_picture(self, chat: int, picture: bytes, screen: Screen) -> None:
        """Send a PNG with a screen under it, short enough for a caption."""

        async def send() -> object:
            return await self._bot.send_photo(
                chat,
                picture,
                caption=screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(screen),
                protect_content=screen.protected,
                disable_notification=True,
                filename="result.png",
            )

        await _insist(send)

    async def show_help(self, chat: int, card: Screen) -> None:
        """Show the crisis card, with more patience than anything else."""
        await self.show(chat, card, tries=HELP_TRIES)

    async def replace(self, chat: int, message: int, screen: Screen) -> None:
        """Turn a message into a screen; send it anew where it cannot be edited any more."""

        async def edit() -> object:
            return await self._bot.edit_message_text(
                screen.text,
                chat_id=chat,
                message_id=message,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(screen),
                link_preview_options=NO_PREVIEW,
            )

        try:
            await _insist(edit)
        except BadRequest as error:
            # A second tap on the same button asks for what is there already.
            if "not modified" not in error.message:
                await self.show(chat, screen)

    async def acknowledge(self, callback: str, text: str | None = None) -> None:
        """Stop the spinner of a tapped button; too late is as good as done."""

        async def answer() -> object:
            return await self._bot.answer_callback_query(callback, text=text)

        try:
            await _insist(answer)
        except TelegramError as error:
            # A spinner that turns too long must never keep anybody from an answer.
            log.info("a tap was not acknowledged: %s", type(error).__name__)

    async def invite(self, invitation: Invitation) -> Sent | TryLater:
        """Send one invitation or reminder at its turn."""
        view, profile = invitation.view, invitation.profile
        languages = view.instrument.languages
        language = languages.index(profile.language) if profile.language in languages else 0
        draft = new_draft(
            view.instrument,
            round_reference=view.reference,
            prompt=invitation.prompt,
            unit=invitation.unit,
            language=language,
        )
        screen = screens.opening(
            self._tongues.of(view.instrument.languages[language]),
            draft,
            lambda draft, tap: self._buttons.callback_data(view, draft, tap, profile.telegram_id),
        )
        return await self._at_its_turn("an invitation", profile.telegram_id, screen)

    async def ask_to_carry_on(self, profile: Profile) -> Sent | TryLater:
        """Ask whether to carry on, at its turn."""
        screen = carry_on_notice(self._tongues.of(profile.language))
        return await self._at_its_turn("a question", profile.telegram_id, screen)

    async def follow_up(self, message: FollowUpMessage) -> Sent | TryLater:
        """Send one message that was asked for at its turn."""
        tongue = self._tongues.of(message.language)
        screen = notice(tongue, message.kind, asks=message.asks)
        return await self._at_its_turn("a follow-up", message.telegram_id, screen)

    async def alert(self, chat: int, screen: Screen) -> Sent | TryLater:
        """Tell a chat of an admin what needs somebody, at its turn."""
        return await self._at_its_turn("an alert", chat, screen)

    async def _at_its_turn(self, what: str, chat: int, screen: Screen) -> Sent | TryLater:
        """Send a screen nobody is waiting for, once; say what became of it."""
        if quiet := await self._pacer.turn():
            return TryLater(timedelta(seconds=quiet))
        try:
            await self._bot.send_message(
                chat,
                screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(screen),
                protect_content=screen.protected,
                link_preview_options=NO_PREVIEW,
            )
        except RetryAfter as error:
            seconds = retry_seconds(error)
            self._pacer.pause(seconds)
            return TryLater(timedelta(seconds=seconds))
        except (Forbidden, BadRequest) as error:
            if has_gone(error):
                return Sent.BLOCKED
            log.error("Telegram refused %s: %s", what, type(error).__name__)
            return TryLater()
        except TelegramError as error:
            log.warning("%s did not go out: %s", what, type(error).__name__)
            return TryLater()
        return Sent.ARRIVED


def retry_seconds(error: RetryAfter) -> float:
    """Return how long Telegram asked to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


async def _insist(call: Callable[[], Awaitable[Answer]], tries: int = TRIES) -> Answer:
    """Try a call a few times while Telegram is busy or out of reach."""
    pause = _FIRST_PAUSE
    for _ in range(tries - 1):
        try:
            return await call()
        except RetryAfter as error:
            await asyncio.sleep(min(retry_seconds(error), LONGEST_WAIT))
        except BadRequest:
            # A BadRequest is a NetworkError by descent, and no repetition mends it.
            raise
        except NetworkError:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_WAIT)
    return await call()


def has_gone(error: Exception) -> bool:
    """Whether somebody blocked the bot, or the account is gone: no use in trying again."""
    if isinstance(error, BadRequest):
        return "chat not found" in error.message.lower()
    return isinstance(error, Forbidden)
