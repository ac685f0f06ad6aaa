"""Help comes first: whatever fails around it, whoever asks for it gets the crisis card."""

from datetime import timedelta
from functools import partial

import pytest

from bot.core.documents import in_language
from bot.core.instruments import Need
from bot.core.support import SupportEntry
from bot.officer import messenger as rooms
from bot.officer.crisis import call_list
from bot.officer.messenger import HELP_TRIES, TRIES
from bot.officer.support import need_page
from bot.officer.texts import check_ins, common
from bot.sandbox.phones import Phone
from bot.workflows import closing
from tests.officer.every_screen import ENGLISH
from tests.officer.records import count, database_gone, dump
from tests.officer.views import support
from tests.station import Officer, Station

STRUGGLING = ("Struggling", "Well", "Mostly", "Mostly", "Most")
GOOD = ("Good", "Well", "Mostly", "Mostly", "Most")
NOTHING_CHANGED = "nothing was changed"


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "_FIRST_PAUSE", 0.0)
    monkeypatch.setattr(rooms, "LONGEST_WAIT", 0.0)


def cards(phone: Phone) -> int:
    """Return how many crisis cards a phone shows."""
    return sum("call 999 or go to A&E" in message.text for message in phone.received)


def has_cards(phone: Phone, number: int) -> bool:
    """Whether a phone shows so many crisis cards."""
    return cards(phone) == number


async def gets_the_card(officer: Officer, before: int = 0) -> None:
    """Wait until the crisis card is there once more, not only a text that names 999."""
    await officer.phone.wait_for(partial(has_cards, number=before + 1))


async def ready_to_seal(station: Station, answers: tuple[str, ...] = STRUGGLING) -> Officer:
    """Return somebody who has answered everything and sees the review."""
    sam = await station.officer()
    await sam.joins()
    await station.next_prompt()
    await sam.taps("Open", *answers)
    await sam.phone.wait_for(lambda phone: "Check your answers." in phone.transcript())
    # On the tap that chose it, once, and not again on those that followed.
    assert cards(sam.phone) == (answers is STRUGGLING)
    return sam


# --- The Help button ----------------------------------------------------------------------


@pytest.mark.english_first("about calls to Telegram")
@pytest.mark.parametrize("times", [TRIES, 3 * TRIES])
@pytest.mark.parametrize("status", [429, 502])
async def test_help_comes_though_the_tap_cannot_be_acknowledged(
    station: Station, status: int, times: int
) -> None:
    sam = await station.officer()
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    faults = station.telegram.faults
    if status == 429:
        faults.flood(1, times=times, method="answerCallbackQuery")
    else:
        faults.answer_error(status, times=times, method="answerCallbackQuery")
    await sam.phone.tap("Help")
    await gets_the_card(sam)
    assert common.CHANGE_LATER not in sam.phone.transcript()


async def test_help_comes_before_the_tap_is_acknowledged(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    hang = station.telegram.faults.hang(method="answerCallbackQuery")
    await sam.phone.tap("Help")
    await gets_the_card(sam)
    await hang.met.wait()
    assert sam.phone.unanswered == 1
    hang.release()
    await sam.phone.settled()


@pytest.mark.english_first("about calls to Telegram")
async def test_any_other_tap_is_answered_though_it_cannot_be_acknowledged(
    station: Station,
) -> None:
    sam = await station.officer()
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    station.telegram.faults.answer_error(502, times=TRIES, method="answerCallbackQuery")
    await sam.phone.tap("See support")
    await sam.sees("Support, whenever you want it:")


@pytest.mark.english_first("about calls to Telegram")
@pytest.mark.parametrize("failures", [TRIES, HELP_TRIES - 1])
async def test_a_card_is_tried_more_often_than_anything_else(
    station: Station, failures: int
) -> None:
    sam = await station.officer()
    await sam.phone.start()
    await sam.sees("To join")
    station.telegram.faults.answer_error(502, times=failures, method="sendMessage")
    await sam.says("I can't go on")
    await gets_the_card(sam)


async def test_when_no_card_gets_through_the_last_word_names_999(station: Station) -> None:
    sam = await station.officer()
    await sam.phone.start()
    await sam.sees("To join")
    station.telegram.faults.answer_error(502, times=HELP_TRIES, method="sendMessage")
    await sam.says("I can't go on")
    await sam.sees("Samaritans 116 123")
    assert not cards(sam.phone)
    assert "call 999" in sam.phone.last.text
    assert len(station.telegram.calls_of("sendMessage")) >= HELP_TRIES + 1


# --- Words behind a slash -----------------------------------------------------------------


@pytest.mark.english_first("about how commands are told from words")
@pytest.mark.parametrize(
    "typed",
    [
        *("/start i want to die", "/please help me", "/stopp it hurts", "/start\nhelp me please"),
        *("/start suicidal", "/support me", "/settings can't sleep", "/privacy? no: help"),
    ],
)
async def test_words_behind_a_slash_bring_the_card(station: Station, typed: str) -> None:
    sam = await station.officer()
    await sam.says(typed)
    await gets_the_card(sam)
    assert len(sam.phone.received) == 1


@pytest.mark.english_first("about how commands are told from words")
@pytest.mark.parametrize("command", ["/stop", "/forget", "/pause"])
async def test_words_behind_a_command_bring_the_card_and_do_nothing_else(
    station: Station, command: str
) -> None:
    sam = await station.officer()
    await sam.joins()
    before = dump(station)
    await sam.says(f"{command} I want to stop living")
    await gets_the_card(sam)
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    assert cards(sam.phone) == 1
    assert dump(station) == before


async def test_a_wrong_code_behind_start_is_told_of_999_and_help(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/start ABCD-EFGH-JKMN")
    await sam.sees("I don't know that code.")
    assert "call 999" in sam.phone.last.text
    assert any("Help" in row for row in sam.phone.last.buttons)


# --- “Struggling” -------------------------------------------------------------------------


async def test_struggling_brings_the_card_at_once_and_only_when_it_is_chosen(
    station: Station,
) -> None:
    sam = await station.officer()
    await sam.joins()
    await station.next_prompt()
    await sam.taps("Open", "Struggling")
    await gets_the_card(sam)
    check_in = sam.phone.messages[-2]
    await sam.phone.wait_for(lambda _: check_in.text.startswith("2 of 5"))
    # The same again is no new answer; another and then the same is.
    await sam.taps("‹ Back", "Struggling", "‹ Back")
    assert cards(sam.phone) == 1
    await sam.taps("Good", "‹ Back", "Struggling")
    await gets_the_card(sam, before=1)


async def test_struggling_brings_the_card_though_it_is_chosen_too_late(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    await station.next_prompt()
    await sam.taps("Open")
    station.now += timedelta(days=7)
    await sam.phone.tap("Struggling")
    await gets_the_card(sam)
    await sam.phone.wait_for(lambda phone: "This check-in has closed" in phone.transcript())
    assert count(station, "sealed_response") == 0


async def test_struggling_brings_the_card_though_nothing_can_be_sealed(station: Station) -> None:
    sam = await ready_to_seal(station)
    async with database_gone(station):
        await sam.taps(check_ins.SEAL)
        await sam.phone.wait_for(lambda phone: "I couldn't seal your" in phone.transcript())
        await gets_the_card(sam, before=1)
    assert count(station, "sealed_response") == 0


async def test_struggling_brings_the_card_though_the_round_has_closed(station: Station) -> None:
    sam = await ready_to_seal(station)
    (view,) = station.assembly.desk.catalogue.rounds.values()
    await closing.close_now(station.assembly.storage, view.id, station.clock, "test")
    await sam.taps(check_ins.SEAL)
    await sam.phone.wait_for(lambda phone: "This check-in has closed" in phone.transcript())
    await gets_the_card(sam, before=1)
    assert count(station, "sealed_response") == 0


@pytest.mark.parametrize("failures", [0, TRIES])
async def test_struggling_brings_the_card_though_the_prompt_is_over(
    station: Station, failures: int
) -> None:
    sam = await ready_to_seal(station)
    station.now += timedelta(days=7)
    station.telegram.faults.answer_error(502, times=failures, method="editMessageText")
    await sam.phone.tap(check_ins.SEAL)
    await gets_the_card(sam, before=1)
    assert count(station, "sealed_response") == 0


@pytest.mark.parametrize("status", [429, 502])
async def test_struggling_brings_the_card_though_the_check_in_cannot_be_replaced(
    station: Station, status: int
) -> None:
    sam = await ready_to_seal(station)
    faults = station.telegram.faults
    if status == 429:
        faults.flood(1, times=TRIES, method="editMessageText")
    else:
        faults.answer_error(status, times=TRIES, method="editMessageText")
    await sam.phone.tap(check_ins.SEAL)
    await gets_the_card(sam, before=1)
    await sam.sees("Support:")
    assert count(station, "sealed_response") == 1
    assert NOTHING_CHANGED not in sam.phone.transcript()
    # Its button is still there, and a second tap says what is so.
    await sam.phone.tap(check_ins.SEAL)
    await sam.phone.wait_for(lambda phone: "Sealed already." in phone.transcript())
    assert count(station, "sealed_response") == 1


@pytest.mark.parametrize("answers", [GOOD, STRUGGLING])
async def test_who_has_sealed_never_reads_that_nothing_was_changed(
    station: Station, answers: tuple[str, ...]
) -> None:
    sam = await ready_to_seal(station, answers)
    faults = station.telegram.faults
    faults.answer_error(502, times=TRIES, method="editMessageText")
    # What comes first after sealing does not get through: the card, or else the menu.
    sends = HELP_TRIES if answers is STRUGGLING else TRIES
    failing = faults.answer_error(502, times=sends, method="sendMessage")
    await sam.phone.tap(check_ins.SEAL)
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    assert failing.left == 0
    assert count(station, "sealed_response") == 1
    assert NOTHING_CHANGED not in sam.phone.transcript()


# --- A long list --------------------------------------------------------------------------


def long_entries(number: int) -> list[SupportEntry]:
    """Return so many entries for a crisis, each with much to say and much to escape."""
    first = support()[0]
    words = "an invented & long <line> "
    return [
        first.model_copy(
            update={
                "id": f"long-{each}",
                "name": {"en": f"{words * 3}{each}"},
                "needs": list(Need),
                "for_whom": {"en": words * 4},
                "confidentiality": {"en": words * 4},
                "hours": {"en": words},
            }
        )
        for each in range(number)
    ]


@pytest.mark.parametrize("number", [1, 9, 30])
def test_a_long_directory_stays_under_what_telegram_takes(number: int) -> None:
    entries = long_entries(number)
    for screen in (
        call_list(ENGLISH, entries),
        *(need_page(ENGLISH, need, entries) for need in Need),
    ):
        assert len(screen.text) < 4_096
        # Whole entries, the nearest first.
        assert "long &lt;line&gt; 0</b>" in screen.text
        assert screen.text.count("<b>") == screen.text.count("</b>")
        assert screen.text.count("<i>") == screen.text.count("</i>")


async def test_a_long_directory_arrives(station: Station) -> None:
    desk = station.assembly.desk
    desk.catalogue = type(desk.catalogue)({}, desk.catalogue.programme, tuple(long_entries(30)))
    sam = await station.officer()
    await sam.says("help")
    await sam.taps("Call list")
    await sam.sees("Talk to someone now")
    assert in_language(long_entries(1)[0].name, "en") in sam.phone.last.text
