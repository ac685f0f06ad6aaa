"""Check-ins on the screen: several answers, scales, and what was said and done before."""

import re
from dataclasses import replace

import pytest

from bot import wiring
from bot.core.disclosure.bands import Band
from bot.core.drafts import Draft, Tap, Verb, advance
from bot.core.instruments import Instrument, Item
from bot.core.plain_words import PARTING, tapped_in
from bot.officer import check_in_screens as screens
from bot.officer.screen import Screen
from bot.officer.wording import share
from bot.sandbox.entities import parse_html
from tests.officer.every_screen import ENGLISH
from tests.officer.findings import a_finding, every_band
from tests.officer.views import a_draft, a_view, maker

INSTRUMENTS = wiring.instruments_by_key()
STAY = INSTRUMENTS["stay", 1]
HELPS = 1
RATHER_NOT = 19
SCALES = [
    (instrument, item)
    for instrument in INSTRUMENTS.values()
    for item in instrument.items
    if item.layout == "scale"
]


def toggled(*options: int) -> Draft:
    """Return a draft after taps on these options of the question of several."""
    draft = replace(a_draft(a_view(STAY)), item=HELPS)
    for option in options:
        draft = advance(draft, Tap(Verb.TOGGLE, HELPS, option), STAY).draft
    return draft


def shown(draft: Draft) -> Screen:
    view = a_view(STAY)
    return screens.question(ENGLISH, draft, view, maker(view))


@pytest.mark.parametrize(
    ("options", "ticked", "line"),
    [
        ([0], 1, "1 of 3 chosen."),
        ([0, 4], 2, "2 of 3 chosen."),
        ([0, 4, 7], 3, "That's 3, which is the most. To change one, tap it off first."),
        ([0, 4, 7, 9], 3, "That's 3, which is the most. To change one, tap it off first."),
        ([0, 4, 7, 4], 2, "2 of 3 chosen."),
    ],
)
def test_how_many_are_chosen_is_said(options: list[int], ticked: int, line: str) -> None:
    screen = shown(toggled(*options))
    assert screen.text.endswith(f"\n{line}")
    assert sum(each.label.startswith("✓") for row in screen.rows for each in row) == ticked


def test_nothing_chosen_and_rather_not_say_are_not_counted() -> None:
    for draft in (toggled(), toggled(0, RATHER_NOT)):
        assert "chosen" not in shown(draft).text
        assert "the most." not in shown(draft).text


@pytest.mark.parametrize(
    ("instrument", "item"), SCALES, ids=[f"{each.id}: {item.id}" for each, item in SCALES]
)
def test_a_scale_says_what_its_ends_mean(instrument: Instrument, item: Item) -> None:
    for language in instrument.languages:
        first, last = item.options[0].label[language], item.options[-1].label[language]
        assert re.search(rf"\b{first}: .*\b{last}: ", item.text[language])


@pytest.mark.parametrize(
    ("instrument", "item"), SCALES, ids=[f"{each.id}: {item.id}" for each, item in SCALES]
)
def test_a_scale_fits_a_narrow_phone(instrument: Instrument, item: Item) -> None:
    view = a_view(instrument)
    position = instrument.items.index(item)
    answers = (0,) * position + (12,) + (0,) * (len(instrument.items) - position - 1)
    draft = replace(a_draft(view), item=position, answers=answers)
    screen = screens.question(ENGLISH, draft, view, maker(view))
    *scale, _ = screen.rows
    # Six in a row leave each about 50 of 360 pixels: four characters of ordinary size.
    assert [len(row) for row in scale] == [6, 5]
    assert max(len(button.label) for row in scale for button in row) <= 4


def test_what_was_said_and_done_stands_before_the_first_question_only() -> None:
    view = replace(a_view(), findings=(a_finding(Band(20, 40)),))
    make = maker(view)
    text, _ = parse_html(screens.question(ENGLISH, a_draft(view), view, make).text)
    assert text.split("\n")[2:] == [
        "",
        "You said (Response Policing): on “Workload”, two to four in ten answered"
        " “Mostly not manageable”.",
        "We did: two more people on lates from January",
        "",
        "How are you doing overall this week?",
    ]
    second = screens.question(ENGLISH, replace(a_draft(view), item=1), view, make)
    assert "You said" not in second.text
    assert "You said" not in screens.opening(ENGLISH, a_draft(view), make).text


def test_only_units_that_are_wholly_in_the_group_see_it() -> None:
    view = replace(a_view(), findings=(a_finding(Band(20, 40)),))
    seen = {
        unit.name: view.finding_for(position) is not None
        for position, unit in enumerate(view.units.units)
    }
    assert seen == {unit.name: unit.department == "response" for unit in view.units.units}
    narrow = replace(a_finding(Band(20, 40)), teams=frozenset({"market-response"}))
    joined = next(
        position
        for position, unit in enumerate(view.units.units)
        if unit.teams == ("market-response", "night-relief")
    )
    assert replace(view, findings=(narrow,)).finding_for(joined) is None


def test_the_newest_reply_about_the_own_group_is_shown() -> None:
    elsewhere = replace(a_finding(Band(0, 20)), teams=frozenset({"control-room"}))
    own, older = a_finding(Band(20, 40)), a_finding(Band(40, 60))
    view = replace(a_view(), findings=(elsewhere, own, older))
    assert view.finding_for(0) is own


def test_words_of_a_lead_cannot_break_the_markup() -> None:
    awkward = {"en": "more <b>people</b> & kit <"}
    finding = replace(a_finding(Band(20, 40), "A <team> & co"), reply=awkward, answer=awkward)
    view = replace(a_view(), findings=(finding,))
    text, entities = parse_html(screens.question(ENGLISH, a_draft(view), view, maker(view)).text)
    # A lead's own words are parted, so that nothing in them can be tapped.
    assert text.count(awkward["en"]) == 1
    assert text.replace(PARTING, "").count(awkward["en"]) == 2
    assert "A <team> & co" in text
    assert [entity.kind for entity in entities].count("bold") == 1


def test_nothing_in_a_line_of_a_lead_can_be_tapped_whatever_it_was_let_through_with() -> None:
    reply = {"en": "Ring 0161 496 0000, see st.helens or ask @heron."}
    finding = replace(a_finding(Band(20, 40), "0161 496 0000"), reply=reply)
    view = replace(a_view(), findings=(finding,))
    shown = screens.question(ENGLISH, a_draft(view), view, maker(view)).text
    assert tapped_in(shown.partition("You said")[2].partition("<b>")[0]) is None


def test_every_band_of_a_release_is_said_as_it_is() -> None:
    words = {band: share(ENGLISH, band) for band in every_band()}
    assert len(set(words.values())) == len(words)
    assert words[Band(0, 20)] == "two in ten or fewer"
    assert words[Band(30, 40)] == "three to four in ten"
    assert words[Band(40, 60)] == "four to six in ten"
    assert words[Band(80, 100)] == "eight in ten or more"
    assert share(ENGLISH, Band(25, 30)) == "25 to 30 %"
    assert share(ENGLISH, Band(0, 15)) == "15 % or fewer"
    assert share(ENGLISH, Band(85, 100)) == "85 % or more"
