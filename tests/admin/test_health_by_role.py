"""Health on PostgreSQL by the roles of the processes: each is allowed what it needs for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from bot.core.health import Condition, conditions_of
from bot.core.vitals import Seen, Trouble, Vitals
from bot.workflows import heartbeat
from bot.workflows.alerts import OF_DASHBOARD, Alerting
from bot.workflows.health import Oversight
from bot.workflows.pulse import Pulse
from config.content import national_support
from storage import programme_proposals
from storage.connections import parse, postgresql_engine
from storage.engine import Storage
from storage.roles import Role
from storage.tables import metadata
from tests.admin.mail_server import mail_server
from tests.admin.overseen import NOW, Clock, at_work
from tests.admin.test_alerts import minutes, plain
from tests.storage.access import with_access
from tests.storage.rows import ENTRY, a_proposal
from tests.storage.test_roles import accounts, database, run

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
        process = role.value.removeprefix("standeasy_")
        oversight = Oversight(storage, clock, national_support(), process)
        apart = OF_DASHBOARD if role is Role.DASHBOARD else ""
        looking = Alerting(storage, oversight, plain(port), None, apart)
        await minutes(looking, clock, storage, 3, process)
    assert kept.subjects == ["Stand Easy: no unused keys"]


LATER = "2199-12-31"
WELL = Vitals(0, 0, 0, 0, {}).to_json().replace(":", "\\:")
BEAT = (
    "INSERT INTO heartbeat (process, at, vitals) VALUES ('{}', '{}', {}) ON CONFLICT (process)"
    " DO UPDATE SET at = excluded.at, vitals = excluded.vitals"
)
TOLD = "INSERT INTO alert (condition, told_at, lasts) VALUES ('{}', '{}', true)"
BLINDING = (
    BEAT.format("zz", LATER, "'" + WELL.replace("0", "1e999", 1) + "'"),
    BEAT.format("zz", LATER, "repeat('[', 100000)"),
    BEAT.format("zz", LATER, f"'{WELL}'"),
    BEAT.format("dashboard", LATER, "NULL"),
    BEAT.format("dashboard", LATER, f"'{WELL}'"),
    BEAT.format("officers", "2026-11-30 09:30+00", f"'{WELL}'"),
    BEAT.format("serve", "2026-11-30 09:30+00", "NULL"),
    BEAT.format("tally", "2026-11-30 09:30+00", "NULL"),
    TOLD.format("Telegram token refused", LATER),
    TOLD.format("tick stopped", "2026-11-30 09:30+00"),
    TOLD.format("dashboard\\: tick stopped", LATER),
    "UPDATE alert SET told_at = now(), lasts = true",
    "UPDATE heartbeat SET at = '2199-12-31'",
)


async def test_no_row_of_the_dashboards_account_blinds_health_or_alerts(
    accounts: dict[Role, str],
) -> None:
    clock, before = Clock(), Clock(NOW - timedelta(minutes=30))
    refused = Vitals(0, 0, 0, 0, {Trouble.TOKEN_REFUSED: Seen(1, NOW)})
    async with opened(accounts[Role.OFFICERS]) as officers:
        await heartbeat.beat(officers, "officers", before, refused)
    for statement in BLINDING:
        with suppress(DBAPIError):
            await run(accounts[Role.DASHBOARD], statement)
    async with opened(accounts[Role.TALLY]) as tally, mail_server() as (kept, port):
        oversight = Oversight(tally, clock, national_support(), "tally")
        looking = Alerting(tally, oversight, plain(port), None)
        await heartbeat.beat(tally, "tally", clock)
        found = await oversight.health()
        assert found.stopped() == ["officers"]
        assert (found.vitals, found.unread) == (refused, ("dashboard",))
        await minutes(looking, clock, tally, 3, "tally")
    assert {each.removeprefix("Stand Easy: ") for each in kept.subjects} == {
        *(Condition.NO_KEYS, Condition.TICK_STOPPED, Condition.TOKEN_REFUSED),
        Condition.HEARTBEAT_UNREAD,
    }


async def test_nobody_who_holds_a_named_lock_keeps_others_from_telling(
    accounts: dict[Role, str],
) -> None:
    clock = Clock()
    engine = postgresql_engine(parse(accounts[Role.DASHBOARD]))
    try:
        async with engine.begin() as held:
            await held.execute(text("SELECT pg_advisory_xact_lock(hashtext('alerts'))"))
            async with opened(accounts[Role.TALLY]) as tally, mail_server() as (kept, port):
                oversight = Oversight(tally, clock, national_support(), "tally")
                looking = Alerting(tally, oversight, plain(port), None)
                await minutes(looking, clock, tally, 3, "tally")
    finally:
        await engine.dispose()
    assert kept.subjects == ["Stand Easy: no unused keys"]


async def test_health_and_alerts_wait_for_nothing_that_the_dashboards_account_can_hold(
    database: str, accounts: dict[Role, str]
) -> None:
    clock = Clock()
    async with opened(database) as owner:
        await at_work(owner, clock)
        async with owner.transaction("fill") as tx:
            await with_access(tx)
            await programme_proposals.add(tx, a_proposal(), ENTRY, NOW)
        for process in ("officers", "tally"):
            await heartbeat.beat(owner, process, clock)
    engine = postgresql_engine(parse(accounts[Role.DASHBOARD]))
    held = []
    try:
        async with engine.begin() as holding:
            for name in (table.name for table in metadata.sorted_tables):
                for hold in (
                    f'LOCK TABLE "{name}" IN ACCESS EXCLUSIVE MODE NOWAIT',
                    f'SELECT 1 FROM "{name}" FOR UPDATE',  # noqa: S608 - names of ours
                ):
                    with suppress(ProgrammingError):
                        async with holding.begin_nested():
                            await holding.execute(text(hold))
                            held.append(name)
            # Its own ways in, and rows that it may change.
            assert {"staff_session", "staff", "programme_proposal"} <= set(held)
            for role in (Role.OFFICERS, Role.TALLY):
                process = role.value.removeprefix("standeasy_")
                async with opened(accounts[role]) as storage, mail_server() as (kept, port):
                    oversight = Oversight(storage, clock, national_support(), process)
                    looking = Alerting(storage, oversight, plain(port), None, f"{process}: ")
                    await minutes(looking, clock, storage, 12, process)
                assert "Stand Easy: tick stopped" in kept.subjects
    finally:
        await engine.dispose()
