"""What Telegram shows before a chat begins, and its command menu, in every language offered."""

import logging
from collections.abc import Sequence

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.core.languages import Tongue
from bot.officer.texts import introduction as texts

log = logging.getLogger(__name__)


async def introduce(bot: Bot, offered: Sequence[Tongue]) -> None:
    """Set the texts: the force's first language for everybody, and each for its own speakers."""
    try:
        await _set(bot, offered[0], None)
        for tongue in offered:
            await _set(bot, tongue, tongue.language)
    except TelegramError as error:
        log.warning("the command menu is not set: %s", type(error).__name__)


async def _set(bot: Bot, tongue: Tongue, language: str | None) -> None:
    commands = [BotCommand(name, tongue.label(text)) for name, text in texts.COMMANDS]
    await bot.set_my_commands(commands, language_code=language)
    await bot.set_my_description(tongue.label(texts.DESCRIPTION), language_code=language)
    await bot.set_my_short_description(
        tongue.label(texts.SHORT_DESCRIPTION), language_code=language
    )
