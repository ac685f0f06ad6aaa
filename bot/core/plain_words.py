"""Plain words: what Telegram would make a link or a command of has no place in a name or a line.

Officers are written to by the bot alone, so whatever it says looks like its own word. Support
entries are the one place where links belong.
"""

import re
import unicodedata
from typing import Final

_TAPPED: Final = re.compile(
    # Telegram takes no slash behind these for the beginning of a command.
    r"(?P<command>(?<![\w/<>])/\w+)"
    r"|(?P<handle>@\w+)"
    # A full stop with two letters right after it reads as the name of a site.
    r"|(?P<site>(?<![\w-])[\w-]*\w\.[^\W\d_]{2,}[\w.-]*)"
    r"|(?P<number>\d+(?:\.\d+){3})"
    r"|(?P<scheme>(?<!\w)[a-z][a-z0-9+.-]+:\S+)"
)
_LONGEST: Final = 30


def tapped_in(text: str) -> str | None:
    """Return the first thing that could be tapped, written so that it can be shown; else None.

    Wide and small forms of a sign are that sign: they look alike, and an application may read
    them alike.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\u3002", ".")
    found = _TAPPED.search(plain)
    return None if found is None else ascii(found[0][:_LONGEST])
