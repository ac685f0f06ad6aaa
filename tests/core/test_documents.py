"""Documents are strict, and say where they are wrong without repeating what stood there."""

from datetime import UTC, time

import pytest

from bot.core.documents import (
    Document,
    DocumentProblems,
    Identifier,
    LanguageMap,
    Name,
    WallTime,
    in_language,
    unique,
)


class Note(Document):
    id: Identifier
    text: LanguageMap
    at: WallTime


GOOD = {"id": "a-note", "text": {"en": "Hello", "cy": "Helo"}, "at": "09:30"}


def test_a_document_is_read_and_cannot_be_changed() -> None:
    note = Note.from_mapping(GOOD, name="note.yaml")
    assert note.at == time(9, 30)
    assert Note.from_mapping({**GOOD, "at": time(9, 30)}, name="note.yaml") == note
    with pytest.raises(ValueError, match="frozen"):
        note.id = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": "Not An Id"}, "id: expected an id of at most 40 lower-case letters"),
        ({"id": "a" * 41}, "id: expected an id of at most 40 lower-case letters"),
        ({"id": "a--b"}, "id: expected an id of at most 40 lower-case letters"),
        ({"id": "a\n"}, "id: expected an id of at most 40 lower-case letters"),
        ({"text": {"cy": "Helo"}}, "text: expected at least the language en"),
        ({"text": {"en": "Hello", "cy": " "}}, "text: the text for cy is empty"),
        ({"at": "9:30"}, 'at: expected a time of day in quotes, such as "09:30"'),
        ({"at": "24:00"}, 'at: expected a time of day in quotes, such as "09:30"'),
        ({"at": 570}, 'at: expected a time of day in quotes, such as "09:30"'),
        ({"at": time(9, tzinfo=UTC)}, 'at: expected a time of day in quotes, such as "09:30"'),
        ({"extra": 1}, "extra: Extra inputs are not permitted"),
    ],
)
def test_each_mistake_has_its_place_and_sentence(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(DocumentProblems, match=r"note\.yaml: ") as caught:
        Note.from_mapping({**GOOD, **change}, name="note.yaml")
    assert sentence in str(caught.value)
    assert caught.value.hint


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(DocumentProblems) as caught:
        Note.from_mapping({"id": "1", "text": {}}, name="note.yaml")
    assert [place for place, _ in caught.value.problems] == [("id",), ("text",), ("at",)]


def test_what_is_no_mapping_at_all_is_refused_without_a_place() -> None:
    with pytest.raises(DocumentProblems) as caught:
        Note.from_mapping("secret words", name="note.yaml")
    assert str(caught.value).startswith("note.yaml: Input should be")
    assert "secret" not in str(caught.value)


def test_a_wrong_value_is_never_repeated() -> None:
    with pytest.raises(DocumentProblems) as caught:
        Note.from_mapping({**GOOD, "id": "SECRET", "at": "SECRET", "text": 5}, name="n")
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_language_that_is_missing_falls_back_to_english() -> None:
    assert in_language({"en": "Hello", "cy": "Helo"}, "cy") == "Helo"
    assert in_language({"en": "Hello"}, "cy") == "Hello"


def test_the_first_value_that_comes_twice_is_named() -> None:
    unique(["a", "b"], "the thing")
    with pytest.raises(ValueError, match="the thing b comes twice"):
        unique(["a", "b", "b", "a"], "the thing")


class Named(Document):
    name: Name
    text: LanguageMap


ODD = [*range(0x20), *range(0x7F, 0xA0), 0x200B, 0x202E, 0x2066, 0x2800, 0xD800, 0xFFFE, 0xFFFF]


@pytest.mark.parametrize("code", ODD)
def test_a_name_with_a_character_nobody_sees_is_refused(code: int) -> None:
    content = {"name": f"Response{chr(code)}Policing", "text": {"en": "Hello"}}

    with pytest.raises(
        DocumentProblems, match=rf"name: the character U\+{code:04X} cannot be used"
    ):
        Named.from_mapping(content, name="note.yaml")


@pytest.mark.parametrize("code", [code for code in ODD if code != 0x0A])
def test_a_text_with_a_character_nobody_sees_is_refused_at_its_place(code: int) -> None:
    content = {"name": "Response", "text": {"en": "Hello", "cy": f"He{chr(code)}lo"}}

    with pytest.raises(DocumentProblems, match=rf"text\.cy: the character U\+{code:04X} cannot"):
        Named.from_mapping(content, name="note.yaml")


def test_a_text_has_lines_accents_and_signs() -> None:
    content = {"name": "Siân’s team – ‘B’ 👮", "text": {"en": "One\nTwo… 👩‍👩‍👧\n"}}

    assert Named.from_mapping(content, name="note.yaml").text["en"] == "One\nTwo… 👩‍👩‍👧\n"


def test_a_document_that_was_stored_before_stays_readable() -> None:
    stored = '{"name": "Response\\u0001Policing", "text": {"en": "Hello"}}'

    assert Named.model_validate_json(stored).name == "Response\x01Policing"
