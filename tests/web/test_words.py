"""Bands in words, read aloud one by one."""

from datetime import date

import pytest

from bot.core.disclosure.bands import Band, share_bands
from bot.web.words import (
    STEPS,
    day_in_words,
    days_in_words,
    in_english,
    people_in_figures,
    people_in_words,
    share_in_figures,
    share_in_words,
    step_of,
    steps_in_words,
    why_not_shown,
)


@pytest.mark.parametrize(
    ("band", "words"),
    [
        (Band(0, 20), "two in ten or fewer"),
        (Band(20, 40), "two to four in ten"),
        (Band(80, 100), "eight in ten or more"),
        (Band(90, 100), "nine in ten or more"),
        (Band(0, 10), "one in ten or fewer"),
        (Band(30, 40), "three to four in ten"),
        (Band(40, 100), "four in ten or more"),
        (Band(0, 60), "six in ten or fewer"),
        (Band(0, 100), "anything from none to all"),
        (Band(35, 40), "about 35 to 40\u00a0%"),
        (Band(45, 100), "45\u00a0% or more"),
        (Band(0, 25), "25\u00a0% or less"),
    ],
)
def test_a_share_is_written_as_people_say_it(band: Band, words: str) -> None:
    assert share_in_words(band) == words


def test_every_band_the_rules_can_give_has_words_and_a_step() -> None:
    for people in (10, 30, 120):
        for low in range(people + 1):
            for middle in range(people + 1 - low):
                counts = (low, middle, people - low - middle)
                bands = share_bands(counts, [people - count for count in counts], people)
                for band in (bands.low, bands.middle, bands.high):
                    assert share_in_words(band)
                    assert 1 <= step_of(band) <= STEPS


def test_a_step_holds_the_middle_of_its_band() -> None:
    assert [step_of(Band(low, low + 20)) for low in (0, 20, 40, 60, 80)] == [1, 2, 3, 4, 5]
    assert [step_of(Band(low, low + 5)) for low in (15, 20, 35, 95)] == [1, 2, 2, 5]
    assert step_of(Band(0, 60)) == 2
    assert step_of(Band(40, 100)) == 4


def test_the_key_names_every_step_in_order() -> None:
    assert steps_in_words() == [
        "two in ten or fewer",
        "two to four in ten",
        "four to six in ten",
        "six to eight in ten",
        "eight in ten or more",
    ]


def test_people_are_written_as_their_band() -> None:
    assert people_in_words((15, 24)) == "15 to 24 people"
    assert people_in_words((100, None)) == "100 people or more"
    assert people_in_figures((15, 24)) == "15–24"
    assert people_in_figures((100, None)) == "100+"
    assert share_in_figures(Band(20, 40)) == "20–40\u00a0%"


def test_days_are_written_without_saying_anything_twice() -> None:
    assert day_in_words(date(2026, 12, 4)) == "4 December 2026"
    assert days_in_words(date(2026, 12, 4), date(2026, 12, 9)) == "4 to 9 December 2026"
    assert days_in_words(date(2026, 11, 30), date(2026, 12, 28)) == (
        "30 November to 28 December 2026"
    )
    assert days_in_words(date(2026, 12, 7), date(2027, 1, 4)) == (
        "7 December 2026 to 4 January 2027"
    )


def test_a_text_without_english_is_shown_in_the_language_it_has() -> None:
    assert in_english({"cy": "Cwsg", "en": "Sleep"}) == "Sleep"
    assert in_english({"cy": "Cwsg"}) == "Cwsg"


def test_why_something_is_not_shown_is_one_sentence_with_the_floor_in_it() -> None:
    sentence = why_not_shown(12)
    assert "fewer than 12 people" in sentence
    assert sentence.count(".") == 1
