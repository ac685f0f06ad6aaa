"""What is gone is gone: from the files, from the order of rows, from the logs."""

import logging
import secrets
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import (
    enrolments,
    follow_up_marks,
    follow_ups,
    participation,
    rounds,
    sealed_responses,
)
from storage.engine import Storage
from storage.errors import RowRefused
from storage.states import FollowUpKind
from tests.databases import sqlite_url
from tests.storage.rows import a_round, asked_for, enrolled, opened, planned

KINDS = tuple(FollowUpKind)


@pytest.fixture
def sqlite_file(tmp_path: Path, sqlite_template: Path) -> Path:
    folder = tmp_path / "database"
    folder.mkdir()
    return Path(shutil.copy(sqlite_template, folder / "stand-easy.db"))


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


async def test_destroyed_responses_leave_no_bytes_in_the_file_or_its_log(
    sqlite_file: Path,
) -> None:
    storage = Storage(sqlite_url(sqlite_file))
    ciphertexts = [secrets.token_bytes(1392) for _ in range(200)]
    async with storage.transaction("answer") as tx:
        await opened(tx)
        for ciphertext in ciphertexts:
            await sealed_responses.add(tx, secrets.token_bytes(16), "round-1", ciphertext)
    assert all(ciphertext[:32] in bytes_on_disk(sqlite_file.parent) for ciphertext in ciphertexts)
    async with storage.transaction("stir") as tx:
        await sealed_responses.stir(tx, "round-1", secrets.token_bytes)
    async with storage.transaction("destroy") as tx:
        assert await sealed_responses.destroy(tx, "round-1") == 200
    assert await storage.tidy()
    remains = bytes_on_disk(sqlite_file.parent)
    # Any piece of 16 bytes would do as proof; these are three of each.
    for ciphertext in ciphertexts:
        for start in (0, 700, 1376):
            assert ciphertext[start : start + 16] not in remains
    await storage.close()


async def test_an_erased_officer_leaves_no_bytes_in_the_file_or_its_log(
    sqlite_file: Path,
) -> None:
    storage = Storage(sqlite_url(sqlite_file))
    async with storage.transaction("join") as tx:
        await opened(tx)
        others = [await enrolled(tx) for _ in range(50)]
        gone = await enrolled(tx)
        await planned(tx, gone)
        await participation.mark(tx, "round-1", 1, gone.id)
        others_wish = await asked_for(tx)
        wishes = [await asked_for(tx, lookup=others_wish.lookup[::-1], kind=k) for k in KINDS]
        marks = [secrets.token_bytes(32) for _ in range(5)]
        for mark in marks:
            await follow_up_marks.mark(tx, "round-1", mark)
    async with storage.transaction("erase") as tx:
        await enrolments.erase(tx, gone.id)
        await follow_ups.erase_all(tx, wishes[0].lookup)
        await follow_up_marks.erase(tx, marks[:1])
    assert await storage.tidy()
    remains = bytes_on_disk(sqlite_file.parent)
    for trace in (gone.id, gone.lookup, gone.profile[:16], gone.profile[-16:]):
        assert trace not in remains
    for wish in wishes:
        for trace in (wish.id, wish.lookup, wish.address[:16], wish.address[-16:]):
            assert trace not in remains
    assert marks[0] not in remains
    assert marks[1] in remains
    assert others[0].id in remains
    assert others_wish.id in remains
    await storage.close()


def log_size(file: Path) -> int:
    """Return how many bytes the log beside a database file has; 0 without one."""
    log = file.with_name(f"{file.name}-wal")
    return log.stat().st_size if log.exists() else 0


async def one_answer(storage: Storage, officer: bytes) -> None:
    """Mark somebody and add a sealed response, as sealing does."""
    async with storage.transaction("seal answers", leaves_trail=False) as tx:
        assert await participation.mark(tx, "round-1", 1, officer)
        await sealed_responses.add(tx, secrets.token_bytes(16), "round-1", bytes(1392))


async def test_after_an_answer_the_log_is_empty(sqlite_file: Path) -> None:
    storage = Storage(sqlite_url(sqlite_file))
    async with storage.transaction("join") as tx:
        await opened(tx)
        officers = [await enrolled(tx) for _ in range(3)]
    assert log_size(sqlite_file) > 0
    for number, officer in enumerate(officers, 1):
        await one_answer(storage, officer.id)
        assert log_size(sqlite_file) == 0
        assert not storage.untidy
        async with storage.read("look") as look:
            assert await sealed_responses.count(look, "round-1") == number
    await storage.close()


async def test_a_reader_keeps_the_trail_and_not_the_answer(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine._TRAIL_WAIT_MS", 1)
    monkeypatch.setattr("storage.engine._TIDY_WAIT_MS", 1)
    storage, elsewhere = Storage(sqlite_url(sqlite_file)), Storage(sqlite_url(sqlite_file))
    async with storage.transaction("join") as tx:
        await opened(tx)
        officer = await enrolled(tx)
    async with elsewhere.read("backup") as backup:
        assert await sealed_responses.count(backup, "round-1") == 0
        await one_answer(storage, officer.id)
        assert storage.untidy
        assert log_size(sqlite_file) > 0
        async with storage.read("look") as look:
            assert await sealed_responses.count(look, "round-1") == 1
        assert not await storage.tidy()
        assert storage.untidy
    assert await storage.tidy()
    assert not storage.untidy
    assert log_size(sqlite_file) == 0
    await elsewhere.close()
    await storage.close()


async def test_an_answer_that_fails_leaves_nothing_to_empty(sqlite_file: Path) -> None:
    storage = Storage(sqlite_url(sqlite_file))

    async def fail() -> None:
        async with storage.transaction("seal answers", leaves_trail=False):
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert not storage.untidy
    await storage.close()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_after_stirring_neither_place_nor_transaction_tells_who_answered(
    storage: Storage,
) -> None:
    async with storage.transaction("enrol") as tx:
        await opened(tx)
        officers = [await enrolled(tx) for _ in range(60)]

    async def answers() -> None:
        for officer in officers:
            async with storage.transaction("answer") as tx:
                await participation.mark(tx, "round-1", 1, officer.id)
                await sealed_responses.add(tx, secrets.token_bytes(16), "round-1", officer.id * 87)

    async def linked(by: str) -> int:
        pairs = (
            f"SELECT count(*) FROM (SELECT {by} AS place, * FROM participation) AS p "  # noqa: S608
            f"JOIN (SELECT {by} AS place, * FROM sealed_response) AS s ON p.place = s.place "
            "WHERE s.ciphertext = decode(repeat(encode(p.enrolment, 'hex'), 87), 'hex')"
        )
        async with storage.read("attack") as look:
            return int(await look.scalar(text(pairs)))

    by_transaction, by_order = "xmin::text", "row_number() OVER (ORDER BY ctid)"
    await answers()
    # Before: each is found by either. That is why rows are stirred.
    assert await linked(by_transaction) == 60
    assert await linked(by_order) == 60
    async with storage.transaction("stir") as tx:
        await sealed_responses.stir(tx, "round-1", secrets.token_bytes)
    assert await storage.tidy()
    assert await linked(by_transaction) == 0
    # By chance, one of 60 is in its old place; ten would happen once in 10 million runs.
    assert await linked(by_order) < 10
    async with storage.read("attack") as look:
        writers = await look.scalar(text("SELECT count(DISTINCT xmin::text) FROM sealed_response"))
    assert writers == 1


async def test_logs_at_debug_hold_no_row(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    storage = Storage(database_url)
    async with storage.transaction("answer") as tx:
        await opened(tx)
        officer = await enrolled(tx)
        response, ciphertext = secrets.token_bytes(16), secrets.token_bytes(1392)
        await participation.mark(tx, "round-1", 1, officer.id)
        await sealed_responses.add(tx, response, "round-1", ciphertext)
        wish = await asked_for(tx)
        assert await follow_ups.of_chat(tx, wish.lookup)
        mark = secrets.token_bytes(32)
        assert await follow_up_marks.mark(tx, "round-1", mark)
        assert await follow_up_marks.exists(tx, "round-1", mark)
        assert [c async for c in sealed_responses.in_chunks(tx, "round-1", 5)]
        assert await enrolments.by_lookup(tx, officer.lookup)
    with pytest.raises(RowRefused):
        async with storage.transaction("again") as tx:
            await rounds.open(tx, a_round())
    await storage.tidy()
    await storage.close()
    people = (officer.id, officer.lookup, officer.profile, wish.id, wish.lookup, wish.address)
    for secret in (*people, mark, response, ciphertext):
        for shape in (repr(secret)[2:-1][:40], secret.hex()[:24]):
            assert shape not in caplog.text
    # That someone of this team just joined, or answered this round, is too much as well.
    assert officer.team not in caplog.text
    assert "round-1" not in caplog.text
