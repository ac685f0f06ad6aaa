"""Pacing: a steady rate without bursts, for messages that nobody is waiting for."""

import asyncio


class Pacer:
    """Lets one caller through every 1/rate seconds, in the order they came.

    Telegram counts about 30 messages a second. A schedule of fixed moments reaches its rate
    exactly, where sleeping between messages would lose every late wake-up; one moment of
    credit at most is made up for, so no window ever holds a burst.
    """

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for this caller's moment."""
        loop = asyncio.get_running_loop()
        self._next = max(self._next, loop.time() - self._interval)
        moment, self._next = self._next, self._next + self._interval
        delay = moment - loop.time()
        if delay > 0:
            await asyncio.sleep(delay)

    def pause(self, seconds: float) -> None:
        """Let nobody new through for some seconds: Telegram said so."""
        loop = asyncio.get_running_loop()
        self._next = max(self._next, loop.time() + seconds)
