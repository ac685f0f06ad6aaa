"""Patience: what may wait for the database is waited for, but not for long."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class Patience:
    """Waits for one thing after the other, and gives up what takes too long."""

    def __init__(self) -> None:
        self.under_way: set[asyncio.Task[Any]] = set()
        """Also those that took too long, until they have let go of the database."""

    async def wait(self, doing: Coroutine[Any, Any, Result], seconds: float) -> Result:
        """Wait so many seconds at most; raises `TimeoutError` then, and takes it back."""
        # A task: taking back may wait for the database, too, and nobody waits for that. Where
        # it comes after the commit, it is done, and doing it again says so.
        task = asyncio.create_task(doing)
        self.under_way.add(task)
        task.add_done_callback(self._let_go)
        try:
            await asyncio.wait([task], timeout=seconds)
            if not task.done():
                raise TimeoutError
            return task.result()
        finally:
            task.cancel()

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        self.under_way.discard(task)
        if not task.cancelled():
            # Looked at, or the loop would log it, with whatever it says.
            task.exception()
