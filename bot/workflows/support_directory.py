"""The support directory as admins keep it: one entry at a time, each change a new version.

What is national comes with the product and is read here alone. A verification is worth what was
seen: where the number changed since the page was loaded, nothing is verified.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from bot.core.access import Permission, Visitor, check_may
from bot.core.calendar import local_day
from bot.core.directory import ContactProblem, EntryLine, contact_problems, look_over
from bot.core.errors import StandEasyError
from bot.core.instruments import Need
from bot.core.programme import Programme
from bot.core.programme_differences import Difference, differences
from bot.core.support import SupportEntry, missing_needs
from bot.core.support_changes import (
    entry_of,
    mark_of,
    verified,
    with_entry,
    without_entry,
)
from bot.workflows.catalogue import NoProgramme, in_force, is_readable, parse_programme
from bot.workflows.moment import Now
from bot.workflows.programme_changes import ChangedMeanwhile, NothingChanged, Proposed, Saved
from storage import programmes
from storage.engine import Storage

_TRIES: Final = 3


class Save(Protocol):
    """What puts a changed programme in force, or proposes it."""

    def __call__(
        self, changed: Programme, based_on: int, by: Visitor, reason: str
    ) -> Awaitable[Saved | Proposed]:
        """See `programme_changes.save`."""


class OtherWays(StandEasyError):
    """The entry {entry} is reached in another way now: expected what is in force to be tried."""

    hint = "Nothing was verified. Look at it again, and call the number that stands there now."


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything about the directory of the programme in force."""

    version: int
    programme: Programme
    today: date
    own: tuple[EntryLine, ...]
    national: tuple[EntryLine, ...]
    problem: StandEasyError | None
    """Why the program would not start with it."""
    missing: tuple[Need, ...]
    """What must lead somewhere and does not."""

    @property
    def support(self) -> list[SupportEntry]:
        """Every entry, as officers are shown them."""
        return [line.entry for line in (*self.own, *self.national)]


class SupportDesk:
    """What admins may do about the directory."""

    def __init__(
        self, storage: Storage, national: Sequence[SupportEntry], now: Now, save: Save
    ) -> None:
        self._storage, self._national, self.now = storage, tuple(national), now
        self._save = save
        self._read: tuple[int, Programme] | None = None
        """The programme last read, by its version: thousands of teams take a while."""

    async def directory(self) -> Directory:
        """Return the directory of the programme in force; raises `NoProgramme`."""
        version, programme = await self._newest()
        today = local_day(self.now(), programme.force.timezone)
        found = look_over([*programme.support, *self._national], today)
        own = len(programme.support)
        return Directory(
            version,
            programme,
            today,
            found.lines[:own],
            found.lines[own:],
            found.problem,
            tuple(missing_needs([*programme.support, *self._national])),
        )

    def taken(self, directory: Directory) -> set[str]:
        """Return every id that an entry has."""
        return {entry.id for entry in directory.support}

    def read(self, content: Mapping[str, Any]) -> tuple[SupportEntry, list[ContactProblem]]:
        """Return the entry in a mapping, and what cannot be right in its numbers and link.

        Raises `DocumentProblems`.
        """
        entry = SupportEntry.from_mapping(content, name="support entry")
        return entry, contact_problems(entry)

    async def since(self, version: int) -> tuple[Difference, ...]:
        """Return everything that differs between a version and the one in force."""
        _, newest = await self._newest()
        async with self._storage.read("support then") as tx:
            then = await programmes.at_version(tx, version) if 0 < version < 2**31 else None
        if then is None or not is_readable(then.content):
            return ()
        return differences(parse_programme(then.content), newest)

    async def keep(
        self, entry: SupportEntry, after: str | None, based_on: int, by: Visitor, reason: str
    ) -> Saved | Proposed:
        """Add an entry, or put it in place of the one with its id."""
        check_may(by, Permission.CHANGE_PROGRAMME)
        _, programme = await self._newest()
        return await self._save(with_entry(programme, entry, after), based_on, by, reason)

    async def remove(
        self, entry_id: str, based_on: int, by: Visitor, reason: str
    ) -> Saved | Proposed:
        """Remove an entry; raises `NoSuchEntry`."""
        check_may(by, Permission.CHANGE_PROGRAMME)
        _, programme = await self._newest()
        return await self._save(without_entry(programme, entry_id), based_on, by, reason)

    async def verify(self, entry_id: str, seen: str | None, by: Visitor, name: str) -> None:
        """Note that somebody tried an entry today, and that it was right.

        `seen` is the mark of what they tried. Verifying twice on a day changes nothing. Raises
        `NoSuchEntry` and `OtherWays`.
        """
        check_may(by, Permission.CHANGE_PROGRAMME)
        for last in range(_TRIES - 1, -1, -1):
            version, programme = await self._newest()
            if seen not in (None, mark_of(entry_of(programme, entry_id))):
                raise OtherWays(entry=entry_id)
            today = local_day(self.now(), programme.force.timezone)
            changed = verified(programme, entry_id, name, today)
            try:
                await self._save(changed, version, by, f"verified {entry_id}")
            except NothingChanged:
                return
            except ChangedMeanwhile:
                # Somebody saved something else at the same moment: this still holds.
                if not last:
                    raise
            else:
                return

    async def _newest(self) -> tuple[int, Programme]:
        async with self._storage.read("support") as tx:
            version = await programmes.newest_version(tx)
            if self._read is not None and self._read[0] == version:
                return self._read
            newest = await in_force(tx)
        if newest is None:
            raise NoProgramme
        self._read = (newest.version, parse_programme(newest.content))
        return self._read
