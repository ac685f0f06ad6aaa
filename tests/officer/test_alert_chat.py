"""Alerts in Telegram, as conversations: told in a chat that an admin linked, and in no other."""

import secrets
from datetime import timedelta

import pytest

from bot import running
from bot.core.access import NotAllowed, Role, Visitor
from bot.core.alerts import Letter
from bot.core.health import Condition
from bot.core.lead_codes import ALERTS_START, in_parts, new_lead_code
from bot.officer.alert_chat import ChatAlerting, ChatPost, NoChatReached
from bot.workflows.alert_chats import AlertChats
from bot.workflows.alerts import IN_CHATS
from bot.workflows.lead_chats import LeadChats
from storage import alert_chats, audit, sealing_keys
from tests.leads import HERON
from tests.officer.records import database_gone, dump, file_of, on_disk
from tests.officer.test_lead_report import as_seen, said_to
from tests.station import Officer, Station

pytestmark = pytest.mark.english_only("what admins read is in English alone")

KESTREL = Visitor("Kestrel", frozenset({Role.ADMIN}))
LETTER = Letter("Stand Easy: no unused keys", "What it is & why.\n\nWhat to do.\n")


def page_of(station: Station) -> AlertChats:
    """Return what the page for admins can do about chats."""
    return AlertChats(station.assembly.storage, station.clock, secrets.token_bytes)


async def a_code(station: Station) -> str:
    return (await page_of(station).make_code(KESTREL)).code


async def an_admin(station: Station) -> Officer:
    """Return somebody with a chat that is linked."""
    admin = await station.officer()
    await admin.phone.start(f"{ALERTS_START}{await a_code(station)}")
    await admin.sees("This chat is linked for alerts.")
    return admin


def post_of(station: Station) -> ChatPost:
    assert station.assembly.officers is not None
    return ChatPost(station.assembly.desk.alert_chats, station.assembly.officers.messenger)


def telling(station: Station) -> ChatAlerting:
    """Return what looks once a minute."""
    station.assembly.connected.set()
    found = running.chat_alerting_of(station.assembly)
    assert found is not None
    return found


async def acts(station: Station) -> list[tuple[str, str]]:
    async with station.assembly.storage.read("look") as tx:
        entries = [record.entry for record in await audit.all(tx)]
    return [(each.actor, each.act) for each in entries if each.subject == "alerts in Telegram"]


# --- Linking ------------------------------------------------------------------------------


async def test_a_chat_is_linked_asked_and_unlinked(station: Station) -> None:
    admin = await an_admin(station)
    assert await page_of(station).number() == 1
    assert "linked for alerts" in (await said_to(admin, "/alerts")).text
    assert (await said_to(admin, "/ALERTS@standeasy_sandbox_bot")).buttons == [["Help"]]
    assert "No more alerts" in (await said_to(admin, "/alerts stop")).text
    assert await page_of(station).number() == 0
    assert "I don't know that one" in (await said_to(admin, "/alerts")).text
    assert await acts(station) == [
        ("Kestrel", "make code for a chat for alerts"),
        ("a chat for alerts", "link chat"),
        ("a chat for alerts", "unlink chat"),
    ]


async def test_a_code_works_once_and_for_a_while(station: Station) -> None:
    first, second = await station.officer(), await station.officer()
    code = in_parts(await a_code(station)).lower()
    assert "linked for alerts" in (await said_to(first, f"/alerts {code}")).text
    # Brought twice by Telegram.
    assert "linked for alerts" in (await said_to(first, f"/alerts {code}")).text
    unknown = as_seen(await said_to(second, f"/weather {code}"))
    assert as_seen(await said_to(second, f"/alerts {code}")) == unknown
    late = await a_code(station)
    station.now += timedelta(minutes=16)
    assert "That code has run out" in (await said_to(second, f"/alerts {late}")).text
    assert await page_of(station).number() == 1


async def test_a_code_for_one_thing_links_nothing_else(station: Station) -> None:
    leads = LeadChats(station.assembly.storage, station.clock, secrets.token_bytes)
    admin = await an_admin(station)
    code = (await leads.make_code(HERON)).code
    other = await station.officer()
    unknown = as_seen(await said_to(other, f"/weather {code}"))
    assert as_seen(await said_to(other, f"/alerts {code}")) == unknown
    for_alerts = await a_code(station)
    unknown = as_seen(await said_to(other, f"/weather {for_alerts}"))
    assert as_seen(await said_to(other, f"/report {for_alerts}")) == unknown
    # One chat can have both.
    await admin.phone.start(code)
    await admin.sees("Send /report to see the newest result")
    assert (await page_of(station).number(), await leads.number()) == (1, 1)
    assert "no longer linked" in (await said_to(admin, "/report stop")).text
    assert await page_of(station).number() == 1


async def test_in_any_other_chat_it_is_a_command_nobody_knows(station: Station) -> None:
    await an_admin(station)
    sam = await station.officer()
    await sam.joins()
    invented = new_lead_code(secrets.token_bytes)
    before = dump(station)
    for words in ("", " stop", f" {invented}", " please"):
        unknown = as_seen(await said_to(sam, f"/weather{words}"))
        assert as_seen(await said_to(sam, f"/alerts{words}")) == unknown, words
    assert as_seen(await said_to(sam, f"/start {ALERTS_START}{invented}")) == as_seen(
        await said_to(sam, f"/weather {invented}")
    )
    assert dump(station) == before
    async with database_gone(station):
        assert as_seen(await said_to(sam, "/alerts")) == as_seen(await said_to(sam, "/weather"))


async def test_a_cry_behind_the_command_is_answered_as_one(station: Station) -> None:
    admin = await an_admin(station)
    for text in ("/alerts I can't go on", "/alerts stop it please", "/alerts\nhelp"):
        assert "call 999" in (await said_to(admin, text)).text, text


async def test_the_chat_is_told_that_it_is_linked_and_forgotten_with_everything(
    station: Station,
) -> None:
    admin = await an_admin(station)
    number = str(admin.phone.id).encode()
    assert number not in file_of(station).read_bytes()
    assert number not in on_disk(station)
    await admin.says("/privacy")
    await admin.taps("Everything I hold about this chat")
    await admin.sees("linked for alerts to admins")
    await admin.says("/forget")
    await admin.taps("Erase it now")
    await admin.sees("I hold nothing about this chat any more.")
    assert await page_of(station).number() == 0


async def test_all_chats_are_unlinked_at_once_by_admins_alone(station: Station) -> None:
    admin = await an_admin(station)
    await an_admin(station)
    code = await a_code(station)
    lead = Visitor("Linnet", frozenset({Role.LEAD, Role.AUDITOR}))
    for act in (page_of(station).make_code(lead), page_of(station).unlink_all(lead)):
        with pytest.raises(NotAllowed):
            await act
    assert await page_of(station).unlink_all(KESTREL) == 2
    assert "call 999" in (await said_to(admin, f"/alerts {code}")).text
    assert await page_of(station).number() == 0


# --- Telling ------------------------------------------------------------------------------


async def test_what_is_told_comes_to_every_linked_chat_and_no_other(station: Station) -> None:
    admins = [await an_admin(station) for _ in range(2)]
    sam = await station.officer()
    await sam.joins()
    before = len(sam.phone.received)
    await post_of(station).send(LETTER)
    for admin in admins:
        await admin.sees("What it is & why.")
        message = admin.phone.received[-1]
        assert message.text == "Stand Easy: no unused keys\n\nWhat it is & why.\n\nWhat to do."
        assert message.buttons == [["Help"]]
        # Somebody has to look at it: it makes a sound.
        assert not message.silent
    assert len(sam.phone.received) == before


async def test_a_chat_that_is_gone_is_unlinked_and_the_others_are_told(station: Station) -> None:
    gone, there = await an_admin(station), await an_admin(station)
    await gone.phone.block()
    await post_of(station).send(LETTER)
    await there.sees("What to do.")
    assert await page_of(station).number() == 1
    assert (await acts(station))[-1] == ("a chat for alerts", "unlink chat")
    await there.phone.block()
    # Nobody is left to be told, and nobody is missed.
    await post_of(station).send(LETTER)
    assert await page_of(station).number() == 0


async def test_when_nobody_could_be_reached_it_is_tried_again(station: Station) -> None:
    admin = await an_admin(station)
    station.telegram.faults.answer_error(chat=admin.phone.id)
    with pytest.raises(NoChatReached, match="none of 1 chats"):
        await post_of(station).send(LETTER)
    await post_of(station).send(LETTER)
    await admin.sees("What to do.")


async def test_a_condition_is_told_once_whatever_was_mailed_and_again_to_whoever_links(
    station: Station,
) -> None:
    storage = station.assembly.storage
    async with storage.transaction("use up") as tx:
        while await sealing_keys.take_unused(tx):
            pass
    looking = telling(station)
    admin = await an_admin(station)
    station.assembly.connected.clear()
    for _ in range(3):
        # Telegram was not reached yet: nothing is taken for told.
        station.now += timedelta(minutes=1)
        await looking.look()
    station.assembly.connected.set()
    for _ in range(4):
        station.now += timedelta(minutes=1)
        await looking.look()
    await admin.sees("Stand Easy: no unused keys")
    told = [each for each in admin.phone.received if "no unused keys" in each.text]
    assert len(told) == 1
    newcomer = await an_admin(station)
    for _ in range(3):
        station.now += timedelta(minutes=1)
        await looking.look()
    await newcomer.sees("Stand Easy: no unused keys")
    assert len([each for each in admin.phone.received if "no unused" in each.text]) == 2


async def test_where_no_chat_is_linked_nothing_is_taken_for_told(station: Station) -> None:
    storage = station.assembly.storage
    looking = telling(station)
    for _ in range(3):
        await looking.look()
    async with storage.read("look") as tx:
        from storage import alerts

        told = [f"{IN_CHATS}{condition}" for condition in Condition]
        assert await alerts.of(tx, told) == {}
        assert await alert_chats.all(tx) == []
