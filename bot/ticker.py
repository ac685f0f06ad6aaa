"""The clock: what runs every few seconds, minutes and hours.

Jobs keep no state and are never stored: each asks "what is due now?", so one that comes late
or was missed loses nothing, and one that runs twice finds nothing left to do.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.workflows.in_turn import say


@dataclass(frozen=True)
class Job:
    """Something to do again and again; never beside itself."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False, compare=False)

    async def once(self) -> None:
        """Run the job and wait for it; after a run that is under way, if there is one."""
        async with self._busy:
            await self.run()

    async def if_idle(self) -> None:
        """Run the job unless it is running; what goes wrong is logged, and tried again."""
        if self._busy.locked():
            return
        try:
            await self.once()
        except Exception as error:
            say(self.name, error)


class Ticker:
    """Runs jobs at their intervals, the first time at once."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = tuple(jobs)
        self._scheduler: AsyncIOScheduler | None = None

    def start(self) -> None:
        """Start ticking in the running event loop."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        for job in self.jobs:
            scheduler.add_job(
                job.if_idle,
                IntervalTrigger(seconds=job.every.total_seconds(), timezone=UTC),
                # A job that is late still runs, once; the default would drop it.
                misfire_grace_time=None,
                coalesce=True,
                # The lock keeps a job from running beside itself, without a warning each time.
                max_instances=2,
            )
        scheduler.start()
        self._scheduler = scheduler
        self._first = asyncio.gather(*(job.if_idle() for job in self.jobs))

    async def stop(self) -> None:
        """Stop ticking; what runs now is finished first."""
        if self._scheduler is None:
            return
        self._scheduler.pause()
        await self._first
        for job in self.jobs:
            async with job._busy:
                pass
        self._scheduler.shutdown(wait=False)
        self._scheduler = None

    async def run_all(self) -> None:
        """Run every job once, in their order; errors are raised."""
        for job in self.jobs:
            await job.once()
