"""Timers: tomorrow, and the end of a pause; each says one thing and leaves nothing behind.

And the floor of 72 hours, whatever is drawn.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.duty_patterns import PATTERNS
from bot.core.profiles import Profile
from bot.workflows import enrol
from bot.workflows.follow_up_kinds import AFTER, TOUGH_JOB
from bot.workflows.follow_up_moments import DEFAULT_WINDOW, after_tough_job, first_moments, rules_of
from storage.states import FollowUpKind
from tests.officer.views import example_programme
from tests.workflows.asking import CHAT, an_asking_office, local
from tests.workflows.office import at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

MINUTE = timedelta(minutes=1)
TIMES = st.one_of(
    st.just(ContactTimes()),
    st.builds(ContactTimes, part=st.sampled_from(Part)),
    st.builds(
        ContactTimes,
        own_cycle=st.text("ELNDR", min_size=2, max_size=12),
        anchor=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        quiet=st.sampled_from(
            [None, (time(21), time(18)), (time(3), time(2)), (time(12), time(8))]
        ),
    ),
    st.builds(
        ContactTimes,
        pattern=st.sampled_from([name for name in PATTERNS if name != "office"]),
        anchor=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    ),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))


# --- The hard floor -----------------------------------------------------------------------


@given(
    st.sampled_from(TOUGH_JOB),
    MOMENTS,
    TIMES,
    st.integers(0, 200 * 60),
    st.floats(-1, 1),
    st.none() | st.integers(1, 60),
)
def test_a_message_never_comes_before_its_floor_nor_past_its_limit_nor_in_quiet_hours(
    kind: FollowUpKind,
    asked_at: datetime,
    times: ContactTimes,
    minutes_late: int,
    jitter: float,
    paused_days: int | None,
) -> None:
    floor = asked_at + AFTER[kind].after
    limit = floor + AFTER[kind].at_most_later
    now = floor + minutes_late * MINUTE - timedelta(hours=10)
    paused = None if paused_days is None else asked_at.date() + timedelta(days=paused_days)
    profile = Profile(CHAT, times=times.to_json(), paused_until=paused)
    moment = after_tough_job(kind, asked_at, profile, example_programme(), now, jitter)
    if moment is None:
        # Only where so little time is left that quiet hours may fill it.
        assert now > limit - timedelta(hours=25)
        return
    assert max(floor, now) <= moment < limit
    begins, ends = times.quiet or (time(21), time(9))
    at_wall = local(moment).time()
    quiet = begins <= at_wall or at_wall < ends if ends < begins else begins <= at_wall < ends
    assert not quiet


@given(MOMENTS, TIMES, st.lists(st.floats(-1, 1), min_size=3, max_size=3))
def test_72_hours_are_real_hours_also_when_the_clocks_change(
    asked_at: datetime, times: ContactTimes, jitters: list[float]
) -> None:
    profile = Profile(CHAT, times=times.to_json())
    first, second, third = first_moments(asked_at, profile, example_programme(), jitters)
    assert timedelta(hours=72) <= first - asked_at <= timedelta(hours=120)
    assert timedelta(days=28) <= second - asked_at <= timedelta(days=35)
    assert timedelta(days=90) <= third - asked_at <= timedelta(days=97)


def test_a_programme_that_invites_nobody_has_ordinary_hours() -> None:
    programme = example_programme().model_copy(update={"check_ins": []})
    rules = rules_of(Profile(CHAT), programme, paused=False)
    assert any(getattr(rule, "opens", None) == DEFAULT_WINDOW.opens for rule in rules)


# --- Tomorrow -----------------------------------------------------------------------------


@pytest.mark.parametrize("hour", [0, 3, 12, 20, 23])
async def test_tomorrow_comes_once_on_the_next_day_and_leaves_nothing(
    database_url: str, tmp_path: Path, hour: int
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, hour, 30)
        promised = await asked.follow_ups.tomorrow(CHAT, "en")
        await asked.passes(at(10, 0))
        assert asked.sent_to() == [(promised, FollowUpKind.TOMORROW)]
        assert promised.date() == local(at(2, 12)).date()
        assert 9 <= promised.hour < 21
        assert await asked.rows() == []


async def test_tomorrow_asked_twice_comes_once(database_url: str, tmp_path: Path) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 12)
        await asked.follow_ups.tomorrow(CHAT, "en")
        asked.office.now = at(1, 14)
        second = await asked.follow_ups.tomorrow(CHAT, "en")
        await asked.passes(at(10, 0))
        assert asked.sent_to() == [(second, FollowUpKind.TOMORROW)]


async def test_tomorrow_taken_back_does_not_come(database_url: str, tmp_path: Path) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        await asked.follow_ups.tomorrow(CHAT, "en")
        assert await asked.follow_ups.not_tomorrow(CHAT)
        assert not await asked.follow_ups.not_tomorrow(CHAT)
        await asked.passes(at(10, 0))
        assert asked.sending.sent == []


async def test_tomorrow_comes_during_a_pause_and_on_duty_and_after_stopping(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        (officer,) = await asked.office.joined(1)
        asked.office.now = at(1, 14)
        await asked.follow_ups.tomorrow(officer, "en")
        nights = ContactTimes(own_cycle="NN", anchor=date(2026, 12, 1))
        await asked.amend(officer, paused_until=date(2027, 2, 1), times=nights.to_json())
        await asked.passes(at(3, 15))
        await enrol.stop(asked.office.storage, asked.office.address, officer)
        await asked.follow_ups.tomorrow(officer, "en")
        await asked.passes(at(5, 0))
        sent = [moment for moment, _ in asked.sent_to(officer)]
        assert sent == [at(2, 14), at(4, 15)]


async def test_tomorrow_waits_for_the_morning_when_the_sender_was_late(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        asked.office.now = at(1, 19)
        await asked.follow_ups.tomorrow(CHAT, "en")
        asked.office.now = at(2, 22)
        assert (await asked.send()).later == 1
        await asked.passes(at(4, 0))
        ((moment, _),) = asked.sent_to()
        assert moment == at(3, 11)


# --- The end of a pause -------------------------------------------------------------------


async def test_the_end_of_a_pause_is_told_once_in_allowed_hours(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        (officer,) = await asked.office.joined(1)
        await asked.amend(officer, paused_until=date(2026, 12, 21))
        await asked.put(FollowUpKind.RESUME, officer, at(14, 0))
        await asked.passes(at(20, 0))
        ((moment, kind),) = asked.sent_to(officer)
        assert kind is FollowUpKind.RESUME
        assert local(moment).date() == date(2026, 12, 21)
        assert 11 <= local(moment).hour < 20
        assert await asked.rows(officer) == []


@pytest.mark.parametrize("left", ["stopped", "never joined"])
async def test_who_is_not_written_to_is_not_told_that_a_pause_is_over(
    database_url: str, tmp_path: Path, left: str
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        officer = CHAT
        if left == "stopped":
            (officer,) = await asked.office.joined(1)
            await enrol.stop(asked.office.storage, asked.office.address, officer)
        await asked.put(FollowUpKind.RESUME, officer, at(1, 12))
        await asked.passes(at(3, 0))
        assert asked.sending.sent == []
        assert await asked.rows(officer) == []
