"""Joining over real HTTP: by link and by hand, and everything that may be wrong with a code."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial

import pytest

from bot.officer.attempts import PER_CHAT
from bot.officer.texts import joining
from bot.sealing.process_keys import officer_keys
from bot.workflows import codes, programme
from tests.officer.records import count, dump, file_of, has_received, on_disk
from tests.station import Station


async def code_for(station: Station, team: str, uses: int | None) -> str:
    """Make a code as an admin does."""
    keys, _ = officer_keys(station.assembly.settings.keys)
    code, _, _ = await codes.issue_code(
        station.assembly.storage, keys, team, uses, station.clock, station.assembly.random, "test"
    )
    return code


async def test_a_link_from_the_poster_leads_in(station: Station) -> None:
    sam = await station.officer()
    await sam.joins(role="Special constable", service="20 years or more")
    await sam.sees("Your first check-in comes on Monday 30 November.")
    assert count(station, "enrolment") == 1
    assert len(sam.phone.received) == 1


@pytest.mark.english_first("about codes")
@pytest.mark.parametrize("spelling", ["{0}", "{1}-{2}-{3}", "{1} {2} {3}", " {4}\n"])
async def test_a_code_may_be_typed_as_people_type_it(station: Station, spelling: str) -> None:
    sam = await station.officer()
    code = sam.code
    await sam.phone.start()
    await sam.sees("send me the code on it")
    await sam.says(spelling.format(code, code[:4], code[4:8], code[8:], code.lower()))
    await sam.sees("Before you join")
    await sam.taps("I agree, let me in")
    await sam.sees("What do you do here?")
    assert count(station, "enrolment") == 1


async def test_a_wrong_code_is_answered_kindly_and_stored_nowhere(station: Station) -> None:
    sam = await station.officer()
    before = dump(station)
    await sam.phone.start("WRNGWRNGWR22")
    await sam.sees("I don't know that code.")
    await sam.taps("See support")
    await sam.sees("Support, whenever you want it:")
    assert dump(station) == before
    assert b"WRNGWRNGWR22" not in on_disk(station)


@pytest.mark.parametrize("code", ["x", "x" * 64, "../../etc", "'OR1=1--", "\U0001f600"])
async def test_what_is_no_code_behind_start_brings_the_card(station: Station, code: str) -> None:
    sam = await station.officer()
    await sam.phone.start(code)
    await sam.sees("call 999 or go to A&E")


async def test_a_used_up_code_lets_nobody_else_in(station: Station) -> None:
    code = await code_for(station, "dog-unit", 1)
    first, second = await station.officer(), await station.officer()
    first.code = second.code = code
    await first.joins()
    await second.phone.start(code)
    await second.sees("That code has been used as often as it can be.")
    assert count(station, "enrolment") == 1


@pytest.mark.english_first("about numbers")
async def test_of_two_who_agree_with_the_last_use_one_joins(station: Station) -> None:
    code = await code_for(station, "dog-unit", 1)
    first, second = await station.officer(), await station.officer()
    for officer in (first, second):
        await officer.phone.start(code)
        await officer.sees("Before you join")
    await first.taps("I agree, let me in")
    await second.taps("I agree, let me in")
    await second.sees("That code has been used as often as it can be.")
    assert count(station, "enrolment") == 1


async def test_an_expired_code_lets_nobody_in(station: Station) -> None:
    sam = await station.officer()
    await sam.phone.start(sam.code)
    await sam.sees("Before you join")
    station.now += codes.CODE_LIFE + timedelta(days=1)
    await sam.taps("I agree, let me in")
    await sam.sees("That code has run out.")
    await sam.says(sam.code)
    await sam.sees("That code has run out.")
    assert count(station, "enrolment") == 0


async def test_a_force_that_is_still_set_up_lets_nobody_in_and_shows_support(
    station: Station,
) -> None:
    sam = await station.officer()
    storage, lacking = (
        station.assembly.storage,
        station.programme.model_copy(update={"support": []}),
    )
    await programme.load(storage, lacking, "test", "test", station.clock)
    await sam.phone.start(sam.code)
    await sam.sees("Your force is still setting this up")
    await sam.sees("Support is open to you without a code.")
    assert count(station, "enrolment") == 0
    await programme.load(storage, station.programme, "test", "test", station.clock)
    await sam.joins()
    assert count(station, "enrolment") == 1


async def test_a_team_takes_as_many_as_it_has_heads(station: Station) -> None:
    code = await code_for(station, "dog-unit", 100)
    for _ in range(8):
        member = await station.officer()
        await member.phone.start(code)
        await member.taps("I agree, let me in")
        await member.sees("What do you do here?")
    ninth = await station.officer()
    await ninth.phone.start(code)
    await ninth.sees("As many people have joined with this team as it has members")
    assert count(station, "enrolment") == 8


async def test_after_five_wrong_codes_the_next_waits_an_hour(station: Station) -> None:
    sam, kit = await station.officer(), await station.officer()
    for number in range(PER_CHAT):
        await sam.says(f"WRNGWRNGWR2{number + 2}")
        await sam.phone.wait_for(partial(has_received, count=number + 1))
        assert "I don't know that code." in sam.phone.last.text
    await sam.phone.start(sam.code)
    await sam.sees("Please wait an hour and try again.")
    # Nobody else waits for that.
    await kit.phone.start(kit.code)
    await kit.sees("Before you join")
    station.now += timedelta(hours=1)
    await sam.phone.start(sam.code)
    await sam.sees("Before you join")


async def test_a_forged_agreement_counts_as_a_wrong_code(station: Station) -> None:
    sam = await station.officer()
    await sam.phone.start()
    await sam.sees("To join")
    for number in range(PER_CHAT):
        await sam.phone.tap_data(sam.phone.last.id, f":agree:WRNGWRNGWR2{number + 2}")
        await sam.phone.settled()
    await sam.sees("I don't know that code.")
    await sam.phone.tap_data(sam.phone.last.id, f":agree:{sam.code}")
    await sam.sees("Please wait an hour and try again.")
    assert count(station, "enrolment") == 0


async def test_who_declines_leaves_no_trace(station: Station) -> None:
    sam = await station.officer()
    before = dump(station)
    await sam.phone.start(sam.code)
    await sam.sees("Before you join")
    assert dump(station) == before
    await sam.taps("No thanks")
    await sam.sees("I kept nothing.")
    assert dump(station) == before


async def test_agreeing_twice_joins_once_and_goes_on(station: Station) -> None:
    sam = await station.officer()
    await sam.phone.start(sam.code)
    await sam.sees("Before you join")
    message, agree = sam.phone.last, sam.phone.last.keyboard[0][0]
    for _ in range(3):
        await sam.phone.tap_data(message.id, agree.value)
    await sam.phone.settled()
    await sam.sees("What do you do here?")
    # A slow thumb must not cost the two optional questions.
    await sam.phone.tap_data(message.id, agree.value)
    await sam.phone.settled()
    await sam.taps("Volunteer")
    await sam.sees("How long have you served?")
    assert count(station, "enrolment") == 1


async def test_a_code_is_used_once_by_somebody_who_taps_twice(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    await sam.phone.start(sam.code)
    await sam.sees("You have joined.")
    with closing(sqlite3.connect(file_of(station))) as connection:
        (left,) = connection.execute("SELECT uses_left FROM enrolment_code").fetchone()
    assert left == 47


async def test_an_officer_who_joined_is_welcomed_back(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    await sam.phone.start()
    await sam.sees("You have joined. Your next check-in comes by itself.")


async def test_somebody_who_has_not_joined_learns_how(station: Station) -> None:
    sam = await station.officer()
    await sam.phone.start()
    await sam.sees("You don't have to join to see support.")


async def test_a_role_said_before_joining_is_kept_nowhere(station: Station) -> None:
    sam = await station.officer()
    await sam.phone.start()
    await sam.sees("To join")
    before = dump(station)
    for number in range(6):
        await sam.phone.tap_data(sam.phone.last.id, f":role:{number}")
        await sam.phone.tap_data(sam.phone.last.id, f":service:{number}")
    await sam.phone.settled()
    assert dump(station) == before


async def test_help_is_there_before_joining_and_the_promises_stay(station: Station) -> None:
    sam = await station.officer()
    await sam.phone.start(sam.code)
    await sam.sees("Before you join")
    await sam.taps("Help")
    await sam.sees("call 999")
    await sam.taps("I agree, let me in")
    await sam.sees("What do you do here?")


@pytest.mark.english_first("about numbers")
async def test_two_join_with_one_code_at_the_same_time(station: Station) -> None:
    officers = [await station.officer() for _ in range(6)]
    for officer in officers:
        await officer.phone.start(officer.code)
        await officer.sees("Before you join")
    for officer in officers:
        await officer.phone.tap("I agree, let me in")
    for officer in officers:
        await officer.sees("What do you do here?")
    assert count(station, "enrolment") == 6


@pytest.mark.english_first("about numbers")
async def test_duplicated_and_reordered_updates_join_once(station: Station) -> None:
    station.telegram.faults.duplicate_updates(20)
    sam = await station.officer()
    await sam.joins()
    assert count(station, "enrolment") == 1
    station.telegram.faults.reorder_updates(2)
    await sam.phone.start()
    await sam.phone.send("/privacy")
    await sam.sees("What your force can see")
    await sam.sees(joining.WELCOME_BACK.split("\n")[0])
    assert count(station, "enrolment") == 1


async def test_an_officer_is_known_by_the_account_not_by_the_name(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    assert sam.phone.name.encode() not in on_disk(station)
    assert str(sam.phone.id).encode() not in on_disk(station)
