"""Sending survives whatever Telegram does: it waits as told, tries again, and ends quietly."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.calendar import instant
from bot.officer import application
from bot.officer.messenger import INVITATIONS_PER_SECOND
from bot.officer.texts import check_ins
from bot.sandbox.limits import Limits
from bot.wiring import Assembly, Part
from bot.workflows.invite import FIRST_BACKOFF, LEASE
from storage import deliveries, enrolments
from storage.states import DeliveryState
from tests.journeys.trial import ZONE, at
from tests.station import Officer, Station, a_station, unpaced

TEAMS = {"harbour-response": 48, "market-response": 36, "roads-policing": 30, "control-room": 60}
BEFORE = at(-1, 18)


async def enrolled(station: Station, count: int) -> list[Officer]:
    """Let people join without the chat, from as many teams as it takes."""
    people: list[Officer] = []
    for team, heads in TEAMS.items():
        for _ in range(min(heads, count - len(people))):
            people.append(await station.newcomer(team))
    assert len(people) == count
    return people


async def due(station: Station) -> None:
    """Move the clock to when the whole round of invitations is due, and send none yet."""
    station.now = at(0, 9)
    await station.assembly.turn_rounds()
    station.now = at(0, 17, 1)


def invitations(person: Officer) -> int:
    """How many invitations a phone got."""
    return sum(check_ins.READY in each.text for each in person.phone.notifications)


@pytest.mark.sqlite_first("of two senders at once the tests below run on both")
async def test_more_invitations_than_two_seconds_may_hold_go_out_without_a_429(
    database_url: str, tmp_path: Path
) -> None:
    async with a_station(database_url, tmp_path, limits=Limits(), at=BEFORE) as station:
        # Twice what Telegram takes in a second, and more than are claimed at once.
        people = await enrolled(station, 60)
        await due(station)
        await station.assembly.send()
        assert {invitations(person) for person in people} == {1}
        # A refused call would have been made again: there is one for each.
        calls = station.telegram.calls_of("sendMessage")
        assert len(calls) == 60
        assert len({call.chat for call in calls}) == 60
        # And it is not the sandbox's patience: no second held many more than was meant. Some
        # arrive together when this machine is busy.
        moments = [call.at for call in calls]
        most = max(sum(start <= each < start + 1 for each in moments) for start in moments)
        assert most <= 1.2 * INVITATIONS_PER_SECOND


async def test_after_a_429_telegram_is_left_alone_for_as_long_as_it_said(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_station(sqlite_database, tmp_path, at=BEFORE, paced=True) as station:
        people = await enrolled(station, 20)
        await due(station)
        flood = station.telegram.faults.flood(retry_after=2, method="sendMessage")
        await station.assembly.send()
        assert flood.met.is_set()
        calls = station.telegram.calls_of("sendMessage")
        # Those under way at that moment; without the rule it would be all twenty.
        assert len(calls) <= 5
        got = sum(invitations(person) for person in people)
        assert got == len(calls) - 1
        # Nothing is held by a claim meanwhile: other processes may go on.
        async with station.assembly.storage.read("look") as tx:
            assert (await deliveries.counts(tx))[DeliveryState.CLAIMED] == 0
        await asyncio.sleep(max(0.0, calls[0].at + 2.1 - station.telegram.monotonic()))
        station.now += timedelta(seconds=3)
        await station.assembly.send()
        assert {invitations(person) for person in people} == {1}
        later = station.telegram.calls_of("sendMessage")[len(calls) :]
        assert all(call.at - calls[0].at >= 2 for call in later)


@pytest.mark.sqlite_first("of two senders at once the tests below run on both")
async def test_errors_of_telegram_are_tried_again_at_growing_distances(
    database_url: str, tmp_path: Path
) -> None:
    async with a_station(database_url, tmp_path, at=BEFORE) as station:
        (sam,) = await enrolled(station, 1)
        await due(station)
        station.telegram.faults.answer_error(502, times=2, method="sendMessage")
        station.telegram.faults.drop(times=1, method="sendMessage")

        def tries() -> int:
            return len(station.telegram.calls_of("sendMessage"))

        await station.assembly.send()
        assert tries() == 1
        for attempt in range(1, 4):
            pause = FIRST_BACKOFF * (1 << (attempt - 1))
            station.now += pause - timedelta(seconds=1)
            await station.assembly.send()
            assert tries() == attempt
            station.now += timedelta(seconds=1)
            await station.assembly.send()
            assert tries() == attempt + 1
        assert invitations(sam) == 1
        station.now += timedelta(hours=1)
        await station.assembly.send()
        assert tries() == 4


async def test_a_lost_answer_brings_an_invitation_twice_at_worst(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_station(sqlite_database, tmp_path, at=BEFORE) as station:
        people = await enrolled(station, 8)
        await due(station)
        unlucky = people[3]
        station.telegram.faults.apply_then_drop(method="sendMessage", chat=unlucky.phone.id)
        await station.assembly.send()
        station.now += LEASE
        await station.assembly.send()
        station.now += timedelta(hours=1)
        await station.assembly.send()
        assert [invitations(person) for person in people] == [1, 1, 1, 2, 1, 1, 1, 1]


@pytest.mark.sqlite_first("of two senders at once the test below runs on both")
async def test_who_blocked_the_bot_or_left_is_ended_quietly_and_the_others_get_theirs(
    database_url: str, tmp_path: Path
) -> None:
    async with a_station(database_url, tmp_path, at=BEFORE) as station:
        people = await enrolled(station, 6)
        await people[1].phone.block()
        await people[4].phone.delete_account()
        await due(station)
        await station.assembly.send()
        assert [invitations(person) for person in people] == [1, 0, 1, 1, 0, 1]
        async with station.assembly.storage.read("look") as tx:
            assert await enrolments.number_in(tx, "harbour-response") == 4
            assert (await deliveries.counts(tx))[DeliveryState.CLAIMED] == 0
        # Whoever comes back joins anew, with the code.
        await people[1].phone.unblock()
        await people[1].phone.start(people[1].code)
        await people[1].sees("Before you join")


async def test_a_telegram_that_hangs_holds_up_one_message_and_not_the_others(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "CALL_SECONDS", 1.0)
    async with a_station(sqlite_database, tmp_path, at=BEFORE) as station:
        people = await enrolled(station, 4)
        await due(station)
        faults = station.telegram.faults
        hung = faults.hang(method="sendMessage", chat=people[1].phone.id)
        faults.apply_then_hang(method="sendMessage", chat=people[2].phone.id)
        sending = asyncio.create_task(station.assembly.send())
        await hung.met.wait()
        await people[0].sees(check_ins.READY)
        await people[3].sees(check_ins.READY)
        assert not sending.done()
        await sending
        assert [invitations(person) for person in people] == [1, 0, 1, 1]
        station.now += FIRST_BACKOFF
        await station.assembly.send()
        # The second of these arrived the first time too, which nobody here could know.
        assert [invitations(person) for person in people] == [1, 1, 2, 1]


async def test_two_senders_on_one_database_write_to_nobody_twice(
    database_url: str, tmp_path: Path
) -> None:
    async with a_station(database_url, tmp_path, at=BEFORE) as station:
        people = await enrolled(station, 60)
        first = station.assembly
        second = Assembly(first.settings, [Part.OFFICERS], first.storage, station.clock)
        assert second.officers is not None
        unpaced(second)
        await second.officers.start()
        try:
            await asyncio.gather(first.turn_rounds(), second.turn_rounds())
            await due(station)
            await asyncio.gather(first.turn_rounds(), second.turn_rounds())
            await asyncio.gather(first.send(), second.send())
        finally:
            await second.officers.stop()
        assert {invitations(person) for person in people} == {1}


@pytest.mark.parametrize("hour", [0, 3, 8, 21, 23])
async def test_a_message_that_became_due_in_a_standstill_wakes_nobody(
    sqlite_database: str, tmp_path: Path, hour: int
) -> None:
    async with a_station(sqlite_database, tmp_path, at=BEFORE) as station:
        people = await enrolled(station, 5)
        await due(station)
        station.now = woken(hour)
        await station.assembly.send()
        assert sum(invitations(person) for person in people) == 0
        station.now = at(2, 14)
        await station.assembly.send()
        assert {invitations(person) for person in people} == {1}


def woken(hour: int) -> datetime:
    """Return an hour of the night after the prompt's day."""
    day = at(1, 12).date()
    return instant(day, datetime.min.time().replace(hour=hour), ZONE)


async def test_a_late_answer_to_a_tap_does_not_overtake_the_next_one(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_station(sqlite_database, tmp_path, at=BEFORE) as station:
        sam = await station.officer()
        await sam.joins()
        await due(station)
        await station.assembly.send()
        await sam.taps("Open")
        await sam.sees("1 of 5")
        first = sam.phone.last
        good = next(each for row in first.keyboard for each in row if each.label == "Good")
        # The first answer is held up; meanwhile the same button is tapped again, and more.
        slow = station.telegram.faults.answer_error(502, method="editMessageText")
        await sam.phone.tap_data(first.id, good.value)
        await slow.met.wait()
        await sam.says("/help")
        await sam.sees("call 999")
        # Help came first, the question still comes.
        await sam.sees("2 of 5")
        await sam.taps("Well", "Mostly", "Mostly", "Most", check_ins.SEAL)
        await sam.sees("Sealed")


async def test_taps_of_one_chat_are_answered_in_their_order(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_station(sqlite_database, tmp_path, at=BEFORE) as station:
        sam = await station.officer()
        await sam.joins()
        await due(station)
        await station.assembly.send()
        await sam.taps("Open", "Good", "Well", "Mostly", "Mostly")
        question = sam.phone.last
        some = next(each for row in question.keyboard for each in row if each.label == "Some")
        await sam.taps("Some")
        review = sam.phone.last
        seal = next(each for row in review.keyboard for each in row if each.label == check_ins.SEAL)
        # The last question's tap is delivered again, and its answer is held up.
        slow = station.telegram.faults.answer_error(502, method="editMessageText")
        await sam.phone.tap_data(question.id, some.value)
        await slow.met.wait()
        await sam.phone.tap_data(review.id, seal.value)
        await sam.sees("Support")
        await sam.phone.settled()
        await station.telegram.updates.polled.wait()
        assert "Sealed" in sam.phone.chat.messages[review.id].text
        assert "Mostly" not in sam.phone.transcript()
