"""What the dashboard's account cannot leave for others to fall over, on a real PostgreSQL."""

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.core.audit import AuditEntry
from storage import actions, audit, programmes, releases, replies
from storage.engine import Storage
from storage.roles import Role
from storage.tables import metadata
from tests.storage.rows import ENTRY, NOW, a_release, a_reply, an_action, opened
from tests.storage.test_roles import accounts as accounts
from tests.storage.test_roles import connected, run
from tests.storage.test_roles import database as database

REFUSED = asyncpg.CheckViolationError.sqlstate

OLD, FAR = "'4000-01-01 BC'", "'200000-01-01'"
AUDIT = "INSERT INTO audit SELECT {}, {}, 'x', 'y', 'z', {}, hash, {} FROM audit WHERE sequence = 1"
NEXT = "(SELECT max(sequence) + 1 FROM audit)"
PROGRAMME = "INSERT INTO programme SELECT {}, {}, 'x', 'y', {} FROM programme WHERE version = 1"
PROPOSAL = (
    "INSERT INTO programme_proposal (number, based_on, content, author, reason, proposed_at)"
    " VALUES ({}, 1, {}, 'x', 'y', {})"
)
REPLY = (
    "INSERT INTO reply SELECT {}, round, \"group\", scale, {}, 'x', {} FROM reply"
    " WHERE sequence = 1"
)
ACTION = "INSERT INTO action VALUES ({}, {}, 'recorded', {}, 'x', {})"
ERRAND = (
    "INSERT INTO errand (number, kind, subject, detail, asked_by, asked_at, state)"
    " VALUES (1, 'open round', 'x', '{{}}', 'z', {}, 'waiting')"
)
HUGE = "repeat('x', 10000001)"

OUT_OF_MEASURE = (
    AUDIT.format(2**31 - 1, "now()", "''", "hash"),
    AUDIT.format(0, "now()", "''", "hash"),
    AUDIT.format(NEXT, OLD, "''", "hash"),
    AUDIT.format(NEXT, FAR, "''", "hash"),
    AUDIT.format(NEXT, "'infinity'", "''", "hash"),
    AUDIT.format(NEXT, "now()", HUGE, "hash"),
    AUDIT.format(NEXT, "now()", "''", "'short'"),
    *(
        PROGRAMME.format(*each)
        for each in (
            (2**31 - 1, "'{}'", "now()"),
            (2, "'x'", "now()"),
            (2, "'[]'", "now()"),
            (2, HUGE, "now()"),
            (2, "'{}'", OLD),
        )
    ),
    PROPOSAL.format(2**31 - 1, "'{}'", "now()"),
    PROPOSAL.format(1, "'x'", "now()"),
    PROPOSAL.format(1, "'{}'", OLD),
    *(
        REPLY.format(*each)
        for each in (
            (2**31 - 1, """'{"en": "x"}'""", "now()"),
            (2, "'x'", "now()"),
            (2, "'{}'", "now()"),
            (2, """'{"en": 5}'""", "now()"),
            (2, """'{"en": "x", "cy": 5}'""", "now()"),
            (2, """'{"en": "' || repeat('x', 20000) || '"}'""", "now()"),
            (2, """'{"en": "x"}'""", OLD),
        )
    ),
    ACTION.format(2**31 - 1, 2**31 - 1, "'{}'", "now()"),
    ACTION.format(2, 2, "'x'", "now()"),
    ACTION.format(2, 2, "'{}'", FAR),
    *(ERRAND.format(each) for each in (OLD, FAR, "'infinity'", "'-infinity'")),
    *(
        each.format(OLD)
        for each in (
            "INSERT INTO alert VALUES ('token refused', {}, true)",
            "INSERT INTO heartbeat VALUES ('officers', {})",
            "UPDATE heartbeat SET at = {}",
            "INSERT INTO lead_chat_code VALUES (sha256('x'), {})",
            "INSERT INTO staff (id, name, roles, added_at) VALUES ('x', 'x', '[]', {})",
        )
    ),
)


async def refused(address: str, statement: str, *before: str) -> str:
    """Return the code with which the database refuses a statement."""
    async with connected(address) as connection:
        for each in before:
            await connection.execute(text(each))
        with pytest.raises(DBAPIError) as error:
            await connection.execute(text(statement.replace(":", r"\:")))
    return str(getattr(error.value.orig, "sqlstate", ""))


@pytest.mark.postgres
async def test_no_row_of_the_dashboards_account_ends_what_others_do(
    database: str, accounts: dict[Role, str]
) -> None:
    owner, dashboard = Storage(database), accounts[Role.DASHBOARD]
    async with owner.transaction("fill") as tx:
        await opened(tx)
        await releases.append(tx, a_release("round-1", releases.FIRST))
        await programmes.append(tx, "{}", "admin Kestrel", "first", NOW, ENTRY)
        await replies.append(tx, a_reply(), ENTRY, NOW)
        await actions.record(tx, an_action(), ENTRY, NOW)
    await run(dashboard, "INSERT INTO heartbeat VALUES ('dashboard', now())")
    for statement in OUT_OF_MEASURE:
        assert await refused(dashboard, statement) == REFUSED, statement[:200]
    # Whose turn it is, no table of one's own says, where a host lets nobody refuse to make one.
    await run(database, "ALTER EVENT TRIGGER standeasy_makes_nothing DISABLE")
    mine = "CREATE TEMP TABLE audit AS SELECT 41 AS sequence"
    after = AUDIT.format(42, "now()", "''", "hash").replace("INTO audit", "INTO public.audit")
    after = after.replace("FROM audit WHERE sequence = 1", "FROM public.audit WHERE sequence = 1")
    assert await refused(dashboard, after, mine) == REFUSED
    # What it may add goes in as before, and all goes on after it.
    written = Storage(dashboard)
    async with written.transaction("as before") as tx:
        await programmes.append(tx, "{}", "admin Kestrel", "second", NOW, ENTRY)
        await replies.append(tx, a_reply(), ENTRY, NOW)
        await actions.record(tx, an_action(), ENTRY, NOW)
    async with owner.transaction("go on") as tx:
        assert (await audit.append(tx, AuditEntry("ticker", "go on", "x"), NOW)).sequence == 7
    await written.close()
    await owner.close()


@pytest.mark.postgres
async def test_every_time_that_the_dashboards_account_may_write_is_in_our_time(
    database: str,
) -> None:
    guarded = {
        str(definition)
        for (definition,) in await run(
            database,
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE '%in\\_our\\_time'",
        )
    }
    columns = await run(
        database,
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'timestamp with time zone'"
        " AND (has_column_privilege('standeasy_dashboard', quote_ident(table_name), column_name,"
        " 'INSERT') OR has_column_privilege('standeasy_dashboard', quote_ident(table_name),"
        " column_name, 'UPDATE'))",
    )
    assert {name for name, _ in columns} < set(metadata.tables)
    # An errand that says when it was begun is refused whatever it says.
    for table, column in set(columns) - {("errand", "begun_at")}:
        assert any(f"public.{table} " in each and f"new.{column} " in each for each in guarded), (
            table,
            column,
        )
