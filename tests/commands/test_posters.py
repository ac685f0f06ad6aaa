"""Posters from the command line: codes that work, and only once they are printed."""

import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.core.team_codes import ALPHABET, LENGTH
from tests.admin.logos import a_jpeg, a_png
from tests.commands.conftest import Run

PRINTED = re.compile(rf"(?:[{ALPHABET}]{{4}} ){{2}}[{ALPHABET}]{{4}}")
BOT = ("--bot", "fenmarch_bot")


def texts(path: Path) -> list[str]:
    made = PdfReader(io.BytesIO(path.read_bytes()))
    return [" ".join(page.extract_text().split()) for page in made.pages]


def kept(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / "stand-easy.db")) as file:
        return list(file.execute("SELECT team, uses_left FROM enrolment_code ORDER BY team"))


def test_every_team_named_gets_a_poster_with_a_code_of_its_own(ready: Run, tmp_path: Path) -> None:
    typed = ("posters", "dog-unit", "control-room", "--output", "posters.pdf", *BOT)
    code, shown, other = ready(*typed, "--expires", "2027-05-31")
    assert (code, other) == (0, "")
    assert shown.startswith("posters.pdf: 8 pages for 2 teams, until 2027-05-31.\n")
    found = texts(tmp_path / "posters.pdf")
    assert len({PRINTED.findall(page)[0] for page in found}) == 2
    assert kept(tmp_path) == [("control-room", 60), ("dog-unit", 10)]
    assert (tmp_path / "posters.pdf").stat().st_mode & 0o777 == 0o600
    printed = PRINTED.findall(found[0])[0].replace(" ", "")
    assert len(printed) == LENGTH
    # What is printed is not what is kept.
    assert printed.encode() not in (tmp_path / "stand-easy.db").read_bytes()
    assert printed not in shown


def test_rotating_leaves_the_new_codes_alone(ready: Run, tmp_path: Path) -> None:
    ready("codes", "issue", "dog-unit")
    shown = ready("posters", "dog-unit", "--output", "posters.pdf", "--rotate", *BOT)[1]
    assert "Codes that no longer work: 1\n" in shown
    (line,) = [line for line in ready("codes", "list", "dog-unit")[1].splitlines()[1:] if line]
    assert line.count(" until ") == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("nobody", "--output", "p.pdf", *BOT), "There is no team nobody"),
        (("dog-unit", "--output", "p.pdf"), "A poster needs the bot's name"),
        (("dog-unit", "--output", "p.pdf", "--bot", "x"), "expected 5 to 32 letters"),
        (("dog-unit", "--output", "nowhere/p.pdf", *BOT), "nowhere/p.pdf cannot be written"),
        (("dog-unit", "--output", ".", *BOT), "it is a folder"),
        (("dog-unit", "--output", "p.pdf", "--uses", "2", *BOT), "at least 10 uses"),
        (("--output", "p.pdf", "--expires", "2020-01-01", *BOT), "last day is expected between"),
    ],
)
def test_whatever_goes_wrong_makes_no_code_and_no_file(
    ready: Run, tmp_path: Path, typed: tuple[str, ...], said: str
) -> None:
    code, shown, other = ready("posters", *typed)
    assert (code, shown, other.count("\n")) == (1, "", 1)
    assert said in other
    assert kept(tmp_path) == []
    assert not [
        path for path in tmp_path.iterdir() if "p.pdf" in path.name or "posters" in path.name
    ]


def test_what_was_there_is_replaced_whole(ready: Run, tmp_path: Path) -> None:
    target = tmp_path / "posters.pdf"
    target.write_bytes(b"older")
    assert ready("posters", "dog-unit", "--output", "posters.pdf", *BOT)[0] == 0
    assert target.read_bytes().startswith(b"%PDF")


def test_without_a_team_every_team_gets_one(ready: Run, tmp_path: Path) -> None:
    shown = ready("posters", "--output", "posters.pdf", *BOT)[1]
    assert shown.startswith("posters.pdf: 36 pages for 9 teams")
    assert len(kept(tmp_path)) == 9


def test_a_logo_stands_on_what_is_printed(ready: Run, tmp_path: Path) -> None:
    (tmp_path / "crest").write_bytes(a_jpeg())
    typed = ("posters", "dog-unit", "--output", "posters.pdf", "--logo", str(tmp_path / "crest"))
    assert ready(*typed, *BOT)[0] == 0
    assert b"/DCTDecode" in (tmp_path / "posters.pdf").read_bytes()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"GIF89a", "This logo cannot be used: expected a PNG or JPEG picture, got a GIF"),
        (a_png() + bytes(2_000_000), "got more than 1 MB"),
        (a_png(pixels=b"none"), "got one that cannot be drawn"),
        (None, "crest cannot be read: No such file"),
    ],
)
def test_a_logo_that_cannot_be_used_makes_no_code_and_no_file(
    ready: Run, tmp_path: Path, content: bytes | None, said: str
) -> None:
    logo = tmp_path / "crest"
    if content is not None:
        logo.write_bytes(content)
    code, shown, other = ready("posters", "--output", "p.pdf", "--logo", str(logo), *BOT)
    assert (code, shown, other.count("\n")) == (1, "", 1)
    assert said in other
    assert kept(tmp_path) == []
    assert not (tmp_path / "p.pdf").exists()
