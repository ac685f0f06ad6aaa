"""Entries of the support directory as an officer reads them."""

from collections.abc import Sequence
from html import escape

from bot.core.documents import in_language
from bot.core.languages import Tongue
from bot.core.support import SupportEntry
from bot.officer.texts import support as texts

MOST_CHARACTERS = 3_200
"""Of a list of entries; Telegram takes 4,096 with everything around it."""


def as_text(tongue: Tongue, entries: Sequence[SupportEntry]) -> str:
    """Return a list of entries, cut where a message would become too long to arrive."""
    fitting: list[str] = []
    for entry in entries:
        text = _entry(tongue, entry)
        if sum(map(len, fitting)) + len(text) > MOST_CHARACTERS:
            break
        fitting.append(text)
    return "\n\n".join(fitting)


def _entry(tongue: Tongue, entry: SupportEntry) -> str:
    language = tongue.language
    # Numbers stand in the text: Telegram makes them tappable, and buttons cannot dial.
    ways = [
        entry.phone,
        _to_text(tongue, entry.text_to) if entry.text_to else None,
        in_language(entry.contact, language) if entry.contact else None,
        entry.link,
    ]
    cost = f" · {in_language(entry.cost, language)}" if entry.cost else ""
    lines = [
        f"<b>{escape(in_language(entry.name, language))}</b>",
        escape(" · ".join(way for way in ways if way)),
        escape(f"{in_language(entry.hours, language)}{cost}"),
        f"<i>{escape(in_language(entry.for_whom, language))}."
        f" {escape(in_language(entry.confidentiality, language))}.</i>",
    ]
    return "\n".join(lines)


def _to_text(tongue: Tongue, text_to: str) -> str:
    word, number = text_to.split(" to ")
    return tongue.label(texts.TEXT_TO, word=word, number=number)
