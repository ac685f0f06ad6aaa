"""Attempts at enrolment codes, limited per chat.

Kept in memory only, and nothing about a chat that tried a code is ever stored. What is older
than an hour goes as soon as anybody tries a code; a chat that erases everything goes at once.
There is no limit for all chats together: codes are far too long to guess, and such a limit
would let a stranger lock everybody out.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

PER_CHAT = 5
WINDOW = timedelta(hours=1)
_MOST_CHATS = 10_000


class CodeAttempts:
    """Counts failed attempts of the last hour."""

    def __init__(self) -> None:
        self._of_chat: OrderedDict[int, list[datetime]] = OrderedDict()

    def may_try(self, chat: int, now: datetime) -> bool:
        """Whether this chat may try another code now."""
        self._purge(now)
        recent = _recent(self._of_chat.get(chat, []), now)
        return len(recent) < PER_CHAT

    def failed(self, chat: int, now: datetime) -> None:
        """Count one code that did not work."""
        self._purge(now)
        self._of_chat[chat] = [*_recent(self._of_chat.pop(chat, []), now), now]
        while len(self._of_chat) > _MOST_CHATS:
            self._of_chat.popitem(last=False)

    def forget(self, chat: int) -> None:
        """Count nothing of this chat any more."""
        self._of_chat.pop(chat, None)

    def _purge(self, now: datetime) -> None:
        # Whoever failed last stands last.
        while self._of_chat and not _recent(next(iter(self._of_chat.values())), now):
            self._of_chat.popitem(last=False)


def _recent(moments: list[datetime], now: datetime) -> list[datetime]:
    return [moment for moment in moments if now - moment < WINDOW]
