"""The look of containers: the same word as the program's own, for little of the processor."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from bot import looking
from bot.core.vitals import CLOCKS_APART
from bot.wiring import Assembly, Part, open_storage, utc_now
from bot.workflows import heartbeat
from config.settings import Settings, read_settings
from storage import heartbeats, migrate
from storage.addresses import driver_arguments, file_of
from storage.engine import Storage
from storage.errors import (
    HOST,
    OPTIONS,
    PORT,
    AddressNotUsable,
    DatabaseUnavailable,
    TablesNotCurrent,
    UnsupportedDatabase,
)
from storage.last_ticks import newest_steps

ROOT: Final = Path(__file__).parent.parent
NOT_NEEDED: Final = (
    *("sqlalchemy", "alembic", "aiosqlite", "pydantic", "telegram", "httpx", "starlette"),
    *("cryptography", "rich", "jinja2", "bot.wiring", "bot.workflows", "bot.web", "bot.officer"),
)
CODE: Final = """
import sys
from bot.__main__ import main
code = main(["health", "--process", "tally"])
print(*(set(sys.argv[1:]) & set(sys.modules)))
raise SystemExit(code)
"""


def settings_for(url: str, folder: Path) -> Settings:
    given = {"DATABASE_URL": url, "DATA": str(folder), "KEYS": str(folder / "keys")}
    return read_settings({f"STANDEASY_{name}": value for name, value in given.items()}, None)


def asked(url: str, folder: Path) -> tuple[int, list[str], str]:
    """Return the exit code, what was said, and what was complained of."""
    kept: Mapping[str, str] = {k: v for k, v in os.environ.items() if "STANDEASY_" not in k}
    given = {"STANDEASY_DATABASE_URL": url, "STANDEASY_DATA": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", CODE, *NOT_NEEDED],
        cwd=folder,
        env={**kept, **given, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.split("\n")[:-1], done.stderr


async def test_a_look_loads_neither_the_program_nor_a_library_it_does_not_need(
    database_url: str, storage: Storage, tmp_path: Path
) -> None:
    await heartbeat.beat(storage, "tally", utc_now)
    assert asked(database_url, tmp_path) == (0, ["ok", ""], "")


async def test_who_does_not_tick_is_said_in_one_line(database_url: str, tmp_path: Path) -> None:
    code, said, complaint = asked(database_url, tmp_path)
    assert (code, said) == (1, [""])
    assert complaint.startswith("No tick in the last three minutes. Look at the program's log")
    assert complaint.count("\n") == 1


async def test_a_process_is_alive_for_three_minutes_after_its_last_tick(
    database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path)
    assert not await looking.is_alive(settings, None, utc_now())
    async with open_storage(settings) as storage:
        assembly = Assembly(settings, [Part.TALLY], storage, utc_now)
        await assembly.beat()
        beat = await heartbeat.last(storage)
    assert beat is not None
    assert await looking.is_alive(settings, None, beat)
    assert await looking.is_alive(settings, "tally", beat + timedelta(minutes=2, seconds=59))
    assert not await looking.is_alive(settings, "officers", beat)
    assert not await looking.is_alive(settings, "tally", beat + timedelta(minutes=3))


async def test_a_backup_is_no_sign_of_life(storage: Storage, database_url: str) -> None:
    await heartbeat.note_backup(storage, utc_now)
    assert not await looking.is_alive(settings_for(database_url, Path()), None, utc_now())


async def test_tables_that_are_not_current_are_told_of(database_url: str, tmp_path: Path) -> None:
    settings = settings_for(database_url, tmp_path)
    await migrate.downgrade(database_url, "0016")
    with pytest.raises(TablesNotCurrent):
        await looking.is_alive(settings, None, utc_now())
    await migrate.downgrade(database_url, "base")
    with pytest.raises(TablesNotCurrent):
        await looking.is_alive(settings, None, utc_now())


async def test_a_look_makes_no_database(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}", tmp_path)
    with pytest.raises(TablesNotCurrent):
        await looking.is_alive(settings, None, utc_now())
    (tmp_path / "x.db").touch()
    with pytest.raises(TablesNotCurrent):
        await looking.is_alive(settings, None, utc_now())
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("sqlite+aiosqlite:///{}", "{}"),
        ("sqlite+aiosqlite:///{}/" + "x" * 300, "{}/x"),
        ("postgresql+asyncpg://somebody:hush@/x?host={}", "x at {}"),
        ("postgresql+asyncpg://somebody:hush@127.0.0.1:1/x", "x at 127.0.0.1"),
    ],
)
def test_a_database_out_of_reach_is_named_as_that_in_one_line(
    address: str, named: str, tmp_path: Path
) -> None:
    code, said, complaint = asked(address.format(tmp_path), tmp_path)
    assert (code, said[0]) == (1, "")
    assert complaint.startswith(f"The database {named.format(tmp_path)}")
    assert "cannot be used (" in complaint
    assert complaint.count("\n") == 1
    assert "hush" not in complaint


ODD_ADDRESSES = (
    ("127.0.0.1:99999/x", PORT),
    ("127.0.0.1/x?port=99999", PORT),
    ("a..b/x", HOST),
    (f"{'a' * 64}.example/x", HOST),
    ("127.0.0.1:1/x?sslmode=require", OPTIONS),
    ("127.0.0.1:1/x?ssl=hush", OPTIONS),
    ("127.0.0.1:1/x?passwd=hush", OPTIONS),
    ("127.0.0.1:1/x?port=hush", PORT),
    ("127.0.0.1:1/x?statement_cache_size=hush", OPTIONS),
)


@pytest.mark.parametrize(("rest", "expected"), ODD_ADDRESSES)
async def test_an_address_that_nothing_can_connect_with_says_what_was_expected(
    rest: str, expected: str, tmp_path: Path
) -> None:
    settings = settings_for(f"postgresql+asyncpg://somebody:hush@{rest}", tmp_path)
    with pytest.raises(AddressNotUsable) as raised:
        await looking.is_alive(settings, None, datetime.now(UTC))
    assert f"expected {expected}." in str(raised.value)
    # Neither the sentence nor what a traceback would show of it.
    shown = "".join(traceback.format_exception(raised.value.with_traceback(None)))
    assert "hush" not in shown
    assert "passwd" not in shown


def test_such_an_address_is_told_in_one_line(tmp_path: Path) -> None:
    code, _, complaint = asked(
        "postgresql+asyncpg://somebody:hush@127.0.0.1:1/x?sslmode=require", tmp_path
    )
    assert code == 1
    assert complaint.startswith("The database address holds something that nothing can connect")
    assert complaint.count("\n") == 1


@pytest.mark.parametrize("option", ["timeout=900", "loop=x", "record_class=x"])
async def test_an_option_that_is_for_the_program_to_say_breaks_no_look(
    option: str, tmp_path: Path
) -> None:
    settings = settings_for(f"postgresql+asyncpg://me@127.0.0.1:1/x?{option}", tmp_path)
    with pytest.raises(DatabaseUnavailable):
        await looking.is_alive(settings, None, datetime.now(UTC))


async def test_a_server_of_another_kind_is_out_of_reach(tmp_path: Path) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 No\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        address = f"postgresql+asyncpg://me@127.0.0.1:{port}/x?ssl=disable"
        with pytest.raises(DatabaseUnavailable):
            await looking.is_alive(settings_for(address, tmp_path), None, datetime.now(UTC))


async def test_a_tick_that_no_clock_can_have_written_is_none(
    database_url: str, storage: Storage, tmp_path: Path
) -> None:
    now = utc_now()
    settings = settings_for(database_url, tmp_path)
    for ahead, is_alive in (
        (timedelta(days=365 * 170), False),
        (CLOCKS_APART, False),
        (CLOCKS_APART - timedelta(seconds=1), True),
    ):
        async with storage.transaction("beat") as tx:
            await heartbeats.beat(tx, "officers", now + ahead)
        assert await looking.is_alive(settings, None, now) is is_alive
        assert await looking.is_alive(settings, "officers", now) is is_alive


@pytest.mark.parametrize("odd", ["rubbish", "", "9999-99-99", 12.5, b"\0\xff"])
async def test_a_time_that_is_none_is_never_and_hides_no_other(
    sqlite_database: str, tmp_path: Path, odd: str | float | bytes
) -> None:
    settings, now = settings_for(sqlite_database, tmp_path), utc_now()
    async with open_storage(settings) as storage:
        await heartbeat.beat(storage, "tally", lambda: now)
    with closing(sqlite3.connect(str(file_of(sqlite_database)))) as connection, connection:
        connection.execute("INSERT INTO heartbeat (process, at) VALUES ('officers', ?)", (odd,))
    assert await looking.is_alive(settings, None, now)
    assert not await looking.is_alive(settings, "officers", now)


def test_the_newest_migration_is_known_without_loading_any() -> None:
    assert newest_steps() == migrate._heads()


@pytest.mark.parametrize(
    "rest",
    [
        "somebody@/force?host=/run/postgresql",
        "somebody:hush@db.example/force",
        "somebody:h%40u%2Fsh~!@db-1.example:5433/force",
        "some%20body@127.0.0.1/force",
        "somebody:h+u sh@db.example/force",
        "somebody:hush@[::1]:5433/force",
        "somebody:hush@db.example/force?ssl=require",
        "somebody:hush@db.example/force?host=/run/postgresql",
        "somebody@/force?host=one.example:5432&host=two.example:5433",
        "somebody@db.example/force?prepared_statement_cache_size=0",
        "db.example/force",
    ],
)
def test_an_address_of_a_server_means_what_it_means_to_the_program(rest: str) -> None:
    address = f"postgresql+asyncpg://{rest}"
    _, given = dialect().create_connect_args(make_url(address))  # type: ignore[no-untyped-call]
    given.pop("prepared_statement_cache_size", None)
    assert driver_arguments(address) == given
    assert file_of(address) is None


@pytest.mark.parametrize(
    "rest", ["a.db", "/var/a b/c.db", "/var/100 %41.db", "/var/a.db?timeout=5", "å#.db"]
)
def test_an_address_of_a_file_means_what_it_means_to_the_program(rest: str) -> None:
    address = f"sqlite+aiosqlite:///{rest}"
    assert file_of(address) == Path(str(make_url(address).database))


@pytest.mark.parametrize(
    "address",
    [
        "sqlite+aiosqlite:///:memory:",
        "mysql://x/y",
        "x",
        "sqlite+aiosqlite:///file:/var/a.db?uri=true",
        "sqlite+aiosqlite:////var/a.db?mode=ro&uri=1",
        "sqlite+aiosqlite:///%66ile:/var/a.db",
        "sqlite:///FILE:a.db",
    ],
)
def test_an_address_of_another_kind_is_refused_here_too(address: str) -> None:
    with pytest.raises(UnsupportedDatabase):
        file_of(address)
