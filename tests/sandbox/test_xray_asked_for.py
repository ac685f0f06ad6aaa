"""The X-ray of what a chat asked for: found by hashes of its own, and leading nowhere."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.demo.run import for_a_demo, hashes_of
from bot.sandbox.xray.page import XRay
from bot.sandbox.xray.people import GIVEN_THE_KEY, NOTHING_ASKED_FOR
from bot.sealing.process_keys import officer_keys
from tests.databases import sqlite_url
from tests.programmes import the_example
from tests.sandbox.test_xray import Sight
from tests.station import SUNDAY, a_station

QUESTIONS = ("About the same", "Mostly", "Not yet")


@pytest.fixture
async def sight(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Sight]:
    """A station that asks what the demo asks."""
    database = tmp_path / "stand-easy.db"
    shutil.copy(sqlite_template, database)
    document = for_a_demo(the_example(), SUNDAY.date())
    async with a_station(sqlite_url(database), tmp_path, document=document) as station:
        await station.tick()
        keys, _ = officer_keys(station.assembly.settings.keys)
        yield Sight(station, await station.officer(), XRay(database, hashes_of(keys)))


async def started(sight: Sight) -> None:
    """Sam asks to be written to after a tough job."""
    await sight.sam.says("/tough_job")
    await sight.sam.taps("Ask me in three days")
    await sight.sam.sees("I'll write to you three times")


async def test_somebody_who_asked_for_nothing_has_nothing_there(sight: Sight) -> None:
    await sight.sam.joins()
    card = sight.cards()["asked-for"]
    assert (card.sentence, card.sections, card.number) == (NOTHING_ASKED_FOR, (), "0 in all")


async def test_what_was_asked_for_shows_a_sealed_address_and_when(sight: Sight) -> None:
    await started(sight)
    held = sight.look()
    assert [each.kind for each in held.follow_ups_of_chat] == [
        "tough-job-3-days",
        "tough-job-28-days",
        "tough-job-90-days",
    ]
    card = sight.cards()["asked-for"]
    (section,) = card.sections
    hashed, first, address, *_ = section.lines
    assert hashed.value == held.follow_ups_of_chat[0].lookup.hex()
    assert (first.label, first.value[:27]) == (
        "After a tough job, three days on",
        "waits to be sent, due 2 Dec",
    )
    assert address.label == "Its sealed address, 157 bytes"
    assert (card.number, card.note) == ("3 in all", GIVEN_THE_KEY)


async def test_what_it_is_found_by_stands_nowhere_else(sight: Sight) -> None:
    await sight.sam.joins()
    await started(sight)
    await sight.sam.taps("See support", "None of these suit me", "Check on me tomorrow")
    held = sight.look()
    lookups = {each.lookup for each in held.follow_ups_of_chat}
    assert held.enrolment is not None
    assert len(lookups) == 2
    assert held.enrolment.lookup not in lookups
    assert len(sight.cards()["asked-for"].sections) == 2


async def test_another_chat_finds_none_of_it(sight: Sight) -> None:
    await started(sight)
    other = sight.xray.look(sight.sam.phone.id + 1)
    assert (other.follow_ups_of_chat, other.follow_ups) == ((), 3)


async def test_an_answer_leaves_a_mark_that_names_its_round(sight: Sight) -> None:
    await sight.sam.joins()
    await started(sight)
    for _ in range(5):
        sight.station.now += timedelta(days=1)
        await sight.station.tick()
    message = await sight.sam.phone.wait_for_text("A message you asked for.")
    await sight.sam.phone.tap_button(message.id, 0, 0)
    await sight.sam.taps("Answer the questions", *QUESTIONS, "🔒 Seal my answers")
    await sight.sam.sees("Sealed")
    ((round_id, mark),) = sight.look().follow_up_marks_of_chat
    cards = sight.cards()
    (line,) = cards["asked-for"].sections[-1].lines
    assert line.value == mark.hex()
    assert line.label.startswith("After a tough job: 3 days, round of ")
    assert round_id not in line.value
    captions = [section.caption for section in cards["sealed"].sections]
    assert any(caption.startswith("After a tough job: 3 days, round of ") for caption in captions)


async def test_the_key_shown_is_that_of_the_check_in_officers_are_written_to_about(
    sight: Sight,
) -> None:
    await sight.station.next_prompt()
    opened = sight.look().open_round
    assert opened is not None
    assert (opened.title, opened.prompts_opened > 0) == ("Weekly pulse", True)
    assert sight.cards()["lock"].sections[0].caption.startswith("Weekly pulse, round of")
