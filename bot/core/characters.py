"""Characters that have no business in a name or a text: what cannot be drawn, seen or trusted.

XML 1.0 knows no control characters, no half of a pair and no U+FFFE and U+FFFF; the library
that draws the charts ends the whole process on some of them. Marks that turn the direction of
writing make a name read as another, and what cannot be seen makes two names look like one.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_ODD: Final = (
    r"\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0"
    r"\ufff0-\ufffb\ufffe\uffff"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
    + r"\U000e0000-\U000e0fff"
)
_ODD_IN_A_NAME: Final = re.compile(
    rf"[{_ODD}\u034f\u200c\u200d\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a]"
)
"""What joins letters, or keeps them from joining, belongs in some languages' texts alone; what
shapes shorthand and scores of music, in no name."""
_ODD_IN_A_TEXT: Final = re.compile(rf"(?!\n)[{_ODD}]")
"""A text may have several lines; a name has one."""

_NOT_EVEN_ESCAPED: Final = re.compile(r"[\ud800-\udfff\ufffe\uffff]")

MOST_MARKS: Final = 3
"""So many marks has a letter of Vietnamese, Hebrew or Thai; more are drawn over other lines."""

REPLACEMENT: Final = "\ufffd"


def odd_in_name(name: str) -> str | None:
    """Return the first odd character of a name as `U+202E`; None when there is none.

    A mark is odd where it has no letter or sign to stand on, or too many stand there already:
    spaces with marks between them are a gap that nobody tidies away.
    """
    return _called(_ODD_IN_A_NAME.search(name)) or _odd_mark(name)


def odd_in_text(text: str) -> str | None:
    """Return the first odd character of a text as `U+202E`; None when there is none."""
    return _called(_ODD_IN_A_TEXT.search(text))


def _odd_mark(name: str) -> str | None:
    if name.isascii():
        return None
    room = 0
    for each in name:
        if unicodedata.category(each)[0] != "M":
            room = 0 if each.isspace() else MOST_MARKS
        elif room == 0:
            return f"U+{ord(each):04X}"
        else:
            room -= 1
    return None


def _called(found: "re.Match[str] | None") -> str | None:
    return None if found is None else f"U+{ord(found[0]):04X}"


def odd_places(
    content: object, place: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the place and the first odd character of every text and key of a document."""
    # No generator in a generator: a force has tens of thousands of texts, and a page waits.
    found: list[tuple[tuple[str | int, ...], str]] = []
    _look(content, place, found)
    yield from found


def _look(
    content: object,
    place: tuple[str | int, ...],
    found: list[tuple[tuple[str | int, ...], str]],
) -> None:
    if isinstance(content, str):
        if (odd := odd_in_text(content)) is not None:
            found.append((place, odd))
    elif isinstance(content, Mapping):
        for key, value in content.items():
            if isinstance(key, str) and not _is_simple(key) and (odd := odd_in_name(key)):
                found.append((place, odd))
            elif not _is_simple(value):
                _look(value, (*place, key), found)
    elif isinstance(content, Sequence) and not isinstance(content, bytes):
        for position, value in enumerate(content):
            if not _is_simple(value):
                _look(value, (*place, position), found)


def _is_simple(value: object) -> bool:
    """Whether a value is seen at once to have nothing odd: a number, or a plain text."""
    if isinstance(value, str):
        return value.isascii() and value.isprintable()
    return isinstance(value, int)


def cleaned(content: Any) -> Any:
    """Return plain values with every odd character of their texts replaced by U+FFFD."""
    if isinstance(content, str):
        return _ODD_IN_A_TEXT.sub(REPLACEMENT, content)
    if isinstance(content, Mapping):
        return {cleaned(key): cleaned(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [cleaned(value) for value in content]
    return content


def without_what_xml_lacks(text: str) -> str:
    """Return a text for a workbook, which has a way to write control characters, but not these."""
    return _NOT_EVEN_ESCAPED.sub(REPLACEMENT, text)
