"""How a connection to each engine is made and a transaction on it begins."""

import asyncio
import inspect
import logging
import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import sqlite_driver
from storage.errors import HOST, OPTIONS, PORT, AddressNotUsable, UnsupportedDatabase

UNREACHABLE = (
    OSError,
    SQLAlchemyError,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
)
"""What connecting can raise: drivers are not wrapped before there is a connection."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_BUSY_TIMEOUT_MS = 10_000

_ADAPTERS_OWN = ("prepared_statement_cache_size", "prepared_statement_name_func")
_OPTIONS = frozenset((*inspect.signature(asyncpg.connect).parameters, *_ADAPTERS_OWN))
"""What an address of a server may say behind its question mark."""

LOCK_SECONDS = 8.0
STATEMENT_SECONDS = 30.0
"""How long one statement on PostgreSQL waits for a lock, and for its answer altogether: a
server that stalls fails, and what waits for it is told so. Many rows are written in one."""


def parse(address: str) -> URL:
    """Return the address with its driver; raises `UnsupportedDatabase` or `AddressNotUsable`."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise UnsupportedDatabase(found="something else") from None
    drivername = _DRIVERS.get(url.drivername, url.drivername)
    if drivername not in _DRIVERS.values():
        raise UnsupportedDatabase(found=url.drivername)
    # In memory, every connection would have a database of its own.
    if drivername.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise UnsupportedDatabase(found="sqlite without a path")
    # SQLite would read one as an address again: the file it leads to is then not the one that was
    # looked at, for a demo's mark, say.
    if drivername.startswith("sqlite") and (
        "uri" in url.query or str(url.database).casefold().startswith("file:")
    ):
        raise UnsupportedDatabase(found="sqlite with an address in place of a path")
    # A password with an @ or a / in it, not written as %40 or %2F, is cut in the wrong place.
    # Its rest would stand in messages, and be asked of name servers.
    if drivername.startswith("postgresql") and "@" in f"{url.host}{url.database}":
        raise UnsupportedDatabase(found="an account whose password holds @ or /: write %40 or %2F")
    if drivername.startswith("postgresql"):
        _check_server(url)
    return url.set(drivername=drivername)


def _check_server(url: URL) -> None:
    """Raise `AddressNotUsable` where the driver would trip over what it is given."""
    port = str(url.query.get("port", 5432 if url.port is None else url.port))
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise AddressNotUsable(expected=PORT)
    try:
        (url.host or "").encode("idna")
    except UnicodeError:
        raise AddressNotUsable(expected=HOST) from None
    if not _OPTIONS.issuperset(url.query):
        raise AddressNotUsable(expected=OPTIONS)


def label(url: URL) -> str:
    """Return a name for the database that holds neither account nor password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"{url.database or ''} at {url.host or url.query.get('host') or 'this machine'}"


def reason(error: BaseException) -> str:
    """Return the kind of an error alone: a driver's words may repeat what it was given."""
    known = getattr(error, "orig", None) or error
    # asyncpg's own kind, a wrong password for one, stands behind its adapter's.
    return type((known is not error and known.__cause__) or known).__name__


def sqlite_engine(url: URL, *, writes: bool, foreign_keys: bool = True) -> AsyncEngine:
    """Return an engine for one writing connection, or for several that only read."""
    _keep_rows_out_of_logs()
    _make_private(Path(str(url.database)))
    pool: dict[str, Any] = (
        {"pool_size": 1, "max_overflow": 0} if writes else {"pool_size": 4, "max_overflow": 4}
    )
    engine = create_async_engine(
        url, hide_parameters=True, connect_args={"async_creator_fn": _open_file}, **pool
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver would begin transactions when it sees fit; `_begin` does it instead.
        connection.isolation_level = None
        cursor = connection.cursor()
        for setting in (
            f"busy_timeout = {_BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            # A confirmed answer outlives a power cut, which NORMAL does not promise.
            "synchronous = FULL",
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
            # What is deleted is overwritten, in the file and in what follows in the log.
            "secure_delete = ON",
            f"query_only = {'OFF' if writes else 'ON'}",
        ):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        # Immediate: a transaction that reads first and then writes would fail at once,
        # without waiting, when another process wrote in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def postgresql_engine(url: URL, *, patient: bool = False) -> AsyncEngine:
    """Return an engine for PostgreSQL, READ COMMITTED unless told otherwise.

    A patient one waits as long as it takes, as changing tables may.
    """
    _keep_rows_out_of_logs()
    settings = {"application_name": "stand-easy"}
    limits: dict[str, Any] = {"timeout": 10, "server_settings": settings}
    if not patient:
        limits["command_timeout"] = STATEMENT_SECONDS
        settings["lock_timeout"] = f"{round(LOCK_SECONDS * 1000)}ms"
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=8,
        max_overflow=8,
        # A server that was restarted costs one round trip here, not a lost answer.
        pool_pre_ping=True,
        connect_args=limits,
    )


async def _open_file(database: str, **options: Any) -> sqlite_driver.Connection:
    """Return a connection to a file; one that fails leaves no thread behind."""
    connection = sqlite_driver.Connection(partial(sqlite3.connect, database, **options))
    thread = connection._thread
    # What is left open does not keep a process from ending.
    thread.daemon = True
    try:
        await connection
    except BaseException:
        # The driver tells its thread to stop and waits for nothing. It still has to answer to
        # this loop, which may be closed by then: a traceback of a thread, in nobody's log.
        await asyncio.to_thread(thread.join)
        raise
    return connection


def _make_private(path: Path) -> None:
    # SQLite gives its log files the mode of the database file.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _keep_rows_out_of_logs() -> None:
    # At DEBUG, these would write every value and every row to the log: an enrolment's mark
    # next to the sealed response it came with, and when. Before the engine is made,
    # because SQLAlchemy asks for the level only once.
    for name in ("aiosqlite", "sqlalchemy.engine", "sqlalchemy.pool"):
        logging.getLogger(name).setLevel(logging.WARNING)
