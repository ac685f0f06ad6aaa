"""The question after four rounds without an answer, and what each answer leads to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from bot.core.profiles import Profile
from bot.officer.texts import check_ins
from bot.sealing.process_keys import officer_keys
from storage import enrolments
from storage.states import EnrolmentState
from tests.station import Officer, Station, a_station

NOTICE = "A message about your check-ins."
ASKED = "Shall I keep writing to you?"


@asynccontextmanager
async def somebody_silent(
    database_url: str, folder: Path
) -> AsyncIterator[tuple[Station, Officer]]:
    """Have an officer who left four rounds unanswered and was asked whether to carry on."""
    async with a_station(database_url, folder) as station:
        sam = await station.officer()
        await sam.joins()
        await station.assembly.desk.amend_profile(sam.phone.id, ignored=4)
        await station.next_prompt()
        await sam.sees(NOTICE)
        assert sam.phone.notifications[-1].text == NOTICE
        await sam.taps("Open")
        await sam.sees(ASKED)
        yield station, sam


async def kept(station: Station, sam: Officer) -> tuple[Profile, EnrolmentState]:
    """Return what stands in the profile, and whether messages come."""
    keys, _ = officer_keys(station.assembly.settings.keys)
    async with station.assembly.storage.read("look") as tx:
        row = await enrolments.by_lookup(tx, keys.lookup(sam.phone.id))
    assert row is not None
    return Profile.from_bytes(keys.open_profile(row.profile, row.id)), row.state


async def test_who_carries_on_gets_the_next_check_in(database_url: str, tmp_path: Path) -> None:
    async with somebody_silent(database_url, tmp_path) as (station, sam):
        # In the place of the notice, and as little to be forwarded.
        assert NOTICE not in sam.phone.transcript()
        assert sam.phone.last.protected
        await sam.taps("Yes, carry on")
        await sam.sees("I'll carry on.")
        profile, _ = await kept(station, sam)
        assert (profile.ignored, profile.asked_to_carry_on) == (0, False)
        await station.next_prompt()
        await sam.sees(check_ins.READY)


@pytest.mark.english_first("about who is asked")
async def test_who_says_nothing_hears_nothing_more(sqlite_database: str, tmp_path: Path) -> None:
    async with somebody_silent(sqlite_database, tmp_path) as (station, sam):
        heard = len(sam.phone.notifications)
        for _ in range(6):
            await station.next_prompt()
        assert len(sam.phone.notifications) == heard
        await sam.says("/start")
        await sam.sees("You have joined.")
        await station.next_prompt()
        await sam.sees(check_ins.READY)


async def test_a_pause_of_four_weeks_is_one_tap_away(sqlite_database: str, tmp_path: Path) -> None:
    async with somebody_silent(sqlite_database, tmp_path) as (station, sam):
        await sam.taps("Pause for 4 weeks")
        await sam.sees("Paused until Monday 28 December.")
        profile, _ = await kept(station, sam)
        assert profile.paused_until == date(2026, 12, 28)
        assert profile.ignored == 0


async def test_a_stop_is_one_tap_away(sqlite_database: str, tmp_path: Path) -> None:
    async with somebody_silent(sqlite_database, tmp_path) as (station, sam):
        await sam.taps("No, stop")
        await sam.sees("Stopped.")
        _, state = await kept(station, sam)
        assert state is EnrolmentState.STOPPED


@pytest.mark.english_first("about what buttons carry")
@pytest.mark.parametrize(
    "data", [":carry-on", ":carry-on-open:yes", ":carry-on:perhaps", ":carry-on:yes.yes@en"]
)
async def test_an_answer_nobody_offered_is_an_old_button(
    sqlite_database: str, tmp_path: Path, data: str
) -> None:
    async with somebody_silent(sqlite_database, tmp_path) as (station, sam):
        await sam.phone.tap_data(sam.phone.last.id, data)
        await sam.sees("That button is from an earlier message.")
        profile, _ = await kept(station, sam)
        assert profile.ignored == 4


async def test_after_erasing_everything_the_question_is_about_nobody(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with somebody_silent(sqlite_database, tmp_path) as (station, sam):
        assert await station.assembly.desk.forget(sam.phone.id)
        await sam.taps("Yes, carry on")
        await sam.sees("You haven't joined")
