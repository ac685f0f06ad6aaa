"""How fast a bot may call, and how Telegram fails on purpose."""

import asyncio
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from bot.sandbox.limits import Limits, Meter
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram
from tests.sandbox.conftest import PLAIN


def test_25_a_second_pass_for_ever() -> None:
    meter = Meter(Limits())
    assert all(meter.send(chat, chat / 25) == 0 for chat in range(1, 500))


def test_the_31st_send_within_a_second_waits_for_the_window() -> None:
    meter = Meter(Limits())
    assert [meter.send(chat, 10.0) for chat in range(1, 31)] == [0] * 30
    assert meter.send(31, 10.9) == 1
    assert meter.send(31, 11.0) == 0


def test_one_chat_takes_a_small_burst_and_then_one_a_second() -> None:
    meter = Meter(Limits())
    assert [meter.send(1, 0.0) for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    assert meter.send(2, 0.0) == 0
    assert meter.send(1, 1.0) == 0
    assert meter.send(1, 1.0) == 1


def test_a_group_takes_20_a_minute() -> None:
    meter = Meter(Limits())
    assert [meter.send(-1, 0.0) for _ in range(20)] == [0] * 20
    assert meter.send(-1, 0.0) == 3
    assert meter.send(-1, 3.0) == 0


def test_edits_have_a_wider_limit_of_their_own() -> None:
    limits = Limits()
    meter = Meter(limits)
    edits = [meter.edit(1, 0.0) for _ in range(limits.edits_per_chat_burst + 1)]
    assert edits[-2:] == [0, 1]
    assert meter.send(1, 0.0) == 0


async def test_a_bot_that_bursts_gets_429_and_may_go_on_after_waiting(
    telegram: Telegram, bot: Bot
) -> None:
    telegram.limits = Limits()
    clock = 100.0
    telegram.monotonic = lambda: clock
    phones = [Phone(telegram) for _ in range(40)]
    for phone in phones:
        await phone.start()
    answers = await asyncio.gather(
        *(bot.send_message(phone.id, "hello") for phone in phones), return_exceptions=True
    )
    refused = [one for one in answers if isinstance(one, RetryAfter)]
    assert len(refused) == 10
    assert {one.retry_after for one in refused} == {timedelta(seconds=1)}
    clock += 1
    missed = [phone for phone in phones if not phone.received]
    for phone in missed:
        await bot.send_message(phone.id, "hello")
    assert all(len(phone.received) == 1 for phone in phones)


async def test_a_refused_text_does_not_use_up_the_limit(telegram: Telegram, bot: Bot) -> None:
    telegram.limits = Limits(per_chat_burst=1)
    phone = Phone(telegram)
    await phone.start()
    with pytest.raises(NetworkError):
        await bot.send_message(phone.id, "")
    await bot.send_message(phone.id, "still free")


async def test_a_500_or_502_does_nothing_and_passes(
    telegram: Telegram, bot: Bot, phone: Phone
) -> None:
    telegram.faults.answer_error(500, method="sendMessage")
    telegram.faults.answer_error(502, method="sendMessage")
    for reason in ("Internal Server Error", "Bad Gateway"):
        with pytest.raises(NetworkError, match=reason):
            await bot.send_message(phone.id, "lost")
    await bot.send_message(phone.id, "third time")
    assert [one.text for one in phone.received] == ["third time"]
    assert len(telegram.calls_of("sendMessage")) == 3


async def test_a_fault_meets_only_its_chat(telegram: Telegram, bot: Bot, phone: Phone) -> None:
    other = Phone(telegram)
    await other.start()
    telegram.faults.flood(7, times=2, chat=phone.id)
    await bot.send_message(other.id, "through")
    for _ in range(2):
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(phone.id, "later")
        assert refused.value.retry_after == timedelta(seconds=7)
    await bot.send_message(phone.id, "now")
    assert (phone.last.text, other.last.text) == ("now", "through")


async def test_a_dropped_call_is_not_carried_out(
    telegram: Telegram, bot: Bot, phone: Phone
) -> None:
    telegram.faults.drop(method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(phone.id, "lost")
    assert phone.received == []
    await bot.send_message(phone.id, "sent")


async def test_a_call_whose_answer_is_dropped_was_carried_out(
    telegram: Telegram, bot: Bot, phone: Phone
) -> None:
    telegram.faults.apply_then_drop(method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(phone.id, "arrived")
    assert phone.last.text == "arrived"


async def test_a_hanging_call_goes_on_when_released(
    telegram: Telegram, bot: Bot, phone: Phone
) -> None:
    hang = telegram.faults.hang(method="sendMessage")
    call = asyncio.create_task(bot.send_message(phone.id, "in the end"))
    await hang.met.wait()
    assert phone.received == []
    hang.release()
    await call
    assert phone.last.text == "in the end"


async def test_a_client_that_gives_up_on_a_hanging_call_has_sent_nothing(
    telegram: Telegram, address: str, phone: Phone
) -> None:
    telegram.faults.hang(method="sendMessage")
    request = HTTPXRequest(read_timeout=0.05, httpx_kwargs=PLAIN)
    async with Bot(telegram.token, base_url=f"{address}/bot", request=request) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(phone.id, "too late")
        await bot.send_message(phone.id, "next")
    assert [one.text for one in phone.received] == ["next"]


async def test_a_call_can_be_carried_out_and_then_hang(
    telegram: Telegram, address: str, phone: Phone
) -> None:
    telegram.faults.apply_then_hang(method="sendMessage")
    request = HTTPXRequest(read_timeout=0.05, httpx_kwargs=PLAIN)
    async with Bot(telegram.token, base_url=f"{address}/bot", request=request) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(phone.id, "arrived")
    assert phone.last.text == "arrived"


async def test_clearing_lets_go_of_everything(telegram: Telegram, bot: Bot, phone: Phone) -> None:
    hang = telegram.faults.hang(method="sendMessage", times=5)
    telegram.faults.answer_error(method="sendChatAction")
    call = asyncio.create_task(bot.send_message(phone.id, "freed"))
    await hang.met.wait()
    telegram.faults.clear()
    await call
    await bot.send_chat_action(phone.id, "typing")
    assert phone.last.text == "freed"


async def test_the_long_poll_fails_only_when_it_is_named(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.answer_error()
    await bot.get_updates()
    telegram.faults.answer_error(method="getUpdates")
    with pytest.raises(NetworkError):
        await bot.get_updates()


async def test_an_update_can_come_twice(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.duplicate_updates(1)
    phone = Phone(telegram)
    await phone.send("twice")
    await phone.send("once")
    updates = await bot.get_updates()
    assert [one.message.text for one in updates if one.message] == ["twice", "twice", "once"]
    assert updates[0].update_id == updates[1].update_id
    assert await bot.get_updates(offset=updates[2].update_id + 1) == ()


async def test_updates_can_come_in_the_wrong_order(telegram: Telegram, bot: Bot) -> None:
    telegram.faults.reorder_updates(3)
    phone = Phone(telegram)
    for text in ("one", "two"):
        await phone.send(text)
    assert await bot.get_updates() == ()
    for text in ("three", "four"):
        await phone.send(text)
    updates = await bot.get_updates()
    texts = [one.message.text for one in updates if one.message]
    assert texts == ["three", "two", "one", "four"]
    assert await bot.get_updates(offset=updates[-1].update_id + 1) == ()
