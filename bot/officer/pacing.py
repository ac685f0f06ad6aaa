"""Pacing: a steady rate without bursts, for messages that nobody is waiting for."""

import asyncio


class Pacer:
    """Lets one caller through every 1/rate seconds, in the order they came.

    Telegram counts about 30 messages a second. Where sleeping between messages would lose
    every late wake-up, one moment of credit is made up for. One at most, and one caller after
    the other: when the whole program stood still for a second, those who waited must not go
    all at once.
    """

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second
        self._next = 0.0
        self._quiet_until = 0.0
        self._queue = asyncio.Lock()

    async def turn(self) -> float:
        """Wait for this caller's moment; return the seconds of quiet still asked for, or 0.

        Nobody waits out a long quiet here: what is to be sent then goes back to its queue,
        where a claim on it cannot run out meanwhile.
        """
        loop = asyncio.get_running_loop()
        async with self._queue:
            if self._quiet_until <= loop.time():
                await asyncio.sleep(max(0.0, self._next - loop.time()))
                credit = loop.time() - self._interval
                self._next = max(self._next, credit) + self._interval
        # Asked again: whoever was waiting when Telegram said so must not go on either.
        return max(0.0, self._quiet_until - loop.time())

    def pause(self, seconds: float) -> None:
        """Let nobody through for some seconds: Telegram said so."""
        self._quiet_until = max(self._quiet_until, asyncio.get_running_loop().time() + seconds)
