"""For the command `alembic` alone; the program itself migrates through `storage.migrate`.

Works on the database of STANDEASY_DATABASE_URL, else on a throw-away SQLite file that is
migrated first, so that `alembic check` needs nothing.
"""

import asyncio
import os
import tempfile
from pathlib import Path

from alembic import context
from sqlalchemy import Connection

from storage.migrate import OPTIONS, engine_for, migrate


def _with(connection: Connection) -> None:
    context.configure(connection=connection, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


async def _run(address: str) -> None:
    engine = engine_for(address)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_with)
    finally:
        await engine.dispose()


async def _run_on_throw_away() -> None:
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite+aiosqlite:///{Path(folder) / 'check.db'}"
        await migrate(address)
        await _run(address)


address = os.environ.get("STANDEASY_DATABASE_URL")
asyncio.run(_run(address) if address else _run_on_throw_away())
