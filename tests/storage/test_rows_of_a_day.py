"""How much the dashboard's account adds in a day, on a real PostgreSQL."""

import asyncio
import importlib

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import actions, programmes, releases, replies
from storage.connections import parse, postgresql_engine
from storage.engine import Storage
from storage.roles import Role
from tests.storage.rows import ENTRY, NOW, a_release, a_reply, an_action, opened
from tests.storage.test_roles import accounts as accounts
from tests.storage.test_roles import database as database
from tests.storage.test_roles import run
from tests.storage.test_rows_in_measure import refused

REFUSED = asyncpg.CheckViolationError.sqlstate
NOT_ALLOWED = asyncpg.InsufficientPrivilegeError.sqlstate

# Each row says of itself that it came on another day.
THEN = "timestamptz '2001-01-01' + {day} * interval '1 day'"
NEXT = {
    "programme": (
        "INSERT INTO programme (version, content, author, reason, saved_at)"
        " SELECT (SELECT max(version) FROM programme) + 1, {content}, 'x', 'y', {then}"
    ),
    "programme_proposal": (
        "INSERT INTO programme_proposal"
        " (number, based_on, content, author, reason, proposed_at)"
        " SELECT (SELECT coalesce(max(number), 0) FROM programme_proposal) + 1, 1, {content},"
        " 'x', 'y', {then}"
    ),
    "reply": (
        'INSERT INTO reply (sequence, round, "group", scale, content, author, at)'
        " SELECT (SELECT max(sequence) FROM reply) + 1, round, \"group\", scale, {content}, 'x',"
        " {then} FROM reply WHERE sequence = 1"
    ),
    "action": (
        "INSERT INTO action SELECT next, next, 'recorded', {content}, 'x', {then}"
        " FROM (SELECT max(sequence) + 1 AS next FROM action) AS turn"
    ),
}
MOST = {"programme": 200, "programme_proposal": 200, "reply": 900, "action": 900}
LARGE = {"programme": (9_900_000, 4, 500_000), "programme_proposal": (9_900_000, 4, 500_000)}
LARGE |= {"reply": (19_000, 210, 19_000), "action": (19_000, 210, 19_000)}
"""How large the rows are that a day just has, how many they are, and what is too much then."""


def statement(table: str, size: int, day: str = "0") -> str:
    """Add a row of a size, in its turn."""
    content = f"""'{{"en": "' || repeat('x', {size}) || '"}}'"""
    return NEXT[table].format(content=content, then=THEN.format(day=day)).replace(":", r"\:")


def statements(table: str, size: int, number: int) -> str:
    """Add so many rows, one by one and each of another day, in one that the server takes."""
    each = statement(table, size, "day")
    return f"DO $$ BEGIN FOR day IN 1..{number} LOOP {each}; END LOOP; END $$"


COUNT = "SELECT day, number, size FROM added_today"

PERSON = (
    "INSERT INTO staff (id, name, roles, added_at)"
    " SELECT '{0}' || n, '{0}' || n, '[\"lead\"]', now() FROM generate_series(1, {1}) AS n"
)
PASSKEY = (
    "INSERT INTO passkey (id, staff, public_key, sign_count, name, added_at)"
    " SELECT convert_to('{0}' || n, 'UTF8'), 'kestrel', 'x', 0, 'x', now()"
    " FROM generate_series(1, {1}) AS n"
)
WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
LATE = asyncpg.SerializationError.sqlstate


def test_a_step_back_counts_as_it_did() -> None:
    first = importlib.import_module("storage.migrations.versions.0022_rows_of_a_day")
    later = importlib.import_module("storage.migrations.versions.0025_days_do_not_go_back")
    assert later.OF_A_DAY == first.OF_A_DAY
    assert (
        later.COUNTED.replace("{day}", later.BEFORE["day"]).replace(
            "{goes_on}", later.BEFORE["goes_on"]
        )
        == first.COUNTED
    )


@pytest.mark.postgres
@pytest.mark.parametrize("table", NEXT)
@pytest.mark.parametrize("kind", ["many", "large"])
async def test_the_dashboards_account_adds_no_more_than_a_day_has(
    database: str, accounts: dict[Role, str], table: str, kind: str
) -> None:
    owner, dashboard = Storage(database), accounts[Role.DASHBOARD]
    async with owner.transaction("fill") as tx:
        await opened(tx)
        await releases.append(tx, a_release("round-1", releases.FIRST))
        await programmes.append(tx, "{}", "admin Kestrel", "first", NOW, ENTRY)
        await replies.append(tx, a_reply(), ENTRY, NOW)
        await actions.record(tx, an_action(), ENTRY, NOW)
    await owner.close()
    size, number, more = (10, MOST[table], 10) if kind == "many" else LARGE[table]
    await run(dashboard, statements(table, size, number))
    one_more = statement(table, more)
    assert await refused(dashboard, one_more.replace(r"\:", ":")) == REFUSED
    # Nothing of that is the dashboard's to set back, and the owner mends.
    for other in ("TABLE added_today", "DELETE FROM added_today"):
        assert await refused(dashboard, other) == NOT_ALLOWED
    await run(database, one_more)
    # The next day begins anew.
    await run(database, "UPDATE added_today SET day = day - 1")
    await run(dashboard, one_more)
    # Who waited over midnight brings yesterday along: the day that began goes on.
    await run(database, "UPDATE added_today SET day = day + 1, number = 5, size = 50000")
    (before,) = await run(database, COUNT)
    await run(dashboard, one_more)
    (after,) = await run(database, COUNT)
    assert after[:2] == (before[0], 6)
    assert int(str(after[2])) > int(str(before[2]))


@pytest.mark.postgres
@pytest.mark.parametrize(("rows", "most"), [(PERSON, 1999), (PASSKEY, 10)])
async def test_rows_that_nobody_sees_yet_are_counted(
    database: str, accounts: dict[Role, str], rows: str, most: int
) -> None:
    await run(database, PERSON.format("kestrel", 1), "UPDATE staff SET id = 'kestrel'")
    engine = postgresql_engine(parse(accounts[Role.DASHBOARD]))
    old = engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        async with engine.connect() as first, engine.connect() as second, old.connect() as third:
            # The third sees for as long as it lasts what there was now.
            await third.execute(text("SELECT count(*) FROM staff, passkey"))
            await first.execute(text(rows.format("first", most)))
            waits = asyncio.create_task(second.execute(text(rows.format("second", 1))))
            # One that waits for nobody has ended by then.
            while not waits.done() and not await run(database, WAITING):
                pass
            # Whoever runs commands on the server waits for none of them.
            await run(database, "SET lock_timeout = '1s'", rows.format("owner", 1))
            await first.commit()
            with pytest.raises(DBAPIError) as error:
                await waits
            assert getattr(error.value.orig, "sqlstate", "") == REFUSED
            with pytest.raises(DBAPIError) as error:
                await third.execute(text(rows.format("third", 1)))
            assert getattr(error.value.orig, "sqlstate", "") == LATE
    finally:
        await engine.dispose()
