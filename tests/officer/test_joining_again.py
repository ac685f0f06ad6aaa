"""Codes in the hands of somebody who has joined: welcomed back, or told how to move."""

from functools import partial

import pytest

from bot.officer.attempts import PER_CHAT
from bot.sealing.process_keys import officer_keys
from bot.workflows import codes
from tests.officer.records import count, dump, has_received
from tests.station import Station

BACK = "You have joined. Your next check-in comes by itself."
ELSEWHERE = "You have joined with another team. To move, send /forget first"
WAIT = "Please wait an hour and try again."


async def code_of(station: Station, team: str) -> str:
    """Make a code of another team."""
    keys, _ = officer_keys(station.assembly.settings.keys)
    code, _, _ = await codes.issue_code(
        station.assembly.storage, keys, team, None, station.clock, station.assembly.random, "test"
    )
    return code


async def test_the_own_code_welcomes_back(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    before = dump(station)
    await sam.phone.start(sam.code)
    await sam.sees(BACK)
    await sam.says(sam.code)
    await sam.phone.wait_for(lambda phone: phone.transcript().count(BACK) == 2)
    assert dump(station) == before


async def test_the_own_code_brings_back_who_had_stopped(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    await sam.says("/stop")
    await sam.sees("Stopped.")
    await sam.phone.start(sam.code)
    await sam.sees("Welcome back. Your next check-in comes by itself.")
    await station.next_prompt()
    await sam.sees("Your check-in is ready.")


@pytest.mark.parametrize("stopped", [False, True])
async def test_a_code_of_another_team_moves_nobody(station: Station, stopped: bool) -> None:
    sam = await station.officer()
    await sam.joins()
    code = await code_of(station, "dog-unit")
    if stopped:
        await sam.says("/stop")
        await sam.sees("Stopped.")
    before = dump(station)
    await sam.phone.start(code)
    await sam.sees(ELSEWHERE)
    assert dump(station) == before


async def test_forgetting_first_makes_the_move(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    sam.code = await code_of(station, "dog-unit")
    await sam.phone.start(sam.code)
    await sam.sees(ELSEWHERE)
    await sam.says("/forget")
    await sam.taps("Erase it now")
    await sam.sees("I hold nothing about this chat any more.")
    await sam.joins()
    assert count(station, "enrolment") == 1


@pytest.mark.parametrize(
    "data", [":role:0@en", ":role:1@en", ":service:0@en", ":service:2@en", ":joined@en"]
)
async def test_who_has_erased_everything_is_promised_nothing_by_an_old_button(
    station: Station, data: str
) -> None:
    sam = await station.officer()
    await sam.joins()
    await sam.says("/forget")
    await sam.taps("Erase it now")
    await sam.sees("I hold nothing about this chat any more.")
    await sam.phone.tap_data(sam.phone.last.id, data)
    await sam.sees("To join, open the link on your team's poster")
    assert count(station, "enrolment") == 0


@pytest.mark.english_first("about what is counted")
async def test_erasing_everything_forgets_the_codes_that_were_tried(station: Station) -> None:
    sam = await station.officer()
    for _ in range(PER_CHAT):
        await sam.says("WRNGWRNGWR22")
    await sam.says(sam.code)
    await sam.sees(WAIT)
    await sam.says("/forget")
    await sam.taps("Erase it now")
    await sam.sees("I hold nothing about this chat.")
    await sam.joins()


@pytest.mark.english_first("about what is counted")
@pytest.mark.parametrize("kind", ["own", "other team", "wrong"])
async def test_every_code_of_somebody_who_joined_counts_as_a_try(
    station: Station, kind: str
) -> None:
    # Or else an enrolled chat could try codes for as long as it likes.
    sam = await station.officer()
    await sam.joins()
    code = {
        "own": sam.code,
        "other team": await code_of(station, "dog-unit"),
        "wrong": "WRNGWRNGWR22",
    }[kind]
    shown = len(sam.phone.received)
    for number in range(1, PER_CHAT + 1):
        await sam.says(code)
        await sam.phone.wait_for(partial(has_received, count=shown + number))
        assert (ELSEWHERE if kind == "other team" else BACK) in sam.phone.last.text
    await sam.says(code)
    await sam.sees(WAIT)
