"""Draft tokens: unfinished answers travel in the button, signed for one officer.

A token is at most 64 ASCII bytes. It is not secret, it only cannot be made or changed by
anyone else: the tag covers the officer, the context (round, instrument, version) and the
content. Whatever comes back from a phone, nothing here raises.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, Self

from bot.sealing.errors import DoesNotFit, InvalidKey
from bot.sealing.key_store import KeyFolder
from bot.sealing.keys import RandomBytes
from bot.sealing.suite import frame

TOKEN_SIZE: Final = 64
"""Bytes that Telegram allows in a button."""

TAG_SIZE: Final = 12
CONTENT_ROOM: Final = TOKEN_SIZE * 3 // 4 - TAG_SIZE

_KEY_SIZE = 32
_FILE = "draft-tokens.key"


class DraftTokens:
    """Makes and checks draft tokens."""

    # One key without versions: a new one only turns open keyboards into stale taps.
    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_SIZE:
            raise InvalidKey(expected=f"{_KEY_SIZE} bytes in {_FILE}", found=f"{len(key)}")
        self._key = key

    @classmethod
    def create(cls, folder: KeyFolder, random: RandomBytes) -> Self:
        """Store a new key and return the tokens made with it, or raise `KeyExists`."""
        folder.write(_FILE, random(_KEY_SIZE))
        return cls.load(folder)

    @classmethod
    def load(cls, folder: KeyFolder) -> Self:
        """Read the key from `folder`, or raise `KeyMissing`."""
        return cls(folder.read(_FILE))

    def seal_token(self, content: bytes, officer: int, context: bytes) -> str:
        """Return the token; raise `DoesNotFit` when `content` is over `CONTENT_ROOM`."""
        if len(content) > CONTENT_ROOM:
            raise DoesNotFit(limit=CONTENT_ROOM, size=len(content))
        return _encode(self._tag(content, officer, context) + content)

    @staticmethod
    def split(token: str) -> tuple[bytes, bytes] | None:
        """Return content and tag, unchecked, or None when `token` is none of ours."""
        # The context is known only after reading the content, so splitting and verifying
        # are two steps: nothing may be done with the content before `verify` agrees.
        if len(token) > TOKEN_SIZE:
            return None
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            return None
        # The decoder skips characters it does not know and ignores spare bits; only one
        # spelling of each token is ours.
        if len(raw) < TAG_SIZE or _encode(raw) != token:
            return None
        return raw[TAG_SIZE:], raw[:TAG_SIZE]

    def verify(self, content: bytes, tag: bytes, officer: int, context: bytes) -> bool:
        """Say whether this officer was given this content in this context."""
        return hmac.compare_digest(tag, self._tag(content, officer, context))

    def _tag(self, content: bytes, officer: int, context: bytes) -> bytes:
        covered = frame(b"draft", b"1", b"%d" % officer, context, content)
        return hmac.digest(self._key, covered, "sha256")[:TAG_SIZE]

    def __repr__(self) -> str:
        return "DraftTokens()"


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
