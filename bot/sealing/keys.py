"""The two halves of a round's key pair, as two types that cannot be confused.

A `SealingKey` is public and only seals; an `OpeningKey` only opens and never prints. Both
check themselves when made, so a key that exists works.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from bot.sealing.errors import InvalidKey

RandomBytes = Callable[[int], bytes]
"""Gives that many unpredictable bytes; `secrets.token_bytes` outside tests."""

PUBLIC_SIZE: Final = 1216
SECRET_SIZE: Final = 96

_MLKEM_PUBLIC_SIZE = 1184
_MLKEM_SEED_SIZE = 64
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def _check_id(key_id: str) -> None:
    # The id is also a file name, and it comes back from a database that may be hostile.
    if not _KEY_ID.fullmatch(key_id):
        raise InvalidKey(expected="a key id of a–z, 0–9 and -, up to 64 long", found=repr(key_id))


@dataclass(frozen=True)
class SealingKey:
    """The public half: `public` is the ML-KEM-768 key, then the X25519 key."""

    id: str
    public: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_id(self.id)
        parse_public(self.public)


@dataclass(frozen=True)
class OpeningKey:
    """The secret half: `secret` is the 64-byte ML-KEM seed, then the X25519 key."""

    id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_id(self.id)
        if len(self.secret) != SECRET_SIZE:
            raise InvalidKey(
                expected=f"an opening key of {SECRET_SIZE} bytes", found=f"{len(self.secret)}"
            )

    @property
    def public(self) -> bytes:
        """The bytes of the sealing key that belongs to this key."""
        mlkem, x25519 = _halves(self.secret)
        return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def new_key_pair(key_id: str, seed: bytes) -> tuple[SealingKey, OpeningKey]:
    """Return the pair that `seed`, 96 unpredictable bytes, stands for."""
    opening = OpeningKey(key_id, seed)
    return SealingKey(key_id, opening.public), opening


# Parsing costs about as much as sealing does; a process meets a handful of keys a day.
@lru_cache(maxsize=64)
def parse_public(public: bytes) -> MLKEM768X25519PublicKey:
    """Return the key object for `public`; raise `InvalidKey` when it cannot seal."""
    if len(public) != PUBLIC_SIZE:
        raise InvalidKey(expected=f"a sealing key of {PUBLIC_SIZE} bytes", found=f"{len(public)}")
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_SIZE])
        x25519 = X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_SIZE:])
        # A point of small order parses and fails only when used; any secret shows it.
        X25519PrivateKey.from_private_bytes(b"\x40" * 32).exchange(x25519)
    except ValueError:
        raise InvalidKey(
            expected="an ML-KEM-768 key and an X25519 key", found="bytes that are not"
        ) from None
    return MLKEM768X25519PublicKey(mlkem, x25519)


def parse_secret(secret: bytes) -> MLKEM768X25519PrivateKey:
    """Return the key object for the 96 bytes of an opening key."""
    return MLKEM768X25519PrivateKey(*_halves(secret))


def _halves(secret: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    return (
        MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED_SIZE]),
        X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED_SIZE:]),
    )
