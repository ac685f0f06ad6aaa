"""People, chats, buttons and messages as Telegram keeps them, and their JSON.

People and their ids are invented. A chat keeps its last `HISTORY` messages.
"""

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox.entities import Entity, is_web_link
from bot.sandbox.loopback import Bell
from bot.sandbox.refusals import bad_request
from bot.sandbox.segments import segments, to_html

HISTORY = 200
MAX_BUTTONS = 100

ChatKind = Literal["private", "group", "channel"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a Telegram account: one of ours, or the bot."""

    id: int
    name: str
    is_bot: bool = False
    username: str = ""
    language_code: str = ""

    def to_api(self) -> dict[str, Any]:
        first, _, last = self.name.partition(" ")
        person: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": first}
        if self.is_bot:
            person["first_name"] = self.name
        elif last:
            person["last_name"] = last
        if self.username:
            person["username"] = self.username
        if self.language_code:
            person["language_code"] = self.language_code
        return person


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button; `action` is callback_data, url or copy_text."""

    label: str
    action: str
    value: str

    def to_api(self) -> dict[str, Any]:
        value: object = {"text": self.value} if self.action == "copy_text" else self.value
        return {"text": self.label, self.action: value}


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(slots=True)
class Message:
    """One message; `sender` None means a channel's own post."""

    id: int
    chat: "Chat"
    sender: Person | None
    date: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard = ()
    protected: bool = False
    silent: bool = False
    kind: str = "text"
    extra: dict[str, Any] = field(default_factory=dict)
    file: bytes = b""
    file_name: str = ""
    edit_date: int = 0
    revision: int = 0

    @property
    def from_bot(self) -> bool:
        return self.sender is not None and self.sender.is_bot

    @property
    def edited(self) -> bool:
        return self.edit_date > 0

    @property
    def buttons(self) -> list[list[str]]:
        """The labels, row by row."""
        return [[button.label for button in row] for row in self.keyboard]

    @property
    def html(self) -> str:
        """The text with its formatting as Telegram's HTML."""
        return to_html(self.text, self.entities)

    @property
    def lock_screen(self) -> str:
        """The message as a lock screen shows it: plain, with spoilers covered."""
        shown = "".join(
            "".join(c if c.isspace() else "▒" for c in part.text)
            if "spoiler" in part.kinds
            else part.text
            for part in segments(self.text, self.entities)
        )
        return shown if self.kind == "text" else f"{self.kind.capitalize()} {shown}".strip()

    def to_api(self) -> dict[str, Any]:
        """The `Message` object of the Bot API."""
        message: dict[str, Any] = {
            "message_id": self.id,
            "date": self.date,
            "chat": self.chat.to_api(),
        }
        if self.sender is not None:
            message["from"] = self.sender.to_api()
        if self.edit_date:
            message["edit_date"] = self.edit_date
        text_key, entities_key = (
            ("text", "entities") if self.kind == "text" else ("caption", "caption_entities")
        )
        if self.text:
            message[text_key] = self.text
        if self.entities:
            message[entities_key] = [entity.to_api() for entity in self.entities]
        if self.keyboard:
            message["reply_markup"] = {
                "inline_keyboard": [[button.to_api() for button in row] for row in self.keyboard]
            }
        if self.protected:
            message["has_protected_content"] = True
        message.update(self.extra)
        return message


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer to a tap: a line that fades, or an alert to be closed."""

    number: int
    text: str
    alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """What the lock screen of a phone shows of a message."""

    number: int
    text: str


@dataclass(slots=True)
class Chat:
    """A conversation and what the bot is to it."""

    id: int
    kind: ChatKind
    title: str
    person: Person | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    started: bool = False
    """Whether the person ever wrote to the bot, or the bot is a member of the group."""
    blocked: bool = False
    gone: bool = False
    """The person deleted the account."""
    revision: int = 0
    changed: Bell = field(default_factory=Bell)
    toasts: deque["Toast"] = field(default_factory=lambda: deque(maxlen=HISTORY))
    notifications: deque["Notification"] = field(default_factory=lambda: deque(maxlen=HISTORY))

    def to_api(self) -> dict[str, Any]:
        if self.person is not None:
            person = self.person.to_api()
            names = ("id", "first_name", "last_name", "username")
            return {"type": "private"} | {name: person[name] for name in names if name in person}
        return {"id": self.id, "type": self.kind, "title": self.title}

    def touch(self, message: Message | None = None) -> None:
        """Record a change, of `message` or of the chat itself, and wake who watches."""
        self.revision += 1
        if message is not None:
            message.revision = self.revision
        self.changed.ring()

    def add(self, message: Message) -> None:
        self.messages[message.id] = message
        if len(self.messages) > HISTORY:
            del self.messages[next(iter(self.messages))]
        self.touch(message)


def keyboard_from_api(raw: Any) -> Keyboard:
    """Read `reply_markup`; refuses buttons that Telegram refuses. Other markups count as none."""
    if not raw:
        return ()
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except ValueError:
            raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    rows = raw.get("inline_keyboard")
    if rows is None:
        return ()
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array')
    keyboard = tuple(tuple(_button(one) for one in row) for row in rows if row)
    if sum(len(row) for row in keyboard) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return keyboard


def _button(raw: Any) -> Button:
    if not isinstance(raw, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    label = str(raw.get("text", ""))
    if not label.strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must not be empty')
    if "callback_data" in raw:
        value = str(raw["callback_data"])
        if not 1 <= len(value.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
        return Button(label, "callback_data", value)
    if "url" in raw:
        value = str(raw["url"])
        if not is_web_link(value):
            raise bad_request(
                f"inline keyboard button URL '{value}' is invalid: Unsupported URL protocol"
            )
        return Button(label, "url", value)
    if isinstance(raw.get("copy_text"), dict):
        return Button(label, "copy_text", str(raw["copy_text"].get("text", "")))
    raise bad_request(
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
    )
