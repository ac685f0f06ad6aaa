"""Waiting for a lock to be waited for, so that a race is run in the order that is tested."""

from sqlalchemy import text

from storage.engine import Storage


async def others_wait(pair: tuple[Storage, Storage], database_url: str) -> None:
    """Return once the other transaction waits for a lock; on SQLite nobody can tell."""
    if database_url.startswith("sqlite"):
        return
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while True:
        async with pair[0].read("look") as look:
            if await look.scalar(waiting):
                return
