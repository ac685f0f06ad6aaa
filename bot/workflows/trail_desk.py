"""The audit trail as its page reads it: a page at a time, and gone through when somebody asks.

How it stood when it was last gone through is kept in memory: it says what this process saw, and
is worth no more than that. A restart begins anew.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.audit import Anchor, AuditRecord
from bot.core.errors import StandEasyError
from bot.workflows.moment import Now
from bot.workflows.trail import Verified, entries_to, verify_trail
from storage import audit
from storage.audit import Sieve as Sieve
from storage.engine import Storage

log = logging.getLogger(__name__)

MOST: Final = 50
"""Entries on a page."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the trail, the newest entry first; of one that cannot be read, its place."""

    entries: tuple[AuditRecord | int, ...]
    older: int | None
    """Before which entry the next page begins; None where there is no older one."""


@dataclass(frozen=True, slots=True)
class Looking:
    """It is being gone through."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Looked:
    """It was gone through."""

    at: datetime
    against: Anchor | None
    verified: Verified | None
    """None where the database could not be reached."""


class TrailDesk:
    """Reads the trail for its page. One verification at a time, whoever asks."""

    def __init__(self, storage: Storage, now: Now) -> None:
        self._storage, self._now = storage, now
        self._actors: set[str] = set()
        self._acts: set[str] = set()
        self._named_to = 0
        self._task: asyncio.Task[None] | None = None
        self.state: Looking | Looked | None = None
        """How it stands; None as long as nobody asked."""

    async def leaf(self, sieve: Sieve, before: int | None) -> Leaf:
        """Return the newest entries that a sieve keeps, or the newest before one of them."""
        async with self._storage.read("audit trail page") as tx:
            found = await audit.page(tx, MOST + 1, sieve, before)
        shown = found[:MOST]
        if len(found) == len(shown):
            return Leaf(tuple(shown), None)
        last = shown[-1]
        return Leaf(tuple(shown), last if isinstance(last, int) else last.sequence)

    async def names(self) -> tuple[list[str], list[str]]:
        """Return everybody who ever acted, and everything that was ever done."""
        async with self._storage.read("audit trail names") as tx:
            newest = await audit.newest_place(tx)
            if newest > self._named_to:
                # Those before are known: going through all of them takes a while.
                actors, acts = await audit.names_after(tx, self._named_to)
                self._actors |= actors
                self._acts |= acts
                self._named_to = newest
        return sorted(self._actors), sorted(self._acts)

    def verify(self, against: Anchor | None) -> None:
        """Begin to go through the whole trail, unless that is under way."""
        if self._task is None or self._task.done():
            self.state = Looking(0, 0)
            self._task = asyncio.create_task(self._verify(against))

    async def verified(self) -> None:
        """Wait until what is under way is over."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def look(self) -> Verified:
        """Go through the whole trail and return what came of it: before it is exported."""
        return await verify_trail(self._storage)

    def entries_to(self, last: int) -> AsyncIterator[list[AuditRecord]]:
        """Yield the entries up to one place, oldest first, piece by piece."""
        return entries_to(self._storage, last)

    async def _verify(self, against: Anchor | None) -> None:
        def count(done: int, of: int) -> None:
            self.state = Looking(done, of)

        verified: Verified | None = None
        try:
            verified = await verify_trail(self._storage, against, count)
        except StandEasyError as error:
            log.error("%s %s", error, error.hint)
        finally:
            self.state = Looked(self._now(), against, verified)
