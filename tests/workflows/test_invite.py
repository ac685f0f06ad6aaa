"""Inviting: everyone at a moment of their own, in allowed hours, once, and reminded once."""

import asyncio
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.workflows import enrol
from bot.workflows.answer import Answered
from bot.workflows.invite import FIRST_BACKOFF, LEASE, LONGEST_BACKOFF, Sent, TryLater
from storage import deliveries
from storage.states import DeliveryState
from tests.workflows.office import an_office, at, next_due_at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")


def hour(moment: datetime) -> float:
    """Return the local time of day in hours."""
    local = moment.astimezone(ZoneInfo("Europe/London"))
    return local.hour + local.minute / 60


async def test_moments_are_spread_within_the_window(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(48)
        await office.turn()
        office.now = at(0, 13, 30)
        await office.passes(at(0, 17, 10), timedelta(minutes=10))
        sent = office.outbox.sent
        assert len(sent) == len({officer for _, officer, _, _ in sent}) == 48
        hours = [hour(moment) for moment, _, _, _ in sent]
        # The middle of 11:00 to 20:00, and an hour and a half to both sides.
        assert min(hours) >= 14
        assert max(hours) <= 17.2
        # 48 people over 18 steps of ten minutes: not all at once, nor in two halves.
        assert len({moment for moment, _, _, _ in sent}) > 8


async def test_nobody_is_written_to_at_night_whenever_the_sender_wakes_up(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(10)
        await office.turn()
        # It stands still until the evening, and runs on and off through two nights.
        office.now = at(0, 20, 30)
        await office.passes(at(2, 10), timedelta(minutes=47))
        assert len(office.outbox.sent) == 10
        assert all(11 <= hour(moment) < 20 for moment, _, _, _ in office.outbox.sent)


async def test_reminded_once_and_only_who_has_not_answered(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(12)
        await office.passes(at(0, 20), timedelta(minutes=30))
        for officer in officers[:5]:
            assert await office.answers(officer) is Answered.SEALED
        await office.passes(at(4, 23), timedelta(minutes=30))
        invited = {who: when for when, who, _, reminder in office.outbox.sent if not reminder}
        reminded = [(when, who) for when, who, _, reminder in office.outbox.sent if reminder]
        assert sorted(who for _, who in reminded) == officers[5:]
        for when, who in reminded:
            waited = when - invited[who]
            assert timedelta(hours=48) <= waited <= timedelta(hours=72)
            assert 11 <= hour(when) < 20


async def test_what_is_told_of_sending_is_the_same_whoever_answered_or_was_silent(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        answering, reminded, silent = await office.joined(3)
        # For long enough to be written to no more.
        await office.sets(silent, ignored=9, asked_to_carry_on=True)
        await office.turn()
        arrived = invited = 0
        while office.now < at(4, 23):
            office.now += timedelta(minutes=30)
            report = await office.send()
            arrived, invited = arrived + report.arrived, invited + report.invited
            if answering in {who for _, who, _, _ in office.outbox.sent}:
                await office.answers(answering)
        assert [who for _, who, _, reminder in office.outbox.sent if reminder] == [reminded]
        assert (arrived, invited) == (3, 3)
        async with office.storage.read("look") as tx:
            assert await deliveries.number_due(tx, at(9, 0)) == 0


async def test_nobody_is_written_to_twice_for_a_prompt_in_a_whole_round(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(4)
        await office.passes(at(27, 23), timedelta(hours=1))
        sent = [(who, prompt, reminder) for _, who, prompt, reminder in office.outbox.sent]
        assert len(sent) == len(set(sent))
        # Four prompts, each with its reminder, and never more than two messages a week.
        assert len(sent) == 4 * 4 * 2


async def test_an_unanswered_prompt_expires_with_what_was_still_to_be_sent(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        office.outbox.says[officer] = TryLater()
        await office.passes(at(6, 22), timedelta(hours=3))
        tries = len(office.outbox.sent)
        assert tries > 10
        office.now = at(7, 0)
        await office.turn()
        async with office.storage.read("look") as tx:
            counts = await deliveries.counts(tx)
        assert counts[DeliveryState.EXPIRED] == 1
        assert await office.answers(officer) is Answered.CLOSED


async def test_what_is_tried_again_waits_longer_each_time_up_to_half_an_hour(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        office.outbox.says[officer] = TryLater()
        await office.turn()
        gaps = []
        office.now = at(0, 17, 5)
        for _ in range(9):
            await office.send()
            async with office.storage.read("look") as tx:
                due = await next_due_at(tx)
            assert due is not None
            gaps.append(due - office.now)
            office.now = due
        assert gaps == [min(LONGEST_BACKOFF, FIRST_BACKOFF * (1 << step)) for step in range(9)]
        assert gaps[-2:] == [LONGEST_BACKOFF] * 2
        assert len(office.outbox.sent) == 9


async def test_a_wait_that_telegram_asked_for_ends_the_run_and_is_kept(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        office.outbox.says[officer] = TryLater(timedelta(seconds=40))
        await office.turn()
        office.now = at(0, 17, 5)
        report = await office.send()
        assert (report.told_to_wait, report.arrived) == (1, 0)
        office.now += timedelta(seconds=39)
        assert await office.send() == type(report)()
        office.outbox.says.clear()
        office.now += timedelta(seconds=1)
        assert (await office.send()).arrived == 1


async def test_a_claim_holds_against_others_until_it_lapses(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(5)
        await office.turn()
        office.now = at(0, 17, 5)
        async with office.storage.transaction("a sender that is killed now") as tx:
            claimed = await deliveries.claim_due(tx, office.now, office.now + LEASE, 50)
        assert len(claimed) == 5
        office.now += LEASE - timedelta(seconds=1)
        assert (await office.send()).arrived == 0
        office.now += timedelta(seconds=1)
        assert (await office.send()).arrived == 5


@pytest.mark.at_once
async def test_two_senders_share_the_work(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(48) + await office.joined(36, "market-response")
        await office.turn()
        office.now = at(0, 17, 5)
        reports = await asyncio.gather(office.send(), office.send(), office.send())
        assert sum(report.arrived for report in reports) == 84
        assert sorted(who for _, who, _, _ in office.outbox.sent) == officers


async def test_who_blocked_the_bot_is_forgotten(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(3)
        office.outbox.says[officers[1]] = Sent.BLOCKED
        await office.turn()
        office.now = at(0, 17, 5)
        report = await office.send()
        assert (report.arrived, report.blocked) == (2, 1)
        assert await office.number("SELECT count(*) FROM enrolment") == 2
        assert await office.number("SELECT count(*) FROM delivery WHERE kind = 'invitation'") == 2
        assert await office.answers(officers[1]) is Answered.NOT_ASKED


async def test_who_stopped_is_not_written_to_and_is_again_after_coming_back(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(2)
        await office.turn()
        await enrol.stop(office.storage, office.address, officers[0])
        office.now = at(0, 17, 5)
        assert (await office.send()).arrived == 1
        await enrol.resume(office.storage, office.address, officers[0], secrets.token_bytes)
        assert (await office.send()).arrived == 1


async def test_who_answered_before_the_message_went_out_is_left_alone(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        await office.turn()
        office.now = at(0, 13)
        assert await office.answers(officer) is Answered.SEALED
        office.now = at(0, 17, 5)
        report = await office.send()
        assert (report.arrived, report.unwanted) == (0, 1)


async def test_an_invitation_names_nobody_when_it_is_printed(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        await office.turn()
        office.now = at(0, 17, 5)
        await office.send()
        (printed,) = office.outbox.printed
        assert "weekly-pulse" in printed
        assert str(officer) not in printed
