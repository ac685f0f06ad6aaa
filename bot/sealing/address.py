"""The keys that find an officer's enrolment and open the address to write to.

A ring of versions, one 32-byte file each: the newest seals, every one opens. Lookups,
profiles, codes, addresses, each purpose of a follow-up, marks and chats of leads have sub-keys of
their own, so none of them helps against another, and no follow-up, mark or chat of a lead can be
matched with an enrolment.
"""

import hmac
import re
from collections.abc import Collection
from enum import Enum
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from bot.core.errors import StandEasyError
from bot.core.team_codes import HASH_SIZE, hash_of
from bot.sealing.errors import CannotOpenProfile, DoesNotFit, InvalidKey, KeyMissing
from bot.sealing.key_store import KeyFolder
from bot.sealing.keys import RandomBytes
from bot.sealing.padding import pad, room, unpad
from bot.sealing.suite import frame

PROFILE_SIZE: Final = 512
"""Bytes of a profile under the seal, padding included."""

FORMER_PROFILE_SIZE: Final = 256
"""Bytes of a profile sealed before they grew; those still open."""

PROFILE_ROOM: Final = room(PROFILE_SIZE)

ADDRESS_SIZE: Final = 128
"""Bytes of a follow-up's address under the seal, padding included."""

ADDRESS_ROOM: Final = room(ADDRESS_SIZE)
NONCE_SIZE: Final = 12
_AROUND = 1 + NONCE_SIZE + 16
SEALED_PROFILE_SIZE: Final = PROFILE_SIZE + _AROUND
SEALED_ADDRESS_SIZE: Final = ADDRESS_SIZE + _AROUND

_KEY_SIZE = 32
_Ciphers = dict[int, AESGCMSIV]
_FILE = re.compile(r"address-([1-9]\d?)\.key")


class FollowUpPurpose(Enum):
    """What a follow-up is for: those of one purpose share a lookup, and no others do."""

    TOUGH_JOB = b"tough job"
    TOMORROW = b"tomorrow"
    PAUSE = b"pause"


class CannotOpenAddress(StandEasyError):
    """This sealed address does not open."""


class AddressKeys:
    """Keyed hashes of Telegram ids and codes, and sealed profiles and addresses."""

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
        self._profiles = _ciphers(keys, b"profile")
        self._addresses = _ciphers(keys, b"follow-up address")
        self._lookup_key = _derived(keys[self._newest], b"lookup")
        self._follow_up_keys = {
            purpose: _derived(keys[self._newest], b"follow-up lookup", purpose.value)
            for purpose in FollowUpPurpose
        }
        self._mark_key = _derived(keys[self._newest], b"follow-up mark")
        self._lead_key = _derived(keys[self._newest], b"lead chat lookup")
        self._alerts = _ciphers(keys, b"alert chat address")
        self._alert_key = _derived(keys[self._newest], b"alert chat lookup")
        self._code_key = _derived(keys[self._newest], b"code")
        self._queue_key = _derived(keys[self._newest], b"queue")

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

    def follow_up_lookup(self, telegram_id: int, purpose: FollowUpPurpose) -> bytes:
        """Return the 32 bytes that find a chat's follow-ups of one purpose, and nothing else."""
        return hmac.digest(self._follow_up_keys[purpose], b"%d" % telegram_id, "sha256")

    def follow_up_mark(self, round_id: str, telegram_id: int) -> bytes:
        """Return the 32 bytes that stand for a chat in one round, and for nothing elsewhere."""
        marked = frame(round_id.encode(), b"%d" % telegram_id)
        return hmac.digest(self._mark_key, marked, "sha256")

    def lead_lookup(self, telegram_id: int) -> bytes:
        """Return the 32 bytes that say a chat may ask for results, and stand nowhere else."""
        return hmac.digest(self._lead_key, b"%d" % telegram_id, "sha256")

    def alert_lookup(self, telegram_id: int) -> bytes:
        """Return the 32 bytes that say a chat is told what needs somebody, and nothing else."""
        return hmac.digest(self._alert_key, b"%d" % telegram_id, "sha256")

    def code_digest(self, code: str) -> bytes:
        """Return the 32 bytes that find an enrolment code; `code` is hashed as it is."""
        return self.hashed_code_digest(hash_of(code))

    def hashed_code_digest(self, hashed: bytes) -> bytes:
        """Return the same for a code that somebody without a key made, and hashed."""
        if len(hashed) != HASH_SIZE:
            raise InvalidKey(expected=f"a hash of {HASH_SIZE} bytes", found=f"{len(hashed)}")
        return hmac.digest(self._code_key, hashed, "sha256")

    def former_code_digest(self, code: str) -> bytes:
        """Return what found a code before codes were hashed first; posters of then still hang."""
        return hmac.digest(self._code_key, code.encode(), "sha256")

    def queue(self, what: str) -> int:
        """Return the 64-bit number under which those wait for each other who hold the key.

        Nobody else can stand in that queue, see whether somebody waits, or hold it up.
        """
        digest = hmac.digest(self._queue_key, what.encode(), "sha256")
        return int.from_bytes(digest[:8], "big", signed=True)

    def seal_profile(self, plain: bytes, enrolment_id: bytes, nonce: bytes) -> bytes:
        """Return `plain` sealed for that row; `nonce` is 12 fresh random bytes."""
        place = _place(b"enrolment", b"profile", enrolment_id)
        return self._seal(self._profiles, plain, PROFILE_SIZE, place, nonce)

    def open_profile(self, sealed: bytes, enrolment_id: bytes) -> bytes:
        """Return what `seal_profile` was given, or raise `CannotOpenProfile`."""
        place = _place(b"enrolment", b"profile", enrolment_id)
        plain = _opened(self._profiles, sealed, (PROFILE_SIZE, FORMER_PROFILE_SIZE), place)
        if plain is None:
            raise CannotOpenProfile
        return plain

    def seal_address(self, plain: bytes, follow_up_id: bytes, nonce: bytes) -> bytes:
        """Return `plain` sealed for that row; `nonce` is 12 fresh random bytes."""
        place = _place(b"follow_up", b"address", follow_up_id)
        return self._seal(self._addresses, plain, ADDRESS_SIZE, place, nonce)

    def open_address(self, sealed: bytes, follow_up_id: bytes) -> bytes:
        """Return what `seal_address` was given, or raise `CannotOpenAddress`."""
        place = _place(b"follow_up", b"address", follow_up_id)
        plain = _opened(self._addresses, sealed, (ADDRESS_SIZE,), place)
        if plain is None:
            raise CannotOpenAddress
        return plain

    def seal_alert_address(self, plain: bytes, chat_id: bytes, nonce: bytes) -> bytes:
        """Return `plain` sealed for that row; `nonce` is 12 fresh random bytes."""
        place = _place(b"alert_chat", b"address", chat_id)
        return self._seal(self._alerts, plain, ADDRESS_SIZE, place, nonce)

    def open_alert_address(self, sealed: bytes, chat_id: bytes) -> bytes:
        """Return what `seal_alert_address` was given, or raise `CannotOpenAddress`."""
        place = _place(b"alert_chat", b"address", chat_id)
        plain = _opened(self._alerts, sealed, (ADDRESS_SIZE,), place)
        if plain is None:
            raise CannotOpenAddress
        return plain

    def _seal(
        self, ciphers: _Ciphers, plain: bytes, size: int, place: bytes, nonce: bytes
    ) -> bytes:
        if len(plain) > room(size):
            raise DoesNotFit(limit=room(size), size=len(plain))
        if len(nonce) != NONCE_SIZE:
            raise InvalidKey(expected=f"a nonce of {NONCE_SIZE} bytes", found=f"{len(nonce)}")
        sealed = ciphers[self._newest].encrypt(nonce, pad(plain, size), place)
        return bytes([self._newest]) + nonce + sealed

    def __repr__(self) -> str:
        return f"AddressKeys(versions={sorted(self._profiles)})"


def _opened(ciphers: _Ciphers, sealed: bytes, sizes: Collection[int], place: bytes) -> bytes | None:
    """Return what was sealed, or None, whatever the reason."""
    if len(sealed) - _AROUND not in sizes:
        return None
    cipher = ciphers.get(sealed[0])
    if cipher is None:
        return None
    nonce, ciphertext = sealed[1 : 1 + NONCE_SIZE], sealed[1 + NONCE_SIZE :]
    try:
        return unpad(cipher.decrypt(nonce, ciphertext, place))
    except InvalidTag:
        return None


def _ciphers(keys: dict[int, bytes], purpose: bytes) -> _Ciphers:
    return {version: AESGCMSIV(_derived(key, purpose)) for version, key in keys.items()}


def _derived(key: bytes, *purpose: bytes) -> bytes:
    # Expand alone: the file holds 32 uniformly random bytes, so there is nothing to extract.
    return HKDFExpand(SHA256(), _KEY_SIZE, frame(b"address", b"1", *purpose)).derive(key)


def _place(table: bytes, column: bytes, row: bytes) -> bytes:
    # Bound to table, column and row: what is copied elsewhere does not open. This does not
    # stop someone from putting back an older profile or address of the same row.
    return frame(table, column, row)
