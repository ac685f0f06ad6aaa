"""The programme in force: loading a new version, and showing the present one."""

from dataclasses import dataclass

from bot.core.audit import AuditEntry
from bot.core.programme import Programme
from bot.workflows.catalogue import NoProgramme, in_force, parse_programme, stored_form
from bot.workflows.moment import Now
from storage import programmes
from storage.engine import Storage


@dataclass(frozen=True, slots=True)
class ProgrammeVersion:
    """One version and who saved it."""

    version: int
    author: str
    reason: str
    programme: Programme


async def load(storage: Storage, programme: Programme, author: str, reason: str, now: Now) -> int:
    """Save a programme as the newest version; return its number.

    Saving what is in force already changes nothing. Rounds that are open keep the version
    they opened with.
    """
    content = stored_form(programme)
    async with storage.transaction("load programme") as tx:
        newest = await in_force(tx)
        if newest is not None and newest.content == content:
            return newest.version
        entry = AuditEntry(author, "load programme", f"force {programme.force.id}", reason)
        return await programmes.append(tx, content, author, reason, now(), entry)


async def current(storage: Storage) -> ProgrammeVersion:
    """Return the version in force, or raise `NoProgramme`."""
    async with storage.read("programme") as tx:
        newest = await in_force(tx)
    if newest is None:
        raise NoProgramme
    return ProgrammeVersion(
        newest.version, newest.author, newest.reason, parse_programme(newest.content)
    )
