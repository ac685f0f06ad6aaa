"""What moves in the demo: the clock and the colleagues, one at a time.

While the clock moves or the colleagues answer, asking for more is refused, so that a double
click does not skip a week.
"""

import asyncio
import logging
from datetime import datetime, time, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from bot.core.errors import StandEasyError
from bot.sandbox.demo.clock import MovableClock
from bot.sandbox.demo.colleagues import Colleagues
from bot.sandbox.demo.words import DemoStatus
from bot.sandbox.xray.page import XRay

log = logging.getLogger(__name__)

STEP: Final = timedelta(hours=3)
"""How a day is moved: what falls due within it comes at about its own time."""

A_MOMENT: Final = timedelta(minutes=1)
"""How far behind the moment something is due the clock stops for it."""

BEFORE_A_PROMPT: Final = timedelta(hours=12)
"""Invitations are planned when their day begins, so the clock stops on the way there."""

STILL_MOVING: Final = "Still at the last one. Try again in a moment."
NO_PROMPT: Final = "No further check-in is planned."
NO_ROUND: Final = "No round is open. Move the clock to the next prompt first."
SOMETHING_WRONG: Final = "The colleagues could not go on. What they did so far is kept."


class Refused(StandEasyError):
    """{sentence}"""


class Product(Protocol):
    """What the demo asks of the running product; the wiring provides it."""

    async def tick(self) -> None:
        """Do everything that is due now: open, send, close, tally, release. Returns when done."""

    async def finish(self) -> None:
        """Do what was asked for in the console: by a clock that jumped it would be too late."""

    async def next_prompt_at(self) -> datetime | None:
        """A moment by which every invitation of the next prompt day is due, later than now."""

    async def round_closes_at(self) -> datetime | None:
        """When the open round closes; None when no round is open."""

    async def status(self) -> DemoStatus:
        """Where things stand."""


class Moves:
    """The buttons above the columns."""

    def __init__(
        self, clock: MovableClock, product: Product, colleagues: Colleagues, xray: XRay
    ) -> None:
        self._clock = clock
        self._product = product
        self._colleagues = colleagues
        self._xray = xray
        self._turn = asyncio.Lock()
        self._work: asyncio.Task[None] | None = None
        self.trouble = ""
        """What went wrong in the background, in words; empty again with the next move."""
        self.done: set[str] = set()
        self._ways = {
            "next-prompt": self._to_next_prompt,
            "day": self._one_day,
            "close": self._to_close,
        }

    @property
    def ways(self) -> tuple[str, ...]:
        """Where the clock can be moved."""
        return tuple(self._ways)

    @property
    def busy(self) -> bool:
        """Whether something moves."""
        return self._turn.locked()

    async def close(self) -> None:
        """Send the colleagues home."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def move(self, way: str) -> None:
        """Move the clock one of its `ways` and do what is due; raises `StandEasyError`."""
        await self._begin()
        try:
            await self._product.finish()
            await self._ways[way]()
        finally:
            self._turn.release()

    async def let_answer(self, count: int) -> None:
        """Start the colleagues, who go on in the background; raises `Refused`."""
        await self._begin()
        self._work = asyncio.create_task(self._join_and_answer(count))
        # Not in the task itself: one that is cancelled before it starts never gets there.
        self._work.add_done_callback(lambda _: self._turn.release())

    async def _begin(self) -> None:
        # A free lock is taken without waiting, so nothing comes between the two.
        if self._turn.locked():
            raise Refused(sentence=STILL_MOVING)
        await self._turn.acquire()
        self.trouble = ""

    async def _to_next_prompt(self) -> None:
        moment = await self._product.next_prompt_at()
        if moment is None:
            raise Refused(sentence=NO_PROMPT)
        for stop in (moment - BEFORE_A_PROMPT, moment):
            await self._go_to(stop)
        self.done.add("prompt")

    async def _one_day(self) -> None:
        for _ in range(timedelta(days=1) // STEP):
            self._clock.move_by(STEP)
            await self._product.tick()
        # Whoever asked to be written to tomorrow has the message when a day has gone by, also
        # when the day began at night.
        zone = ZoneInfo((await self._product.status()).timezone)
        ends = datetime.combine(self._clock.now().astimezone(zone), time.max, tzinfo=zone)
        await self._stop_for_what_was_asked(ends)

    async def _to_close(self) -> None:
        moment = await self._product.round_closes_at()
        if moment is None:
            raise Refused(sentence=NO_ROUND)
        await self._go_to(moment)
        self.done.add("close")

    async def _go_to(self, moment: datetime) -> None:
        """Move forward, with a stop wherever a message is due that somebody asked for."""
        # Three days after a tough job is a promise: behind the clock by a week it would be
        # too late to be sent at all.
        await self._stop_for_what_was_asked(moment)
        self._clock.move_to(moment)
        await self._product.tick()

    async def _stop_for_what_was_asked(self, until: datetime) -> None:
        while True:
            due = await asyncio.to_thread(self._xray.next_asked_for, self._clock.now())
            if due is None or due >= until:
                return
            self._clock.move_to(due + A_MOMENT)
            await self._product.tick()

    async def _join_and_answer(self, count: int) -> None:
        people = self._colleagues
        try:
            await people.join(count)
            await self._everybody_answers(count)
            # Who joins before the first prompt is asked there. The button says that they
            # answer, so the clock goes to it.
            if people.some_never_asked:
                await self._to_next_prompt()
                await self._everybody_answers(count)
        except StandEasyError as error:
            log.error("the colleagues could not go on: %s", type(error).__name__)
            self.trouble = f"{error} {error.hint}".strip()
        except Exception as error:
            log.error("the colleagues could not go on: %s", type(error).__name__)
            self.trouble = SOMETHING_WRONG

    async def _everybody_answers(self, count: int) -> None:
        # Again, until nobody is left whose check-in came while others answered.
        while await self._colleagues.answer(count):
            continue
