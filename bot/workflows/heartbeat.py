"""Heartbeats: each process says that it is alive, so that a container can be restarted."""

from datetime import datetime, timedelta

from bot.workflows.moment import Now
from storage import heartbeats
from storage.engine import Storage

FRESH = timedelta(minutes=3)


async def beat(storage: Storage, process: str, now: Now) -> None:
    """Note that a process is alive."""
    async with storage.transaction("heartbeat") as tx:
        await heartbeats.beat(tx, process, now())


async def is_fresh(storage: Storage, process: str | None, now: Now) -> bool:
    """Whether a process, or any, was alive lately."""
    async with storage.read("heartbeats") as tx:
        beats = await heartbeats.last(tx)
    moments = [at for name, at in beats.items() if process in (None, name)]
    return any(now() - at < FRESH for at in moments)


async def last(storage: Storage) -> datetime | None:
    """Return when any process was last alive; None when none ever was."""
    async with storage.read("heartbeats") as tx:
        return max((await heartbeats.last(tx)).values(), default=None)
