"""Translations: complete, and saying the same: the same numbers, fields, commands and markup."""

import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.core.languages import Tongues
from bot.officer import texts
from config.translations import load_translations
from tests.officer.every_text import every_text

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "config" / "translations"
FILES = sorted(PLACE.glob("*/LC_MESSAGES/officer.po"))
CATALOGUES = {path.parent.parent.name: path for path in FILES}

# What must be the same in every language, letter for letter.
MARKUP = r"</?[a-z]+>"
FIELDS = r"\{[a-z_]*\}"
COMMANDS = r"(?<![<\w])/[a-z_]+"
NUMBERS = r"\d[\d ]*\d|\d"
CAPITALS = r"\bBLUELIGHT\b|\bHELP\b"


def read(language: str) -> Catalog:
    """Return a language's file."""
    with CATALOGUES[language].open("rb") as file:
        return read_po(file, locale=language)


def written() -> set[object]:
    """Return every text as the extractor finds it in the program."""
    folder = Path(str(texts.__file__)).parent
    found = extract_from_dir(folder, keywords={"_": None, "plural": (1, 2)})
    return {message for _, _, message, _, _ in found}


def forms() -> Iterator[tuple[str, str, str]]:
    """Yield language, English text and each translated form of it."""
    for language in CATALOGUES:
        for message in read(language):
            if message.id:
                for english, form in _pairs(message):
                    yield language, english, form


def _pairs(message: Message) -> Iterator[tuple[str, str]]:
    if isinstance(message.id, str):
        yield message.id, str(message.string)
        return
    # A number may be written out in the forms for one and two; the last form is the usual one.
    assert isinstance(message.string, tuple)
    yield message.id[1], message.string[-1]


FORMS = list(forms())


def test_there_is_welsh() -> None:
    assert "cy" in CATALOGUES
    assert "awaiting review by a qualified translator" in CATALOGUES["cy"].read_text()


def test_the_extractor_finds_every_text() -> None:
    singles = {text for text in written() if isinstance(text, str)}
    plurals = {form for text in written() if isinstance(text, tuple) for form in text}
    missed = {text for _, text in every_text()} - singles - plurals
    assert not missed, "mark these with _() or plural()"


@pytest.mark.parametrize("language", CATALOGUES)
def test_nothing_is_missing_doubtful_or_left_over(language: str) -> None:
    catalogue = read(language)
    there = {message.id for message in catalogue if message.id}
    assert there == written(), "run make texts, then translate what is empty"
    for message in catalogue:
        given = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(given), f"not translated: {message.id}"
        assert not message.fuzzy, f"translated doubtfully: {message.id}"


@pytest.mark.parametrize("what", [MARKUP, FIELDS, COMMANDS, NUMBERS, CAPITALS])
def test_what_must_not_change_is_the_same(what: str) -> None:
    for language, english, form in FORMS:
        same = sorted(re.findall(what, english)) == sorted(re.findall(what, form))
        assert same, f"{language}: {english!r} became {form!r}"


def test_a_language_knows_its_own_name_and_days() -> None:
    welsh = Tongues(load_translations()).of("cy")
    assert welsh.name == "Cymraeg"
    assert welsh.day(date(2026, 11, 30)) == "Dydd Llun 30 Tachwedd"
    assert welsh.time(time(9, 5)) == "09:05"


def test_what_is_not_translated_is_shown_in_english_and_noted_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # A third language needs a folder and no code.
    place = tmp_path / "gd" / "LC_MESSAGES"
    place.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (place / "officer.po").write_text(f'{head}msgid "Help"\nmsgstr "Cuideachadh"\n')
    tongue = Tongues(load_translations(tmp_path)).of("gd")
    assert tongue.label("Help") == "Cuideachadh"
    assert [tongue.label("Skip"), tongue.label("Skip")] == ["Skip", "Skip"]
    assert [record.getMessage() for record in caplog.records] == [
        "not translated into gd, shown in English: Skip"
    ]
