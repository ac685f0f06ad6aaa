"""Lookups, code digests and sealed profiles under a ring of address keys."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sealing.address import PROFILE_ROOM, SEALED_PROFILE_SIZE, AddressKeys
from bot.sealing.errors import CannotOpenProfile, DoesNotFit, InvalidKey, KeyExists, KeyMissing
from bot.sealing.key_store import KeyFolder

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "profiles.json").read_text(encoding="utf-8")
)
KEYS = AddressKeys({int(v): bytes.fromhex(key) for v, key in VECTORS["keys"].items()})
ROW = bytes.fromhex(VECTORS["row"])
NONCE = bytes.fromhex(VECTORS["nonce"])


@pytest.mark.parametrize("vector", VECTORS["open"])
def test_a_stored_profile_opens_whichever_version_sealed_it(vector: dict[str, str]) -> None:
    assert KEYS.open_profile(bytes.fromhex(vector["sealed"]), ROW).hex() == vector["plain"]


@pytest.mark.parametrize("name", VECTORS["fail"])
def test_a_stored_forgery_does_not_open(name: str) -> None:
    with pytest.raises(CannotOpenProfile) as raised:
        KEYS.open_profile(bytes.fromhex(VECTORS["fail"][name]), ROW)
    assert raised.value.__context__ is None


def test_the_newest_key_seals_as_the_stored_profiles_say() -> None:
    for vector in VECTORS["open"][3:]:
        plain = bytes.fromhex(vector["plain"])
        assert KEYS.seal_profile(plain, ROW, NONCE).hex() == vector["sealed"]


def test_a_profile_does_not_open_in_another_row() -> None:
    sealed = bytes.fromhex(VECTORS["open"][4]["sealed"])
    for row in (b"", ROW[:-1], ROW + b"\0", ROW[::-1]):
        with pytest.raises(CannotOpenProfile):
            KEYS.open_profile(sealed, row)


def test_lookups_and_codes_are_as_stored() -> None:
    for telegram_id, digest in VECTORS["lookups"].items():
        assert KEYS.lookup(int(telegram_id)).hex() == digest
    for code, digest in VECTORS["codes"].items():
        assert KEYS.code_digest(code).hex() == digest


def test_a_lookup_and_a_code_of_the_same_text_differ() -> None:
    assert KEYS.lookup(12345) != KEYS.code_digest("12345")
    assert len(KEYS.lookup(12345)) == len(KEYS.code_digest("12345")) == 32


def test_another_key_gives_other_lookups() -> None:
    assert AddressKeys({1: bytes(32)}).lookup(7) != AddressKeys({1: b"\1" * 32}).lookup(7)


@settings(deadline=None)
@given(plain=st.binary(max_size=PROFILE_ROOM), row=st.binary(min_size=16, max_size=16))
def test_what_is_sealed_opens_and_always_has_one_size(plain: bytes, row: bytes) -> None:
    sealed = KEYS.seal_profile(plain, row, secrets.token_bytes(12))
    assert len(sealed) == SEALED_PROFILE_SIZE
    assert KEYS.open_profile(sealed, row) == plain


@given(bit=st.integers(min_value=0, max_value=SEALED_PROFILE_SIZE * 8 - 1))
def test_no_flipped_bit_goes_unnoticed(bit: int) -> None:
    sealed = bytearray(KEYS.seal_profile(b"somebody", ROW, NONCE))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CannotOpenProfile):
        KEYS.open_profile(bytes(sealed), ROW)


def test_a_profile_that_is_too_long_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        KEYS.seal_profile(bytes(PROFILE_ROOM + 1), ROW, NONCE)


def test_a_nonce_of_another_size_is_refused() -> None:
    with pytest.raises(InvalidKey, match="nonce of 12 bytes"):
        KEYS.seal_profile(b"", ROW, bytes(11))


def test_address_keys_never_print() -> None:
    assert repr(KEYS) == "AddressKeys(versions=[1, 2])"


def test_an_empty_ring_and_a_short_key_are_refused() -> None:
    with pytest.raises(InvalidKey):
        AddressKeys({})
    with pytest.raises(InvalidKey):
        AddressKeys({1: bytes(31)})


def test_created_keys_load_again(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "officers")
    created = AddressKeys.create(folder, secrets.token_bytes)
    assert AddressKeys.load(folder).lookup(7) == created.lookup(7)
    with pytest.raises(KeyExists):
        AddressKeys.create(folder, secrets.token_bytes)


def test_a_second_version_seals_and_the_first_still_opens(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "officers")
    old = AddressKeys.create(folder, secrets.token_bytes)
    sealed = old.seal_profile(b"somebody", ROW, NONCE)
    folder.write("address-10.key", secrets.token_bytes(32))
    folder.write("address-02.key", b"no version has this name")
    both = AddressKeys.load(folder)
    assert both.open_profile(sealed, ROW) == b"somebody"
    assert both.seal_profile(b"somebody", ROW, NONCE)[0] == 10
    with pytest.raises(CannotOpenProfile):
        old.open_profile(both.seal_profile(b"somebody", ROW, NONCE), ROW)


def test_a_folder_without_address_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        AddressKeys.load(KeyFolder(tmp_path / "officers"))
