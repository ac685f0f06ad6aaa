"""Every version of the programme there was: listed, compared, and the way back to one.

Going back makes a new version that equals an old one. What somebody verified since stays
verified: going back must not make the support directory older than it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.access import Visitor
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.programme_checks import check_to_be_saved
from bot.core.programme_differences import Difference, differences
from bot.core.support import SupportEntry
from bot.workflows import programme_changes
from bot.workflows.catalogue import Instruments, NoProgramme, in_force, is_readable, parse_programme
from bot.workflows.moment import Now
from bot.workflows.programme import ProgrammeVersion, current
from bot.workflows.programme_changes import Admins, Proposed, Saved
from storage import programmes
from storage.engine import ReadTransaction, Storage
from storage.programmes import StoredProgramme, VersionLine

__all__ = ["VersionLine"]

PAGE = 50
"""How many versions are listed at once."""


class NoSuchVersion(StandEasyError):
    """There is no version {version} of the programme: expected a number from 1 to {newest}."""


class UnreadableVersion(NoSuchVersion):
    """Version {version} of the programme cannot be read, and was never in force."""

    hint = "Somebody wrote it past the program. Saving any version again is all there is to do."


@dataclass(frozen=True, slots=True)
class Listed:
    """Some versions, the newest first; `older` is the number to list the next ones from."""

    lines: tuple[VersionLine, ...]
    older: int | None
    newest: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions and everything that differs."""

    first: VersionLine
    second: VersionLine
    changes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class WayBack:
    """What going back to a version would do."""

    line: VersionLine
    newest: int
    present: Programme
    programme: Programme
    changes: tuple[Difference, ...]
    problem: StandEasyError | None
    """Why it cannot be put in force again."""


async def listed(storage: Storage, before: int | None = None) -> Listed:
    """Return versions without their contents, those before a number, the newest first."""
    async with storage.read("versions") as tx:
        newest = await programmes.newest_version(tx)
        found = await programmes.lines(tx, most=PAGE + 1, before=before)
    shown = tuple(found[:PAGE])
    return Listed(shown, shown[-1].version if len(found) > PAGE else None, newest)


async def saved_since(storage: Storage, version: int) -> list[VersionLine]:
    """Return the versions saved after one, the newest first."""
    async with storage.read("versions") as tx:
        return await programmes.lines(tx, most=PAGE, after=version)


async def at(storage: Storage, version: int) -> ProgrammeVersion:
    """Return one version; raises `NoSuchVersion`."""
    async with storage.read("version") as tx:
        stored = await _stored(tx, version)
    return ProgrammeVersion(
        stored.version, stored.author, stored.reason, parse_programme(stored.content)
    )


async def compare(storage: Storage, first: int, second: int) -> Compared:
    """Return what differs between two versions; raises `NoSuchVersion`."""
    async with storage.read("versions") as tx:
        stored = [await _stored(tx, version) for version in (first, second)]
    lines = [VersionLine(each.version, each.author, each.reason, each.saved_at) for each in stored]
    before, after = (parse_programme(each.content) for each in stored)
    return Compared(lines[0], lines[1], differences(before, after))


async def introduced(storage: Storage, version: int) -> Compared:
    """Return what a version changed in the one before it; raises `NoSuchVersion`."""
    if version > 1:
        return await compare(storage, version - 1, version)
    async with storage.read("versions") as tx:
        stored = await _stored(tx, version)
    line = VersionLine(stored.version, stored.author, stored.reason, stored.saved_at)
    return Compared(line, line, differences(None, parse_programme(stored.content)))


async def way_back(storage: Storage, version: int, instruments: Instruments, now: Now) -> WayBack:
    """Return what going back to a version would change, and whether it can be done."""
    async with storage.read("way back") as tx:
        stored = await _stored(tx, version)
        newest = await in_force(tx)
    if newest is None:
        raise NoProgramme
    present = parse_programme(newest.content)
    again = _still_verified(parse_programme(stored.content), present.support)
    problem: StandEasyError | None = None
    try:
        check_to_be_saved(again, present, list(instruments.values()), now())
    except StandEasyError as error:
        problem = error
    line = VersionLine(stored.version, stored.author, stored.reason, stored.saved_at)
    return WayBack(line, newest.version, present, again, differences(present, again), problem)


async def restore(
    storage: Storage,
    version: int,
    based_on: int,
    by: Visitor,
    reason: str,
    now: Now,
    instruments: Instruments,
    *,
    alone: bool = False,
    admins: Admins | None = None,
) -> Saved | Proposed:
    """Save a version anew as the newest, or propose that; raises what saving raises."""
    old = (await at(storage, version)).programme
    present = (await current(storage)).programme
    again = _still_verified(old, present.support)
    return await programme_changes.save(
        storage, again, based_on, by, reason, now, instruments, alone=alone, admins=admins
    )


def _still_verified(old: Programme, present: Sequence[SupportEntry]) -> Programme:
    """Return an old programme whose unchanged entries keep their newer verification."""
    known = {entry.id: entry for entry in present}
    kept = []
    for entry in old.support:
        now = known.get(entry.id, entry)
        verified = {"last_verified": now.last_verified, "verified_by": now.verified_by}
        same = entry.model_copy(update=verified) == now
        kept.append(now if same and now.last_verified > entry.last_verified else entry)
    return old.model_copy(update={"support": kept})


async def _stored(tx: ReadTransaction, version: int) -> StoredProgramme:
    # A number that no database can hold is no version either.
    stored = await programmes.at_version(tx, version) if 0 < version < 2**31 else None
    if stored is None:
        raise NoSuchVersion(version=version, newest=await programmes.newest_version(tx))
    if not is_readable(stored.content):
        raise UnreadableVersion(version=version)
    return stored
