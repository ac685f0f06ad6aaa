"""Tables of teams while they are read: how far each is, and what came of it for a short while.

- One table at a time is read, beside the loop. Whoever sent a small one has its answer at once,
  and is never shown how far it is.
- Nobody holds more than one place: another table of theirs takes it, wherever the one before is.
- What takes too long is given up and gives its place back, and is stopped at its next row.
- What came of a table is held in memory alone, for whoever sent it.
"""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from bot.admin.console.teams_packs import called
from bot.core.access import Visitor
from bot.core.errors import StandEasyError
from bot.workflows.moment import Now, RandomBytes

KEPT_FOR: Final = timedelta(minutes=30)
MOST_AT_ONCE: Final = 4
"""Tables that are read, wait to be read, or were: the largest has 10 MB."""

LONGEST: Final = 120.0
"""Seconds that reading may take, once it is a table's turn: the largest takes a tenth of it."""

PATIENCE: Final = 0.5
"""Seconds in which an answer is waited for before a page says how far it is."""

Result = TypeVar("Result")


class TooManyTables(StandEasyError):
    """{number} tables are being read or were just now: expected at most {most}."""

    hint = "Nothing was changed. Try again in some minutes."


class TableTookTooLong(StandEasyError):
    """Reading {name} took longer than two minutes, so it was given up: nothing was changed."""


class TableReplaced(StandEasyError):
    """{name} was not read to its end, because you sent another table: nothing was changed."""


@dataclass(slots=True)
class Reading(Generic[Result]):
    """One table, and how far it is."""

    key: str = field(repr=False)
    owner: str
    name: str
    lines: int | None
    """How many lines its file has; None where that is not known before they are read."""
    about: Any = field(repr=False)
    """What whoever asked wants back with it."""
    until: datetime
    rows: int = 0
    is_begun: bool = False
    is_over: bool = False
    """Nobody wants it any more, or it took too long."""
    task: "asyncio.Task[Result] | None" = field(default=None, repr=False)

    @property
    def is_done(self) -> bool:
        """Whether it was read, or refused."""
        return self.task is not None and self.task.done()

    async def result(self) -> Result:
        """Return what came of it, or raise what was wrong with it."""
        assert self.task is not None  # noqa: S101 - it is begun with a task
        if self.task.cancelled():
            raise TableReplaced(name=self.name)
        return await self.task


class Readings(Generic[Result]):
    """The tables that this process reads."""

    def __init__(
        self,
        now: Now,
        random: RandomBytes,
        patience: float = PATIENCE,
        longest: float = LONGEST,
    ) -> None:
        self._now, self._random, self._patience = now, random, patience
        self._longest = longest
        self._readings: dict[str, Reading[Result]] = {}
        self._one_by_one = asyncio.Lock()

    async def begin(
        self,
        name: str,
        lines: int | None,
        work: Callable[[Callable[[], None]], Result],
        by: Visitor,
        about: Any,
    ) -> Reading[Result]:
        """Begin to read a table, and wait for it for a moment; `work` is told how to tick."""
        owner = called(by)
        for each in list(self._readings.values()):
            if each.until <= self._now() or each.owner == owner:
                self.drop(each)
        taken = sum(not each.is_over for each in self._readings.values())
        if taken >= MOST_AT_ONCE:
            raise TooManyTables(number=taken, most=MOST_AT_ONCE)
        key = base64.urlsafe_b64encode(self._random(12)).decode()
        reading: Reading[Result] = Reading(key, owner, name, lines, about, self._now() + KEPT_FOR)

        def tick() -> None:
            if reading.is_over:
                raise TableReplaced(name=name)
            reading.rows += 1

        reading.task = asyncio.create_task(self._read(reading, work, tick))
        # What was wrong with it is for whoever sent it, and for no log.
        reading.task.add_done_callback(lambda task: task.cancelled() or task.exception())
        self._readings[key] = reading
        await asyncio.wait({reading.task}, timeout=self._patience)
        return reading

    async def _read(
        self,
        reading: Reading[Result],
        work: Callable[[Callable[[], None]], Result],
        tick: Callable[[], None],
    ) -> Result:
        async with self._one_by_one:
            reading.is_begun = True
            try:
                return await asyncio.wait_for(asyncio.to_thread(work, tick), self._longest)
            except TimeoutError:
                # No thread can be ended from outside: it ends itself at its next row.
                reading.is_over = True
                raise TableTookTooLong(name=reading.name) from None

    def get(self, key: str, by: Visitor) -> Reading[Result] | None:
        """Return a table to whoever sent it; None to everybody else."""
        reading = self._readings.get(key)
        mine = reading is not None and reading.owner == called(by)
        return reading if mine and reading is not None and reading.until > self._now() else None

    def drop(self, reading: Reading[Result]) -> None:
        """Forget a table and what came of it; stop reading it."""
        self._readings.pop(reading.key, None)
        reading.is_over = True
        # What is begun keeps the others waiting until it has stopped: a heap of threads would not.
        if reading.task is not None and not reading.is_begun:
            reading.task.cancel()

    async def settle(self) -> None:
        """Wait until nothing is being read."""
        tasks = {each.task for each in self._readings.values() if each.task is not None}
        if tasks:
            await asyncio.wait(tasks)
