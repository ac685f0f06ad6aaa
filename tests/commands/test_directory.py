"""The support directory from the command line: ages, problems, and what officers see."""

from pathlib import Path

import pytest

from bot import wiring
from bot.core.languages import Tongues
from bot.core.signposting import MENU_ORDER
from bot.officer.support import need_page
from config.content import national_support
from config.translations import load_translations
from tests.commands.conftest import Run
from tests.programmes import the_example

EXAMPLE = wiring.example_programme_path()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A programme file to spoil."""
    path = tmp_path / "force.yaml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_ages_are_listed_and_a_sound_directory_passes(ready: Run) -> None:
    code, shown, other = ready("directory", "check")
    assert (code, other) == (0, "")
    assert shown.splitlines()[0].startswith("ENTRY")
    assert "policing-crisis-line" in shown
    assert "invented: nobody answers" in shown


def test_an_entry_that_is_too_old_fails_and_says_which(run: Run, file: Path) -> None:
    spoil(file, "last_verified: 2026-11-16", "last_verified: 2025-11-16")
    code, shown, other = run("directory", "check", "--programme", str(file))
    assert code == 1
    assert "too old: the program does not start" in shown
    assert "The support entry fenmarch-eap was last verified on 2025-11-16" in other


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('phone: "01632 960 101"', 'phone: "01632 9601"', "support.0.phone"),
        ("https://eap.fenmarch.example", "https://localhost", "support.0.link"),
    ],
)
def test_a_file_with_a_number_that_cannot_be_right_is_refused_with_its_line(
    run: Run, file: Path, old: str, new: str, field: str
) -> None:
    spoil(file, old, new)
    for words in (["programme", "check"], ["programme", "load"]):
        code, shown, other = run(*words, str(file))
        assert (code, shown) == (1, "")
        assert other.startswith("force.yaml: line 15")
        assert field in other


@pytest.mark.parametrize("language", ["en", "cy"])
def test_officers_pages_are_shown_word_for_word(ready: Run, language: str) -> None:
    code, shown, other = ready("directory", "show", "--language", language)
    assert (code, other) == (0, "")
    tongue = Tongues(load_translations()).of(language)
    support = [*the_example().support, *national_support()]
    for need in MENU_ORDER:
        screen = need_page(tongue, need, support, wales=True)
        for entry in support:
            name = entry.name[language]
            assert (name in shown) >= (name in screen.text)
        for row in screen.rows:
            assert " ".join(f"[{button.label}]" for button in row) in shown
    assert "<b>" not in shown
    assert "&" not in shown.replace("A&E", "")


def test_texts_that_a_language_lacks_are_named(run: Run, file: Path) -> None:
    spoil(file, "{en: Employee assistance (invented), cy: Cymorth i weithwyr (dychmygol)}",
          "{en: Employee assistance (invented)}")  # fmt: skip
    shown = run("directory", "show", "--language", "cy", "--programme", str(file))[1]
    assert "Employee assistance (invented)" in shown
    assert shown.endswith("because there is no text in cy:\n  fenmarch-eap, name\n")


def test_a_language_that_there_is_not_is_refused(ready: Run) -> None:
    code, shown, other = ready("directory", "show", "--language", "xx")
    assert (code, shown) == (1, "")
    assert other == "There are no texts in xx: expected one of en, cy.\n"


def test_a_call_is_noted_with_who_made_it(ready: Run) -> None:
    code, shown, other = ready("directory", "verify", "fenmarch-eap", "--by", "Sam Kestrel")
    assert (code, other) == (0, "")
    assert shown.startswith("fenmarch-eap (01632 960 101, https://eap.fenmarch.example)")
    assert "was verified today by Sam Kestrel." in shown
    (line,) = (row for row in ready("directory", "check")[1].splitlines() if "fenmarch-eap " in row)
    assert "2026-11-30" in line
    assert "Sam Kestrel" in line
    # Once more changes nothing, and is no error; and the account stands in for a name.
    assert ready("directory", "verify", "fenmarch-eap", "--by", "Sam Kestrel")[0] == 0
    assert "by command line" in ready("directory", "verify", "fenmarch-trim")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["policing-crisis-line"], "is national and comes with the program"),
        (["nobody"], "The programme has no support entry nobody: expected one of fenmarch-eap"),
        (["fenmarch-eap", "--by", "x" * 81], "verified_by"),
        (["fenmarch-eap", "--by", "Sam\u202e"], "verified_by"),
    ],
)
def test_what_cannot_be_verified_is_said_and_nothing_is_saved(
    ready: Run, words: list[str], said: str
) -> None:
    before = ready("directory", "check")[1]
    code, _, other = ready("directory", "verify", *words)
    assert code == 1
    assert said in other
    assert ready("directory", "check")[1] == before
