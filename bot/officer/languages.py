"""Which language an officer reads, found without the database.

A button brings the language of its screen along. For what is typed, the language somebody
chose is remembered while the program runs; else Telegram says which one their phone has.
"""

from collections import OrderedDict

from bot.core.languages import Tongue, Tongues
from bot.core.programme import Programme

_MOST_CHATS = 20_000


class Languages:
    """The languages the force offers, and who chose which."""

    def __init__(self, tongues: Tongues) -> None:
        self.tongues = tongues
        self._chosen: OrderedDict[int, str] = OrderedDict()

    def offered(self, programme: Programme | None) -> list[Tongue]:
        """Return the languages an officer can choose, the force's first one first."""
        if programme is None:
            # Nobody can say yet what the force offers, and help must not wait for it.
            return self.tongues.known()
        return self.tongues.among(programme.force.languages) or [self.tongues.of(None)]

    def others(self, tongue: Tongue, programme: Programme | None) -> list[Tongue]:
        """Return the languages offered besides one."""
        return [each for each in self.offered(programme) if each.language != tongue.language]

    def remember(self, chat: int, language: str) -> None:
        """Note what somebody chose; in memory only."""
        self._chosen[chat] = language
        self._chosen.move_to_end(chat)
        while len(self._chosen) > _MOST_CHATS:
            self._chosen.popitem(last=False)

    def remembered(self, chat: int) -> str | None:
        """Return what somebody chose, as far as memory goes."""
        return self._chosen.get(chat)

    def forget(self, chat: int) -> None:
        """Note nothing about this chat any more."""
        self._chosen.pop(chat, None)

    def of(
        self, chat: int, shown: str | None, phone: str | None, programme: Programme | None
    ) -> Tongue:
        """Return the tongue for an answer.

        `shown` is the language of the screen a button stood on, `phone` what Telegram says.
        """
        offered = {tongue.language: tongue for tongue in self.offered(programme)}
        for language in (shown, self._chosen.get(chat), (phone or "").split("-")[0]):
            if language in offered:
                return offered[language]
        return next(iter(offered.values()))
