"""Codes from the command line: listed by team, revoked by id, rotated at once."""

import re

from tests.commands.conftest import Run


def codes_of(run: Run, team: str) -> list[str]:
    code, shown, other = run("codes", "list", team)
    assert (code, other) == (0, "")
    return re.findall(r"([0-9a-f]{10}) until", shown)


def test_teams_are_listed_with_their_codes_and_no_number(ready: Run) -> None:
    shown = ready("codes", "list")[1].splitlines()
    assert re.split(r"\s{2,}", shown[0]) == ["TEAM", "SHOWN AS", "ITS PEOPLE", "CODES"]
    assert len(shown) == 10
    assert shown[-1].split("  ")[0] == "digital-forensics"
    assert all("not yet" in line and line.endswith("none") for line in shown[1:])


def test_a_code_is_revoked_by_its_id(ready: Run) -> None:
    ready("codes", "issue", "dog-unit", "--expires", "2027-01-31")
    assert "2027-01-31" in ready("codes", "list", "dog-unit")[1]
    (code_id,) = codes_of(ready, "dog-unit")
    said = "The code of dog-unit no longer works. Whoever joined with it stays.\n"
    assert ready("codes", "revoke", code_id) == (0, said, "")
    assert codes_of(ready, "dog-unit") == []
    code, shown, other = ready("codes", "revoke", code_id)
    assert (code, shown, other) == (
        1,
        "",
        "No code that works has this id: expected one that codes list shows.\n",
    )


def test_rotating_leaves_one_code(ready: Run) -> None:
    for _ in range(2):
        ready("codes", "issue", "dog-unit")
    code, shown, _ = ready("codes", "rotate", "dog-unit")
    assert code == 0
    assert shown.endswith("Codes that no longer work: 2\n")
    assert len(codes_of(ready, "dog-unit")) == 1


def test_a_day_that_is_none_is_refused_by_the_command_line(ready: Run) -> None:
    for day in ("2027-02-30", "tomorrow", "20270101", "２０２７-01-01"):
        code, shown, other = ready("codes", "issue", "dog-unit", "--expires", day)
        assert (code, shown) == (2, "")
        assert "expected a day such as 2027-05-31" in other
