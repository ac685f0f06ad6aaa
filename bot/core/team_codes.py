"""Codes of teams: how they look, how they are typed, and what may lie about of one. Pure.

Whoever makes a code holds no key. What leaves their hands is `hash_of` a code: slow enough that
trying out all 58 bits of one takes longer than any code lives (docs/security-properties.md).
"""

import string
from collections.abc import Callable
from hashlib import pbkdf2_hmac
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without characters that look alike on a poster."""

LENGTH: Final = 12
HASH_SIZE: Final = 32
_ROUNDS: Final = 4_096
"""About 2 ms: whoever joins does not notice it, and whoever tries all codes out does."""


def new_team_code(random: Callable[[int], bytes]) -> str:
    """Return a code that cannot be guessed: 12 characters of 30, a digit among them, 58 bits."""
    while True:
        code = ""
        while len(code) < LENGTH:
            # Bytes that do not divide evenly are thrown away, so that no character is likelier.
            code += "".join(
                ALPHABET[byte % len(ALPHABET)]
                for byte in random(LENGTH)
                if byte < 256 - 256 % len(ALPHABET)
            )
        # Typed in groups of four, letters alone could be words; words are answered with the
        # crisis card.
        if any(char in string.digits for char in code[:LENGTH]):
            return code[:LENGTH]


def tidy_code(text: str) -> str:
    """Return a code as it is hashed: people type spaces, dashes and small letters."""
    return "".join(char for char in text.upper() if char in string.ascii_uppercase + string.digits)


def is_code(text: str) -> bool:
    """Whether a text looks like a code that was made here."""
    return len(text) == LENGTH and all(char in ALPHABET for char in text)


def in_parts(code: str) -> str:
    """Return a code as people read and type it, in groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def hash_of(code: str) -> bytes:
    """Return the 32 bytes that stand for a code until they are keyed; `code` is taken as it is."""
    return pbkdf2_hmac("sha256", code.encode(), b"team code 1", _ROUNDS, HASH_SIZE)
