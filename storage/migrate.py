"""Bringing a database to the tables the code expects, and checking that it is there.

One migration runs in one transaction on both engines, and only one process migrates at a
time: either everything happened or nothing did.
"""

from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.connections import UNREACHABLE, label, parse, postgresql_engine, reason, sqlite_engine
from storage.engine import Storage
from storage.errors import SchemaDiffers, unavailable
from storage.tables import metadata

OPTIONS: Final[dict[str, Any]] = {
    "target_metadata": metadata,
    "compare_type": True,
    "compare_server_default": True,
    # SQLite changes tables by rebuilding them, and runs schema changes in transactions.
    "render_as_batch": True,
    "transactional_ddl": True,
}
T = TypeVar("T")

_FOLDER = Path(__file__).parent / "migrations"


async def migrate(address: str, target: str = "head") -> None:
    """Upgrade to `target`, a revision or "head"; a database that is there stays as it is."""
    await _run(address, lambda connection: _move(connection, target, up=True))


async def downgrade(address: str, target: str) -> None:
    """Go back to `target`, a revision or "base"; what the later tables held is lost."""
    await _run(address, lambda connection: _move(connection, target, up=False))


async def pending(address: str) -> bool:
    """Say whether the database still has steps before it."""
    return await _run(address, _is_behind)


async def revision(address: str) -> str | None:
    """Return which migration the database stands at; None before the first."""
    return await _run(
        address, lambda connection: MigrationContext.configure(connection).get_current_revision()
    )


def is_known(wanted: str) -> bool:
    """Whether this version of the program has a migration of that name."""
    return wanted in {script.revision for script in _script().walk_revisions()}


async def is_current(storage: Storage) -> bool:
    """Say whether an open database has the tables this version expects, by its own word."""
    try:
        async with storage.read("revision") as tx:
            rows = await tx.all(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):
        return False
    return {row.version_num for row in rows} == _heads()


async def stands_at(storage: Storage) -> str | None:
    """Return the newest migration an open database has had; None before the first."""
    try:
        async with storage.read("revision") as tx:
            row = await tx.first(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):
        return None
    return None if row is None else str(row.version_num)


async def check(address: str) -> None:
    """Raise `SchemaDiffers` unless database, migrations and `storage.tables` agree."""
    differences = await _run(address, _differences)
    if differences:
        raise SchemaDiffers(differences="; ".join(differences))


def engine_for(address: str) -> AsyncEngine:
    """Return an engine to migrate with."""
    url = parse(address)
    if url.get_backend_name() == "sqlite":
        # Rebuilding a table drops the old one, and with foreign keys on, that deletes
        # every row that refers to it. `_move` checks them at the end instead.
        return sqlite_engine(url, writes=True, foreign_keys=False)
    return postgresql_engine(url, patient=True)


async def _run(address: str, act: Callable[[Connection], T]) -> T:
    async with AsyncExitStack() as stack:
        try:
            engine = engine_for(address)
            stack.push_async_callback(engine.dispose)
            connection = await stack.enter_async_context(engine.begin())
        except UNREACHABLE as error:
            raise unavailable(label(parse(address)), "migrating", reason(error)) from error
        return await connection.run_sync(act)


def _move(connection: Connection, target: str, *, up: bool) -> None:
    if connection.dialect.name == "postgresql":
        # Several processes may start at once; the later ones find the work done.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('migrate'))"))
    steps = _script()._upgrade_revs if up else _script()._downgrade_revs
    context = MigrationContext.configure(
        connection, opts={**OPTIONS, "fn": lambda heads, _: steps(target, heads)}
    )
    with Operations.context(context):
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            tables = ", ".join(sorted({row.table for row in broken}))
            raise SchemaDiffers(differences=f"rows without the row they refer to in {tables}")


def _is_behind(connection: Connection) -> bool:
    context = MigrationContext.configure(connection)
    return set(context.get_current_heads()) != _heads()


def _differences(connection: Connection) -> list[str]:
    if _is_behind(connection):
        return ["not every migration has run"]
    context = MigrationContext.configure(connection, opts=OPTIONS)
    return [str(difference) for difference in compare_metadata(context, metadata)]


@cache
def _heads() -> frozenset[str]:
    return frozenset(_script().get_heads())


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER))
