"""Texts are read at three in the morning: short sentences, for a reading age of about eleven."""

from collections.abc import Iterator
from itertools import groupby

import pytest

from bot import wiring
from bot.core.instruments import Instrument
from tests.each import each_holds
from tests.officer.every_text import every_text
from tests.officer.reading import longest_sentence, reading_age

ABOUT_ELEVEN = 11.5
A_SINGLE_TEXT = 12.5
"""One text alone may be a little harder: a few long names weigh much in it."""

WORDS_IN_A_SENTENCE = 20
WORTH_MEASURING = 20
"""Words; the measure is meant for passages."""

TEXTS = list(every_text())
TOPICS = {
    topic: "\n".join(text for _, text in texts)
    for topic, texts in groupby(TEXTS, key=lambda named: named[0].split(".")[0])
}


def asked() -> Iterator[tuple[str, str]]:
    """Yield every instrument with its questions and options, in English."""
    for instrument in wiring.instruments_by_key().values():
        yield f"{instrument.id} {instrument.version}", "\n".join(questions_of(instrument))


def questions_of(instrument: Instrument) -> Iterator[str]:
    """Yield the questions and options of an instrument."""
    for item in instrument.items:
        yield item.text["en"]
        yield from (option.label["en"] for option in item.options)


@pytest.mark.parametrize("text", TOPICS.values(), ids=TOPICS.keys())
def test_a_topic_is_for_a_reading_age_of_about_eleven(text: str) -> None:
    assert reading_age(text) <= ABOUT_ELEVEN


def test_a_text_is_easy_to_read() -> None:
    def look(text: str) -> None:
        assert longest_sentence(text) <= WORDS_IN_A_SENTENCE
        if len(text.split()) >= WORTH_MEASURING:
            assert reading_age(text) <= A_SINGLE_TEXT

    each_holds(TEXTS, look)


@pytest.mark.parametrize("text", [text for _, text in asked()], ids=[name for name, _ in asked()])
def test_questions_are_easy_to_read(text: str) -> None:
    assert longest_sentence(text) <= WORDS_IN_A_SENTENCE
    assert reading_age(text) <= ABOUT_ELEVEN


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("The cat sat on the mat. It was warm.", 0, 6),
        (
            "Utilisation of organisational psychological interventions necessitates comprehensive"
            " consideration of individual circumstances.",
            25,
            60,
        ),
    ],
)
def test_the_measure_tells_easy_from_hard(text: str, least: float, most: float) -> None:
    assert least <= reading_age(text) <= most
