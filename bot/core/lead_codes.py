"""Codes that link a chat for a lead, or for alerts: how they look, are typed and kept. Pure.

Longer than a team's code, so that neither can be taken for the other. What is kept is a plain
hash: whoever makes a code holds no key, and 20 characters of 30 (98 bits) cannot be tried out.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without characters that look alike."""

LENGTH: Final = 20
ALERTS_START: Final = "alerts-"
"""Before the code in a link that links a chat for alerts: leads' links have the code alone."""
_PART = 5
_TYPED = re.compile(f"[{ALPHABET}]{{{_PART}}}(?:[ -]?[{ALPHABET}]{{{_PART}}}){{3}}", re.ASCII)


def new_lead_code(random: Callable[[int], bytes]) -> str:
    """Return a code that cannot be guessed; `random` returns so many random bytes."""
    code = ""
    while len(code) < LENGTH:
        # Bytes that do not divide evenly are thrown away, so that no character is likelier.
        code += "".join(
            ALPHABET[byte % len(ALPHABET)]
            for byte in random(LENGTH)
            if byte < 256 - 256 % len(ALPHABET)
        )
    return code[:LENGTH]


def in_parts(code: str) -> str:
    """Return a code as people read and type it, in groups of five."""
    return "-".join(code[start : start + _PART] for start in range(0, LENGTH, _PART))


def typed_lead_code(text: str) -> str | None:
    """Return the code that somebody typed, or None when it is none."""
    found = _TYPED.fullmatch(text.strip().upper())
    return None if found is None else re.sub("[ -]", "", found[0])


def digest_of(code: str) -> bytes:
    """Return the 32 bytes that a code is found by."""
    return sha256(b"lead chat code 1 " + code.encode()).digest()


def alert_digest_of(code: str) -> bytes:
    """Return the 32 bytes that a code for alerts is found by, and no code of a lead."""
    return sha256(b"alert chat code 1 " + code.encode()).digest()
