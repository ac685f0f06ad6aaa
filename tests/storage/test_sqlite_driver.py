"""SQLite's driver: one way to its thread for each statement, and nothing of it stays open."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from storage.sqlite_driver import Connection


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Connection]:
    opened = Connection(partial(sqlite3.connect, tmp_path / "x.db", isolation_level=None))
    await opened
    cursor = await opened.cursor().execute("CREATE TABLE a (x INTEGER PRIMARY KEY)")
    await cursor.executemany("INSERT INTO a VALUES (?)", [(x,) for x in range(1_000)])
    yield opened
    await opened.close()


async def test_a_statement_and_all_it_finds_is_one_way_to_the_thread(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = 0
    go = connection._execute

    async def counted(*arguments: object) -> object:
        nonlocal ways
        ways += 1
        return await go(*arguments)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(connection, "_execute", counted)
    async with connection.cursor() as cursor:
        await cursor.execute("SELECT x FROM a WHERE x >= ? ORDER BY x", (997,))
        assert [column[0] for column in cursor.description] == ["x"]
        assert await cursor.fetchall() == [(997,), (998,), (999,)]
        assert await cursor.fetchall() == []
    assert ways == 1


async def test_rows_can_be_taken_in_parts(connection: Connection) -> None:
    cursor = await connection.cursor().execute("SELECT x FROM a WHERE x < 200 ORDER BY x")
    assert await cursor.fetchone() == (0,)
    assert await cursor.fetchmany(2) == [(1,), (2,)]
    assert await cursor.fetchmany() == [(3,)]
    assert [x async for (x,) in cursor] == list(range(4, 200))
    assert (await cursor.fetchone(), await cursor.fetchmany(3)) == (None, [])


async def test_what_finds_nothing_has_no_rows(connection: Connection) -> None:
    cursor = await connection.cursor().execute("DELETE FROM a WHERE x < 10")
    assert not cursor.description
    assert cursor.rowcount == 10
    assert await cursor.fetchall() == []
    cursor = await connection.cursor().execute("INSERT INTO a VALUES (5000)")
    assert cursor.lastrowid == 5000


async def test_a_refused_statement_leaves_the_connection_as_it_was(connection: Connection) -> None:
    cursor = connection.cursor()
    with pytest.raises(sqlite3.IntegrityError):
        await cursor.executemany("INSERT INTO a VALUES (?)", [(-1,), (1,)])
    with pytest.raises(sqlite3.OperationalError):
        await cursor.execute("SELECT nobody FROM a")
    assert await cursor.fetchall() == []
    await cursor.execute("SELECT count(*) FROM a")
    assert await cursor.fetchall() == [(1_001,)]


async def test_rows_that_nobody_takes_keep_no_writer_out(
    connection: Connection, tmp_path: Path
) -> None:
    # A statement that is still open holds the file, and another one waits for its end.
    kept = await connection.cursor().execute("SELECT x FROM a")
    with closing(sqlite3.connect(tmp_path / "x.db", timeout=0, isolation_level=None)) as other:
        other.execute("DELETE FROM a")
    assert len(await kept.fetchall()) == 1_000
