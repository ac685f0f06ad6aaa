"""Duty in words: shifts, places in a cycle, and times of day, as people say them. Pure."""

from collections.abc import Sequence
from datetime import date

from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.duty_patterns import Cycle, Shift, place_in_block
from bot.core.contact_times.moments import DEFAULT_QUIET
from bot.core.languages import Tongue
from bot.officer.texts import settings as settings_texts
from bot.officer.texts import when_to_ask as texts

Run = tuple[Shift, int]
"""A shift and how many days of it follow one another."""

Place = tuple[Shift, int]
"""A shift and the how-manieth of its kind in a row it is."""


def runs_of(days: Sequence[Shift]) -> list[Run]:
    """Return days as runs of the same shift."""
    runs: list[Run] = []
    for shift in days:
        if runs and runs[-1][0] is shift:
            runs[-1] = shift, runs[-1][1] + 1
        else:
            runs.append((shift, 1))
    return runs


def runs_in_words(tongue: Tongue, runs: Sequence[Run]) -> str:
    """Return runs such as “2 earlies, 4 rest days”."""
    return ", ".join(tongue.counted(texts.RUNS[shift], number) for shift, number in runs)


def place_in_words(tongue: Tongue, place: Place) -> str:
    """Return a place such as “2nd early”."""
    shift, number = place
    return tongue.label(texts.PLACES[shift], nth=tongue.label(texts.NTH[number - 1]))


def place_on(times: ContactTimes, day: date) -> Place | None:
    """Return the place of a day in an officer's cycle; None where there is none to speak of."""
    if not times.needs_anchor:
        return None
    declared = times.cycle()
    if declared is None:
        return None
    cycle, anchor = declared
    return place_in_block(cycle, (day - anchor).days % len(cycle))


def places_of(cycle: Cycle) -> dict[Place, list[int]]:
    """Return the days of a cycle by their place; of days with the same future only the first."""
    places: dict[Place, list[int]] = {}
    seen: set[Cycle] = set()
    for position in range(len(cycle)):
        future = cycle[position:] + cycle[:position]
        if future not in seen:
            seen.add(future)
            places.setdefault(place_in_block(cycle, position), []).append(position)
    return places


def what_follows(cycle: Cycle, positions: Sequence[int]) -> list[list[Run]]:
    """Return what comes after each of these days, just far enough to tell them apart."""
    futures = [
        runs_of([cycle[(position + ahead) % len(cycle)] for ahead in range(1, 2 * len(cycle))])
        for position in positions
    ]
    for length in range(2, 2 * len(cycle)):
        cut = [future[:length] for future in futures]
        if len({tuple(each) for each in cut}) == len(cut):
            return cut
    return futures


def pattern_in_words(tongue: Tongue, times: ContactTimes) -> str:
    """Return the name of the pattern somebody works."""
    if times.pattern is None:
        return tongue.label(texts.A_CYCLE_OF_YOUR_OWN)
    return tongue.label(texts.PATTERNS[times.pattern])


def times_in_words(tongue: Tongue, times: ContactTimes, today: date) -> str:
    """Return when somebody is written to, behind “Now:”; safe for markup."""
    place = place_on(times, today)
    if place is not None:
        words = place_in_words(tongue, place)
        return tongue(texts.NOW_SHIFTS, pattern=pattern_in_words(tongue, times), place=words)
    if times.in_office:
        return tongue(texts.NOW_OFFICE)
    if times.part is Part.ANY:
        return tongue(texts.NOW_ANY)
    return tongue(texts.NOW_PART, part=tongue.label(texts.PARTS_IN_A_SENTENCE[times.part]))


def line_of_settings(tongue: Tongue, times: ContactTimes) -> str:
    """Return one line about when somebody is written to; safe for markup."""
    quiet = quiet_in_words(tongue, times)
    if times.needs_anchor:
        pattern = pattern_in_words(tongue, times)
        return tongue(settings_texts.WHEN_SHIFTS, pattern=pattern, **quiet)
    if times.in_office:
        return tongue(settings_texts.WHEN_OFFICE, **quiet)
    if times.part is Part.ANY:
        return tongue(settings_texts.WHEN_ANY, **quiet)
    part = tongue.label(texts.PARTS_IN_A_SENTENCE[times.part])
    return tongue(settings_texts.WHEN_PART, part=part, **quiet)


def quiet_in_words(tongue: Tongue, times: ContactTimes) -> dict[str, str]:
    """Return the fields of a text that names the quiet hours."""
    begins, ends = times.quiet or DEFAULT_QUIET
    return {"begins": tongue.time(begins), "ends": tongue.time(ends)}
