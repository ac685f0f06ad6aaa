"""Tables of teams while they are read: how far each is, and what came of it for a short while.

- One table at a time is read, beside the loop. Whoever sent a small one has its answer at once,
  and is never shown how far it is.
- Nobody holds more than one place: another table of theirs takes it, wherever the one before is.
- What takes too long is given up and gives its place back, and is stopped at its next row.
- What came of a table is held in memory alone, for whoever sent it, and is freed when its time is
  over. It holds no place: of so many only the newest are held.
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
"""Tables that are read or wait to be read: the largest has 10 MB."""

MOST_HELD: Final = 4
"""Tables that were read: the oldest goes for the newest."""

LONGEST: Final = 120.0
"""Seconds that reading may take, once it is a table's turn: the largest takes a tenth of it."""

PATIENCE: Final = 0.5
"""Seconds in which an answer is waited for before a page says how far it is."""

Result = TypeVar("Result")


class TooManyTables(StandEasyError):
    """{number} tables are being read or wait for it: expected at most {most}."""

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
    until: datetime | None = None
    """When what came of it is forgotten; None until something did."""
    rows: int = 0
    is_waited_for: bool = True
    """Whoever sent it has no answer yet."""
    is_begun: bool = False
    is_over: bool = False
    """Nobody wants it any more, or it took too long."""
    task: "asyncio.Task[Result] | None" = field(default=None, repr=False)
    end: asyncio.TimerHandle | None = field(default=None, repr=False)

    @property
    def is_done(self) -> bool:
        """Whether it was read, or refused."""
        return self.task is not None and self.task.done()

    async def result(self) -> Result:
        """Return what came of it, or raise what was wrong with it."""
        assert self.task is not None  # noqa: S101 - it is begun with a task
        if self.task.cancelled():
            raise TableReplaced(name=self.name)
        # Whoever waits and goes away ends nothing.
        return await asyncio.shield(self.task)


class Readings(Generic[Result]):
    """The tables that this process reads."""

    def __init__(
        self,
        now: Now,
        random: RandomBytes,
        patience: float = PATIENCE,
        longest: float = LONGEST,
        kept_for: timedelta = KEPT_FOR,
    ) -> None:
        self._now, self._random, self._patience = now, random, patience
        self._longest, self._kept_for = longest, kept_for
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
        """Begin to read a table, and wait for it for a moment; `work` is told how to tick.

        What is done by then is held for nobody: whoever asked has it.
        """
        owner = called(by)
        for each in list(self._readings.values()):
            if each.owner == owner:
                self.drop(each)
        taken = sum(not each.is_done for each in self._readings.values())
        if taken >= MOST_AT_ONCE:
            raise TooManyTables(number=taken, most=MOST_AT_ONCE)
        key = base64.urlsafe_b64encode(self._random(12)).decode()
        reading: Reading[Result] = Reading(key, owner, name, lines, about)

        def tick() -> None:
            if reading.is_over:
                raise TableReplaced(name=name)
            reading.rows += 1

        reading.task = asyncio.create_task(self._read(reading, work, tick))
        reading.task.add_done_callback(lambda task: self._hold(reading, task))
        self._readings[key] = reading
        await asyncio.wait({reading.task}, timeout=self._patience)
        if reading.is_done:
            self.drop(reading)
        reading.is_waited_for = False
        return reading

    def _hold(self, reading: Reading[Result], task: "asyncio.Task[Result]") -> None:
        """Keep what came of a table for a while, and of all tables the newest alone."""
        # What was wrong with it is for whoever sent it, and for no log.
        if not task.cancelled():
            task.exception()
        if reading.is_waited_for or self._readings.get(reading.key) is not reading:
            return
        reading.until = self._now() + self._kept_for
        # The program's clock says when it is over; this frees it if nobody comes again.
        loop = asyncio.get_running_loop()
        reading.end = loop.call_later(self._kept_for.total_seconds(), self.drop, reading)
        # In the order in which they came to their end.
        self._readings[reading.key] = self._readings.pop(reading.key)
        held = [each for each in self._readings.values() if each.is_done]
        for each in held[:-MOST_HELD]:
            self.drop(each)

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
        if reading is None or reading.owner != called(by):
            return None
        if reading.until is not None and reading.until <= self._now():
            self.drop(reading)
            return None
        return reading

    def drop(self, reading: Reading[Result]) -> None:
        """Forget a table and what came of it; stop reading it."""
        self._readings.pop(reading.key, None)
        reading.is_over = True
        if reading.end is not None:
            reading.end.cancel()
        # What is begun keeps the others waiting until it has stopped: a heap of threads would not.
        if reading.task is not None and not reading.is_begun:
            reading.task.cancel()

    async def settle(self) -> None:
        """Wait until nothing is being read."""
        tasks = {each.task for each in self._readings.values() if each.task is not None}
        if tasks:
            await asyncio.wait(tasks)
