"""What the dashboard's account reads of PostgreSQL itself: kept from it, or told of."""

import importlib
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy.exc import ProgrammingError

from storage import monitors
from storage.backups import copied_in, copy_out
from storage.engine import Storage
from storage.migrate import check, downgrade, migrate
from storage.monitors import dashboard_can_watch
from storage.roles import Role
from tests.databases import PostgresServer
from tests.storage.test_roles import accounts, database, run

__all__ = ["accounts", "database"]


def test_what_an_administrator_is_told_to_run_is_what_a_migration_runs() -> None:
    migration = importlib.import_module("storage.migrations.versions.0019_nothing_to_hold")
    later = importlib.import_module("storage.migrations.versions.0025_days_do_not_go_back")
    sample = Path(__file__).parents[2] / "docs" / "samples" / "keep-to-monitors.sql"
    run_there = migration.KEEP_TO_MONITORS + later.LARGE_OBJECTS
    assert sample.read_text(encoding="utf-8") == run_there


async def can_be_watched(address: str) -> bool:
    """Whether an account that asks is told that the dashboard's can watch."""
    storage = Storage(address)
    try:
        async with storage.read("watched") as tx:
            return await dashboard_can_watch(tx)
    finally:
        await storage.close()


def test_what_is_looked_at_is_what_a_migration_keeps_to_monitors() -> None:
    migration = importlib.import_module("storage.migrations.versions.0019_nothing_to_hold")
    looked_at = " ".join(monitors.KEPT.split())
    assert looked_at in " ".join(migration.KEEP_TO_MONITORS.split())
    assert looked_at in " ".join(str(monitors.WATCHED).split())


@pytest.mark.postgres
async def test_an_account_that_is_no_superuser_migrates_and_an_administrator_does_the_rest(
    postgres_server: PostgresServer, database: str
) -> None:
    name = postgres_server.create()
    plain = postgres_server.url(name).replace("stand_easy@", "modest@")
    looks_on = postgres_server.url(name).replace("stand_easy@", "looks_on@")
    statement = "SELECT n_tup_ins FROM pg_stat_user_tables"
    try:
        await run(database, "CREATE ROLE modest LOGIN", f"ALTER DATABASE {name} OWNER TO modest")
        await migrate(plain)
        assert await run(plain, statement)
        # Nobody is there yet who could be watching.
        assert not await can_be_watched(plain)
        await run(database, f"CREATE ROLE looks_on LOGIN IN ROLE {Role.DASHBOARD}")
        assert await can_be_watched(plain)
        assert await can_be_watched(looks_on)
        migration = importlib.import_module("storage.migrations.versions.0019_nothing_to_hold")
        await run(postgres_server.url(name), migration.KEEP_TO_MONITORS)
        with pytest.raises(ProgrammingError, match="permission denied"):
            await run(plain, statement)
        # It is over by itself, for whoever asks; and back where it is given away.
        assert not await can_be_watched(plain)
        assert not await can_be_watched(looks_on)
        await run(database, "GRANT pg_monitor TO looks_on")
        assert await can_be_watched(looks_on)
        await run(
            postgres_server.url(name),
            "REVOKE pg_monitor FROM looks_on",
            "GRANT SELECT (reltuples) ON pg_class TO PUBLIC",
        )
        assert await can_be_watched(looks_on)
        await run(postgres_server.url(name), "REVOKE SELECT (reltuples) ON pg_class FROM PUBLIC")
        await check(plain)
        # What owns the tables is still told their size, by the catalogue.
        await run(plain, "SELECT reltuples FROM pg_class")
        await downgrade(plain, "0014")
        await migrate(plain)
    finally:
        postgres_server.drop(name)
        await run(database, "DROP ROLE modest", "DROP ROLE IF EXISTS looks_on")


@pytest.mark.postgres
async def test_an_account_that_is_no_superuser_restores_and_is_told_what_is_left_to_do(
    postgres_server: PostgresServer, database: str, tmp_path: Path
) -> None:
    name = postgres_server.create()
    place = postgres_server.url(name).replace("stand_easy@", "modest@")
    try:
        await run(
            database,
            *("CREATE ROLE modest LOGIN", f"ALTER DATABASE {name} OWNER TO modest"),
            f"CREATE ROLE looks_on LOGIN IN ROLE {Role.DASHBOARD}",
        )
        # A superuser migrated, so the event trigger is in the copy.
        copy = await copy_out(database, tmp_path)
        async with copied_in(place, copy):
            await check(place)
        assert await can_be_watched(place)
        migration = importlib.import_module("storage.migrations.versions.0019_nothing_to_hold")
        await run(postgres_server.url(name), migration.KEEP_TO_MONITORS)
        assert not await can_be_watched(place)
    finally:
        postgres_server.drop(name)
        await run(database, "DROP ROLE modest", "DROP ROLE IF EXISTS looks_on")


LARGE_OBJECTS = (
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_import('/etc/hostname')",
    "SELECT lo_put(1, 0, 'x')",
    "SELECT lo_open(1, 131072)",
    "SELECT lowrite(0, 'x')",
)


@pytest.mark.postgres
async def test_nobody_fills_the_database_or_its_backups_with_large_objects(
    postgres_server: PostgresServer,
    database: str,
    accounts: dict[Role, str],
    tmp_path: Path,
) -> None:
    for role, statement in product(Role, LARGE_OBJECTS):
        with pytest.raises(ProgrammingError, match="permission denied"):
            await run(accounts[role], statement)
    # One that was made before, or by somebody else, is in no copy.
    await run(database, "SELECT lo_from_bytea(4711, 'x')")
    copy = await copy_out(database, tmp_path)
    name = postgres_server.create()
    try:
        async with copied_in(postgres_server.url(name), copy):
            pass
        there = await run(postgres_server.url(name), "SELECT count(*) FROM pg_largeobject_metadata")
        assert there == [(0,)]
    finally:
        postgres_server.drop(name)


OPEN = """
    SELECT DISTINCT proname FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile <> 'i'
      AND has_function_privilege('public', oid, 'EXECUTE')
"""


@pytest.mark.postgres
async def test_somebody_went_through_every_function_that_stays_open(database: str) -> None:
    # One that the same arguments always give the same has nothing to look at. Of another version
    # of PostgreSQL a list has to be made before it is said to be held.
    ((version,),) = await run(database, "SELECT current_setting('server_version_num')::int / 10000")
    listed = Path(__file__).with_name(f"open_functions_{version}.txt")
    if not listed.exists():
        pytest.skip(f"nobody went through the functions of PostgreSQL {version} yet")
    found = {str(name) for (name,) in await run(database, OPEN)}
    assert found - set(listed.read_text(encoding="utf-8").split()) == set()
