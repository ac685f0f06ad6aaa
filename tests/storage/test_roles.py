"""The roles of the processes, on a real PostgreSQL: what each may do, and what it is refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import sealed_responses
from storage.connections import parse, postgresql_engine
from storage.engine import Storage
from storage.last_ticks import look
from storage.migrate import check, downgrade, migrate
from storage.roles import CHANGES, COLUMNS, RIGHTS, ROLES, Role
from storage.tables import PEOPLE, metadata
from tests.databases import PostgresServer
from tests.storage.rows import opened

NOT_ALLOWED = asyncpg.InsufficientPrivilegeError.sqlstate
EVERY_RIGHT = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def test_every_table_says_who_may_do_what_with_it() -> None:
    assert set(RIGHTS) == {table.name for table in metadata.sorted_tables} | {"alembic_version"}


_engines: dict[str, AsyncEngine] = {}
"""What the accounts of a test are connected by: it takes longer to connect than most of it."""


@pytest.fixture
async def database(postgres_server: PostgresServer, postgres_template: str) -> AsyncIterator[str]:
    """The address of a migrated database, as its owner."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    while _engines:
        await _engines.popitem()[1].dispose()
    postgres_server.drop(name)


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[AsyncConnection]:
    """Connect, as if nobody had been before; for tests with the `database` from above."""
    if address not in _engines:
        _engines[address] = postgresql_engine(parse(address))
    async with _engines[address].connect() as connection:
        await connection.execute(text("RESET ALL"))
        yield connection


async def run(address: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements; return the rows of the last."""
    rows: list[tuple[object, ...]] = []
    async with connected(address) as connection:
        for statement in statements:
            result = await connection.execute(text(statement))
            rows = [tuple(row) for row in result] if result.returns_rows else []
        await connection.commit()
    return rows


@pytest.fixture
async def accounts(database: str) -> AsyncIterator[dict[Role, str]]:
    """The address for each process, as an account that is a member of its role."""
    names = {role: role.value.replace("standeasy", "test") for role in Role}
    gone = [f"DROP ROLE IF EXISTS {name}" for name in names.values()]
    made = [f"CREATE ROLE {name} LOGIN IN ROLE {role}" for role, name in names.items()]
    await run(database, *gone, *made)
    yield {role: database.replace("stand_easy@", f"{name}@") for role, name in names.items()}
    await run(database, *(f"DROP ROLE {name}" for name in names.values()))


@pytest.mark.postgres
async def test_each_process_may_be_asked_for_its_health(accounts: dict[Role, str]) -> None:
    await run(accounts[Role.TALLY], "INSERT INTO heartbeat (process, at) VALUES ('tally', now())")
    for address in accounts.values():
        looked = await look(address)
        assert (looked.is_current, set(looked.ticks)) == (True, {"tally"})


@pytest.mark.postgres
async def test_the_database_grants_what_the_table_of_rights_says(database: str) -> None:
    asked = [(table, role, right) for table in RIGHTS for role in Role for right in EVERY_RIGHT]
    each = ", ".join(
        f"has_table_privilege('{role}', '\"{table}\"', '{right}')" for table, role, right in asked
    )
    (found,) = await run(database, f"SELECT {each}")
    held = [of_it for of_it, may in zip(asked, found, strict=True) if may]
    for table, rights in RIGHTS.items():
        for role, expected in zip(Role, rights, strict=True):
            of_both = {right for *which, right in held if which == [table, role]}
            assert of_both == expected, (table, role)


@pytest.mark.postgres
async def test_single_columns_are_granted_where_the_table_of_columns_says(database: str) -> None:
    order = list(Role)
    for right, expected in (("SELECT", COLUMNS), ("UPDATE", CHANGES)):
        rows = await run(
            database,
            "SELECT table_name, grantee, column_name FROM information_schema.column_privileges "  # noqa: S608 - names of ours
            f"WHERE grantee LIKE 'standeasy%' AND privilege_type = '{right}'",
        )
        single: dict[tuple[str, Role], set[str]] = {}
        for table, role, column in rows:
            if right not in RIGHTS[str(table)][order.index(Role(str(role)))]:
                single.setdefault((str(table), Role(str(role))), set()).add(str(column))
        assert single == expected


OUT_OF_THE_BOX = (
    "SELECT ciphertext FROM sealed_response",
    "SELECT count(*) FROM sealed_response",
    "SELECT ctid, xmin FROM sealed_response",
    "COPY sealed_response TO STDOUT",
    "INSERT INTO sealed_response SELECT round, id, ciphertext FROM sealed_response",
    "INSERT INTO sealed_response VALUES ('round-1', '\\x00000000000000000000000000000009', '\\x09')"
    " RETURNING ciphertext",
    "UPDATE sealed_response SET id = id",
    "DELETE FROM sealed_response",
    "TRUNCATE sealed_response",
    "CREATE TABLE mine AS TABLE sealed_response",
    "ALTER TABLE sealed_response DISABLE TRIGGER ALL",
    "SET ROLE standeasy_tally",
    "SET ROLE stand_easy",
)
PEOPLE_AND_ANSWERS = tuple(
    statement
    for table in (*(each.name for each in PEOPLE), "sealed_response")
    for statement in (
        f"TABLE {table}",
        f"COPY {table} TO STDOUT",
        f"DELETE FROM {table} WHERE true",  # noqa: S608 - names of ours
    )
)
CHAINS = (
    "UPDATE audit SET actor = 'x'",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "DELETE FROM release",
    "UPDATE release SET content = content",
    "DROP TRIGGER audit_refuses_change ON audit",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "DROP TABLE audit",
    "CREATE TABLE mine (here int)",
)
WATCHING = (
    # Each answer points at its round: the row says which transaction did so last.
    "SELECT xmax FROM round",
    "SELECT xmin FROM round",
    "SELECT ctid FROM round",
    "SELECT * FROM round FOR SHARE",
    "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'sealed_response'",
    "SELECT n_tup_ins FROM pg_stat_xact_all_tables",
    "SELECT heap_blks_hit FROM pg_statio_all_tables",
    "SELECT idx_scan FROM pg_stat_all_indexes",
    "SELECT pg_stat_get_tuples_inserted('participation'::regclass)",
    "SELECT tup_inserted FROM pg_stat_database",
    "SELECT wal_bytes FROM pg_stat_wal",
    "SELECT pg_current_wal_insert_lsn()",
    "SELECT state_change FROM pg_stat_activity",
    "SELECT mode FROM pg_locks",
    "SELECT pg_relation_size('sealed_response')",
    "SELECT pg_total_relation_size('participation')",
    "SELECT pg_database_size(current_database())",
    "SELECT reltuples FROM pg_class WHERE relname = 'sealed_response'",
    "SELECT relpages FROM pg_class WHERE relname = 'sealed_response'",
    "SELECT pg_logical_emit_message(false, '', '')",
    "SELECT restart_lsn FROM pg_replication_slots",
    "SELECT pg_current_snapshot()",
    "SELECT txid_status(700)",
    "SELECT mxid_age('1')",
    "SELECT pg_blocking_pids(1)",
)
# Each waits for a lock of the table first, and is refused then: no right to the table is asked for.
HOLDING = (
    "CREATE TRIGGER mine BEFORE INSERT ON sealed_response FOR EACH ROW EXECUTE FUNCTION"
    " suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON INSERT TO enrolment DO INSTEAD NOTHING",
    "CREATE STATISTICS mine ON id, team FROM enrolment",
    "COMMENT ON TABLE round IS 'mine'",
    "CREATE TEMP TABLE mine (round text REFERENCES round (id))",
    "LOCK TABLE enrolment IN ACCESS EXCLUSIVE MODE",
    "LOCK TABLE lead_chat IN ACCESS EXCLUSIVE MODE",
    "LOCK TABLE alert_chat IN SHARE MODE",
    "LOCK TABLE lead_chat_code IN SHARE MODE",
    "LOCK TABLE round IN SHARE MODE",
    "SELECT brin_summarize_new_values('pk_enrolment'::regclass)",
    "SELECT gin_clean_pending_list('pk_enrolment'::regclass)",
)
REFUSED = {
    Role.OFFICERS: (
        *OUT_OF_THE_BOX,
        *CHAINS,
        "INSERT INTO release SELECT * FROM release",
        "INSERT INTO programme SELECT * FROM programme",
        "SELECT * FROM public_figures",
        "SELECT id FROM staff",
        "SELECT subject, departments FROM staff",
        "UPDATE staff SET disabled_at = NULL",
    ),
    Role.DASHBOARD: (
        *PEOPLE_AND_ANSWERS,
        *CHAINS,
        "INSERT INTO release SELECT * FROM release",
        *WATCHING,
        *HOLDING,
        "UPDATE round SET state = state",
        "UPDATE sealing_key SET state = state",
        "UPDATE errand SET state = 'done'",
        "DELETE FROM errand",
        # Where a code's row lies tells when it was used: the list of codes is another table.
        "SELECT digest, team FROM enrolment_code",
        "SELECT ctid, xmin FROM enrolment_code",
        "UPDATE listed_code SET team = team",
        "INSERT INTO listed_code SELECT * FROM listed_code",
        "UPDATE team_standing SET enough = true",
        "SELECT lookup FROM lead_chat",
        "SELECT lookup FROM alert_chat",
        "SELECT address FROM alert_chat",
        "INSERT INTO alert_chat SELECT * FROM alert_chat",
        "SELECT digest FROM lead_chat_code",
    ),
    Role.TALLY: (
        *(each for each in PEOPLE_AND_ANSWERS if "sealed_response" not in each),
        *CHAINS,
        "UPDATE sealed_response SET id = id",
        "SELECT * FROM reply",
        "SELECT * FROM errand",
        "SELECT * FROM listed_code",
        "SELECT * FROM team_standing",
    ),
}


@pytest.mark.postgres
@pytest.mark.parametrize("role", Role)
async def test_each_role_is_refused_what_is_not_its_business(
    database: str, accounts: dict[Role, str], role: Role
) -> None:
    owner = Storage(database)
    async with owner.transaction("fill") as tx:
        await opened(tx)
        await sealed_responses.add(tx, bytes(16), "round-1", b"sealed")
    await owner.close()
    engine = postgresql_engine(parse(accounts[role]))
    try:
        for statement in REFUSED[role]:
            with pytest.raises(ProgrammingError) as refused:
                async with engine.begin() as connection:
                    await connection.execute(text(statement))
            assert getattr(refused.value.orig, "sqlstate", "") == NOT_ALLOWED, statement
    finally:
        await engine.dispose()


@pytest.mark.postgres
async def test_officers_put_in_what_the_tally_alone_takes_out(
    database: str, accounts: dict[Role, str]
) -> None:
    owner, officers, tally = map(Storage, (database, accounts[Role.OFFICERS], accounts[Role.TALLY]))
    try:
        async with owner.transaction("open") as tx:
            await opened(tx)
        async with officers.transaction("seal answers") as tx:
            await sealed_responses.add(tx, bytes(16), "round-1", b"sealed")
        async with tally.transaction("stir") as tx:
            assert await sealed_responses.stir(tx, "round-1", lambda size: b"\x01" * size) == 1
        async with tally.read("tally") as read:
            chunks = [chunk async for chunk in sealed_responses.in_chunks(read, "round-1", 10)]
        # It owns no table, so the server vacuums; asking for it is not an error.
        assert await tally.tidy()
        assert await officers.tidy()
    finally:
        for storage in (owner, officers, tally):
            await storage.close()
    assert chunks == [[b"sealed"]]


@pytest.mark.postgres
async def test_going_back_takes_every_right_away_and_the_roles_stay(
    postgres_server: PostgresServer, database: str
) -> None:
    await downgrade(database, "0007")
    there = {name for (name,) in await run(database, "SELECT tablename FROM pg_tables")}
    for table in RIGHTS.keys() & there:
        for role in Role:
            (found,) = await run(
                database,
                f"SELECT has_any_column_privilege('{role}', '\"{table}\"', 'SELECT, INSERT')",
            )
            assert found == (False,)
    await migrate(database)
    await check(database)


@pytest.mark.postgres
async def test_an_account_that_may_not_make_roles_is_told_which_it_needs(
    postgres_server: PostgresServer, database: str
) -> None:
    name = postgres_server.create()
    plain = postgres_server.url(name).replace("stand_easy@", "plain@")
    await run(
        database,
        "CREATE ROLE plain LOGIN",
        f"ALTER DATABASE {name} OWNER TO plain",
        "ALTER ROLE standeasy_tally RENAME TO elsewhere",
    )
    try:
        with pytest.raises(Exception, match="no roles standeasy_tally, and the account"):
            await migrate(plain)
    finally:
        await run(database, "ALTER ROLE elsewhere RENAME TO standeasy_tally")
    await migrate(plain)
    await check(plain)
    postgres_server.drop(name)
    await run(database, "DROP ROLE plain")


def test_of_what_answers_and_people_point_at_the_dashboard_reads_no_whole_table() -> None:
    # Whoever points at a row leaves a mark on it, in a system column.
    sides = [*PEOPLE, metadata.tables["sealed_response"]]
    marked = {key.column.table.name for table in sides for key in table.foreign_keys}
    assert marked == {"round", "enrolment"}
    assert all(not RIGHTS[name][list(Role).index(Role.DASHBOARD)] for name in marked)
    all_of_round = {column.name for column in metadata.tables["round"].columns}
    assert COLUMNS["round", Role.DASHBOARD] == all_of_round


def test_the_roles_have_names_that_no_other_program_uses() -> None:
    assert all(role.startswith("standeasy_") for role in ROLES)
