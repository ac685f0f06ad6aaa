"""Texts in a table that a spreadsheet opens: none is taken for a formula, each reads back.

Team names can be anything. A spreadsheet takes a cell for a formula that starts with one of
`= + - @`, a tab or a line break, or with the wide forms of these; and where it expects
semicolons or tabs between cells, one in the middle of a text begins a new cell. An apostrophe
goes before each such place; `plain` takes it away again, and gives back what was there.
"""

import re
from functools import lru_cache
from typing import Final

STARTS: Final = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
# Spreadsheets skip blanks, invisible signs and quotes on their way to the first character.
_SKIPPED: Final = (
    '[ "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u00ad\u034f\u061c'
    "\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff]*"
)
_CELL: Final = rf"(?:(?<=[;\t\r\n\uff1b])|^)({_SKIPPED}"
_BEFORE = re.compile(rf"{_CELL}'*)(?=[{STARTS}])")
_GUARDED = re.compile(rf"{_CELL}'*)'(?=[{STARTS}])")


@lru_cache(maxsize=8192)  # the same few texts stand in thousands of lines
def neutral(text: str) -> str:
    """Return the text with an apostrophe wherever a formula could begin."""
    return _BEFORE.sub(r"\1'", text)


def plain(text: str) -> str:
    """Return what `neutral` was given."""
    return _GUARDED.sub(r"\1", text)


def could_be_formula(text: str) -> bool:
    """Whether a spreadsheet could take some of the text for a formula."""
    return neutral(text) != text
