"""Who has access, from the command line: the first admin, who lost everything, and who must go."""

import re

import pytest

from tests.commands.conftest import Run

LINK = r"http://localhost:8080/invite/[0-9a-f]{64}\n"


def test_the_first_admin_is_invited_by_a_link_that_is_printed(run: Run) -> None:
    assert "Nobody has access yet" in run("admin", "list")[1]
    code, shown, other = run("admin", "invite")
    assert (code, other) == (0, "")
    assert re.fullmatch(
        LINK + r"For admin, as admin\. It works once, within 7 days; "
        r"whoever opens it first is let in\.\n"
        r"It opens on this machine alone: passkeys elsewhere need STANDEASY_PUBLIC_URL\.\n",
        shown,
    )
    shown = run("admin", "list")[1]
    assert re.search(
        r"^admin +admin +all +invited, invite until 7 December 2026, 12:00 UTC$", shown, re.M
    )
    assert "admin 2" in run("admin", "invite")[1]


def test_the_link_has_the_public_address(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDEASY_PUBLIC_URL", "https://checkin.example")
    shown = run("admin", "invite")[1]
    assert shown.startswith("https://checkin.example/invite/")
    assert "this machine" not in shown


def test_a_lead_is_invited_for_departments_of_the_programme(ready: Run) -> None:
    words = ("admin", "invite", "--name", "Robin Example", "--role", "lead", "--role", "auditor")
    code, shown, other = ready(*words, "--department", "response")
    assert (code, other) == (0, "")
    assert "For Robin Example, as lead and auditor." in shown
    assert re.search(
        r"Robin Example +lead and auditor +response +invited", ready("admin", "list")[1]
    )
    code, shown, other = ready(*words[:2], "--role", "lead", "--department", "canteen")
    assert (code, shown) == (1, "")
    assert other.startswith("The programme in force has no department canteen: expected one of")


def test_recovery_and_the_end_of_access_go_by_name(run: Run) -> None:
    run("admin", "invite", "--name", "Robin Example")
    code, shown, _ = run("admin", "recover", "robin  EXAMPLE")
    assert code == 0
    assert re.match(LINK + "For Robin Example. It works once", shown)
    code, shown, _ = run("admin", "disable", "Robin Example")
    assert (code, shown) == (
        0,
        "Robin Example has no access any more, and is signed out everywhere.\n",
    )
    assert "disabled" in run("admin", "list")[1]
    for command in ("recover", "disable"):
        code, shown, other = run("admin", command, "Sam")
        assert (code, shown, other) == (1, "", "There is nobody with access called Sam.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", ""), "The name is empty"),
        (("--name", "x" * 61), "has 61 characters"),
        (("--name", "ticker"), "is taken"),
        (("--name", "a\u202eb"), "contains U+202E"),
    ],
)
def test_a_name_nobody_could_read_is_refused(run: Run, words: tuple[str, ...], said: str) -> None:
    code, shown, other = run("admin", "invite", *words)
    assert (code, shown) == (1, "")
    assert said in other
    assert other.count("\n") == 1
