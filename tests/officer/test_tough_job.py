"""After a tough job, as conversations: nothing asks what happened, and nobody is told."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.calendar import instant
from bot.core.contact_times.choices import ContactTimes
from bot.officer.tough_job import START
from bot.workflows.follow_up_kinds import INSTRUMENT_OF
from storage.states import FollowUpKind
from tests.officer.records import count, database_gone, dump, on_disk
from tests.officer.tough_jobs import (
    ANSWERS,
    NOTICE,
    a_station_that_asks,
    asks,
    one_who_joined,
    reaches,
    started,
)
from tests.station import ZONE, Officer, Station, a_station
from tests.workflows.asking import THREE, local, without_asking

DON_T_WAIT = "Don't wait for my next message"


@pytest.fixture
async def station(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Station]:
    """The product, running, with questions after a tough job."""
    async with a_station_that_asks(sqlite_database, tmp_path) as running:
        yield running


@pytest.fixture
async def sam(station: Station) -> Officer:
    """Somebody who has joined."""
    return await one_who_joined(station)


# --- The card -----------------------------------------------------------------------------


async def test_the_card_says_what_trim_is_and_who_to_call_before_joining(station: Station) -> None:
    sam = await station.officer()
    before = dump(station)
    await sam.says("/tough_job")
    await sam.sees("TRiM is a talk with a trained colleague")
    shown = sam.phone.last
    assert DON_T_WAIT in shown.text
    for number in ("01632 960 102", "01632 960 101"):
        assert number in shown.text
    assert not shown.protected
    assert shown.buttons == [
        ["Ask me in three days"],
        ["Not now"],
        ["See support", "Help"],
    ]
    await sam.taps("Not now")
    await sam.sees("Nothing was started or kept.")
    assert dump(station) == before


async def test_what_happened_is_never_asked_and_never_kept(station: Station) -> None:
    sam = await station.officer()
    words = "a child died in the crash at Millgate"
    await sam.says(f"/tough_job {words}")
    await sam.sees("call 999 or go to A&E")
    await sam.says("/tough_job")
    await sam.sees(DON_T_WAIT)
    before = dump(station)
    await sam.says(words)
    await sam.sees("call 999 or go to A&E")
    assert dump(station) == before
    assert b"Millgate" not in on_disk(station)


async def test_starting_says_when_and_that_nobody_is_told(station: Station) -> None:
    sam = await station.officer()
    at = await started(station, sam)
    text = sam.phone.last.text
    tongue = station.assembly.officers.handlers.languages.tongues.of("en")  # type: ignore[union-attr]
    for moment in await station.assembly.desk.follow_ups.upcoming(sam.phone.id):
        assert moment - at >= timedelta(hours=72)
        assert tongue.day(moment.date()) in text
    assert "Nobody is told" in text
    assert sam.phone.last.buttons == [["Stop these"], ["See support", "Help"]]
    assert count(station, "follow_up") == 3
    assert count(station, "enrolment") == 0


async def test_starting_again_is_a_choice(station: Station) -> None:
    sam = await station.officer()
    await started(station, sam)
    first = await station.assembly.desk.follow_ups.upcoming(sam.phone.id)
    station.now += timedelta(days=1)
    await sam.says("/tough_job")
    await sam.taps("Ask me in three days")
    await sam.sees("I'm already set to write to you.")
    await sam.taps("Keep it as it is")
    await sam.sees("Kept.")
    assert await station.assembly.desk.follow_ups.upcoming(sam.phone.id) == first
    await sam.says("/tough_job")
    await sam.taps("Ask me in three days", "Start again from today")
    await sam.sees("I'll write to you three times:")
    again = await station.assembly.desk.follow_ups.upcoming(sam.phone.id)
    assert again[0] - station.now >= timedelta(hours=72)


async def test_stopping_and_then_keeping_says_that_there_is_nothing(station: Station) -> None:
    sam = await station.officer()
    await started(station, sam)
    await sam.says("/tough_job")
    await sam.taps("Ask me in three days")
    await sam.sees("I'm already set")
    running = sam.phone.last
    keep = running.keyboard[0][0].value
    await sam.taps("Stop these")
    await sam.sees("None of these messages will come")
    assert count(station, "follow_up") == 0
    await sam.phone.tap_data(running.id, keep)
    await sam.sees("There is nothing to keep")


async def test_with_the_database_gone_the_card_is_there_and_starting_can_wait(
    station: Station,
) -> None:
    sam = await station.officer()
    async with database_gone(station):
        await sam.says("/tough_job")
        await sam.sees("01632 960 102")
        await sam.taps("Ask me in three days")
        await sam.sees("I can't reach my records right now")
        assert "116 123" in sam.phone.last.text
    await sam.taps("Try again")
    await sam.sees("I'll write to you three times:")
    async with database_gone(station):
        await sam.taps("Stop these")
        await sam.sees("I can't reach my records right now")
    await sam.taps("Try again")
    await sam.sees("None of these messages will come")
    assert count(station, "follow_up") == 0


@pytest.mark.english_first("about what buttons carry")
@pytest.mark.parametrize("data", [":follow-up:weekly-pulse@en", ":follow-up", ":afterwards:x"])
async def test_a_button_with_an_argument_nobody_knows_is_an_old_one(
    station: Station, data: str
) -> None:
    sam = await station.officer()
    await sam.says("/tough_job")
    await sam.sees(DON_T_WAIT)
    await sam.phone.tap_data(sam.phone.last.id, data)
    await sam.sees("That button is from an earlier message.")


# --- The messages -------------------------------------------------------------------------


async def test_three_messages_each_neutral_on_a_lock_screen_and_useful_inside(
    station: Station, sam: Officer
) -> None:
    at = await started(station, sam)
    for kind, since in zip(
        INSTRUMENT_OF, ("A few days", "About four weeks", "About three months"), strict=True
    ):
        await reaches(station, sam, kind)
        assert 11 <= local(station.now).hour < 20
        assert sam.phone.notifications[-1].text == NOTICE
        assert sam.phone.last.protected
        assert sam.phone.last.buttons == [["Open"], ["Stop these", "Help"]]
        await sam.taps("Open")
        await sam.sees(f"{since} ago you asked me to come back")
        await sam.taps("Who can help now")
        await sam.sees("01632 960 102")
        # In a message of its own, where numbers can be copied.
        assert not sam.phone.last.protected
    assert station.now - at >= timedelta(days=90)


async def test_answering_goes_through_an_ordinary_check_in_and_counts_once(
    station: Station, sam: Officer
) -> None:
    await started(station, sam)
    await reaches(station, sam, THREE)
    await sam.taps("Open", "Answer the questions")
    await sam.sees("How are you since then?")
    await sam.taps(*ANSWERS)
    await sam.sees("Check your answers.")
    review = sam.phone.last
    seal = review.keyboard[-2][0].value
    await sam.taps("🔒 Seal my answers")
    await sam.sees("Support:")
    assert "Sealed." in sam.phone.transcript()
    assert "About the same" not in sam.phone.transcript()
    assert count(station, "sealed_response") == 1
    assert count(station, "participation") == 0
    assert count(station, "follow_up_mark") == 1
    assert count(station, "follow_up") == 2
    await sam.phone.tap_data(review.id, seal)
    await sam.sees("Sealed already.")
    assert count(station, "sealed_response") == 1


async def test_after_the_last_questions_comes_a_last_word(station: Station, sam: Officer) -> None:
    await started(station, sam)
    for kind in INSTRUMENT_OF:
        await reaches(station, sam, kind)
    await sam.taps("Open", "Answer the questions", *ANSWERS, "A bit", "🔒 Seal my answers")
    await sam.sees("Support:")
    assert "That was the last of these messages" in sam.phone.transcript()
    assert "not too late to talk" in sam.phone.transcript()


async def test_a_message_can_be_stopped_from_itself(station: Station) -> None:
    sam = await station.officer()
    await started(station, sam)
    await reaches(station, sam, THREE)
    await sam.taps("Stop these")
    await sam.sees("None of these messages will come")
    assert count(station, "follow_up") == 0


async def test_where_the_force_asks_nothing_the_message_is_useful_all_the_same(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_station(sqlite_database, tmp_path) as station:
        await asks(station, without_asking(station.programme))
        sam = await station.officer()
        await started(station, sam)
        await reaches(station, sam, THREE)
        assert sam.phone.last.text == NOTICE
        assert not sam.phone.last.protected
        await sam.taps("Open")
        await sam.sees("I have no questions this time.")
        assert "01632 960 102" in sam.phone.last.text
        assert sam.phone.last.buttons == [["Stop these"], ["See support", "Help"]]
        assert count(station, "follow_up") == 2


async def test_questions_that_closed_meanwhile_are_no_dead_end(
    station: Station, sam: Officer
) -> None:
    await started(station, sam)
    await reaches(station, sam, THREE)
    desk = station.assembly.desk
    desk.catalogue = type(desk.catalogue)({}, desk.catalogue.programme, desk.catalogue.support)
    await sam.taps("Open")
    await sam.sees("These questions have closed")
    await sam.taps("Who can help now")
    await sam.sees("01632 960 102")


async def test_a_night_worker_hears_in_the_afternoon(station: Station, sam: Officer) -> None:
    day = local(station.now).date()
    nights = ContactTimes(own_cycle="NNNNRRRR", anchor=day - timedelta(days=1))
    assert await station.assembly.desk.amend_profile(sam.phone.id, times=nights.to_json())
    station.now = instant(day, datetime(2026, 1, 1, 8).time(), ZONE)
    await started(station, sam)
    await reaches(station, sam, THREE)
    # 72 hours end an hour after the last night; then there is the sleep behind it.
    assert local(station.now).hour >= 16
    assert sam.phone.last.text == NOTICE


async def test_forgetting_before_joining_erases_what_was_asked_for(station: Station) -> None:
    sam = await station.officer()
    await started(station, sam)
    await sam.says("/forget")
    await sam.taps("Erase it now")
    await sam.sees("I hold nothing about this chat any more.")
    assert count(station, "follow_up") == 0


def test_buttons_fit_with_every_argument_and_language() -> None:
    for kind in FollowUpKind:
        assert len(f":follow-up:{kind}@cym".encode()) <= 64
    assert len(f":{START}@cym") <= 64
