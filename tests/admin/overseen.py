"""An installation to look at: at work, and asked by people and monitors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import httpx

from bot.admin.health_pages import (
    Oversight,
    health_routes,
    probe_routes,
)
from bot.core.audit import AuditEntry
from bot.core.reporting_units import form_units
from bot.core.vitals import Seen, Trouble, Vitals
from bot.web.application import web_application
from bot.web.sign_in import Door, OpenDoor
from bot.workflows import health, heartbeat, programme
from bot.workflows.known_keys import MAKE_KEY
from config.content import national_support
from storage import audit, rounds, sealing_keys
from storage.engine import Storage
from tests.programmes import pulse_alone
from tests.storage.rows import Key, a_round

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
CHECKED = date(2026, 11, 16)
"""When every entry of the example and of the national directory was last verified."""

TROUBLED = Vitals(10, 0, 100, 1_000, {Trouble.TOLD_TO_WAIT: Seen(10, NOW - timedelta(hours=2))})


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def oversight_of(storage: Storage, clock: Clock) -> health.Oversight:
    return health.Oversight(storage, clock, national_support(), "serve")


async def at_work(storage: Storage, clock: Clock, vitals: Vitals | None = None) -> None:
    """Put a force to work: a programme, keys, an open round, a tick, a backup."""
    document = pulse_alone()
    await programme.load(storage, document, "test", "test", clock)
    units = form_units(document, [team.id for team in document.force.teams]).to_json()
    async with storage.transaction("fill") as tx:
        for number in range(3):
            await sealing_keys.add(tx, Key(f"k{number}"))
            made = AuditEntry("test", MAKE_KEY, f"key k{number}")
            await audit.append(tx, made, clock())
        assert await sealing_keys.take_unused(tx) is not None
        row = a_round(
            "weekly-pulse-2026-11-16", check_in="weekly-pulse", sealing_key="k0", units=units
        )
        assert await rounds.open(tx, row)
    await heartbeat.beat(storage, "serve", clock, vitals)
    before = Clock(clock.at - timedelta(days=2))
    await heartbeat.note_backup(storage, before)


@asynccontextmanager
async def asking(
    oversight: Oversight, door: Door | None = None, host: str = "results.example"
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody, or a monitor, before this installation."""
    application = web_application(
        [*probe_routes(oversight), *health_routes(oversight, door or OpenDoor())],
        allowed_hosts=["results.example"],
        on_loopback=True,
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        yield client
