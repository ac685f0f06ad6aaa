"""How a real python-telegram-bot application gets its updates: by polling and by webhook."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import Conflict
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.sandbox.bot_api import bot_api
from bot.sandbox.loopback import serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram
from tests.sandbox.conftest import PLAIN

Context = ContextTypes.DEFAULT_TYPE


async def greet(update: Update, context: Context) -> None:
    assert update.effective_chat is not None
    buttons = [[InlineKeyboardButton("Good", callback_data="good")]]
    await context.bot.send_message(
        update.effective_chat.id,
        f"Hello {' '.join(context.args or [])}".strip(),
        reply_markup=InlineKeyboardMarkup(buttons),
    )


async def echo(update: Update, context: Context) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(f"You wrote {update.effective_message.text}")


async def tapped(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer("Noted")
    await query.edit_message_text(f"You tapped {query.data}")


def application(telegram: Telegram, address: str) -> Application[Any, Any, Any, Any, Any, Any]:
    built = (
        ApplicationBuilder()
        .token(telegram.token)
        .base_url(f"{address}/bot")
        .request(HTTPXRequest(connection_pool_size=64, httpx_kwargs=PLAIN))
        .get_updates_request(HTTPXRequest(httpx_kwargs=PLAIN))
        .build()
    )
    built.add_handler(CommandHandler("start", greet))
    built.add_handler(MessageHandler(filters.TEXT, echo))
    built.add_handler(CallbackQueryHandler(tapped))
    return built


@asynccontextmanager
async def polling(telegram: Telegram, address: str) -> AsyncIterator[None]:
    built = application(telegram, address)
    async with built:
        assert built.updater is not None
        await built.start()
        await built.updater.start_polling(poll_interval=0)
        yield
        await built.updater.stop()
        await built.stop()


async def test_a_polling_bot_answers_a_deep_link_a_text_and_a_tap(
    telegram: Telegram, address: str
) -> None:
    phone = Phone(telegram)
    async with polling(telegram, address):
        await phone.start("CODE")
        greeting = await phone.wait_for_text("Hello CODE")
        await phone.tap("Good")
        await phone.wait_for(lambda p: p.last.text == "You tapped good")
        await phone.settled()
        await phone.send("thank you")
        await phone.wait_for_text("You wrote thank you")
    assert greeting.edited
    assert greeting.buttons == []
    assert [toast.text for toast in phone.toasts] == ["Noted"]
    assert [one.text for one in phone.notifications] == ["Hello CODE", "You wrote thank you"]


async def test_updates_are_delivered_until_they_are_acknowledged(
    telegram: Telegram, bot: Bot
) -> None:
    phone = Phone(telegram)
    await phone.send("one")
    await phone.send("two")
    first = await bot.get_updates()
    again = await bot.get_updates()
    assert [one.update_id for one in first] == [one.update_id for one in again]
    rest = await bot.get_updates(offset=first[0].update_id + 1)
    assert [one.message.text for one in rest if one.message] == ["two"]
    assert await bot.get_updates(offset=first[1].update_id + 1) == ()


async def test_a_stopped_application_has_acknowledged_everything(
    telegram: Telegram, address: str, bot: Bot
) -> None:
    phone = Phone(telegram)
    async with polling(telegram, address):
        await phone.send("hello")
        await phone.wait_for_text("You wrote hello")
    assert await bot.get_updates() == ()


async def test_a_negative_offset_keeps_only_the_newest_updates(
    telegram: Telegram, bot: Bot
) -> None:
    phone = Phone(telegram)
    for text in ("one", "two", "three"):
        await phone.send(text)
    newest = await bot.get_updates(offset=-1)
    assert [one.message.text for one in newest if one.message] == ["three"]


async def test_the_limit_is_kept(telegram: Telegram, bot: Bot) -> None:
    phone = Phone(telegram)
    for number in range(5):
        await phone.send(str(number))
    assert len(await bot.get_updates(limit=2)) == 2


async def test_a_long_poll_ends_as_soon_as_something_happens(telegram: Telegram, bot: Bot) -> None:
    phone = Phone(telegram)
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await telegram.updates.polled.wait()
    await phone.send("now")
    updates = await asyncio.wait_for(poll, 10)
    assert [one.message.text for one in updates if one.message] == ["now"]


async def test_only_allowed_kinds_of_updates_are_queued(telegram: Telegram, bot: Bot) -> None:
    phone = Phone(telegram)
    await bot.get_updates(allowed_updates=["callback_query"])
    await phone.send("not wanted")
    await phone.tap_data(1, "wanted")
    updates = await bot.get_updates()
    assert [one.callback_query.data for one in updates if one.callback_query] == ["wanted"]
    assert len(updates) == 1


async def test_a_second_poller_ends_the_first_with_a_conflict(telegram: Telegram, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=50))
    await telegram.updates.polled.wait()
    second = asyncio.create_task(bot.get_updates(timeout=50))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    await Phone(telegram).send("for the second")
    assert len(await second) == 1


async def test_polling_beside_a_webhook_is_a_conflict(telegram: Telegram, bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()


async def test_stopping_the_server_answers_a_long_poll(telegram: Telegram) -> None:
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(bot_api(telegram)))
        request = HTTPXRequest(httpx_kwargs=PLAIN)
        bot = Bot(telegram.token, base_url=f"{address}/bot", get_updates_request=request)
        async with bot:
            poll = asyncio.create_task(bot.get_updates(timeout=50))
            await telegram.updates.polled.wait()
            await stack.aclose()
            assert await poll == ()


class Hook:
    """A webhook that keeps what it gets and answers with the next of `answers`, then 200."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.received: list[tuple[str, dict[str, Any]]] = []
        self.arrived = asyncio.Condition()

    async def __call__(self, request: Request) -> Response:
        secret = request.headers.get("x-telegram-bot-api-secret-token", "")
        async with self.arrived:
            self.received.append((secret, await request.json()))
            self.arrived.notify_all()
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(10), self.arrived:
            await self.arrived.wait_for(lambda: len(self.received) >= count)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/hook", self.__call__, methods=["POST"])])


async def test_a_webhook_gets_updates_with_its_secret(telegram: Telegram, bot: Bot) -> None:
    hook = Hook()
    phone = Phone(telegram)
    await phone.send("queued before")
    async with serving(hook.app()) as address:
        await bot.set_webhook(f"{address}/hook", secret_token="invented")  # noqa: S106
        assert (await bot.get_webhook_info()).url == f"{address}/hook"
        await phone.send("pushed")
        await hook.wait_for(2)
        await bot.delete_webhook()
    assert [secret for secret, _ in hook.received] == ["invented", "invented"]
    texts = [update["message"]["text"] for _, update in hook.received]
    assert texts == ["queued before", "pushed"]
    assert (await bot.get_webhook_info()).url == ""


async def test_a_webhook_that_fails_is_tried_again(telegram: Telegram, bot: Bot) -> None:
    hook = Hook(500, 503)
    async with serving(hook.app()) as address:
        await bot.set_webhook(f"{address}/hook")
        await Phone(telegram).send("again")
        await hook.wait_for(3)
        info = await bot.get_webhook_info()
        await bot.delete_webhook()
    assert len({update["update_id"] for _, update in hook.received}) == 1
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_what_a_webhook_never_took_can_be_polled_or_dropped(
    telegram: Telegram, bot: Bot
) -> None:
    phone = Phone(telegram)
    await bot.set_webhook("http://127.0.0.1:9/hook")
    await phone.send("kept")
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
