"""Backup and restore of keys, apart from the database.

An opening key that has done its work is left out: whoever keeps old backups must not be able
to open answers that were destroyed. That holds until `delete_by`; then the backup has to go.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.core.audit import AuditEntry
from bot.core.errors import StandEasyError
from bot.core.rounds import RoundState
from bot.sealing.key_store import KeyFolder
from bot.sealing.process_keys import OFFICERS, TALLY
from bot.workflows.backup_folder import (
    DamagedBackup,
    Kind,
    Manifest,
    new_folder,
    write_manifest,
)
from bot.workflows.backups import BACK_UP, RESTORE, Written
from bot.workflows.catalogue import in_force, parse_programme
from bot.workflows.moment import Now
from storage import audit, programmes, rounds, sealing_keys
from storage.engine import ReadTransaction, Storage, WriteTransaction
from storage.states import KeyState

LONGEST_RECOUNT = 30
_FOLDERS = (OFFICERS, TALLY)
_OPENING = ".opening"
_DONE = (RoundState.RELEASED, RoundState.SHREDDED, RoundState.ABANDONED)


class NoKeys(StandEasyError):
    """There are no keys in {folder} to back up."""

    hint = "Set STANDEASY_KEYS to the folder that holds officers or tally."


class KeysThere(StandEasyError):
    """There are keys in {folder}: a backup of keys is restored onto an empty place alone."""

    hint = "Name another folder in STANDEASY_KEYS, or move these away."


class KeysOfOthers(StandEasyError):
    """The database account of this process may not restore these keys."""

    hint = (
        "Nothing was changed. Set STANDEASY_DATABASE_URL to the address with the account that owns"
        " the tables, or with the tally's; keys of officers alone also with the officers'."
    )


@dataclass(frozen=True, slots=True)
class RestoredKeys:
    """What came of a restore."""

    keys: int
    left_out: int
    """Opening keys that were shredded since, and stay so."""
    retired: int
    """Unused sealing keys whose opening key is not there: no round may take them."""
    lost: tuple[str, ...]
    """Rounds whose opening key is not there: nobody can ever count them."""


async def back_up_keys(storage: Storage, keys: Path, folder: Path, now: Now, actor: str) -> Written:
    """Copy the keys that are still needed into a new folder, and note it in the trail."""
    names = {part: KeyFolder(keys / part).names() for part in _FOLDERS}
    if not any(names.values()):
        raise NoKeys(folder=keys)
    made_at = now()
    async with storage.read("keys to back up") as tx:
        needed = await _needed(tx)
        days = await _recount_days(tx)
    manifest = Manifest(
        kind=Kind.KEYS,
        made_at=made_at,
        tables=None,
        delete_by=made_at + timedelta(days=days),
    )
    with new_folder(folder) as part:
        for name, found in names.items():
            source, target = KeyFolder(keys / name), KeyFolder(part / name)
            for each in found:
                if name == TALLY and each.removesuffix(_OPENING) not in needed:
                    continue
                target.write(each, source.read(each))
        digest = write_manifest(part, manifest)
    async with storage.transaction("note backup") as write:
        await audit.append(write, AuditEntry(actor, BACK_UP, "keys", digest), now())
    return Written(manifest, digest)


async def restore_keys(
    storage: Storage,
    keys: Path,
    folder: Path,
    manifest: Manifest,
    digest: str,
    now: Now,
    actor: str,
) -> RestoredKeys:
    """Put keys back where there are none; the database has to be restored before.

    `manifest` is what `read_manifest` returned: the hashes hold.
    """
    for part in _FOLDERS:
        if KeyFolder(keys / part).names():
            raise KeysThere(folder=keys / part)
    # A machine that never had any says nothing about where they are.
    has_opening_keys = any(part == TALLY for part, _ in _files(folder, manifest))
    async with storage.read("keys to restore") as tx:
        # Before anything is written: unused keys that are not here are called destroyed.
        if not await sealing_keys.may_be_restored(tx, opening=has_opening_keys):
            raise KeysOfOthers
        states = {key.id: key.state for key in await sealing_keys.all(tx)}
        needed = await _needed(tx)
    written: list[tuple[str, str]] = []
    left_out = 0
    try:
        for part, name in _files(folder, manifest):
            key_id = name.removesuffix(_OPENING)
            # One that the database does not know belongs to a newer state of it: kept, unused.
            if part == TALLY and key_id in states and key_id not in needed:
                left_out += 1
                continue
            KeyFolder(keys / part).write(name, KeyFolder(folder / part).read(name))
            written.append((part, name))
        async with storage.transaction("restore keys") as write:
            retired = await _retire(write, keys) if has_opening_keys else 0
            await audit.append(write, AuditEntry(actor, RESTORE, "keys", digest), now())
    except BaseException:
        for part, name in written:
            KeyFolder(keys / part).destroy(name)
        raise
    async with storage.read("rounds without keys") as tx:
        waiting = await rounds.in_state(tx, RoundState.OPEN, RoundState.CLOSED)
    here = set(KeyFolder(keys / TALLY).names())
    lost = [row.id for row in waiting if row.sealing_key + _OPENING not in here]
    return RestoredKeys(len(written), left_out, retired, tuple(lost) if has_opening_keys else ())


async def _needed(tx: ReadTransaction) -> set[str]:
    """Return the keys that still have something to open: unused ones, and of open rounds."""
    done = {row.sealing_key for row in await rounds.in_state(tx, *_DONE)}
    # Whatever stands beside their keys: a mark alone leaves no round without its backup.
    waiting = await rounds.in_state(tx, RoundState.OPEN, RoundState.CLOSED)
    known = await sealing_keys.all(tx)
    unmarked = {key.id for key in known if key.state is not KeyState.DESTROYED}
    return (unmarked | {row.sealing_key for row in waiting}) - done


async def _recount_days(tx: ReadTransaction) -> int:
    """Return how soon, at the earliest, a key that is needed now can be shredded."""
    newest = await in_force(tx)
    waiting = await rounds.in_state(tx, RoundState.OPEN, RoundState.CLOSED)
    versions = [await programmes.at_version(tx, row.programme_version) for row in waiting]
    found = [each for each in (newest, *versions) if each is not None]
    days = [parse_programme(each.content).recount_days for each in found]
    return min(days, default=LONGEST_RECOUNT)


async def _retire(write: WriteTransaction, keys: Path) -> int:
    """Take unused keys out of the pool that nobody could open any more; return how many."""
    here = set(KeyFolder(keys / TALLY).names())
    gone = [
        key.id
        for key in await sealing_keys.all(write)
        if key.state is KeyState.UNUSED and key.id + _OPENING not in here
    ]
    for key_id in gone:
        await sealing_keys.mark_destroyed(write, key_id)
    return len(gone)


def _files(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Give the sub-folder and name of each key, or raise `DamagedBackup`."""
    for path in sorted(manifest.files):
        part, _, name = path.partition("/")
        if part not in _FOLDERS or "/" in name:
            raise DamagedBackup(folder=folder, problem=f"{path} is no key")
        yield part, name
