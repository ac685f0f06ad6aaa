"""Who is said to have given a command: whom the machine knows, not what the environment says."""

import os
import pwd

import pytest

from bot.admin.terminal import actor


def test_the_environment_gives_nobody_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "Chief Superintendent Heron")
    monkeypatch.delenv("SUDO_UID", raising=False)
    assert actor() == f"command line ({pwd.getpwuid(os.getuid()).pw_name})"


def test_an_account_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_UID", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 765_432)
    assert actor() == "command line (765432)"


def test_what_sudo_says_stands_behind_and_makes_nobody_a_second_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setenv("SUDO_UID", "765432")
    assert actor() == f"command line ({name}, by sudo of 765432)"
    assert actor(sudo=False) == f"command line ({name})"
    for strange in ("Heron", "-1", "1" * 30, "1\n", ""):
        monkeypatch.setenv("SUDO_UID", strange)
        assert actor() == f"command line ({name})"
