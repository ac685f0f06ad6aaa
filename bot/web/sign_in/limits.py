"""How often somebody may try: kept in memory, for a few minutes, and never written down.

Nothing that lets anybody in can be guessed, so this only keeps the work small that a stranger
can cause. It must not be a way to keep others out: what a stranger can use up is not what
somebody needs who has a passkey or an invite. Only what writes, or asks elsewhere, is counted.

Addresses are kept as keyed hashes; behind a proxy they are all alike, and its own limit is the
one that counts.
"""

import hashlib
from collections import deque
from collections.abc import Hashable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.workflows.moment import Now, RandomBytes

MINUTE: Final = timedelta(minutes=1)
MOST_KEPT: Final = 10_000


class Limit:
    """So many in so long for each key."""

    def __init__(self, most: int, within: timedelta) -> None:
        self.most, self.within = most, within
        self._taken: dict[Hashable, deque[datetime]] = {}

    def allows(self, key: Hashable, now: datetime) -> bool:
        """Count one more, unless there were too many."""
        if len(self._taken) >= MOST_KEPT:
            self._forget(now)
        taken = self._taken.setdefault(key, deque())
        while taken and taken[0] <= now - self.within:
            taken.popleft()
        if len(taken) >= self.most:
            return False
        taken.append(now)
        return True

    def _forget(self, now: datetime) -> None:
        self._taken = {
            key: taken
            for key, taken in self._taken.items()
            if taken and taken[-1] > now - self.within
        }
        if len(self._taken) >= MOST_KEPT:
            self._taken.clear()


class Begun(StrEnum):
    """What a stranger may begin; each is counted apart from the other."""

    BY_PASSKEY = "by passkey"
    THROUGH = "through the force's own sign-in"


class SignInLimits:
    """What stands before everything that somebody without a session may try."""

    def __init__(self, now: Now, random: RandomBytes) -> None:
        self._now, self._key = now, random(32)
        self._from_one = Limit(60, MINUTE)
        self._in_all = Limit(600, MINUTE)
        self._with_one = Limit(20, 10 * MINUTE)
        self._asked = Limit(600, MINUTE)

    def may_store(self, what: Begun, address: str | None) -> bool:
        """Whether one more challenge is stored; beyond it there is the reserve."""
        now = self._now()
        from_one = self._from_one.allows((what, self._hashed(address or "")), now)
        return from_one and self._in_all.allows(what, now)

    def may_try(self, way: str | bytes) -> bool:
        """Whether one more try is taken with an invite or a passkey that there is."""
        return self._with_one.allows(self._hashed(way), self._now())

    def may_ask_provider(self) -> bool:
        """Whether the force's own sign-in is asked once more about who came with a reserve."""
        return self._asked.allows("", self._now())

    def _hashed(self, text: str | bytes) -> bytes:
        raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        return hashlib.blake2b(raw, key=self._key, digest_size=16).digest()
