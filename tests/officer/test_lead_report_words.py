"""/report: how it is read, how urgent it is, and how its messages look."""

from dataclasses import replace
from html import escape, unescape

import pytest

from bot.core.plain_words import PARTING
from bot.officer import lead_report
from bot.officer.application import urgency_of
from bot.officer.flood import Urgency
from bot.officer.lead_report import Asked, Asking, asked_in, shown
from bot.officer.messenger import MOST_OF_CAPTION
from bot.workflows.chat_report import ChatReport
from tests.officer.every_screen import ENGLISH
from tests.officer.test_updates import a_message

PNG = b"\x89PNG"


def test_what_is_asked_is_read_strictly() -> None:
    code = "BCDF2" * 4
    assert asked_in("/report") == Asked(Asking.RESULT)
    assert asked_in(" /Report@bot ") == Asked(Asking.RESULT)
    assert asked_in("/report stop") == Asked(Asking.TO_UNLINK)
    assert asked_in(f"/report {code}") == asked_in(f"/start {code}") == Asked(Asking.TO_LINK, code)
    for other in ("/start", "/start stop", "/start BCDF2345GHJK", "/reports", code, "report", ""):
        assert asked_in(other) is None, other
    assert code not in repr(Asked(Asking.TO_LINK, code))


@pytest.mark.parametrize("text", ["/report", "/report stop", "/start " + "BCDF2" * 4])
def test_it_waits_its_turn_and_a_cry_does_not(text: str) -> None:
    assert urgency_of(a_message(1, text)) is Urgency.ORDINARY
    assert urgency_of(a_message(1, "/report I give up")) is Urgency.TYPED


def test_names_are_made_safe_and_every_message_ends_with_help() -> None:
    report = ChatReport("A <b> & c", ("<i>one</i>", "two"), "https://x.example/?a&b", PNG)
    (screen,) = shown(ENGLISH, report)
    assert unescape(screen.text).replace(PARTING, "") == (
        "<b>A <b> & c</b>\n\n<i>one</i>\n\ntwo\n\nhttps://x.example/?a&b"
    )
    assert "<i>" not in screen.text
    assert screen.rows[-1][-1].label == "Help"
    assert not screen.protected


def test_what_never_comes_is_said_after_what_is_there() -> None:
    missing = ("Pulse & <co>, June: this round has no result.",)
    report = ChatReport("Title", ("one",), "https://x.example", PNG, "How", missing)
    (screen,) = shown(ENGLISH, report)
    assert screen.text == (
        f"<b>Title</b>\n\none\n\n{escape(missing[0], quote=False)}\n\n<i>How</i>\n\nhttps://x.example"
    )
    (_, after) = shown(ENGLISH, replace(report, sentences=("word " * 100,) * 3))
    assert after.text.endswith("this round has no result.")


def test_nothing_in_a_title_or_a_sentence_can_be_tapped() -> None:
    odd = "New form: fenmarch\u2764.ws"
    (screen,) = shown(ENGLISH, ChatReport(odd, (f"“{odd}” stood higher.",)))
    assert screen.text.count(f"\u2764{PARTING}.{PARTING}ws") == 2


def test_words_that_do_not_fit_under_a_picture_follow_it() -> None:
    words, where = ("word " * 100,) * 3, "https://x.example/results/1"
    report = ChatReport("Title", words, where, PNG, "How to & why")
    under, after = shown(ENGLISH, report)
    assert under.text == "<b>Title</b>\n\n<i>How to &amp; why</i>\n\nhttps://x.example/results/1"
    assert len(under.text) <= MOST_OF_CAPTION < len(after.text)
    for screen in (under, after):
        assert screen.rows[-1][-1].label == "Help"
    (alone,) = shown(ENGLISH, ChatReport("Title", ("word " * 100,) * 3))
    assert alone.text.startswith("<b>Title</b>")


def test_texts_are_short_and_plain() -> None:
    for text in (lead_report.LINKED, lead_report.RUN_OUT, lead_report.UNLINKED, lead_report.LATER):
        assert len(text) < 300
        assert "!" not in text
