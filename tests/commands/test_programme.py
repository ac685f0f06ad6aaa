"""The programme from the command line: versions, the way back, and changes for two."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import wiring
from bot.core.access import Role
from bot.core.audit import AuditEntry
from bot.core.staff import Member
from storage import staff
from storage.engine import Storage
from tests.commands.conftest import NOW, Run

Edit = Callable[[str, str], str]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Write the example with one text replaced; return its path."""
    path = Path(shutil.copy(wiring.example_programme_path(), tmp_path / "force.yaml"))

    def edit(old: str, new: str) -> str:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return str(path)

    return edit


@pytest.fixture
async def two_admins(sqlite_database: str) -> None:
    """Give two people access as admins."""
    storage = Storage(sqlite_database)
    async with storage.transaction("admins") as tx:
        for name in ("Kestrel", "Heron"):
            roles = frozenset({Role.ADMIN})
            member = Member(f"staff-{name}", name, roles, None, NOW, NOW, None)
            await staff.add(tx, member, AuditEntry("test", "add staff", name), NOW)
    await storage.close()


def test_versions_are_listed_compared_and_gone_back_to(ready: Run, edited: Edit) -> None:
    renamed = edited("Fenmarch Constabulary", "Fenmarch Police")
    assert ready("programme", "load", renamed, "--reason", "renamed")[0] == 0
    code, shown, _ = ready("programme", "history")
    assert code == 0
    assert re.match(r"VERSION +SAVED +BY +WHY\n2 +2026-11-30 12:00 UTC +command line", shown)
    assert shown.splitlines()[1].endswith("renamed")
    assert ready("programme", "history", "--before", "1")[1] == "No version before that.\n"
    said = (
        "1 difference:\n- The name of the force was “Fenmarch Constabulary (invented)” and becomes"
        " “Fenmarch Police (invented)”.\n"
    )
    assert ready("programme", "diff", "1", "2") == (0, said, "")
    assert ready("programme", "diff", "2", "2") == (0, "Nothing differs.\n", "")
    code, shown, _ = ready("programme", "restore", "1", "--reason", "a slip")
    assert code == 0
    assert shown.endswith("Version 3 is in force from the next round on.\n")
    assert "Version 3, saved by" in ready("programme", "show")[1]


def test_what_is_not_there_or_changes_nothing_is_said_in_a_line(run: Run, ready: Run) -> None:
    for words, told in (
        (("programme", "diff", "1", "9"), "There is no version 9 of the programme"),
        (("programme", "restore", "9", "--reason", "x"), "There is no version 9"),
        (("programme", "restore", "1", "--reason", "x"), "Nothing was saved"),
        (("programme", "changes", "show", "4"), "There is no proposed change 4."),
        (("programme", "changes", "approve", "4"), "There is no proposed change 4."),
        (("programme", "changes", "refuse", "4", "--reason", "x"), "There is no proposed change"),
    ):
        code, _, other = ready(*words)
        assert code == 1
        assert told in other
        assert other.count("\n") == 1
    assert ready("programme", "changes", "list")[1] == "Nothing waits for a second admin.\n"


def test_without_a_version_history_says_so(run: Run) -> None:
    assert run("programme", "history") == (0, "No version yet.\n", "")


@pytest.mark.usefixtures("two_admins")
def test_a_command_follows_the_two_person_rule(
    run: Run, edited: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first programme has nothing to be compared with, so it needs nobody else.
    assert run("programme", "load", str(wiring.example_programme_path()))[0] == 0
    grown = edited("name: Dog Unit, headcount: 8", "name: Dog Unit, headcount: 12")
    code, shown, _ = run("programme", "load", grown, "--reason", "more dogs")
    assert code == 0
    assert shown.startswith("Change 1 waits for a second admin: nothing is in force yet.")
    assert "Version 1, saved by" in run("programme", "show")[1]
    shown = run("programme", "changes", "list")[1]
    assert re.search(r"^1 +1 +2026-11-30 12:00 UTC +command line .*more dogs$", shown, re.M)
    shown = run("programme", "changes", "show", "1")[1]
    assert "had 8 heads and has 12." in shown
    code, _, other = run("programme", "changes", "approve", "1")
    assert code == 1
    assert "is yours: expected somebody else to approve it" in other
    monkeypatch.setattr("bot.admin.terminal._account", lambda uid: "merlin")
    code, shown, _ = run("programme", "changes", "approve", "1")
    assert (code, shown.splitlines()[-1]) == (0, "Version 2 is in force from the next round on.")
    assert "It was approved by command line (merlin)" in run("programme", "changes", "show", "1")[1]
    code, _, other = run("programme", "changes", "refuse", "1", "--reason", "too late")
    assert code == 1
    assert "was approved by command line (merlin) before" in other


@pytest.mark.usefixtures("two_admins")
def test_whoever_is_alone_says_so_and_the_trail_does_too(run: Run, edited: Edit) -> None:
    assert run("programme", "load", str(wiring.example_programme_path()))[0] == 0
    grown = edited("name: Dog Unit, headcount: 8", "name: Dog Unit, headcount: 12")
    code, shown, _ = run("programme", "load", grown, "--alone", "--reason", "at night")
    assert (code, shown) == (0, "Version 2 is in force from the next round on.\n")
    assert '"act": "save programme alone"' in run("audit", "trail", "export")[1]
    # Going back over it needs a second admin again, and both ways can be taken back.
    code, shown, _ = run("programme", "restore", "1", "--reason", "a slip")
    assert "Change 1 waits for a second admin" in shown
    assert run("programme", "changes", "withdraw", "1", "--reason", "no slip")[1] == (
        "Change 1 is withdrawn.\n"
    )
    code, shown, _ = run("programme", "restore", "1", "--alone", "--reason", "a slip")
    assert shown.endswith("Version 3 is in force from the next round on.\n")


@pytest.mark.usefixtures("two_admins")
def test_a_change_is_shown_with_what_changed_since(run: Run, edited: Edit) -> None:
    assert run("programme", "load", str(wiring.example_programme_path()))[0] == 0
    grown = edited("name: Dog Unit, headcount: 8", "name: Dog Unit, headcount: 12")
    assert run("programme", "load", grown)[0] == 0
    edited("name: Dog Unit, headcount: 12", "name: Dog Unit, headcount: 8")
    renamed = edited("Fenmarch Constabulary", "Fenmarch Police")
    assert run("programme", "load", renamed)[0] == 0
    shown = run("programme", "changes", "show", "1")[1]
    assert "Version 2 is in force, and it still fits. What changed since:" in shown
    assert "Fenmarch Police" in shown
    edited("name: Dog Unit, headcount: 8", "name: Dog Unit, headcount: 11")
    assert run("programme", "load", renamed, "--alone")[0] == 0
    shown = run("programme", "changes", "show", "1")[1]
    assert "Version 3 is in force, and it is out of date: others changed the same." in shown


@pytest.mark.usefixtures("two_admins")
def test_teams_from_a_table_wait_too(run: Run, tmp_path: Path) -> None:
    assert run("programme", "load", str(wiring.example_programme_path()))[0] == 0
    table = tmp_path / "teams.csv"
    text = "Department,Team,Headcount\nSpecialist Operations,Dog Unit,12\n"
    table.write_text(text, encoding="utf-8")
    typed = ("teams", "import", str(table), "--programme", "current")
    assert "Change 1 waits for a second admin" in run(*typed)[1]
    assert "Version 2 is in force" in run(*typed, "--alone")[1]
