"""Migrations: up, down, with rows, from the command line, and equal to the code's tables."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, inspect, select, text

from bot.core.errands import Kind
from storage import (
    actions,
    alert_chats,
    alerts,
    departures,
    enrolment_codes,
    enrolments,
    errands,
    follow_up_marks,
    heartbeats,
    lead_chats,
    participation,
    programme_proposals,
    programmes,
    public_figures,
    releases,
    replies,
    sealed_responses,
    team_standings,
)
from storage.alerts import Alert
from storage.engine import Storage
from storage.enrolment_codes import EnrolmentCode
from storage.enrolments import Enrolment
from storage.errors import DatabaseUnavailable, RowRefused, SchemaDiffers
from storage.migrate import check, downgrade, engine_for, is_current, migrate, pending
from storage.tables import added_today, metadata
from tests.databases import sqlite_url
from tests.storage.access import with_access
from tests.storage.rows import (
    ENTRY,
    NOW,
    TODAY,
    a_proposal,
    a_release,
    a_reply,
    an_action,
    asked_for,
    enrolled,
    opened,
    planned,
    some_figures,
)

ROOT = Path(__file__).parents[2]
SHORTER = pytest.mark.sqlite_first("the whole way down and up again, with rows, is gone on both")


async def names(url: str) -> set[str]:
    engine = engine_for(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await engine.dispose()
    return set(found)


async def test_an_empty_database_is_pending_until_it_is_migrated(empty_database_url: str) -> None:
    assert await pending(empty_database_url)
    with pytest.raises(SchemaDiffers, match="not every migration has run"):
        await check(empty_database_url)
    await migrate(empty_database_url)
    assert not await pending(empty_database_url)
    await check(empty_database_url)


async def test_migrating_again_changes_nothing(database_url: str, storage: Storage) -> None:
    async with storage.transaction("fill") as tx:
        new = await enrolled(tx)
    await migrate(database_url)
    async with storage.read("look") as look:
        assert await enrolments.by_lookup(look, new.lookup) == new


async def test_several_processes_may_migrate_at_once(empty_database_url: str) -> None:
    await asyncio.gather(*(migrate(empty_database_url) for _ in range(4)))
    await check(empty_database_url)


async def filled(storage: Storage) -> Enrolment:
    """Store a row in every table."""
    async with storage.transaction("fill") as tx:
        await opened(tx)
        officer = await enrolled(tx)
        await planned(tx, officer)
        await participation.mark(tx, "round-1", 1, officer.id)
        code = EnrolmentCode(bytes(32), officer.team, 5, TODAY)
        await enrolment_codes.add(tx, code, ENTRY, NOW)
        await departures.note(tx, "round-1", 1, 0)
        await asked_for(tx)
        await follow_up_marks.mark(tx, "round-1", bytes(32))
        await lead_chats.add_code(tx, bytes(32), NOW, ENTRY, NOW)
        await lead_chats.link(tx, bytes(16), bytes(32), ENTRY, NOW)
        linked = alert_chats.AlertChat(bytes(16), bytes(32), bytes(157))
        await alert_chats.link(tx, linked, ENTRY, NOW)
        await sealed_responses.add(tx, bytes(16), "round-1", bytes(1392))
        await releases.append(tx, a_release("round-1", releases.FIRST))
        await replies.append(tx, a_reply(), ENTRY, NOW)
        await actions.record(tx, an_action(), ENTRY, NOW)
        await public_figures.append(tx, some_figures())
        await programmes.append(tx, "{}", "admin Kestrel", "first", NOW, ENTRY)
        await programme_proposals.add(tx, a_proposal(), ENTRY, NOW)
        await heartbeats.beat(tx, "officers", NOW, "{}")
        await alerts.keep(tx, Alert("no unused keys", NOW, lasts=True))
        await with_access(tx)
        await team_standings.replace(tx, {"heron": True}, NOW)
        await errands.add(tx, Kind.OPEN_ROUND, "pulse", {}, "admin Kestrel", ENTRY, NOW)
        counted = {"kind": "programme", "day": NOW.date(), "number": 1, "size": 2}
        await tx.execute(insert(added_today).values(counted))
    async with storage.read("look") as look:
        for table in metadata.sorted_tables:
            assert await look.first(select(table)) is not None, table.name
    return officer


async def test_down_and_up_again_with_rows_in_every_table(database_url: str) -> None:
    storage = Storage(database_url)
    await filled(storage)
    await storage.close()
    await downgrade(database_url, "base")
    assert await names(database_url) == {"alembic_version"}
    assert await pending(database_url)
    await migrate(database_url)
    await check(database_url)


async def test_follow_ups_marks_departures_and_replies_come_and_go_and_touch_nothing_else(
    database_url: str,
) -> None:
    storage = Storage(database_url)
    officer = await filled(storage)
    await storage.close()
    await downgrade(database_url, "0002")
    everything = await names(database_url)
    await downgrade(database_url, "0001")
    added = {"follow_up", "follow_up_mark", "departure", "reply"}
    assert everything - await names(database_url) == added
    assert await pending(database_url)
    # As a database of the version before was: the rows of then are still there afterwards.
    await migrate(database_url)
    await check(database_url)
    storage = Storage(database_url)
    async with storage.transaction("look") as tx:
        assert await enrolments.by_lookup(tx, officer.lookup) == officer
        assert await participation.of_enrolment(tx, officer.id) == [("round-1", 1)]
        assert await replies.all(tx) == []
        assert await releases.of_round(tx, "round-1") is not None
        # The release is still protected, and the new table is again.
        await replies.append(tx, a_reply(), ENTRY, NOW)
    for table in ("release", "reply"):
        with pytest.raises(RowRefused, match=f"{table} is append-only"):
            async with storage.transaction("meddle") as tx:
                await tx.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of ours
    await storage.close()


@SHORTER
async def test_actions_come_and_go_and_touch_nothing_else(database_url: str) -> None:
    storage = Storage(database_url)
    await filled(storage)
    await storage.close()
    everything = await names(database_url)
    await downgrade(database_url, "0002")
    assert "action" in everything - await names(database_url)
    await migrate(database_url)
    await check(database_url)
    storage = Storage(database_url)
    async with storage.transaction("look") as tx:
        assert await actions.all(tx) == []
        assert len(await replies.all(tx)) == 1
        await actions.record(tx, an_action(), ENTRY, NOW)
    for table in ("reply", "action"):
        with pytest.raises(RowRefused, match=f"{table} is append-only"):
            async with storage.transaction("meddle") as tx:
                await tx.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of ours
    await storage.close()


@SHORTER
async def test_chats_for_alerts_come_and_go_and_touch_nothing_else(database_url: str) -> None:
    storage = Storage(database_url)
    officer = await filled(storage)
    await storage.close()
    everything = await names(database_url)
    await downgrade(database_url, "0012")
    assert everything - await names(database_url) >= {"alert_chat"}
    await migrate(database_url)
    await check(database_url)
    storage = Storage(database_url)
    async with storage.read("look") as look:
        assert await alert_chats.number(look) == 0
        assert await lead_chats.number(look) == 1
        assert await enrolments.by_lookup(look, officer.lookup) == officer
    await storage.close()


@SHORTER
async def test_chats_of_leads_come_and_go_and_touch_nothing_else(database_url: str) -> None:
    storage = Storage(database_url)
    officer = await filled(storage)
    await storage.close()
    everything = await names(database_url)
    await downgrade(database_url, "0005")
    assert everything - await names(database_url) >= {"lead_chat", "lead_chat_code"}
    await migrate(database_url)
    await check(database_url)
    storage = Storage(database_url)
    async with storage.read("look") as look:
        assert await lead_chats.number(look) == 0
        assert await enrolments.by_lookup(look, officer.lookup) == officer
        assert len(await actions.all(look)) == 1
    await storage.close()


@SHORTER
async def test_what_processes_say_comes_and_goes_and_beats_stay(database_url: str) -> None:
    storage = Storage(database_url)
    await filled(storage)
    await storage.close()
    await downgrade(database_url, "0006")
    assert "alert" not in await names(database_url)
    await migrate(database_url)
    await check(database_url)
    storage = Storage(database_url)
    async with storage.read("look") as look:
        assert await heartbeats.beats(look) == {"officers": heartbeats.Beat(NOW, None)}
        assert await alerts.of(look, ["no unused keys"]) == {}
    await storage.close()


async def test_an_open_database_says_whether_its_tables_are_current(
    empty_database_url: str,
) -> None:
    storage = Storage(empty_database_url)
    assert not await is_current(storage)
    await storage.close()
    await migrate(empty_database_url)
    storage = Storage(empty_database_url)
    assert await is_current(storage)
    await storage.close()
    await downgrade(empty_database_url, "0006")
    storage = Storage(empty_database_url)
    assert not await is_current(storage)
    await storage.close()


async def test_a_table_or_column_the_code_does_not_know_is_noticed(database_url: str) -> None:
    storage = Storage(database_url)
    async with storage.transaction("meddle") as tx:
        await tx.execute(text("ALTER TABLE sealed_response ADD COLUMN stored_at TEXT"))
    await storage.close()
    with pytest.raises(SchemaDiffers, match="stored_at"):
        await check(database_url)


def described(connection: Connection) -> dict[str, Any]:
    """Return what the automatic comparison leaves out."""
    inspector = inspect(connection)
    return {
        table: {
            "checks": sorted(
                (c["name"] or "", c["sqltext"]) for c in inspector.get_check_constraints(table)
            ),
            "primary key": inspector.get_pk_constraint(table),
            "unique": sorted(str(u) for u in inspector.get_unique_constraints(table)),
            "foreign keys": sorted(str(k) for k in inspector.get_foreign_keys(table)),
            "options": {
                key: value
                for key, value in inspector.get_table_options(table).items()
                if value is not None
            },
        }
        for table in metadata.tables
    }


async def test_migrations_make_what_the_code_describes_to_the_last_constraint(
    database_url: str, empty_database_url: str
) -> None:
    if database_url.partition("+")[0] != empty_database_url.partition("+")[0]:
        return
    found = []
    for url in (database_url, empty_database_url):
        # On SQLite the two fixtures share a folder, and so a file.
        url = url.replace("stand-easy.db", "described.db") if url is empty_database_url else url
        engine = engine_for(url)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            found.append(await connection.run_sync(described))
        await engine.dispose()
    assert found[0] == found[1]


async def test_a_database_that_is_not_there_cannot_be_migrated(tmp_path: Path) -> None:
    (tmp_path / "no.db").write_bytes(b"this is no database" * 100)
    for url in (
        f"postgresql://kestrel:hunter2@/force?host={tmp_path}",
        sqlite_url(tmp_path / "no.db"),
        sqlite_url(tmp_path / "no.db" / "below.db"),
    ):
        with pytest.raises(DatabaseUnavailable) as raised:
            await migrate(url)
        assert "hunter2" not in f"{raised.value}{raised.value.__cause__!r}"


@pytest.mark.parametrize("own_database", [False, True])
def test_the_command_alembic_check_runs_from_the_root(tmp_path: Path, own_database: bool) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "STANDEASY_DATABASE_URL"}
    commands = ["check"]
    if own_database:
        environment["STANDEASY_DATABASE_URL"] = sqlite_url(tmp_path / "own.db")
        commands = ["upgrade", "check"]
    for command in commands:
        arguments = ["upgrade", "head"] if command == "upgrade" else [command]
        done = subprocess.run(
            [sys.executable, "-m", "alembic", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    assert "No new upgrade operations detected." in done.stdout
