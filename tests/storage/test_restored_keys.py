"""Who may put keys back, on a real PostgreSQL: refused in a sentence before anything is done."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sealing.key_store import KeyFolder
from bot.workflows.backup_folder import (
    Kind,
    Manifest,
    new_folder,
    read_manifest,
    write_manifest,
)
from bot.workflows.key_backups import KeysOfOthers, RestoredKeys, restore_keys
from storage import sealing_keys
from storage.engine import Storage
from storage.roles import Role
from storage.states import KeyState
from tests.storage.rows import NOW, Key
from tests.storage.test_roles import accounts as accounts
from tests.storage.test_roles import database as database

OFFICERS_KEY, OPENING_KEY = ("officers", "address-1.key"), ("tally", "key-1.opening")


def backed_up(folder: Path, *keys: tuple[str, str]) -> Path:
    """Return a backup of these keys alone."""
    with new_folder(folder) as part:
        for name, key in keys:
            KeyFolder(part / name).write(key, b"x" * 32)
        until = NOW + timedelta(days=30)
        write_manifest(part, Manifest(kind=Kind.KEYS, made_at=NOW, tables=None, delete_by=until))
    return folder


@pytest.mark.postgres
async def test_keys_are_put_back_by_an_account_that_may_say_which_are_gone(
    database: str, accounts: dict[Role, str], tmp_path: Path
) -> None:
    owner = Storage(database)
    async with owner.transaction("keys") as tx:
        for name in ("key-1", "key-2"):
            await sealing_keys.add(tx, Key(name))
    both = backed_up(tmp_path / "both", OFFICERS_KEY, OPENING_KEY)
    officers_alone = backed_up(tmp_path / "officers alone", OFFICERS_KEY)
    keys = tmp_path / "keys"

    async def put_back(address: str, folder: Path) -> RestoredKeys:
        shutil.rmtree(keys, ignore_errors=True)
        place = Storage(address)
        try:
            return await restore_keys(
                place, keys, folder, *read_manifest(folder), lambda: NOW, "somebody"
            )
        finally:
            await place.close()

    async def states() -> dict[str, KeyState]:
        async with owner.read("look") as look:
            return {key.id: key.state for key in await sealing_keys.all(look)}

    for role, folder in (
        (Role.OFFICERS, both),
        (Role.DASHBOARD, both),
        (Role.DASHBOARD, officers_alone),
    ):
        with pytest.raises(KeysOfOthers, match="may not restore these keys"):
            await put_back(accounts[role], folder)
        assert not [each for each in keys.rglob("*") if each.is_file()]
        assert set((await states()).values()) == {KeyState.UNUSED}
    assert await put_back(accounts[Role.OFFICERS], officers_alone) == RestoredKeys(1, 0, 0, ())
    assert await put_back(accounts[Role.TALLY], both) == RestoredKeys(2, 0, 1, ())
    assert await states() == {"key-1": KeyState.UNUSED, "key-2": KeyState.DESTROYED}
    assert await put_back(database, both) == RestoredKeys(2, 0, 0, ())
    await owner.close()
