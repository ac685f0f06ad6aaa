"""The fields of the settings page: a programme fills them in, and they fill in a programme.

What somebody typed stays as they typed it until it is right. Each problem stands at the field it
is about; what a document says of itself in general comes under the form.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from bot.admin.console.saving import FORM, in_words, number_in
from bot.core.documents import Place
from bot.core.programme import (
    LARGEST_EPSILON,
    SMALLEST_EPSILON,
    SMALLEST_HEADS,
    SMALLEST_THRESHOLD,
    SMALLEST_UNIT,
    Programme,
)
from bot.core.programme_differences import SHIFT_WORDS

MOST_RECOUNT_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Number:
    """A number that can be set: its least, its most, and what it means."""

    name: str
    label: str
    hint: str
    least: int
    most: int


NUMBERS: Final = (
    Number(
        "threshold",
        "People who must have answered before a group is shown",
        "At least 10. A higher number hides more, and protects more.",
        SMALLEST_THRESHOLD,
        100_000,
    ),
    Number(
        "heads",
        "Heads a group must have before it is shown",
        "At least 15. However many answered, a smaller group is never shown on its own.",
        SMALLEST_HEADS,
        100_000,
    ),
    Number(
        "unit_heads",
        "Heads of a reporting unit",
        "At least 25. Smaller teams are joined with others of their department until they have "
        "that many.",
        SMALLEST_UNIT,
        100_000,
    ),
    Number(
        "recount_days",
        "Days in which a result can be counted again",
        "1 to 30. After that the answers and the key that opens them are destroyed.",
        1,
        MOST_RECOUNT_DAYS,
    ),
)

_DISCLOSURE: Final = ("threshold", "heads", "unit_heads")
_WRITE_DAY: Final = "expected a day such as 2026-12-25"


@dataclass(slots=True)
class Typed:
    """What stands in the form, as text, and what is wrong with it by field."""

    values: dict[str, str]
    languages: tuple[str, ...]
    figures: bool
    problems: dict[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Return a field's text."""
        return self.values.get(name, "")


def filled_in(programme: Programme) -> Typed:
    """Return the form as a programme fills it in."""
    force, disclosure = programme.force, programme.disclosure
    values = {
        "name": force.name,
        "timezone": force.timezone,
        "bank_holidays": "\n".join(map(str, force.bank_holidays)),
        "blackout_dates": "\n".join(map(str, force.blackout_dates)),
        "recount_days": str(programme.recount_days),
        **{name: str(getattr(disclosure, name)) for name in _DISCLOSURE},
    }
    for shift in SHIFT_WORDS:
        hours = getattr(force.shift_times, shift)
        values[f"{shift}_begins"] = f"{hours.begins:%H:%M}"
        values[f"{shift}_ends"] = f"{hours.ends:%H:%M}"
    figures = disclosure.public_figures
    if figures is not None:
        values["epsilon_per_year"] = f"{figures.epsilon_per_year:g}"
        values["epsilon_per_release"] = f"{figures.epsilon_per_release:g}"
    return Typed(values, tuple(force.languages), figures is not None)


def content_of(typed: Typed, programme: Programme) -> dict[str, Any]:
    """Return a programme's content with what was typed in it; notes what cannot be read.

    What is not typed properly stays as it was, so that everything else is checked all the same.
    """
    content = programme.model_dump()
    force, disclosure = content["force"], content["disclosure"]
    force["name"], force["timezone"] = typed.one("name"), typed.one("timezone")
    # The languages in the order they had, new ones behind: officers are offered them in it.
    kept = [each for each in programme.force.languages if each in typed.languages]
    force["languages"] = [*kept, *(each for each in typed.languages if each not in kept)]
    if not typed.languages:
        typed.problems["languages"] = "Choose at least one language."
        force["languages"] = programme.force.languages
    for name in ("bank_holidays", "blackout_dates"):
        days, problem = days_in(typed.one(name))
        if problem is None:
            force[name] = days
        else:
            typed.problems[name] = problem
    for shift in SHIFT_WORDS:
        times = {each: typed.one(f"{shift}_{each}") for each in ("begins", "ends")}
        force["shift_times"][shift] = times
    for number in NUMBERS:
        found = number_in(typed.one(number.name))
        if found is None or not number.least <= found <= number.most:
            typed.problems[number.name] = _expected(number)
            continue
        (disclosure if number.name in _DISCLOSURE else content)[number.name] = found
    disclosure["public_figures"] = _figures_in(typed) if typed.figures else None
    return content


def _expected(number: Number) -> str:
    if number.most == MOST_RECOUNT_DAYS:
        return f"Write a whole number from {number.least} to {number.most}."
    return f"Write a whole number, {number.least} or more: it can only be made stricter."


def days_in(text: str) -> tuple[list[date], str | None]:
    """Return the days in a text, one a line, in order; or what is wrong with the first bad line."""
    days: list[date] = []
    for number, line in enumerate(text.splitlines(), start=1):
        written = line.strip()
        if not written:
            continue
        day = _day(written)
        if day is None:
            return [], f"Line {number}: {_WRITE_DAY}."
        if day in days:
            return [], f"Line {number}: {day} stands there twice."
        days.append(day)
    return days, None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-12-25") else None
    except ValueError:
        return None


def _figures_in(typed: Typed) -> dict[str, float] | None:
    found: dict[str, float] = {}
    for name in ("epsilon_per_year", "epsilon_per_release"):
        text = typed.one(name)
        try:
            found[name] = float(text) if len(text) <= 10 else float("nan")
        except ValueError:
            found[name] = float("nan")
        if not SMALLEST_EPSILON <= found[name] <= LARGEST_EPSILON:
            typed.problems[name] = (
                f"Write a number from {SMALLEST_EPSILON:g} to {LARGEST_EPSILON:g}, such as 0.5."
            )
    return None if typed.problems.keys() & found.keys() else found


def note_problems(typed: Typed, problems: Iterable[tuple[Place, str]]) -> None:
    """Put what a document says is wrong to the fields it is about."""
    for number, (place, text) in enumerate(problems):
        name = _field_of(place)
        if name is None:
            typed.problems.setdefault(f"{FORM}-{number}", in_words(place, text))
        else:
            typed.problems.setdefault(name, _said(name, text))


def _said(name: str, text: str) -> str:
    if name == "name":
        return "Write a name of 1 to 80 characters on one line."
    if name == "languages":
        return "Choose from the languages that stand here."
    if "time of day" in text:
        # The document speaks of quotes, which only files need.
        return "Write both times as hours and minutes, such as 07:00."
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def _field_of(place: Place) -> str | None:
    match place:
        case ("force", ("name" | "timezone" | "languages" | "bank_holidays") as name, *_):
            return str(name)
        case ("force", "blackout_dates", *_):
            return "blackout_dates"
        case ("force", "shift_times", shift, *_) if shift in SHIFT_WORDS:
            return str(shift)
        case ("disclosure", "public_figures", ("epsilon_per_year" | "epsilon_per_release") as name):
            return str(name)
        case ("disclosure", "public_figures", *_):
            return "epsilon_per_release"
        case ("reason",):
            return "reason"
    return None


def languages_to_choose(
    known: Sequence[tuple[str, str]], programme: Programme
) -> list[tuple[str, str]]:
    """Return code and name of each language the product speaks or the force has."""
    names = dict(known)
    return [*known, *((each, each) for each in programme.force.languages if each not in names)]
