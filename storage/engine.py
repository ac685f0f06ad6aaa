"""The door to the database: named transactions, and the only commit.

A function that only reads takes a `ReadTransaction`, one that writes a `WriteTransaction`;
both engines enforce it. A transaction commits when its block ends, and rolls back when the
block raises. SQLite has one writer at a time; on PostgreSQL, rows are locked where it says so.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import (
    BigInteger,
    CursorResult,
    Executable,
    Row,
    Table,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import StandEasyError
from storage.connections import UNREACHABLE, label, parse, postgresql_engine, reason, sqlite_engine
from storage.errors import DatabaseUnavailable, RowRefused, unavailable
from storage.tables import ANSWERS, PEOPLE

# Primary result codes that speak of the disk or of other programs, not of our statements.
_SQLITE_TROUBLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}
_POSTGRESQL_TROUBLE = {
    asyncpg.LockNotAvailableError.sqlstate,
    # Of the server, whoever takes it: locks, and connections.
    asyncpg.OutOfMemoryError.sqlstate,
    asyncpg.TooManyConnectionsError.sqlstate,
}
_TIDY_WAIT_MS = 1_000
_TRAIL_WAIT_MS = 200
_WRITERS_OUT_MS = 200
_VACUUM_SECONDS = 600.0
_OWN = (
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
    " AND tablename = ANY($1) AND pg_has_role(tableowner, 'USAGE')"
)


class ReadTransaction:
    """A consistent view of the database; nothing can be changed through it."""

    def __init__(self, name: str, database: str, connection: AsyncConnection) -> None:
        self.name = name
        self._database = database
        self._connection = connection

    async def execute(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement, once or for each of `rows`."""
        try:
            return await self._connection.execute(statement, rows)
        except (DBAPIError, TimeoutError) as error:
            failure = self._failure(error)
            if failure is None:
                raise
        # Outside the handler: PostgreSQL puts whole rows into its messages, so a refused
        # row must not be chained to what the database said about it.
        raise failure

    @property
    def has_accounts(self) -> bool:
        """Whether the database knows accounts, each with rights of its own."""
        return self._connection.dialect.name == "postgresql"

    async def all(self, statement: Executable) -> Sequence[Row[Any]]:
        """Return all rows."""
        return (await self.execute(statement)).all()

    async def first(self, statement: Executable) -> Row[Any] | None:
        """Return the first row, or None."""
        return (await self.execute(statement)).first()

    async def scalar(self, statement: Executable) -> Any:
        """Return the first column of the first row, or None."""
        return (await self.execute(statement)).scalar()

    def _failure(self, error: DBAPIError | TimeoutError) -> StandEasyError | None:
        """Return what to raise instead; None for mistakes of our own."""
        if isinstance(error, IntegrityError):
            return RowRefused(constraint=_constraint(error))
        if not _is_trouble(error):
            return None
        trouble = unavailable(self._database, self.name, reason(error))
        trouble.__cause__ = error
        return trouble


class WriteTransaction(ReadTransaction):
    """A transaction that may change the database."""

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """Return an INSERT that knows ON CONFLICT."""
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    async def queue_for(self, what: str) -> None:
        """Wait until no other transaction that queued for `what` is under way."""
        # For chains, where each row needs the one before. SQLite has one writer anyway. Every
        # account can compute the number, and so see and hold up who waits: see `queue_apart`.
        if self._connection.dialect.name == "postgresql":
            await self.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))

    async def queue_apart(self, key: int) -> None:
        """Do the same in a queue that nobody finds without its number: for acts of officers."""
        if self._connection.dialect.name == "postgresql":
            await self.execute(select(func.pg_advisory_xact_lock(literal(key, BigInteger))))

    @property
    def rows_name_their_transaction(self) -> bool:
        """Whether a row says which transaction wrote it, and lies where it was written."""
        return self._connection.dialect.name == "postgresql"

    async def keep_writers_out(self, table: Table) -> None:
        """Let nobody else write to a table, or lock its rows, until this transaction ends."""
        # Rows that are rewritten meanwhile would be missed by whoever waits for one of them.
        # SQLite has one writer anyway.
        # Not for long: an account without a right to the table can still be in the way of this,
        # and officers who write to it stand behind whoever waits here.
        if self._connection.dialect.name == "postgresql":
            await self.execute(text(f"SET LOCAL lock_timeout = '{_WRITERS_OUT_MS}ms'"))
            await self.execute(text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))
            await self.execute(text("SET LOCAL lock_timeout TO DEFAULT"))

    async def commit(self) -> None:
        """Commit; for `Storage` alone."""
        try:
            await self._connection.commit()
            return
        except (DBAPIError, TimeoutError) as error:
            failure = self._failure(error)
            if failure is None:
                raise
        raise failure


Look = Callable[[WriteTransaction], Awaitable[None]]


@dataclass(slots=True)
class _Block:
    look: Look
    is_over: bool = False


_last_look: ContextVar[_Block | None] = ContextVar("last_look", default=None)


@contextmanager
def ending_with(look: Look) -> Iterator[None]:
    """Look once more at the end of each transaction begun in the block; what raises is rolled back.

    Whoever wrote to the audit trail by then keeps all others from it until the commit, so what is
    looked at does not change any more if every change of it goes to the trail as well.
    """
    # Tasks begun in the block take its variables along, for as long as they live. They are looked
    # after while the block lasts, for what they do then is done for it, and not any longer.
    block = _Block(look)
    token = _last_look.set(block)
    try:
        yield
    finally:
        block.is_over = True
        _last_look.reset(token)


class Storage:
    """One database, by its address."""

    def __init__(self, address: str) -> None:
        url = parse(address)
        self._database = label(url)
        self._one_writer: asyncio.Lock | None = None
        self.untidy = False
        """Whether something is still to be emptied that a reader kept from being so."""
        try:
            if url.get_backend_name() == "sqlite":
                # Writers of SQLite starve each other while they poll for its lock.
                self._one_writer = asyncio.Lock()
                self._writer = sqlite_engine(url, writes=True)
                self._reader = sqlite_engine(url, writes=False)
            else:
                self._writer = postgresql_engine(url)
                # One snapshot for the whole transaction, as SQLite gives it: what is read
                # in chunks belongs together. Read-only, so it never fails to serialise.
                self._reader = self._writer.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
        except OSError as error:
            raise self._unavailable("opening", error) from error

    @asynccontextmanager
    async def read(self, name: str) -> AsyncIterator[ReadTransaction]:
        """Open a transaction that only reads; `name` says what for."""
        async with self._begun(self._reader, name) as connection:
            yield ReadTransaction(name, self._database, connection)

    @asynccontextmanager
    async def transaction(
        self, name: str, *, leaves_trail: bool = True
    ) -> AsyncIterator[WriteTransaction]:
        """Open a transaction that is committed at the end; not inside another one.

        SQLite's log keeps what one commit changed side by side, and in the order of commits.
        Where that would join what must never join, `leaves_trail` is False, and the log is
        emptied after the commit, or as soon as nobody reads (`untidy` until then).
        """
        block = _last_look.get()
        # Now: what is begun in the block is looked at also where the block is over before it.
        look = None if block is None or block.is_over else block.look
        async with AsyncExitStack() as stack:
            if self._one_writer is not None:
                await stack.enter_async_context(self._one_writer)
            async with self._begun(self._writer, name) as connection:
                transaction = WriteTransaction(name, self._database, connection)
                yield transaction
                if look is not None:
                    await look(transaction)
                await transaction.commit()
            if self._one_writer is not None and not leaves_trail:
                self.untidy = True
                # Committed is committed: what cannot be emptied now is emptied by `tidy`.
                with suppress(DatabaseUnavailable):
                    self.untidy = not await self._truncate_log(_TRAIL_WAIT_MS)

    async def tidy(self) -> bool:
        """Leave no copy of deleted rows behind; return False if readers were in the way."""
        if self._one_writer is None:
            await self._vacuum()
            return True
        async with self._one_writer:
            self.untidy = True
            self.untidy = not await self._truncate_log(_TIDY_WAIT_MS)
        return not self.untidy

    async def close(self) -> None:
        """Close all connections."""
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def _begun(self, engine: AsyncEngine, name: str) -> AsyncIterator[AsyncConnection]:
        async with AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(engine.connect())
                await connection.begin()
            except UNREACHABLE as error:
                raise self._unavailable(name, error) from error
            yield connection

    async def _vacuum(self) -> None:
        engine = self._writer.execution_options(isolation_level="AUTOCOMMIT")
        async with self._begun(engine, "tidy") as connection:
            # By the driver, which can be told to wait longer than for a statement of officers.
            raw: Any = (await connection.get_raw_connection()).driver_connection
            try:
                # The owner alone may. Processes with a role of their own leave it to the server,
                # which a migration told to vacuum these tables soon after each change.
                found = await raw.fetch(_OWN, [table.name for table in PEOPLE + ANSWERS])
                if not found:
                    return
                names = ", ".join(row["name"] for row in found)
                await raw.execute("SET lock_timeout = 0")
                try:
                    await raw.execute(f"VACUUM (ANALYZE) {names}", timeout=_VACUUM_SECONDS)
                finally:
                    await raw.execute("RESET lock_timeout")
            except UNREACHABLE as error:
                raise self._unavailable("tidy", error) from error

    async def _truncate_log(self, wait_ms: int) -> bool:
        async with self._raw_sqlite() as connection:
            # This keeps writers of other processes out while it waits, so not for long.
            await connection.execute(f"PRAGMA busy_timeout = {wait_ms}")
            async with connection.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                busy, _, _ = await cursor.fetchone()
            return not busy

    @asynccontextmanager
    async def _raw_sqlite(self) -> AsyncIterator[Any]:
        """The driver's own connection, outside any transaction."""
        try:
            async with self._writer.connect() as connection:
                raw: Any = (await connection.get_raw_connection()).driver_connection
                async with raw.execute("PRAGMA busy_timeout") as cursor:
                    (before,) = await cursor.fetchone()
                try:
                    yield raw
                finally:
                    await raw.execute(f"PRAGMA busy_timeout = {before}")
        except UNREACHABLE as error:
            raise self._unavailable("tidy", error) from error

    def _unavailable(self, name: str, error: BaseException) -> DatabaseUnavailable:
        return unavailable(self._database, name, reason(error))


def _constraint(error: IntegrityError) -> str:
    driver = getattr(error.orig, "__cause__", None)
    if isinstance(driver, asyncpg.PostgresError):
        return str(driver.constraint_name or driver.args[0])
    return str(error.orig)


def _is_trouble(error: DBAPIError | TimeoutError) -> bool:
    if isinstance(error, TimeoutError):
        return True
    if getattr(error.orig, "sqlstate", None) in _POSTGRESQL_TROUBLE:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    return error.connection_invalidated or (code is not None and code & 0xFF in _SQLITE_TROUBLE)
