"""The rest of the Bot API against python-telegram-bot: taps, menus, groups, and phones."""

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MenuButtonCommands,
)
from telegram.error import BadRequest, Forbidden, InvalidToken
from telegram.request import HTTPXRequest

from bot.sandbox.bot_methods import commands_for
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram
from tests.sandbox.conftest import PLAIN


def one_button(**action: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Press", **action)]])  # type: ignore[arg-type]


async def test_a_tap_is_answered_once(bot: Bot, phone: Phone) -> None:
    await bot.send_message(phone.id, "Go on?", reply_markup=one_button(callback_data="a"))
    await phone.tap("Press")
    assert phone.unanswered == 1
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await query.answer("Noted", show_alert=True)
    await phone.settled()
    assert [(one.text, one.alert) for one in phone.toasts] == [("Noted", True)]
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await query.answer()


async def test_an_old_tap_can_no_longer_be_answered(
    bot: Bot, telegram: Telegram, phone: Phone
) -> None:
    await phone.tap_data(1, "anything")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    tapped_at = telegram.monotonic()
    telegram.monotonic = lambda: tapped_at + 61
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await query.answer()


async def test_the_menu_shows_the_commands_of_the_narrowest_scope(
    bot: Bot, telegram: Telegram, phone: Phone
) -> None:
    await bot.set_my_commands([("help", "Help now")])
    private = [BotCommand("pause", "Take a break")]
    await bot.set_my_commands(private, scope=BotCommandScopeAllPrivateChats(), language_code="cy")
    assert commands_for(telegram, phone.id, "en")[0]["command"] == "help"
    assert commands_for(telegram, phone.id, "cy")[0]["command"] == "pause"
    await bot.delete_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code="cy")
    assert commands_for(telegram, phone.id, "cy")[0]["command"] == "help"
    assert [one.command for one in await bot.get_my_commands()] == ["help"]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([("No Such", "name")])


async def test_the_bot_describes_itself(bot: Bot, phone: Phone) -> None:
    await bot.set_my_name("Invented bot")
    await bot.set_my_description("What it does")
    await bot.set_my_short_description("In short")
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    await bot.send_chat_action(phone.id, "typing")
    assert (await bot.get_my_name()).name == "Invented bot"
    assert (await bot.get_my_description()).description == "What it does"
    assert (await bot.get_my_short_description()).short_description == "In short"
    assert (await bot.get_me()).username == "standeasy_sandbox_bot"
    assert (await bot.get_chat(phone.id)).first_name == phone.name.split()[0]


async def test_a_bot_hears_commands_in_groups_and_may_leave(
    bot: Bot, telegram: Telegram, phone: Phone
) -> None:
    await bot.get_updates()
    group = await phone.make_group()
    await phone.say_in(group, "just talking")
    await phone.say_in(group, "/start")
    channel = await phone.make_channel()
    await phone.say_in(channel, "a post")
    updates = list(await bot.get_updates())[1:]
    assert [one.my_chat_member is not None for one in updates] == [True, False, True, False]
    assert updates[1].message is not None
    assert updates[1].message.text == "/start"
    assert updates[3].channel_post is not None
    await bot.send_message(group.id, "Not here, sorry.")
    assert await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="not a member of the group chat"):
        await bot.send_message(group.id, "again")


async def test_a_wrong_token_is_told_from_a_malformed_one(telegram: Telegram, address: str) -> None:
    for token, status in (("1:wrong", 401), ("nonsense", 404)):
        async with HTTPXRequest(httpx_kwargs=PLAIN) as request:
            with pytest.raises(InvalidToken):
                await Bot(token, base_url=f"{address}/bot", request=request).get_me()
        async with httpx.AsyncClient(**PLAIN) as client:
            answer = await client.get(f"{address}/bot{token}/getMe")
            assert answer.status_code == status
            assert answer.json()["ok"] is False


async def test_every_encoding_is_read_and_names_are_not_case_sensitive(
    telegram: Telegram, address: str, phone: Phone
) -> None:
    base = f"{address}/bot{telegram.token}"
    chat = str(phone.id)
    async with httpx.AsyncClient(**PLAIN) as client:
        await client.get(f"{base}/sendmessage", params={"chat_id": chat, "text": "query"})
        await client.post(f"{base}/sendMessage", json={"chat_id": phone.id, "text": "json"})
        await client.post(f"{base}/SENDMESSAGE", data={"chat_id": chat, "text": "form"})
        await client.post(
            f"{base}/sendDocument", data={"chat_id": chat}, files={"document": ("f.txt", b"x")}
        )
        assert (await client.get(f"{base}/makeCoffee")).status_code == 404
        broken = await client.post(f"{base}/sendMessage", content=b"x")
        assert broken.status_code == 400
    assert [one.text or one.file_name for one in phone.received] == [
        "query",
        "json",
        "form",
        "f.txt",
    ]
    assert [call.method for call in telegram.calls][:3] == ["sendMessage"] * 3


async def test_a_phone_does_what_people_do(bot: Bot, phone: Phone) -> None:
    await bot.get_updates()
    await bot.send_message(phone.id, "hello")
    await phone.send_photo("look")
    await phone.send_voice()
    await phone.send_sticker()
    await phone.send_document()
    await phone.send_contact()
    await phone.send_location()
    await phone.forward("from elsewhere")
    await phone.reply("answer")
    await phone.edit_last("better answer")
    updates = [one for one in await bot.get_updates() if one.effective_message][1:]
    got = [one.effective_message for one in updates]
    assert got[0] is not None
    assert got[0].caption == "look"
    kinds = ("photo", "voice", "sticker", "document", "contact", "location")
    assert all(getattr(one, kind) for one, kind in zip(got, kinds, strict=False))
    assert got[6] is not None
    assert got[6].forward_origin is not None
    assert got[7] is not None
    assert got[7].reply_to_message is not None
    assert got[7].reply_to_message.text == "hello"
    assert updates[8].edited_message is not None
    assert updates[8].edited_message.text == "better answer"


async def test_waiting_in_vain_shows_the_chat(bot: Bot, phone: Phone) -> None:
    await bot.send_message(phone.id, "Something else")
    with pytest.raises(AssertionError, match="Something else"):
        await phone.wait_for_text("Never sent", seconds=0.01)
    with pytest.raises(AssertionError, match="No single button"):
        await phone.tap("No such button")


async def test_a_chat_keeps_its_last_200_messages(bot: Bot, telegram: Telegram) -> None:
    phone = Phone(telegram)
    for number in range(201):
        await phone.send(str(number))
    assert len(phone.messages) == 200
    assert phone.messages[0].text == "1"
