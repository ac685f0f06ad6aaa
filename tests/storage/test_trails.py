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
