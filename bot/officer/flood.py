"""What is let in of what chats send: floods stop at the door, cries for help never do.

Kept in memory, for seconds: a chat that has been quiet for a while is as if it had never
written. Each limit is a chat's own, and one update of each chat is always let in, however
many others write: nobody can lock out anybody else.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

BURST = 20
PER_SECOND = 2.0
"""What one chat may send at once, and how fast it may go on."""

MOST_OF_CHAT = 20
MOST_UNDER_WAY = 2_000
"""How many updates are under way at once, of one chat and altogether; when it is that many,
each chat has one. Cries for help come on top: what bounds them is how they are fetched (100
at a time, `HANDLE_SECONDS` apart) and how long one card is tried. What is typed comes on top,
too: one card on its way to each chat bounds it."""

_MOST_CHATS = 10_000


class Urgency(IntEnum):
    """How urgent an update is; the smallest goes first."""

    HELP = 0
    """Asks for help in so many words, or with so many taps. Never limited."""
    TYPED = 1
    """Anything typed or sent may be a cry for help, and is answered as one. Never limited, but
    by a card that is on its way already."""
    FROM_MEMORY = 2
    """Needs no records, like the call list: waits for nothing that does."""
    ORDINARY = 3


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class FloodGate:
    """Decides what is let in, and counts what is under way; times are monotonic seconds."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        burst: float = BURST,
        per_second: float = PER_SECOND,
    ) -> None:
        self._monotonic = monotonic
        self._burst, self._per_second = burst, per_second
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()
        self._cards: Counter[int] = Counter()
        """Crisis cards on their way to each chat."""
        self._under_way: Counter[int] = Counter()
        self._total = 0

    @property
    def under_way(self) -> int:
        """How many updates are under way that may need records."""
        return self._total

    def lets_in(self, chat: int, urgency: Urgency) -> bool:
        """Whether an update goes on; `ended` must follow once it is answered."""
        if urgency <= Urgency.TYPED:
            # One card on its way answers everything that is typed until it is there. Without
            # one, no room and no token is asked for: a cry follows many taps, or many others.
            if urgency is Urgency.TYPED and self._cards[chat]:
                return False
            self._cards[chat] += 1
            return True
        if urgency is Urgency.FROM_MEMORY:
            return self._takes_token(chat)
        if not self._has_room(chat) or not self._takes_token(chat):
            return False
        self._under_way[chat] += 1
        self._total += 1
        return True

    def ended(self, chat: int, urgency: Urgency) -> None:
        """Count an update that was let in as answered."""
        if urgency <= Urgency.TYPED:
            _count_down(self._cards, chat)
        elif urgency is Urgency.ORDINARY:
            _count_down(self._under_way, chat)
            self._total -= 1

    def _has_room(self, chat: int) -> bool:
        most = MOST_OF_CHAT if self._total < MOST_UNDER_WAY else 1
        return self._under_way[chat] < most

    def _takes_token(self, chat: int) -> bool:
        now = self._monotonic()
        bucket = self._buckets.pop(chat, None) or _Bucket(self._burst, now)
        level = min(self._burst, bucket.level + (now - bucket.at) * self._per_second)
        has_one = level >= 1
        self._buckets[chat] = _Bucket(level - has_one, now)
        self._forget(now)
        return has_one

    def _forget(self, now: float) -> None:
        """Let go of chats whose bucket is full again, and of the oldest when there are many."""
        full_after = self._burst / self._per_second
        while self._buckets:
            chat, bucket = next(iter(self._buckets.items()))
            if now - bucket.at < full_after and len(self._buckets) <= _MOST_CHATS:
                return
            del self._buckets[chat]


def _count_down(counts: Counter[int], chat: int) -> None:
    counts[chat] -= 1
    if not counts[chat]:
        del counts[chat]
