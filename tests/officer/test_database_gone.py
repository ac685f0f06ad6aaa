"""With the database gone every command has a kind answer, help works, and nothing is lost."""

import pytest

from tests.officer.records import count, database_gone
from tests.station import Officer, Station

GOOD = ("Good", "Well", "Mostly", "Mostly", "Most")
LATER = "I can't reach my records right now, so nothing was changed."


async def gets_help(officer: Officer) -> None:
    """Check that help is there."""
    shown = len(officer.phone.received)
    await officer.says("help")
    await officer.phone.wait_for(lambda phone: len(phone.received) == shown + 1)
    assert "call 999" in officer.phone.last.text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/start", "To join, open the link on your team's poster"),
        ("/start {code}", "I can't check codes right now."),
        ("{code}", "I can't check codes right now."),
        ("/stop", LATER),
        ("/support", "Support, whenever you want it:"),
        ("/privacy", "What your force can see"),
        ("/nonsense", "I don't know that one."),
    ],
)
async def test_each_command_has_a_kind_answer(station: Station, text: str, answer: str) -> None:
    sam = await station.officer()
    async with database_gone(station):
        await sam.says(text.format(code=sam.code))
        await sam.sees(answer)
        await gets_help(sam)


async def test_joining_can_be_done_again_later(station: Station) -> None:
    sam = await station.officer()
    await sam.phone.start(sam.code)
    await sam.sees("Before you join")
    agree = sam.phone.last.keyboard[0][0].value
    message = sam.phone.last
    async with database_gone(station):
        await sam.phone.tap_data(message.id, agree)
        await sam.sees(LATER)
        await gets_help(sam)
    assert count(station, "enrolment") == 0
    await sam.phone.tap_data(message.id, agree)
    await sam.sees("What do you do here?")
    assert count(station, "enrolment") == 1


async def test_erasing_can_be_done_again_later(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    await sam.says("/forget")
    await sam.sees("It can't be undone.")
    async with database_gone(station):
        await sam.phone.tap("Erase it now")
        await sam.sees(LATER)
        await gets_help(sam)
    assert count(station, "enrolment") == 1
    await sam.phone.tap("Erase it now")
    await sam.sees("I hold nothing about this chat any more.")
    assert count(station, "enrolment") == 0


async def test_answers_wait_in_the_buttons_until_they_can_be_sealed(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    await station.next_prompt()
    async with database_gone(station):
        # A tap needs no database until the answers are sealed.
        await sam.taps("Open", *GOOD, "🔒 Seal my answers")
        await sam.sees("I couldn't seal your answers just now.")
        (kept,) = [each for each in sam.phone.messages if ["1. Good"] in each.buttons]
        assert kept.protected
        # Help and support follow all the same.
        await sam.sees("Support, whenever you want it:")
        await gets_help(sam)
    assert count(station, "sealed_response") == 0
    await sam.taps("🔒 Seal my answers")
    await sam.sees("Sealed.")
    assert count(station, "sealed_response") == 1


async def test_the_clock_ticks_on_and_catches_up(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    async with database_gone(station):
        for job in station.assembly.ticker.jobs:
            await job.if_idle()
        await gets_help(sam)
    await station.next_prompt()
    await sam.sees("Your check-in is ready.")
