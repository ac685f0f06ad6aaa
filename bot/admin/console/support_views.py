"""What the pages of the support directory say of an entry, and what officers are shown of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from markupsafe import Markup

from bot.admin.console.support_form import NEEDS
from bot.core.directory import EntryLine
from bot.core.documents import in_language
from bot.core.instruments import Need
from bot.core.programme import Programme
from bot.core.support import Age, SupportEntry
from bot.core.support_changes import mark_of
from bot.web.words import day_in_words


@dataclass(frozen=True, slots=True)
class ShownScreen:
    """One message as officers see it."""

    name: str
    """The way to it."""
    text: str
    """In Telegram's markup, everything that is not the program's own text made safe."""
    rows: tuple[tuple[str, ...], ...]
    """The labels of its buttons."""


Shown = Callable[[Programme, list[SupportEntry], str], Sequence[ShownScreen]]
"""Returns every message that shows entries, in a language."""

SHORT: Final[Mapping[Need, str]] = {
    Need.CRISIS: "help right now",
    Need.TALK: "someone to talk to",
    Need.TRIM: "TRiM",
    Need.HEALTH: "occupational health",
    Need.HOME: "home and family",
    Need.ASSOCIATION: "staff associations",
    Need.CHAPLAINCY: "chaplaincy",
    Need.READ: "things to read and hear",
    Need.LEAVING: "thinking of leaving",
}
_SCREENS: Final[Mapping[str, str]] = {
    "/help": "The crisis card, by /help",
    "/help, call list": "The call list behind it",
    "/support": "The support menu, by /support",
    "/tough_job": "After a tough job, by /tough_job",
    **{f"/support, {need.value}": f"On the menu: {words}" for need, words in SHORT.items()},
}
"""What a message is, for who never wrote to the bot."""

CALLED: Final = "Somebody answered, and it was who it should be."
TRIED: Final = "It opened, or somebody was there, and it is what it should be."

_AGES: Final = {
    Age.FRESH: "",
    Age.DUE: "Due: call it again.",
    Age.TOO_OLD: "Too old to show. The program does not start with it.",
}


def entry_view(line: EntryLine) -> dict[str, Any]:
    """Return what the list says of one entry."""
    entry = line.entry
    return {
        "id": entry.id,
        "name": in_language(entry.name, "en"),
        "ways": ways_in_words(entry),
        "needs": [SHORT[need] for need in entry.needs],
        "verified": f"{ago(line.days)} ({day_in_words(entry.last_verified)})",
        "by": entry.verified_by,
        "age": _AGES[line.age],
        "problems": line.problems,
        "invented": line.invented,
        "seen": mark_of(entry),
        "tried": "I called this number today" if entry.phone else "I tried this today",
        "right": CALLED if entry.phone else TRIED,
    }


def ways_in_words(entry: SupportEntry) -> list[str]:
    """Return every way to reach an entry, as it is read out in English."""
    text = f"Text {entry.text_to}" if entry.text_to else None
    other = in_language(entry.contact, "en") if entry.contact else None
    return [way for way in (entry.phone, text, entry.link, other) if way]


def ago(days: int) -> str:
    """Return how many days ago something was."""
    if days <= 0:
        return "today" if not days else "on a day yet to come"
    return "yesterday" if days == 1 else f"{days} days ago"


def missing_in_words(missing: Sequence[Need]) -> list[str]:
    """Return what nobody is named for."""
    return [NEEDS[need] for need in missing]


def screens_view(
    screens: Sequence[ShownScreen], about: SupportEntry | None = None, language: str = "en"
) -> list[dict[str, Any]]:
    """Return messages for a page; where they are about one entry, those that show it."""
    name = None if about is None else escape(in_language(about.name, language))
    return [
        # Safe: it is what goes out to Telegram as markup, which would refuse it otherwise.
        {"name": _SCREENS[each.name], "text": Markup(each.text), "rows": each.rows}  # noqa: S704
        for each in screens
        if name is None or name in each.text
    ]
