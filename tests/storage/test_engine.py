"""The door to the database: what commits, what does not, and what is said when it fails."""

import asyncio
import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from bot.core.errors import StandEasyError
from storage import (
    audit,
    enrolments,
    heartbeats,
    sealing_keys,
)
from storage.engine import Storage, WriteTransaction
from storage.errors import DatabaseUnavailable, RowRefused, UnsupportedDatabase
from tests.databases import PostgresServer, sqlite_url
from tests.storage.rows import (
    ENTRY,
    NOW,
    Key,
    an_enrolment,
    enrolled,
)


@pytest.fixture
def sqlite_file(tmp_path: Path, sqlite_template: Path) -> Path:
    return Path(shutil.copy(sqlite_template, tmp_path / "stand-easy.db"))


async def test_a_transaction_commits_when_its_block_ends(storage: Storage) -> None:
    async with storage.transaction("beat") as tx:
        await heartbeats.beat(tx, "officers", NOW)
    async with storage.read("look") as look:
        assert await heartbeats.last(look) == {"officers": NOW}


async def test_a_transaction_rolls_back_when_its_block_raises(storage: Storage) -> None:
    async def beat_and_fail() -> None:
        async with storage.transaction("beat") as tx:
            await heartbeats.beat(tx, "officers", NOW)
            raise KeyError

    with pytest.raises(KeyError):
        await beat_and_fail()
    async with storage.read("look") as look:
        assert await heartbeats.last(look) == {}


async def test_a_cancelled_transaction_leaves_nothing_and_blocks_nobody(storage: Storage) -> None:
    wrote = asyncio.Event()

    async def write_and_wait() -> None:
        async with storage.transaction("beat") as tx:
            await heartbeats.beat(tx, "officers", NOW)
            wrote.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_wait())
    await wrote.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with storage.transaction("beat") as tx:
        await heartbeats.beat(tx, "tally", NOW)
        assert await heartbeats.last(tx) == {"tally": NOW}


async def test_a_read_transaction_cannot_write(storage: Storage) -> None:
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        async with storage.read("look") as look:
            await look.execute(text("DELETE FROM enrolment"))


async def test_a_read_transaction_sees_one_moment(storage: Storage) -> None:
    async with storage.read("look") as look:
        assert await heartbeats.last(look) == {}
        async with storage.transaction("beat") as tx:
            await heartbeats.beat(tx, "officers", NOW)
        assert await heartbeats.last(look) == {}


async def test_many_writers_at_once_all_get_through(storage: Storage) -> None:
    async def write(number: int) -> None:
        async with storage.transaction("note") as tx:
            await audit.append(tx, ENTRY, NOW + timedelta(seconds=number))

    await asyncio.gather(*(write(number) for number in range(40)))
    async with storage.read("look") as look:
        assert [record.sequence for record in await audit.all(look)] == list(range(1, 41))


async def test_times_come_back_in_utc_and_wall_times_are_refused(storage: Storage) -> None:
    elsewhere = timezone(timedelta(hours=5, minutes=30))
    async with storage.transaction("beat") as tx:
        await heartbeats.beat(tx, "officers", NOW.astimezone(elsewhere))
        (moment,) = (await heartbeats.last(tx)).values()
        assert moment == NOW
        assert moment.tzinfo is UTC
    with pytest.raises(StatementError, match="with a zone"):
        async with storage.transaction("beat") as tx:
            await heartbeats.beat(tx, "officers", datetime(2026, 11, 2, 9, 30))


async def test_a_refused_row_is_named_by_its_constraint_and_shows_nothing(
    storage: Storage,
) -> None:
    secret = b"do not show this"
    async with storage.transaction("enrol") as tx:
        await enrolled(tx, id=secret)
    with pytest.raises(RowRefused) as raised:
        async with storage.transaction("enrol") as tx:
            await enrolled(tx, id=secret, profile=secret)
    with pytest.raises(RowRefused) as short:
        async with storage.transaction("enrol") as tx:
            await enrolled(tx, id=b"short", profile=secret)
    for error in (raised.value, short.value):
        assert "enrolment" in str(error)
        assert error.__cause__ is error.__context__ is None
        assert secret.hex() not in str(error)
        assert "do not show" not in str(error)


async def test_a_database_that_is_not_there_is_said_so_without_the_password(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "no.db").write_bytes(b"this is no database" * 100)
    for address in (
        f"postgresql://kestrel:hunter2@/force?host={tmp_path}",
        "postgresql+asyncpg://kestrel:hunter2@127.0.0.1:1/force",
        f"postgresql://kestrel@/force?host={tmp_path}&password=hunter2",
        sqlite_url(tmp_path / "no.db"),
    ):
        broken = Storage(address)
        with pytest.raises(DatabaseUnavailable) as raised:
            async with broken.read("look"):
                pass
        with pytest.raises(DatabaseUnavailable):
            async with broken.transaction("write"):
                pass
        with pytest.raises(DatabaseUnavailable):
            await broken.tidy()
        await broken.close()
        assert "hunter2" not in f"{raised.value} {raised.value.__cause__!r}"
        assert raised.value.hint
    with pytest.raises(DatabaseUnavailable):
        Storage(sqlite_url(tmp_path / "file" / "stand-easy.db"))


@pytest.mark.postgres
async def test_a_wrong_database_name_is_said_so(postgres_server: PostgresServer) -> None:
    broken = Storage(postgres_server.url("nowhere"))
    with pytest.raises(DatabaseUnavailable, match="nowhere"):
        async with broken.read("look"):
            pass
    await broken.close()


@pytest.mark.postgres
async def test_a_connection_lost_inside_a_transaction_is_said_so_and_the_next_one_works(
    postgres_server: PostgresServer, postgres_template: str
) -> None:
    name = postgres_server.create(postgres_template)
    storage = Storage(postgres_server.url(name))
    other = Storage(postgres_server.url(name))

    async def cut_off(tx: WriteTransaction) -> None:
        pid = await tx.scalar(text("SELECT pg_backend_pid()"))
        async with other.transaction("cut") as cutter:
            await cutter.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)"))

    async def lose_it(*, before_commit: bool) -> None:
        async with storage.transaction("beat") as tx:
            await heartbeats.beat(tx, "officers", NOW)
            await cut_off(tx)
            if not before_commit:
                await heartbeats.beat(tx, "tally", NOW)

    for before_commit in (True, False):
        with pytest.raises(DatabaseUnavailable):
            await lose_it(before_commit=before_commit)
    async with storage.transaction("beat") as tx:
        assert await heartbeats.last(tx) == {}
    await storage.close()
    await other.close()
    postgres_server.drop(name)


@pytest.mark.parametrize(
    "address",
    ["", "force.db", "mysql://h/x", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg://h/x"],
)
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(UnsupportedDatabase):
        Storage(address)


async def test_a_new_sqlite_file_is_private_and_so_is_its_log(tmp_path: Path) -> None:
    path = tmp_path / "data" / "stand-easy.db"
    before = os.umask(0)
    try:
        storage = Storage(sqlite_url(path))
        async with storage.transaction("make") as tx:
            await tx.execute(text("CREATE TABLE bird (name)"))
        modes = {entry.name: entry.stat().st_mode & 0o777 for entry in path.parent.iterdir()}
        await storage.close()
    finally:
        os.umask(before)
    assert modes == {f"stand-easy.db{end}": 0o600 for end in ("", "-wal", "-shm")}
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_sqlite_is_set_up_for_durability_and_forgetting(tmp_path: Path) -> None:
    storage = Storage(sqlite_url(tmp_path / "stand-easy.db"))
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 10_000,
    }
    async with storage.transaction("look") as tx:
        found = {name: await tx.scalar(text(f"PRAGMA {name}")) for name in wanted}
    assert found == wanted
    assert await storage.tidy()
    async with storage.read("look") as look:
        found = {name: await look.scalar(text(f"PRAGMA {name}")) for name in wanted}
    assert found == wanted
    await storage.close()


async def test_a_sqlite_file_locked_by_another_program_is_said_so(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.connections._BUSY_TIMEOUT_MS", 1)
    other = sqlite3.connect(sqlite_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    storage = Storage(sqlite_url(sqlite_file))
    with pytest.raises(DatabaseUnavailable):
        async with storage.transaction("beat") as tx:
            await heartbeats.beat(tx, "officers", NOW)
    other.execute("ROLLBACK")
    other.close()
    async with storage.transaction("beat") as tx:
        await heartbeats.beat(tx, "officers", NOW)
    await storage.close()


async def test_a_full_disk_is_said_so(sqlite_file: Path) -> None:
    storage = Storage(sqlite_url(sqlite_file))

    async def fill() -> None:
        async with storage.transaction("fill") as tx:
            pages = await tx.scalar(text("PRAGMA page_count"))
            await tx.execute(text(f"PRAGMA max_page_count = {pages}"))
            for number in range(100):
                await sealing_keys.add(tx, Key(f"key-{number}"))

    with pytest.raises(DatabaseUnavailable, match="OperationalError"):
        await fill()
    await storage.close()


async def test_tidying_waits_for_no_reader(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine._TIDY_WAIT_MS", 1)
    storage = Storage(sqlite_url(sqlite_file))
    async with storage.read("look") as look:
        await heartbeats.last(look)
        async with storage.transaction("enrol") as tx:
            await enrolments.add(tx, an_enrolment())
        assert await storage.tidy() is False
    assert await storage.tidy() is True
    assert sqlite_file.with_name("stand-easy.db-wal").stat().st_size == 0
    await storage.close()


async def test_tidying_leaves_everything_in_place(storage: Storage) -> None:
    async with storage.transaction("enrol") as tx:
        new = await enrolled(tx)
    assert await storage.tidy() is True
    async with storage.read("look") as look:
        assert await enrolments.by_lookup(look, new.lookup) == new


def test_every_error_says_what_to_do_or_needs_nothing_done() -> None:
    for error in (DatabaseUnavailable, UnsupportedDatabase):
        assert issubclass(error, StandEasyError)
        assert error.hint


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_reading_leaves_no_setting_behind_for_the_next_writer(storage: Storage) -> None:
    found: list[tuple[int, str, str]] = []
    for _ in range(3):
        for opened_for in (storage.read, storage.transaction):
            async with opened_for("look") as tx:
                pid = await tx.scalar(text("SELECT pg_backend_pid()"))
                level = await tx.scalar(text("SHOW transaction_isolation"))
                found.append((pid, level, await tx.scalar(text("SHOW transaction_read_only"))))
    # One connection, taken in turns.
    assert len({pid for pid, _, _ in found}) == 1
    assert [rest for _, *rest in found] == [
        ["repeatable read", "on"],
        ["read committed", "off"],
    ] * 3
