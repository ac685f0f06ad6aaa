"""Characters that cannot be drawn, seen or trusted are found wherever they stand, and replaced."""

import pytest

from bot.core.characters import (
    MOST_MARKS,
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


@pytest.mark.parametrize(
    "unseen", ["\u2800", "\u3164", "\u115f", "\u1160", "\u034f", "\U0001d159", "\U0001d173"]
)
def test_what_cannot_be_seen_is_odd_in_a_name(unseen: str) -> None:
    assert odd_in_name(f"Harbour{unseen * 60}Response") == f"U+{ord(unseen):04X}"


def test_a_mark_stands_on_a_letter_and_few_stand_there() -> None:
    for name in (
        "T\u0302m Y\u0302",
        "Vi\u00ea\u0323t",
        "\u05e9\u05c1\u05bc\u05b8",
        "\u2764\ufe0f",
        "0\ufe0f\u20e3",
    ):
        assert odd_in_name(name) is None, ascii(name)
    assert odd_in_name("Harbour Response") is None
    assert odd_in_name("e" + "\u0301" * MOST_MARKS) is None
    assert odd_in_name("e" + "\u0301" * (MOST_MARKS + 1)) == "U+0301"
    assert odd_in_name("\ufe0f") == "U+FE0F"
    assert odd_in_name("Thank you." + " \ufe0f" * 60 + "Stand Easy") == "U+FE0F"


def test_a_cleaned_document_has_nothing_odd_left() -> None:
    content = {"na\x00me": [TURNED, ("one\ntwo", 3)], "none": None}
    assert cleaned(content) == {
        "na\ufffdme": ["Nowhere\ufffd Constabulary", ["one\ntwo", 3]],
        "none": None,
    }
    assert list(odd_places(cleaned(content))) == []


def test_a_workbook_can_escape_control_characters_but_not_half_a_pair() -> None:
    assert without_what_xml_lacks("a\x07b\ud800c\uffff") == "a\x07b\ufffdc\ufffd"
