"""The X-ray against the real product on a real file: it says what is held, and no more."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.rounds import RoundState
from bot.sandbox.demo.run import hashes_of
from bot.sandbox.xray.card import Card
from bot.sandbox.xray.cards import NOTHING_HERE, cards_of
from bot.sandbox.xray.page import SAMPLE, ChatHashes, Held, XRay
from bot.sandbox.xray.people import GIVEN_THE_KEY, NOT_JOINED
from bot.sealing.process_keys import officer_keys
from bot.workflows.tally import shred_due
from tests.databases import sqlite_url
from tests.station import Officer, Station, a_station
from tests.workflows.abandoned import abandoned_on

ANSWERS = ("Good", "Well", "Mostly", "Mostly", "Most")
TEAMS = {"harbour-response": "Harbour Response"}


@dataclass
class Sight:
    """A station, one officer, and the X-ray of its database."""

    station: Station
    sam: Officer
    xray: XRay

    def look(self) -> Held:
        """What is held for Sam now."""
        return self.xray.look(self.sam.phone.id)

    def cards(self, answering: bool = False) -> dict[str, Card]:
        """The same in words, by the ids of the cards."""
        found = cards_of(self.look(), TEAMS, answering=answering)
        return {card.id: card for card in found}


@pytest.fixture
async def sight(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Sight]:
    database = tmp_path / "stand-easy.db"
    shutil.copy(sqlite_template, database)
    async with a_station(sqlite_url(database), tmp_path) as station:
        sam = await station.officer()
        keys, _ = officer_keys(station.assembly.settings.keys)
        yield Sight(station, sam, XRay(database, hashes_of(keys)))


async def test_before_joining_nothing_is_held_of_a_chat(sight: Sight) -> None:
    held = sight.look()
    assert (held.enrolment, held.enrolments, held.deliveries, held.marks) == (None, 0, (), 0)
    assert sight.cards()["link"].sentence == NOT_JOINED
    assert sight.cards()["sealed"].sentence.lower() == NOTHING_HERE.lower()


async def test_a_chat_that_joined_is_a_keyed_hash_and_sealed_bytes(sight: Sight) -> None:
    await sight.sam.joins()
    held = sight.look().enrolment
    assert held is not None
    assert (len(held.id), len(held.lookup), held.team, held.active) == (
        16,
        32,
        "harbour-response",
        True,
    )
    card = sight.cards()["link"]
    shown = {line.label: line.value for line in card.sections[0].lines}
    assert shown["Keyed hash of the chat"] == held.lookup.hex()
    assert shown["Team"] == "Harbour Response"
    assert card.note == GIVEN_THE_KEY
    assert str(sight.sam.phone.id) not in str(sight.cards())


async def test_another_chat_finds_nothing_of_this_one(sight: Sight) -> None:
    await sight.sam.joins()
    other = sight.xray.look(sight.sam.phone.id + 1)
    assert (other.enrolment, other.enrolments) == (None, 1)


async def test_while_somebody_answers_nothing_is_held_of_it(sight: Sight) -> None:
    await sight.sam.joins()
    await sight.station.next_prompt()
    before = sight.look()
    await sight.sam.taps("Open", *ANSWERS[:3])
    assert sight.look() == before
    assert NOTHING_HERE in sight.cards(answering=True)["sealed"].sentence


async def test_sealing_leaves_one_row_of_bytes_and_one_mark(sight: Sight) -> None:
    await sight.sam.joins()
    await sight.station.next_prompt()
    await sight.sam.answers(*ANSWERS)
    held = sight.look()
    assert held.open_round is not None
    assert (held.open_round.sealed, len(held.open_round.sizes)) == (1, 1)
    assert (held.marks, len(held.marks_of_chat)) == (1, 1)
    cards = sight.cards()
    (section,) = cards["sealed"].sections
    assert [line.code for line in section.lines] == [True]
    assert f"{held.open_round.sizes[0]:,} bytes" in section.more
    ((_, prompt),) = held.marks_of_chat
    (marked,) = cards["mark"].sections
    assert [line.label for line in marked.lines] == [f"Check-in {prompt + 1}"]
    assert section.caption == f"{marked.caption}: open"
    assert marked.caption == "Weekly pulse, round of 9 November"


async def test_no_more_than_a_sample_of_rows_is_shown(sight: Sight) -> None:
    officers = [await sight.station.officer() for _ in range(SAMPLE + 2)]
    await asyncio.gather(*(officer.joins() for officer in officers))
    await sight.station.next_prompt()
    await asyncio.gather(*(officer.answers(*ANSWERS) for officer in officers))
    (section,) = sight.cards()["sealed"].sections
    assert len(section.lines) == SAMPLE
    assert section.more.startswith("And 2 more. All ")
    before = section.lines
    await sight.station.assembly.stir()
    (section,) = sight.cards()["sealed"].sections
    assert {line.key for line in section.lines} == {line.key for line in before}
    assert {line.label for line in section.lines}.isdisjoint(line.label for line in before)


async def test_the_close_takes_the_marks_and_brings_the_bands(sight: Sight) -> None:
    officers = [sight.sam, *[await sight.station.officer() for _ in range(11)]]
    await asyncio.gather(*(officer.joins() for officer in officers))
    await sight.station.next_prompt()
    await asyncio.gather(*(officer.answers(*ANSWERS) for officer in officers))
    await sight.station.close_round()
    held = sight.look()
    assert (held.marks, held.marks_of_chat) == (0, ())
    assert held.releases == 1
    cards = sight.cards()
    assert cards["mark"].sentence.startswith("Gone.")
    words = {line.label: line.value for line in cards["release"].sections[0].lines}
    # All twelve work in one unit: to show it would say that nobody else answered.
    assert words["Fenmarch Constabulary (invented)"].endswith("(10 to 14 people)")
    assert words["Harbour Response"] == "not shown"
    assert "counted" in cards["sealed"].sections[0].caption


async def test_after_the_recount_period_the_answers_are_gone(sight: Sight) -> None:
    await sight.sam.joins()
    await sight.station.next_prompt()
    await sight.sam.answers(*ANSWERS)
    round_id = await sight.station.close_round()
    sight.station.now += timedelta(days=31)
    assembly = sight.station.assembly
    assert assembly.opening_keys is not None
    await shred_due(
        assembly.storage, assembly.opening_keys, assembly.instruments, sight.station.clock
    )
    found = next(each for each in sight.look().rounds if each.id == round_id)
    assert (found.state, found.sealed, found.sample) == (RoundState.SHREDDED, 0, ())
    sections = sight.cards()["sealed"].sections
    assert any(section.more.startswith("Destroyed") for section in sections)


async def test_of_an_abandoned_round_nothing_is_left_to_see(sight: Sight) -> None:
    await sight.sam.joins()
    await sight.station.next_prompt()
    await sight.sam.answers(*ANSWERS)
    round_id = await abandoned_on(sight.station)
    found = sight.look().round_named(round_id)
    assert (found.state, found.sealed, found.sample) == (RoundState.ABANDONED, 0, ())
    sections = sight.cards()["sealed"].sections
    assert any(section.more.endswith("There is no result.") for section in sections)


async def test_a_chat_that_erased_everything_is_unknown_again(sight: Sight) -> None:
    await sight.sam.joins()
    await sight.sam.says("/forget")
    await sight.sam.taps("Erase it now")
    await sight.sam.sees("Erased.")
    assert (sight.look().enrolment, sight.look().enrolments) == (None, 0)


async def test_a_stopped_chat_is_said_to_be_stopped(sight: Sight) -> None:
    await sight.sam.joins()
    await sight.sam.says("/stop")
    await sight.sam.sees("Stopped.")
    assert sight.cards()["link"].sentence.startswith("This chat has stopped")


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        XRay(tmp_path / "none.db", ChatHashes(lambda _: b"", lambda _: [], lambda *_: b"")).look(1)
    assert list(tmp_path.iterdir()) == []
