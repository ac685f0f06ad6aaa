"""Sealed responses: what opens, and everything that must not."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sealing.errors import CannotUnseal, DoesNotFit, InvalidKey
from bot.sealing.keys import OpeningKey, SealingKey, new_key_pair, parse_public
from bot.sealing.seal import RESPONSE_ROOM, SEALED_SIZE, seal
from bot.sealing.suite import frame
from bot.sealing.unseal import Unsealer

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "responses.json").read_text(encoding="utf-8")
)
SEALING, OPENING = new_key_pair("key-1", bytes.fromhex(VECTORS["seed"]))
ROUND: str = VECTORS["round"]


def test_a_seed_always_gives_the_same_pair() -> None:
    assert SEALING.public.hex() == VECTORS["public"]
    assert OPENING.public == SEALING.public


@pytest.mark.parametrize("vector", VECTORS["open"])
def test_a_stored_response_opens(vector: dict[str, str]) -> None:
    sealed = bytes.fromhex(vector["sealed"])
    assert Unsealer(OPENING, ROUND).unseal(sealed).hex() == vector["payload"]


@pytest.mark.parametrize("name", VECTORS["fail"])
def test_a_stored_forgery_does_not_open(name: str) -> None:
    with pytest.raises(CannotUnseal):
        Unsealer(OPENING, ROUND).unseal(bytes.fromhex(VECTORS["fail"][name]))


def test_a_failure_says_nothing_about_its_reason() -> None:
    seen = set()
    for sealed in VECTORS["fail"].values():
        with pytest.raises(CannotUnseal) as raised:
            Unsealer(OPENING, ROUND).unseal(bytes.fromhex(sealed))
        seen.add((str(raised.value), raised.value.__cause__, raised.value.__context__))
    assert seen == {("This sealed response does not open.", None, None)}


@pytest.mark.parametrize("vector", VECTORS["open"])
def test_a_stored_response_opens_in_its_own_round_alone(vector: dict[str, str]) -> None:
    for other in ("", ROUND[:-1], ROUND + " ", ROUND.upper()):
        with pytest.raises(CannotUnseal):
            Unsealer(OPENING, other).unseal(bytes.fromhex(vector["sealed"]))


@pytest.mark.parametrize("position", [0, 31, 64, 95])
def test_a_stored_response_does_not_open_with_a_key_one_bit_off(position: int) -> None:
    secret = bytearray(OPENING.secret)
    # Not every bit counts: bytes 32 to 63 only answer forgeries, and X25519 ignores five.
    secret[position] ^= 0b0001_0000
    unsealer = Unsealer(OpeningKey("key-1", bytes(secret)), ROUND)
    with pytest.raises(CannotUnseal):
        unsealer.unseal(bytes.fromhex(VECTORS["open"][2]["sealed"]))


@settings(deadline=None, max_examples=60)
@given(payload=st.binary(max_size=RESPONSE_ROOM), round_id=st.text(max_size=40))
def test_what_is_sealed_opens_and_always_has_one_size(payload: bytes, round_id: str) -> None:
    sealed = seal(payload, SEALING, round_id)
    assert len(sealed) == SEALED_SIZE
    assert Unsealer(OPENING, round_id).unseal(sealed) == payload


@settings(deadline=None, max_examples=60)
@given(bit=st.integers(min_value=0, max_value=SEALED_SIZE * 8 - 1))
def test_no_flipped_bit_goes_unnoticed(bit: int) -> None:
    sealed = bytearray(bytes.fromhex(VECTORS["open"][2]["sealed"]))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CannotUnseal):
        Unsealer(OPENING, ROUND).unseal(bytes(sealed))


@settings(deadline=None, max_examples=60)
@given(junk=st.binary(max_size=64) | st.binary(min_size=SEALED_SIZE, max_size=SEALED_SIZE))
def test_junk_does_not_open(junk: bytes) -> None:
    with pytest.raises(CannotUnseal):
        Unsealer(OPENING, ROUND).unseal(junk)


def test_sealing_the_same_answers_twice_gives_different_bytes() -> None:
    assert seal(b"same", SEALING, ROUND) != seal(b"same", SEALING, ROUND)


def test_a_response_that_is_too_long_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="254 bytes can be sealed here; 255 came"):
        seal(bytes(RESPONSE_ROOM + 1), SEALING, ROUND)


def test_an_opening_key_never_prints() -> None:
    key = OpeningKey("key-1", b"\xab" * 96)
    assert repr(key) == "OpeningKey(id='key-1')"
    assert "ab" not in str(key)


def test_every_seed_gives_a_working_pair() -> None:
    for _ in range(5):
        sealing, opening = new_key_pair("k", secrets.token_bytes(96))
        assert Unsealer(opening, "r").unseal(seal(b"x", sealing, "r")) == b"x"


@pytest.mark.parametrize(
    "public",
    [
        b"",
        SEALING.public[:-1],
        SEALING.public + b"\0",
        b"\xff" * 1216,
        SEALING.public[:1184] + bytes(32),
        OPENING.secret,
    ],
    ids=["empty", "short", "long", "no ML-KEM key", "small-order point", "an opening key"],
)
def test_a_sealing_key_that_cannot_seal_cannot_exist(public: bytes) -> None:
    with pytest.raises(InvalidKey):
        SealingKey("key-1", public)


def test_an_opening_key_of_another_size_cannot_exist() -> None:
    for size in (0, 32, 95, 97, 1216):
        with pytest.raises(InvalidKey):
            OpeningKey("key-1", bytes(size))


@pytest.mark.parametrize("key_id", ["", "../key", "a/b", "Key", "-a", ".a", "a" * 65, "a\n", "ä"])
def test_a_key_id_that_is_no_plain_name_is_refused(key_id: str) -> None:
    with pytest.raises(InvalidKey):
        SealingKey(key_id, SEALING.public)
    with pytest.raises(InvalidKey):
        OpeningKey(key_id, OPENING.secret)


def test_a_sealing_key_is_parsed_once() -> None:
    assert parse_public(SEALING.public) is parse_public(bytes(bytearray(SEALING.public)))


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_different_parts_never_frame_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (frame(*one) == frame(*other)) == (one == other)
