"""Characters that cannot be drawn, seen or trusted are found wherever they stand, and replaced."""

from bot.core.characters import (
    cleaned,
    odd_in_name,
    odd_in_text,
    odd_places,
    without_what_xml_lacks,
)

TURNED = "Nowhere\u202e Constabulary"


def test_odd_characters_are_found_in_texts_and_keys_at_any_depth() -> None:
    content = {"title": ["fine", TURNED], "na\x00me": "fine", "number": 3, "bytes": b"\x00"}
    assert list(odd_places(content)) == [(("title", 1), "U+202E"), ((), "U+0000")]


def test_a_text_may_have_lines_and_a_key_may_not() -> None:
    assert list(odd_places(["one\ntwo"])) == []
    assert list(odd_places({"one\ntwo": ""})) == [((), "U+000A")]


def test_what_joins_letters_unseen_is_odd_in_a_name_alone() -> None:
    assert odd_in_name("Nowhere\u200cConstabulary") == "U+200C"
    assert odd_in_name("Nowhere\u200dConstabulary") == "U+200D"
    assert odd_in_text("un\u200cjoined") is None


def test_a_cleaned_document_has_nothing_odd_left() -> None:
    content = {"na\x00me": [TURNED, ("one\ntwo", 3)], "none": None}
    assert cleaned(content) == {
        "na\ufffdme": ["Nowhere\ufffd Constabulary", ["one\ntwo", 3]],
        "none": None,
    }
    assert list(odd_places(cleaned(content))) == []


def test_a_workbook_can_escape_control_characters_but_not_half_a_pair() -> None:
    assert without_what_xml_lacks("a\x07b\ud800c\uffff") == "a\x07b\ufffdc\ufffd"
