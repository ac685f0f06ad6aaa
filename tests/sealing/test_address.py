"""Lookups, code digests, sealed profiles and addresses under a ring of address keys.

The stored profiles are of the size they had before they grew; the bytes of today's format are
held by their hashes.
"""

import json
import secrets
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.team_codes import hash_of
from bot.sealing.address import (
    ADDRESS_ROOM,
    ADDRESS_SIZE,
    FORMER_PROFILE_SIZE,
    PROFILE_ROOM,
    PROFILE_SIZE,
    SEALED_ADDRESS_SIZE,
    SEALED_PROFILE_SIZE,
    AddressKeys,
    CannotOpenAddress,
    FollowUpPurpose,
    _derived,
)
from bot.sealing.errors import CannotOpenProfile, DoesNotFit, InvalidKey, KeyExists, KeyMissing
from bot.sealing.key_store import KeyFolder
from bot.sealing.padding import pad
from bot.sealing.suite import frame

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "profiles.json").read_text(encoding="utf-8")
)
KEYS = AddressKeys({int(v): bytes.fromhex(key) for v, key in VECTORS["keys"].items()})
ROW = bytes.fromhex(VECTORS["row"])
NONCE = bytes.fromhex(VECTORS["nonce"])
FOLLOW_UP_LOOKUPS = {
    "TOUGH_JOB": "09b632de5e17258835c60afcc3076fba8cab0124219e30509208cc2032df4733",
    "TOMORROW": "3915ac40dade22044236324314f1a85a1afe30a97c4e7adb55e131bd9da37015",
    "PAUSE": "4e0aa535ec6d255387441f7001f8773d6d7bdda9276933b227734a13e77d2ba1",
}
ALERT_LOOKUP = "ba177a1ad527a11e8c6a1a1a8dc3e4a47c0442606e239ca4fc00a816b8163c46"
LEAD_LOOKUP = "bf77df7217e42ebf11e40d360ccb3e53edc97d957f6c1c62cde909008c64f961"
MARK = "8b981b41dc528fbd1174261884108eae6e5b275f07eefacf623646fb41ad1fe9"


@pytest.mark.parametrize("vector", VECTORS["open"])
def test_a_stored_profile_opens_whichever_version_sealed_it(vector: dict[str, str]) -> None:
    assert KEYS.open_profile(bytes.fromhex(vector["sealed"]), ROW).hex() == vector["plain"]


@pytest.mark.parametrize("name", VECTORS["fail"])
def test_a_stored_forgery_does_not_open(name: str) -> None:
    with pytest.raises(CannotOpenProfile) as raised:
        KEYS.open_profile(bytes.fromhex(VECTORS["fail"][name]), ROW)
    assert raised.value.__context__ is None


PLAIN = b'{"chat": 100000001}'
SECOND_KEY = bytes.fromhex(VECTORS["keys"]["2"])


def by_hand(purpose: bytes, padded: bytes, place: bytes) -> bytes:
    """Return `padded` sealed as the newest key of `KEYS` does, for any place and purpose."""
    cipher = AESGCMSIV(_derived(SECOND_KEY, purpose))
    return b"\2" + NONCE + cipher.encrypt(NONCE, padded, place)


PROFILE_PLACE = frame(b"enrolment", b"profile", ROW)
ADDRESS_PLACE = frame(b"follow_up", b"address", ROW)


def test_the_stored_profiles_are_of_the_former_size() -> None:
    sizes = {len(bytes.fromhex(vector["sealed"])) for vector in VECTORS["open"]}
    assert sizes == {SEALED_PROFILE_SIZE - PROFILE_SIZE + FORMER_PROFILE_SIZE}
    for vector in VECTORS["open"][3:]:
        padded = pad(bytes.fromhex(vector["plain"]), FORMER_PROFILE_SIZE)
        assert by_hand(b"profile", padded, PROFILE_PLACE).hex() == vector["sealed"]


def test_the_newest_key_seals_a_profile_in_the_known_format() -> None:
    sealed = KEYS.seal_profile(PLAIN, ROW, NONCE)
    assert sealed == by_hand(b"profile", pad(PLAIN, PROFILE_SIZE), PROFILE_PLACE)
    assert (
        sha256(sealed).hexdigest()
        == "44729053528658c6989ade34ef7adaf68593b023cc252be5c2e4decf11599b9d"
    )


def test_the_newest_key_seals_an_address_in_the_known_format() -> None:
    sealed = KEYS.seal_address(PLAIN, ROW, NONCE)
    assert sealed == by_hand(b"follow-up address", pad(PLAIN, ADDRESS_SIZE), ADDRESS_PLACE)
    assert (
        sha256(sealed).hexdigest()
        == "5bf4d95875d9adc1b0c300cd603b57787074e7889a1abc5a2281f8b6557b3280"
    )


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
    for code, digest in VECTORS["former codes"].items():
        assert KEYS.former_code_digest(code).hex() == digest


def test_a_code_that_was_hashed_elsewhere_is_found_by_the_same_digest() -> None:
    for code in VECTORS["codes"]:
        assert KEYS.hashed_code_digest(hash_of(code)) == KEYS.code_digest(code)
        assert KEYS.code_digest(code) != KEYS.former_code_digest(code)
    for hashed in (b"", bytes(31), bytes(33)):
        with pytest.raises(InvalidKey, match="a hash of 32 bytes"):
            KEYS.hashed_code_digest(hashed)


def test_a_lookup_and_a_code_of_the_same_text_differ() -> None:
    assert KEYS.lookup(12345) != KEYS.code_digest("12345")
    assert len(KEYS.lookup(12345)) == len(KEYS.code_digest("12345")) == 32


def test_follow_ups_are_found_by_a_hash_that_finds_no_enrolment_and_no_code() -> None:
    chats = [int(telegram_id) for telegram_id in VECTORS["lookups"]]
    found = {(c, p): KEYS.follow_up_lookup(c, p) for c in chats for p in FollowUpPurpose}
    assert {
        purpose.name: found[100000001, purpose].hex() for purpose in FollowUpPurpose
    } == FOLLOW_UP_LOOKUPS
    others = {bytes.fromhex(digest) for digest in VECTORS["lookups"].values()}
    others |= {KEYS.code_digest(str(chat)) for chat in chats}
    assert others.isdisjoint(found.values())
    # Nor does what finds one purpose find another.
    assert len(set(found.values())) == len(found)
    assert {len(lookup) for lookup in found.values()} == {32}


def test_a_mark_is_another_in_each_round_and_found_nowhere_else() -> None:
    marks = {KEYS.follow_up_mark(round_id, chat) for round_id in ("1", "11") for chat in (1, 11)}
    assert len(marks) == 4
    assert {len(mark) for mark in marks} == {32}
    everything = {KEYS.follow_up_lookup(c, p) for c in (1, 11, 111) for p in FollowUpPurpose}
    everything |= {KEYS.lookup(chat) for chat in (1, 11, 111)}
    everything |= {KEYS.code_digest(code) for code in ("1", "11", "111")}
    assert marks.isdisjoint(everything)
    assert KEYS.follow_up_mark("tough-job-2026-12-07", 100000001).hex() == MARK


def test_a_chat_of_a_lead_is_found_by_what_finds_nothing_else() -> None:
    chat = 7300000001
    others = {KEYS.lookup(chat), KEYS.code_digest(str(chat)), KEYS.follow_up_mark("", chat)}
    others |= {KEYS.follow_up_lookup(chat, purpose) for purpose in FollowUpPurpose}
    assert KEYS.lead_lookup(chat) not in others
    assert KEYS.lead_lookup(chat) != KEYS.lead_lookup(chat + 1)
    assert KEYS.lead_lookup(chat).hex() == LEAD_LOOKUP


def test_a_chat_for_alerts_is_found_by_what_finds_nothing_else() -> None:
    chat = 7300000001
    others = {KEYS.lookup(chat), KEYS.lead_lookup(chat), KEYS.code_digest(str(chat))}
    others |= {KEYS.follow_up_lookup(chat, purpose) for purpose in FollowUpPurpose}
    assert KEYS.alert_lookup(chat) not in others
    assert KEYS.alert_lookup(chat) != KEYS.alert_lookup(chat + 1)
    assert KEYS.alert_lookup(chat).hex() == ALERT_LOOKUP


@settings(deadline=None)
@given(plain=st.binary(max_size=ADDRESS_ROOM), row=st.binary(min_size=16, max_size=16))
def test_an_address_for_alerts_opens_in_its_place_alone(plain: bytes, row: bytes) -> None:
    sealed = KEYS.seal_alert_address(plain, row, secrets.token_bytes(12))
    assert len(sealed) == SEALED_ADDRESS_SIZE
    assert KEYS.open_alert_address(sealed, row) == plain
    other = bytes(16) if row != bytes(16) else bytes([1]) * 16
    with pytest.raises(CannotOpenAddress):
        KEYS.open_alert_address(sealed, other)
    # Neither is taken for the other.
    with pytest.raises(CannotOpenAddress):
        KEYS.open_address(sealed, row)
    with pytest.raises(CannotOpenAddress):
        KEYS.open_alert_address(KEYS.seal_address(plain, row, secrets.token_bytes(12)), row)


def test_a_queue_is_found_by_who_holds_the_key() -> None:
    one, other = AddressKeys({1: bytes(32)}), AddressKeys({1: b"\1" * 32})
    assert one.queue("join") == AddressKeys({1: bytes(32)}).queue("join")
    assert len({one.queue("join"), one.queue("leave"), other.queue("join")}) == 3
    assert all(-(2**63) <= one.queue(str(number)) < 2**63 for number in range(64))


def test_another_key_gives_other_lookups() -> None:
    one, other = AddressKeys({1: bytes(32)}), AddressKeys({1: b"\1" * 32})
    assert one.lookup(7) != other.lookup(7)
    for purpose in FollowUpPurpose:
        assert one.follow_up_lookup(7, purpose) != other.follow_up_lookup(7, purpose)
    assert one.follow_up_mark("round-1", 7) != other.follow_up_mark("round-1", 7)


@settings(deadline=None)
@given(plain=st.binary(max_size=PROFILE_ROOM), row=st.binary(min_size=16, max_size=16))
def test_what_is_sealed_opens_and_always_has_one_size(plain: bytes, row: bytes) -> None:
    sealed = KEYS.seal_profile(plain, row, secrets.token_bytes(12))
    assert len(sealed) == SEALED_PROFILE_SIZE
    assert KEYS.open_profile(sealed, row) == plain


@settings(deadline=None)
@given(plain=st.binary(max_size=ADDRESS_ROOM), row=st.binary(min_size=16, max_size=16))
def test_a_sealed_address_opens_and_always_has_one_size(plain: bytes, row: bytes) -> None:
    sealed = KEYS.seal_address(plain, row, secrets.token_bytes(12))
    assert len(sealed) == SEALED_ADDRESS_SIZE
    assert KEYS.open_address(sealed, row) == plain


def flipped(sealed: bytes, bit: int) -> bytes:
    """Return the bytes with one bit changed."""
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(bit=st.integers(min_value=0, max_value=SEALED_PROFILE_SIZE * 8 - 1))
def test_no_flipped_bit_goes_unnoticed(bit: int) -> None:
    with pytest.raises(CannotOpenProfile):
        KEYS.open_profile(flipped(KEYS.seal_profile(b"somebody", ROW, NONCE), bit), ROW)


@given(bit=st.integers(min_value=0, max_value=SEALED_ADDRESS_SIZE * 8 - 1))
def test_no_flipped_bit_of_an_address_goes_unnoticed(bit: int) -> None:
    with pytest.raises(CannotOpenAddress):
        KEYS.open_address(flipped(KEYS.seal_address(b"somebody", ROW, NONCE), bit), ROW)


ADDRESS = KEYS.seal_address(PLAIN, ROW, NONCE)
PADDED = pad(PLAIN, ADDRESS_SIZE)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(b"", id="empty"),
        pytest.param(ADDRESS[:1], id="version alone"),
        pytest.param(ADDRESS[:-1], id="truncated by one"),
        pytest.param(ADDRESS + b"\0", id="longer by one"),
        pytest.param(b"\3" + ADDRESS[1:], id="unknown version"),
        pytest.param(b"\1" + ADDRESS[1:], id="labelled with the other version"),
        pytest.param(KEYS.seal_address(PLAIN, ROW[::-1], NONCE), id="of another row"),
        pytest.param(KEYS.seal_profile(PLAIN, ROW, NONCE), id="a profile"),
        pytest.param(by_hand(b"profile", PADDED, ADDRESS_PLACE), id="under the key of profiles"),
        pytest.param(
            by_hand(b"follow-up lookup", PADDED, ADDRESS_PLACE), id="under the key of lookups"
        ),
        pytest.param(
            by_hand(b"follow-up address", PADDED, frame(b"enrolment", b"address", ROW)),
            id="of another table",
        ),
        pytest.param(
            by_hand(b"follow-up address", PADDED, frame(b"follow_up", b"lookup", ROW)),
            id="of another column",
        ),
        pytest.param(by_hand(b"follow-up address", PADDED, b""), id="without a place"),
        pytest.param(
            by_hand(b"follow-up address", PADDED[:-1] + b"\1", ADDRESS_PLACE),
            id="padding that is not zero",
        ),
        pytest.param(
            by_hand(b"follow-up address", pad(PLAIN, PROFILE_SIZE), ADDRESS_PLACE),
            id="padded to another size",
        ),
    ],
)
def test_a_forged_address_does_not_open(forged: bytes) -> None:
    with pytest.raises(CannotOpenAddress) as raised:
        KEYS.open_address(forged, ROW)
    assert raised.value.__context__ is None


def test_an_address_does_not_open_as_a_profile_whatever_its_size() -> None:
    for size in (ADDRESS_SIZE, FORMER_PROFILE_SIZE, PROFILE_SIZE):
        sealed = by_hand(b"follow-up address", pad(PLAIN, size), ADDRESS_PLACE)
        with pytest.raises(CannotOpenProfile):
            KEYS.open_profile(sealed, ROW)


@pytest.mark.parametrize(
    ("seal", "most"), [(KEYS.seal_profile, PROFILE_ROOM), (KEYS.seal_address, ADDRESS_ROOM)]
)
def test_what_is_too_long_or_has_a_nonce_of_another_size_is_refused(
    seal: Callable[[bytes, bytes, bytes], bytes], most: int
) -> None:
    seal(bytes(most), ROW, NONCE)
    with pytest.raises(DoesNotFit):
        seal(bytes(most + 1), ROW, NONCE)
    for size in (11, 13):
        with pytest.raises(InvalidKey, match="nonce of 12 bytes"):
            seal(b"", ROW, bytes(size))


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
    address = old.seal_address(b"somebody", ROW, NONCE)
    folder.write("address-10.key", secrets.token_bytes(32))
    folder.write("address-02.key", b"no version has this name")
    both = AddressKeys.load(folder)
    assert both.open_profile(sealed, ROW) == b"somebody"
    assert both.open_address(address, ROW) == b"somebody"
    assert both.seal_address(b"somebody", ROW, NONCE)[0] == 10
    assert both.seal_profile(b"somebody", ROW, NONCE)[0] == 10
    with pytest.raises(CannotOpenProfile):
        old.open_profile(both.seal_profile(b"somebody", ROW, NONCE), ROW)


def test_a_folder_without_address_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        AddressKeys.load(KeyFolder(tmp_path / "officers"))
