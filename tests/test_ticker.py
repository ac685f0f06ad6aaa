"""The ticker: a job is never beside itself, an error ends nothing, and stopping waits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.core.errors import StandEasyError
from bot.ticker import Job, Ticker
from bot.workflows.in_turn import each_in_turn

HOUR = timedelta(hours=1)
SHORTLY = timedelta(seconds=0.05)
PRIVATE = "7000000001 answered Struggling"


class NothingLeft(StandEasyError):
    """There is nothing left of {what}."""

    hint = "Bring more."


class Work:
    """Something that takes until it is allowed to end, and counts."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.under_way = self.most = self.done = 0

    async def run(self) -> None:
        """Do it once."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.begun.set()
        await self.may_end.wait()
        self.under_way -= 1
        self.done += 1


def failing(error: Exception) -> Callable[[], Awaitable[None]]:
    """Return something that goes wrong."""

    async def run() -> None:
        raise error

    return run


async def test_a_job_is_skipped_while_it_runs() -> None:
    work = Work()
    job = Job("work", HOUR, work.run)
    first = asyncio.create_task(job.if_idle())
    await work.begun.wait()
    await job.if_idle()
    work.may_end.set()
    await first
    assert (work.done, work.most) == (1, 1)


async def test_a_job_asked_for_by_name_waits_for_the_run_under_way() -> None:
    work = Work()
    job = Job("work", HOUR, work.run)
    first = asyncio.create_task(job.if_idle())
    await work.begun.wait()
    second = asyncio.create_task(job.once())
    work.may_end.set()
    await asyncio.gather(first, second)
    assert (work.done, work.most) == (2, 1)


async def test_what_goes_wrong_is_logged_with_its_hint(caplog: pytest.LogCaptureFixture) -> None:
    await Job("keys", HOUR, failing(NothingLeft(what="the keys"))).if_idle()
    assert caplog.messages == ["keys: There is nothing left of the keys. Bring more."]


async def test_what_nobody_foresaw_is_logged_by_its_kind_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await Job("sending", HOUR, failing(ValueError(PRIVATE))).if_idle()
    assert caplog.messages == ["sending failed: ValueError"]
    assert PRIVATE not in caplog.text


async def test_an_error_ends_nothing() -> None:
    tried = asyncio.Event()
    runs = 0

    async def now_and_then() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ValueError
        tried.set()

    ticker = Ticker([Job("now and then", SHORTLY, now_and_then)])
    ticker.start()
    async with asyncio.timeout(10):
        await tried.wait()
    await ticker.stop()
    assert runs >= 2


async def test_every_job_runs_at_once_when_the_clock_starts() -> None:
    works = [Work(), Work()]
    ticker = Ticker([Job(str(number), HOUR, work.run) for number, work in enumerate(works)])
    ticker.start()
    await asyncio.gather(*(work.begun.wait() for work in works))
    for work in works:
        work.may_end.set()
    await ticker.stop()
    assert [work.done for work in works] == [1, 1]


async def test_stopping_waits_for_what_is_under_way() -> None:
    work = Work()
    ticker = Ticker([Job("work", HOUR, work.run)])
    ticker.start()
    await work.begun.wait()
    stopping = asyncio.create_task(ticker.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    work.may_end.set()
    await stopping
    assert (work.done, work.under_way) == (1, 0)


async def test_a_ticker_that_never_started_stops() -> None:
    await Ticker([]).stop()


async def test_stopping_twice_is_stopping_once() -> None:
    ticker = Ticker([])
    ticker.start()
    await ticker.stop()
    await ticker.stop()


async def test_run_all_keeps_the_order_and_raises() -> None:
    ran: list[str] = []

    def note(name: str) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            ran.append(name)

        return run

    await Ticker([Job(name, HOUR, note(name)) for name in "abc"]).run_all()
    assert ran == ["a", "b", "c"]
    with pytest.raises(NothingLeft):
        await Ticker([Job("keys", HOUR, failing(NothingLeft(what="it")))]).run_all()


async def test_a_step_that_fails_keeps_none_after_it_from_being_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    taken = []

    async def step() -> None:
        taken.append("step")

    await each_in_turn("tally", step)
    with pytest.raises(NothingLeft):
        await each_in_turn(
            "tally", step, failing(ValueError(PRIVATE)), step, failing(NothingLeft(what="it")), step
        )
    assert len(taken) == 4
    assert caplog.messages == ["tally failed: ValueError"]


async def test_a_job_that_is_late_does_not_warn_on_every_tick(
    caplog: pytest.LogCaptureFixture,
) -> None:
    skipped = asyncio.Event()
    runs = since = 0

    async def run() -> None:
        nonlocal runs
        runs += 1
        # The first is that of the start, which the scheduler knows nothing of.
        if runs == 2:
            await skipped.wait()

    async def beside() -> None:
        nonlocal since
        since += runs == 2
        if since == 3:
            skipped.set()

    with caplog.at_level(logging.WARNING, "apscheduler"):
        ticker = Ticker([Job("slow", SHORTLY, run), Job("beside", SHORTLY, beside)])
        ticker.start()
        async with asyncio.timeout(10):
            await skipped.wait()
        await ticker.stop()
    assert caplog.messages == []
