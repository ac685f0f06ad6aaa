"""What the loopback Bot API answers to a real python-telegram-bot: results, 400, 401, 403, 404."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    Message,
    MessageEntity,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot.sandbox.bot_methods import commands_for
from bot.sandbox.phone_pages import Phonebook, phone_routes
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram


def one_button(**action: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Press", **action)]])  # type: ignore[arg-type]


async def test_a_message_arrives_as_it_was_sent(bot: Bot, phone: Phone) -> None:
    sent = await bot.send_message(
        phone.id,
        "<b>How are you?</b> 🔒 <i>Tap &amp; go</i>",
        parse_mode=ParseMode.HTML,
        protect_content=True,
        reply_markup=one_button(callback_data="a"),
    )
    assert sent.text == "How are you? 🔒 Tap & go"
    # python-telegram-bot reads the entities by UTF-16 offsets: the lock takes two.
    assert sent.text_html == "<b>How are you?</b> 🔒 <i>Tap &amp; go</i>"
    assert sent.has_protected_content
    assert phone.last.html == sent.text_html
    assert phone.last.protected
    assert phone.last.buttons == [["Press"]]
    assert [one.text for one in phone.notifications] == ["How are you? 🔒 Tap & go"]


async def test_a_silent_message_does_not_light_up_the_phone(bot: Bot, phone: Phone) -> None:
    await bot.send_message(phone.id, "quietly", disable_notification=True)
    assert phone.last.text == "quietly"
    assert phone.notifications == []


async def test_a_spoiler_is_covered_on_the_lock_screen(bot: Bot, phone: Phone) -> None:
    await bot.send_message(
        phone.id, "see <tg-spoiler>me now</tg-spoiler>", parse_mode=ParseMode.HTML
    )
    assert phone.notifications[-1].text == "see ▒▒ ▒▒▒"


async def test_entities_may_be_spelled_out(bot: Bot, phone: Phone) -> None:
    bold = MessageEntity(MessageEntity.BOLD, 2, 4)
    sent = await bot.send_message(phone.id, "  bold text ", entities=[bold])
    assert sent.text_html == "<b>bold</b> text"


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("<b>open", "Can't find end tag corresponding to start tag"),
        ("<b>crossed <i>over</b></i>", "Unmatched end tag"),
        ("shut</b>", "Unexpected end tag"),
        ("<h1>big</h1>", 'Unsupported start tag "h1"'),
        ("5 < 6", 'Unsupported start tag ""'),
        ("half a <b", "Unclosed start tag"),
        ("<span>plain</span>", 'must have class "tg-spoiler"'),
    ],
)
async def test_bad_html_is_refused(bot: Bot, phone: Phone, markup: str, complaint: str) -> None:
    with pytest.raises(BadRequest, match="Can't parse entities") as refused:
        await bot.send_message(phone.id, markup, parse_mode=ParseMode.HTML)
    assert complaint.lower() in refused.value.message.lower()
    assert phone.received == []


@pytest.mark.parametrize("markup", ["", "   ", "<b> </b>"])
async def test_an_empty_text_is_refused(bot: Bot, phone: Phone, markup: str) -> None:
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(phone.id, markup, parse_mode=ParseMode.HTML)


async def test_a_text_may_have_4096_characters_and_no_more(bot: Bot, phone: Phone) -> None:
    await bot.send_message(phone.id, f"<b>{'x' * 4096}</b>", parse_mode=ParseMode.HTML)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(phone.id, "x" * 4097)


async def test_button_data_has_1_to_64_bytes(bot: Bot, phone: Phone) -> None:
    await bot.send_message(phone.id, "fits", reply_markup=one_button(callback_data="é" * 32))
    for content in ("", "é" * 32 + "x"):
        with pytest.raises(BadRequest, match="Button_data_invalid"):
            await bot.send_message(phone.id, "no", reply_markup=one_button(callback_data=content))


async def test_buttons_take_web_links_only(bot: Bot, phone: Phone) -> None:
    await bot.send_message(phone.id, "web", reply_markup=one_button(url="https://example.org/"))
    with pytest.raises(BadRequest, match=r"(?i)unsupported url protocol"):
        await bot.send_message(phone.id, "call", reply_markup=one_button(url="tel:999"))
    with pytest.raises(BadRequest, match=r"(?i)text buttons are unallowed"):
        await bot.send_message(phone.id, "nothing", reply_markup=one_button())


async def test_an_unknown_chat_is_not_found(bot: Bot, telegram: Telegram) -> None:
    for chat in (1, Phone(telegram).id, "@nobody"):
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(chat, "hello")


async def test_who_blocked_the_bot_gets_nothing_until_they_come_back(
    bot: Bot, phone: Phone
) -> None:
    await bot.get_updates()
    sent = await bot.send_message(phone.id, "before")
    await phone.block()
    for call in (
        bot.send_message(phone.id, "no"),
        bot.edit_message_text("no", phone.id, sent.message_id),
        bot.delete_message(phone.id, sent.message_id),
    ):
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await call
    await phone.start()
    await bot.send_message(phone.id, "after")
    assert [one.text for one in phone.received] == ["before", "after"]
    changes = [one.my_chat_member for one in await bot.get_updates() if one.my_chat_member]
    assert [one.new_chat_member.status for one in changes] == ["kicked", "member"]


async def test_who_left_telegram_gets_nothing(bot: Bot, phone: Phone) -> None:
    await phone.delete_account()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(phone.id, "hello")


async def test_an_edit_changes_the_message_in_place(bot: Bot, phone: Phone) -> None:
    sent = await bot.send_message(phone.id, "one", reply_markup=one_button(callback_data="a"))
    edited = await bot.edit_message_text("two", phone.id, sent.message_id)
    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup) == ("two", None)
    assert edited.edit_date is not None
    await bot.edit_message_reply_markup(
        phone.id, sent.message_id, reply_markup=one_button(callback_data="b")
    )
    assert [(one.text, one.buttons) for one in phone.received] == [("two", [["Press"]])]
    # An edit lights up no phone.
    assert [one.text for one in phone.notifications] == ["one"]


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, phone: Phone) -> None:
    markup = one_button(callback_data="a")
    sent = await bot.send_message(phone.id, "same", reply_markup=markup)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("same", phone.id, sent.message_id, reply_markup=markup)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(phone.id, sent.message_id, reply_markup=markup)


async def test_only_a_text_of_its_own_can_be_edited(bot: Bot, phone: Phone) -> None:
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("new", phone.id, 999_999)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("new", phone.id, phone.messages[0].id)
    picture = await bot.send_photo(phone.id, b"\x89PNG\r\n\x1a\n")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("new", phone.id, picture.message_id)


async def test_messages_can_be_deleted_for_48_hours(
    bot: Bot, telegram: Telegram, phone: Phone
) -> None:
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    telegram.now = lambda: start
    old = await bot.send_message(phone.id, "old")
    telegram.now = lambda: start + timedelta(hours=1)
    new = await bot.send_message(phone.id, "new")
    telegram.now = lambda: start + timedelta(hours=48, seconds=1)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(phone.id, old.message_id)
    assert await bot.delete_message(phone.id, new.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(phone.id, new.message_id)
    assert [one.text for one in phone.received] == ["old"]


async def test_deleting_many_skips_those_that_are_gone(bot: Bot, phone: Phone) -> None:
    ids = [(await bot.send_message(phone.id, text)).message_id for text in "abc"]
    assert await bot.delete_messages(phone.id, [ids[0], 999_999, ids[2]])
    assert [one.text for one in phone.received] == ["b"]


async def test_pictures_and_documents_arrive_with_their_bytes(bot: Bot, phone: Phone) -> None:
    size = b"\x00\x00\x01\x40\x00\x00\x00\xf0"
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + size
    photo = await bot.send_photo(phone.id, png, caption="<b>Chart</b>", parse_mode=ParseMode.HTML)
    assert (photo.photo[0].width, photo.photo[0].height) == (320, 240)
    assert photo.caption_html == "<b>Chart</b>"
    assert phone.last.file == png
    report = await bot.send_document(phone.id, InputFile(b"a,b\n", filename="report.csv"))
    assert report.document is not None
    assert report.document.file_name == "report.csv"
    assert (phone.last.file_name, phone.last.file) == ("report.csv", b"a,b\n")


# --- Languages ----------------------------------------------------------------------------


async def test_texts_about_the_bot_are_kept_for_each_language(bot: Bot) -> None:
    await bot.set_my_commands([("help", "Help now")])
    await bot.set_my_commands([("help", "Cymorth nawr")], language_code="cy")
    await bot.set_my_description("What it does")
    await bot.set_my_description("Beth mae'n ei wneud", language_code="cy")
    await bot.set_my_short_description("In short")
    await bot.set_my_short_description("Yn fyr", language_code="cy")
    assert [one.description for one in await bot.get_my_commands()] == ["Help now"]
    assert [one.description for one in await bot.get_my_commands(language_code="cy")] == [
        "Cymorth nawr"
    ]
    assert (await bot.get_my_description()).description == "What it does"
    assert (await bot.get_my_description("cy")).description == "Beth mae'n ei wneud"
    assert (await bot.get_my_short_description("cy")).short_description == "Yn fyr"
    # What a language lacks is read in the default one; an empty text takes its own away.
    assert (await bot.get_my_description("ga")).description == "What it does"
    await bot.set_my_description("", language_code="cy")
    assert (await bot.get_my_description("cy")).description == "What it does"


@pytest.mark.parametrize("language", ["CY", "cym", "en-GB", "c"])
async def test_a_language_has_two_small_letters(bot: Bot, language: str) -> None:
    for call in (
        bot.set_my_commands([("help", "Help now")], language_code=language),
        bot.set_my_description("What it does", language_code=language),
        bot.set_my_short_description("In short", language_code=language),
    ):
        with pytest.raises(BadRequest, match="Invalid language code specified"):
            await call


async def test_a_phone_tells_its_language_with_everything_it_sends(
    bot: Bot, telegram: Telegram
) -> None:
    phone = Phone(telegram, language_code="cy")
    await phone.start()
    await phone.tap_data(1, "anything")
    message, tap = (one.effective_user for one in await bot.get_updates())
    assert message is not None
    assert tap is not None
    assert (message.language_code, tap.language_code) == ("cy", "cy")


@pytest.mark.parametrize(("language", "shown"), [("cy", "Cymorth"), ("cy-GB", "Cymorth")])
async def test_a_phone_shows_the_menu_in_its_language(
    bot: Bot, telegram: Telegram, language: str, shown: str
) -> None:
    await bot.set_my_commands([("help", "Help now")])
    await bot.set_my_commands([("help", shown)], language_code="cy")
    welsh, english = Phone(telegram, language_code=language), Phone(telegram)
    assert commands_for(telegram, welsh.id, language)[0]["description"] == shown
    assert commands_for(telegram, english.id, "en")[0]["description"] == "Help now"


async def test_the_phone_page_opens_phones_in_a_language(bot: Bot, telegram: Telegram) -> None:
    await bot.set_my_commands([("help", "Help now")])
    await bot.set_my_commands([("help", "Cymorth nawr")], language_code="cy")
    await bot.set_my_description("Beth mae'n ei wneud", language_code="cy")
    book = Phonebook(telegram)
    pages = Starlette(routes=phone_routes(book))
    async with AsyncClient(
        transport=ASGITransport(pages),
        base_url="http://sandbox.example",
        headers={"origin": "http://sandbox.example"},
    ) as page:
        added = await page.post("/phones", json={"language_code": "cy"})
        assert added.json()["language_code"] == "cy"
        shown = (await page.get(f"/phones/{added.json()['id']}/chat")).json()
        assert shown["commands"] == [{"command": "help", "description": "Cymorth nawr"}]
        assert shown["bot"]["description"] == "Beth mae'n ei wneud"
        refused = await page.post("/phones", json={"language_code": "Cymraeg"})
        assert refused.status_code == 400
