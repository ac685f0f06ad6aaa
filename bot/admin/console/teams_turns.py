"""Tables of teams while they are checked to be saved: one at a time, and one of each person.

- Whoever sends a second one while theirs waits or is checked is told so; nobody else is.
- They are taken in the order in which they came: nobody waits for more than one of each other
  person.
- Whoever goes away keeps their turn until it is done: a closed page begins no second one.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.admin.console.teams_packs import called
from bot.admin.console.teams_reading import LONGEST, TableTookTooLong
from bot.core.access import Visitor
from bot.core.errors import StandEasyError

Result = TypeVar("Result")
Tick = Callable[[], None]


class TableUnderWay(StandEasyError):
    """{name} was not saved: another table of yours is being saved, expected one at a time."""

    hint = (
        "Look at the teams in a moment. If they are not what you want, go back and save it again."
    )


class Turns:
    """The tables that this process checks to save them."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._under_way: set[str] = set()
        self._one_by_one = asyncio.Lock()

    async def take(self, name: str, work: Callable[[Tick], Result], by: Visitor) -> Result:
        """Do what takes the processor, beside the loop; `work` is told how to tick."""
        owner = called(by)
        if owner in self._under_way:
            raise TableUnderWay(name=name)
        self._under_way.add(owner)
        task = asyncio.create_task(self._turn(name, work, owner))
        # What was wrong with it is for whoever sent it, and for no log.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(task)

    async def _turn(self, name: str, work: Callable[[Tick], Result], owner: str) -> Result:
        is_over = False

        def tick() -> None:
            if is_over:
                raise TableTookTooLong(name=name)

        try:
            async with self._one_by_one:
                return await asyncio.wait_for(asyncio.to_thread(work, tick), self._longest)
        except TimeoutError:
            # No thread can be ended from outside: it ends itself at its next row.
            is_over = True
            raise TableTookTooLong(name=name) from None
        finally:
            self._under_way.discard(owner)
