"""Settings on one screen, the pause and the language: as conversations."""

from datetime import date

import pytest

from bot.core.calendar import local_day
from bot.sandbox.phones import Phone
from bot.workflows.follow_up_lookups import of_chat
from bot.workflows.officer_settings import Chosen
from storage.follow_ups import FollowUp
from storage.states import FollowUpKind
from tests.officer.records import count, database_gone, dump
from tests.station import ZONE, Officer, Station

LATER = "I can't reach my records right now, so nothing was changed."
WELSH = "Cymraeg"


async def somebody(station: Station) -> Officer:
    """Return an officer who has joined."""
    officer = await station.officer()
    await officer.joins()
    return officer


async def chosen_by(station: Station, officer: Officer) -> Chosen:
    """Return what an officer has set."""
    found = await station.assembly.desk.settings.read(officer.phone.id)
    assert found is not None
    return found


async def asked_for(station: Station, officer: Officer) -> list[FollowUp]:
    """Return the messages an officer asked for."""
    async with station.assembly.storage.read("look") as tx:
        return await of_chat(tx, station.assembly.desk._keys, officer.phone.id)


def labels_of(phone: Phone) -> list[str]:
    """Return the buttons of the newest message."""
    return [label for row in phone.last.buttons for label in row]


# --- One screen -----------------------------------------------------------------------------


@pytest.mark.english_only("names the language, which is English")
async def test_one_screen_says_what_is_set_and_leads_to_each(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/settings")
    await sam.sees("When: any time that suits, never from 21:00 to 09:00.")
    await sam.sees("Pause: none.")
    await sam.sees("Language: English.")
    await sam.sees("Your answers count in Harbour Response, a group of about 50 people.")
    assert labels_of(sam.phone) == [
        *("When to ask", "Pause", "Language", "What you hold"),
        *("Stop messages", "Erase everything", "See support", "Help"),
    ]
    assert sam.phone.last.protected


@pytest.mark.parametrize("command", ["/settings", "/pause"])
async def test_before_joining_the_way_to_join_and_to_support_is_shown(
    station: Station, command: str
) -> None:
    sam = await station.officer()
    await sam.says(command)
    await sam.sees("You haven't joined, so there is nothing to set but the language.")
    await sam.taps("See support")
    await sam.sees("Support, whenever you want it:")


async def test_every_button_of_the_settings_leads_on(station: Station) -> None:
    sam = await somebody(station)
    for label, text in {
        "When to ask": "When shall I write?",
        "Pause": "How long shall I be quiet?",
        "Language": "Which language shall I write in?",
        "What you hold": "Everything I hold about this chat",
        "Erase everything": "It can't be undone.",
        "Stop messages": "I won't write to you again",
        "See support": "Support, whenever you want it:",
    }.items():
        await sam.says("/settings")
        await sam.sees("Your settings")
        await sam.phone.tap(label)
        await sam.sees(text)


async def test_whoever_stopped_comes_back_from_the_settings(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/stop")
    await sam.sees("Stopped.")
    await sam.says("/settings")
    await sam.sees("You have stopped my messages: I don't write to you.")
    await sam.taps("Write to me again")
    await sam.sees("Pause: none.")
    await station.next_prompt()
    await sam.sees("Your check-in is ready.")


async def test_what_is_set_never_takes_the_place_of_a_message_that_can_be_forwarded(
    station: Station,
) -> None:
    sam = await somebody(station)
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    await sam.taps("Everything I hold about this chat")
    await sam.sees("You joined with the team Harbour Response.")
    assert sam.phone.last.protected
    assert "What your force can see" in sam.phone.transcript()


# --- The pause ------------------------------------------------------------------------------


async def test_a_pause_says_when_it_ends_and_nothing_comes_until_then(station: Station) -> None:
    sam, kit = await somebody(station), await somebody(station)
    await sam.says("/pause")
    await sam.sees("I ask for no reason.")
    await sam.taps("2 weeks")
    await sam.sees("Paused until Sunday 13 December.")
    await station.next_prompt()
    await kit.sees("Your check-in is ready.")
    assert "Your check-in is ready." not in sam.phone.transcript()
    await sam.says("/settings")
    await sam.sees("Paused until Sunday 13 December.")


async def test_a_pause_leaves_one_message_for_the_day_it_ends(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/pause")
    await sam.taps("4 weeks")
    await sam.sees("Paused until Sunday 27 December.")
    (row,) = await asked_for(station, sam)
    assert row.kind is FollowUpKind.RESUME
    assert local_day(row.due_at, ZONE) == date(2026, 12, 27)
    assert 9 <= row.due_at.hour < 21


async def test_pausing_again_replaces_the_pause(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/pause")
    await sam.taps("8 weeks")
    await sam.sees("Paused until Sunday 24 January.")
    await sam.says("/pause")
    await sam.sees("You can end the pause now, or choose anew from today.")
    await sam.taps("1 week")
    await sam.sees("Paused until Sunday 6 December.")
    (row,) = await asked_for(station, sam)
    assert local_day(row.due_at, ZONE) == date(2026, 12, 6)
    assert (await chosen_by(station, sam)).profile.paused_until == date(2026, 12, 6)


async def test_ending_a_pause_takes_its_message_along(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/pause")
    await sam.taps("8 weeks", "End the pause now")
    await sam.sees("The pause is over. Next: probably Monday 30 November.")
    assert await asked_for(station, sam) == []
    await station.next_prompt()
    await sam.sees("Your check-in is ready.")


async def test_when_a_pause_is_over_one_line_says_so(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/pause")
    await sam.taps("1 week")
    await sam.sees("Paused until Sunday 6 December.")
    (row,) = await asked_for(station, sam)
    station.now = row.due_at
    await station.tick()
    await sam.sees("Your check-ins start again")
    assert await asked_for(station, sam) == []
    await sam.phone.tap("Settings")
    await sam.sees("Pause: none.")


async def test_stopping_ends_a_pause_too(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/pause")
    await sam.taps("8 weeks")
    await sam.says("/stop")
    await sam.sees("Stopped.")
    assert await asked_for(station, sam) == []
    await sam.phone.start()
    await sam.sees("Welcome back.")
    assert (await chosen_by(station, sam)).profile.paused_until is None


async def test_whoever_stopped_has_nothing_to_pause(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/pause")
    await sam.sees("How long shall I be quiet?")
    asked = sam.phone.last
    await sam.says("/stop")
    await sam.sees("Stopped.")
    await sam.says("/pause")
    await sam.sees("You have stopped my messages, so there is nothing to pause.")
    before = dump(station)
    # A keyboard from before knows no better.
    await sam.phone.tap_data(asked.id, ":pause:8@en")
    await sam.phone.settled()
    assert dump(station) == before
    await sam.taps("Write to me again")
    await sam.sees("Your settings")


# --- The language ---------------------------------------------------------------------------


async def test_languages_stand_by_their_own_names(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/language")
    await sam.sees("The Welsh awaits review by a qualified translator.")
    assert labels_of(sam.phone)[:2] == ["English", WELSH]


async def test_a_language_is_kept_when_somebody_has_joined(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/language")
    await sam.sees("Which language shall I write in?")
    await sam.taps(WELSH)
    assert (await chosen_by(station, sam)).profile.language == "cy"
    # What is typed carries no language, and is answered in the one that was chosen.
    welsh = station.assembly.officers
    assert welsh is not None
    assert welsh.handlers.languages.remembered(sam.phone.id) == "cy"


async def test_a_language_is_kept_in_memory_alone_before_joining(station: Station) -> None:
    sam = await station.officer()
    before = dump(station)
    await sam.says("/language")
    await sam.sees("Which language shall I write in?")
    await sam.taps(WELSH)
    assert dump(station) == before
    shown = len(sam.phone.received)
    await sam.says("/settings")
    await sam.phone.wait_for(lambda phone: len(phone.received) == shown + 1)
    assert ":language@cy" in [button.value for row in sam.phone.last.keyboard for button in row]


async def test_what_was_asked_for_comes_in_the_new_language(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/pause")
    await sam.taps("1 week")
    (before,) = await asked_for(station, sam)
    await sam.says("/language")
    await sam.sees("Which language shall I write in?")
    await sam.taps(WELSH)
    await sam.phone.settled()
    # The language is read from the profile when it is sent: what was asked for stays as it is,
    # so that nothing is written to it beside the enrolment.
    assert await asked_for(station, sam) == [before]
    station.now = before.due_at
    await station.tick()
    arrived = [message.text for message in sam.phone.chat.messages.values()]
    assert arrived[-1] == "Mae'ch cwestiynau'n dechrau eto."


# --- What a phone may send ------------------------------------------------------------------


@pytest.mark.english_first("about what buttons carry")
@pytest.mark.parametrize(
    "content",
    [
        *(":pause:3@en", ":pause:-1@en", ":pause:8888@en", ":language:fr@en", ":language:xx@en"),
        *(":held:x@en", ":held:-1@en", ":held:999@en", ":settings:1:2@en"),
    ],
)
async def test_a_made_up_button_is_an_old_button_and_changes_nothing(
    station: Station, content: str
) -> None:
    sam = await somebody(station)
    await sam.says("/settings")
    await sam.sees("Your settings")
    before = dump(station)
    await sam.phone.tap_data(sam.phone.last.id, content)
    await sam.sees("That button is from an earlier message.")
    assert dump(station) == before


@pytest.mark.parametrize("command", ["/settings", "/pause"])
async def test_with_the_database_gone_there_is_a_kind_answer(
    station: Station, command: str
) -> None:
    sam = await somebody(station)
    async with database_gone(station):
        await sam.says(command)
        await sam.sees(LATER)
        await sam.phone.tap("Help")
        await sam.sees("call 999 or go to A&E")


@pytest.mark.english_only("changes the language on the way")
async def test_with_the_database_gone_a_language_holds_for_now(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/language")
    await sam.sees("Which language shall I write in?")
    async with database_gone(station):
        await sam.phone.tap("English")
        await sam.sees("I write in English for now.")
    assert count(station, "enrolment") == 1
