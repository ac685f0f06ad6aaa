"""Packs of posters while they are made: how far each is, and its file for a short while.

- Pages are laid out by a process of its own, one pack at a time; this one stays free for pages.
- A pack is held in memory alone, for whoever asked for it, and dropped once it is fetched and its
  time is over. With this process it is gone: its codes are then made anew.
- Codes are asked for only once their file is there, and the file is given only once they work.
"""

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from bot.admin.posters.content import PosterCode, content_of
from bot.admin.posters.logo import Logo
from bot.admin.posters.printing import pdf_of
from bot.core.access import Visitor
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.support import SupportEntry
from bot.workflows.moment import Now, RandomBytes
from bot.workflows.team_codes import MadeCode

log = logging.getLogger(__name__)

KEPT_FOR: Final = timedelta(minutes=30)
MOST_AT_ONCE: Final = 3
"""Packs that are made, wait to be made, or wait to be fetched: the largest has 11 MB."""

SECONDS_A_PAGE: Final = 0.012
"""What laying out takes, so that whoever waits knows roughly for how long."""

FAILED: Final = "The posters could not be made. No code was made; try again with fewer teams."
Ask = Callable[[Sequence[MadeCode]], Awaitable[int]]


class TooManyPacks(StandEasyError):
    """{number} packs of posters are being made or wait to be fetched: expected at most {most}."""

    hint = "Fetch them, drop them, or wait half an hour."


@dataclass(slots=True)
class Pack:
    """One file of posters, and how far it is."""

    key: str = field(repr=False)
    owner: str
    teams: int
    pages: int
    until: datetime
    drawn: int = 0
    laying_out_since: datetime | None = None
    file: bytes | None = field(default=None, repr=False)
    errand: int | None = None
    problem: str | None = None

    @property
    def is_made(self) -> bool:
        """Whether its file is there and its codes are asked for."""
        return self.errand is not None


@dataclass(frozen=True, slots=True)
class Order:
    """What a pack is made of."""

    programme: Programme
    made: Sequence[MadeCode] = field(repr=False)
    bot: str
    national: Sequence[SupportEntry]
    today: date
    pages: int
    logo: Logo | None = None


class Packs:
    """The packs of this process."""

    def __init__(self, now: Now, random: RandomBytes) -> None:
        self._now, self._random = now, random
        self._packs: dict[str, Pack] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._press = asyncio.Lock()

    def begin(self, order: Order, by: Visitor, ask: Ask) -> Pack:
        """Begin to make a pack; `ask` leaves word of its codes once its file is there."""
        self._drop_old()
        if len(self._packs) >= MOST_AT_ONCE:
            raise TooManyPacks(number=len(self._packs), most=MOST_AT_ONCE)
        key = base64.urlsafe_b64encode(self._random(12)).decode()
        pack = Pack(key, called(by), len(order.made), order.pages, self._now() + KEPT_FOR)
        self._packs[key] = pack
        task = asyncio.create_task(self._make(pack, order, ask))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return pack

    def get(self, key: str, by: Visitor) -> Pack | None:
        """Return a pack to whoever asked for it; None to everybody else."""
        self._drop_old()
        pack = self._packs.get(key)
        return pack if pack is not None and pack.owner == called(by) else None

    def drop(self, pack: Pack) -> None:
        """Forget a pack and its file."""
        self._packs.pop(pack.key, None)
        pack.file = None

    def seconds_left(self, pack: Pack) -> int | None:
        """Return roughly how long laying out still takes; None before it began."""
        if pack.laying_out_since is None:
            return None
        gone = (self._now() - pack.laying_out_since).total_seconds()
        return max(1, round(pack.pages * SECONDS_A_PAGE + 1 - gone))

    async def settle(self) -> None:
        """Wait until nothing is being made."""
        await asyncio.gather(*self._tasks)

    def _drop_old(self) -> None:
        now = self._now()
        for pack in list(self._packs.values()):
            if pack.until <= now:
                self.drop(pack)

    async def _make(self, pack: Pack, order: Order, ask: Ask) -> None:
        def tick() -> None:
            pack.drawn += 1

        programme, day = order.programme, order.today
        codes = [PosterCode(each.team.name, each.code, each.expires_on) for each in order.made]
        try:
            async with self._press:
                content = await asyncio.to_thread(
                    content_of, programme, codes, order.bot, order.national, day, tick, order.logo
                )
                pack.laying_out_since = self._now()
                file = await asyncio.to_thread(pdf_of, content)
            if pack.key in self._packs:
                errand = await ask(order.made)
                pack.file, pack.errand = file, errand
        except StandEasyError as error:
            pack.problem = f"{error} {error.hint}".strip()
        except Exception as error:
            # Its kind alone: the words of an error may repeat a code.
            log.error("posters were not made: %s", type(error).__name__)
            pack.problem = FAILED


def called(by: Visitor) -> str:
    """Return what somebody's long work is kept under."""
    # Whoever has no account sits at the server, or looks at the demo.
    return by.staff_id or by.name
