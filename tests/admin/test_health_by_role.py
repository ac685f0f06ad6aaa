"""Health on PostgreSQL by the roles of the processes: each is allowed what it needs for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.core.health import Condition, conditions_of
from bot.workflows import heartbeat
from bot.workflows.alerts import Alerting
from bot.workflows.health import Oversight
from bot.workflows.pulse import Pulse
from config.content import national_support
from storage.engine import Storage
from storage.roles import Role
from tests.admin.mail_server import mail_server
from tests.admin.overseen import NOW, Clock
from tests.admin.test_alerts import minutes, plain
from tests.storage.test_roles import accounts, database

__all__ = ["accounts", "database"]

pytestmark = pytest.mark.postgres


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Storage]:
    storage = Storage(address)
    try:
        yield storage
    finally:
        await storage.close()


async def test_officers_say_how_they_are_and_the_dashboard_reads_it(
    accounts: dict[Role, str],
) -> None:
    async with opened(accounts[Role.OFFICERS]) as officers:
        vitals = await Pulse(officers, Clock(), dict).take()
        await heartbeat.beat(officers, "officers", Clock(), vitals)
    async with opened(accounts[Role.DASHBOARD]) as dashboard:
        oversight = Oversight(dashboard, Clock(), national_support(), "dashboard")
        await heartbeat.beat(dashboard, "dashboard", Clock())
        assert await oversight.not_ready() is None
        found = await oversight.health()
    assert found.vitals == vitals
    assert found.ticks == {"officers": NOW, "dashboard": NOW}
    assert found.tables_current
    assert conditions_of(found) == [Condition.NO_KEYS]


@pytest.mark.parametrize("role", Role)
async def test_every_process_may_tell_of_what_needs_somebody(
    accounts: dict[Role, str], role: Role
) -> None:
    clock = Clock()
    async with opened(accounts[role]) as storage, mail_server() as (kept, port):
        oversight = Oversight(storage, clock, national_support(), "serve")
        looking = Alerting(storage, oversight, plain(port), None)
        await minutes(looking, clock, storage, 3)
    assert kept.subjects == ["Stand Easy: no unused keys"]
