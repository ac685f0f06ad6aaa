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
        self._quiet_until = 0.0

    async def turn(self) -> float:
        """Wait for this caller's moment; return the seconds of quiet still asked for, or 0.

        Nobody waits out a long quiet here: what is to be sent then goes back to its queue,
        where a claim on it cannot run out meanwhile.
        """
        loop = asyncio.get_running_loop()
        if self._quiet_until <= loop.time():
            self._next = max(self._next, loop.time() - self._interval)
            moment, self._next = self._next, self._next + self._interval
            delay = moment - loop.time()
            if delay > 0:
                await asyncio.sleep(delay)
        # Asked again: whoever was waiting when Telegram said so must not go on either.
        return max(0.0, self._quiet_until - loop.time())

    def pause(self, seconds: float) -> None:
        """Let nobody through for some seconds: Telegram said so."""
        self._quiet_until = max(self._quiet_until, asyncio.get_running_loop().time() + seconds)
