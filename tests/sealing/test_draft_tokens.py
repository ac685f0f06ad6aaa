"""Draft tokens: what comes back from a phone is believed only with its tag."""

import json
import secrets
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing.draft_tokens import CONTENT_ROOM, DraftTokens
from bot.sealing.errors import DoesNotFit, InvalidKey, KeyExists, KeyMissing
from bot.sealing.key_store import KeyFolder

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "tokens.json").read_text(encoding="utf-8")
)
TOKENS = DraftTokens(bytes.fromhex(VECTORS["key"]))
OFFICER: int = VECTORS["officer"]
CONTEXT = bytes.fromhex(VECTORS["context"])


def accepted(token: str, officer: int = OFFICER, context: bytes = CONTEXT) -> bytes | None:
    parts = TOKENS.split(token)
    if parts is None:
        return None
    content, tag = parts
    return content if TOKENS.verify(content, tag, officer, context) else None


@pytest.mark.parametrize("vector", VECTORS["open"])
def test_a_stored_token_is_accepted(vector: dict[str, str]) -> None:
    content = accepted(vector["token"])
    assert content is not None
    assert content.hex() == vector["content"]
    assert TOKENS.seal_token(content, OFFICER, CONTEXT) == vector["token"]


@pytest.mark.parametrize("name", VECTORS["fail"])
def test_a_stored_forgery_is_not(name: str) -> None:
    assert accepted(VECTORS["fail"][name]) is None


@given(
    content=st.binary(max_size=CONTENT_ROOM),
    officer=st.integers(),
    context=st.binary(max_size=80),
)
def test_a_token_comes_back_to_its_officer(content: bytes, officer: int, context: bytes) -> None:
    token = TOKENS.seal_token(content, officer, context)
    assert len(token.encode("ascii")) <= 64
    assert accepted(token, officer, context) == content
    assert accepted(token, officer + 1, context) is None
    assert accepted(token, officer, context + b"\0") is None


@given(st.text(max_size=70) | st.text(string.ascii_letters + string.digits + "-_", max_size=64))
def test_nothing_a_phone_sends_raises_or_is_believed(token: str) -> None:
    assert accepted(token) is None


@given(position=st.integers(0, 63), letter=st.sampled_from(string.printable))
def test_each_token_has_one_spelling(position: int, letter: str) -> None:
    token = TOKENS.seal_token(bytes(36), OFFICER, CONTEXT)
    changed = token[:position] + letter + token[position + 1 :]
    assert (accepted(changed) is not None) == (changed == token)


def test_a_tag_of_another_size_is_not_believed() -> None:
    parts = TOKENS.split(TOKENS.seal_token(b"x", OFFICER, CONTEXT))
    assert parts is not None
    assert not TOKENS.verify(b"x", parts[1][:-1], OFFICER, CONTEXT)
    assert not TOKENS.verify(b"x", b"", OFFICER, CONTEXT)


def test_content_that_does_not_fit_a_button_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        TOKENS.seal_token(bytes(CONTENT_ROOM + 1), OFFICER, CONTEXT)


def test_the_key_is_kept_and_never_prints(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path)
    tmp_path.chmod(0o700)
    with pytest.raises(KeyMissing):
        DraftTokens.load(folder)
    token = DraftTokens.create(folder, secrets.token_bytes).seal_token(b"x", 1, b"")
    assert DraftTokens.load(folder).seal_token(b"x", 1, b"") == token
    assert repr(DraftTokens.load(folder)) == "DraftTokens()"
    with pytest.raises(KeyExists):
        DraftTokens.create(folder, secrets.token_bytes)


def test_a_key_of_another_size_is_refused() -> None:
    with pytest.raises(InvalidKey):
        DraftTokens(bytes(16))
