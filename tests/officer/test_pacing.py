"""Pacing, on a loop whose clock jumps: what was granted when is read off, never timed."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from bot.officer.pacing import Pacer

RATE = 25.0
WITHIN_A_SECOND = 26
"""The rate, and one moment of credit."""


class JumpingClock(asyncio.SelectorEventLoop):
    """An event loop that never waits: when there is nothing to do, its clock jumps."""

    def __init__(self) -> None:
        super().__init__(selectors.SelectSelector())
        self.moment = 1_000.0
        selector: Any = self._selector  # type: ignore[attr-defined]  # where loops wait
        wait = selector.select

        def jump(timeout: float | None = None) -> Any:
            self.moment += timeout or 0.0
            return wait(0)

        selector.select = jump

    def time(self) -> float:
        """Return the jumped time."""
        return self.moment


def run(play: Callable[[JumpingClock], Awaitable[list[float]]]) -> list[float]:
    """Return the moments that `play` recorded."""
    loop = JumpingClock()
    try:
        return loop.run_until_complete(asyncio.ensure_future(play(loop), loop=loop))
    finally:
        loop.close()


def most_in_a_second(moments: list[float]) -> int:
    """Return how many moments the fullest second holds."""
    # A hair less than a second: sums of small floats fall on either side of it.
    end = 1 - 1e-6
    return max(sum(start <= moment < start + end for moment in moments) for start in moments)


def test_a_crowd_is_let_through_at_the_rate_and_never_faster() -> None:
    async def play(loop: JumpingClock) -> list[float]:
        pacer, granted = Pacer(RATE), list[float]()

        async def one() -> None:
            await pacer.turn()
            granted.append(loop.time())

        await asyncio.gather(*(one() for _ in range(300)))
        return granted

    granted = run(play)
    assert len(granted) == 300
    assert most_in_a_second(granted) <= WITHIN_A_SECOND
    # It reaches its rate: 299 intervals, less the one moment of credit.
    assert granted[-1] - granted[0] <= 299 / RATE


def test_lost_time_is_made_up_for_by_one_moment_at_most() -> None:
    async def play(loop: JumpingClock) -> list[float]:
        pacer, granted = Pacer(RATE), list[float]()
        for number in range(200):
            await pacer.turn()
            granted.append(loop.time())
            # Now and then the sender itself is slow.
            loop.moment += 2.0 if number % 50 == 49 else 0.01
        return granted

    granted = run(play)
    assert most_in_a_second(granted) <= WITHIN_A_SECOND
    at_once = [later - earlier < 1 / RATE / 2 for earlier, later in pairwise(granted)]
    assert not any(first and second for first, second in pairwise(at_once))


def test_turns_come_in_the_order_they_were_asked_for() -> None:
    async def play(loop: JumpingClock) -> list[float]:
        pacer, order = Pacer(RATE), list[float]()

        async def one(number: int) -> None:
            await pacer.turn()
            order.append(number)

        await asyncio.gather(*(one(number) for number in range(50)))
        return order

    assert run(play) == list(range(50))


@pytest.mark.parametrize("seconds", [1.0, 30.0])
def test_nobody_is_let_through_while_telegram_asked_for_quiet(seconds: float) -> None:
    async def play(loop: JumpingClock) -> list[float]:
        pacer, begun = Pacer(RATE), loop.time()

        async def ask_for_quiet() -> None:
            await asyncio.sleep(0.1)
            pacer.pause(seconds)
            # A shorter quiet that is asked for later does not shorten the longer one.
            pacer.pause(seconds / 2)

        async def one() -> None:
            if await pacer.turn() == 0:
                granted.append(loop.time() - begun)

        granted: list[float] = []
        # Some have gone by then, and those who still wait for their turn go back.
        await asyncio.gather(ask_for_quiet(), *(one() for _ in range(20)))
        assert 0 < len(granted) <= 5
        assert all(moment <= 0.1 + 1e-6 for moment in granted)
        quiet = await pacer.turn()
        assert 0 < quiet <= seconds
        loop.moment += quiet + 1e-6
        await asyncio.gather(*(one() for _ in range(50)))
        assert len(granted) > 50
        return granted

    assert most_in_a_second(run(play)) <= WITHIN_A_SECOND


def test_telling_of_quiet_takes_no_time() -> None:
    async def play(loop: JumpingClock) -> list[float]:
        pacer, begun = Pacer(RATE), loop.time()
        pacer.pause(600)
        await asyncio.gather(*(pacer.turn() for _ in range(100)))
        return [loop.time() - begun]

    assert run(play) == [0.0]


def test_a_standstill_of_the_whole_program_is_not_made_up_for_at_once() -> None:
    async def play(loop: JumpingClock) -> list[float]:
        pacer, granted = Pacer(RATE), list[float]()

        async def one() -> None:
            await pacer.turn()
            granted.append(loop.time())
            if len(granted) == 10:
                # Everything stands still for two seconds, as on a machine that is too busy.
                loop.moment += 2.0

        await asyncio.gather(*(one() for _ in range(120)))
        return granted

    assert most_in_a_second(run(play)) <= WITHIN_A_SECOND
