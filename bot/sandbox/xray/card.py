"""The shapes of an X-ray card, and the words that several cards share."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.sandbox.xray.page import FIRST_BYTES, HeldRound


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a card; `code` is shown as bytes. `key` says whether it is still the same."""

    key: str
    label: str
    value: str
    code: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that belong together, and what is said below them."""

    caption: str
    lines: tuple[Line, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that is held, or not."""

    id: str
    side: str
    title: str
    number: str
    sentence: str
    sections: tuple[Section, ...] = ()
    note: str = ""


def first_bytes(content: bytes) -> str:
    """Return the beginning of what cannot be read, as it is shown."""
    return f"{content[:FIRST_BYTES].hex(' ', 4)} …"


def day_in_words(stored: str) -> str:
    """Return a day as the database has it, such as "30 November"."""
    day = date.fromisoformat(stored)
    return f"{day.day} {day:%B}"


def moment_in_words(stored: str) -> str:
    """Return a moment as the database has it, such as "30 Nov 17:01 UTC"."""
    moment = datetime.fromisoformat(stored)
    return f"{moment.day} {moment:%b %H:%M} UTC"


def round_in_words(each: HeldRound) -> str:
    """Return what a round is called, such as "Weekly pulse, round of 30 November"."""
    return f"{each.title}, round of {day_in_words(each.opens_on)}"
