"""Telling why one leaves: started by the officer, sealed once, counted for the whole force."""

from functools import partial

import pytest

from bot.core.instruments import Need
from bot.officer.support import need_page
from bot.sandbox.entities import parse_html
from bot.sandbox.phones import Phone
from bot.workflows import enrol
from bot.workflows.follow_up_kinds import KIND_OF
from tests.officer.every_screen import ENGLISH
from tests.officer.records import count, database_gone
from tests.officer.starts import opens
from tests.officer.views import support
from tests.station import Officer, Station

WHY = "Tell us why (anonymous)"
ANSWERED_OR_NOT_OPEN = (
    "I can't ask you that now: you have answered already, or I'm not asking anybody. I don't say"
    " which, in case somebody else is holding your phone."
)
"""One sentence for both, or a borrowed phone would tell."""
REASON = "Morale and feeling valued"
ANSWERING = (
    ("1 of 3", REASON),
    ("1 of 3 chosen", "That's it"),
    ("2 of 3", "Maybe"),
    ("3 of 3", "No"),
    ("Check your answers.", "🔒 Seal my answers"),
)


async def thinks_of_leaving(officer: Officer) -> None:
    """Look at what there is for somebody who thinks of leaving."""
    await officer.says("/support")
    await officer.taps("Thinking of leaving")
    await officer.sees("You can talk it through before you decide.")


async def says_why(officer: Officer) -> None:
    """Answer and seal."""
    await officer.taps(WHY)
    await officer.sees("1 of 3")
    await officer.taps(REASON, "That's it", "Maybe", "No", "🔒 Seal my answers")
    await officer.sees("Sealed.")


def data_of(phone: Phone, message: int, shown: str, label: str) -> str:
    """Return what a button of one message carries; empty while the message shows another text."""
    found = next(each for each in phone.messages if each.id == message)
    if shown not in found.text:
        return ""
    return next(each.value for row in found.keyboard for each in row if each.label == label)


def test_staying_is_talked_over_first_then_work_then_somebody_who_listens() -> None:
    text, _ = parse_html(need_page(ENGLISH, Need.LEAVING, support()).text)
    stay, association, eap = (
        text.index(number) for number in ("01632 960 107", "01632 960 105", "01632 960 101")
    )
    assert stay < association < eap
    assert WHY not in text


async def test_why_somebody_leaves_is_sealed_once_and_for_the_whole_force(
    station: Station,
) -> None:
    await opens(station, "exit")
    sam = await station.officer("control-room")
    await sam.joins()
    await thinks_of_leaving(sam)
    await sam.taps(WHY)
    await sam.sees("Counts in Fenmarch Constabulary (invented), a group of about 260 people.")
    # A message of its own, which cannot be forwarded; the page above it stays.
    assert sam.phone.last.protected
    await sam.taps(REASON, "That's it", "Maybe", "No", "🔒 Seal my answers")
    await sam.sees("Support")
    assert REASON not in sam.phone.transcript()
    assert count(station, "sealed_response") == count(station, "follow_up_mark") == 1
    assert count(station, "participation") == 0
    await thinks_of_leaving(sam)
    await sam.taps(WHY)
    await sam.sees(ANSWERED_OR_NOT_OPEN)
    await sam.taps("Talk it through")
    await sam.sees("01632 960 107")
    assert count(station, "sealed_response") == 1


@pytest.mark.english_first("about numbers")
async def test_two_that_were_begun_are_sealed_once(station: Station) -> None:
    await opens(station, "exit")
    sam = await station.officer()
    await sam.joins()
    for _ in range(2):
        await thinks_of_leaving(sam)
        await sam.taps(WHY)
        await sam.sees("1 of 3")
    for message in [each.id for each in sam.phone.messages if each.protected][-2:]:
        for shown, label in ANSWERING:
            data = await sam.phone.wait_for(
                partial(data_of, message=message, shown=shown, label=label)
            )
            await sam.phone.tap_data(message, data)
    await sam.phone.wait_for(lambda phone: "Sealed already." in phone.transcript())
    assert count(station, "sealed_response") == 1


async def test_who_stopped_messages_can_still_say_why(station: Station) -> None:
    await opens(station, "exit")
    sam = await station.officer()
    await sam.joins()
    await sam.says("/stop")
    await sam.sees("Stopped.")
    await thinks_of_leaving(sam)
    await says_why(sam)
    assert count(station, "sealed_response") == 1


async def test_who_has_not_joined_is_told_kindly(station: Station) -> None:
    await opens(station, "exit")
    sam = await station.officer()
    await thinks_of_leaving(sam)
    await sam.taps(WHY)
    await sam.sees("This is for people who have joined")
    assert count(station, "sealed_response") == 0


async def test_where_nothing_is_asked_there_is_no_button_and_an_old_one_is_answered(
    station: Station,
) -> None:
    await opens(station)
    sam = await station.officer()
    await thinks_of_leaving(sam)
    assert WHY not in str(sam.phone.last.buttons)
    await sam.phone.tap_data(sam.phone.last.id, ":why@en")
    await sam.sees(ANSWERED_OR_NOT_OPEN)


async def test_with_the_database_gone_it_says_so_and_where_help_is(station: Station) -> None:
    await opens(station, "exit")
    sam = await station.officer()
    await sam.joins()
    await thinks_of_leaving(sam)
    async with database_gone(station):
        await sam.phone.tap(WHY)
        await sam.sees("I can't reach my records right now")


@pytest.mark.english_only("changes the language on the way")
async def test_it_can_be_begun_in_welsh(station: Station) -> None:
    await opens(station, "exit")
    sam = await station.officer()
    await sam.joins()
    await sam.says("/support")
    await sam.sees("Support, whenever you want it:")
    await sam.taps("Cymraeg")
    await sam.phone.wait_for(lambda phone: "English" in str(phone.last.buttons))
    await sam.phone.tap_data(sam.phone.last.id, ":why@cy")
    await sam.sees("Beth yw eich prif resymau dros adael?")


@pytest.mark.english_first("about what buttons carry")
@pytest.mark.parametrize("instrument", KIND_OF)
async def test_questions_after_a_tough_job_cannot_be_begun_from_here(
    station: Station, instrument: str
) -> None:
    await opens(station, instrument)
    assert station.assembly.desk.self_started.exit_round() is None


async def test_who_erases_everything_takes_the_mark_along_and_leaves_the_answer(
    station: Station,
) -> None:
    await opens(station, "exit")
    sam = await station.officer()
    await sam.joins()
    await thinks_of_leaving(sam)
    await says_why(sam)
    keys = station.assembly.desk._keys
    assert await enrol.forget(station.assembly.storage, keys, sam.phone.chat.id)
    assert count(station, "follow_up_mark") == 0
    assert count(station, "sealed_response") == 1
