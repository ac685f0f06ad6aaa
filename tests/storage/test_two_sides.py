"""The people side and the answers side never join: not in the code, not in a database."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, StaticPool, Table, create_engine, inspect, text

from storage.engine import Storage
from storage.migrate import engine_for
from storage.tables import ANSWERS, COMMON, PEOPLE, metadata

PEOPLE_NAMES = {table.name for table in PEOPLE}
ANSWERS_NAMES = {table.name for table in ANSWERS}
COMMON_NAMES = {table.name for table in COMMON}

SHARED = {"round"}
"""The one thing both sides know."""

OWN = {"id"}
"""A row's own random name; nothing else may ever hold it on the other side."""


def violations(tables: Iterable[Table]) -> list[str]:
    """Return every way in which a column leads from one side to the other."""
    found: list[str] = []
    by_name = {table.name: table for table in tables}
    sides = dict.fromkeys(PEOPLE_NAMES, "people") | dict.fromkeys(ANSWERS_NAMES, "answers")
    for name, table in by_name.items():
        if name not in sides and name not in COMMON_NAMES:
            found.append(f"{name} is on neither side")
        for key in table.foreign_keys:
            target = key.column.table.name
            both = {sides.get(name), sides.get(target)}
            # A common table that leads to a side would join the two behind their backs.
            if both == {"people", "answers"} or (name in COMMON_NAMES and target in sides):
                found.append(f"{name}.{key.parent.name} leads to {target}")
    people = {c.name for n in PEOPLE_NAMES & by_name.keys() for c in by_name[n].columns}
    for name in ANSWERS_NAMES & by_name.keys():
        table = by_name[name]
        if not {column.name for column in table.primary_key} >= OWN:
            found.append(f"{name} has no id of its own")
        for column in table.columns:
            if column.name in people - SHARED - OWN:
                found.append(f"{name}.{column.name} is on the people side too")
            # A moment, a date or a number says when or in which order a row came.
            kind = type(column.type.as_generic()).__name__
            if kind not in {"Text", "String", "LargeBinary"}:
                found.append(f"{name}.{column.name} is of type {kind}")
        texts = {c.name for c in table.columns if c.name not in {"id", "ciphertext"}}
        if texts != SHARED:
            found.append(f"{name} holds more than round, id and ciphertext: {sorted(texts)}")
    return found


def reflected(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


async def test_no_column_leads_from_one_side_to_the_other_in_the_code() -> None:
    assert violations(metadata.tables.values()) == []


async def test_no_column_leads_from_one_side_to_the_other_in_a_migrated_database(
    database_url: str,
) -> None:
    engine = engine_for(database_url)
    async with engine.connect() as connection:
        found = await connection.run_sync(reflected)
    await engine.dispose()
    tables = [table for name, table in found.tables.items() if name != "alembic_version"]
    assert {table.name for table in tables} == PEOPLE_NAMES | ANSWERS_NAMES | COMMON_NAMES
    assert violations(tables) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            "ALTER TABLE sealed_response ADD enrolment BLOB REFERENCES enrolment(id)",
            "leads to enrolment",
        ),
        ("ALTER TABLE sealed_response ADD enrolment BLOB", "on the people side too"),
        ("ALTER TABLE sealed_response ADD prompt INTEGER", "on the people side too"),
        ("ALTER TABLE sealed_response ADD stored_at DATETIME", "of type DateTime"),
        ("ALTER TABLE sealed_response ADD number INTEGER", "of type Integer"),
        ("ALTER TABLE sealed_response ADD officer TEXT", "holds more than"),
        ("ALTER TABLE participation ADD ciphertext BLOB", "ciphertext is on the people side too"),
        (
            "ALTER TABLE round ADD last_answer BLOB REFERENCES sealed_response(id)",
            "round.last_answer leads to sealed_response",
        ),
        ("CREATE TABLE link (enrolment BLOB, response BLOB)", "link is on neither side"),
    ],
)
def test_a_column_that_leads_across_is_noticed(
    sqlite_template: Path, change: str, complaint: str
) -> None:
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    original = sqlite3.connect(sqlite_template)
    original.backup(copy)
    original.close()
    copy.execute(change)
    engine = create_engine("sqlite://", creator=lambda: copy, poolclass=StaticPool)
    with engine.connect() as connection:
        found = reflected(connection)
    engine.dispose()
    copy.close()
    tables = [table for name, table in found.tables.items() if name != "alembic_version"]
    assert any(complaint in violation for violation in violations(tables)), violations(tables)


async def test_no_view_trigger_or_sequence_stands_between_the_sides(database_url: str) -> None:
    engine = engine_for(database_url)
    async with engine.connect() as connection:
        views = await connection.run_sync(lambda sync: inspect(sync).get_view_names())
        sequences = (
            await connection.run_sync(lambda sync: inspect(sync).get_sequence_names())
            if engine.dialect.name == "postgresql"
            else []
        )
    await engine.dispose()
    assert views == sequences == []


HOW_PEOPLE_ARE_ERASED = {
    "enrolment": "by itself",
    "delivery": "with the enrolment",
    "participation": "with the enrolment",
    "follow_up": "by its keyed hash",
    "follow_up_mark": "by its keyed hash",
    "departure": "names nobody",
    "enrolment_code": "names nobody",
    "lead_chat": "by its keyed hash",
    "lead_chat_code": "names nobody",
    "alert_chat": "by its keyed hash",
}
"""Every table of the people side, so that one added later is not forgotten by erasing."""


def test_every_table_about_people_says_how_somebody_is_erased_from_it() -> None:
    assert set(HOW_PEOPLE_ARE_ERASED) == PEOPLE_NAMES
    for name, how in HOW_PEOPLE_ARE_ERASED.items():
        table = metadata.tables[name]
        cascades = [key for key in table.foreign_keys if key.column.table.name == "enrolment"]
        assert bool(cascades) == (how == "with the enrolment"), name
        assert all(key.ondelete == "CASCADE" for key in cascades), name
        finds = {"id", "lookup", "profile", "address", "enrolment", "mark"} & set(
            table.columns.keys()
        )
        assert bool(finds) == (how != "names nobody"), name


def test_a_follow_up_leads_to_nothing_and_nothing_leads_to_it() -> None:
    for name, table in metadata.tables.items():
        targets = {key.column.table.name for key in table.foreign_keys}
        assert "follow_up" not in targets, name
    assert not metadata.tables["follow_up"].foreign_keys
    # Nor a team or a round, which would narrow down who it is.
    assert set(metadata.tables["follow_up"].columns.keys()) == {
        *("id", "lookup", "address", "kind", "due_at", "state", "claimed_until", "attempts")
    }


def test_a_mark_after_a_tough_job_leads_to_a_round_alone() -> None:
    table = metadata.tables["follow_up_mark"]
    assert set(table.columns.keys()) == {"round", "mark"}
    assert {key.column.table.name for key in table.foreign_keys} == {"round"}
    for other in metadata.tables.values():
        assert "follow_up_mark" not in {key.column.table.name for key in other.foreign_keys}


def test_a_chat_that_was_linked_leads_to_nothing_and_nothing_leads_to_it() -> None:
    for name in ("lead_chat", "lead_chat_code", "alert_chat"):
        assert not metadata.tables[name].foreign_keys
        for other in metadata.tables.values():
            assert name not in {key.column.table.name for key in other.foreign_keys}
    # No team, no moment, no name.
    assert set(metadata.tables["lead_chat"].columns.keys()) == {"id", "lookup"}
    assert set(metadata.tables["alert_chat"].columns.keys()) == {"id", "lookup", "address"}
    assert set(metadata.tables["lead_chat_code"].columns.keys()) == {"digest", "expires_at"}


async def test_rows_of_both_sides_have_no_row_ids_on_sqlite(
    storage: Storage, database_url: str
) -> None:
    if not database_url.startswith("sqlite"):
        return
    async with storage.read("look") as look:
        listed = {row.name: row.wr for row in await look.all(text("PRAGMA table_list"))}
    for table in PEOPLE + ANSWERS:
        assert listed[table.name] == 1, table.name
        assert table.dialect_options["sqlite"]["with_rowid"] is False
