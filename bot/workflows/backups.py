"""Backup and restore of the database, without any key.

A restore goes onto an empty place alone, and counts only once hashes, the audit trail and the
chain of releases hold. Whatever fails leaves things as they were.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bot.core.audit import Anchor, AuditEntry
from bot.workflows import heartbeat
from bot.workflows.audit_releases import read_published
from bot.workflows.backup_folder import (
    DamagedBackup,
    Kind,
    Manifest,
    new_folder,
    read_manifest,
    write_manifest,
)
from bot.workflows.moment import Now
from bot.workflows.trail import read_trail
from storage import audit, backups, releases, staff_sessions, staff_ways
from storage.engine import Storage
from storage.migrate import is_known, migrate, pending, revision
from storage.roles import ROLES

BACK_UP = "back up"
RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Written:
    """A backup that is on the disk."""

    manifest: Manifest
    hash: str
    """Of the manifest: noted elsewhere, it shows whether any of the backup was changed."""


async def back_up(address: str, folder: Path, now: Now, actor: str) -> Written:
    """Copy the database into a new folder, and note it in the audit trail."""
    made_at, tables = now(), await revision(address) if await _is_there(address) else None
    if tables is None:
        raise backups.NoDatabase(database=address.rpartition("/")[2])
    storage = Storage(address)
    try:
        # Before the copy: what it holds is this, and perhaps a little more.
        anchor = (await read_trail(storage)).anchor
        async with storage.read("backup") as tx:
            newest = await releases.mark(tx)
        manifest = Manifest(
            kind=Kind.DATABASE,
            made_at=made_at,
            tables=tables,
            engine=backups.engine_of(address),
            trail=None if anchor is None else str(anchor),
            newest_release=None if newest is None else newest[1].hex(),
        )
        with new_folder(folder) as part:
            await backups.copy_out(address, part)
            digest = await asyncio.to_thread(write_manifest, part, manifest)
        await _note(storage, AuditEntry(actor, BACK_UP, "database", digest), now)
        if not await pending(address):
            await heartbeat.note_backup(storage, now)
    finally:
        await storage.close()
    return Written(manifest, digest)


async def restore(
    address: str, folder: Path, manifest: Manifest, digest: str, now: Now, actor: str
) -> bool:
    """Put a database back onto an empty place; return whether its tables had to be changed.

    `manifest` is what `read_manifest` returned: the hashes hold.
    """
    engine = backups.engine_of(address)
    if manifest.engine != engine:
        raise DamagedBackup(
            folder=folder, problem=f"expected one of {engine}, it is of {manifest.engine}"
        )
    if manifest.tables is None or not is_known(manifest.tables):
        problem = f"tables {manifest.tables} are not known to this version, which may be older"
        raise DamagedBackup(folder=folder, problem=problem)
    async with backups.copied_in(address, folder / backups.FILES[engine], ROLES) as place:
        behind = await pending(place)
        if behind:
            await migrate(place)
        storage = Storage(place)
        try:
            await _check(storage, folder, manifest)
            await _let_nobody_in(storage)
            await _note(storage, AuditEntry(actor, RESTORE, "database", digest), now)
        finally:
            await storage.close()
    return behind


async def _let_nobody_in(storage: Storage) -> None:
    """End what let somebody in at the time of the backup: it was used up or ended since."""
    async with storage.transaction("restore") as tx:
        await staff_ways.end_invites(tx)
        await staff_sessions.end_everybodys(tx)


async def _check(storage: Storage, folder: Path, manifest: Manifest) -> None:
    anchor = None if manifest.trail is None else Anchor.read(manifest.trail)
    found = await read_trail(storage, anchor)
    if found.broken is not None:
        raise found.broken
    # Reads every release to its end, and raises where one does not follow from the one before.
    await read_published(storage)
    async with storage.read("restore") as tx:
        hashes = {mark[1].hex() for mark in await releases.marks(tx)}
    if manifest.newest_release is not None and manifest.newest_release not in hashes:
        raise DamagedBackup(folder=folder, problem="its newest release is missing")


async def _is_there(address: str) -> bool:
    # Whatever opens a SQLite file makes it: looking for a backup must not.
    if backups.engine_of(address) != backups.SQLITE:
        return True
    return await asyncio.to_thread(backups.sqlite_path(address).is_file)


async def _note(storage: Storage, entry: AuditEntry, now: Now) -> None:
    async with storage.transaction("note backup") as tx:
        await audit.append(tx, entry, now())


__all__ = ["Written", "back_up", "read_manifest", "restore"]
