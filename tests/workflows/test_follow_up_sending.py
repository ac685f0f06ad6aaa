"""Sending follow-ups: each once, at Telegram's pace, and none is lost when a sender is killed."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.workflows import enrol
from bot.workflows.invite import FIRST_BACKOFF, LEASE, Sent, TryLater
from storage import follow_up_marks, follow_ups
from storage.states import FollowUpKind, FollowUpState
from tests.workflows.asking import (
    CHAT,
    NINETY,
    THREE,
    TWENTY_EIGHT,
    Asking,
    Killed,
    an_asking_office,
    asking,
)
from tests.workflows.office import an_office, at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

HOUR = timedelta(hours=1)


async def test_there_are_questions_only_where_a_round_asks_them(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path, asks=False) as asked:
        await asked.joins()
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        await asked.passes(at(6, 0))
        # Nothing to answer, so nothing stays.
        assert await asked.kinds() == [TWENTY_EIGHT, NINETY]
        await asked.asks(asking(asked.office.programme))
        await asked.passes(at(40, 0))
        assert [message.asks for _, message in asked.sending.sent] == [False, True]
        assert await asked.kinds() == [TWENTY_EIGHT, NINETY]


@pytest.mark.parametrize("why_not", ["never joined", "stopped", "answered"])
async def test_there_are_questions_only_for_who_joined_and_has_not_answered(
    database_url: str, tmp_path: Path, why_not: str
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        office = asked.office
        office.now = at(1, 12)
        if why_not != "never joined":
            await asked.joins()
        if why_not == "stopped":
            await enrol.stop(office.storage, office.address, CHAT)
        await asked.follow_ups.start(CHAT, "en")
        if why_not == "answered":
            view = asked.follow_ups.round_for(THREE)
            assert view is not None
            mark = office.address.follow_up_mark(view.id, CHAT)
            async with office.storage.transaction("answered") as tx:
                await follow_up_marks.mark(tx, view.id, mark)
        await asked.passes(at(6, 0))
        assert [message.asks for _, message in asked.sending.sent] == [False]
        assert await asked.kinds() == [TWENTY_EIGHT, NINETY]


async def test_what_is_not_answered_is_let_go_after_a_week(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        await asked.joins()
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        await asked.passes(at(6, 0))
        ((sent, _),) = asked.sent_to()
        (row, *_) = await asked.rows()
        assert (row.kind, row.state, row.due_at) == (THREE, FollowUpState.SENT, sent)
        asked.office.now = sent + timedelta(days=7)
        await asked.another().send_due(asked.sending)
        assert THREE in await asked.kinds()
        asked.office.now += HOUR
        await asked.send()
        assert await asked.kinds() == [TWENTY_EIGHT, NINETY]


@pytest.mark.at_once
async def test_two_senders_send_each_message_once(database_url: str, tmp_path: Path) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        chats = range(CHAT, CHAT + 70)
        for chat in chats:
            await asked.follow_ups.start(chat, "en")
        asked.office.now = at(4, 13, 31)
        both = (asked.follow_ups, asked.another())
        reports = await asyncio.gather(*(each.send_due(asked.sending) for each in both))
        assert sum(report.arrived for report in reports) == len(chats)
        assert sorted(sent.telegram_id for _, sent in asked.sending.sent) == list(chats)


@pytest.mark.at_once
async def test_killed_between_sending_and_marking_a_message_comes_twice_at_most(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        asked.office.now = at(4, 13, 31)
        asked.sending.dies = True
        with pytest.raises(Killed):
            await asked.send()
        asked.sending.dies = False
        asked.office.now += LEASE - timedelta(seconds=1)
        assert (await asked.send()).arrived == 0
        asked.office.now += timedelta(seconds=1)
        assert (await asked.send()).arrived == 1
        await asked.passes(at(6, 0))
        assert len(asked.sent_to()) == 2


async def test_stopped_while_it_is_being_sent_it_is_not_marked(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        asked.office.now = at(4, 13, 31)
        async with asked.office.storage.transaction("claim") as tx:
            (claim,) = await follow_ups.claim_due(tx, asked.office.now, at(4, 14), 5)
        await asked.follow_ups.stop(CHAT)
        async with asked.office.storage.transaction("mark") as tx:
            assert not await follow_ups.mark_sent(tx, claim.id)
        assert await asked.rows() == []


async def test_who_blocked_the_bot_is_asked_nothing_more(database_url: str, tmp_path: Path) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        await asked.follow_ups.start(CHAT + 1, "en")
        await asked.put(FollowUpKind.RESUME, CHAT, at(9, 12))
        asked.sending.says[CHAT] = Sent.BLOCKED
        asked.office.now = at(4, 13, 31)
        report = await asked.send()
        assert (report.arrived, report.blocked) == (1, 1)
        # The timer, too, which lies under a lookup of its own.
        assert await asked.rows() == []
        # What a stranger was sent has no questions, so nothing of it stays.
        assert await asked.kinds(CHAT + 1) == [TWENTY_EIGHT, NINETY]


async def test_what_did_not_arrive_is_tried_again(database_url: str, tmp_path: Path) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        asked.office.now = at(4, 13, 31)
        asked.sending.says[CHAT] = TryLater(timedelta(seconds=40))
        assert (await asked.send()).told_to_wait == 1
        assert await asked.next_moment() == asked.office.now + timedelta(seconds=40)
        asked.office.now += timedelta(seconds=40)
        asked.sending.says[CHAT] = TryLater()
        assert (await asked.send()).later == 1
        assert await asked.next_moment() == asked.office.now + 2 * FIRST_BACKOFF
        asked.sending.says.clear()
        asked.office.now += 2 * FIRST_BACKOFF
        assert (await asked.send()).arrived == 1


async def test_an_address_that_does_not_open_holds_up_nobody(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        await asked.put(FollowUpKind.TOMORROW, CHAT, asked.office.now, sealed_for=bytes(16))
        await asked.put(FollowUpKind.TOMORROW, CHAT + 1, asked.office.now)
        asked.office.now = at(0, 12)
        assert (await asked.send()).arrived == 1
        # With the right key back in its folder it comes.
        assert len(await asked.rows()) == 1


async def test_before_the_programme_is_known_nothing_is_sent(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        asked = Asking(office)
        await asked.put(FollowUpKind.TOMORROW, CHAT, office.now)
        office.now = at(0, 12)
        await asked.send()
        assert asked.sending.sent == []
        assert len(await asked.rows()) == 1


async def test_what_is_printed_of_a_message_names_nobody(database_url: str, tmp_path: Path) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        await asked.put(FollowUpKind.TOMORROW, CHAT, asked.office.now)
        asked.office.now = at(0, 12)
        await asked.send()
        ((_, message),) = asked.sending.sent
        assert str(CHAT) not in repr(message)
