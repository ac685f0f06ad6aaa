"""An own cycle, built by tapping, and “today is …” for any cycle. Pure.

What is built so far travels in the buttons, a letter for each day. Nothing is kept of it
before the officer has said what today is.
"""

import re
from collections.abc import Sequence
from datetime import date

from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.duty_patterns import (
    LONGEST_CYCLE,
    OFFICE,
    PATTERNS,
    SHORTEST_CYCLE,
    Cycle,
    Shift,
    anchor_of,
    cycle_of,
)
from bot.core.languages import Tongue
from bot.officer.buttons import named_data
from bot.officer.duty_words import (
    Place,
    place_in_words,
    places_of,
    runs_in_words,
    runs_of,
    what_follows,
)
from bot.officer.screen import Button, Row, Screen, help_button, to
from bot.officer.texts import common
from bot.officer.texts import when_to_ask as texts

SHIFTS = "shifts"
CYCLE = "cycle"
TODAY = "today"

_MOST_RUNS = 8
"""Runs that fit in a line."""

_LETTERS = re.compile("[ELNDR]*")
_PLACE = re.compile(r"([ELNDR])([1-9]\d?)", re.ASCII)


def in_rows(buttons: Sequence[Button], width: int) -> list[Row]:
    """Return buttons in rows."""
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]


# --- Building ---------------------------------------------------------------------------


def letters_of(argument: str) -> str | None:
    """Return the cycle a button carries; None where it carries none."""
    fits = len(argument) <= LONGEST_CYCLE and _LETTERS.fullmatch(argument)
    return argument if fits else None


def is_done(letters: str) -> bool:
    """Whether a cycle can be left at that: with a shift and a rest day in it."""
    return len(letters) >= SHORTEST_CYCLE and Shift.REST in letters and set(letters) != {Shift.REST}


def build_cycle(tongue: Tongue, letters: str) -> Screen:
    """One more day, with what there is so far."""
    rows: list[Row] = []
    if len(letters) < LONGEST_CYCLE:
        rows += in_rows(
            [
                to(tongue, label, CYCLE, letters + shift)
                for shift, label in texts.SHIFT_BUTTONS.items()
            ],
            3,
        )
    if is_done(letters):
        rows.append((to(tongue, texts.THAT_IS_IT, TODAY, letters),))
    # Undoing the only day leads to the beginning.
    undo = to(tongue, texts.UNDO, CYCLE, letters[:-1])
    leave = to(tongue, common.BACK, SHIFTS)
    rows.append((undo if letters else leave, help_button(tongue)))
    return Screen("\n\n".join(_building(tongue, letters)), tuple(rows), protected=True)


def _building(tongue: Tongue, letters: str) -> list[str]:
    if not letters:
        return [tongue(texts.BUILD)]
    runs = runs_of([Shift(letter) for letter in letters])
    text = texts.BUILDING if len(runs) <= _MOST_RUNS else texts.BUILDING_LONG
    said = [
        tongue(
            text,
            days=tongue.counted(texts.DAYS, len(letters)),
            runs=runs_in_words(tongue, runs[-_MOST_RUNS:]),
        )
    ]
    if len(letters) == LONGEST_CYCLE:
        said.append(tongue(texts.LONGEST))
    if not is_done(letters):
        said.append(tongue(texts.A_SHIFT_AND_A_REST))
    return said


# --- Today ------------------------------------------------------------------------------


def cycle_named(name: str) -> Cycle | None:
    """Return the cycle of a pattern with a first day, or one written as letters."""
    if name in PATTERNS:
        return None if name == OFFICE else PATTERNS[name]
    letters = letters_of(name)
    return cycle_of(letters) if letters and is_done(letters) else None


def today_is(tongue: Tongue, name: str, cycle: Cycle) -> Screen:
    """Which day of the cycle today is, said as people say it."""
    buttons = [
        Button(place_in_words(tongue, place), _place_data(tongue, name, place, positions))
        for place, positions in places_of(cycle).items()
    ]
    last = (to(tongue, common.BACK, SHIFTS), help_button(tongue))
    return Screen(tongue(texts.TODAY_IS), (*in_rows(buttons, 2), last), protected=True)


def after_today(tongue: Tongue, name: str, cycle: Cycle, place: Place) -> Screen:
    """What comes next, where today's place comes more than once in the cycle."""
    positions = places_of(cycle)[place]
    rows = [
        (
            Button(
                runs_in_words(tongue, runs),
                named_data(TODAY, f"{name}.{position}", tongue.language),
            ),
        )
        for position, runs in zip(positions, what_follows(cycle, positions), strict=True)
    ]
    text = tongue(texts.AFTER_TODAY, place=place_in_words(tongue, place))
    last = (to(tongue, common.BACK, TODAY, name), help_button(tongue))
    return Screen(text, (*rows, last), protected=True)


def place_of_argument(argument: str) -> Place | None:
    """Return the place that a button names, such as R3."""
    found = _PLACE.fullmatch(argument)
    return (Shift(found[1]), int(found[2])) if found else None


def times_from(name: str, cycle: Cycle, position: str, today: date) -> ContactTimes | None:
    """Return contact times by a cycle; None where today is no day of it."""
    if not (position.isascii() and position.isdecimal() and len(position) <= 2):
        return None
    if int(position) >= len(cycle):
        return None
    anchor = anchor_of(today, int(position))
    if name in PATTERNS:
        return ContactTimes(pattern=name, anchor=anchor, part=Part.ANY)
    return ContactTimes(own_cycle=name, anchor=anchor, part=Part.ANY)


def _place_data(tongue: Tongue, name: str, place: Place, positions: Sequence[int]) -> str:
    shift, number = place
    which = f"{shift}{number}" if len(positions) > 1 else f"{positions[0]}"
    return named_data(TODAY, f"{name}.{which}", tongue.language)
