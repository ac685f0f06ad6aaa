"""A Telegram in memory: people, chats, messages, taps, what the bot did and may do.

One asyncio loop, no threads, no file. This module is Telegram's own side: what people do
comes in through `phones`, what the bot does through `methods`, and both end up here.
"""

import itertools
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.chats import Chat, ChatKind, Message, Notification, Person, Toast
from bot.sandbox.entities import noticed
from bot.sandbox.faults import Faults
from bot.sandbox.limits import Limits, Meter
from bot.sandbox.refusals import OLD_QUERY, bad_request, forbidden, too_many
from bot.sandbox.updates import Updates

TOKEN = "12345:SANDBOX-TOKEN-not-a-secret"  # noqa: S105 - it opens nothing but the sandbox
BOT_ID = 12345
FIRST_PERSON = 7_000_000_001
CALLS_KEPT = 20_000
TAPS_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call the bot made; `at` is monotonic seconds."""

    method: str
    at: float
    chat: int | None


@dataclass(slots=True)
class Tap:
    """A tapped button that the bot has not answered yet."""

    id: str
    person_id: int
    at: float


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Telegram:
    """Everything one bot can reach."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        name: str = "Stand Easy",
        username: str = "standeasy_sandbox_bot",
        limits: Limits | None = None,
        now: Callable[[], datetime] = _utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.bot = Person(BOT_ID, name, is_bot=True, username=username)
        self.now = now
        self.monotonic = monotonic
        self.meter = Meter(limits or Limits())
        self.faults = Faults()
        self.updates = Updates(self.faults)
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.too_fast = 0
        """How many calls were refused because they came too fast (429)."""
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        """The bot's name, description and short description, by (what, language)."""
        self.menu_button: dict[str, Any] = {"type": "commands"}
        self._message_ids = itertools.count(1)
        self._tap_ids = itertools.count(4_000_000_000_000_001)
        self._numbers = itertools.count(1)
        self._group_ids = itertools.count(1)
        self._person_ids = itertools.count(FIRST_PERSON)

    @property
    def limits(self) -> Limits:
        return self.meter.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self.meter = Meter(limits)

    def calls_of(self, method: str) -> list[Call]:
        """The recorded calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    async def close(self) -> None:
        """End long polls, webhooks and hanging calls."""
        self.faults.clear()
        await self.updates.close()

    # -- who there is ---------------------------------------------------------------

    def new_person_id(self) -> int:
        return next(self._person_ids)

    def register(self, person: Person) -> Chat:
        """An account and its private chat with the bot, which the person has yet to start."""
        chat = Chat(person.id, "private", person.name, person)
        self.chats[chat.id] = chat
        return chat

    def group(self, title: str, added_by: Person) -> Chat:
        """A group that `added_by` has just put the bot into."""
        return self._shared(-next(self._group_ids), "group", title, added_by)

    def channel(self, title: str, added_by: Person) -> Chat:
        """A channel that `added_by` has just made the bot an admin of."""
        chat_id = -1_000_000_000_000 - next(self._group_ids)
        return self._shared(chat_id, "channel", title, added_by)

    def _shared(self, chat_id: int, kind: ChatKind, title: str, added_by: Person) -> Chat:
        chat = Chat(chat_id, kind, title, started=True)
        self.chats[chat_id] = chat
        status = "administrator" if kind == "channel" else "member"
        self.membership(chat, added_by, "left", status)
        return chat

    # -- what people do -------------------------------------------------------------

    def say(
        self,
        chat: Chat,
        sender: Person,
        text: str = "",
        kind: str = "text",
        extra: dict[str, Any] | None = None,
    ) -> Message:
        """A person writes; the bot gets an update."""
        message = Message(
            next(self._message_ids),
            chat,
            None if chat.kind == "channel" else sender,
            self.timestamp(),
            text=text,
            entities=noticed(text),
            kind=kind,
            extra=extra or {},
        )
        if chat.kind == "private":
            chat.started = True
        chat.add(message)
        update = "channel_post" if chat.kind == "channel" else "message"
        if chat.kind != "group" or self._meant_for_bot(message):
            self.updates.add(update, message.to_api())
        return message

    def _meant_for_bot(self, message: Message) -> bool:
        # Bots are in privacy mode unless their owner says otherwise.
        replied = message.extra.get("reply_to_message", {}).get("from", {}).get("id")
        return (
            message.kind == "text"
            and (message.text.startswith("/") or f"@{self.bot.username}" in message.text)
        ) or replied == self.bot.id

    def correct(self, message: Message, text: str) -> None:
        """A person edits their own message."""
        message.text, message.entities = text, noticed(text)
        message.edit_date = self.timestamp()
        message.chat.touch(message)
        update = "edited_channel_post" if message.chat.kind == "channel" else "edited_message"
        self.updates.add(update, message.to_api())

    def tap(self, chat: Chat, person: Person, message_id: int, content: str) -> str:
        """A person taps a button, or a forger pretends to; returns the query's id."""
        message = chat.messages.get(message_id)
        tap = Tap(str(next(self._tap_ids)), person.id, self.monotonic())
        self.taps[tap.id] = tap
        if len(self.taps) > TAPS_KEPT:
            del self.taps[next(iter(self.taps))]
        chat.touch()
        # A message that is gone is told of by its number alone.
        gone = {"message_id": message_id, "chat": chat.to_api(), "date": 0}
        self.updates.add(
            "callback_query",
            {
                "id": tap.id,
                "from": person.to_api(),
                "message": message.to_api() if message else gone,
                "chat_instance": str(chat.id),
                "data": content,
            },
        )
        return tap.id

    def membership(self, chat: Chat, by: Person, old: str, new: str) -> None:
        """Tell the bot that its place in a chat changed: blocked, unblocked, added, removed."""
        change = {
            "chat": chat.to_api(),
            "from": by.to_api(),
            "date": self.timestamp(),
            "old_chat_member": self._bot_member(old),
            "new_chat_member": self._bot_member(new),
        }
        chat.touch()
        self.updates.add("my_chat_member", change)

    def _bot_member(self, status: str) -> dict[str, Any]:
        member: dict[str, Any] = {"user": self.bot.to_api(), "status": status}
        if status == "kicked":
            member["until_date"] = 0
        if status == "administrator":
            rights = (
                "can_be_edited is_anonymous can_manage_chat can_delete_messages can_invite_users "
                "can_manage_video_chats can_restrict_members can_promote_members can_change_info "
                "can_post_stories can_edit_stories can_delete_stories"
            )
            member |= dict.fromkeys(rights.split(), False)
        return member

    # -- what the bot does ----------------------------------------------------------

    def timestamp(self) -> int:
        return int(self.now().timestamp())

    def reachable(self, chat_id: int) -> Chat:
        """The chat the bot may write to; raises `Refused` (400, 403)."""
        chat = self.chats.get(chat_id)
        if chat is None or (chat.kind == "private" and not chat.started):
            raise bad_request("chat not found")
        if chat.gone:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

    def count_send(self, chat_id: int) -> None:
        """Count one message against the limits; raises `Refused` (429)."""
        if seconds := self.meter.send(chat_id, self.monotonic()):
            self.too_fast += 1
            raise too_many(seconds)

    def count_edit(self, chat_id: int) -> None:
        """Count one edit or answer against the limits; raises `Refused` (429)."""
        if seconds := self.meter.edit(chat_id, self.monotonic()):
            self.too_fast += 1
            raise too_many(seconds)

    def post(self, message: Message) -> Message:
        """The bot's message arrives, and the phone lights up."""
        message.chat.add(message)
        if message.chat.kind == "private" and not message.silent:
            shown = Notification(next(self._numbers), message.lock_screen)
            message.chat.notifications.append(shown)
        return message

    def new_message_id(self) -> int:
        return next(self._message_ids)

    def answer_tap(self, tap_id: str, text: str, alert: bool, url: str) -> None:
        """The bot answers a tap; raises `Refused` if it was answered or is too old."""
        tap = self.taps.get(tap_id)
        if tap is None or self.monotonic() - tap.at > self.limits.tap_seconds:
            raise bad_request(OLD_QUERY)
        self.count_edit(tap.person_id)
        del self.taps[tap_id]
        chat = self.chats[tap.person_id]
        if text or url:
            chat.toasts.append(Toast(next(self._numbers), text, alert, url))
        chat.touch()
