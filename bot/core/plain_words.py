"""Plain words: what Telegram would make a link or a command of has no place in a name or a line.

Officers are written to by the bot alone, so whatever it says looks like its own word. Support
entries are the one place where links and numbers belong. Two things hold it: `tapped_in` refuses
when something is written, and `untapped` parts it when it is shown, whatever Telegram looks for.
"""

import re
import unicodedata
from typing import Final

_TAPPED: Final = re.compile(
    # Telegram takes no slash behind these for the beginning of a command.
    r"(?P<command>(?<![\w/<>])/\w+)"
    r"|(?P<handle>@\w+)"
    # Of digits alone it makes no tag: “Team #1”.
    r"|(?P<tag>(?<!\w)#\w*[^\W\d]\w*|(?<!\w)\$[a-z]{1,8}(?!\w))"
    # A full stop with two letters right after it reads as the name of a site.
    r"|(?P<site>(?<![\w-])[\w-]*\w\.[^\W\d_]{2,}[\w.-]*)"
    r"|(?P<number>\d+(?:\.\d+){3})"
    r"|(?P<scheme>(?<!\w)[a-z][a-z0-9+.-]+:\S+)",
    re.IGNORECASE,
)
_BETWEEN: Final = r"[\s().\-/\u2010-\u2015]*"
_DATE: Final = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:20)?\d{2}|20\d{2}-\d{2}-\d{2}"
    r"|20\d{2}\s?[-/\u2013]\s?20\d{2})(?!\d)"
)
_CALLED: Final = re.compile(rf"\+?\(?\d(?:{_BETWEEN}\d){{6,}}")
_MANY_DIGITS: Final = re.compile(rf"\d(?:{_BETWEEN}\d){{5,}}")

_NAME: Final = re.compile(
    r"[^\W\d_]+\.(?P<last>[A-Z\u00c0-\u00de][a-z\u00df-\u00ff\u0175\u0177]{2,})(?![/:?])"
)
"""“St.Helens”: Telegram takes no word that begins with a capital for the end of a site's name."""
_ENDS_OF_SITES: Final = frozenset(
    {"com", "org", "net", "info", "gov", "edu", "police", "wales", "cymru", "scot", "london"}
    | {"app", "bot", "biz", "chat", "cloud", "dev", "link", "online", "shop", "site", "web", "xyz"}
)
"""A person may type these, however they are written."""

_PARTS: Final = re.compile(r"(?<=[.@/#$:])(?=\S)|(?<=\S)(?=[.@/:]\S)")
WORD_JOINER: Final = "\u2060"
"""Takes no room, and ends whatever could be tapped."""

_LONGEST: Final = 30


def tapped_in(text: str) -> str | None:
    """Return the first thing that could be tapped, written so that it can be shown; else None.

    Wide and small forms of a sign are that sign: they look alike, and an application may read
    them alike.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    for found in _TAPPED.finditer(plain):
        if found.lastgroup != "site" or not _is_a_name(plain, found):
            return _shown(found[0])
    called = _CALLED.search(_DATE.sub(" x ", plain))
    return None if called is None else _shown(called[0])


def untapped(text: str) -> str:
    """Return a text that looks the same, in which no application finds anything to tap.

    For what is shown: it was written plain, by rules of its time.
    """
    # A date is read out as one, so its digits stay together.
    made, end = [], 0
    for date in _DATE.finditer(text):
        made += [_MANY_DIGITS.sub(_apart, text[end : date.start()]), date[0]]
        end = date.end()
    made.append(_MANY_DIGITS.sub(_apart, text[end:]))
    return _PARTS.sub(WORD_JOINER, "".join(made))


def _apart(found: re.Match[str]) -> str:
    return re.sub(r"(?<=\d)(?=\d)", WORD_JOINER, found[0])


def _is_a_name(plain: str, found: re.Match[str]) -> bool:
    name = _NAME.match(plain, found.start())
    return (
        name is not None
        and name[0] == found[0].rstrip(".-")
        and name["last"].casefold() not in _ENDS_OF_SITES
    )


def _shown(found: str) -> str:
    return ascii(found[:_LONGEST].casefold())
