"""Stopping, coming back, and erasing everything: at once, with no reason asked."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from io import StringIO

import pytest

from bot.officer.flood import FloodGate
from bot.officer.texts.joining import LIMITS
from bot.sandbox.chats import Chat
from bot.sealing.address import FollowUpPurpose
from tests.journeys.test_nothing_leaks import logs_to
from tests.officer.records import count, database_gone, dump, file_of, on_disk
from tests.station import Officer, Station

PEOPLE_SIDE = ("enrolment", "delivery", "participation", "follow_up", "follow_up_mark")
GOOD = ("Good", "Well", "Mostly", "Mostly", "Most")


def held(station: Station) -> dict[str, int]:
    """Return how much is held about people."""
    return {table: count(station, table) for table in PEOPLE_SIDE}


async def somebody(station: Station) -> Officer:
    """Return an officer who has joined."""
    officer = await station.officer()
    await officer.joins()
    return officer


async def test_who_stops_is_not_written_to_until_they_come_back(station: Station) -> None:
    sam, kit = await somebody(station), await somebody(station)
    await sam.says("/stop")
    await sam.sees("I won't write to you again.")
    await station.next_prompt()
    await kit.sees("Your check-in is ready.")
    assert "Your check-in is ready." not in sam.phone.transcript()
    # No code is needed to come back.
    await sam.phone.start()
    await sam.sees("Welcome back.")
    await station.next_prompt()
    await sam.sees("Your check-in is ready.")


async def test_who_stops_amid_a_check_in_stores_nothing_by_sealing_it(station: Station) -> None:
    sam = await somebody(station)
    await station.next_prompt()
    await sam.taps("Open", *GOOD)
    await sam.sees("Check your answers.")
    await sam.says("/stop")
    await sam.sees("Stopped.")
    await sam.taps("🔒 Seal my answers")
    await sam.sees("This check-in isn't open for you, so nothing was stored.")
    assert count(station, "sealed_response") == 0


async def test_stopping_twice_and_before_joining_is_answered(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/stop")
    await sam.sees("You haven't joined, so there is nothing to stop.")
    await sam.joins()
    for _ in range(2):
        await sam.says("/stop")
    await sam.phone.wait_for(lambda phone: phone.transcript().count("Stopped.") == 2)


async def test_forgetting_asks_once_and_keeps_everything_on_no(station: Station) -> None:
    sam = await somebody(station)
    before = dump(station)
    await sam.says("/forget")
    await sam.sees("Erase everything I hold about this chat, now?")
    assert dump(station) == before
    await sam.taps("Keep it")
    await sam.sees("Nothing was erased.")
    assert dump(station) == before


@pytest.mark.english_first("about what is kept")
async def test_forgetting_leaves_nothing_about_the_chat(station: Station) -> None:
    sam = await somebody(station)
    await station.next_prompt()
    await sam.answers(*GOOD)
    here = {"enrolment": 1, "delivery": 2, "participation": 1, "follow_up": 0}
    assert held(station) == here | {"follow_up_mark": 0}
    await sam.says("/forget")
    await sam.taps("Erase it now")
    await sam.sees("I hold nothing about this chat any more.")
    assert held(station) == dict.fromkeys(PEOPLE_SIDE, 0)
    # What was sealed is apart from anybody, and stays.
    assert count(station, "sealed_response") == 1
    assert str(sam.phone.id).encode() not in on_disk(station)
    await station.next_prompt()
    await sam.says("/start")
    await sam.sees("To join, open the link")
    assert "Your check-in is ready." not in sam.phone.last.text


def traces_of(station: Station, officer: Officer) -> dict[str, bytes]:
    """Return everything by which a chat could be found again."""
    keys, number = station.assembly.desk._keys, officer.phone.id
    traces = {
        "the number": str(number).encode(),
        "the number, as bytes": number.to_bytes(8, "big"),
        "the number, turned around": number.to_bytes(8, "little"),
        "the username": officer.phone.person.username.encode(),
        "the name": officer.phone.person.name.encode(),
        "the lookup": keys.lookup(number),
        "the lookup after a tough job": keys.follow_up_lookup(number, FollowUpPurpose.TOUGH_JOB),
        "the lookup of the next day": keys.follow_up_lookup(number, FollowUpPurpose.TOMORROW),
        "the lookup of a pause": keys.follow_up_lookup(number, FollowUpPurpose.PAUSE),
    }
    with closing(sqlite3.connect(file_of(station))) as connection:
        for table, column in (
            *(("enrolment", "id"), ("enrolment", "profile"), ("delivery", "id")),
            *(("follow_up", "id"), ("follow_up", "address")),
        ):
            rows = connection.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - ours
            for position, (value,) in enumerate(rows):
                traces[f"{table}.{column} {position}"] = bytes(value)
    return traces


def found_in(content: bytes, traces: dict[str, bytes]) -> list[str]:
    """Return which traces are there, as they are or in letters."""
    return [
        name
        for name, trace in traces.items()
        if trace in content or trace.hex().encode() in content.lower()
    ]


@pytest.mark.english_first("about what is kept")
async def test_after_forgetting_no_file_and_no_log_has_anything_of_the_chat(
    station: Station,
) -> None:
    log = StringIO()
    officers = station.assembly.officers
    assert officers is not None
    # Nobody taps as fast as a test does.
    officers.gate = FloodGate(burst=1_000)
    with logs_to(log):
        sam = await station.officer()
        sam.phone.person = replace(sam.phone.person, username="sam_invented_4711")
        await sam.joins("Special constable", "1 to 4 years")
        await sam.says("/settings")
        await sam.taps("When to ask", "I work shifts", "2 earlies, 2 lates, 2 nights, 4 off")
        await sam.taps("1st rest day")
        await sam.sees("Set: 2 earlies, 2 lates, 2 nights, 4 off.")
        await station.next_prompt()
        await sam.answers(*GOOD)
        await sam.says("/pause")
        await sam.sees("How long shall I be quiet?")
        await sam.taps("4 weeks")
        await sam.says("/tough_job")
        await sam.taps("Ask me in three days")
        await sam.sees("I'll write to you three times:")
        await sam.says("/privacy")
        await sam.sees("What your force can see")
        await sam.taps("Everything I hold about this chat")
        await sam.sees("Your number on Telegram")
        assert held(station)["follow_up"] == 4
        traces = traces_of(station, sam)
        lookups = {"the lookup", "the lookup after a tough job", "the lookup of a pause"}
        assert lookups <= set(found_in(on_disk(station), traces))
        await sam.says("/forget")
        await sam.sees("It can't be undone.")
        await sam.taps("Erase it now")
        await sam.sees("I hold nothing about this chat any more.")
    assert held(station) == dict.fromkeys(PEOPLE_SIDE, 0)
    assert found_in(on_disk(station), traces) == []
    keys = station.assembly.settings.keys
    assert found_in(b"".join(p.read_bytes() for p in keys.rglob("*") if p.is_file()), traces) == []
    assert found_in(log.getvalue().encode(), traces) == []
    assert officers.handlers.languages.remembered(sam.phone.id) is None


async def test_what_erasing_cannot_reach_is_said(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/forget")
    await sam.taps("Erase it now")
    for sentence in (
        "Telegram's own copy of this chat: open its menu and choose “Delete chat”.",
        "Answers you sealed: they carry no name",
        "Group results that are out already",
        "Backups made before now",
    ):
        await sam.sees(sentence)


async def test_erasing_reaches_what_was_asked_for_before_joining(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/tough_job")
    await sam.taps("Ask me in three days")
    await sam.sees("I'll write to you three times:")
    assert held(station)["follow_up"] == 3
    await sam.says("/forget")
    await sam.sees("It can't be undone.")
    await sam.taps("Erase it now")
    await sam.sees("I hold nothing about this chat any more.")
    assert held(station) == dict.fromkeys(PEOPLE_SIDE, 0)


async def test_stopping_ends_what_was_asked_for_too(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/tough_job")
    await sam.taps("Ask me in three days")
    await sam.sees("I'll write to you three times:")
    await sam.says("/stop")
    await sam.sees("What you asked me for won't come either.")
    assert held(station)["follow_up"] == 0


async def test_stopping_ends_what_was_asked_for_before_joining(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/tough_job")
    await sam.taps("Ask me in three days")
    await sam.sees("I'll write to you three times:")
    await sam.says("/stop")
    await sam.sees("If you asked me for messages, they won't come any more.")
    assert held(station)["follow_up"] == 0


async def test_back_from_stopping_with_a_tap(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/stop")
    await sam.sees("Stopped.")
    await sam.taps("Write to me again")
    await sam.sees("Pause: none.")
    await station.next_prompt()
    await sam.sees("Your check-in is ready.")


async def test_taking_agreement_back_is_promised_before_agreeing(station: Station) -> None:
    assert "/stop" in LIMITS
    assert "/forget" in LIMITS
    sam = await station.officer()
    await sam.says("/privacy")
    await sam.sees("You can take back your agreement at any time.")


async def test_stopping_with_the_database_gone_can_be_done_again_later(station: Station) -> None:
    sam = await somebody(station)
    async with database_gone(station):
        await sam.says("/stop")
        await sam.sees("I can't reach my records right now, so nothing was changed.")
    await sam.says("/stop")
    await sam.sees("Stopped.")


async def test_there_is_nothing_to_forget_about_a_stranger(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/forget")
    await sam.taps("Erase it now")
    await sam.sees("I hold nothing about this chat. Support is open to you.")
    await sam.taps("See support")
    await sam.sees("Support, whenever you want it:")


async def test_erasing_twice_erases_once(station: Station) -> None:
    sam, kit = await somebody(station), await somebody(station)
    await sam.says("/forget")
    await sam.sees("It can't be undone.")
    message = sam.phone.last
    for _ in range(3):
        await sam.phone.tap_data(message.id, message.keyboard[0][0].value)
    await sam.phone.settled()
    await sam.sees("I hold nothing about this chat")
    assert count(station, "enrolment") == 1
    await kit.phone.start()
    await kit.sees("You have joined.")


async def test_nobody_erases_somebody_else(station: Station) -> None:
    sam, kit = await somebody(station), await station.officer()
    await kit.phone.start()
    await kit.sees("To join")
    await kit.phone.tap_data(sam.phone.received[0].id, ":forget-yes")
    await kit.sees("I hold nothing about this chat.")
    assert count(station, "enrolment") == 1


async def test_who_blocks_the_bot_is_forgotten_at_the_next_message(station: Station) -> None:
    sam, kit = await somebody(station), await somebody(station)
    await sam.phone.block()
    await station.next_prompt()
    await kit.sees("Your check-in is ready.")
    assert count(station, "enrolment") == 1


async def test_after_erasing_a_code_is_needed_again(station: Station) -> None:
    sam = await somebody(station)
    await sam.says("/forget")
    await sam.taps("Erase it now")
    await sam.sees("To join again you need a code.")
    await sam.joins()
    assert count(station, "enrolment") == 1


def written_in(chat: Chat) -> list[str]:
    """Return what the bot wrote in a group or channel."""
    return [message.text for message in chat.messages.values() if message.from_bot]


async def test_a_group_is_told_one_sentence_and_then_nothing(station: Station) -> None:
    sam = await station.officer()
    group, other = await sam.phone.make_group(), await sam.phone.make_group("Another")
    for text in ("/start", f"/start {sam.code}", "/help", "/stop", "@standeasy_sandbox_bot hello"):
        await sam.phone.say_in(group, text)
    await sam.phone.say_in(other, "/support")
    # Updates are handled in the order they came; this one is the last.
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    sentence = "I only work in a private chat, so that nobody can see who takes part."
    assert written_in(group) == written_in(other) == [sentence]
    assert count(station, "enrolment") == 0


async def test_a_channel_is_told_once_and_then_nothing(station: Station) -> None:
    sam = await station.officer()
    channel = await sam.phone.make_channel()
    for text in ("/start", "/help", "hello"):
        await sam.phone.say_in(channel, text)
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    sentence = "I only work in a private chat, so that nobody can see who takes part."
    assert written_in(channel) == [sentence]


async def test_a_button_in_a_group_does_nothing(station: Station) -> None:
    sam = await somebody(station)
    group = await sam.phone.make_group()
    before = dump(station)
    for number, content in enumerate((":forget-yes", f":agree:{sam.code}", ":menu", ":help"), 1):
        station.telegram.tap(group, sam.phone.person, number, content)
    await sam.phone.settled()
    assert [toast.text for toast in sam.phone.toasts] == [
        "That button is from an earlier message. Nothing was lost."
    ] * 4
    assert written_in(group) == []
    assert dump(station) == before
