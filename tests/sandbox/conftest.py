"""A Telegram without limits, served over loopback, and a real python-telegram-bot to call it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.sandbox.bot_api import bot_api
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram

# No proxies, and no certificates: loading them takes longer than a test.
PLAIN: dict[str, Any] = {"trust_env": False, "verify": False}


@pytest.fixture(autouse=True)
def _times_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    # python-telegram-bot warns about its older choice whenever it is told to wait.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def telegram() -> Telegram:
    return Telegram(limits=Limits.none())


@pytest.fixture
async def address(telegram: Telegram) -> AsyncIterator[str]:
    async with serving(bot_api(telegram)) as address:
        yield address


@pytest.fixture
async def bot(telegram: Telegram, address: str) -> AsyncIterator[Bot]:
    async with Bot(
        telegram.token,
        base_url=f"{address}/bot",
        request=HTTPXRequest(connection_pool_size=64, httpx_kwargs=PLAIN),
        get_updates_request=HTTPXRequest(httpx_kwargs=PLAIN),
    ) as bot:
        yield bot


@pytest.fixture
async def phone(telegram: Telegram) -> Phone:
    """A phone whose owner has started the bot; the bot has yet to fetch that."""
    phone = Phone(telegram)
    await phone.start()
    return phone
