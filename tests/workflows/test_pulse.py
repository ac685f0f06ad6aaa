"""The pulse: what leaves the officers' process is rounded, and about the whole force."""

from datetime import datetime, timedelta

import pytest

from bot.core.vitals import Seen, Trouble
from bot.workflows.pulse import Pulse, Troubles
from storage import enrolments
from storage.engine import Storage
from storage.states import DeliveryKind, EnrolmentState
from tests.storage.rows import NOW, enrolled, opened, planned

pytestmark = pytest.mark.sqlite_first(
    "one look with something to find, and one without, run on both"
)


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def none() -> dict[Trouble, Seen]:
    return {}


@pytest.mark.whole_path
async def test_nothing_waits_in_an_empty_database(storage: Storage) -> None:
    vitals = await Pulse(storage, Clock(), none).take()
    assert (vitals.waiting, vitals.late, vitals.sent, vitals.enrolled) == (0, 0, 0, 0)


@pytest.mark.whole_path
async def test_what_is_due_waits_and_after_ten_minutes_it_is_late(storage: Storage) -> None:
    clock = Clock()
    pulse = Pulse(storage, clock, none)
    async with storage.transaction("fill") as tx:
        await opened(tx)
        for _ in range(12):
            await planned(tx, await enrolled(tx))
    found = []
    for minutes in (-1, 0, 9, 10):
        clock.at = NOW + timedelta(minutes=minutes)
        vitals = await pulse.take()
        found.append((vitals.waiting, vitals.late))
    assert found == [(0, 0), (10, 0), (10, 0), (10, 10)]


async def test_a_reminder_is_neither_waited_for_nor_late(storage: Storage) -> None:
    async with storage.transaction("fill") as tx:
        await opened(tx)
        for _ in range(12):
            await planned(tx, await enrolled(tx), kind=DeliveryKind.REMINDER)
    vitals = await Pulse(storage, Clock(NOW + timedelta(hours=1)), none).take()
    assert (vitals.waiting, vitals.late) == (0, 0)


async def test_who_stopped_is_not_waited_for(storage: Storage) -> None:
    async with storage.transaction("fill") as tx:
        await opened(tx)
        for _ in range(12):
            officer = await enrolled(tx)
            await planned(tx, officer)
            await enrolments.set_state(tx, officer.id, EnrolmentState.STOPPED)
    vitals = await Pulse(storage, Clock(NOW + timedelta(hours=1)), none).take()
    assert (vitals.waiting, vitals.late) == (0, 0)


async def test_invitations_count_for_an_hour(storage: Storage) -> None:
    clock = Clock()
    pulse = Pulse(storage, clock, none)
    pulse.note_invited(0)
    assert (await pulse.take()).sent == 0
    # Fewer than ten look like none.
    pulse.note_invited(9)
    assert (await pulse.take()).sent == 0
    pulse.note_invited(90)
    clock.at += timedelta(minutes=30)
    pulse.note_invited(10)
    assert (await pulse.take()).sent == 100
    clock.at += timedelta(minutes=30)
    assert (await pulse.take()).sent == 10
    clock.at += timedelta(minutes=30)
    assert (await pulse.take()).sent == 0


async def test_the_minute_in_which_somebody_joined_does_not_show(storage: Storage) -> None:
    clock = Clock()
    pulse = Pulse(storage, clock, none)
    async with storage.transaction("fill") as tx:
        for _ in range(9):
            await enrolled(tx)
    assert (await pulse.take()).enrolled == 0
    async with storage.transaction("join") as tx:
        await enrolled(tx)
    assert (await pulse.take()).enrolled == 0
    clock.at += timedelta(days=1)
    assert (await pulse.take()).enrolled == 10


def test_troubles_are_counted_by_kind_with_the_last_moment() -> None:
    clock = Clock()
    troubles = Troubles(clock)
    troubles.note(Trouble.TOLD_TO_WAIT)
    clock.at += timedelta(minutes=1)
    troubles.note(Trouble.TOLD_TO_WAIT)
    troubles.note(Trouble.OTHER_POLLER)
    assert troubles.seen() == {
        Trouble.TOLD_TO_WAIT: Seen(2, clock.at),
        Trouble.OTHER_POLLER: Seen(1, clock.at),
    }


async def test_how_often_there_was_trouble_leaves_as_a_band(storage: Storage) -> None:
    clock = Clock()
    troubles = Troubles(clock)
    for _ in range(17):
        troubles.note(Trouble.OUT_OF_REACH)
    vitals = await Pulse(storage, clock, troubles.seen).take()
    assert vitals.troubles == {Trouble.OUT_OF_REACH: Seen(10, clock.at)}
