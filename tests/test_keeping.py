"""Backup and restore as they are typed."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import wiring
from bot.__main__ import main

Ran = tuple[int, str, str]


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Run a command in an empty working folder, without any setting from outside."""
    for name in os.environ:
        if name.startswith("STANDEASY_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(wiring, "configure_logs", lambda level: None)
    monkeypatch.chdir(tmp_path)

    def typed(*words: str) -> Ran:
        capsys.readouterr()
        code = main(words)
        shown, other = capsys.readouterr()
        return code, shown, other

    return typed


def test_a_lost_machine_comes_back_from_its_two_backups(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (
        ["migrate"],
        ["keys", "new", "--count", "2"],
        ["programme", "load", str(wiring.example_programme_path())],
    ):
        assert run(*words)[0] == 0
    code, shown, _ = run("backup", "safe/database")
    assert code == 0
    assert "Keep it apart from the backup of the keys" in shown
    noted = re.findall(r"Manifest: ([0-9a-f]{64})", shown)
    code, shown, _ = run("backup", "vault/keys", "--keys")
    assert code == 0
    assert re.search(r"Delete it by \d{2} \w+ \d{4}", shown)
    before = run("programme", "show")[1], run("keys", "list")[1]

    monkeypatch.setenv("STANDEASY_DATA", "new machine")
    code, _, other = run("restore", "vault/keys")
    assert code == 1
    assert "python -m bot migrate" in other or "restore" in other
    code, shown, _ = run("restore", "safe/database")
    assert code == 0
    assert f"Manifest: {noted[0]}" in shown
    assert "chain of releases hold" in shown
    assert run("audit", "trail", "verify")[0] == 0
    code, shown, _ = run("restore", "vault/keys")
    assert code == 0
    assert "4 keys are restored." in shown
    assert (run("programme", "show")[1], run("keys", "list")[1]) == before
    code, _, other = run("restore", "safe/database")
    assert code == 1
    assert "is not empty" in other


def test_bad_input_is_answered_in_one_line(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "no backup").mkdir()
    for words in (
        ["backup", "somewhere"],
        ["restore", "nowhere"],
        ["restore", "no backup"],
    ):
        code, shown, other = run(*words)
        assert (code, shown) == (1, "")
        assert other.count("\n") == 1
        assert "expected" in other or "There is no" in other
    assert not (tmp_path / "data").exists()
    assert not (tmp_path / "somewhere").exists()


def test_officers_keys_are_made_alone_where_the_tally_makes_its_own(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    assert run("migrate")[0] == 0
    assert run("keys", "new", "--officers-only")[0] == 0
    names = {each.name for each in (tmp_path / "data" / "keys").rglob("*") if each.is_file()}
    assert names == {"address-1.key", "draft-tokens.key"}
    assert run("keys", "list")[1].count("unused") == 0
