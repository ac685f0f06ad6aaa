"""Heartbeats: each process says that it is alive, so that a container can be restarted."""

from datetime import datetime

from bot.core.vitals import Vitals, ticked_lately
from bot.workflows.moment import Now
from storage import heartbeats
from storage.engine import Storage

BACKUP = "backup"
"""Under this name, whoever made a backup says when: see `note_backup`."""


async def beat(storage: Storage, process: str, now: Now, vitals: Vitals | None = None) -> None:
    """Note that a process is alive, and what it says of itself."""
    said = vitals.to_json() if vitals else None
    async with storage.transaction("heartbeat") as tx:
        await heartbeats.beat(tx, process, now(), said)


async def note_backup(storage: Storage, now: Now) -> None:
    """Note that a whole backup was made; the health page says when."""
    async with storage.transaction("backup") as tx:
        await heartbeats.beat(tx, BACKUP, now())


async def is_fresh(storage: Storage, process: str | None, now: Now) -> bool:
    """Whether a process, or any, was alive lately."""
    async with storage.read("heartbeats") as tx:
        beats = await heartbeats.last(tx)
    return ticked_lately(beats, process, now())


async def last(storage: Storage) -> datetime | None:
    """Return when any process was last alive; None when none ever was."""
    async with storage.read("heartbeats") as tx:
        beats = await heartbeats.last(tx)
    return max((at for name, at in beats.items() if name != BACKUP), default=None)
