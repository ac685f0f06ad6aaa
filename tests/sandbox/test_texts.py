"""Formatted text: what is cut, marked and linked."""

import pytest

from bot.sandbox.chats import Button, keyboard_from_api
from bot.sandbox.entities import Entity, noticed, parse_html, trimmed
from bot.sandbox.refusals import Refused
from bot.sandbox.segments import Segment, segments, to_html, with_numbers


@pytest.mark.parametrize(
    "markup",
    [
        "plain &amp; simple",
        "<b>bold <i>both</i></b> none",
        "🔒🔒 <b>after two locks</b>",
        '<a href="https://example.org/?a=1&amp;b=2">link</a>',
        "<pre>block</pre><code>code</code><blockquote>said</blockquote>",
        "<u>u</u><s>s</s><tg-spoiler>hidden</tg-spoiler>",
    ],
)
def test_html_survives_reading_and_writing(markup: str) -> None:
    assert to_html(*parse_html(markup)) == markup


def test_other_names_of_tags_mean_the_same() -> None:
    markup = '<strong>a</strong><em>b</em><ins>c</ins><del>d</del><span class="tg-spoiler">e</span>'
    text, entities = parse_html(markup)
    assert to_html(text, entities) == "<b>a</b><i>b</i><u>c</u><s>d</s><tg-spoiler>e</tg-spoiler>"


def test_a_link_that_leads_nowhere_becomes_plain_text() -> None:
    assert parse_html('<a href="javascript:alert(1)">tap</a>') == ("tap", ())


def test_unknown_references_stay_as_they_were_typed() -> None:
    assert parse_html("&nbsp;&#65;&lt;") == ("&nbsp;A<", ())


def test_trimming_moves_the_entities_along() -> None:
    text, entities = trimmed("  ab  ", (Entity("bold", 0, 6),))
    assert (text, entities) == ("ab", (Entity("bold", 0, 2),))


def test_commands_and_addresses_in_a_typed_text_are_marked() -> None:
    found = noticed("/start CODE 1/2 https://example.org/help.")
    assert [(one.kind, one.offset, one.length) for one in found] == [
        ("bot_command", 0, 6),
        ("url", 16, 24),
    ]


def test_telephone_numbers_become_links_and_other_numbers_do_not() -> None:
    text = "999, 0300 131 2789, 116 123 (free), NHS 111, text 85258; 2 of 5, 100 %, in 2026, 0.111"
    links = [part.link for part in with_numbers([Segment(text)]) if part.link]
    assert links == ["tel:999", "tel:03001312789", "tel:116123", "tel:111", "sms:85258"]


def test_numbers_keep_the_look_of_their_surroundings() -> None:
    text, entities = parse_html("<b>Call 999 now</b>")
    parts = with_numbers(segments(text, entities))
    assert [(part.text, part.kinds) for part in parts] == [
        ("Call ", ("bold",)),
        ("999", ("bold",)),
        (" now", ("bold",)),
    ]


def test_a_keyboard_is_read_from_text_or_structure() -> None:
    keyboard = ((Button("A", "callback_data", "a"),),)
    assert keyboard_from_api('{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}') == keyboard
    assert keyboard_from_api({"remove_keyboard": True}) == ()
    for broken in ("{", {"inline_keyboard": [1]}, {"inline_keyboard": [[{"text": " "}]]}):
        with pytest.raises(Refused, match="400 Bad Request"):
            keyboard_from_api(broken)
