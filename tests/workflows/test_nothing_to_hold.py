"""Whatever the dashboard's account locks, no act of an officer waits for it, and none is seen.

On a real PostgreSQL, each process with its own account.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.audit import AuditEntry
from bot.core.instruments import Need
from bot.core.profiles import Profile
from bot.core.rounds import RoundState
from bot.workflows import closing, steering, team_codes
from bot.workflows.answer import Answered
from bot.workflows.codes import CodeProblem
from bot.workflows.enrol import Resumed
from bot.workflows.follow_up_kinds import KIND_OF
from storage import alert_chats, audit, connections, enrolment_codes, lead_chats, sealed_responses
from storage.connections import parse, postgresql_engine
from storage.engine import Storage
from storage.errors import DatabaseUnavailable, RowRefused
from storage.roles import Role
from storage.tables import metadata
from tests.storage.rows import NOW
from tests.storage.test_roles import HOLDING, NOT_ALLOWED, accounts, database
from tests.storage.waiting import others_wait
from tests.workflows.abandoned import abandon
from tests.workflows.harming import closed
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office, at
from tests.workflows.starting import starting
from tests.workflows.test_answer_self_started import leaves
from tests.workflows.test_unread_rows import desk_of

__all__ = ["accounts", "database"]

pytestmark = pytest.mark.postgres

MODES = (
    "ACCESS EXCLUSIVE",
    *("EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE", "SHARE UPDATE EXCLUSIVE"),
    *("ROW EXCLUSIVE", "ROW SHARE", "ACCESS SHARE"),
)
CONFLICTING = MODES[:5]
"""The modes that keep writers out. Of the others, each account holds the first on any table."""

SOURCE = Path(__file__).parents[2]
QUEUES = re.compile(r'(?:queue_for\(|_QUEUE = )"([^"]+)"')


def queues() -> set[str]:
    """Return the names of all queues that anybody who reads the program can compute."""
    files = [*(SOURCE / "bot").rglob("*.py"), *(SOURCE / "storage").rglob("*.py")]
    return {name for file in files for name in QUEUES.findall(file.read_text(encoding="utf-8"))}


TRIES = """\
DO $$
DECLARE
  statement text;
  done text := '';
BEGIN
  FOREACH statement IN ARRAY string_to_array({statements}, E'\\n') LOOP
    BEGIN
      EXECUTE statement;
      done := done || statement || E'\\n';
    EXCEPTION WHEN others THEN NULL;
    END;
  END LOOP;
  PERFORM set_config('tries.done', done, false);
END $$
"""


def everything() -> Iterator[str]:
    """All that locks a table or its rows, whether or not an account may."""
    for name, table in metadata.tables.items():
        # No right to a table is asked for before these take its lock.
        yield f"""PREPARE "for {name}" AS DELETE FROM "{name}" """  # noqa: S608
        yield f"""PREPARE "of {name}" AS TABLE "{name}" FOR UPDATE"""
        for mode in MODES:
            yield f'LOCK TABLE "{name}" IN {mode} MODE NOWAIT'
        for column in table.columns:
            yield f'UPDATE "{name}" SET "{column.name}" = "{column.name}"'  # noqa: S608
        for strength in ("UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE"):
            yield f'SELECT 1 FROM "{name}" FOR {strength} NOWAIT'  # noqa: S608


async def holds(connection: AsyncConnection) -> dict[str, str]:
    """Hold all that an account can; return the strongest mode in which it locked each table."""
    statements = "\n".join(everything()).replace("'", "''")
    await connection.execute(text(TRIES.format(statements=f"'{statements}'")))
    done = (await connection.execute(text("SELECT current_setting('tries.done')"))).scalar_one()
    for name in queues():
        await connection.execute(text(f"SELECT pg_advisory_lock(hashtext('{name}'))"))
    locks = re.findall(r'LOCK TABLE "(\w+)" IN ([A-Z ]+) MODE', done)
    return dict(reversed(locks))


@asynccontextmanager
async def held(address: str) -> AsyncIterator[dict[str, str]]:
    """Hold all that an account can until the block ends."""
    engine = postgresql_engine(parse(address))
    try:
        async with engine.connect() as connection, connection.begin():
            yield await holds(connection)
    finally:
        await engine.dispose()


@asynccontextmanager
async def apart(database: str, accounts: dict[Role, str], folder: Path) -> AsyncIterator[Office]:
    """An office in which a round is open, with the officers' own account from then on."""
    document = starting("exit", "support-taps", *KIND_OF)
    async with AsyncExitStack() as stack:
        office = await stack.enter_async_context(an_office(database, folder, document=document))
        owner = office.storage
        await office.turn()
        await office.joined(4)
        office.storage = Storage(accounts[Role.OFFICERS])
        try:
            yield office
        finally:
            await office.storage.close()
            office.storage = owner


async def test_an_officer_does_everything_while_the_dashboard_holds_all_it_can(
    database: str, accounts: dict[Role, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LOCK_SECONDS", 0.05)
    async with apart(database, accounts, tmp_path) as office:
        one, two, three, four = range(7_300_000_001, 7_300_000_005)
        code = await office.code()
        desk = desk_of(office)
        async with held(accounts[Role.DASHBOARD]) as strongest:
            assert await desk.refresh()
            assert await desk.join(Profile(7_400_000_001), code) is True
            assert await desk.offer_open_prompt(7_400_000_001) is not None
            assert await desk.offer_open_prompt(one) is not None
            assert await office.answers(one) is Answered.SEALED
            assert await leaves(office, two) is Answered.SEALED
            assert await desk.amend_profile(two, ignored=1)
            assert await desk.settings.choose_language(two, "cy")
            assert await desk.settings.pause(two, 2) is not None
            assert await desk.settings.end_pause(two) is not None
            assert not (await desk.follow_ups.start(three, "en")).before
            await desk.follow_ups.tomorrow(three, "en")
            assert await desk.follow_ups.not_tomorrow(three)
            desk.support_taps.count(three, Need.TALK)
            assert await desk.support_taps.flush()
            assert not (await desk.everything_held(three)).is_nothing
            assert not await desk.lead_chats.is_linked(three)
            assert await desk.stop(four)
            assert await desk.resume(four) is Resumed.RESUMED
            assert await desk.forget(one)
            assert await desk.forget(three)
        locked = {table for table, mode in strongest.items() if mode in CONFLICTING}
        # What is the dashboard's alone, and no process beside it reads.
        assert locked == {"invite", "passkey", "staff_session", "sign_in_challenge"}


async def test_what_others_see_of_a_queue_is_not_where_officers_wait(
    database: str, accounts: dict[Role, str], tmp_path: Path
) -> None:
    async with apart(database, accounts, tmp_path) as office:
        one, two = 7_300_000_001, 7_300_000_002
        seen = []
        owner = Storage(database)
        for act in (leaves(office, one), desk_of(office).forget(two)):
            async with asyncio.timeout(60), held(accounts[Role.DASHBOARD]):
                # Whoever joins is in the officers' own queue, and so whoever else acts waits.
                async with office.storage.transaction("join") as tx:
                    await tx.queue_apart(office.address.queue("join"))
                    acting = asyncio.create_task(act)
                    await others_wait((owner, owner), database)
                    async with owner.read("look") as look:
                        waited = "SELECT classid, objid FROM pg_locks WHERE NOT granted"
                        seen += [tuple(row) for row in await look.all(text(waited))]
                assert await acting
        await owner.close()
        expected = office.address.queue("join") % 2**64
        assert set(seen) == {(expected >> 32, expected % 2**32)}


async def test_what_waits_for_the_trail_keeps_no_officer_waiting(
    database: str, accounts: dict[Role, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with apart(database, accounts, tmp_path) as office:
        officers = range(7_300_000_001, 7_300_000_004)
        code = await office.code()
        async with office.storage.read("look") as look:
            (found,) = [
                each
                for each in await enrolment_codes.working(look, office.now.date())
                if each.digest == office.address.code_digest(code)
            ]
        patient, dashboard, owner = map(
            Storage, (accounts[Role.OFFICERS], accounts[Role.DASHBOARD], database)
        )
        monkeypatch.setattr(connections, "LOCK_SECONDS", 0.05)
        await office.storage.close()
        office.storage = Storage(accounts[Role.OFFICERS])
        acts: tuple[Callable[[], Coroutine[Any, Any, object]], ...] = (
            lambda: team_codes.revoke(
                patient, enrolment_codes.id_of(found.digest), office.clock, "Jo"
            ),
            lambda: steering.pause(patient, ROUND, office.clock, "Jo"),
            lambda: closing.close_now(patient, ROUND, office.clock, "Jo"),
        )
        for number, act in enumerate(acts):
            async with dashboard.transaction("hold") as tx:
                await audit.append(tx, AuditEntry("x", "x", "x"), office.now)
                acting = asyncio.create_task(act())
                await others_wait((owner, owner), database)
                desk = desk_of(office)
                assert await desk.refresh()
                assert await desk.join(Profile(7_400_000_001 + number), code) in (
                    True,
                    CodeProblem.EXPIRED,
                )
                assert await desk.offer_open_prompt(officers[number]) is not None
                assert await office.answers(officers[number]) is Answered.SEALED
            await acting
            if number == 1:
                await steering.resume(patient, ROUND, office.clock, "Jo")
        for storage in (patient, dashboard, owner):
            await storage.close()


async def test_no_officer_waits_for_a_round_behind_a_queue_that_the_dashboard_holds(
    database: str, accounts: dict[Role, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_office(database, tmp_path) as office:
        await closed(office)
        (late,) = await office.joined(1)
        view = await office.view()
        as_it_was = replace(view, row=replace(view.row, state=RoundState.OPEN))
        owner, tally = Storage(database), Storage(accounts[Role.TALLY])
        monkeypatch.setattr(connections, "LOCK_SECONDS", 0.05)
        officers, dashboard = (Storage(accounts[each]) for each in (Role.OFFICERS, Role.DASHBOARD))

        async def waits(queue: str, act: Callable[[], Coroutine[Any, Any, object]]) -> object:
            """Do what the tally does while the dashboard's account holds a queue."""
            async with dashboard.transaction("hold") as tx:
                await tx.queue_for(queue)
                office.storage = tally
                acting = asyncio.create_task(act())
                await others_wait((owner, owner), database)
                office.storage = officers
                assert await office.answers(late, view=as_it_was) is Answered.CLOSED
            return await acting

        assert await waits("release", office.count) == [ROUND]
        office.now = at(60, 0)
        assert await waits("audit", office.shred) == [ROUND]
        office.storage = owner
        await office.turn()
        async with owner.transaction("spoil") as tx:
            await sealed_responses.add(tx, bytes(16), NEXT_ROUND, bytes(1392))
        view = await office.view(NEXT_ROUND)
        as_it_was = replace(view, row=replace(view.row, state=RoundState.OPEN))
        await waits("audit", lambda: abandon(office, round_id=NEXT_ROUND))
        for storage in (officers, dashboard, tally):
            await storage.close()
        office.storage = owner


async def test_an_officer_who_is_a_lead_is_erased_whatever_holds_up_the_trail(
    database: str, accounts: dict[Role, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LOCK_SECONDS", 0.05)
    async with apart(database, accounts, tmp_path) as office:
        one, two = 7_300_000_001, 7_300_000_002
        entry = AuditEntry("x", "x", "x")
        async with office.storage.transaction("link") as tx:
            lookup = office.address.lead_lookup(one)
            await lead_chats.link(tx, bytes(16), lookup, entry, office.now)
        dashboard = Storage(accounts[Role.DASHBOARD])
        async with dashboard.transaction("hold") as tx:
            assert await lead_chats.unlink_all(tx, entry, office.now) == 1
            with pytest.raises(DatabaseUnavailable):
                await desk_of(office).forget(one)
            assert await desk_of(office).forget(two)
            assert await office.profile(one) is None
        assert not await desk_of(office).forget(one)
        await dashboard.close()


async def test_what_was_asked_for_is_not_waited_for_long_while_it_cannot_be_stirred(
    database: str, accounts: dict[Role, str], tmp_path: Path
) -> None:
    async with apart(database, accounts, tmp_path) as office:
        assert await desk_of(office).refresh()
        async with held(accounts[Role.DASHBOARD]):
            # Behind 200 ms of it, an officer is served; eight seconds are what a lock may take.
            with pytest.raises(DatabaseUnavailable):
                async with asyncio.timeout(connections.LOCK_SECONDS / 2):
                    await closing.stir_follow_ups(office.storage, secrets.token_bytes)
        await closing.stir_follow_ups(office.storage, secrets.token_bytes)


async def test_chats_are_unlinked_with_a_word_in_the_trail_alone(
    database: str, accounts: dict[Role, str]
) -> None:
    dashboard = Storage(accounts[Role.DASHBOARD])
    try:
        for name in ("lead", "alert"):
            with pytest.raises(RowRefused, match="nothing in the trail"):
                async with dashboard.transaction("unlink") as tx:
                    await tx.execute(text(f"SELECT unlink_every_{name}_chat()"))
        entry = AuditEntry("Jo", "unlink all chats for alerts", "alerts in Telegram")
        async with dashboard.transaction("unlink") as tx:
            assert await alert_chats.unlink_all(tx, entry, NOW) == 0
    finally:
        await dashboard.close()


async def test_what_is_refused_waits_for_no_table_first(
    database: str, accounts: dict[Role, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who waits for a table's lock stands before all who come later, and sees that it is in use.
    monkeypatch.setattr(connections, "LOCK_SECONDS", 0.05)
    owner, engine = Storage(database), postgresql_engine(parse(accounts[Role.DASHBOARD]))
    names = ", ".join(f'"{name}"' for name in metadata.tables)
    try:
        async with owner.transaction("in use") as tx:
            await tx.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
            for statement in HOLDING:
                with pytest.raises(DBAPIError) as refused:
                    async with engine.begin() as connection:
                        await connection.execute(text(statement))
                assert getattr(refused.value.orig, "sqlstate", "") == NOT_ALLOWED, statement
    finally:
        await engine.dispose()
        await owner.close()
