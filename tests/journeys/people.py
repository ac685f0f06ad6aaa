"""People with phones and patience: they look at the screen, tap what it offers, and when
nothing comes of it they tap again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.officer.texts import check_ins, joining
from bot.sandbox.chats import Message
from bot.sandbox.phones import Phone

PATIENCE: Final = 1.5
"""Seconds until somebody taps again."""

MOST_TRIES: Final = 200


class Stuck(AssertionError):
    """Somebody tapped and tapped, and nothing came of it."""


@dataclass
class Person:
    """Somebody with a phone, their team's code, and no memory but the screen."""

    phone: Phone
    code: str
    mark: int = 0
    """The newest message before the prompt that is being answered."""

    seen: int = 0
    """How many notifications there were before it."""

    async def joins(self) -> None:
        """Start, agree and answer the two questions, however often it takes."""
        for _ in range(MOST_TRIES):
            shown = self._newest()
            text = shown.text if shown else ""
            if "That's all." in text or "next check-in comes by itself" in text:
                return
            if shown and "Before you join" in text:
                await self._taps(shown, joining.AGREE)
            elif shown and ("What do you do here?" in text or "How long have you served?" in text):
                await self._taps(shown, joining.RATHER_NOT)
            else:
                await self._until_changed(lambda: self.phone.start(self.code))
        raise Stuck(self.phone.transcript())

    async def gets(self, text: str, count: int = 1, seconds: float = 15) -> None:
        """Wait until so many messages since the mark began with a text."""
        await self.phone.wait_for(lambda _: self.got(text) >= count, seconds)

    def got(self, text: str) -> int:
        """How many notifications with a text came since the mark."""
        return sum(text in each.text for each in self.phone.notifications[self.seen :])

    def looks_up(self) -> None:
        """Take what is on the phone for old."""
        newest = self._newest()
        self.mark = newest.id if newest else 0
        self.seen = len(self.phone.notifications)

    async def answers(self, *labels: str) -> None:
        """Open the newest check-in, choose one label per question, and seal."""
        for _ in range(MOST_TRIES):
            if self.has_sealed():
                return
            shown = next(one for one in reversed(self._since_mark()) if one.protected)
            await self._taps(shown, self._choice(shown, labels))
        raise Stuck(self.phone.transcript())

    def has_sealed(self) -> bool:
        """Whether the phone says that answers were sealed since the mark."""
        return any("Sealed" in message.text for message in self._since_mark())

    def offered(self) -> set[str]:
        """Return the buttons and lines of all check-ins since the mark."""
        checks_in = [message for message in self._since_mark() if message.protected]
        buttons = {label for one in checks_in for row in one.buttons for label in row}
        return buttons | {line for one in checks_in for line in one.text.splitlines()}

    @staticmethod
    def _choice(shown: Message, labels: tuple[str, ...]) -> str:
        offered = [label for row in shown.buttons for label in row]
        for label in (check_ins.SEAL, check_ins.OPEN):
            if label in offered:
                return label
        number, of, total = shown.text.splitlines()[0].split()[:3]
        assert (of, int(total)) == ("of", len(labels)), shown.text
        return labels[int(number) - 1]

    async def _taps(self, shown: Message, label: str) -> None:
        button = next(
            (each for row in shown.keyboard for each in row if each.label in (label, f"✓ {label}")),
            None,
        )
        assert button is not None, f"no {label!r}\n{self.phone.transcript()}"
        await self._until_changed(lambda: self.phone.tap_data(shown.id, button.value))

    async def _until_changed(self, act: Callable[[], Awaitable[object]]) -> None:
        before = self._screen()
        await act()
        try:
            await self.phone.wait_for(lambda _: self._screen() != before, PATIENCE)
        except AssertionError:
            return

    def _screen(self) -> list[tuple[int, str]]:
        return [(message.id, message.text) for message in self.phone.received]

    def _newest(self) -> Message | None:
        return next(iter(reversed(self.phone.received)), None)

    def _since_mark(self) -> list[Message]:
        return [message for message in self.phone.received if message.id > self.mark]
