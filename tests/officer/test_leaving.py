"""Stopping, coming back, and erasing everything: at once, with no reason asked."""

from bot.sandbox.chats import Chat
from tests.officer.records import count, dump, on_disk
from tests.station import Officer, Station

PEOPLE_SIDE = ("enrolment", "delivery", "participation")
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


async def test_forgetting_leaves_nothing_about_the_chat(station: Station) -> None:
    sam = await somebody(station)
    await station.next_prompt()
    await sam.answers(*GOOD)
    assert held(station) == {"enrolment": 1, "delivery": 2, "participation": 1}
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
