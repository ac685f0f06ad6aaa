"""The audit trail on both engines: every planted change is found, and the export is checkable."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from bot.admin.trail_sheet import COLUMNS, as_csv, as_json, in_one_line
from bot.core.audit import (
    CHANGED,
    GONE,
    OFF_THE_CHAIN,
    UNREADABLE,
    Anchor,
    AuditEntry,
    AuditRecord,
    NotAnAnchor,
    anchor_of,
    entry_hash,
)
from bot.workflows.trail import Trail, read_trail
from storage import audit, releases
from storage.engine import Storage, WriteTransaction
from tests.storage.rows import NOW, a_release, opened

pytestmark = pytest.mark.sqlite_first(
    "hashes are reckoned alike: one trail changed, and one cut, run on both"
)

LENGTH = 6


@pytest.fixture
async def on_sqlite(sqlite_database: str) -> AsyncIterator[Storage]:
    """A database of the engine that checks no types."""
    opened = Storage(sqlite_database)
    yield opened
    await opened.close()


async def fill(storage: Storage, length: int = LENGTH) -> None:
    """Write some entries, each a second after the one before."""
    async with storage.transaction("fill") as tx:
        for number in range(1, length + 1):
            entry = AuditEntry("admin Kestrel", "issue code", f"team {number}", "8 uses – ✓")
            await audit.append(tx, entry, NOW + timedelta(seconds=number))


async def disarm(tx: WriteTransaction) -> None:
    """Take away what keeps the trail append-only, as somebody would who owns the database."""
    if tx.rows_name_their_transaction:
        for name in ("refuses_change", "in_turn", "in_our_time"):
            await tx.execute(text(f"DROP TRIGGER IF EXISTS audit_{name} ON audit"))
        return
    for act in ("update", "delete", "insert"):
        await tx.execute(text(f"DROP TRIGGER IF EXISTS audit_refuses_{act}"))


async def meddled(storage: Storage, *statements: str) -> Trail:
    """Run statements past the program; return what is read afterwards."""
    async with storage.transaction("meddle") as tx:
        await disarm(tx)
        for statement in statements:
            await tx.execute(text(statement))
    return await read_trail(storage)


PLANTS = {
    "another actor": (["UPDATE audit SET actor = 'someone' WHERE sequence = 3"], 3, CHANGED),
    "another act": (["UPDATE audit SET act = 'x' WHERE sequence = 1"], 1, CHANGED),
    "another subject": (["UPDATE audit SET subject = '' WHERE sequence = 6"], 6, CHANGED),
    "another detail": (["UPDATE audit SET detail = 'x' WHERE sequence = 4"], 4, CHANGED),
    "another moment": (
        ["UPDATE audit SET at = (SELECT at FROM audit WHERE sequence = 1) WHERE sequence = 5"],
        5,
        CHANGED,
    ),
    "another hash": (
        ["UPDATE audit SET hash = previous_hash WHERE sequence = 2"],
        2,
        CHANGED,
    ),
    "another hash before": (
        ["UPDATE audit SET previous_hash = hash WHERE sequence = 2"],
        2,
        OFF_THE_CHAIN,
    ),
    "the first removed": (["DELETE FROM audit WHERE sequence = 1"], 1, GONE),
    "one removed": (["DELETE FROM audit WHERE sequence = 4"], 4, GONE),
    "one removed and the others moved up": (
        [
            "DELETE FROM audit WHERE sequence = 4",
            "UPDATE audit SET sequence = 4 WHERE sequence = 5",
            "UPDATE audit SET sequence = 5 WHERE sequence = 6",
        ],
        4,
        OFF_THE_CHAIN,
    ),
    "two swapped": (
        [
            "UPDATE audit SET sequence = 99 WHERE sequence = 3",
            "UPDATE audit SET sequence = 3 WHERE sequence = 4",
            "UPDATE audit SET sequence = 4 WHERE sequence = 99",
        ],
        3,
        OFF_THE_CHAIN,
    ),
    "one put before all": (
        [
            "INSERT INTO audit SELECT 0, at, actor, act, subject, detail, previous_hash, hash "
            "FROM audit WHERE sequence = 1"
        ],
        1,
        OFF_THE_CHAIN,
    ),
    "one added at the end": (
        [
            "INSERT INTO audit SELECT 7, at, actor, act, subject, detail, previous_hash, hash "
            "FROM audit WHERE sequence = 6"
        ],
        7,
        OFF_THE_CHAIN,
    ),
}


@pytest.mark.parametrize("story", PLANTS)
async def test_every_planted_change_is_found_where_it_is(storage: Storage, story: str) -> None:
    statements, place, problem = PLANTS[story]
    await fill(storage)
    found = await meddled(storage, *statements)
    assert str(found.broken) == f"The audit trail is broken at entry {place}: {problem}."
    assert found.anchor is None


@pytest.mark.parametrize("column", ["at", "actor", "detail", "previous_hash", "hash"])
@pytest.mark.parametrize("value", ["'nonsense'", "x'fffe'", "17", "CAST(x'fffe' AS TEXT)"])
async def test_what_sqlite_takes_for_anything_is_found_too(
    on_sqlite: Storage, column: str, value: str
) -> None:
    await fill(on_sqlite)
    statement = f"UPDATE audit SET {column} = {value} WHERE sequence = 3"  # noqa: S608
    found = await meddled(on_sqlite, statement)
    assert str(found.broken).startswith("The audit trail is broken at entry 3: ")
    assert as_json(found)
    assert as_csv(found)


async def test_a_removed_entry_before_one_that_cannot_be_read_comes_first(
    on_sqlite: Storage,
) -> None:
    await fill(on_sqlite)
    found = await meddled(
        on_sqlite,
        "UPDATE audit SET at = 'nonsense' WHERE sequence = 4",
        "DELETE FROM audit WHERE sequence = 2",
    )
    assert str(found.broken) == f"The audit trail is broken at entry 2: {GONE}."


async def test_an_unreadable_entry_is_called_so(on_sqlite: Storage) -> None:
    await fill(on_sqlite)
    found = await meddled(on_sqlite, "UPDATE audit SET at = 'nonsense' WHERE sequence = 1")
    assert str(found.broken) == f"The audit trail is broken at entry 1: {UNREADABLE}."


# --- The newest entries -----------------------------------------------------------------


async def test_newest_entries_removed_show_against_an_anchor_alone(storage: Storage) -> None:
    await fill(storage)
    noted = (await read_trail(storage)).anchor
    assert noted is not None
    cut = await meddled(storage, "DELETE FROM audit WHERE sequence > 4")
    assert cut.broken is None
    against = await read_trail(storage, noted)
    assert str(against.broken).startswith("The audit trail ends at entry 4: entry 6 was there")


@pytest.mark.whole_path
async def test_a_trail_made_anew_shows_against_an_anchor(storage: Storage) -> None:
    await fill(storage)
    noted = (await read_trail(storage)).anchor
    async with storage.transaction("meddle") as tx:
        await disarm(tx)
        await tx.execute(text("DELETE FROM audit"))
        for number in range(LENGTH + 2):
            await audit.append(tx, AuditEntry("admin Kestrel", "nothing", f"{number}"), NOW)
    anew = await read_trail(storage)
    assert anew.broken is None
    against = await read_trail(storage, noted)
    assert str(against.broken).startswith("Entry 6 of the audit trail has another hash")


async def test_a_trail_goes_on_from_every_anchor_it_ever_had(storage: Storage) -> None:
    noted = []
    for _ in range(3):
        found = await read_trail(storage)
        assert found.anchor is not None
        noted.append(found.anchor)
        await fill(storage, 2)
    assert [anchor.sequence for anchor in noted] == [0, 2, 4]
    for anchor in noted:
        assert (await read_trail(storage, anchor)).broken is None


@pytest.mark.whole_path
async def test_newest_entries_removed_show_while_what_they_tell_of_is_there(
    storage: Storage,
) -> None:
    async with storage.transaction("fill") as tx:
        await opened(tx)
        made = a_release("round-1", releases.FIRST)
        await releases.append(tx, made)
        key = (await tx.execute(text("SELECT id FROM sealing_key"))).scalar()
        for act, subject in (("make key", f"key {key}"), ("open round", "round round-1")):
            await audit.append(tx, AuditEntry("ticker", act, subject), NOW)
        told = AuditEntry("ticker", "release", "round round-1", made.hash.hex())
        await audit.append(tx, told, NOW)
    assert (await read_trail(storage)).broken is None
    for left, missing in (
        (2, "round round-1 (release)"),
        (1, "round round-1 (open round)"),
        (0, f"key {key} (make key)"),
    ):
        found = await meddled(storage, f"DELETE FROM audit WHERE sequence > {left}")  # noqa: S608
        assert f"ends at entry {left} and does not tell of {missing}" in str(found.broken)


@pytest.mark.parametrize(
    "given", ["", "6", "6:", f"6:{'g' * 64}", f"06:{'a' * 64}", f"-1:{'a' * 64}", f"٣:{'a' * 64}"]
)
def test_what_is_no_anchor_is_refused(given: str) -> None:
    with pytest.raises(NotAnAnchor):
        Anchor.read(given)


def test_an_anchor_reads_back() -> None:
    anchor = Anchor(17, bytes(range(32)))
    assert Anchor.read(f" {anchor}\n") == anchor


# --- What is printed --------------------------------------------------------------------


async def test_the_result_is_one_line_with_the_anchor(storage: Storage) -> None:
    assert "whole: 0 entries." in in_one_line(await read_trail(storage), None)
    await fill(storage, 1)
    found = await read_trail(storage)
    line = in_one_line(found, Anchor(0, bytes(32)))
    assert "whole: 1 entry. It goes on from the anchor of entry 0." in line
    assert line.endswith(str(found.anchor))
    assert "\n" not in line


async def test_anybody_can_make_the_hashes_of_the_export_again(storage: Storage) -> None:
    await fill(storage)
    written = json.loads(as_json(await read_trail(storage)))
    assert written["whole"] is True
    before = "0" * 64
    for number, entry in enumerate(written["entries"], start=1):
        assert (entry["sequence"], entry["previous_hash"]) == (number, before)
        told = {name: entry[name] for name in ("sequence", "at", "actor", "act", "subject")}
        content = {**told, "detail": entry["detail"], "previous": before}
        plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        before = sha256(plain.encode()).hexdigest()
        assert entry["hash"] == before
    assert written["anchor"] == f"{LENGTH}:{before}"


async def test_the_table_holds_every_entry_and_no_formula() -> None:
    made = []
    before = bytes(32)
    cells = ["=1+1", " @x", '"-2', "\t+3", "plain – ✓, and a comma"]
    for number, cell in enumerate(cells, start=1):
        entry = AuditEntry("admin", "save", "team", cell)
        made.append(AuditRecord(number, NOW, entry, before, entry_hash(before, number, NOW, entry)))
        before = made[-1].hash
    rows = list(csv.reader(io.StringIO(as_csv(Trail(tuple(made))))))
    assert tuple(rows[0]) == COLUMNS
    assert [row[5] for row in rows[1:]] == [*(f"'{cell}" for cell in cells[:4]), cells[4]]
    assert rows[1][1] == NOW.astimezone(UTC).isoformat(timespec="microseconds")
    assert rows[-1][-1] == before.hex()
    assert anchor_of(made).hash == before


async def test_a_broken_trail_is_exported_as_broken(storage: Storage) -> None:
    await fill(storage)
    found = await meddled(storage, "UPDATE audit SET act = 'x' WHERE sequence = 2")
    written = json.loads(as_json(found))
    assert (written["whole"], written["anchor"]) == (False, None)
    assert "broken at entry 2" in written["broken"]
    assert len(written["entries"]) == LENGTH


# --- The commands -----------------------------------------------------------------------


def test_the_commands_answer_with_their_exit_codes(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.admin.arguments.command_line import parse
    from bot.core.audit import BrokenAuditTrail, EndsBeforeAnchor
    from bot.every_command import trail_export, trail_verify
    from config.settings import read_settings

    settings = read_settings({"STANDEASY_DATABASE_URL": sqlite_database}, None)

    async def act(*statements: str) -> None:
        storage = Storage(sqlite_database)
        if statements:
            await meddled(storage, *statements)
        else:
            await fill(storage)
        await storage.close()

    def ran(*words: str) -> str:
        command = {"verify": trail_verify, "export": trail_export}[words[0]]
        asyncio.run(command(settings, parse(["audit", "trail", *words])))
        return capsys.readouterr().out

    asyncio.run(act())
    line = ran("verify")
    anchor = line.split()[-1]
    assert "It goes on from the anchor of entry 6." in ran("verify", "--anchor", anchor)
    assert json.loads(ran("export"))["anchor"] == anchor
    assert ran("export", "--format", "csv").count("\n") == LENGTH + 1
    asyncio.run(act("DELETE FROM audit WHERE sequence = 6"))
    with pytest.raises(EndsBeforeAnchor):
        ran("verify", "--anchor", anchor)
    asyncio.run(act("UPDATE audit SET actor = 'x' WHERE sequence = 2"))
    with pytest.raises(BrokenAuditTrail, match="entry 2"):
        ran("verify")
    with pytest.raises(BrokenAuditTrail, match="entry 2"):
        ran("export")
    assert json.loads(capsys.readouterr().out)["whole"] is False
