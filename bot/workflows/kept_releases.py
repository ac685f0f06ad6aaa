"""Stored releases, read once and kept in memory: they never change, and one page needs many.

- What is kept is known by its hash; a new release is noticed by its number. What does not fit
  in memory is read again each time.
- Every release must match its hash and name the one before it: a chain with a break shows
  nothing at all, because nobody can say which side of the break is true.
"""

import asyncio
import gc
from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.core.disclosure.release import Release, read_release
from bot.core.errors import StandEasyError
from storage import releases
from storage.engine import Storage
from storage.releases import StoredRelease

KEPT_BYTES: Final = 96_000_000
"""Contents kept, all together: far more than five years of a force with 200 units."""

READ_AT_ONCE: Final = 16


class UnreadableRelease(StandEasyError):
    """The stored release of round {round} cannot be read: expected a whole release."""

    hint = "Restore the release from a backup; it is never recalculated from other sources."


class BrokenChain(StandEasyError):
    """The stored release of round {round} does not name the release before it."""

    hint = "Releases were changed or removed behind the product's back. Restore a backup."


class KeptReleases:
    """Every stored release, parsed and checked."""

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: dict[bytes, Release] = {}
        self._all: tuple[Release, ...] = ()
        self._newest: tuple[int, bytes] | None = None
        self._reading = asyncio.Lock()

    async def all(self, storage: Storage) -> tuple[Release, ...]:
        """Return all releases, oldest first; raises when one is damaged or the chain is broken."""
        async with self._reading:
            async with storage.read("newest release") as tx:
                newest = await releases.mark(tx)
            if newest is None:
                return ()
            if newest == self._newest:
                return self._all
            async with storage.read("release marks") as tx:
                marks = await releases.marks(tx)
            found = await self._read(storage, marks)
            check_chain(found)
            fits = self._keep(found)
            # Only when everything fits: else the whole list would hold what was let go.
            self._newest, self._all = (newest, found) if fits else (None, ())
            return found

    async def _read(
        self, storage: Storage, marks: Sequence[tuple[int, bytes]]
    ) -> tuple[Release, ...]:
        found: list[Release] = []
        missing: list[int] = [number for number, mark in marks if mark not in self._kept]
        fresh: dict[int, Release] = {}
        for start in range(0, len(missing), READ_AT_ONCE):
            some = missing[start : start + READ_AT_ONCE]
            async with storage.read("releases") as tx:
                rows = await releases.between(tx, some[0], some[-1])
            for row in rows:
                if row.hash not in self._kept:
                    fresh[row.sequence] = _without_collecting(row)
                # Taps go first: reading years of releases takes a while.
                await asyncio.sleep(0)
        for number, mark in marks:
            release = self._kept.get(mark) or fresh[number]
            found.append(release)
        return tuple(found)

    def _keep(self, found: Sequence[Release]) -> bool:
        """Keep the newest releases that fit; return whether all do."""
        self._kept.clear()
        room = self._most_bytes
        for release in reversed(found):
            room -= len(release.content)
            if room < 0:
                return False
            self._kept[release.hash] = release
        # What is kept never goes away: the collector need not look through it again and again.
        gc.freeze()
        return True


def _without_collecting(stored: StoredRelease) -> Release:
    # Thousands of small lists, none of them garbage: looking for some takes most of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return whole_release(stored)
    finally:
        if collects:
            gc.enable()


def whole_release(stored: StoredRelease) -> Release:
    """Return a stored release, read to its end; raises when any part of it cannot be."""
    try:
        release = read_release(stored.content, stored.hash, stored.round)
        _read_everything(release)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise UnreadableRelease(round=stored.round) from None
    if release.previous_hash != stored.previous_hash:
        raise BrokenChain(round=stored.round)
    return release


def _read_everything(release: Release) -> None:
    """Read all that a page may show; raises where something is missing or is not what it should."""
    document = release.document
    for key in ("opens_on", "closes_on"):
        date.fromisoformat(document[key])
    named = (document["title"], *(scale["title"] for scale in document["scales"]))
    wanted = {scale["id"] for scale in document["scales"]}
    if (
        not release.groups
        or not all(named)
        or any(set(group.scales) != wanted for group in release.groups)
    ):
        raise ValueError
    _ = release.counts, release.cuts
    for key, inside in (
        ("instrument", ("id", "version", "validated")),
        ("thresholds", ("respondents", "heads")),
        ("withheld", ("force", "department", "unit")),
    ):
        _ = [document[key][each] for each in inside]
    _ = [document[key] for key in ("check_in", "programme", "rules")]


def check_chain(oldest_first: Sequence[Release]) -> None:
    """Raise `BrokenChain` unless each release names the one before it."""
    before = bytes(32)
    for release in oldest_first:
        if release.previous_hash != before:
            raise BrokenChain(round=release.round_id)
        before = release.hash
