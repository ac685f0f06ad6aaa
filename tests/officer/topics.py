"""The topics of the officers' end, made without a database: nothing here is ever run."""

import secrets
from datetime import UTC, datetime
from functools import cache

from telegram import Bot

from bot.officer.handlers import OfficerHandlers
from bot.officer.messenger import TelegramMessenger
from bot.officer.topic import Topic
from bot.sandbox.telegram_state import TOKEN
from bot.sealing.address import AddressKeys
from bot.sealing.draft_tokens import DraftTokens
from bot.workflows.desk import Desk
from storage.engine import Storage
from tests.officer.every_screen import TONGUES
from tests.officer.views import BUTTONS


@cache
def the_topics() -> tuple[Topic, ...]:
    """Return every topic, as the handlers list them."""
    desk = Desk(
        Storage("sqlite+aiosqlite:////nowhere/at/all.db"),
        AddressKeys({1: bytes(32)}),
        DraftTokens(bytes(32)),
        {},
        [],
        lambda: datetime.now(UTC),
        secrets.token_bytes,
    )
    messenger = TelegramMessenger(Bot(TOKEN), BUTTONS, TONGUES)
    return OfficerHandlers(desk, messenger, BUTTONS, TONGUES).topics
