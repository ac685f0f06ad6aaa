"""Backups of keys: what opens destroyed answers is in none of them for long."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.errors import StandEasyError
from bot.sealing.key_store import KeyFolder
from bot.workflows import key_backups
from bot.workflows.backup_folder import (
    MANIFEST,
    DamagedBackup,
    Kind,
    Manifest,
    hash_of,
    read_manifest,
)
from storage import sealing_keys
from storage.states import KeyState
from tests.workflows.backing_up import manifest_with, office, released
from tests.workflows.office import ROUND, Office, at

__all__ = ["office"]


async def keys_backed_up(office: Office, tmp_path: Path, name: str = "keys backup") -> Path:
    """Return the folder of a backup of the keys."""
    folder = tmp_path / name
    await key_backups.back_up_keys(office.storage, tmp_path / "keys", folder, office.clock, "test")
    return folder


async def keys_restored(office: Office, folder: Path, keys: Path) -> key_backups.RestoredKeys:
    """Restore the keys from a folder."""
    return await key_backups.restore_keys(
        office.storage, keys, folder, *read_manifest(folder), office.clock, "test"
    )


def contents(keys: Path) -> dict[str, bytes]:
    """Return every key by its place."""
    return {
        f"{part}/{name}": KeyFolder(keys / part).read(name)
        for part in ("officers", "tally")
        for name in KeyFolder(keys / part).names()
    }


async def test_keys_come_back_as_they_were(office: Office, tmp_path: Path) -> None:
    folder = await keys_backed_up(office, tmp_path)
    done = await keys_restored(office, folder, tmp_path / "new")
    assert contents(tmp_path / "new") == contents(tmp_path / "keys")
    assert done == key_backups.RestoredKeys(len(contents(tmp_path / "keys")), 0, 0, ())


async def test_a_key_whose_round_is_released_is_in_no_backup(
    office: Office, tmp_path: Path
) -> None:
    row = await office.round()
    assert row is not None
    name = f"tally/{row.sealing_key}.opening"
    assert name in read_manifest(await keys_backed_up(office, tmp_path, "before"))[0].files
    await released(office)
    assert name not in read_manifest(await keys_backed_up(office, tmp_path, "after"))[0].files


async def test_a_backup_of_keys_says_by_when_it_has_to_go(office: Office, tmp_path: Path) -> None:
    manifest, _ = read_manifest(await keys_backed_up(office, tmp_path))
    assert manifest.delete_by == office.now + timedelta(days=office.programme.recount_days)


async def test_no_key_in_a_backup_is_shredded_before_it_has_to_go(
    office: Office, tmp_path: Path
) -> None:
    office.now = at(28, 0, 1)
    await office.turn()
    manifest, _ = read_manifest(await keys_backed_up(office, tmp_path))
    assert await office.count() == [ROUND]
    assert manifest.delete_by is not None
    office.now = manifest.delete_by - timedelta(minutes=1)
    assert await office.shred() == []


async def test_a_shredded_key_is_not_restored_from_an_old_backup(
    office: Office, tmp_path: Path
) -> None:
    row = await office.round()
    assert row is not None
    folder = await keys_backed_up(office, tmp_path)
    await released(office)
    office.now = at(59, 0, 1)
    assert await office.shred() == [ROUND]
    done = await keys_restored(office, folder, tmp_path / "new")
    assert done.left_out == 1
    assert f"tally/{row.sealing_key}.opening" not in contents(tmp_path / "new")


async def test_keys_newer_than_their_backup_leave_the_pool_and_their_rounds_are_named(
    office: Office, tmp_path: Path
) -> None:
    folder = await keys_backed_up(office, tmp_path)
    manifest, _ = read_manifest(folder)
    row = await office.round()
    assert row is not None
    unused = next(
        name for name in manifest.files if name.startswith("tally/") and row.sealing_key not in name
    )
    for name in (unused, f"tally/{row.sealing_key}.opening"):
        (folder / name).unlink()
    files = {name: hashed for name, hashed in manifest.files.items() if (folder / name).exists()}
    manifest_with(files=files)(folder)
    done = await keys_restored(office, folder, tmp_path / "new")
    assert (done.retired, done.lost) == (1, (ROUND,))
    async with office.storage.read("look") as tx:
        key = await sealing_keys.get(tx, Path(unused).stem)
    assert key is not None
    assert key.state is KeyState.DESTROYED


async def test_a_machine_with_officers_keys_alone_says_nothing_about_others(
    office: Office, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "keys" / "tally")
    folder = await keys_backed_up(office, tmp_path)
    done = await keys_restored(office, folder, tmp_path / "new")
    assert done == key_backups.RestoredKeys(2, 0, 0, ())


async def test_keys_are_never_restored_over_keys(office: Office, tmp_path: Path) -> None:
    folder = await keys_backed_up(office, tmp_path)
    before = contents(tmp_path / "keys")
    with pytest.raises(key_backups.KeysThere):
        await keys_restored(office, folder, tmp_path / "keys")
    assert contents(tmp_path / "keys") == before


async def test_where_there_are_no_keys_there_is_no_backup(office: Office, tmp_path: Path) -> None:
    with pytest.raises(key_backups.NoKeys):
        await key_backups.back_up_keys(
            office.storage, tmp_path / "none", tmp_path / "backup", office.clock, "test"
        )
    assert not (tmp_path / "backup").exists()


async def test_a_restore_of_keys_that_fails_leaves_none(office: Office, tmp_path: Path) -> None:
    folder = await keys_backed_up(office, tmp_path)
    manifest, digest = read_manifest(folder)
    # The last one of the list is gone between the check and its turn.
    (folder / max(manifest.files)).unlink()
    with pytest.raises(StandEasyError):
        await key_backups.restore_keys(
            office.storage, tmp_path / "new", folder, manifest, digest, office.clock, "test"
        )
    assert contents(tmp_path / "new") == {}


async def test_a_file_that_is_no_key_is_refused(office: Office, tmp_path: Path) -> None:
    folder = await keys_backed_up(office, tmp_path)
    (folder / "dashboard").mkdir()
    (folder / "dashboard" / "more").touch()
    manifest, _ = read_manifest_with_all(folder)
    with pytest.raises(DamagedBackup, match="no key"):
        await keys_restored(office, folder, tmp_path / "new")
    assert manifest.kind is Kind.KEYS
    assert contents(tmp_path / "new") == {}


def read_manifest_with_all(folder: Path) -> tuple[Manifest, str]:
    """Write every file of a backup into its manifest, and return it."""
    files = {
        each.relative_to(folder).as_posix(): hash_of(each)
        for each in folder.rglob("*")
        if each.is_file() and each.name != MANIFEST
    }
    manifest_with(files=files)(folder)
    return read_manifest(folder)
