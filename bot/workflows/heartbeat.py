"""Heartbeats: each process says that it is alive, so that a container can be restarted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.vitals import EVERYTHING, PARTS, WITH_VITALS, Vitals, has_been, ticked_lately
from bot.workflows.moment import Now
from storage import heartbeats
from storage.engine import Storage
from storage.heartbeats import BACKUP, Beat


@dataclass(frozen=True)
class Signs:
    """What heartbeats say, as far as it can be believed."""

    ticks: Mapping[str, datetime]
    vitals: Vitals | None
    backup_at: datetime | None
    unread: tuple[str, ...]
    """Whose heartbeat cannot be read; of the others, all of it was."""


def signs_of(beats: Mapping[str, Beat], now: datetime) -> Signs:
    """Return what heartbeats say: what one says wrong hides nothing of the others."""
    been = {name: beat.at for name, beat in beats.items() if has_been(beat.at, now)}
    unread = [name for name in beats if name not in been]
    speaking = [name for name in WITH_VITALS if name in been and beats[name].vitals is not None]
    newest = max(speaking, key=lambda name: been[name], default=None)
    vitals = None
    if newest is not None:
        vitals = _vitals(beats[newest].vitals, now)
        if vitals is None:
            unread.append(newest)
    ticks: dict[str, datetime] = {name: been[name] for name in (EVERYTHING, *PARTS) if name in been}
    return Signs(ticks, vitals, been.get(BACKUP), tuple(sorted(unread)))


def _vitals(text: str | None, now: datetime) -> Vitals | None:
    try:
        vitals = Vitals.from_json(text or "")
    except ValueError:
        return None
    return vitals if all(has_been(each.last, now) for each in vitals.troubles.values()) else None


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
