"""/report, as conversations: the result in a chat that a lead linked, and nothing in any other."""

import secrets
import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from bot.core.lead_codes import in_parts, new_lead_code
from bot.sandbox.chats import Message
from bot.workflows.chat_report import ChatReport
from bot.workflows.lead_chats import LeadChats
from storage import audit
from tests.leads import HERON
from tests.officer.records import count, database_gone, dump, file_of, has_received, on_disk
from tests.station import Officer, Station, a_station

pytestmark = pytest.mark.english_only("what leads read is in English alone")

PNG = b"\x89PNG"


def page_of(station: Station) -> LeadChats:
    """Return what the page for leads can do about chats."""
    return LeadChats(station.assembly.storage, station.clock, secrets.token_bytes)


async def a_code(station: Station) -> str:
    """Return a new code."""
    return (await page_of(station).make_code(HERON)).code


async def a_lead(station: Station) -> Officer:
    """Return somebody with a chat that is linked."""
    lead = await station.officer()
    await lead.phone.start(await a_code(station))
    await lead.sees("This chat is linked.")
    return lead


async def said_to(officer: Officer, text: str) -> Message:
    """Return what somebody is answered."""
    before = len(officer.phone.received)
    await officer.says(text)
    await officer.phone.wait_for(partial(has_received, count=before + 1))
    return officer.phone.received[-1]


def as_seen(message: Message) -> tuple[object, ...]:
    """Return everything of a message but its number and its moment."""
    return (message.kind, message.html, message.keyboard, message.protected, message.silent)


async def a_release(station: Station) -> str:
    """Close a round with one answer; return its id."""
    sam = await station.officer()
    await sam.joins()
    await station.next_prompt()
    await sam.answers("Good", "Well", "Mostly", "Mostly", "Most")
    return await station.close_round()


async def acts(station: Station) -> list[tuple[str, str, str, str]]:
    """Return what the trail says of chats of leads."""
    async with station.assembly.storage.read("look") as tx:
        entries = [record.entry for record in await audit.all(tx)]
    return [
        (each.actor, each.act, each.subject, each.detail) for each in entries if "chat" in each.act
    ]


# --- The whole way, on both engines -------------------------------------------------------


@pytest.mark.sqlite_first("chats are linked and found on it in console/test_oversight_by_role.py")
async def test_a_lead_links_a_chat_sees_the_result_and_unlinks_it(
    database_url: str, tmp_path: Path
) -> None:
    async with a_station(database_url, tmp_path) as station:
        await a_release(station)
        lead = await a_lead(station)
        assert await page_of(station).number() == 1
        message = await said_to(lead, "/report")
        assert message.kind == "photo"
        assert message.file.startswith(PNG)
        title, sentence, note = message.text.split("\n\n")
        assert title == "Weekly pulse: 9 November to 7 December 2026"
        assert sentence.startswith("What stands out is told from the second release on")
        assert note.startswith("In the picture: how many gave the answers at the low end, such as")
        assert message.buttons == [["Help"]]
        assert message.silent
        # The same picture again, not drawn again.
        assert (await said_to(lead, "/REPORT@standeasy_sandbox_bot")).file == message.file
        assert "no longer linked" in (await said_to(lead, "/report stop")).text
        assert await page_of(station).number() == 0
        assert "I don't know that one" in (await said_to(lead, "/report")).text
        assert [act for _, act, _, _ in await acts(station)] == [
            *("make code for a lead's chat", "link chat", "unlink chat")
        ]


async def test_with_nothing_released_the_day_of_the_first_result_is_said(station: Station) -> None:
    lead = await a_lead(station)
    await station.next_prompt()
    message = await said_to(lead, "/report")
    assert message.kind == "text"
    assert message.text == "There is no result yet\n\nThe first one is expected on 7 December 2026."


async def test_a_code_is_typed_in_parts_as_well(station: Station) -> None:
    lead = await station.officer()
    code = in_parts(await a_code(station))
    assert "This chat is linked." in (await said_to(lead, f"/report {code.lower()}")).text


# --- Nobody else learns that it is there --------------------------------------------------


async def test_in_a_chat_that_is_not_linked_it_is_a_command_nobody_knows(station: Station) -> None:
    await a_release(station)
    await a_lead(station)
    sam = await station.officer()
    await sam.joins()
    invented = new_lead_code(secrets.token_bytes)
    before = dump(station)
    for words in ("", " stop", " STOP", f" {invented}", f" {in_parts(invented)}", " please"):
        unknown = as_seen(await said_to(sam, f"/weather{words}"))
        assert as_seen(await said_to(sam, f"/report{words}")) == unknown, words
    assert as_seen(await said_to(sam, f"/start {invented}")) == unknown
    assert dump(station) == before
    assert invented.encode() not in on_disk(station)
    assert not [each for each in sam.phone.received if "report" in each.text]


async def test_with_the_database_gone_it_is_a_command_nobody_knows(station: Station) -> None:
    lead, sam = await a_lead(station), await station.officer()
    async with database_gone(station):
        for who in (lead, sam):
            for words in ("", " stop", f" {new_lead_code(secrets.token_bytes)}"):
                unknown = as_seen(await said_to(who, f"/weather{words}"))
                assert as_seen(await said_to(who, f"/report{words}")) == unknown
    assert (await said_to(lead, "/report")).text.startswith("There is no result yet")


async def test_a_cry_behind_the_command_is_answered_as_one(station: Station) -> None:
    lead = await a_lead(station)
    for text in ("/report I can't go on", "/report stop it please", "/report\nhelp"):
        assert "call 999" in (await said_to(lead, text)).text, text
    assert await page_of(station).number() == 1


# --- Codes --------------------------------------------------------------------------------


async def test_a_code_links_one_chat_and_no_other(station: Station) -> None:
    code = await a_code(station)
    lead, other = await station.officer(), await station.officer()
    await lead.phone.start(code)
    await lead.sees("This chat is linked.")
    # Telegram sends it twice, or the lead taps twice.
    assert "This chat is linked." in (await said_to(lead, f"/start {code}")).text
    unknown = as_seen(await said_to(other, "/start anything at all"))
    assert as_seen(await said_to(other, f"/start {code}")) == unknown
    assert await page_of(station).number() == 1


async def test_a_code_that_ran_out_says_so_and_is_forgotten_after_a_day(station: Station) -> None:
    code, sam = await a_code(station), await station.officer()
    station.now += timedelta(minutes=15)
    assert "That code has run out" in (await said_to(sam, f"/report {code}")).text
    station.now += timedelta(days=1, minutes=1)
    await a_code(station)
    assert "call 999" in (await said_to(sam, f"/report {code}")).text
    assert count(station, "lead_chat_code") == 1
    assert await page_of(station).number() == 0


async def test_a_code_is_held_as_a_hash_alone(station: Station) -> None:
    code = await a_code(station)
    assert code.encode() not in on_disk(station)


async def test_a_teams_code_still_works_and_links_nothing(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    assert await page_of(station).number() == 0


# --- Leaving no trace ---------------------------------------------------------------------


async def test_all_chats_are_unlinked_from_the_page_at_once(station: Station) -> None:
    leads = [await a_lead(station) for _ in range(3)]
    waiting = await a_code(station)
    assert await page_of(station).unlink_all(HERON) == 3
    for lead in leads:
        assert "I don't know that one" in (await said_to(lead, "/report")).text
    assert "call 999" in (await said_to(leads[0], f"/report {waiting}")).text


async def test_forgetting_unlinks_as_well_and_privacy_shows_the_link(station: Station) -> None:
    lead = await a_lead(station)
    await lead.says("/privacy")
    await lead.sees("What your force can see")
    await lead.taps("Everything I hold about this chat")
    await lead.sees("That this chat is linked for a lead, as a scrambled link of its own")
    await lead.taps("Erase everything", "Erase it now")
    await lead.sees("I hold nothing about this chat any more.")
    assert await page_of(station).number() == 0
    assert "I don't know that one" in (await said_to(lead, "/report")).text


async def test_an_officer_who_is_a_lead_forgets_both(station: Station) -> None:
    lead = await a_lead(station)
    await lead.joins()
    await lead.says("/forget")
    await lead.taps("Erase it now")
    await lead.sees("I hold nothing about this chat any more.")
    assert (count(station, "lead_chat"), count(station, "enrolment")) == (0, 0)


async def test_stopping_check_ins_leaves_the_link(station: Station) -> None:
    lead = await a_lead(station)
    await lead.joins()
    await lead.says("/stop")
    await lead.sees("Stopped.")
    assert "There is no result yet" in (await said_to(lead, "/report")).text


async def test_a_copy_of_the_database_ties_no_lead_to_an_officer(station: Station) -> None:
    lead = await a_lead(station)
    await lead.joins()
    await lead.says("/tough_job")
    await lead.taps("Ask me in three days")
    with closing(sqlite3.connect(file_of(station))) as connection:
        ((row, lookup),) = connection.execute("SELECT id, lookup FROM lead_chat").fetchall()
        held = "".join(connection.iterdump())
    chat = str(lead.phone.id)
    assert chat not in held
    # What is in the row is in no other.
    for value in (row, lookup):
        assert held.lower().count(value.hex()) == 1
    for entry in await acts(station):
        assert not {chat, row.hex(), lookup.hex()} & set(" ".join(entry).split())
    told = {entry for entry in await acts(station) if entry[1] == "link chat"}
    assert told == {("a chat of a lead", "link chat", "results in Telegram", "")}


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_no_transaction_wrote_of_a_lead_and_of_an_officer(
    database_url: str, tmp_path: Path
) -> None:
    async with a_station(database_url, tmp_path) as station:
        lead = await a_lead(station)
        await lead.joins()
        await station.next_prompt()
        sides = {name: await written_by(station, name) for name in ("lead_chat", "enrolment")}
        await lead.says("/forget")
        await lead.taps("Erase it now")
        await lead.sees("I hold nothing about this chat any more.")
        # The team's group has had a departure, and the trail says that a chat was unlinked.
        told = await written_by(station, "audit WHERE act = 'unlink chat'")
        sides |= {"departure": await written_by(station, "departure"), "audit": told}
        assert {name: len(found) for name, found in sides.items()} == dict.fromkeys(sides, 1)
        assert len(set().union(*sides.values())) == len(sides)


async def written_by(station: Station, rows: str) -> set[str]:
    """Return the transactions that wrote some rows, as PostgreSQL keeps them."""
    async with station.assembly.storage.read("look") as tx:
        found = await tx.all(sql(f"SELECT xmin::text AS xmin FROM {rows}"))  # noqa: S608 - ours
    return {each.xmin for each in found}


# --- What does not work --------------------------------------------------------------------


class Broken:
    """Reports that cannot be made."""

    async def newest(self) -> ChatReport:
        """Fail."""
        raise OSError("a library that draws is missing")


async def test_what_cannot_be_drawn_is_said_and_nothing_else(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await a_lead(station)
    assert station.assembly.officers is not None
    monkeypatch.setattr(station.assembly.officers.handlers._lead_report, "_reports", Broken())
    assert "I can't make a picture" in (await said_to(lead, "/report")).text


class Long:
    """A report whose words do not fit under its picture."""

    async def newest(self) -> ChatReport:
        """Return it."""
        return ChatReport("Title", ("word " * 100,) * 3, None, PNG + b"\r\n\x1a\n", "How to read")


async def test_a_long_report_comes_as_a_picture_and_then_its_words(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await a_lead(station)
    assert station.assembly.officers is not None
    monkeypatch.setattr(station.assembly.officers.handlers._lead_report, "_reports", Long())
    before = len(lead.phone.received)
    await lead.says("/report")
    await lead.phone.wait_for(partial(has_received, count=before + 2))
    picture, words = lead.phone.received[-2:]
    assert (picture.kind, picture.text) == ("photo", "Title\n\nHow to read")
    assert (words.kind, words.text.count("word")) == ("text", 300)


async def test_without_anything_that_makes_reports_nobody_knows_it(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await a_lead(station)
    assert station.assembly.officers is not None
    monkeypatch.setattr(station.assembly.officers.handlers._lead_report, "_reports", None)
    assert "I don't know that one" in (await said_to(lead, "/report")).text
