"""What Telegram would make tappable is found; sentences and names as people write them are not."""

import pytest

from bot.core.plain_words import WORD_JOINER, tapped_in, untapped


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
        ("St.Helens.Com", "'st.helens.com'"),
        ("Go to Bit.Com", "'bit.com'"),
        ("T.Me", "'t.me'"),
        ("Helens.St", "'helens.st'"),
        ("St.Helens/forms", "'st.helens'"),
        ("St.HELENS", "'st.helens'"),
        ("We hear #heron", "'#heron'"),
        ("\uff03heron", "'#heron'"),
        ("Section #4b", "'#4b'"),
        ("worth $USD", "'$usd'"),
        ("Ring 0161 496 0000 now", "'0161 496 0000'"),
        ("(0300) 131-2789", "'(0300) 131-2789'"),
        ("+44.161.496.0000", "'44.161.496.0000'"),
        ("0161/4960000", "'0161/4960000'"),
        ("\uff10\uff11\uff16\uff11 496 0000", "'0161 496 0000'"),
        ("on 1.12.2026 01614960", "'01614960'"),
        ("4000 0000 0000 0002", "'4000 0000 0000 0002'"),
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
        "St.Helens",
        "Ynys.M\u00f4n, St.Asaph and St.Helens.",
        "Team #1, no. #2",
        "From 1.12.2026, 2026-12-01 or 30/11/2026 on; 2025-2026, 2026/2027",
        "1,000,000 hours, 12 500 calls, 999 and 101",
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See bit.ly/x now.", "See bit|.|ly|/|x now."),
        ("ask @heron", "ask @|heron"),
        ("heron@example.org", "heron|@|example|.|org"),
        ("/forget #heron $USD", "/|forget #|heron $|USD"),
        ("http://x", "http|:|/|/|x"),
        ("Ring 0161 496 0000", "Ring 0|1|6|1 4|9|6 0|0|0|0"),
        ("999 or 101, 24 people in 2026.", "999 or 101, 24 people in 2026."),
        ("On 2026-12-01 we hear you.", "On 2026-12-01 we hear you."),
    ],
)
def test_what_is_shown_looks_the_same_and_leads_nowhere(text: str, shown: str) -> None:
    assert untapped(text) == shown.replace("|", WORD_JOINER)
    assert untapped(text).replace(WORD_JOINER, "") == text
