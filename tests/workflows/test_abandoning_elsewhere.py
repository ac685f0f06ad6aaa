"""Abandoned rounds in backups, and under the account that the tally has on PostgreSQL."""

from pathlib import Path

import pytest

from bot.core.rounds import RoundState
from bot.sealing.key_store import KeyFolder
from bot.workflows import abandoning, backups, key_backups
from bot.workflows.backup_folder import read_manifest
from storage.engine import Storage
from storage.roles import Role
from tests.databases import sqlite_url
from tests.storage.test_roles import database, run
from tests.workflows.abandoned import SEALED, abandon, key_of, nothing_is_left
from tests.workflows.harming import closed, damage
from tests.workflows.office import Office, an_office, at

__all__ = ["database"]

ACCOUNT = "abandoning_tally"


class Cut(Exception):
    """The process was killed here."""


async def decided(office: Office) -> None:
    """Abandon a round, and be killed before anything is destroyed."""

    async def killed(*given: object) -> None:
        raise Cut

    await closed(office)
    await damage(office)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(abandoning, "destroy_answers", killed)
        with pytest.raises(Cut):
            await abandon(office)


async def test_a_backup_made_on_the_way_is_restored_and_the_tally_goes_on(
    sqlite_database: str, tmp_path: Path
) -> None:
    folder, keys = tmp_path / "backup", tmp_path / "keys backup"
    async with an_office(sqlite_database, tmp_path) as office:
        await decided(office)
        key = await key_of(office)
        await backups.back_up(sqlite_database, folder, office.clock, "test")
        # Its key is in no backup from here on, though it is there still.
        assert key in office.opening.ids()
        await key_backups.back_up_keys(
            office.storage, tmp_path / "keys", keys, office.clock, "test"
        )
        assert f"tally/{key}.opening" not in read_manifest(keys)[0].files
    (tmp_path / "new").mkdir()
    new = sqlite_url(tmp_path / "new" / "stand-easy.db")
    await backups.restore(new, folder, *read_manifest(folder), lambda: at(29, 0), "test")
    shown = KeyFolder(tmp_path / "keys" / "tally").names()
    async with an_office(new, tmp_path, at(29, 0), keys=False) as office:
        assert await office.number(SEALED) == 12
        assert await abandoning.finish(office.storage, office.opening, office.instruments) != []
        await nothing_is_left(office, key)
        assert {*shown} - {*KeyFolder(tmp_path / "keys" / "tally").names()} == {f"{key}.opening"}


async def test_a_key_of_an_abandoned_round_is_not_restored_from_an_older_backup(
    sqlite_database: str, tmp_path: Path
) -> None:
    folder = tmp_path / "keys backup"
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await damage(office)
        key = await key_of(office)
        await key_backups.back_up_keys(
            office.storage, tmp_path / "keys", folder, office.clock, "test"
        )
        assert f"tally/{key}.opening" in read_manifest(folder)[0].files
        await abandon(office)
        done = await key_backups.restore_keys(
            office.storage, tmp_path / "new", folder, *read_manifest(folder), office.clock, "test"
        )
        assert (done.left_out, done.lost) == (1, ())
        assert f"{key}.opening" not in KeyFolder(tmp_path / "new" / "tally").names()


@pytest.mark.postgres
async def test_the_tally_s_account_alone_abandons_a_round(database: str, tmp_path: Path) -> None:
    await run(database, f"CREATE ROLE {ACCOUNT} LOGIN IN ROLE {Role.TALLY}")
    try:
        async with an_office(database, tmp_path) as office:
            await closed(office)
            await damage(office)
            key = await key_of(office)
            owner = office.storage
            office.storage = Storage(database.replace("stand_easy@", f"{ACCOUNT}@"))
            try:
                await abandon(office)
            finally:
                await office.storage.close()
                office.storage = owner
            await nothing_is_left(office, key)
            assert (await office.view()).row.state is RoundState.ABANDONED
    finally:
        await run(database, f"DROP ROLE {ACCOUNT}")
