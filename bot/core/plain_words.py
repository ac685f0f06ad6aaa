"""Plain words: what Telegram would make a link or a command of has no place in a name or a line.

Officers are written to by the bot alone, so whatever it says looks like its own word. Support
entries are the one place where links and numbers belong. Two things hold it: `tapped_in` refuses
when something is written, and `untapped` parts it when it is shown, whatever Telegram looks for.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_TAPPED: Final = re.compile(
    # Telegram takes no slash behind these for the beginning of a command.
    r"(?P<command>(?<![\w/<>])/\w+)"
    r"|(?P<handle>@\w+)"
    # Of digits alone it makes no tag: “Team #1”.
    r"|(?P<tag>#[\w\xb7\u200c\u0d80-\u0dff]*[^\W\d_]\w*|\$[a-z]{1,8})"
    r"|(?P<number>\d+(?:\.\d+){3})"
    r"|(?P<scheme>(?:(?<!\w)[a-z][a-z0-9+.-]+:|://)\S+)",
    re.IGNORECASE,
)
_SITE: Final = re.compile(r"(?<![\w~-])[\w~-]*[\w~]\.[^\W\d_]{2,}[\w.~-]*")
"""A full stop with two letters right after it reads as the name of a site."""

_BETWEEN: Final = (
    # What applications pass over between the digits of a number (libphonenumber's table), and
    # what people write there.
    r"[\s()\[\].\-/\\~_x#\xad\xb7\u200b-\u200f\u2010-\u2015\u2022\u202a-\u202e\u2043\u2053"
    r"\u2060-\u2062\u2064-\u206f\u2212\u2219\u223c\u22c5\u30fb\u30fc\ufe58\ufe63\ufeff"
    r"\uff03\uff08\uff09\uff0d-\uff0f\uff3b\uff3d\uff3f\uff58\uff5e\uff65]*"
)
_TO_CALL: Final = re.compile(rf"[+\uff0b(\uff08]*\d(?:{_BETWEEN}\d){{6,}}")
_MANY_DIGITS: Final = re.compile(rf"[+\uff0b(\uff08]*\d(?:{_BETWEEN}\d){{5,}}")
_DATE: Final = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])(?P<sign>[./-])(?:0?[1-9]|1[0-2])(?P=sign)(?:20)?\d{2}"
    r"|20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"|20\d{2}\s?[-/\u2013]\s?(?:20)?\d{2}"
)

_SPELT: Final = re.compile(rf"\d(?:(?:{_BETWEEN}|[^\w\s\u2063]{{1,2}})\d){{6,}}")
"""With a sign or two that telephones stop at between its digits, a number can still be read."""
_SPELT_WIDE: Final = re.compile(r"(?:\+\s?\d|(?<!\d)0)(?:[^\w\u2063]{0,3}\d){9,}")
"""Lists that begin with a zero are short, so here may be spaces as well: “07700, 900, 123”."""
_COUNTED: Final = re.compile(
    rf"(?<!\d)(?:{_DATE.pattern}|(?:[01]?\d|2[0-3]):[0-5]\d"
    r"|[1-9]\d{0,2}(?:,\d{3}){1,2})(?!\d)"
)
_ALL_COUNTED: Final = re.compile(rf"(?:{_COUNTED.pattern}\W*)++")
"""Days, times and thousands: “07:00-19:00”, “1,000,000”."""

_NAME: Final = re.compile(
    r"[^\W\d_]+\.(?P<last>[A-Z\u00c0-\u00de][a-z\u00df-\u00ff\u0175\u0177]{2,})(?![/:?])"
)
"""“St.Helens”: Telegram takes no word that begins with a capital for the end of a site's name."""
_ENDS_OF_SITES: Final = frozenset(
    {"com", "org", "net", "info", "gov", "edu", "police", "wales", "cymru", "scot", "london"}
    | {"care", "click", "health", "help", "int", "life", "live", "news", "page", "pro", "support"}
    | {"today", "world", "zip"}
    | {"app", "bot", "biz", "chat", "cloud", "dev", "link", "online", "shop", "site", "web", "xyz"}
)
"""A person may type these, however they are written."""

PARTING: Final = "\u2063"
"""Takes no room, and ends whatever could be tapped. (U+2060 is passed over between digits.)"""
_SIGNS: Final = r"[.@/#$:\u3002\ufe52\uff03\uff04\uff0e\uff0f\uff1a\uff20\uff61]"
_PARTS: Final = re.compile(
    # “10:30” and “24/7” are read out as what they are: digits are parted by rules of their own.
    rf"(?<={_SIGNS})(?:(?<!\d.)|(?!\d))(?=[^\s{PARTING}])"
    rf"|(?<=[^\s{PARTING}])(?:(?<!\d)|(?!.\d))(?={_SIGNS}[^\s{PARTING}])"
)
_ADDRESS: Final = re.compile(r"\d+(?:\.\d+){3,}")

_LONGEST: Final = 30


def tapped_in(text: str) -> str | None:
    """Return the first thing that could be tapped, written so that it can be shown; else None.

    Wide and small forms of a sign are that sign: they look alike, and an application may read
    them alike, or not.
    """
    alike = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    found = (each for plain in (alike, text) for each in _all_tapped(plain))
    return next((ascii(each[:_LONGEST].casefold()) for each in found), None)


def _all_tapped(plain: str) -> Iterator[str]:
    for found in _TAPPED.finditer(plain):
        yield found[0]
    read = "".join(map(_as_read, plain))
    for site in _SITE.finditer(read):
        if not _is_a_name(read, site):
            yield plain[site.start() : site.end()]
    for called in _TO_CALL.finditer(plain):
        if _DATE.fullmatch(called[0]) is None:
            yield called[0]
    for spelt in _SPELT.finditer(plain):
        if _ALL_COUNTED.fullmatch(spelt[0]) is None:
            yield spelt[0]
    for spelt in _SPELT_WIDE.finditer(_COUNTED.sub("n", plain)):
        yield spelt[0]


def _as_read(sign: str) -> str:
    """Return what a sign is in the name of a site: a letter, a sign that may stand there, or not.

    Telegram takes nearly every sign there: hearts, marks, dashes, and what joins letters unseen.
    """
    if sign < "\xc0" or sign.isalnum():
        return sign
    if sign in "\u200c\u200d":
        return "x"
    if "\u2000" <= sign <= "\u206f":
        return "_" if "\u2010" <= sign <= "\u2015" else sign
    kind = unicodedata.category(sign)[0]
    return {"M": "x", "Z": " "}.get(kind, "_")


def untapped(text: str) -> str:
    """Return a text that looks the same, in which no application finds anything to tap.

    For what is shown: it was written plain, by rules of its time. Many spaces would make two
    paragraphs of it, so one is left.
    """
    tidy = " ".join(text.split())
    parted = _MANY_DIGITS.sub(_apart, _ADDRESS.sub(_after_each_digit, tidy))
    return _PARTS.sub(PARTING, parted)


def _apart(found: re.Match[str]) -> str:
    # A date is read out as one, so its digits stay together.
    return found[0] if _DATE.fullmatch(found[0]) else _after_each_digit(found)


def _after_each_digit(found: re.Match[str]) -> str:
    return re.sub(r"(?<=\d)(?!$)", PARTING, found[0])


def _is_a_name(read: str, found: re.Match[str]) -> bool:
    name = _NAME.match(read, found.start())
    return (
        name is not None
        and name[0] == found[0].rstrip(".-")
        and name["last"].casefold() not in _ENDS_OF_SITES
    )
