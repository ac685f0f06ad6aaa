"""Importing teams from the command line: a preview first, then everything or nothing."""

import shutil
from pathlib import Path

import pytest

from bot import wiring
from tests.commands.conftest import Run

TABLE = "Department,Team,Headcount\nSpecialist Operations,Dog Unit,12\nMarine,Quay Unit,30\n"
PREVIEW = """\
2 teams in teams.csv (CSV in UTF-8): 1 new, 1 changed, 0 gone, 8 unchanged.
CHANGE   ID         NAME       WHAT
changed  dog-unit   Dog Unit   headcount 8 → 12
new      quay-unit  Quay Unit  30 heads, in Marine
The force then has 10 teams and 297 heads, reported in 7 groups; 6 of the teams are shown together\
 with others.
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "teams.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(wiring.example_programme_path(), tmp_path / "force.yaml"))


def test_a_dry_run_shows_and_saves_nothing(ready: Run, table: Path) -> None:
    typed = ("teams", "import", str(table), "--programme", "current", "--dry-run")
    assert ready(*typed) == (0, PREVIEW + "Nothing was saved: this was a dry run.\n", "")
    assert "Version 1" in ready("programme", "show")[1]


def test_teams_are_imported_into_the_programme_in_force(ready: Run, table: Path) -> None:
    typed = ("teams", "import", str(table), "--programme", "current", "--reason", "a new quay")
    assert ready(*typed) == (0, PREVIEW + "Version 2 is in force from the next round on.\n", "")
    shown = ready("programme", "show")[1]
    assert "a new quay" in shown
    assert "quay-unit: Quay Unit, 30 heads" in shown
    code, shown, _ = ready(*typed)
    assert (code, shown.splitlines()[-1]) == (
        0,
        "Nothing was saved: there is nothing to change.",
    )


def test_teams_are_imported_into_a_file_which_keeps_its_comments(
    run: Run, table: Path, file: Path
) -> None:
    before = file.read_text(encoding="utf-8")
    file.chmod(0o640)
    code, _, _ = run("teams", "import", str(table), "--programme", str(file))
    after = file.read_text(encoding="utf-8")
    assert code == 0
    assert after.count("#") == before.count("#")
    assert "- {id: quay-unit, name: Quay Unit, headcount: 30}" in after
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in file.parent.glob("*teams*")) == ["teams.csv"]
    assert run("programme", "check", str(file))[0] == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Department,Team,Headcount\nMarine,Quay,none\n", "row 2, headcount: expected a whole"),
        ("Department,Team,Headcount\nMarine,=A1,5\n", "row 2, team: expected the team's name"),
        ("Department,Team\nMarine,Quay\n", "expected a column headcount"),
        ("", "an empty file"),
    ],
)
def test_a_table_with_a_problem_changes_nothing(
    ready: Run, table: Path, file: Path, content: str, said: str
) -> None:
    table.write_text(content, encoding="utf-8")
    before = file.read_bytes()
    for programme in ("current", str(file)):
        code, shown, other = ready("teams", "import", str(table), "--programme", programme)
        assert (code, shown) == (1, "")
        assert said in other
        assert "Traceback" not in other
    assert file.read_bytes() == before
    assert "Version 1" in ready("programme", "show")[1]


def test_paths_that_lead_nowhere_are_said_in_one_line(ready: Run, table: Path) -> None:
    for typed in (("nowhere.csv", "current"), (".", "current"), (str(table), "nowhere.yaml")):
        code, shown, other = ready("teams", "import", typed[0], "--programme", typed[1])
        assert (code, shown, other.count("\n")) == (1, "", 1)


def test_the_whole_list_takes_teams_away(ready: Run, table: Path) -> None:
    typed = ("teams", "import", str(table), "--programme", "current", "--whole-list")
    shown = ready(*typed)[1]
    assert "1 new, 1 changed, 8 gone" in shown
    assert "gone     control-room" in shown
