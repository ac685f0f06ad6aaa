"""Questions after a tough job, as conversations: once a round, and for whoever has joined."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.officer.records import count, database_gone, file_of, on_disk
from tests.officer.tough_jobs import (
    ANSWERS,
    NOTICE,
    a_station_that_asks,
    one_who_joined,
    reaches,
    started,
)
from tests.station import Officer, Station
from tests.workflows.asking import THREE


@pytest.fixture
async def station(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Station]:
    """The product, running, with questions after a tough job."""
    async with a_station_that_asks(sqlite_database, tmp_path) as running:
        yield running


@pytest.fixture
async def sam(station: Station) -> Officer:
    """Somebody who has joined."""
    return await one_who_joined(station)


async def test_who_never_joined_is_told_who_can_help_and_asked_nothing(station: Station) -> None:
    kit = await station.officer()
    await started(station, kit)
    await reaches(station, kit, THREE)
    assert kit.phone.last.text == NOTICE
    assert not kit.phone.last.protected
    await kit.taps("Open")
    await kit.sees("I have no questions this time.")
    assert "01632 960 102" in kit.phone.last.text
    # Nothing to answer, so nothing of this message stays.
    assert count(station, "follow_up") == 2


async def test_a_second_tough_job_in_a_round_brings_the_messages_and_no_questions(
    station: Station, sam: Officer
) -> None:
    await started(station, sam)
    await reaches(station, sam, THREE)
    await sam.taps("Open", "Answer the questions", *ANSWERS, "🔒 Seal my answers")
    await sam.sees("Support:")
    await sam.says("/tough_job")
    await sam.taps("Ask me in three days", "Start again from today")
    await sam.sees("I'll write to you three times:")
    await reaches(station, sam, THREE)
    await sam.taps("Open")
    await sam.sees("I have no questions this time.")
    assert count(station, "sealed_response") == count(station, "follow_up_mark") == 1


async def test_who_left_before_opening_is_asked_nothing(station: Station, sam: Officer) -> None:
    await started(station, sam)
    await reaches(station, sam, THREE)
    opens = sam.phone.last
    await sam.says("/forget")
    await sam.taps("Erase it now")
    await sam.sees("I hold nothing about this chat any more.")
    await sam.phone.tap_data(opens.id, opens.keyboard[0][0].value)
    await sam.sees("I have no questions this time: they are for people who have joined")
    await sam.taps("Who can help now")
    await sam.sees("01632 960 102")
    assert not sam.phone.last.protected


async def test_with_the_database_gone_opening_can_wait(station: Station, sam: Officer) -> None:
    await started(station, sam)
    await reaches(station, sam, THREE)
    async with database_gone(station):
        await sam.taps("Open")
        await sam.sees("I can't reach my records right now")
        assert "116 123" in sam.phone.last.text
    await sam.taps("Try again", "Answer the questions")
    await sam.sees("How are you since then?")


async def test_the_mark_is_said_when_stopping_shown_when_asked_and_gone_when_erased(
    station: Station, sam: Officer
) -> None:
    await started(station, sam)
    await reaches(station, sam, THREE)
    await sam.taps("Open", "Answer the questions", *ANSWERS, "🔒 Seal my answers")
    await sam.sees("Support:")
    await sam.says("/tough_job")
    await sam.taps("Ask me in three days", "Stop these")
    await sam.sees("a mark of that stays until the round closes, or until /forget.")
    await sam.says("/privacy")
    await sam.taps("Everything I hold about this chat")
    await sam.sees("That you answered the questions of “After a tough job”")
    mark = marks(station)[0]
    assert mark in on_disk(station)
    await sam.says("/forget")
    await sam.taps("Erase it now")
    await sam.sees("I hold nothing about this chat any more.")
    assert marks(station) == []
    assert mark not in on_disk(station)


def marks(station: Station) -> list[bytes]:
    """Return every mark that is there."""
    with closing(sqlite3.connect(file_of(station))) as connection:
        return [mark for (mark,) in connection.execute("SELECT mark FROM follow_up_mark")]
