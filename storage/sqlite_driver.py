"""SQLite's driver, going to its thread once for a statement and all that it finds.

A connection has a thread of its own. The driver goes there and back for a cursor, the statement,
its rows and the cursor's end: four ways, each longer than most statements take. Here it is one.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Final, Self

import aiosqlite

# For whoever asks the connection itself, and reads row by row.
_ROWS_AT_A_TIME: Final = 64


class Connection(aiosqlite.Connection):
    """A connection whose cursors go once for each statement; `connect` opens the file."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connect, _ROWS_AT_A_TIME)

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """Return a cursor; there is nothing to wait for yet."""
        return Cursor(self)


class Cursor(aiosqlite.Cursor):
    """The rows of a statement are all here when it is done, and nothing of it is open any more."""

    _cursor: sqlite3.Cursor

    def __init__(self, connection: Connection) -> None:
        # One of SQLite's can be made in its own thread alone: with the statement.
        self._conn = connection
        self.iter_chunk_size = _ROWS_AT_A_TIME
        self._rows: deque[Any] = deque()

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Self:
        """Run one statement and take what it finds."""
        await self._go(self._run, sql, parameters or ())
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Run one statement that finds nothing for each of some rows."""
        await self._go(self._run_many, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows that nobody has taken yet."""
        return await self.fetchmany(len(self._rows))

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next `size` of them, or fewer where there are no more."""
        wanted = self.arraysize if size is None else size
        return [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]

    async def fetchone(self) -> Any:
        """Return the next of them, or None."""
        return self._rows.popleft() if self._rows else None

    async def close(self) -> None:
        """Forget the rows; the statement itself ended with the last of them."""
        self._rows.clear()

    async def _go(self, run: Callable[..., None], sql: str, parameters: object) -> None:
        await self._conn._execute(run, sql, parameters)  # type: ignore[no-untyped-call]

    def _run(self, sql: str, parameters: Any) -> None:
        self._cursor = self._conn._conn.cursor()
        self._cursor.execute(sql, parameters)
        # Without rows to come, asking for them would be a mistake of some statements.
        self._rows = deque(self._cursor.fetchall() if self._cursor.description else ())

    def _run_many(self, sql: str, parameters: Any) -> None:
        self._cursor = self._conn._conn.cursor()
        self._cursor.executemany(sql, parameters)
