"""Formatted text cut into stretches of one look each, for pages and for tests.

Telegram's apps make telephone numbers tappable although the server does not mark them;
`with_numbers` does the same.
"""

import html
import itertools
import re
from dataclasses import dataclass

from bot.sandbox.entities import Entity, units

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
# Long numbers from 0 or +, the helpline 116 123 and its like, short codes, emergency calls.
_NUMBER = re.compile(
    r"(?<![\w/.,:+-])(?:\+\d[\d ]{6,16}\d|0\d[\d ]{6,14}\d|116 ?\d{3}|[678]\d{4}|999|111|112|101)"
    r"(?![\w%]|[.,:]\d)"
)
_SHORT_CODE = re.compile(r"[678]\d{4}")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text; `kinds` are entity types, outermost first."""

    text: str
    kinds: tuple[str, ...] = ()
    link: str = ""


def segments(text: str, entities: tuple[Entity, ...]) -> list[Segment]:
    """Cut `text` wherever an entity begins or ends."""
    if not entities:
        return [Segment(text)] if text else []
    edges = {0, units(text)}
    for entity in entities:
        edges |= {entity.offset, entity.offset + entity.length}
    # UTF-16 little endian has two bytes a unit, whatever the plane.
    raw = text.encode("utf-16-le")
    cuts = sorted(edge for edge in edges if edge <= units(text))
    found = []
    for start, end in itertools.pairwise(cuts):
        inside = [one for one in entities if one.offset <= start < one.offset + one.length]
        piece = raw[2 * start : 2 * end].decode("utf-16-le", "replace")
        link = next((_link(one, piece) for one in inside if one.kind in ("text_link", "url")), "")
        found.append(Segment(piece, tuple(one.kind for one in inside), link))
    return found


def _link(entity: Entity, piece: str) -> str:
    return entity.extra.get("url", piece)


def with_numbers(parts: list[Segment]) -> list[Segment]:
    """The same, with telephone numbers as links of their own."""
    found = []
    for part in parts:
        position = 0
        if not part.link:
            for match in _NUMBER.finditer(part.text):
                if match.start() > position:
                    found.append(Segment(part.text[position : match.start()], part.kinds))
                scheme = "sms" if _SHORT_CODE.fullmatch(match[0]) else "tel"
                link = f"{scheme}:{match[0].replace(' ', '')}"
                found.append(Segment(match[0], part.kinds, link))
                position = match.end()
        if position < len(part.text):
            found.append(Segment(part.text[position:], part.kinds, part.link))
    return found


def to_html(text: str, entities: tuple[Entity, ...]) -> str:
    """Write the formatting as HTML again."""
    pieces: list[str] = []
    opened: list[Entity] = []
    at = 0
    for part in segments(text, entities):
        _close(opened, at, pieces)
        for entity in entities:
            if entity.offset == at and (tag := _tag(entity)):
                link = entity.extra.get("url", "")
                pieces.append(f'<a href="{html.escape(link)}">' if tag == "a" else f"<{tag}>")
                opened.append(entity)
        pieces.append(html.escape(part.text, quote=False))
        at += units(part.text)
    _close(opened, at, pieces)
    return "".join(pieces)


def _close(opened: list[Entity], at: int, pieces: list[str]) -> None:
    # What came from HTML is nested; entities spelled out by a caller are taken to be.
    while opened and opened[-1].offset + opened[-1].length <= at:
        pieces.append(f"</{_tag(opened.pop())}>")


def _tag(entity: Entity) -> str:
    return "a" if entity.kind == "text_link" else _TAGS.get(entity.kind, "")
