"""Each process finds its own keys in its own folder, and nothing of anybody else's."""

import secrets
from pathlib import Path

import pytest

from bot.sealing.errors import KeyMissing
from bot.sealing.keys import SECRET_SIZE, new_key_pair
from bot.sealing.process_keys import make_officer_keys, officer_keys, opening_keys


def test_officers_keys_are_made_once_and_stay(tmp_path: Path) -> None:
    assert make_officer_keys(tmp_path, secrets.token_bytes)
    first, _ = officer_keys(tmp_path)
    assert not make_officer_keys(tmp_path, secrets.token_bytes)
    second, _ = officer_keys(tmp_path)
    assert first.lookup(7_000_000_001) == second.lookup(7_000_000_001)


@pytest.mark.parametrize("lost", ["address-1.key", "draft-tokens.key"])
def test_a_lost_key_is_made_anew_and_the_other_stays(tmp_path: Path, lost: str) -> None:
    make_officer_keys(tmp_path, secrets.token_bytes)
    files = {path.name: path.read_bytes() for path in (tmp_path / "officers").iterdir()}
    (tmp_path / "officers" / lost).unlink()
    with pytest.raises(KeyMissing):
        officer_keys(tmp_path)
    assert make_officer_keys(tmp_path, secrets.token_bytes)
    officer_keys(tmp_path)
    for name, content in files.items():
        assert ((tmp_path / "officers" / name).read_bytes() == content) == (name != lost)


def test_without_a_folder_there_are_no_keys(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        officer_keys(tmp_path)
    assert list(opening_keys(tmp_path).ids()) == []


def test_opening_keys_lie_apart_from_the_officers(tmp_path: Path) -> None:
    make_officer_keys(tmp_path, secrets.token_bytes)
    _, opening = new_key_pair("k1", secrets.token_bytes(SECRET_SIZE))
    opening_keys(tmp_path).add(opening)
    assert [path.name for path in (tmp_path / "tally").iterdir()] == ["k1.opening"]
    assert sorted(path.name for path in (tmp_path / "officers").iterdir()) == [
        "address-1.key",
        "draft-tokens.key",
    ]
