"""Backups: apart, whole or not there, and restored onto an empty place alone."""

import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.audit import BrokenAuditTrail
from bot.core.errors import StandEasyError
from bot.sealing.key_store import KeyFolder
from bot.workflows import backups, key_backups
from bot.workflows.audit_releases import NothingToTrust
from bot.workflows.backup_folder import (
    MANIFEST,
    DamagedBackup,
    FolderInUse,
    KeptApart,
    Kind,
    NoBackup,
    hash_of,
    read_manifest,
)
from storage import audit
from storage.backups import (
    NoDatabase,
    NotEmpty,
    ProgramFailed,
    ProgramMissing,
)
from storage.engine import Storage
from storage.migrate import check, downgrade, pending
from tests.databases import PostgresServer, sqlite_url
from tests.workflows.backing_up import manifest_with, office, released
from tests.workflows.office import Office, an_office

__all__ = ["office"]

DATABASE = "stand-easy.db"


@pytest.fixture
def new(tmp_path: Path) -> str:
    """The address of an empty place."""
    return sqlite_url(tmp_path / "new" / DATABASE)


async def backed_up(office: Office, url: str, folder: Path) -> Path:
    """Return the folder of a backup of the database."""
    await backups.back_up(url, folder, office.clock, "test")
    return folder


async def restored(office: Office, url: str, folder: Path) -> bool:
    """Restore the database from a folder."""
    return await backups.restore(url, folder, *read_manifest(folder), office.clock, "test")


def places(folder: Path) -> dict[str, int]:
    """Return every file and folder, with its mode."""
    return {
        each.relative_to(folder).as_posix(): stat.S_IMODE(each.stat().st_mode)
        for each in [folder, *folder.rglob("*")]
    }


# --- The database -----------------------------------------------------------------------


async def test_a_backup_is_one_private_file_and_its_manifest(
    office: Office, sqlite_database: str, tmp_path: Path
) -> None:
    folder = await backed_up(office, sqlite_database, tmp_path / "backups" / "monday")
    assert places(folder) == {".": 0o700, DATABASE: 0o600, MANIFEST: 0o600}
    manifest, _ = read_manifest(folder)
    assert (manifest.kind, manifest.engine) == (Kind.DATABASE, "sqlite")
    assert list((tmp_path / "backups").iterdir()) == [folder]


async def test_a_backup_holds_no_key(office: Office, sqlite_database: str, tmp_path: Path) -> None:
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    content = b"".join(each.read_bytes() for each in folder.iterdir())
    for part in ("officers", "tally"):
        keys = KeyFolder(tmp_path / "keys" / part)
        assert not any(keys.read(name) in content for name in keys.names())


async def test_the_audit_trail_says_who_took_a_backup_and_its_hash(
    office: Office, sqlite_database: str, tmp_path: Path
) -> None:
    written = await backups.back_up(sqlite_database, tmp_path / "backup", office.clock, "Kestrel")
    async with office.storage.read("look") as tx:
        newest = await audit.newest(tx)
    assert newest is not None
    assert vars(newest.entry) == {
        "actor": "Kestrel",
        "act": "back up",
        "subject": "database",
        "detail": written.hash,
    }


async def test_where_there_is_no_database_none_is_made(office: Office, tmp_path: Path) -> None:
    with pytest.raises(NoDatabase):
        await backed_up(office, sqlite_url(tmp_path / "none" / DATABASE), tmp_path / "backup")
    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "backup").exists()


async def test_a_folder_with_anything_in_it_is_refused(
    office: Office, sqlite_database: str, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine").touch()
    with pytest.raises(FolderInUse):
        await backed_up(office, sqlite_database, tmp_path / "notes")
    assert [each.name for each in (tmp_path / "notes").iterdir()] == ["mine"]


async def test_one_backup_never_lies_inside_another(
    office: Office, sqlite_database: str, tmp_path: Path
) -> None:
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    with pytest.raises(KeptApart):
        await key_backups.back_up_keys(
            office.storage, tmp_path / "keys", folder / "keys", office.clock, "test"
        )
    assert not (folder / "keys").exists()


async def test_a_restored_database_is_checked_private_and_tells_of_its_restore(
    office: Office, sqlite_database: str, new: str, tmp_path: Path
) -> None:
    await released(office)
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    assert await restored(office, new, folder) is False
    await check(new)
    assert places(tmp_path / "new") == {".": 0o700, DATABASE: 0o600}
    storage = Storage(new)
    try:
        async with storage.read("look") as tx:
            newest = await audit.newest(tx)
            assert await tx.scalar(text("SELECT count(*) FROM enrolment")) == 12
            assert await tx.scalar(text("SELECT count(*) FROM release")) == 1
    finally:
        await storage.close()
    assert newest is not None
    assert (newest.entry.act, newest.entry.subject) == ("restore", "database")


async def test_nothing_is_restored_over_a_database(
    office: Office, sqlite_database: str, tmp_path: Path
) -> None:
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    before = await office.number("SELECT count(*) FROM audit")
    with pytest.raises(NotEmpty):
        await restored(office, sqlite_database, folder)
    assert await office.number("SELECT count(*) FROM audit") == before


async def test_a_place_that_was_looked_at_is_still_empty(
    office: Office, sqlite_database: str, new: str, tmp_path: Path
) -> None:
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    assert await pending(new)
    assert (tmp_path / "new" / DATABASE).exists()
    assert await restored(office, new, folder) is False
    assert places(tmp_path / "new") == {".": 0o700, DATABASE: 0o600}


async def test_whatever_is_no_database_is_not_empty(
    office: Office, sqlite_database: str, new: str, tmp_path: Path
) -> None:
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / DATABASE).write_bytes(b"a letter")
    with pytest.raises(NotEmpty):
        await restored(office, new, folder)
    assert (tmp_path / "new" / DATABASE).read_bytes() == b"a letter"


async def test_an_older_backup_is_brought_up_to_date(
    office: Office, sqlite_database: str, new: str, tmp_path: Path
) -> None:
    await office.storage.close()
    await downgrade(sqlite_database, "0001")
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    assert await restored(office, new, folder) is True
    await check(new)


def change(name: str) -> Callable[[Path], None]:
    """Return what changes one byte of a file."""

    def act(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)

    return act


def link(folder: Path) -> None:
    """Put a link in the place of the file."""
    (folder / DATABASE).rename(folder.parent / "elsewhere")
    (folder / DATABASE).symlink_to(folder.parent / "elsewhere")


DAMAGE: dict[str, tuple[Callable[[Path], object], type[StandEasyError], str]] = {
    "a byte": (change(DATABASE), DamagedBackup, "another hash"),
    "a missing file": (lambda folder: (folder / DATABASE).unlink(), DamagedBackup, "missing"),
    "a file too many": (lambda folder: (folder / "more").touch(), DamagedBackup, "too many: more"),
    "a link": (link, DamagedBackup, "a link"),
    "no manifest": (lambda folder: (folder / MANIFEST).unlink(), NoBackup, "no backup"),
    "no JSON": (lambda folder: (folder / MANIFEST).write_text("?"), DamagedBackup, "manifest"),
    "a key too many": (manifest_with(more=1), DamagedBackup, "manifest"),
    "a later format": (manifest_with(format=2), DamagedBackup, "format 2"),
    "later tables": (manifest_with(tables="9999"), DamagedBackup, "9999 are not known"),
    "no tables": (manifest_with(tables=None), DamagedBackup, "None are not known"),
    "another engine": (manifest_with(engine="postgresql"), DamagedBackup, "expected one of sqlite"),
    "another release": (manifest_with(newest_release="00"), DamagedBackup, "newest release"),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_damaged_backup_is_refused_and_leaves_nothing(
    office: Office, sqlite_database: str, new: str, tmp_path: Path, damage: str
) -> None:
    act, error, said = DAMAGE[damage]
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    act(folder)
    with pytest.raises(error, match=said):
        await restored(office, new, folder)
    assert not list((tmp_path / "new").glob("*"))


def meddled(folder: Path, *statements: str) -> None:
    """Change the copy past the program, and the manifest with it."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    manifest_with(files={DATABASE: hash_of(folder / DATABASE)})(folder)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("UPDATE audit SET actor = 'x' WHERE sequence = 3", BrokenAuditTrail),
        ("DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)", StandEasyError),
        ("UPDATE release SET previous_hash = x'00'", NothingToTrust),
        ("UPDATE release SET content = replace(content, 'weekly', 'monthy')", NothingToTrust),
    ],
)
async def test_a_trail_or_chain_that_does_not_hold_is_not_restored(
    office: Office,
    sqlite_database: str,
    new: str,
    tmp_path: Path,
    statement: str,
    error: type[StandEasyError],
) -> None:
    await released(office)
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    meddled(folder, statement)
    with pytest.raises(error):
        await restored(office, new, folder)
    assert not list((tmp_path / "new").glob("*"))


async def test_a_copy_that_is_no_database_is_not_restored(
    office: Office, sqlite_database: str, new: str, tmp_path: Path
) -> None:
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    (folder / DATABASE).write_bytes(b"no database at all" * 99)
    manifest_with(files={DATABASE: hash_of(folder / DATABASE)})(folder)
    with pytest.raises(StandEasyError):
        await restored(office, new, folder)
    assert not list((tmp_path / "new").glob("*"))


async def test_what_a_killed_restore_left_is_swept_away(
    office: Office, sqlite_database: str, new: str, tmp_path: Path
) -> None:
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    (tmp_path / "new").mkdir()
    for name in (f"{DATABASE}.part", f"{DATABASE}.part-wal"):
        (tmp_path / "new" / name).write_bytes(b"half")
    assert await restored(office, new, folder) is False
    assert [each.name for each in (tmp_path / "new").iterdir()] == [DATABASE]


# --- PostgreSQL -------------------------------------------------------------------------


@pytest.mark.postgres
async def test_a_restore_on_postgresql_that_does_not_hold_leaves_the_place_empty(
    postgres_server: PostgresServer, postgres_template: str, tmp_path: Path
) -> None:
    source, place = postgres_server.create(postgres_template), postgres_server.create()
    url, empty = postgres_server.url(source), postgres_server.url(place)
    async with an_office(url, tmp_path) as office:
        folder = await backed_up(office, url, tmp_path / "backup")
        manifest_with(trail=f"1:{'0' * 64}")(folder)
        with pytest.raises(StandEasyError, match="anew"):
            await restored(office, empty, folder)
        shutil.rmtree(folder)
        await backed_up(office, url, folder)
        assert await restored(office, empty, folder) is False
        await check(empty)
        # Each process goes on with its own role.
        opened = Storage(empty)
        async with opened.read("rights") as tx:
            for right, may in (("INSERT", True), ("SELECT", False)):
                asked = f"has_table_privilege('standeasy_officers', 'sealed_response', '{right}')"
                assert await tx.scalar(text(f"SELECT {asked}")) is may
        await opened.close()
        with pytest.raises(NotEmpty):
            await restored(office, empty, folder)
    postgres_server.drop(source)
    postgres_server.drop(place)


@pytest.mark.postgres
async def test_without_postgresql_s_programs_it_says_so_and_leaves_nothing(
    postgres_server: PostgresServer,
    postgres_template: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = postgres_server.create(postgres_template)
    url = postgres_server.url(name)
    async with an_office(url, tmp_path) as office:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(ProgramMissing, match="pg_dump"):
            await backed_up(office, url, tmp_path / "backup")
        failing = tmp_path / "pg_dump"
        failing.write_text("#!/bin/sh\necho 'pg_dump: no' >&2\necho 'a row' >&2\nexit 3\n")
        failing.chmod(0o755)
        with pytest.raises(ProgramFailed, match=r"ended with 3: pg_dump: no$"):
            await backed_up(office, url, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    postgres_server.drop(name)
