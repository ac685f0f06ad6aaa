"""Words for bands, numbers of people and days, as people say them. Pure.

The bounds of a band belong to it, so an end band reads "two in ten or fewer".
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.core.disclosure.bands import Band

STEPS: Final = 5
NOT_SHOWN: Final = "·"
"""Stands in a cell for everything that is not shown, whatever the reason."""

_STEP: Final = 100 // STEPS
_PER_CENT: Final = "\u00a0%"  # the sign never stands alone on a line
_NUMBERS: Final = (
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "all",
)


def share_in_words(band: Band) -> str:
    """Return a share: "two to four in ten", or in per cent where the band is finer."""
    if band.low == 0 and band.high == 100:
        return "anything from none to all"
    if band.low % 10 or band.high % 10:
        return _in_per_cent(band)
    if band.low == 0:
        return f"{_NUMBERS[band.high // 10]} in ten or fewer"
    if band.high == 100:
        return f"{_NUMBERS[band.low // 10]} in ten or more"
    return f"{_NUMBERS[band.low // 10]} to {_NUMBERS[band.high // 10]} in ten"


def shares_in_words(*bands: Band) -> list[str]:
    """Return shares that are read beside each other, all in the same unit."""
    if any(band.low % 10 or band.high % 10 for band in bands):
        return [_in_per_cent(band) for band in bands]
    return [share_in_words(band) for band in bands]


def _in_per_cent(band: Band) -> str:
    if band.low == 0:
        return f"{band.high}{_PER_CENT} or less"
    if band.high == 100:
        return f"{band.low}{_PER_CENT} or more"
    return f"about {band.low} to {band.high}{_PER_CENT}"


def share_in_short(band: Band) -> str:
    """Return a share for a narrow place: "2–4 in 10", or in per cent where the band is finer."""
    if band.low % 10 or band.high % 10:
        return share_in_figures(band)
    if band.low == 0:
        return f"up to {band.high // 10} in 10"
    if band.high == 100:
        return f"{band.low // 10} in 10 or more"
    return f"{band.low // 10}–{band.high // 10} in 10"


def share_in_figures(band: Band) -> str:
    """Return a share in figures, for tables: "20–40 %"."""
    return f"{band.low}–{band.high}{_PER_CENT}"


def step_of(band: Band) -> int:
    """Return which of five equal steps the middle of a band lies in, 1 to 5."""
    return min(STEPS, (band.low + band.high) // (2 * _STEP) + 1)


def steps_in_words() -> list[str]:
    """Return what each step stands for, from the first to the last."""
    return [share_in_words(Band(low, low + _STEP)) for low in range(0, 100, _STEP)]


def people_in_words(people: tuple[int, int | None]) -> str:
    """Return a number of people: "15 to 24 people"."""
    low, high = people
    return f"{low} people or more" if high is None else f"{low} to {high} people"


def people_in_figures(people: tuple[int, int | None]) -> str:
    """Return a number of people in figures, for tables: "15–24"."""
    low, high = people
    return f"{low}+" if high is None else f"{low}–{high}"


def day_in_words(day: date) -> str:
    """Return a day: "14 December 2026"."""
    return f"{day.day} {day:%B %Y}"


def days_in_words(first: date, last: date) -> str:
    """Return a stretch of days: "5 January to 2 February 2026"."""
    if first.year != last.year:
        return f"{day_in_words(first)} to {day_in_words(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {day_in_words(last)}"
    return f"{first.day} to {day_in_words(last)}"


def days_in_short(first: date, last: date) -> str:
    """Return a stretch of days for a narrow place: "5 Jan to 2 Feb 2026"."""
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%b}{year} to {last.day} {last:%b} {last.year}"


def in_english(text: Mapping[str, str]) -> str:
    """Return a text in English, or in the first language it has."""
    return text.get("en") or next(iter(text.values()))


def why_not_shown(respondents: int) -> str:
    """Return the one sentence about everything that is not shown."""
    return (
        f"A dot means that a result is not shown, because fewer than {respondents} people "
        "answered, because it could give away what a few people said, or because it is not "
        "reported at that level; the dot is the same whatever the reason."
    )


NOT_VALIDATED: Final = (
    # True of our own questions, and of a pack that is asked in parts or in other words.
    "As they are asked here, the questions have not been validated scientifically: "
    "read the results as a reason to talk, not as a measurement."
)
