"""The keys that find an officer's enrolment and open the address to write to.

A ring of versions, one 32-byte file each: the newest seals, every one opens. Lookups,
profiles and codes have sub-keys of their own, so none of them helps against another.
"""

import hmac
import re
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from bot.sealing.errors import CannotOpenProfile, DoesNotFit, InvalidKey, KeyMissing
from bot.sealing.key_store import KeyFolder
from bot.sealing.keys import RandomBytes
from bot.sealing.padding import pad, room, unpad
from bot.sealing.suite import frame

PROFILE_SIZE: Final = 256
"""Bytes of a profile under the seal, padding included."""

PROFILE_ROOM: Final = room(PROFILE_SIZE)
NONCE_SIZE: Final = 12
SEALED_PROFILE_SIZE: Final = 1 + NONCE_SIZE + PROFILE_SIZE + 16

_KEY_SIZE = 32
_FILE = re.compile(r"address-([1-9]\d?)\.key")


class AddressKeys:
    """Keyed hashes of Telegram ids and codes, and sealed profiles."""

    def __init__(self, keys: dict[int, bytes]) -> None:
        """Take the 32-byte key of each version, 1 to 99."""
        if not keys:
            raise InvalidKey(expected="at least one address key", found="none")
        for version, key in keys.items():
            if len(key) != _KEY_SIZE:
                raise InvalidKey(
                    expected=f"{_KEY_SIZE} bytes in address key {version}", found=f"{len(key)}"
                )
        self._newest = max(keys)
        self._profiles = {v: AESGCMSIV(_derived(key, b"profile")) for v, key in keys.items()}
        self._lookup_key = _derived(keys[self._newest], b"lookup")
        self._code_key = _derived(keys[self._newest], b"code")

    @classmethod
    def create(cls, folder: KeyFolder, random: RandomBytes) -> Self:
        """Store the first key and return the ring, or raise `KeyExists`."""
        folder.write("address-1.key", random(_KEY_SIZE))
        return cls.load(folder)

    @classmethod
    def load(cls, folder: KeyFolder) -> Self:
        """Return the ring of all versions in `folder`, or raise `KeyMissing`."""
        found = {m[0]: int(m[1]) for m in map(_FILE.fullmatch, folder.names()) if m}
        if not found:
            raise KeyMissing(name="address-1.key", folder=folder.path)
        return cls({version: folder.read(name) for name, version in found.items()})

    def lookup(self, telegram_id: int) -> bytes:
        """Return the 32 bytes that find an enrolment, and say nothing without the key."""
        return hmac.digest(self._lookup_key, b"%d" % telegram_id, "sha256")

    def code_digest(self, code: str) -> bytes:
        """Return the 32 bytes that find an enrolment code; `code` is hashed as it is."""
        return hmac.digest(self._code_key, code.encode(), "sha256")

    def seal_profile(self, plain: bytes, enrolment_id: bytes, nonce: bytes) -> bytes:
        """Return `plain` sealed for that row; `nonce` is 12 fresh random bytes."""
        if len(plain) > PROFILE_ROOM:
            raise DoesNotFit(limit=PROFILE_ROOM, size=len(plain))
        if len(nonce) != NONCE_SIZE:
            raise InvalidKey(expected=f"a nonce of {NONCE_SIZE} bytes", found=f"{len(nonce)}")
        sealed = self._profiles[self._newest].encrypt(
            nonce, pad(plain, PROFILE_SIZE), _place(enrolment_id)
        )
        return bytes([self._newest]) + nonce + sealed

    def open_profile(self, sealed: bytes, enrolment_id: bytes) -> bytes:
        """Return what `seal_profile` was given, or raise `CannotOpenProfile`."""
        plain = None
        cipher = self._profiles.get(sealed[0]) if len(sealed) == SEALED_PROFILE_SIZE else None
        if cipher is not None:
            nonce, ciphertext = sealed[1 : 1 + NONCE_SIZE], sealed[1 + NONCE_SIZE :]
            try:
                plain = unpad(cipher.decrypt(nonce, ciphertext, _place(enrolment_id)))
            except InvalidTag:
                plain = None
        if plain is None:
            raise CannotOpenProfile
        return plain

    def __repr__(self) -> str:
        return f"AddressKeys(versions={sorted(self._profiles)})"


def _derived(key: bytes, purpose: bytes) -> bytes:
    # Expand alone: the file holds 32 uniformly random bytes, so there is nothing to extract.
    return HKDFExpand(SHA256(), _KEY_SIZE, frame(b"address", b"1", purpose)).derive(key)


def _place(enrolment_id: bytes) -> bytes:
    # Bound to table, column and row: a profile copied elsewhere does not open. This does
    # not stop someone from putting back an older profile of the same row.
    return frame(b"enrolment", b"profile", enrolment_id)
