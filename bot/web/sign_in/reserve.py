"""Challenges in reserve: for whoever comes while strangers have taken all that are stored.

- They cost nothing to make and nothing is kept of them, so nobody can use them up for others.
- Each works once, for one browser and one purpose, within ten minutes, and in the process that
  made it alone. What was used is remembered until it would have run out.
"""

import hashlib
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Final

from bot.core.staff import CHALLENGE_LASTS
from bot.workflows.moment import Now, RandomBytes

_RANDOM: Final = 16
_MOMENT: Final = 8
_SEAL: Final = 32
_LENGTH: Final = 2 * (_RANDOM + _MOMENT + _SEAL)


class Reserve:
    """Makes challenges and knows its own again, by a key that never leaves this process."""

    def __init__(self, now: Now, random: RandomBytes) -> None:
        self._now, self._random, self._key = now, random, random(32)
        self._used: dict[bytes, datetime] = {}

    def new_challenge(self, browser: str, purpose: str) -> str:
        """Return what this browser has to answer."""
        until = int((self._now() + CHALLENGE_LASTS).timestamp())
        body = self._random(_RANDOM) + until.to_bytes(_MOMENT, "big")
        return (body + self._seal(body, browser, purpose)).hex()

    def holds(self, challenge: str, browser: str, purpose: str) -> bool:
        """Whether this is a challenge of ours, for this browser and purpose, and works still."""
        raw = _read(challenge)
        if raw is None:
            return False
        body, seal = raw[:-_SEAL], raw[-_SEAL:]
        is_ours = compare_digest(seal, self._seal(body, browser, purpose))
        return is_ours and seal not in self._used and self._now() < _until(body)

    def take(self, challenge: str, browser: str, purpose: str) -> bool:
        """Use a challenge up; False unless it held.

        Who calls this has counted first: each call that succeeds is remembered for minutes.
        """
        if not self.holds(challenge, browser, purpose):
            return False
        now = self._now()
        self._used = {seal: until for seal, until in self._used.items() if until > now}
        raw = bytes.fromhex(challenge)
        self._used[raw[-_SEAL:]] = _until(raw[:-_SEAL])
        return True

    def _seal(self, body: bytes, browser: str, purpose: str) -> bytes:
        told = "\0".join((browser, purpose)).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(body + told, key=self._key, digest_size=_SEAL).digest()


def _read(challenge: str) -> bytes | None:
    if len(challenge) != _LENGTH or not challenge.isascii():
        return None
    try:
        return bytes.fromhex(challenge)
    except ValueError:
        return None


def _until(body: bytes) -> datetime:
    return datetime.fromtimestamp(int.from_bytes(body[_RANDOM:], "big"), UTC)
