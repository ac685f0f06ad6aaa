"""A look from outside: do the tables fit, and when did each process last tick?

By the drivers alone. Containers look once a minute for as long as they run, and loading the
library that speaks to databases would cost more than everything else they do at rest. Nothing
is made or changed: a file that is not there stays so.
"""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.core.vitals import EVERYTHING, PARTS
from storage.addresses import driver_arguments, file_of
from storage.errors import (
    HOST,
    OPTIONS,
    PORT,
    AddressNotUsable,
    DatabaseUnavailable,
    unavailable,
)

_MIGRATIONS: Final = Path(__file__).parent / "migrations" / "versions"
_STEP: Final = re.compile(r'^(revision|down_revision) = "([^"]+)"', re.MULTILINE)
_SECONDS: Final = 10
_REVISION: Final = "SELECT version_num FROM alembic_version"
_WANTED: Final = ", ".join(f"'{name}'" for name in (EVERYTHING, *PARTS))
_TICKS: Final = f"SELECT process, at FROM heartbeat WHERE process IN ({_WANTED})"  # noqa: S608 - names of ours


@dataclass(frozen=True)
class Looked:
    """What was found; no ticks where the tables are not current."""

    is_current: bool
    ticks: dict[str, datetime]


async def look(address: str) -> Looked:
    """Return what a database says; raises `DatabaseUnavailable` or `AddressNotUsable`."""
    file = file_of(address)
    return await _look_at_server(address) if file is None else _look_at_file(file)


@cache
def newest_steps() -> frozenset[str]:
    """Return the migrations that no other builds on."""
    # By their texts: to load them is to load everything they are written with.
    found: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in _MIGRATIONS.glob("[0-9]*.py"):
        for kind, name in _STEP.findall(path.read_text(encoding="utf-8")):
            found[kind].add(name)
    return frozenset(found["revision"] - found["down_revision"])


def _look_at_file(file: Path) -> Looked:
    try:
        if not file.exists():
            return Looked(is_current=False, ticks={})
        address = f"{file.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=_SECONDS)) as connection:
            connection.execute("PRAGMA query_only = ON")
            named = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            if connection.execute(named).fetchone() is None:
                return Looked(is_current=False, ticks={})
            stands_at = {name for (name,) in connection.execute(_REVISION)}
            if stands_at != newest_steps():
                return Looked(is_current=False, ticks={})
            rows = connection.execute(_TICKS).fetchall()
    except (OSError, sqlite3.Error) as error:
        raise _unavailable(str(file), error) from error
    moments = {name: _moment(at) for name, at in rows}
    return Looked(is_current=True, ticks={name: at for name, at in moments.items() if at})


def _moment(at: object) -> datetime | None:
    """Return a time as `storage.columns.Timestamp` writes it; None where nothing of ours did."""
    try:
        # Text in one zone. What is odd in the row of one process hides no other.
        return datetime.fromisoformat(str(at)).replace(tzinfo=UTC)
    except ValueError:
        return None


async def _look_at_server(address: str) -> Looked:
    import asyncpg  # type: ignore[import-untyped]

    connection, database = await _connected(address)
    try:
        try:
            stands_at = {row["version_num"] for row in await connection.fetch(_REVISION)}
            if stands_at != newest_steps():
                return Looked(is_current=False, ticks={})
            rows = await connection.fetch(_TICKS)
        finally:
            await connection.close(timeout=_SECONDS)
    except asyncpg.UndefinedTableError:
        return Looked(is_current=False, ticks={})
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _unavailable(database, error) from error
    return Looked(is_current=True, ticks={row["process"]: row["at"] for row in rows})


async def _connected(address: str) -> tuple[Any, str]:
    """Return a connection to a server, and a name for it that holds no account."""
    import asyncpg

    database = ""
    try:
        given = driver_arguments(address)
        database = f"{given.get('database', '')} at {given.get('host') or 'this machine'}"
        limits: dict[str, Any] = {"timeout": _SECONDS, "command_timeout": _SECONDS}
        limits["server_settings"] = {"application_name": "stand-easy"}
        return await asyncpg.connect(**(given | limits)), database
    # Nothing is said of what was given, and nothing chained to it: a password may be anywhere.
    except OverflowError:
        expected = PORT
    except UnicodeError:
        expected = HOST
    except (asyncpg.ClientConfigurationError, TypeError, ValueError):
        expected = OPTIONS
    # The last: where the driver trips over an option, or over a server that is none of its kind.
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, AttributeError) as error:
        raise _unavailable(database, error) from error
    raise AddressNotUsable(expected=expected)


def _unavailable(database: str, error: Exception) -> DatabaseUnavailable:
    # Its kind alone: a driver's words may repeat what it was given.
    return unavailable(database, "health", type(error).__name__)
