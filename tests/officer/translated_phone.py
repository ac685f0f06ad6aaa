"""A phone that speaks another language and is read in English, so that a test is its reader.

Everything the bot shows is read back; what cannot be read fails the test. What is held of a
message shows what the message has become, as on any phone.
"""

from dataclasses import replace
from typing import Any, cast

from bot.core.languages import ENGLISH
from bot.sandbox.chats import Button, Keyboard, Message, Notification, Toast
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram
from tests.officer.back_translation import Reader


class ReadMessage:
    """A message of the bot, its words in English; everything else is the message's own."""

    def __init__(self, message: Message, reader: Reader) -> None:
        self._message = message
        self._reader = reader

    @property
    def text(self) -> str:
        return self._reader.read(self._message.text)

    @property
    def keyboard(self) -> Keyboard:
        return tuple(tuple(map(self._button, row)) for row in self._message.keyboard)

    @property
    def buttons(self) -> list[list[str]]:
        return [[button.label for button in row] for row in self.keyboard]

    def _button(self, button: Button) -> Button:
        # Only those of a check-in carry no name.
        in_check_in = not button.value.startswith(":")
        return replace(button, label=self._reader.read(button.label, in_check_in=in_check_in))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._message, name)


class TranslatedPhone(Phone):
    """One person's phone, set to the language of its reader."""

    def __init__(self, telegram: Telegram, reader: Reader) -> None:
        super().__init__(telegram, language_code=reader.language)
        self._reader = reader

    @property
    def messages(self) -> list[Message]:
        return [
            cast(Message, ReadMessage(message, self._reader)) if message.from_bot else message
            for message in super().messages
        ]

    @property
    def toasts(self) -> list[Toast]:
        return [replace(each, text=self._reader.read(each.text)) for each in super().toasts]

    @property
    def notifications(self) -> list[Notification]:
        shown = super().notifications
        return [replace(each, text=self._reader.read(each.text)) for each in shown]

    async def tap_data(self, message_id: int, content: str) -> None:
        # Made up by hand, as if from a keyboard in English.
        here = content.replace(f"@{ENGLISH}", f"@{self._reader.language}")
        await super().tap_data(message_id, here)

    def read_everything(self) -> None:
        """Read whatever is on the phone, looked at before or not."""
        assert self.transcript()
        assert all(each.text for each in self.notifications)
