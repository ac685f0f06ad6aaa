"""Odd taps: two devices, a round that closes or changes under a check-in, last month's keyboard.

None of them loses an answer that was sealed, and none seals one twice.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import cast

from bot.core.instruments import Instrument
from bot.sandbox.chats import Message
from bot.workflows import closing, programme
from tests.officer.records import count, database_gone
from tests.officer.test_old_keyboards import asked, sends
from tests.station import Officer, Station
from tests.workflows.abandoned import abandoned_on

GOOD = ("Good", "Well", "Mostly", "Mostly", "Most")
SEAL = "🔒 Seal my answers"
UNREADABLE = "I can't read this check-in any more, so nothing was added now."
Wordings = MutableMapping[tuple[str, int], Instrument]


@dataclass
class Device:
    """A second device of an officer: it shows the check-in as it was some taps ago."""

    officer: Officer
    message: Message
    buttons: dict[str, str]

    @staticmethod
    def of(officer: Officer) -> "Device":
        """Return a device that shows the newest message as it is now."""
        return Device(officer, officer.phone.last, shown_by(officer.phone.last))

    async def taps(self, label: str) -> None:
        """Tap what this device still shows, and see what came of it."""
        phone = self.officer.phone
        revision, received = self.message.revision, len(phone.received)
        await sends(phone, self.message, self.buttons[label])
        await phone.wait_for(
            lambda _: self.message.revision > revision or len(phone.received) > received
        )
        self.buttons = shown_by(self.message)


def shown_by(message: Message) -> dict[str, str]:
    """Return what each button of a message carries."""
    return {each.label.removeprefix("✓ "): each.value for row in message.keyboard for each in row}


def wordings(station: Station) -> Wordings:
    """Return the wordings this program has, to be changed."""
    return cast(Wordings, station.assembly.instruments)


async def test_two_devices_each_go_on_from_what_they_show(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open")
    other = Device.of(sam)
    await sam.taps("Good", "Well", "Mostly")
    await sam.sees("4 of 5")
    # The tablet still shows the first question: its tap counts from there.
    await other.taps("Not great")
    await sam.sees("2 of 5")
    await other.taps("Badly")
    await sam.sees("3 of 5")
    await sam.taps("Mostly", "Mostly", "Most")
    await sam.sees("Check your answers.")
    assert ["1. Not great"] in sam.phone.last.buttons
    assert ["2. Badly"] in sam.phone.last.buttons
    await sam.taps(SEAL)
    await sam.sees("Sealed.")
    assert count(station, "sealed_response") == 1


async def test_the_second_of_two_devices_hears_that_it_is_sealed(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", *GOOD)
    other = Device.of(sam)
    await sam.taps(SEAL)
    await sam.sees("Support")
    await other.taps(SEAL)
    await sam.sees("Sealed already. I have your answers to this check-in, once.")
    assert count(station, "sealed_response") == 1


async def test_a_device_that_lags_can_look_again_after_sealing_and_change_nothing(
    station: Station,
) -> None:
    sam = await asked(station)
    await sam.taps("Open", *GOOD)
    other = Device.of(sam)
    await sam.taps(SEAL)
    await sam.sees("Support")
    await other.taps("1. Good")
    await sam.sees("1 of 5")
    await other.taps("Not great")
    await other.taps(SEAL)
    await sam.sees("Sealed already.")
    assert count(station, "sealed_response") == 1


async def test_a_round_that_closes_before_this_program_knows_takes_nothing(
    station: Station,
) -> None:
    sam = await asked(station)
    await sam.taps("Open", *GOOD)
    await sam.sees("Check your answers.")
    # Another process closes it; the catalogue here still says open.
    view = next(iter(station.assembly.desk.catalogue.rounds.values()))
    await closing.close_now(station.assembly.storage, view.id, station.clock, "test")
    await sam.taps(SEAL)
    await sam.sees("This check-in has closed. What you sealed before counts;")
    assert count(station, "sealed_response") == 0


async def test_what_was_sealed_before_the_close_stays_sealed(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", *GOOD)
    other = Device.of(sam)
    await sam.taps(SEAL)
    await sam.sees("Support")
    await station.close_round()
    await other.taps(SEAL)
    await sam.sees("This check-in has closed. What you sealed before counts;")
    assert count(station, "sealed_response") == 1


async def test_last_months_keyboard_answers_politely(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", *GOOD)
    old = Device.of(sam)
    for _ in range(2):
        await station.close_round()
    await station.tick()
    await old.taps(SEAL)
    await sam.sees("This check-in has closed.")
    assert count(station, "sealed_response") == 0


async def test_a_keyboard_of_a_round_that_is_shredded_answers_politely(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open")
    old = Device.of(sam)
    for _ in range(3):
        await station.close_round()
    await station.tick()
    assert old.message.keyboard
    await old.taps("Good")
    await sam.sees(UNREADABLE)
    await sam.taps("See support")
    await sam.sees("Support, whenever you want it:")


async def test_a_keyboard_of_a_round_that_was_abandoned_answers_politely(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open")
    old = Device.of(sam)
    await abandoned_on(station)
    await old.taps("Good")
    await sam.sees(UNREADABLE)
    assert "counts" not in sam.phone.last.text
    await sam.taps("See support")
    await sam.sees("Support, whenever you want it:")


async def test_a_new_wording_waits_for_the_next_round(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", "Good")
    await sam.sees("How well have you slept this week, whatever your shifts?")
    known = wordings(station)
    first = known["weekly-pulse", 1]
    items = [
        item.model_copy(
            update={"text": {"en": f"New: {item.text['en']}", "cy": f"Newydd: {item.text['cy']}"}}
        )
        for item in first.items
    ]
    known["weekly-pulse", 2] = first.model_copy(update={"version": 2, "items": items})
    check_in = station.programme.check_ins[0].model_copy(update={"instrument_version": 2})
    others = station.programme.check_ins[1:]
    newer = station.programme.model_copy(update={"check_ins": [check_in, *others]})
    await programme.load(station.assembly.storage, newer, "test", "a new wording", station.clock)
    await station.tick()
    await sam.taps("Well")
    await sam.sees("Was your workload manageable this week?")
    assert "New:" not in sam.phone.last.text
    await sam.taps("Mostly", "Mostly", "Most", SEAL)
    await sam.sees("Sealed.")
    await station.close_round()
    await station.next_prompt()
    await sam.taps("Open")
    await sam.sees("New: How are you doing overall this week?")
    assert count(station, "sealed_response") == 1


async def test_a_wording_that_is_gone_is_told_and_nothing_is_lost(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", "Good")
    await sam.sees("2 of 5")
    check_in = Device.of(sam)
    known = wordings(station)
    gone = known.pop(("weekly-pulse", 1))
    await station.tick()
    await check_in.taps("Well")
    await sam.sees(UNREADABLE)
    # Once the wording is back, the same buttons go on where they were.
    known["weekly-pulse", 1] = gone
    await station.tick()
    for label in (*GOOD[1:], SEAL):
        await check_in.taps(label)
    await sam.sees("Sealed.")
    assert count(station, "sealed_response") == 1


async def test_a_wording_changed_behind_its_version_is_not_misread(station: Station) -> None:
    sam = await asked(station)
    await sam.taps("Open", *GOOD)
    await sam.sees("Check your answers.")
    check_in = Device.of(sam)
    known = wordings(station)
    whole = known["weekly-pulse", 1]
    known["weekly-pulse", 1] = whole.model_copy(update={"items": whole.items[:3]})
    await station.tick()
    await check_in.taps(SEAL)
    await sam.sees(UNREADABLE)
    assert count(station, "sealed_response") == 0


async def test_a_check_in_that_cannot_be_looked_up_asks_for_patience(station: Station) -> None:
    sam = await asked(station)
    check_in = Device.of(sam)
    desk = station.assembly.desk
    known, desk.catalogue = desk.catalogue, type(desk.catalogue)({}, None, ())
    async with database_gone(station):
        await check_in.taps("Open")
        await sam.sees("I can't open this check-in just now. Nothing was lost")
    desk.catalogue = known
    await check_in.taps("Open")
    await sam.phone.wait_for(lambda _: "1 of 5" in check_in.message.text)
