"""Sending: what was planned is a wish, and the newest settings decide when a message goes out."""

import asyncio
import logging
import secrets
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.calendar import local_day
from bot.core.contact_times.choices import ContactTimes
from bot.workflows import enrol
from bot.workflows.invite import LEASE, Sent
from storage import deliveries, departures, enrolments
from tests.programmes import two_check_ins
from tests.workflows.office import MONDAY, ROUND, ZONE, Office, an_office, at, next_due_at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

STEP = timedelta(hours=1)
NIGHTS = ContactTimes(own_cycle="NNNNNNNRR", anchor=MONDAY - timedelta(days=1)).to_json()
"""Nights from the day before the prompt on; the first rest day is its last."""


def days(office: Office) -> list[date]:
    return [local_day(when, ZONE) for when, _, _, _ in office.outbox.sent]


async def due_at(office: Office) -> datetime | None:
    async with office.storage.read("look") as tx:
        return await next_due_at(tx)


async def test_the_second_rest_day_is_the_day_for_a_check_in(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        # Lates today and tomorrow, then nights; rest from Friday on.
        times = ContactTimes(own_cycle="LLNNRRRR", anchor=MONDAY)
        await office.sets(officer, times=times.to_json())
        await office.passes(at(6, 20), STEP)
        assert days(office) == [MONDAY + timedelta(days=5)]


async def test_who_has_no_moment_left_is_not_written_to_nor_looked_at_again(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        paused, on_duty, other = await office.joined(3)
        await office.sets(paused, paused_until=MONDAY + timedelta(days=7))
        await office.sets(on_duty, times=ContactTimes(own_cycle="NN", anchor=MONDAY).to_json())
        assert await office.plan() == 0
        await office.turn()
        assert await office.number("SELECT count(*) FROM delivery WHERE state = 'expired'") == 2
        assert await office.plan() == 0
        await office.passes(at(6, 20), 4 * STEP)
        assert {who for _, who, _, _ in office.outbox.sent} == {other}


async def test_settings_that_changed_since_the_planning_count(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        paused, for_long, on_nights = await office.joined(3)
        await office.turn()
        await office.sets(paused, paused_until=MONDAY + timedelta(days=3))
        await office.sets(for_long, paused_until=MONDAY + timedelta(days=30))
        await office.sets(on_nights, times=NIGHTS)
        await office.passes(at(2, 23), STEP)
        assert office.outbox.sent == []
        assert await office.number("SELECT count(*) FROM delivery WHERE state = 'expired'") == 1
        await office.passes(at(6, 23), STEP)
        first = {who: local_day(when, ZONE) for when, who, _, _ in reversed(office.outbox.sent)}
        assert first == {paused: MONDAY + timedelta(days=3), on_nights: MONDAY + timedelta(days=6)}


async def test_two_check_ins_of_one_day_come_on_two_days(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path, document=two_check_ins()) as office:
        officers = await office.joined(4)
        for officer in officers:
            await office.sets(officer, times=ContactTimes(pattern="office").to_json())
        await office.passes(at(6, 23), STEP)
        came = Counter((who, local_day(when, ZONE)) for when, who, _, _ in office.outbox.sent)
        assert set(came.values()) == {1}
        assert Counter(who for who, _ in came) == dict.fromkeys(officers, 2)


@pytest.mark.at_once
async def test_two_missed_messages_never_come_at_once(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path, document=two_check_ins()) as office:
        officers = await office.joined(3)
        await office.turn()
        # The sender stood still, and both are due.
        office.now = at(3, 15)
        await asyncio.gather(office.send(), office.send(), office.send())
        for _ in range(4):
            office.now += timedelta(minutes=2)
            await office.send()
        assert sorted(who for _, who, _, _ in office.outbox.sent) == officers
        await office.passes(at(4, 23), STEP)
        assert sorted(who for _, who, _, _ in office.outbox.sent) == sorted(officers * 2)


async def test_while_another_message_is_under_way_to_somebody_the_next_one_waits(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path, document=two_check_ins()) as office:
        await office.joined(1)
        await office.turn()
        office.now = at(3, 15)
        async with office.storage.transaction("another sender") as tx:
            (claimed,) = await deliveries.claim_due(tx, office.now, office.now + LEASE, 1)
        assert (await office.send()).later == 1
        assert office.outbox.sent == []
        moment = await due_at(office)
        assert moment is not None
        assert timedelta(seconds=15) <= moment - office.now <= timedelta(seconds=60)
        async with office.storage.transaction("another sender") as tx:
            await deliveries.put_back(tx, claimed.id, claimed.due_at)
        assert (await office.send()).arrived == 1


async def test_a_reminder_that_would_be_one_message_too_many_does_not_come(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        await office.passes(at(0, 20), STEP)
        assert len(office.outbox.sent) == 1
        # Written to about something else meanwhile.
        profile = await office.profile(officer)
        assert profile is not None
        assert profile.contacted == (MONDAY,)
        await office.sets(officer, contacted=(MONDAY, MONDAY + timedelta(days=1)))
        await office.passes(at(6, 23), STEP)
        assert len(office.outbox.sent) == 1


async def test_a_reminder_that_waited_too_long_does_not_come(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(1)
        await office.passes(at(0, 20), STEP)
        # A standstill of three days and more.
        office.now = at(4, 15)
        assert (await office.send()).unwanted == 1
        assert len(office.outbox.sent) == 1


async def test_settings_changed_while_a_message_is_under_way_are_kept(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        await office.turn()
        until = MONDAY + timedelta(days=14)

        async def pauses(chat: int) -> None:
            await office.sets(chat, paused_until=until, language="cy")

        office.outbox.meanwhile = pauses
        office.now = at(0, 17, 5)
        assert (await office.send()).arrived == 1
        profile = await office.profile(officer)
        assert profile is not None
        assert (profile.paused_until, profile.language) == (until, "cy")
        assert profile.contacted == (MONDAY,)
        # The pause counts for the reminder already.
        assert await due_at(office) is None


async def test_erasing_everything_while_a_message_is_under_way_leaves_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        await office.turn()

        async def erases(chat: int) -> None:
            assert await enrol.forget(office.storage, office.address, chat)

        office.outbox.meanwhile = erases
        office.now = at(0, 17, 5)
        assert (await office.send()).arrived == 1
        assert await office.profile(officer) is None
        for table in ("enrolment", "delivery", "participation", "follow_up"):
            assert await office.number(f"SELECT count(*) FROM {table}") == 0  # noqa: S608


async def test_who_joined_again_while_a_message_was_under_way_was_not_written_to(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        code = await office.code()
        await office.turn()

        async def joins_again(chat: int) -> None:
            assert await enrol.forget(office.storage, office.address, chat)
            assert await office.join(chat, code) is True

        office.outbox.meanwhile = joins_again
        office.now = at(0, 17, 5)
        await office.send()
        profile = await office.profile(officer)
        assert profile is not None
        assert profile.contacted == ()
        assert await office.number("SELECT count(*) FROM delivery") == 0


async def test_a_chat_that_blocked_the_bot_leaves_a_departure(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        office.outbox.says[officer] = Sent.BLOCKED
        await office.turn()
        office.now = at(0, 17, 5)
        assert (await office.send()).blocked == 1
        view = await office.view()
        unit = view.units.position_of_team("harbour-response")
        assert unit is not None
        async with office.storage.read("look") as tx:
            assert await departures.exists(tx, ROUND, 0, unit)


async def test_times_that_cannot_be_read_count_as_not_said(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        await office.sets(officer, times={"p": "a pattern of tomorrow"})
        with caplog.at_level(logging.DEBUG):
            await office.passes(at(0, 20), STEP)
        assert days(office) == [MONDAY]
        said = [each.getMessage() for each in caplog.records if each.name.startswith("bot.")]
        assert any("count as not said" in line for line in said)
        assert not any(str(officer) in line or "tomorrow" in line for line in said)


async def test_a_profile_that_cannot_be_read_holds_up_nobody_and_is_tried_again(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_office(database_url, tmp_path) as office:
        damaged, *others = await office.joined(3)
        async with office.storage.transaction("tamper") as tx:
            row = await enrolments.by_lookup(tx, office.address.lookup(damaged))
            assert row is not None
            await enrolments.update_profile(tx, row.id, secrets.token_bytes(len(row.profile)))
        await office.turn()
        office.now = at(0, 17, 5)
        report = await office.send()
        assert (report.arrived, report.later) == (2, 1)
        assert sorted(who for _, who, _, _ in office.outbox.sent) == others
        assert "somebody's profile cannot be read" in caplog.text
        async with office.storage.transaction("mend") as tx:
            await enrolments.update_profile(tx, row.id, row.profile)
        office.now += timedelta(minutes=5)
        assert (await office.send()).arrived == 1


@pytest.mark.at_once
async def test_settings_changed_at_the_very_moment_of_noting_are_kept(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(12)
        await office.turn()
        office.now = at(0, 17, 5)
        changes = [office.sets(officer, language="cy") for officer in officers]
        await asyncio.gather(office.send(), *changes)
        for officer in officers:
            profile = await office.profile(officer)
            assert profile is not None
            assert (profile.language, profile.contacted) == ("cy", (MONDAY,))
