"""What is only ever added to: releases, programme versions, the audit trail."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.core.audit import AuditEntry, BrokenAuditTrail, verify
from storage import alerts, audit, heartbeats, programmes, releases
from storage.alerts import Alert
from storage.engine import Storage
from storage.errors import ReleaseOutOfOrder, RowRefused
from storage.heartbeats import Beat
from tests.storage.rows import ENTRY, NOW, a_release, opened


async def test_releases_form_a_chain_from_zeros(storage: Storage) -> None:
    async with storage.transaction("release") as tx:
        await opened(tx, "round-1")
        await opened(tx, "round-2")
        first = a_release("round-1", releases.FIRST)
        second = a_release("round-2", first.hash)
        assert await releases.newest(tx) is None
        assert await releases.append(tx, first) == 1
        assert await releases.append(tx, second) == 2
        newest = await releases.newest(tx)
        assert newest is not None
        assert (newest.sequence, newest.round, newest.content) == (2, "round-2", second.content)
        assert (newest.hash, newest.previous_hash) == (second.hash, first.hash)
        assert await releases.of_round(tx, "round-2") == newest
        assert await releases.of_round(tx, "round-3") is None
        assert [release.content for release in await releases.all(tx)] == [
            first.content,
            second.content,
        ]


async def test_a_release_off_the_chain_is_refused(storage: Storage) -> None:
    async with storage.transaction("release") as tx:
        await opened(tx, "round-1")
        await opened(tx, "round-2")
        with pytest.raises(ReleaseOutOfOrder, match="round-1"):
            await releases.append(tx, a_release("round-1", b"\1" * 32))
        await releases.append(tx, a_release("round-1", releases.FIRST))
        with pytest.raises(ReleaseOutOfOrder, match="round-2"):
            await releases.append(tx, a_release("round-2", releases.FIRST))


async def test_a_round_has_one_release(storage: Storage) -> None:
    async with storage.transaction("release") as tx:
        await opened(tx)
        first = a_release("round-1", releases.FIRST)
        await releases.append(tx, first)
    with pytest.raises(RowRefused):
        async with storage.transaction("release") as tx:
            await releases.append(tx, a_release("round-1", first.hash))


async def test_every_programme_version_is_kept_with_its_audit_entry(storage: Storage) -> None:
    async with storage.transaction("save") as tx:
        assert await programmes.newest(tx) is None
        for number, content in enumerate(('{"a": 1}', '{"b": 2}'), start=1):
            at = NOW + timedelta(days=number)
            args = (content, "admin Kestrel", "because", at, ENTRY)
            assert await programmes.append(tx, *args) == number
        newest, first = await programmes.newest(tx), await programmes.at_version(tx, 1)
        assert newest is not None
        assert first is not None
        assert (newest.version, newest.content) == (2, '{"b": 2}')
        assert first.content == '{"a": 1}'
        assert (first.author, first.reason) == ("admin Kestrel", "because")
        assert first.saved_at == NOW + timedelta(days=1)
        assert await programmes.at_version(tx, 3) is None
        assert len(await audit.all(tx)) == 2


async def test_the_audit_trail_reads_back_as_a_whole_chain(storage: Storage) -> None:
    async with storage.transaction("note") as tx:
        assert await audit.newest(tx) is None
        made = [
            await audit.append(tx, AuditEntry("admin", "act", f"subject {n}", "é – ✓"), NOW)
            for n in range(3)
        ]
    async with storage.read("look") as look:
        found = await audit.all(look)
        assert await audit.newest(look) == made[-1]
    assert found == made
    verify(found)


async def test_a_trail_changed_past_the_program_shows(storage: Storage) -> None:
    async with storage.transaction("note") as tx:
        for _ in range(3):
            await audit.append(tx, ENTRY, NOW)
    async with storage.read("look") as look:
        found = await audit.all(look)
    forged = [found[0], replace(found[1], entry=replace(ENTRY, actor="someone else")), found[2]]
    with pytest.raises(BrokenAuditTrail, match="entry 2"):
        verify(forged)


async def noted(storage: Storage, *entries: tuple[str, str, str]) -> None:
    async with storage.transaction("note") as tx:
        for number, entry in enumerate(entries):
            at = NOW + timedelta(hours=number)
            await audit.append(tx, AuditEntry("x", *entry), at)


async def test_of_entries_about_the_same_the_first_one_tells(storage: Storage) -> None:
    await noted(
        storage,
        ("use", "one", "first"),
        ("use", "one", "second"),
        ("make", "two", "of another act"),
        ("use", "two", "é" * 1_000_000),
        ("use", "two", "short"),
    )
    async with storage.read("look") as look:
        several = ("one", "two", "three", *(f"none {n}" for n in range(1_200)))
        found = await audit.first_details(look, "use", several)
        assert found == {"one": "first", "two": "é" * 100}
        assert await audit.first_details(look, "use", []) == {}


async def test_whether_the_trail_tells_of_something_is_asked_about_that_alone(
    storage: Storage,
) -> None:
    await noted(storage, ("use", "one", "first"), ("use", "two", "x"), ("make", "three", "x"))
    async with storage.read("look") as look:
        assert await audit.told_of(look, "use", ["one", "two", "three"]) == {"one", "two"}
        since = NOW + timedelta(hours=1)
        assert await audit.told_of(look, "use", ["one", "two"], since) == {"two"}
        assert await audit.tells(look, "use", "one", "first")
        for other in (("use", "one", "x"), ("use", "three", "x"), ("make", "one", "first")):
            assert not await audit.tells(look, *other)


async def test_notes_are_bounded_in_time_length_and_number(storage: Storage) -> None:
    longest = "x" * audit.LONGEST_NOTED
    await noted(
        storage,
        ("note", "before", ""),
        ("note", "team 1", ""),
        ("note", longest, ""),
        ("note", f"{longest}x", ""),
        ("other", "team 2", ""),
        ("note", "team 3", ""),
        ("note", "of a time to come", ""),
    )
    hours = [NOW + timedelta(hours=number) for number in range(7)]
    between = (hours[1], hours[6])
    async with storage.read("look") as look:
        found = await audit.noted(look, "note", 0, *between, 10)
        assert found == [("team 1", hours[1]), (longest, hours[2]), ("team 3", hours[5])]
        assert await audit.noted(look, "note", 0, *between, 2) == found[1:]
        assert await audit.noted(look, "note", 3, *between, 10) == found[2:]


async def test_an_entry_that_cannot_be_read_is_equal_to_nothing(sqlite_database: str) -> None:
    sqlite_storage = Storage(sqlite_database)
    await noted(sqlite_storage, ("use", "one", "first"))
    row = "SELECT {}, {}, 'x', 'use', {}, {}, hash, hash FROM audit WHERE sequence = 1"
    async with sqlite_storage.transaction("past the program") as tx:
        for values in (
            (2, "at", "'two'", "x'ff'"),
            (3, "at", "'three'", "CAST(x'ff' AS text)"),
            (4, "'2026-11-02 no time'", "'four'", "''"),
            (5, "at", "x'ff'", "''"),
        ):
            await tx.execute(text(f"INSERT INTO audit {row.format(*values)}"))
    async with sqlite_storage.read("look") as look:
        found = await audit.first_details(look, "use", ["one", "two", "three"])
        assert found == {"one": "first", "two": audit.UNREAD, "three": audit.UNREAD}
        until = NOW + timedelta(days=1)
        read = await audit.noted(look, "use", 0, NOW - timedelta(days=1), until, 10)
        assert [subject for subject, _ in read] == ["one", "two", "three"]
    await sqlite_storage.close()


async def test_a_process_has_one_heartbeat_the_last(storage: Storage) -> None:
    async with storage.transaction("beat") as tx:
        await heartbeats.beat(tx, "officers", NOW)
        await heartbeats.beat(tx, "tally", NOW)
        await heartbeats.beat(tx, "officers", NOW + timedelta(minutes=1))
        assert await heartbeats.last(tx) == {"officers": NOW + timedelta(minutes=1), "tally": NOW}
        assert await tx.scalar(text("SELECT count(*) FROM heartbeat")) == 2


async def test_a_process_says_of_itself_what_it_last_said(storage: Storage) -> None:
    async with storage.transaction("beat") as tx:
        await heartbeats.beat(tx, "officers", NOW, '{"late": 0}')
        assert await heartbeats.beats(tx) == {"officers": Beat(NOW, '{"late": 0}')}
        await heartbeats.beat(tx, "officers", NOW)
        assert await heartbeats.beats(tx) == {"officers": Beat(NOW, None)}


async def test_a_condition_has_one_row_the_last(storage: Storage) -> None:
    later = NOW + timedelta(days=1)
    async with storage.transaction("tell") as tx:
        await alerts.keep(tx, Alert("tick stopped", NOW, lasts=True))
        await alerts.keep(tx, Alert("no unused keys", NOW, lasts=True))
        await alerts.keep(tx, Alert("tick stopped", later, lasts=False))
    async with storage.read("look") as look:
        told = ("tick stopped", "no unused keys", "token refused")
        assert await alerts.of(look, told) == {
            "tick stopped": Alert("tick stopped", later, lasts=False),
            "no unused keys": Alert("no unused keys", NOW, lasts=True),
        }
