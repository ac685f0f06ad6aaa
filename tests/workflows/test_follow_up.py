"""Follow-ups: what was asked for comes when it was promised, once, and ends when it is stopped."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.moments import earliest_allowed
from bot.core.contact_times.rules import ContactRule
from bot.core.profiles import Profile
from bot.workflows import enrol, follow_up_moments
from bot.workflows.follow_up_kinds import TOUGH_JOB
from bot.workflows.invite import TryLater
from storage.states import FollowUpKind
from tests.workflows.asking import (
    CHAT,
    NINETY,
    THREE,
    TWENTY_EIGHT,
    Asking,
    an_asking_office,
    hours,
    local,
)
from tests.workflows.office import at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

HOUR = timedelta(hours=1)
FOUR_NIGHTS = ContactTimes(own_cycle="NNNNRRRR", anchor=date(2026, 12, 8))


def rules_of(asked: Asking, times: ContactTimes) -> tuple[ContactRule, ...]:
    """Return the rules of somebody with these times."""
    profile = Profile(CHAT, times=times.to_json())
    return tuple(follow_up_moments.rules_of(profile, asked.office.programme, paused=False))


# --- When they come -----------------------------------------------------------------------


@pytest.mark.parametrize("hour", [3, 12, 19, 23])
async def test_three_messages_come_after_72_hours_28_and_90_days_in_allowed_hours(
    database_url: str, tmp_path: Path, hour: int
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = started = at(1, hour, 7)
        found = await asked.follow_ups.start(CHAT, "en")
        assert not found.before
        await asked.passes(started + timedelta(days=120))
        sent = asked.sent_to()
        assert [kind for _, kind in sent] == [THREE, TWENTY_EIGHT, NINETY]
        assert [moment for moment, _ in sent] == list(found.moments)
        three, four_weeks, three_months = hours(sent, started)
        assert 72 <= three <= 72 + 48
        assert 28 * 24 <= four_weeks <= 35 * 24
        assert 90 * 24 <= three_months <= 97 * 24
        assert all(11 <= local(moment).hour < 20 for moment, _ in sent)


async def test_a_night_worker_is_not_woken(database_url: str, tmp_path: Path) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        (officer,) = await asked.office.joined(1)
        await asked.amend(officer, times=FOUR_NIGHTS.to_json())
        # 72 hours later is the morning after the third of four nights.
        asked.office.now = started = at(1, 9)
        await asked.follow_ups.start(officer, "en")
        await asked.passes(started + timedelta(days=120))
        rules = rules_of(asked, FOUR_NIGHTS)
        sent = asked.sent_to(officer)
        assert len(sent) == 3
        for (moment, _), after in zip(sent, (3, 28, 90), strict=True):
            floor = started + timedelta(days=after)
            # Nights give way only where they would leave nothing at all in time.
            if earliest_allowed(floor, rules, floor + 48 * HOUR) is not None:
                assert earliest_allowed(moment, rules, moment + HOUR) == moment
            assert 9 <= local(moment).hour < 21


async def test_hours_chosen_after_starting_count(database_url: str, tmp_path: Path) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        (officer,) = await asked.office.joined(1)
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(officer, "en")
        evenings = ContactTimes(quiet=(time(21), time(18)))
        await asked.amend(officer, times=evenings.to_json(), language="cy")
        await asked.passes(at(7, 0))
        ((moment, message),) = asked.sending.sent
        assert 18 <= local(moment).hour < 20
        # The language chosen since counts, too.
        assert message.language == "cy"


async def test_a_sender_that_stood_still_wakes_nobody(database_url: str, tmp_path: Path) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        asked.office.now = at(5, 2)
        assert (await asked.send()).later == 1
        await asked.passes(at(5, 23))
        ((moment, kind),) = asked.sent_to()
        assert kind is THREE
        assert local(moment).date() == local(at(5, 12)).date()
        assert 11 <= local(moment).hour < 20


async def test_what_is_more_than_48_hours_late_does_not_come(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        asked.office.now = at(6, 12)
        assert (await asked.send()).unwanted == 1
        assert asked.sending.sent == []
        assert await asked.kinds() == [TWENTY_EIGHT, NINETY]


async def test_put_back_again_and_again_it_never_passes_its_limit(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = started = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        asked.sending.says[CHAT] = TryLater()
        await asked.passes(at(8, 0))
        tried = hours(asked.sent_to(), started)
        assert len(tried) > 10
        assert min(tried) >= 72
        assert max(tried) <= 72 + 48
        assert await asked.kinds() == [TWENTY_EIGHT, NINETY]


@pytest.mark.parametrize(("pause", "waits"), [(5, True), (30, False)])
async def test_a_pause_that_ends_in_time_is_waited_for_and_a_longer_one_is_not(
    database_url: str, tmp_path: Path, pause: int, waits: bool
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        (officer,) = await asked.office.joined(1)
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(officer, "en")
        ends = local(at(pause, 12)).date()
        await asked.amend(officer, paused_until=ends)
        await asked.passes(at(7, 0))
        ((moment, _),) = asked.sent_to(officer)
        assert (local(moment).date() == ends) is waits


# --- Starting, stopping, forgetting -------------------------------------------------------


async def test_asking_twice_changes_nothing_and_starting_again_counts_from_then(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        first = await asked.follow_ups.start(CHAT, "en")
        asked.office.now = at(2, 13)
        second = await asked.follow_ups.start(CHAT, "en")
        assert second.before
        assert second.moments == first.moments
        again = await asked.follow_ups.start(CHAT, "en", again=True)
        assert not again.before
        assert all(moment >= at(5, 13) for moment in again.moments)
        assert await asked.follow_ups.upcoming(CHAT) == again.moments
        assert await asked.kinds() == list(TOUGH_JOB)


async def test_what_was_sent_is_no_longer_coming(database_url: str, tmp_path: Path) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        found = await asked.follow_ups.start(CHAT, "en")
        await asked.passes(at(6, 0))
        assert await asked.follow_ups.upcoming(CHAT) == found.moments[1:]
        assert (await asked.follow_ups.start(CHAT, "en")).before


@pytest.mark.parametrize("days", [0, 6, 40])
async def test_stopped_at_any_point_nothing_more_comes(
    database_url: str, tmp_path: Path, days: int
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        await asked.passes(at(1 + days, 12, 1))
        before = len(asked.sending.sent)
        assert await asked.follow_ups.stop(CHAT)
        assert await asked.rows() == []
        assert not await asked.follow_ups.stop(CHAT)
        await asked.passes(at(150, 0))
        assert len(asked.sending.sent) == before


async def test_stopping_leaves_the_timer_and_other_chats_alone(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        await asked.follow_ups.start(CHAT, "en")
        await asked.follow_ups.start(CHAT + 1, "en")
        await asked.follow_ups.tomorrow(CHAT, "en")
        await asked.follow_ups.stop(CHAT)
        assert await asked.kinds() == [FollowUpKind.TOMORROW]
        assert len(await asked.kinds(CHAT + 1)) == 3


@pytest.mark.parametrize("joined", [False, True])
async def test_forgetting_removes_everything_asked_for(
    database_url: str, tmp_path: Path, joined: bool
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        chat = (await asked.office.joined(1))[0] if joined else CHAT
        await asked.follow_ups.start(chat, "en")
        await asked.follow_ups.tomorrow(chat, "en")
        assert len(await asked.rows(chat)) == 4
        assert await enrol.forget(asked.office.storage, asked.office.address, chat)
        assert await asked.office.number("SELECT count(*) FROM follow_up") == 0


async def test_nothing_leads_from_what_was_asked_for_to_an_enrolment(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        (officer,) = await asked.office.joined(1)
        await asked.follow_ups.start(officer, "en")
        asked.office.now = at(4, 12)
        await asked.send()
        rows = await asked.rows(officer)
        assert len({row.id for row in rows}) == 3
        assert {row.lookup for row in rows} != {asked.office.address.lookup(officer)}
        shared = "SELECT count(*) FROM enrolment JOIN follow_up ON"
        for columns in ("enrolment.lookup = follow_up.lookup", "enrolment.id = follow_up.id"):
            assert await asked.office.number(f"{shared} {columns}") == 0
        assert await asked.office.number("SELECT count(*) FROM participation") == 0
        assert await asked.office.number("SELECT count(*) FROM delivery") == 0
