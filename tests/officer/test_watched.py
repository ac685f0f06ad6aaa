"""The watched connection: each kind of trouble is counted, and what one chat does is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.core.vitals import Trouble
from bot.officer.incoming import TrimmedUpdates
from bot.officer.watched import Watched, trouble_of
from bot.sandbox.bot_api import bot_api
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.telegram_state import TOKEN, Telegram


@asynccontextmanager
async def watched(
    telegram: Telegram, token: str = TOKEN
) -> AsyncIterator[tuple[Bot, list[Trouble]]]:
    """A bot whose connections tell of their troubles."""
    noted: list[Trouble] = []
    connections = Watched(), TrimmedUpdates()
    for connection in connections:
        connection.noted = noted.append
    async with serving(bot_api(telegram)) as api:
        bot = Bot(
            token,
            base_url=f"{api}/bot",
            request=connections[0],
            get_updates_request=connections[1],
        )
        for connection in connections:
            await connection.initialize()
        yield bot, noted
        for connection in connections:
            await connection.shutdown()
        await telegram.close()


async def fails(call: object, error: type[TelegramError]) -> None:
    with pytest.raises(error):
        await call  # type: ignore[misc]  # whatever the bot gives to wait for


async def test_a_call_that_goes_well_is_no_trouble() -> None:
    async with watched(Telegram(limits=Limits.none())) as (bot, noted):
        await bot.get_me()
        assert noted == []


async def test_a_refused_token_is_noted() -> None:
    async with watched(Telegram(limits=Limits.none()), "4242:another-invented-token") as (
        bot,
        noted,
    ):
        await fails(bot.get_me(), InvalidToken)
        await fails(bot.get_updates(), InvalidToken)
        assert noted == [Trouble.TOKEN_REFUSED] * 2


async def test_busy_broken_and_cut_off_are_noted() -> None:
    telegram = Telegram(limits=Limits.none())
    async with watched(telegram) as (bot, noted):
        telegram.faults.flood(1, method="getMe")
        await fails(bot.get_me(), RetryAfter)
        telegram.faults.answer_error(502, method="getMe")
        await fails(bot.get_me(), NetworkError)
        telegram.faults.drop(method="getMe")
        await fails(bot.get_me(), NetworkError)
        assert noted == [Trouble.TOLD_TO_WAIT, Trouble.OUT_OF_REACH, Trouble.OUT_OF_REACH]


async def test_a_message_that_cannot_be_sent_to_somebody_is_not() -> None:
    async with watched(Telegram(limits=Limits.none())) as (bot, noted):
        await fails(bot.send_message(99, "hello"), BadRequest)
        assert noted == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, None),
        (400, None),
        (403, None),
        (401, Trouble.TOKEN_REFUSED),
        (404, Trouble.TOKEN_REFUSED),
        (409, Trouble.OTHER_POLLER),
        (429, Trouble.TOLD_TO_WAIT),
        (500, Trouble.OUT_OF_REACH),
        (502, Trouble.OUT_OF_REACH),
    ],
)
def test_each_answer_has_its_kind(status: int, kind: Trouble | None) -> None:
    assert trouble_of(status) is kind
