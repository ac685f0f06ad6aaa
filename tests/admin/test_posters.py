"""Posters: every page says what is promised, in every language, and can be read aloud."""

import io
import json
import re
from datetime import date
from functools import cache
from typing import Any

import pytest
import segno
from pypdf import PdfReader

from bot.admin.posters.content import (
    MOST_TEAMS,
    NotABotName,
    PosterCode,
    TooManyTeams,
    bot_name,
    content_of,
    picture_of,
)
from bot.admin.posters.printing import PostersNotMade, pdf_of
from bot.admin.posters.words import WORDS, languages_of
from bot.core.programme import Programme
from bot.web import printing
from config.content import national_support
from tests.programmes import the_example

TODAY = date(2026, 11, 30)
CODE = "ABCD2345WXYZ"


def content(*teams: str, programme: Programme | None = None) -> str:
    codes = [PosterCode(team, CODE, date(2027, 5, 21)) for team in teams]
    force = programme or the_example()
    return content_of(force, codes, "fenmarch_bot", national_support(), TODAY)


@cache
def pages(*teams: str) -> list[str]:
    """Return the text of each page, on one line."""
    made = PdfReader(io.BytesIO(pdf_of(content(*teams))))
    return [" ".join(page.extract_text().split()) for page in made.pages]


def plain(text: str) -> str:
    return text.replace("'", "’")


@pytest.mark.parametrize(("page", "language"), [(0, "en"), (2, "cy")])
def test_a_poster_says_what_is_promised_and_what_is_not(page: int, language: str) -> None:
    words, text = WORDS[language], pages("Harbour Response")[page]
    for promise in (*words.promises, words.limits, words.title, words.without_code):
        assert plain(promise.format(threshold=10)) in text
    assert "ABCD 2345 WXYZ" in text
    assert "999" in text
    assert "0300 131 2789" in text
    assert {"en": "until 21 May 2027", "cy": "tan 21 Mai 2027"}[language] in text


@pytest.mark.parametrize(("page", "language"), [(1, "en"), (3, "cy")])
def test_a_page_has_eight_cards(page: int, language: str) -> None:
    words, text = WORDS[language], pages("Harbour Response")[page]
    assert text.count("ABCD 2345 WXYZ") == 8
    assert text.count(plain(words.card)) == 8
    assert text.count("999") == 8


def test_every_team_has_four_pages_and_the_longest_name_no_more() -> None:
    longest = "A Team Whose Name Is As Long As A Name Can Be, Which Is Eighty Characters In All"
    assert len(longest) == 80
    shown = pages("Harbour Response", longest)
    assert len(shown) == 8
    assert longest in shown[4]
    assert shown[5].count(longest) == 9


def test_the_same_codes_give_the_same_bytes() -> None:
    made = content("Harbour Response")
    assert pdf_of(made) == pdf_of(made)


def test_a_poster_can_be_read_aloud_and_brings_its_fonts() -> None:
    made = PdfReader(io.BytesIO(pdf_of(content("Harbour Response"))))
    catalogue: Any = made.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"].value is True
    assert str(catalogue["/Lang"]).startswith("en")
    assert made.xmp_metadata is not None
    assert b"pdfuaid" in made.xmp_metadata.stream.get_data()
    pages_of: Any = made.pages
    for page in pages_of:
        for font in page["/Resources"]["/Font"].values():
            (inner,) = font.get_object()["/DescendantFonts"]
            descriptor = inner.get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


@pytest.mark.parametrize("name", ['#import "x"; $x$ *a* \\ [b]', "班组", "Tŷ Cŵn", "a‮b", "x" * 80])
def test_any_name_is_printed(name: str) -> None:
    made = PdfReader(io.BytesIO(pdf_of(content(name))))
    assert len(made.pages) == 4


def test_a_picture_holds_the_link_and_its_margin() -> None:
    link = f"https://t.me/fenmarch_bot?start={CODE}"
    picture = json.loads(content("Harbour Response"))["teams"][0]["picture"]
    assert picture == picture_of(link)
    made = segno.make_qr(link, error="q")
    size = made.symbol_size(border=4)[0]
    assert f'viewBox="0 0 {size} {size}"' in picture
    # The runs of dark modules in the picture are those of the code.
    dark = sum(map(int, re.findall(r"h(\d+)", picture.split("<path")[-1])))
    assert dark == sum(sum(row) for row in made.matrix)


def test_a_force_gets_its_own_languages_in_its_order() -> None:
    assert languages_of(["cy", "en"]) == ["cy", "en"]
    assert languages_of(["en"]) == ["en"]
    assert languages_of(["fr"]) == ["en"]


def test_a_raised_floor_is_the_one_that_is_promised() -> None:
    force = the_example()
    stricter = force.disclosure.model_copy(update={"threshold": 15})
    made = content("A", programme=force.model_copy(update={"disclosure": stricter}))
    assert "groups of 15 or more" in made
    assert "groups of 10 or more" not in made


def test_both_languages_say_as_much() -> None:
    english, welsh = WORDS["en"], WORDS["cy"]
    assert len(english.steps) == len(welsh.steps)
    assert len(english.promises) == len(welsh.promises)
    fields = re.compile(r"{\w+}")
    for name in english.__slots__:
        both = [str(getattr(words, name)) for words in (english, welsh)]
        assert sorted(fields.findall(both[0])) == sorted(fields.findall(both[1])), name


@pytest.mark.parametrize("given", [None, "", "@", "bot", "a b c d", "x" * 33, "böttchen"])
def test_without_the_bots_name_there_is_no_poster(given: str | None) -> None:
    with pytest.raises(NotABotName):
        bot_name(given)


def test_a_bots_name_may_come_with_its_sign() -> None:
    assert bot_name(" @fenmarch_bot ") == "fenmarch_bot"


def test_too_many_teams_for_a_file_are_refused() -> None:
    with pytest.raises(TooManyTeams, match="at most 300 teams: got 301"):
        content(*["A"] * (MOST_TEAMS + 1))


def test_a_press_that_fails_says_nothing_of_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_PRESS", printing._PRESS.with_name("nowhere.py"))
    with pytest.raises(PostersNotMade) as caught:
        pdf_of(content("A"))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
