"""The Bot API methods that write, change and delete messages and answer taps.

Each takes the state and the parameters and returns the `result`; it raises `Refused`.
What is counted against the limits was valid first.
"""

import struct
from datetime import timedelta
from typing import Any

from bot.sandbox.chats import Chat, Keyboard, Message, keyboard_from_api
from bot.sandbox.entities import Entity, entities_from_api, parse_html, trimmed
from bot.sandbox.parameters import Parameters, Upload
from bot.sandbox.refusals import NOT_MODIFIED, bad_request
from bot.sandbox.telegram_state import Telegram

MAX_TEXT = 4096
MAX_CAPTION = 1024
DELETABLE_FOR = timedelta(hours=48)


def send_message(telegram: Telegram, given: Parameters) -> dict[str, Any]:
    """sendMessage"""
    text, entities = _text(given, "text", "entities")
    keyboard = keyboard_from_api(given.values.get("reply_markup"))
    chat = telegram.reachable(given.chat_id())
    message = _new(telegram, chat, given, keyboard)
    message.text, message.entities = text, entities
    _note_preview(message, given)
    telegram.count_send(chat.id)
    return telegram.post(message).to_api()


def send_photo(telegram: Telegram, given: Parameters) -> dict[str, Any]:
    """sendPhoto"""
    upload = given.upload("photo")
    if upload is None:
        raise bad_request("there is no photo in the request")
    width, height = _png_size(upload.content)
    size = {
        "file_id": f"photo-{upload.name}",
        "file_unique_id": f"unique-{upload.name}",
        "width": width,
        "height": height,
        "file_size": len(upload.content),
    }
    return _send_file(telegram, given, "photo", upload, {"photo": [size]})


def send_document(telegram: Telegram, given: Parameters) -> dict[str, Any]:
    """sendDocument"""
    upload = given.upload("document")
    if upload is None:
        raise bad_request("there is no document in the request")
    document = {
        "file_id": f"document-{upload.name}",
        "file_unique_id": f"unique-{upload.name}",
        "file_name": upload.name,
        "file_size": len(upload.content),
    }
    return _send_file(telegram, given, "document", upload, {"document": document})


def edit_message_text(telegram: Telegram, given: Parameters) -> dict[str, Any]:
    """editMessageText"""
    text, entities = _text(given, "text", "entities")
    keyboard = keyboard_from_api(given.values.get("reply_markup"))
    message = _own_message(telegram, given)
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    if (message.text, message.entities, message.keyboard) == (text, entities, keyboard):
        raise bad_request(NOT_MODIFIED)
    telegram.count_edit(message.chat.id)
    message.text, message.entities = text, entities
    _note_preview(message, given)
    return _edited(telegram, message, keyboard)


def edit_message_reply_markup(telegram: Telegram, given: Parameters) -> dict[str, Any]:
    """editMessageReplyMarkup"""
    keyboard = keyboard_from_api(given.values.get("reply_markup"))
    message = _own_message(telegram, given)
    if message.keyboard == keyboard:
        raise bad_request(NOT_MODIFIED)
    telegram.count_edit(message.chat.id)
    return _edited(telegram, message, keyboard)


def delete_message(telegram: Telegram, given: Parameters) -> bool:
    """deleteMessage"""
    chat = telegram.reachable(given.chat_id())
    message = chat.messages.get(given.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(telegram, message)
    telegram.count_edit(chat.id)
    del chat.messages[message.id]
    chat.touch()
    return True


def delete_messages(telegram: Telegram, given: Parameters) -> bool:
    """deleteMessages: unknown ones are skipped."""
    chat = telegram.reachable(given.chat_id())
    ids = given.structure("message_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad_request("message identifiers are not specified")
    found = [chat.messages[one] for one in ids if one in chat.messages]
    for message in found:
        _check_deletable(telegram, message)
    telegram.count_edit(chat.id)
    for message in found:
        chat.messages.pop(message.id, None)
    chat.touch()
    return True


def answer_callback_query(telegram: Telegram, given: Parameters) -> bool:
    """answerCallbackQuery"""
    text = given.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    telegram.answer_tap(
        given.text("callback_query_id"), text, given.flag("show_alert"), given.text("url")
    )
    return True


def _text(
    given: Parameters, name: str, entities_name: str, optional: bool = False
) -> tuple[str, tuple[Entity, ...]]:
    source = given.text(name)
    mode = given.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        raw = given.structure(entities_name)
        text, entities = source, entities_from_api(raw) if raw else ()
    text, entities = trimmed(text, entities)
    if not text and not optional:
        raise bad_request("message text is empty")
    if len(text) > (MAX_CAPTION if optional else MAX_TEXT):
        raise bad_request(f"message {'caption ' if optional else ''}is too long")
    return text, entities


def _note_preview(message: Message, given: Parameters) -> None:
    # An edit says it anew: what it leaves out is not kept from before.
    message.extra.pop("link_preview_options", None)
    options = given.structure("link_preview_options")
    if isinstance(options, dict):
        message.extra["link_preview_options"] = options


def _new(telegram: Telegram, chat: Chat, given: Parameters, keyboard: Keyboard) -> Message:
    message = Message(
        telegram.new_message_id(),
        chat,
        telegram.bot,
        telegram.timestamp(),
        keyboard=keyboard,
        protected=given.flag("protect_content"),
        silent=given.flag("disable_notification"),
    )
    reply = given.structure("reply_parameters")
    if isinstance(reply, dict):
        target = chat.messages.get(reply.get("message_id", 0))
        if target is not None:
            message.extra["reply_to_message"] = target.to_api()
        elif not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
    return message


def _send_file(
    telegram: Telegram, given: Parameters, kind: str, upload: Upload, extra: dict[str, Any]
) -> dict[str, Any]:
    text, entities = _text(given, "caption", "caption_entities", optional=True)
    keyboard = keyboard_from_api(given.values.get("reply_markup"))
    chat = telegram.reachable(given.chat_id())
    message = _new(telegram, chat, given, keyboard)
    message.kind, message.text, message.entities = kind, text, entities
    message.file, message.file_name = upload.content, upload.name
    message.extra |= extra
    telegram.count_send(chat.id)
    return telegram.post(message).to_api()


def _own_message(telegram: Telegram, given: Parameters) -> Message:
    chat = telegram.reachable(given.chat_id())
    message = chat.messages.get(given.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _edited(telegram: Telegram, message: Message, keyboard: Keyboard) -> dict[str, Any]:
    message.keyboard = keyboard
    message.edit_date = telegram.timestamp()
    message.chat.touch(message)
    return message.to_api()


def _check_deletable(telegram: Telegram, message: Message) -> None:
    age = telegram.now().timestamp() - message.date
    # In groups and channels a bot without rights deletes its own messages only.
    if age > DELETABLE_FOR.total_seconds() or (
        message.chat.kind != "private" and not message.from_bot
    ):
        raise bad_request("message can't be deleted for everyone")


def _png_size(content: bytes) -> tuple[int, int]:
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    return 800, 600
