"""What the station's database holds, and a way to take it away for a while."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from bot.sandbox.phones import Phone
from tests.station import Station


def has_received(phone: Phone, count: int) -> bool:
    """Whether the bot has written so many messages."""
    return len(phone.received) == count


def file_of(station: Station) -> Path:
    """Return the station's database file."""
    address = station.assembly.settings.database_url.reveal()
    return Path(address.removeprefix("sqlite+aiosqlite:///"))


def dump(station: Station) -> list[str]:
    """Return every row of the database as text."""
    with closing(sqlite3.connect(file_of(station))) as connection:
        return list(connection.iterdump())


def count(station: Station, table: str) -> int:
    """Return how many rows a table holds."""
    with closing(sqlite3.connect(file_of(station))) as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - ours
        return int(found[0])


def on_disk(station: Station) -> bytes:
    """Return every byte of the database's files."""
    path = file_of(station)
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


@asynccontextmanager
async def database_gone(station: Station) -> AsyncIterator[None]:
    """Take the database away while the block runs, and put it back as it was."""
    path = file_of(station)
    await station.assembly.storage.close()
    away = path.rename(path.with_suffix(".away"))
    # A folder in its place cannot be opened, nor made into a new database by mistake.
    path.mkdir()
    try:
        yield
    finally:
        await station.assembly.storage.close()
        path.rmdir()
        away.rename(path)
