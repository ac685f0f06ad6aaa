"""No account speaks for another process, or makes anybody wait for its row: on PostgreSQL."""

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.core.vitals import LONGEST
from storage import alerts, heartbeats
from storage.alerts import Alert
from storage.connections import parse, postgresql_engine
from storage.engine import Storage
from storage.roles import CHANGES, Role
from tests.storage.rows import NOW
from tests.storage.test_roles import accounts as accounts
from tests.storage.test_roles import database as database
from tests.storage.test_roles import run
from tests.storage.test_rows_in_measure import REFUSED, refused

pytestmark = pytest.mark.postgres

NOT_ALLOWED = asyncpg.InsufficientPrivilegeError.sqlstate
NAMES = {Role.OFFICERS: "officers", Role.DASHBOARD: "dashboard", Role.TALLY: "tally"}
BEAT = "INSERT INTO heartbeat (process, at) VALUES ('{}', now())"
ALERT = "INSERT INTO alert VALUES ('{}', now(), true)"
KEPT = " ON CONFLICT (process) DO UPDATE SET at = excluded.at"
MEMBER = "INSERT INTO staff (id, name, roles, departments, added_at) VALUES ({}, {}, {}, {}, now())"
KEY = (
    "INSERT INTO passkey (id, staff, public_key, sign_count, name, added_at)"
    " VALUES ({}, 'kestrel', {}, 0, {}, now())"
)
LONG = "repeat('x', 150000)"


@pytest.mark.parametrize("role", Role)
async def test_each_account_writes_its_own_heartbeat_and_no_other(
    database: str, accounts: dict[Role, str], role: Role
) -> None:
    for name in (*NAMES.values(), "serve", "backup"):
        await run(database, BEAT.format(name))
    mine = Storage(accounts[role])
    for _ in range(2):
        async with mine.transaction("beat") as tx:
            await heartbeats.beat(tx, NAMES[role], NOW, "{}" if role is Role.OFFICERS else None)
    async with mine.read("look") as look:
        assert set(await heartbeats.beats(look)) == {*NAMES.values(), "serve", "backup"}
    await mine.close()
    for name in (*NAMES.values(), "serve", "backup", "zz"):
        if name != NAMES[role]:
            assert await refused(accounts[role], BEAT.format(name) + KEPT) == NOT_ALLOWED, name
    change = "UPDATE heartbeat SET at = '2199-12-31' RETURNING process"
    assert await run(accounts[role], change) == [(NAMES[role],)]
    for statement in ("UPDATE heartbeat SET process = 'tally'", "DELETE FROM heartbeat"):
        assert await refused(accounts[role], statement) == NOT_ALLOWED


async def test_what_the_dashboard_told_of_stands_apart(
    database: str, accounts: dict[Role, str]
) -> None:
    for role in (Role.OFFICERS, Role.TALLY):
        for name in ("tick stopped", "in chats\\: tick stopped"):
            await run(accounts[role], f"{ALERT.format(name)} ON CONFLICT DO NOTHING")
        assert await refused(accounts[role], ALERT.format("dashboard: tick stopped")) == NOT_ALLOWED
    dashboard = accounts[Role.DASHBOARD]
    for name in ("no unused keys", "in chats: no unused keys"):
        assert await refused(dashboard, ALERT.format(name)) == NOT_ALLOWED
    assert await run(dashboard, "UPDATE alert SET lasts = false RETURNING 1") == []
    storage = Storage(dashboard)
    name = "dashboard: tick stopped"
    async with storage.transaction("tell") as tx:
        assert set(await alerts.held(tx, [name])) == {name}
        await alerts.keep(tx, Alert(name, NOW, lasts=True))
    async with storage.read("look") as look:
        assert await alerts.of(look, [name]) == {name: Alert(name, NOW, lasts=True)}
    await storage.close()


async def test_nobody_holds_what_health_reads_or_another_process_writes(
    database: str, accounts: dict[Role, str]
) -> None:
    for name in NAMES.values():
        await run(database, BEAT.format(name))
    await run(database, ALERT.format("tick stopped"))
    engine = postgresql_engine(parse(accounts[Role.DASHBOARD]))
    try:
        for table, role in CHANGES:
            if role is not Role.DASHBOARD:
                continue
            for mode in ("SHARE", "EXCLUSIVE", "ACCESS EXCLUSIVE"):
                lock = f"LOCK TABLE {table} IN {mode} MODE NOWAIT"
                with pytest.raises(DBAPIError) as error:
                    async with engine.begin() as connection:
                        await connection.execute(text(lock))
                assert getattr(error.value.orig, "sqlstate", "") == NOT_ALLOWED, lock
        async with engine.begin() as connection:
            held = await connection.execute(text("SELECT process FROM heartbeat FOR UPDATE"))
            assert [tuple(row) for row in held] == [("dashboard",)]
            assert not list(await connection.execute(text("SELECT 1 FROM alert FOR UPDATE")))
            # While it holds what it can, the others beat and tell.
            for role in (Role.OFFICERS, Role.TALLY):
                await run(
                    accounts[role],
                    "SET lock_timeout = '1s'",
                    BEAT.format(NAMES[role]) + KEPT,
                    "UPDATE alert SET lasts = false",
                )
    finally:
        await engine.dispose()


async def test_nobody_adds_a_row_beyond_measure_or_rights_that_nobody_can_read(
    database: str, accounts: dict[Role, str]
) -> None:
    dashboard = accounts[Role.DASHBOARD]
    await run(
        database,
        MEMBER.format("'kestrel'", "'Kestrel'", "'[\"admin\"]'", "NULL"),
        "INSERT INTO programme (version, content, author, reason, saved_at)"
        " VALUES (1, '{}', 'x', 'y', now())",
        "INSERT INTO programme_proposal (number, based_on, content, author, reason, proposed_at)"
        " VALUES (1, 1, '{}', 'x', 'y', now())",
    )
    rights = ("x", "null", "[]", '["emperor"]', '["lead", "admin"]', '"admin"')
    departments = ("x", "[]", "{}", "null", "[5]", '["a", null]')
    for statement in (
        f"INSERT INTO alert VALUES ('dashboard: ' || {LONG}, now(), true)",  # noqa: S608 - names of ours
        "INSERT INTO heartbeat (process, at, vitals) VALUES ('dashboard', now(), '{}')",
        MEMBER.format(LONG, "'Zed'", "'[\"admin\"]'", "NULL"),
        MEMBER.format("'zed'", LONG, "'[\"admin\"]'", "NULL"),
        MEMBER.format("'zed'", "'Zed'", LONG, "NULL"),
        MEMBER.format("'zed'", "'Zed'", "'[\"lead\"]'", f"'[\"' || {LONG} || '\"]'"),
        *(MEMBER.format("'zed'", "'Zed'", f"'{each}'", "NULL") for each in rights),
        *(MEMBER.format("'zed'", "'Zed'", "'[\"lead\"]'", f"'{each}'") for each in departments),
        *(f"UPDATE staff SET roles = '{each}'" for each in rights),  # noqa: S608 - names of ours
        *(f"UPDATE staff SET departments = '{each}'" for each in departments),  # noqa: S608 - names of ours
        f"UPDATE staff SET issuer = {LONG}, subject = 'x'",  # noqa: S608 - names of ours
        KEY.format("'x'", f"{LONG}::bytea", "'x'"),
        KEY.format("'x'", "'x'", LONG),
        KEY.format("repeat('x', 1024)::bytea", "'x'", "'x'"),
        f"INSERT INTO sign_in_challenge VALUES (sha256('x'), sha256('y'), {LONG}, now())",  # noqa: S608 - names of ours
        "UPDATE programme_proposal SET decision = 'declined', decided_by = 'x', decided_at = now(),"  # noqa: S608 - names of ours
        f" decision_reason = {LONG}",
        "INSERT INTO programme_proposal (number, based_on, content, author, author_id, reason,"  # noqa: S608 - names of ours
        f" proposed_at) VALUES (2, 1, '{{}}', 'x', {LONG}, 'y', now())",
    ):
        assert await refused(dashboard, statement) == REFUSED, statement[:200]
    for column in ("content", "author", "reason"):
        change = f"UPDATE programme_proposal SET {column} = 'x'"  # noqa: S608 - names of ours
        assert await refused(dashboard, change) == NOT_ALLOWED
    long = f"INSERT INTO heartbeat VALUES ('officers', now(), repeat('x', {LONGEST + 1}))"  # noqa: S608 - names of ours
    assert await refused(accounts[Role.OFFICERS], long) == REFUSED
    # Ten passkeys each, and two thousand people.
    for number in range(10):
        await run(dashboard, KEY.format(f"'{number}'", "'x'", "'x'"))
    assert await refused(dashboard, KEY.format("'11'", "'x'", "'x'")) == REFUSED
    many = MEMBER.replace("VALUES", "SELECT").replace("now())", "now()")
    many = many.replace("({}", "{}", 1) + " FROM generate_series(2, 2000) AS n"
    await run(dashboard, many.format("n\\:\\:text", "n\\:\\:text", "'[\"lead\"]'", "NULL"))
    assert (
        await refused(dashboard, MEMBER.format("'zed'", "'Zed'", "'[\"lead\"]'", "NULL")) == REFUSED
    )


async def test_every_text_that_the_dashboards_account_may_write_has_an_end(database: str) -> None:
    columns = await run(
        database,
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type IN ('text', 'bytea')"
        " AND (has_column_privilege('standeasy_dashboard', quote_ident(table_name), column_name,"
        " 'INSERT') OR has_column_privilege('standeasy_dashboard', quote_ident(table_name),"
        " column_name, 'UPDATE'))",
    )
    rules = await run(
        database,
        "SELECT c.relname, pg_get_triggerdef(t.oid) || p.prosrc FROM pg_trigger AS t"
        " JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_proc AS p ON p.oid = t.tgfoid"
        " UNION ALL SELECT c.relname, pg_get_constraintdef(k.oid) FROM pg_constraint AS k"
        " JOIN pg_class AS c ON c.oid = k.conrelid WHERE k.contype IN ('c', 'f')",
    )
    known = {
        # A heartbeat's name is its account's own, and a foreign key's one that is there.
        ("heartbeat", "process"),
    }
    for table, column in set(columns) - known:
        said = " ".join(str(rule).lower() for name, rule in rules if name == table)
        ways = (
            f"length(new.{column})",
            f'length(new."{column}")',
            f"length({column})",
            f"foreign key ({column})",
            f"({column} = any (",
            f"new.{column} not in (",
            f"new.{column} <> ",
            f"new.{column} is not null",
        )
        assert any(way in said for way in ways), (table, column)
