"""Documents are strict, and say where they are wrong without repeating what stood there."""

from datetime import UTC, time

import pytest

from bot.core.documents import (
    Document,
    DocumentProblems,
    Identifier,
    LanguageMap,
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
