"""A phone: what one person with Telegram can do and see. Drives the bot in tests and demo.

Names and ids are invented. Waiting is by event: `wait_for` wakes at every change of the
chat and shows the whole chat when it gives up.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from bot.sandbox.chats import Button, Chat, Message, Notification, Person, Toast
from bot.sandbox.loopback import Bell
from bot.sandbox.telegram_state import FIRST_PERSON, Telegram

INVENTED_NAMES = (
    "Robin Sample",
    "Alex Example",
    "Sam Invented",
    "Kit Placeholder",
    "Jo Fictional",
    "Morgan Madeup",
    "Charlie Nobody",
    "Ash Specimen",
    "Drew Pretend",
    "Frankie Imagined",
)
WAIT_SECONDS = 10.0
_FILE = {"file_id": "invented-file", "file_unique_id": "invented"}

Seen = TypeVar("Seen")


class Phone:
    """One person's phone, open at the chat with the bot."""

    def __init__(
        self,
        telegram: Telegram,
        name: str = "",
        *,
        person_id: int | None = None,
        language_code: str = "en",
    ) -> None:
        self.telegram = telegram
        number = person_id or telegram.new_person_id()
        name = name or INVENTED_NAMES[(number - FIRST_PERSON) % len(INVENTED_NAMES)]
        self.person = Person(number, name, language_code=language_code)
        self.chat = telegram.register(self.person)
        self.opened: list[str] = []
        """Links of buttons that were tapped."""
        self.clipboard = ""

    # -- what is seen ---------------------------------------------------------------

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def messages(self) -> list[Message]:
        """What the chat shows, oldest first."""
        return list(self.chat.messages.values())

    @property
    def received(self) -> list[Message]:
        """What the bot wrote and the chat still shows, oldest first."""
        return [message for message in self.messages if message.from_bot]

    @property
    def last(self) -> Message:
        """The newest message of the bot."""
        for message in reversed(self.messages):
            if message.from_bot:
                return message
        raise AssertionError(f"The bot has not written.\n{self.transcript()}")

    @property
    def toasts(self) -> list[Toast]:
        """The answers to taps that showed something."""
        return list(self.chat.toasts)

    @property
    def notifications(self) -> list[Notification]:
        """What the lock screen showed."""
        return list(self.chat.notifications)

    @property
    def unanswered(self) -> int:
        """Taps whose button still shows a spinner."""
        return sum(1 for tap in self.telegram.taps.values() if tap.person_id == self.id)

    def transcript(self) -> str:
        """The chat as text."""
        lines = [f"--- {self.name}{' (blocked the bot)' if self.chat.blocked else ''} ---"]
        for message in self.messages:
            who = "bot" if message.from_bot else "me "
            marks = "".join(
                mark for mark, shown in ((" *", message.edited), (" #", message.protected)) if shown
            )
            body = message.text.replace("\n", "\n       ") or f"<{message.kind}>"
            lines.append(f"{message.id:>4} {who}{marks} {body}")
            lines += ["       " + " ".join(f"[{one}]" for one in row) for row in message.buttons]
        lines += [f"     toast: {toast.text}" for toast in self.toasts[-3:]]
        return "\n".join(lines)

    async def wait_for(
        self, predicate: Callable[["Phone"], Seen], seconds: float = WAIT_SECONDS
    ) -> Seen:
        """Wait until `predicate(self)` is true and return what it gave."""
        ends = asyncio.get_running_loop().time() + seconds
        while not (seen := predicate(self)):
            left = ends - asyncio.get_running_loop().time()
            if left <= 0 or not await Bell.first_of(self.chat.changed, seconds=left):
                raise AssertionError(f"Waited {seconds} s in vain.\n{self.transcript()}")
        return seen

    async def wait_for_text(self, text: str, seconds: float = WAIT_SECONDS) -> Message:
        """Wait until a message of the bot contains `text`; the newest such message."""

        def newest(phone: "Phone") -> Message | None:
            found = (one for one in reversed(phone.messages) if one.from_bot)
            return next((one for one in found if text in one.text), None)

        message = await self.wait_for(newest, seconds)
        assert message is not None  # noqa: S101 - wait_for returns true values only
        return message

    async def settled(self, seconds: float = WAIT_SECONDS) -> None:
        """Wait until no tapped button shows a spinner."""
        await self.wait_for(lambda phone: phone.unanswered == 0, seconds)

    # -- what is done ---------------------------------------------------------------

    async def start(self, code: str = "") -> Message:
        """Open the bot by its link t.me/bot?start=CODE and press START."""
        if self.chat.blocked:
            await self.unblock()
        return await self.send(f"/start {code}".rstrip())

    async def send(self, text: str) -> Message:
        return await self._say(text)

    async def reply(self, text: str, to: Message | None = None) -> Message:
        """Answer a message, by default the bot's newest."""
        return await self._say(text, extra={"reply_to_message": (to or self.last).to_api()})

    async def forward(self, text: str) -> Message:
        """Pass on what somebody else wrote."""
        origin = {
            "type": "hidden_user",
            "sender_user_name": "Somebody Else",
            "date": self.telegram.timestamp(),
        }
        return await self._say(text, extra={"forward_origin": origin})

    async def edit_last(self, text: str) -> Message:
        """Change the newest message of one's own."""
        for message in reversed(self.chat.messages.values()):
            if not message.from_bot:
                self.telegram.correct(message, text)
                return message
        raise AssertionError(f"Nothing to edit.\n{self.transcript()}")

    async def send_photo(self, caption: str = "") -> Message:
        return await self._say(
            caption, "photo", {"photo": [{**_FILE, "width": 90, "height": 90, "file_size": 1}]}
        )

    async def send_voice(self) -> Message:
        return await self._say("", "voice", {"voice": {**_FILE, "duration": 3}})

    async def send_sticker(self) -> Message:
        shape = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
        return await self._say("", "sticker", {"sticker": {**_FILE, "type": "regular", **shape}})

    async def send_document(self, caption: str = "") -> Message:
        return await self._say(
            caption, "document", {"document": {**_FILE, "file_name": "invented.txt"}}
        )

    async def send_contact(self) -> Message:
        contact = {"phone_number": "+440000000000", "first_name": "Invented"}
        return await self._say("", "contact", {"contact": contact})

    async def send_location(self) -> Message:
        return await self._say("", "location", {"location": {"latitude": 0.5, "longitude": 0.5}})

    async def tap(self, label: str) -> None:
        """Tap the button so labelled on the newest message that has one.

        The whole label counts first, else a part that only one button of a message has.
        """
        for message in reversed(self.messages):
            buttons = [button for row in message.keyboard for button in row]
            for found in (
                [button for button in buttons if button.label == label],
                [button for button in buttons if label in button.label],
            ):
                if len(found) == 1:
                    await self._press(message, found[0])
                    return
        raise AssertionError(f"No single button is labelled {label!r}.\n{self.transcript()}")

    async def tap_button(self, message_id: int, row: int, column: int) -> None:
        """Tap a button by its place."""
        message = self.chat.messages.get(message_id)
        if message is None or not self.has_button(message_id, row, column):
            raise AssertionError(f"No such button.\n{self.transcript()}")
        await self._press(message, message.keyboard[row][column])

    def has_button(self, message_id: int, row: int, column: int) -> bool:
        """Whether the chat shows a button at that place now."""
        message = self.chat.messages.get(message_id)
        rows = message.keyboard if message else ()
        return 0 <= row < len(rows) and 0 <= column < len(rows[row])

    async def tap_data(self, message_id: int, content: str) -> None:
        """Send a tap with content of one's own making, as a forger can."""
        self.telegram.tap(self.chat, self.person, message_id, content)

    async def block(self) -> None:
        """Stop the bot in Telegram's own way."""
        self.chat.blocked = True
        self.telegram.membership(self.chat, self.person, "member", "kicked")

    async def unblock(self) -> None:
        self.chat.blocked = False
        self.telegram.membership(self.chat, self.person, "kicked", "member")

    async def delete_account(self) -> None:
        """Leave Telegram: the bot is told only when it writes."""
        self.chat.gone = True

    async def make_group(self, title: str = "Invented group") -> Chat:
        """Open a group and add the bot to it."""
        return self.telegram.group(title, self.person)

    async def make_channel(self, title: str = "Invented channel") -> Chat:
        """Open a channel and make the bot an admin of it."""
        return self.telegram.channel(title, self.person)

    async def say_in(self, chat: Chat, text: str) -> Message:
        """Write in a group or channel."""
        return self.telegram.say(chat, self.person, text)

    async def _say(
        self, text: str, kind: str = "text", extra: dict[str, Any] | None = None
    ) -> Message:
        if self.chat.blocked or self.chat.gone:
            raise AssertionError(f"A blocked bot cannot be written to.\n{self.transcript()}")
        return self.telegram.say(self.chat, self.person, text, kind, extra)

    async def _press(self, message: Message, button: Button) -> None:
        if button.action == "url":
            self.opened.append(button.value)
        elif button.action == "copy_text":
            self.clipboard = button.value
        else:
            self.telegram.tap(message.chat, self.person, message.id, button.value)
