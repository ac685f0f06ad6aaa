"""Buttons: what is carried comes back, and whatever else a phone sends is an old button."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.drafts import Draft, Tap, Verb, advance
from bot.core.instruments import Instrument
from bot.officer import buttons
from bot.officer.buttons import InCheckIn, Named, OldButton, named_data, read_press
from tests.core.builders import instruments, taps
from tests.officer.views import BUTTONS, OFFICER, a_catalogue, a_draft, a_view, maker, pulse

VIEW = a_view()
CATALOGUE = a_catalogue(VIEW)


def press(data: str, officer: int = OFFICER) -> buttons.Press:
    """Read a tap in the one round that is open."""
    return read_press(data, officer, CATALOGUE, BUTTONS)


def walk(instrument: Instrument, walked: list[Tap]) -> Draft:
    """Return the draft that these taps lead to."""
    draft = a_draft(a_view(instrument))
    for tap in walked:
        draft = advance(draft, tap, instrument).draft
    return draft


@given(instruments(), st.lists(taps, max_size=30), taps)
@settings(max_examples=150, deadline=None)
def test_every_button_of_every_check_in_comes_back_as_it_went(
    instrument: Instrument, walked: list[Tap], tap: Tap
) -> None:
    view = a_view(instrument)
    draft = walk(instrument, walked)
    data = maker(view)(draft, tap)
    assert 1 <= len(data.encode()) <= 64
    assert not data.startswith(":")
    assert read_press(data, OFFICER, a_catalogue(view), BUTTONS) == InCheckIn(view, draft, tap)


@pytest.mark.parametrize("argument", ["", "talk", "ABCDEFGH2345", "2026-11-30", "EELLNNRRRR.3"])
@pytest.mark.parametrize("language", [None, "en", "cy"])
def test_a_named_button_comes_back_as_it_went(argument: str, language: str | None) -> None:
    data = named_data("tough-job", argument, language)
    assert len(data) <= 64
    assert press(data) == Named("tough-job", argument, language)


def test_a_code_does_not_print() -> None:
    assert "ABCDEFGH2345" not in repr(Named("agree", "ABCDEFGH2345"))


def a_button() -> str:
    """The data of one option of the first question."""
    return maker(VIEW)(a_draft(VIEW), Tap(Verb.CHOOSE, 0, 3))


def test_a_changed_button_is_an_old_button() -> None:
    data = a_button()
    assert isinstance(press(data), InCheckIn)
    for position in range(len(data)):
        other = "A" if data[position] != "A" else "B"
        assert press(data[:position] + other + data[position + 1 :]) == OldButton()


def test_a_button_that_is_cut_short_or_longer_is_an_old_button() -> None:
    data = a_button()
    for length in range(len(data)):
        assert press(data[:length]) == OldButton()
    for more in ("A", "=", " ", "\n", "é", ":help"):
        assert press(data + more) == OldButton()


def test_another_officers_button_is_an_old_button() -> None:
    assert press(a_button(), OFFICER + 1) == OldButton()


def test_a_button_from_another_round_is_an_old_button() -> None:
    other = a_view(round_id="weekly-pulse-2026-11-02")
    data = maker(other)(a_draft(other), Tap(Verb.CHOOSE, 0, 3))
    assert press(data) == OldButton()
    # Nor does it help that the other round is known, when the button claims to be of this one.
    claimed = maker(other)(a_draft(VIEW), Tap(Verb.CHOOSE, 0, 3))
    assert read_press(claimed, OFFICER, a_catalogue(VIEW, other), BUTTONS) == OldButton()


def test_a_button_of_another_wording_is_an_old_button() -> None:
    reworded = a_view(pulse().model_copy(update={"version": 2}))
    data = maker(reworded)(a_draft(reworded), Tap(Verb.CHOOSE, 0, 3))
    assert press(data) == OldButton()


def test_a_signed_button_that_fits_no_question_is_an_old_button() -> None:
    longer = pulse().model_copy(update={"items": [*pulse().items, *pulse().items]})
    view = a_view(longer)
    full = replace(a_draft(view), item=9, answers=(7,) * 10)
    data = maker(view)(full, Tap(Verb.CHOOSE, 9, 1))
    assert press(data) == OldButton()


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "::",
        ":HELP",
        ":need:",
        ":agree:",
        ":agree:ÄÖÜ",
        ":agree:AB CD",
        ":role:",
        ":role:²",
        ":help@",
        ":help@e",
        ":help@EN",
        ":help@en:more",
        ":help:@en",
        ":need:" + "a" * 60,
        "help",
        "\x00",
        "\ud800",
        "A" * 65,
        "A" * 64,
    ],
)
def test_what_names_nothing_is_an_old_button(data: str) -> None:
    assert press(data) == OldButton()


anything = st.one_of(
    st.text(max_size=70),
    st.text(max_size=70).map(lambda text: f":{text}"),
    st.sampled_from(["need", "agree", "role", "service", "help", "menu", "speak"]).flatmap(
        lambda name: st.text(max_size=60).map(lambda text: f":{name}:{text}")
    ),
    st.text("ABCDEFGHabcdefgh0123456789-_=", max_size=64),
    st.binary(max_size=64).map(lambda raw: raw.decode("latin-1")),
)


@given(anything)
@settings(max_examples=500, deadline=None)
def test_whatever_a_phone_sends_is_read_and_is_in_no_check_in(data: str) -> None:
    assert not isinstance(press(data), InCheckIn)
