"""How often a check-in asks, as it is picked in a form: a choice, a day, or words.

Whatever is picked becomes plain words, which `bot.core.recurrences` turns into a rule, so that a
page understands what a file does and nothing else.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.core.recurrences import DAYS, words_of

OTHER: Final = "other"
"""Picked where somebody writes words, or a rule."""

_EVERY: Final = {
    "week": ("Every week", "every week on {day}"),
    "two-weeks": ("Every two weeks", "every two weeks on {day}"),
    "four-weeks": ("Every four weeks", "every four weeks on {day}"),
    "twelve-weeks": ("Every 12 weeks", "every twelve weeks on {day}"),
    "month": ("Every month, on the first such day", "every month on the first {day}"),
    "quarter": ("Quarterly, on the first such day", "quarterly on the first {day}"),
}

CHOICES: Final = (
    *((name, label) for name, (label, _) in _EVERY.items()),
    (OTHER, "Something else, as written below"),
)
"""What the form offers: a name and what it says."""


@dataclass(frozen=True, slots=True)
class Often:
    """What stands in the three fields."""

    often: str = "week"
    on: str = DAYS[0]
    words: str = ""


def picked(rule: str, starts_on: date) -> Often:
    """Return what the fields show for a rule of a check-in."""
    words = words_of(rule, starts_on)
    for name, (_, pattern) in _EVERY.items():
        for day in DAYS:
            if words == pattern.format(day=day):
                return Often(name, day, "")
    return Often(OTHER, DAYS[starts_on.weekday()], words or rule)


def words_picked(often: Often) -> str:
    """Return the words that were picked, or written."""
    if often.often in _EVERY and often.on in DAYS:
        return _EVERY[often.often][1].format(day=often.on)
    return often.words.strip()
