"""What Telegram would make tappable is found; sentences and names as people write them are not."""

import pytest

from bot.core.plain_words import tapped_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See t.me/nobody_bot", "'t.me'"),
        ("bit.ly/x", "'bit.ly'"),
        ("Go to FORMS.EXAMPLE today", "'forms.example'"),
        ("my-site.example.org", "'my-site.example.org'"),
        ("bit\u3002ly", "'bit.ly'"),
        ("bit\uff0ely", "'bit.ly'"),
        ("mailto:heron", "'mailto:heron'"),
        ("tg:resolve", "'tg:resolve'"),
        ("10.0.0.1", "'10.0.0.1'"),
        ("/forget", "'/forget'"),
        ("Please send /forget now", "'/forget'"),
        ("(\uff0fforget)", "'/forget'"),
        ("ask @heron", "'@heron'"),
        ("\u0436.\u0440\u0444", "'\\u0436.\\u0440\\u0444'"),
        ("x" * 90 + ".example", "'" + "x" * 30 + "'"),
    ],
)
def test_what_could_be_tapped_is_found(text: str, found: str) -> None:
    assert tapped_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "24/7 cover, and/or more cars",
        "No.12 Section",
        "A&E/Custody",
        "St. Helens",
        "Two more cars from 9.30am, e.g. at nights; rest at 10:30.",
        "We heard you… and did it.",
        "Cymraeg: mwy o geir",
        "Section 2.5, 1.12.2026",
        "/ and @ and :",
        "<b>bold</b>",
    ],
)
def test_sentences_and_names_stay(text: str) -> None:
    assert tapped_in(text) is None
