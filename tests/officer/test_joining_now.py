"""Joining while a check-in is open: at once to the first question, and one vote for each."""

import pytest

from bot.core.profiles import Profile
from bot.sealing.process_keys import officer_keys
from storage import enrolments
from tests.officer.records import count, dump, file_of
from tests.station import Officer, Station, shows

GOOD = ("Good", "Well", "Mostly", "Mostly", "Most")
QUESTION = "How are you doing overall this week?"
AFTER_THE_LINK = ("I agree, let me in", "Rather not say", "Rather not say", "Start now")


@pytest.fixture
async def busy(station: Station) -> Station:
    """A station in the middle of a prompt, everybody written to."""
    await station.next_prompt()
    return station


async def begins(officer: Officer) -> None:
    """Join and open what is open."""
    await officer.joins()
    await officer.taps("Start now")
    await officer.sees(QUESTION)


def written(station: Station) -> bytes:
    """Return every byte of the database and of its log."""
    path = file_of(station)
    log = path.with_name(f"{path.name}-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")


async def erases_everything(officer: Officer) -> None:
    await officer.says("/forget")
    await officer.taps("Erase it now")
    await officer.sees("I hold nothing about this chat any more.")


async def test_from_the_link_to_the_first_question_are_five_taps(busy: Station) -> None:
    sam = await busy.officer()
    await sam.phone.start(sam.code)
    taps = 1
    for label in AFTER_THE_LINK:
        await sam.taps(label)
        taps += 1
    await sam.sees(QUESTION)
    assert taps <= 6
    await sam.taps(*GOOD, "🔒 Seal my answers")
    await sam.sees("Sealed.")
    assert count(busy, "sealed_response") == 1


async def test_it_says_until_when_and_cannot_be_forwarded(busy: Station) -> None:
    sam = await busy.officer()
    await sam.joins()
    await sam.sees("A check-in is open for you until Sunday 6 December.")
    assert not sam.phone.last.protected
    await sam.taps("Start now")
    await sam.sees("Counts in Harbour Response, a group of about 50 people.")
    # Its own message: an edit would not have protected what is answered in it.
    assert sam.phone.last.protected


async def test_starting_later_is_starting_too(busy: Station) -> None:
    sam = await busy.officer()
    await sam.joins()
    await sam.says("/support")
    await sam.sees("Support, whenever you want it:")
    await sam.taps("Start now", *GOOD, "🔒 Seal my answers")
    await sam.sees("Sealed.")


async def test_starting_twice_is_answering_once(busy: Station) -> None:
    sam = await busy.officer()
    await begins(sam)
    await sam.taps(*GOOD, "🔒 Seal my answers")
    await sam.sees("Sealed.")
    await sam.taps("Start now", *GOOD, "🔒 Seal my answers")
    await sam.sees("Sealed already.")
    assert count(busy, "sealed_response") == 1


async def test_starting_after_the_close_is_told_so(busy: Station) -> None:
    sam = await busy.officer()
    await sam.joins()
    await busy.close_round()
    await sam.taps("Start now")
    await sam.sees("This check-in has closed.")
    assert not shows(sam.phone, QUESTION)


async def test_who_joins_between_two_prompts_learns_when_the_first_comes(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    await sam.sees("Your first check-in comes on Monday 30 November.")
    assert not shows(sam.phone, "Start now")
    await station.next_prompt()
    await sam.sees("Your check-in is ready.")


async def test_who_has_started_is_not_asked_again_by_itself(busy: Station) -> None:
    sam = await busy.officer()
    await begins(sam)
    await sam.taps(*GOOD, "🔒 Seal my answers")
    await sam.sees("Support")
    received = len(sam.phone.received)
    await busy.tick()
    assert len(sam.phone.received) == received
    await busy.next_prompt()
    await sam.sees("Your check-in is ready.")


@pytest.mark.english_first("about what is kept")
async def test_erasing_and_joining_again_gives_no_second_vote(busy: Station) -> None:
    sam = await busy.officer()
    await begins(sam)
    await sam.taps(*GOOD)
    await sam.sees("Check your answers.")
    seal = next(
        each for row in sam.phone.last.keyboard for each in row if each.label.startswith("🔒")
    )
    old = sam.phone.last.id
    await sam.taps("🔒 Seal my answers")
    await sam.sees("Sealed.")
    await erases_everything(sam)
    assert count(busy, "departure") == 1
    await sam.joins()
    await sam.sees("Your first check-in comes on Monday 7 December.")
    # The keyboard from before is still on the phone.
    await sam.phone.tap_data(old, seal.value)
    await sam.sees("This check-in isn't open for you, so nothing was stored.")
    assert count(busy, "sealed_response") == 1
    # The next prompt is theirs again.
    await busy.next_prompt()
    await sam.sees("Your check-in is ready.")


@pytest.mark.english_first("about who is asked")
async def test_colleagues_of_the_unit_wait_and_other_units_do_not(busy: Station) -> None:
    sam, kit = await busy.officer(), await busy.officer()
    lee = await busy.officer("control-room")
    await sam.joins()
    await erases_everything(sam)
    await kit.joins()
    assert not shows(kit.phone, "Start now")
    await lee.joins()
    assert shows(lee.phone, "Start now")


@pytest.mark.english_first("about what is kept")
async def test_a_departure_is_kept_until_the_close_and_names_nobody(busy: Station) -> None:
    sam = await busy.officer()
    await sam.joins()
    await erases_everything(sam)
    rows = [line for line in dump(busy) if 'INTO "departure"' in line]
    (row,) = rows
    assert row.endswith("VALUES('weekly-pulse-2026-11-09',3,0);")
    await busy.close_round()
    assert count(busy, "departure") == 0


@pytest.mark.english_first("about what is kept")
async def test_who_declines_leaves_no_trace_in_any_byte(busy: Station) -> None:
    sam = await busy.officer()
    before = written(busy)
    await sam.phone.start(sam.code)
    await sam.sees("Before you join")
    await sam.taps("No thanks")
    await sam.sees("I kept nothing.")
    # Nor does a reader change the database's file or its log.
    assert written(busy) == before


@pytest.mark.english_only("changes the language on the way")
async def test_the_promises_and_the_end_can_be_read_in_welsh(busy: Station) -> None:
    sam = await busy.officer()
    await sam.phone.start(sam.code)
    await sam.sees("Before you join")
    await sam.taps("Cymraeg")
    assert ["English"] in sam.phone.last.buttons
    await sam.taps("English")
    await sam.sees("Before you join")
    await sam.taps("I agree, let me in", "Rather not say", "Rather not say", "Cymraeg")
    await sam.phone.settled()
    start = sam.phone.last.keyboard[0][0]
    await sam.phone.tap_data(sam.phone.last.id, start.value)
    await sam.sees("Sut ydych chi ar y cyfan yr wythnos hon?")
    keys, _ = officer_keys(busy.assembly.settings.keys)
    async with busy.assembly.storage.read("look") as tx:
        known = await enrolments.by_lookup(tx, keys.lookup(sam.phone.id))
    assert known is not None
    assert Profile.from_bytes(keys.open_profile(known.profile, known.id)).language == "cy"


async def test_the_end_leads_to_when_i_write(busy: Station) -> None:
    sam = await busy.officer()
    await sam.joins()
    assert ["Choose when I write"] in sam.phone.last.buttons


@pytest.mark.english_first("about what buttons carry")
@pytest.mark.parametrize(
    "argument", ["", "x", "0" * 12 + ".0.0", "{0}.9.0", "{0}.3.99", "{0}.3.0.0", "{0}.-1.0"]
)
async def test_a_forged_start_starts_nothing(busy: Station, argument: str) -> None:
    sam = await busy.officer()
    await sam.joins()
    view = next(iter(busy.assembly.desk.catalogue.rounds.values()))
    data = f":first:{argument.format(view.reference.hex())}"
    await sam.phone.tap_data(sam.phone.last.id, data)
    await sam.sees("That button is from an earlier message.")


async def test_starting_without_having_joined_stores_nothing(busy: Station) -> None:
    sam = await busy.officer()
    await sam.phone.start()
    await sam.sees("To join")
    view = next(iter(busy.assembly.desk.catalogue.rounds.values()))
    before = dump(busy)
    await sam.phone.tap_data(sam.phone.last.id, f":first:{view.reference.hex()}.3.0")
    await sam.taps(*GOOD, "🔒 Seal my answers")
    await sam.sees("This check-in isn't open for you, so nothing was stored.")
    assert dump(busy) == before
