"""What Telegram would make tappable is found; sentences and names as people write them are not."""

import random
import re

import phonenumbers
import pytest

from bot.core.plain_words import PARTING, tapped_in, untapped


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
        ("on 1.12.2026 01614960", "'1.12.2026 01614960'"),
        ("4000 0000 0000 0002", "'4000 0000 0000 0002'"),
        ("x" * 90 + ".example", "'" + "x" * 30 + "'"),
        # Telegram takes nearly any sign into a site's name.
        ("Read fenmarch\u2764.ws", "'fenmarch\\u2764.ws'"),
        ("\U0001f600.ws", "'\\U0001f600.ws'"),
        ("x\u0301.com", "'x\\u0301.com'"),
        ("evil.\u092d\u093e\u0930\u0924", "'evil.\\u092d\\u093e\\u0930\\u0924'"),
        ("evil\u2010.com", "'evil\\u2010.com'"),
        ("evil\u200c.com", "'evil\\u200c.com'"),
        ("evil~.com", "'evil~.com'"),
        ("\u2a74.com", "'\\u2a74.com'"),
        ("\u2764.Helens", "'\\u2764.helens'"),
        ("x\u2002\u2764.ws", "'\\u2764.ws'"),
        # What comes before such a sign, or stands in it, keeps no application from it.
        ("\xe9tg://resolve", "'://resolve'"),
        ("\xbd#heron", "'#heron'"),
        ("#1\xb7heron", "'#1\\xb7heron'"),
        # Digits that look like a day hide none of the others.
        ("Ring +44-20-79 46-00-12 now", "'+44-20-79 46-00-12'"),
        ("Ring 0-20-79 46-00-12", "'0-20-79 46-00-12'"),
        ("+4.4.2079 4.6.2012", "'+4.4.2079 4.6.2012'"),
        ("09-11-20 11-22-33", "'09-11-20 11-22-33'"),
        ("Ring 07.90.2016", "'07.90.2016'"),
        ("Ring 07700\u2212900\u2212123", "'07700\\u2212900\\u2212123'"),
        ("Ring 07700[900]123", "'07700[900]123'"),
        ("Ring 07700x900x123", "'07700x900x123'"),
        ("Ring 07700\u30fc900\u30fc123", "'07700\\u30fc900\\u30fc123'"),
        ("Ring 07700 #900123", "'07700 #900123'"),
        ("Ring 07700 ~900~123", "'07700 ~900~123'"),
        ("Ring 0800\u2022555\xb7111", "'0800\\u2022555\\xb7111'"),
        ("Ring \u2460\u2461\u2462\u2463\u2464\u2465\u2466", "'1234567'"),
        # No telephone finds these, and everybody reads them.
        ("Ring 07700,900,123", "'07700,900,123'"),
        ("Ring 07700|900|123", "'07700|900|123'"),
        ("Ring 07700:900:123", "'07700:900:123'"),
        ("Ring 07700,900 123", "'07700,900 123'"),
        (
            "Ring 0\ufe0f\u20e37\ufe0f\u20e37\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e39\ufe0f\u20e39",
            "'0\\ufe0f\\u20e37\\ufe0f\\u20e37\\ufe0f\\u20e30\\ufe0f\\u20e30\\ufe0f\\u20e39\\ufe0f\\u20e39'",
        ),
        ("Ring 07700, 900, 123", "'07700, 900, 123'"),
        ("Ring +44 7700; 900; 123", "'+44 7700; 900; 123'"),
        ("Ring 07700,1/12/26,900", "'07700,1/12/26,900'"),
        ("Ring 077:00,900,123", "'077:00,900,123'"),
        ("12:34:56:78", "'12:34:56:78'"),
        ("Nhs.Support", "'nhs.support'"),
        ("Trim.Life", "'trim.life'"),
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
        "Team 4/5",
        "9 to 5, Mon-Fri",
        "From 2026/27 on, 2025\u201326",
        "A-E",
        "Heddlu Ll\u0177r: T\xeem \u0174yl, Bae Caerdydd (\u2019r Hen Goleg)",
        "Llanfair P.G.",
        "More cars\u2026and rest. \u2764 Thank you.\U0001f44f\U0001f44f",
        "We heard you...and did it",
        "\u201cBetter nights.\u201d From 01/12/2026, 24 cars",
        "Open 07:00-19:00, or 07:00/15:00/23:00; 07:00, 15:00, 23:00",
        "1,000,000-2,000,000 hours, \xa312,500, \xa313,000, 10%, 20%, 30%, 40%",
        "On 01/12/2026, 08/12/2026; 100, 200, 300, 400; 2, 4, 6, 8, 10, 12, 14",
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
        ("Ring 0161 496 0000", "Ring 0|1|6|1| 4|9|6| 0|0|0|0"),
        ("999 or 101, 24 people in 2026.", "999 or 101, 24 people in 2026."),
        ("On 2026-12-01 we hear you.", "On 2026-12-01 we hear you."),
        ("9.30am to 10:30, 24/7, 2026/27", "9.30am to 10:30, 24/7, 2026/27"),
        ("10.0.0.1", "1|0|.|0|.|0|.|1"),
        ("0-8-0 0.11", "0|-8|-0| 0|.|1|1"),
        ("on 1.12.2026 24", "on 1|.|1|2|.|2|0|2|6| 2|4"),
        ("heron\uff0eexample", "heron|\uff0e|example"),
    ],
)
def test_what_is_shown_looks_the_same_and_leads_nowhere(text: str, shown: str) -> None:
    assert untapped(text) == shown.replace("|", PARTING)
    assert untapped(text).replace(PARTING, "") == text
    assert untapped(untapped(text)) == untapped(text)


def test_many_spaces_make_no_second_paragraph_of_what_is_shown() -> None:
    assert untapped(f"Harbour{' ' * 60}Stand\u3000\u3000Easy\n") == "Harbour Stand Easy"


@pytest.mark.parametrize("piece", ["1:00-", "1,000-", "2026-12-10,", "2026-12-01-01/12/26,"])
def test_counted_things_hide_no_number_behind_them_and_are_looked_through_once(piece: str) -> None:
    # To try every way of reading them would never end.
    assert tapped_in(piece * (200 // len(piece)) + "1:60") is not None


def to_call(text: str) -> list[int]:
    """Return how many digits applications of Android's would let people call, at least six."""
    anything = phonenumbers.Leniency.POSSIBLE
    found = [
        # An extension is dialled when somebody has answered.
        (each.raw_string, digits_of(each.raw_string) - len(each.number.extension or ""))
        for region in ("GB", "DE")
        for each in phonenumbers.PhoneNumberMatcher(text, region, leniency=anything)
    ]
    return [digits for raw, digits in found if digits > 5 and not A_DATE.fullmatch(raw)]


def digits_of(text: str) -> int:
    return sum(map(str.isdecimal, text))


A_DATE = re.compile(
    r"\d\d?([./-])\d\d?\1(20)?\d\d|20\d\d-\d\d-\d\d|20\d\d\s?[-/\u2013]\s?(20)?\d\d"
)


def test_libphonenumber_finds_no_number_to_call_that_we_do_not_find() -> None:
    seeded = random.Random(14)  # noqa: S311 - the same every time
    # Its own table, and signs that it does not take.
    signs = (
        "-x\u2010\u2013\u2015\u2212\u30fc\uff0d\uff0f \xa0\xad\u200b\u2060\u3000()"
        "\uff08\uff3b[]./~\u2053\u223c\uff5e"
    )
    others = ",:;#*&\u2764"
    for _ in range(150):
        pieces = [
            seeded.choice(("0", "20", "44", "79", "0161", "11", "2026", "496"))
            + "".join(seeded.choices(signs, k=seeded.randrange(4)))
            + seeded.choice(("", "", "", "", *others))
            for _ in range(seeded.randrange(2, 7))
        ]
        text = f"Ring {seeded.choice(('', '+', '('))}{''.join(pieces)}now"
        assert to_call(untapped(text)) == [], ascii(text)
        if max(to_call(text), default=0) > 6:
            assert tapped_in(text) is not None, ascii(text)
