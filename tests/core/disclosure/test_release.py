"""A release is its bytes: nothing else makes one, and damage shows."""

import hashlib
import json

import pytest

from bot.core.disclosure.release import DamagedRelease, NotARelease, Release, read_release
from tests.core.disclosure.tables import released
from tests.core.disclosure.test_engine import UNITS, a_round

RELEASE = released(UNITS, a_round())


def test_a_stored_release_reads_as_it_was_made() -> None:
    read = read_release(RELEASE.content, RELEASE.hash, RELEASE.round_id)
    assert read.content == RELEASE.content
    assert read.hash == hashlib.sha256(RELEASE.content).digest()
    assert read.groups == RELEASE.groups
    assert read.counts == RELEASE.counts


def test_the_content_is_canonical() -> None:
    document = json.loads(RELEASE.content)
    again = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again.encode() == RELEASE.content


def test_a_changed_byte_is_damage() -> None:
    changed = RELEASE.content.replace(b"50", b"60", 1)
    with pytest.raises(DamagedRelease, match="release of round weekly-2024-01-01 is damaged"):
        read_release(changed, RELEASE.hash, RELEASE.round_id)


def test_the_release_of_another_round_is_damage() -> None:
    with pytest.raises(DamagedRelease):
        read_release(RELEASE.content, RELEASE.hash, "monthly-1")


def test_a_later_format_is_damage() -> None:
    content = RELEASE.content.replace(b'"format":2', b'"format":3')
    with pytest.raises(DamagedRelease):
        read_release(content, hashlib.sha256(content).digest(), RELEASE.round_id)


def test_nobody_else_makes_a_release() -> None:
    with pytest.raises(NotARelease, match="made by disclosure control"):
        Release(b"{}", mark=object())


def test_the_text_form_of_a_release_is_its_round() -> None:
    assert repr(RELEASE) == "Release(weekly-2024-01-01)"
