"""Keyboards outlive their moment: double taps, closed rounds, forged and foreign buttons."""

from datetime import timedelta

import pytest

from bot.core.drafts import Tap, Verb, new_draft
from bot.officer.buttons import CheckInButtons
from bot.sandbox.chats import Button, Message
from bot.sandbox.phones import Phone
from tests.officer.records import count, dump
from tests.station import Officer, Station, has_changed

GOOD = ("Good", "Well", "Mostly", "Mostly", "Most")


async def asked(station: Station) -> Officer:
    """Return an officer with an invitation on the phone."""
    officer = await station.officer()
    await officer.joins()
    await station.next_prompt()
    await officer.sees("Your check-in is ready.")
    return officer


def button(message: Message, label: str) -> Button:
    """Return a message's button."""
    return next(each for row in message.keyboard for each in row if each.label == label)


async def sends(phone: Phone, message: Message, content: str) -> None:
    """Send a tap and wait until its spinner is gone."""
    await phone.tap_data(message.id, content)
    await phone.settled()


async def test_a_double_tap_is_one_tap(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open")
    await sam.sees("1 of 5")
    good = button(sam.phone.last, "Good").value
    for _ in range(3):
        await sam.phone.tap_data(sam.phone.last.id, good)
    await sam.phone.settled()
    await sam.sees("2 of 5")
    await sam.taps("Well")
    await sam.sees("3 of 5")


@pytest.mark.english_first("about numbers")
async def test_two_devices_seal_one_answer(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", *GOOD)
    await sam.sees("Check your answers.")
    message, seal = sam.phone.last, button(sam.phone.last, "🔒 Seal my answers").value
    # The other device still shows the second question, and goes on from there.
    await sam.taps("2. Well", "Badly")
    await sam.sees("Check your answers.")
    other = button(sam.phone.last, "🔒 Seal my answers").value
    assert other != seal
    await sends(sam.phone, message, seal)
    await sam.sees("Sealed.")
    await sends(sam.phone, message, other)
    await sam.sees("Sealed already.")
    assert count(station, "sealed_response") == 1


async def test_a_check_in_of_a_closed_round_stores_nothing(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", *GOOD)
    await sam.sees("Check your answers.")
    await station.close_round()
    await sam.taps("🔒 Seal my answers")
    await sam.sees(
        "This check-in has closed. What you sealed before counts; nothing was added now."
    )
    assert count(station, "sealed_response") == 0


async def test_a_check_in_runs_out_after_seven_days(station: Station) -> None:
    sam = await asked(station)
    station.now += timedelta(days=7)
    await sam.taps("Open")
    await sam.sees(
        "This check-in has closed. What you sealed before counts; nothing was added now."
    )


async def test_each_prompt_is_answered_in_its_own_message(station: Station) -> None:
    sam = await asked(station)
    old = sam.phone.last
    opened = button(old, "Open").value
    await sam.answers(*GOOD)
    await station.next_prompt()
    await sam.answers(*GOOD)
    assert count(station, "sealed_response") == 2
    await sends(sam.phone, old, opened)
    await sam.phone.wait_for(lambda phone: "has closed" in phone.transcript())
    assert count(station, "sealed_response") == 2


@pytest.mark.english_first("about what buttons carry")
async def test_another_officers_buttons_do_nothing(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", *GOOD)
    await sam.sees("Check your answers.")
    kit = await station.officer()
    await kit.joins()
    before = dump(station)
    for row in sam.phone.last.keyboard:
        for each in row[:1]:
            await sends(kit.phone, sam.phone.last, each.value)
    assert {toast.text for toast in kit.phone.toasts} == {
        "That button is from an earlier message. Nothing was lost."
    }
    assert dump(station) == before
    # Sam's own check-in is where it was.
    await sam.taps("🔒 Seal my answers")
    await sam.sees("Sealed.")


@pytest.mark.english_first("about what buttons carry")
@pytest.mark.parametrize("content", ["", "x", ":", "A" * 9, ":need:money", ":agree:", "é" * 32])
async def test_a_button_nobody_made_shows_the_way_to_help(station: Station, content: str) -> None:
    sam = await station.officer()
    await sam.phone.start()
    await sam.sees("To join")
    await sends(sam.phone, sam.phone.last, content)
    await sam.sees("That button is from an earlier message. Nothing was lost.")
    await sam.taps("Help")
    await sam.sees("call 999")


async def test_a_button_under_a_message_that_is_gone_still_leads_on(station: Station) -> None:
    sam = await asked(station)
    invitation = sam.phone.last
    opened = button(invitation, "Open").value
    del sam.phone.chat.messages[invitation.id]
    await sends(sam.phone, invitation, opened)
    await sam.sees("1 of 5")
    await sam.taps(*GOOD, "🔒 Seal my answers")
    await sam.sees("Sealed.")


async def test_support_and_help_leave_a_check_in_where_it_is(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", "Good", "Help")
    await sam.sees("call 999")
    await sam.taps("Well", *GOOD[2:], "🔒 Seal my answers")
    await sam.sees("Sealed.")
    sealed = next(message for message in sam.phone.received if "Sealed." in message.text)
    await sends(sam.phone, sealed, ":menu")
    await sam.phone.wait_for(lambda phone: "whenever you want it" in phone.last.text)
    assert "Sealed." in sealed.text


async def test_skipping_everything_seals_nothing(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", *["Skip"] * 5)
    await sam.sees("You skipped every question.")
    assert ["🔒 Seal my answers"] not in sam.phone.last.buttons
    assert count(station, "sealed_response") == 0


@pytest.mark.english_first("about numbers")
async def test_duplicated_and_reordered_taps_seal_one_answer(station: Station) -> None:
    sam = await asked(station)
    station.telegram.faults.duplicate_updates(100)
    await sam.taps("Open", *GOOD, "🔒 Seal my answers")
    await sam.sees("ealed")
    assert count(station, "sealed_response") == 1
    station.telegram.faults.clear()
    kit = await station.officer()
    await kit.joins()
    await station.next_prompt()
    await kit.taps("Open")
    await kit.sees("1 of 5")
    message = kit.phone.last
    before = kit.phone.transcript()
    station.telegram.faults.reorder_updates(2)
    await kit.phone.tap_data(message.id, button(message, "Good").value)
    await kit.phone.tap_data(message.id, button(message, "Skip").value)
    await kit.phone.settled()
    await kit.phone.wait_for(lambda phone: has_changed(phone, before))
    await kit.sees("2 of 5")
    await kit.taps(*GOOD[1:], "🔒 Seal my answers")
    await kit.sees("Sealed.")
    assert count(station, "sealed_response") == 2


async def test_back_from_the_first_question_closes_the_check_in_again(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", "‹ Back")
    await sam.sees("Your check-in is ready.")
    assert len(sam.phone.received) == 2
    await sam.answers(*GOOD)
    assert count(station, "sealed_response") == 1


@pytest.mark.english_only("its draft is made by hand, in English")
async def test_a_tap_that_does_not_fit_its_own_draft_shows_where_it_stands(
    station: Station,
) -> None:
    sam = await asked(station)
    desk = station.assembly.desk
    view = next(iter(desk.catalogue.rounds.values()))
    draft = new_draft(
        view.instrument,
        round_reference=view.reference,
        prompt=view.row.prompts_opened - 1,
        unit=0,
        language=0,
    )
    made = CheckInButtons(desk.tokens)
    data = made.callback_data(view, draft, Tap(Verb.SEAL, 3), sam.phone.id)
    await sam.taps("Open")
    await sam.sees("1 of 5")
    await sends(sam.phone, sam.phone.last, data)
    await sam.sees("Your check-in is ready.")
    assert count(station, "sealed_response") == 0
