"""Formatted text as Telegram keeps it: plain text and entities that point into it.

Offsets and lengths count UTF-16 units, as the Bot API does. `parse_html` accepts what
Telegram's HTML mode accepts and refuses the rest in its words.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.refusals import Refused, bad_request

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*|)([^<>]*)>?", re.ASCII)
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
# Telegram knows four names and the numbers; anything else stays as it is typed.
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_COMMAND = re.compile(r"(?<![\w/@<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/])")
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text with a meaning."""

    kind: str
    offset: int
    length: int
    extra: dict[str, str] = field(default_factory=dict)

    def to_api(self) -> dict[str, Any]:
        return {"type": self.kind, "offset": self.offset, "length": self.length, **self.extra}


def units(text: str) -> int:
    """Length in UTF-16 units."""
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for character in text if character > "\uffff")


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    byte_offset: int
    extra: dict[str, str]


def parse_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    """Return plain text and entities; raises `Refused` (400) for what Telegram refuses."""
    if "<" not in source:
        return _unescape(source), ()
    parts: list[str] = []
    entities: list[Entity] = []
    stack: list[_Open] = []
    offset = position = 0
    while (start := source.find("<", position)) >= 0:
        text = _unescape(source[position:start])
        parts.append(text)
        offset += units(text)
        byte_offset = len(source[:start].encode())
        match = _TAG.match(source, start)
        if match is None:
            raise _cannot("Unclosed start tag at byte offset", byte_offset)
        if not match[0].endswith(">"):
            if match[3][:1].isspace():
                _attributes(match[2].lower(), "", byte_offset)
            raise _cannot("Unclosed start tag at byte offset", byte_offset)
        closing, tag, rest = match[1], match[2].lower(), match[3]
        if not closing:
            stack.append(_Open(tag, offset, byte_offset, _attributes(tag, rest, byte_offset)))
        elif not stack:
            raise _cannot("Unexpected end tag at byte offset", byte_offset)
        elif tag and stack[-1].tag != tag:
            raise bad_request(
                f"can't parse entities: Unmatched end tag at byte offset {byte_offset}, "
                f'expected "</{stack[-1].tag}>", found "</{tag}>"'
            )
        else:
            opened = stack.pop()
            entity = _entity(opened, offset)
            if entity is not None:
                entities.append(entity)
        position = match.end()
    parts.append(_unescape(source[position:]))
    if stack:
        raise bad_request(
            "can't parse entities: Can't find end tag corresponding to start tag "
            f'"{stack[-1].tag}"'
        )
    entities.sort(key=lambda entity: (entity.offset, -entity.length))
    return "".join(parts), tuple(entities)


def _cannot(problem: str, byte_offset: int) -> Refused:
    return bad_request(f"can't parse entities: {problem} {byte_offset}")


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text)


def _attributes(tag: str, rest: str, byte_offset: int) -> dict[str, str]:
    if tag not in _KINDS:
        raise bad_request(
            f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {byte_offset}'
        )
    if not rest.strip():
        found: dict[str, str] = {}
    else:
        end = 0
        found = {}
        for match in _ATTRIBUTE.finditer(rest):
            if match.start() != end:
                break
            end = match.end()
            found[match[1].lower()] = _unescape((match[2] or "").strip("\"'"))
        if rest[end:].strip():
            raise _cannot(f'Unexpected attribute in the tag "{tag}" at byte offset', byte_offset)
    if tag == "span" and found.get("class") != "tg-spoiler":
        raise bad_request(
            'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset '
            f"{byte_offset}"
        )
    return found


def _entity(opened: _Open, end: int) -> Entity | None:
    length = end - opened.offset
    if length == 0:
        return None
    kind = _KINDS[opened.tag]
    extra: dict[str, str] = {}
    if opened.tag == "a":
        href = opened.extra.get("href", "")
        # A link without a usable address is shown as plain text, not refused.
        if not is_web_link(href):
            return None
        extra = {"url": href}
    elif opened.tag == "blockquote" and "expandable" in opened.extra:
        kind = "expandable_blockquote"
    return Entity(kind, opened.offset, length, extra)


def is_web_link(url: str) -> bool:
    """Whether Telegram takes `url` behind a link or a button."""
    return url.startswith(("http://", "https://", "tg://")) and len(url.split("//", 1)[1]) > 0


def entities_from_api(raw: Any) -> tuple[Entity, ...]:
    """Entities a caller spelled out instead of a parse mode."""
    if not isinstance(raw, list):
        raise bad_request("can't parse entities: expected an array of MessageEntity")
    try:
        found = [
            Entity(
                str(one["type"]),
                int(one["offset"]),
                int(one["length"]),
                {name: str(one[name]) for name in ("url", "language") if name in one},
            )
            for one in raw
        ]
    except (KeyError, TypeError, ValueError):
        raise bad_request("can't parse entities: expected type, offset and length") from None
    return tuple(sorted(found, key=lambda entity: (entity.offset, -entity.length)))


def trimmed(text: str, entities: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    """Cut outer white space as Telegram does, and move the entities along."""
    text = text.rstrip()
    left = len(text) - len(text.lstrip())
    if not entities:
        return text.lstrip(), ()
    end = units(text)
    kept = []
    for entity in entities:
        first = max(entity.offset, left)
        last = min(entity.offset + entity.length, end)
        if last > first:
            kept.append(Entity(entity.kind, first - left, last - first, entity.extra))
    return text[left:], tuple(kept)


def noticed(text: str) -> tuple[Entity, ...]:
    """The commands and addresses Telegram itself marks in a text a person sends."""
    found = []
    for kind, pattern in (("bot_command", _COMMAND), ("url", _URL)):
        if "/" in text:
            for match in pattern.finditer(text):
                found.append(Entity(kind, units(text[: match.start()]), units(match[0])))
    return tuple(sorted(found, key=lambda entity: (entity.offset, -entity.length)))
