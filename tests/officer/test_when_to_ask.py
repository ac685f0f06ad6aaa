"""When to ask, as conversations; and the builder of cycles, whatever is tapped."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.duty_patterns import (
    LONGEST_CYCLE,
    PATTERNS,
    Shift,
    cycle_of,
    place_in_block,
)
from bot.officer import own_cycle
from bot.officer.duty_words import places_of, what_follows
from bot.officer.screen import Button, Screen
from bot.officer.texts import when_to_ask as texts
from bot.officer.when_to_ask import QUIET_CHOICES
from bot.sandbox.entities import parse_html
from tests.officer.every_screen import ENGLISH
from tests.officer.records import database_gone, dump
from tests.officer.test_settings import chosen_by, labels_of, somebody
from tests.station import Officer, Station

TODAY = date(2026, 11, 29)
"""The Sunday of the station's clock."""


async def choosing(station: Station) -> Officer:
    """Return an officer who joined and looks at when to be asked."""
    sam = await somebody(station)
    await sam.says("/settings")
    await sam.sees("Your settings")
    await sam.taps("When to ask")
    await sam.sees("When shall I write?")
    return sam


async def times_of(station: Station, officer: Officer) -> ContactTimes:
    """Return when an officer wants to be written to."""
    return (await chosen_by(station, officer)).times


# --- A time that suits ----------------------------------------------------------------------


async def test_it_is_said_why_it_is_asked_and_where_it_is_kept(station: Station) -> None:
    sam = await choosing(station)
    await sam.sees("I ask so that I don't wake you or write to you at work.")
    await sam.sees("It is sealed with your address, apart from your answers.")


@pytest.mark.parametrize("part", Part)
async def test_a_part_of_the_day_is_chosen_with_one_tap(station: Station, part: Part) -> None:
    sam = await choosing(station)
    await sam.taps("A time that suits me", texts.PARTS[part])
    await sam.sees(f"Set: {texts.PARTS_IN_A_SENTENCE[part]}.")
    # Mornings begin at nine, and this check-in's window at eleven.
    await sam.sees("Next: probably Monday 30 November.")
    assert await times_of(station, sam) == ContactTimes(part=part)


async def test_a_pattern_gives_way_to_a_time_that_suits(station: Station) -> None:
    sam = await choosing(station)
    await sam.taps("I work shifts", "2 earlies, 2 lates, 2 nights, 4 off", "1st early")
    await sam.sees("Set:")
    await sam.taps("‹ When to ask", "A time that suits me", "Evenings")
    await sam.sees("Set: evenings.")
    assert await times_of(station, sam) == ContactTimes(part=Part.EVENINGS)


# --- Patterns -------------------------------------------------------------------------------


async def test_a_pattern_and_today_lead_to_the_second_rest_day(station: Station) -> None:
    sam = await choosing(station)
    await sam.taps("I work shifts", "2 earlies, 2 lates, 2 nights, 4 off", "2nd night")
    await sam.sees("Today is your 2nd night.")
    # The nights end on Monday morning: Monday is the first rest day, Tuesday the second.
    await sam.sees("Next: probably Tuesday 1 December, your 2nd rest day.")
    kept = await times_of(station, sam)
    assert kept.pattern == "2-2-2-4"
    assert kept.cycle() == (PATTERNS["2-2-2-4"], date(2026, 11, 24))
    await sam.taps("‹ When to ask")
    await sam.sees("around your shifts: 2 earlies, 2 lates, 2 nights, 4 off, today is your 2nd")


async def test_office_days_need_no_today(station: Station) -> None:
    sam = await choosing(station)
    await sam.taps("I work shifts", "Office days, Monday to Friday")
    await sam.sees("Set: office days, Monday to Friday. I skip bank holidays.")
    assert await times_of(station, sam) == ContactTimes(pattern="office")


async def test_a_place_that_comes_twice_is_asked_about_once_more(station: Station) -> None:
    sam = await choosing(station)
    await sam.taps("I work shifts", "2 on, 2 off, 3 on (12 hours)", "1st day shift")
    await sam.sees("Today is your 1st day shift. What comes after it?")
    assert labels_of(sam.phone)[:3] == [
        *("1 day shift, 2 rest days", "2 day shifts, 2 rest days", "1 day shift, 3 rest days"),
    ]
    await sam.taps("2 day shifts, 2 rest days")
    await sam.sees("Today is your 1st day shift.")
    kept = await times_of(station, sam)
    assert kept.anchor == date(2026, 11, 25)


async def test_an_own_cycle_is_built_by_tapping_and_kept_only_at_the_end(
    station: Station,
) -> None:
    sam = await choosing(station)
    before = dump(station)
    await sam.taps("I work shifts", "Another one: build my own")
    await sam.sees("Nothing is kept until you say what today is.")
    await sam.taps("Early", "Early")
    await sam.sees("2 days: 2 earlies.")
    assert "That's it" not in labels_of(sam.phone)
    await sam.taps("Night", "Rest", "Rest", "Rest", "Undo")
    await sam.sees("5 days: 2 earlies, 1 night, 2 rest days.")
    await sam.taps("That's it")
    await sam.sees("What is today?")
    assert dump(station) == before
    await sam.taps("2nd rest day")
    await sam.sees("Set: your own cycle. Today is your 2nd rest day.")
    kept = await times_of(station, sam)
    assert (kept.own_cycle, kept.anchor) == ("EENRR", date(2026, 11, 25))


async def test_quiet_hours_stay_when_the_pattern_changes(station: Station) -> None:
    sam = await choosing(station)
    await sam.taps("Quiet hours", "22:00 to 08:00")
    await sam.sees("Set: I never write from 22:00 to 08:00.")
    await sam.taps("‹ When to ask", "I work shifts", "Office days, Monday to Friday")
    await sam.sees("Set: office days")
    assert (await times_of(station, sam)).quiet == (time(22), time(8))
    await sam.says("/settings")
    await sam.sees("When: around office days, never from 22:00 to 08:00.")


async def test_the_usual_quiet_hours_are_nothing_to_keep(station: Station) -> None:
    sam = await choosing(station)
    await sam.taps("Quiet hours", "23:00 to 07:00", "‹ When to ask", "Quiet hours")
    await sam.sees("Now from 23:00 to 07:00.")
    await sam.taps("21:00 to 09:00")
    await sam.sees("Set: I never write from 21:00 to 09:00.")
    assert await times_of(station, sam) == ContactTimes()
    assert len(QUIET_CHOICES) == 4


# --- A cancelled rest day -------------------------------------------------------------------


async def test_a_cancelled_rest_day_moves_the_next_check_in(station: Station) -> None:
    sam = await choosing(station)
    await sam.taps("I work shifts", "2 earlies, 2 lates, 2 nights, 4 off", "2nd night")
    await sam.sees("Next: probably Tuesday 1 December")
    await sam.taps("‹ When to ask", "My rest day was cancelled")
    await sam.sees("I count it as a day at work and don't write on it.")
    assert labels_of(sam.phone)[:4] == [
        *("Monday 30 November", "Tuesday 1 December"),
        *("Wednesday 2 December", "Thursday 3 December"),
    ]
    await sam.taps("Tuesday 1 December")
    await sam.sees("Tuesday 1 December counts as a day at work now. I won't write to you on it.")
    # Wednesday and Thursday are now two rest days in a row.
    await sam.sees("Next: probably Thursday 3 December, your 4th rest day.")
    assert (await times_of(station, sam)).cancelled == (date(2026, 12, 1),)


async def test_cancelling_twice_says_the_same_twice(station: Station) -> None:
    sam = await choosing(station)
    await sam.taps("I work shifts", "2 earlies, 2 lates, 2 nights, 4 off", "2nd night")
    await sam.sees("Set:")
    await sam.taps("‹ When to ask", "My rest day was cancelled")
    message = sam.phone.last
    for _ in range(2):
        await sam.phone.tap_data(message.id, ":cancelled:20261201@en")
        await sam.sees("Tuesday 1 December counts as a day at work now.")
    await sam.taps("‹ When to ask", "My rest day was cancelled")
    await sam.sees("Which rest day was cancelled?")
    assert "Tuesday 1 December" not in labels_of(sam.phone)


async def test_without_a_pattern_no_rest_day_is_known(station: Station) -> None:
    sam = await choosing(station)
    assert "My rest day was cancelled" not in labels_of(sam.phone)
    await sam.phone.tap_data(sam.phone.last.id, ":cancelled@en")
    await sam.sees("I don't know your rest days yet.")


# --- Nowhere to keep it, and made-up buttons ------------------------------------------------


@pytest.mark.english_first("about what is kept")
@pytest.mark.parametrize(
    "content",
    [
        *(":when@en", ":suits:m@en", ":today:office@en", ":today:2-2-2-4.3@en", ":quiet@en"),
        *(":quiet:22-8@en", ":cancelled@en", ":today:EENRR.0@en"),
    ],
)
async def test_before_joining_nothing_is_kept(station: Station, content: str) -> None:
    sam = await station.officer()
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    before = dump(station)
    await sam.phone.tap_data(sam.phone.last.id, content)
    await sam.sees("You haven't joined, so there is nothing to set but the language.")
    assert dump(station) == before


@pytest.mark.english_first("about what buttons carry")
@pytest.mark.parametrize(
    "content",
    [
        *(":suits:x@en", ":today:@en", ":today@en", ":today:2-2-2-4.10@en", ":today:2-2-2-4.E3@en"),
        *(":today:RRRR.1@en", ":today:E@en", ":today:XYZ.1@en", ":today:office.1@en"),
        *(":today:2-2-2-4.٣@en", ":today:2-2-2-4.0.0@en", ":quiet:21@en", ":cycle:EX@en"),
        *(":cancelled:20261130@en", ":cancelled:1@en", f":cycle:{'E' * 36}@en"),
        *(f":today:{'ER' * 18}.1@en", ":today:E2@en"),
    ],
)
async def test_a_made_up_button_is_an_old_button_and_changes_nothing(
    station: Station, content: str
) -> None:
    sam = await choosing(station)
    await sam.taps("I work shifts", "2 earlies, 2 lates, 2 nights, 4 off", "1st early")
    await sam.sees("Set:")
    before = dump(station)
    await sam.phone.tap_data(sam.phone.last.id, content)
    await sam.sees("That button is from an earlier message.")
    assert dump(station) == before


async def test_with_the_database_gone_there_is_a_kind_answer(station: Station) -> None:
    sam = await choosing(station)
    await sam.taps("I work shifts")
    async with database_gone(station):
        # Building needs no records; keeping does.
        await sam.taps("Another one: build my own", "Early", "Rest", "That's it")
        await sam.sees("What is today?")
        await sam.phone.tap("1st early")
        await sam.sees("I can't reach my records right now, so nothing was changed.")
    await sam.phone.tap("1st early")
    await sam.sees("Set: your own cycle.")


# --- Whatever is tapped ---------------------------------------------------------------------


def buttons_of(screen: Screen) -> list[Button]:
    """Return the buttons of a screen."""
    return [button for row in screen.rows for button in row]


@given(st.lists(st.integers(0, 9), max_size=60))
def test_whatever_is_tapped_while_building_fits_in_a_button(taps: list[int]) -> None:
    letters = ""
    for tap in taps:
        screen = own_cycle.build_cycle(ENGLISH, letters)
        text, _ = parse_html(screen.text)
        assert len(text) <= 360
        for button in buttons_of(screen):
            # The longest code of a language has three letters.
            assert len(button.data.encode()) + 1 <= 64
        onward = [button.data for button in buttons_of(screen) if button.data.startswith(":cycle")]
        chosen = onward[tap % len(onward)] if onward else ":cycle@en"
        read = own_cycle.letters_of(chosen.partition("@")[0].removeprefix(":cycle").lstrip(":"))
        assert read is not None
        letters = read
    cycle = own_cycle.cycle_named(letters)
    assert (cycle is not None) == own_cycle.is_done(letters)


cycles = st.text("ELNDR", min_size=2, max_size=LONGEST_CYCLE).filter(own_cycle.is_done)


@given(cycles)
def test_every_day_of_a_cycle_can_be_said_to_be_today(letters: str) -> None:
    cycle = cycle_of(letters)
    reached = set()
    for button in buttons_of(own_cycle.today_is(ENGLISH, letters, cycle))[:-2]:
        assert len(button.data.encode()) <= 63
        which = button.data.partition("@")[0].rpartition(".")[2]
        place = own_cycle.place_of_argument(which)
        if place is None:
            assert own_cycle.times_from(letters, cycle, which, TODAY) is not None
            reached.add(int(which))
            continue
        asked = own_cycle.after_today(ENGLISH, letters, cycle, place)
        choices = buttons_of(asked)[:-2]
        assert len({choice.label for choice in choices}) == len(choices) > 1
        reached |= {int(each.data.partition("@")[0].rpartition(".")[2]) for each in choices}
    # Days with the same future are the same day.
    futures = {cycle[position:] + cycle[:position] for position in range(len(cycle))}
    assert {cycle[position:] + cycle[:position] for position in reached} == futures
    assert len(reached) == len(futures)


@given(cycles, st.integers(0, LONGEST_CYCLE - 1))
def test_what_is_kept_says_of_today_what_was_tapped(letters: str, position: int) -> None:
    cycle = cycle_of(letters)
    position %= len(cycle)
    times = own_cycle.times_from(letters, cycle, f"{position}", TODAY)
    assert times is not None
    declared = times.cycle()
    assert declared is not None
    kept, anchor = declared
    assert place_in_block(kept, (TODAY - anchor).days) == place_in_block(cycle, position)
    assert len(str(times.to_json())) <= 150


def test_what_follows_is_told_just_far_enough_to_tell_days_apart() -> None:
    cycle = cycle_of("ERERRR")
    assert places_of(cycle)[Shift.EARLY, 1] == [0, 2]
    assert what_follows(cycle, [0, 2]) == [
        [(Shift.REST, 1), (Shift.EARLY, 1)],
        [(Shift.REST, 3), (Shift.EARLY, 1)],
    ]


def test_every_pattern_and_every_part_has_its_words() -> None:
    assert list(texts.PATTERNS) == list(PATTERNS)
    assert set(texts.PARTS) == set(texts.PARTS_IN_A_SENTENCE) == set(Part)
    for words in (texts.PLACES, texts.RUNS, texts.SHIFT_BUTTONS):
        assert set(words) == set(Shift)
    assert len(texts.NTH) == LONGEST_CYCLE
