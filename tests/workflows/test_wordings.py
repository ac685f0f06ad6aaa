"""What was asked once under a version stays what that version asks."""

from datetime import UTC, datetime

import pytest

from bot.core.audit import AuditEntry, verify
from bot.core.programme import Programme
from bot.workflows import programme, wordings
from bot.workflows.wordings import WordingChanged
from storage import audit
from storage.engine import Storage
from tests.core.builders import a_programme, check_in_content

pytestmark = pytest.mark.sqlite_first("hashes of texts are the same: one path runs on both")

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST, OTHER = bytes([1] * 32), bytes([2] * 32)
OTHERS = {("who-5", 1): OTHER}


def asking(instrument: str, version: int = 1) -> Programme:
    """A programme that asks one instrument."""
    check_in = check_in_content(instrument=instrument, instrument_version=version)
    return a_programme(check_ins=[check_in])


async def keep(storage: Storage, programme: Programme, digests: wordings.Digests) -> None:
    await wordings.keep(storage, programme, digests, "test", lambda: NOW)


async def entries(storage: Storage) -> list[tuple[str, str]]:
    async with storage.read("trail") as tx:
        trail = await audit.all(tx)
    verify(trail)
    return [(record.entry.subject, record.entry.detail) for record in trail]


@pytest.mark.whole_path
async def test_the_hash_of_a_wording_is_kept_when_it_is_used_and_once(storage: Storage) -> None:
    both = {("who-5", 1): FIRST, ("ons4", 1): OTHER}
    for _ in range(2):
        await keep(storage, asking("who-5"), both)
    assert await entries(storage) == [("instrument who-5 version 1", FIRST.hex())]


async def test_what_ships_is_not_kept(storage: Storage) -> None:
    await keep(storage, asking("weekly-pulse"), {("who-5", 1): FIRST})
    await keep(storage, asking("weekly-pulse"), {})
    assert await entries(storage) == []


async def test_a_wording_that_changed_is_refused_also_when_nobody_asks_it_now(
    storage: Storage,
) -> None:
    await keep(storage, asking("who-5"), {("who-5", 1): FIRST})
    for asked in (asking("who-5"), asking("weekly-pulse")):
        with pytest.raises(WordingChanged, match="who-5 version 1 is not the one that was asked"):
            await keep(storage, asked, {("who-5", 1): OTHER})
    assert len(await entries(storage)) == 1


async def test_what_was_kept_first_holds_whatever_is_said_later(storage: Storage) -> None:
    digests = {("who-5", 1): FIRST}
    await keep(storage, asking("who-5"), digests)
    async with storage.transaction("forge") as tx:
        entry = AuditEntry("dashboard", wordings.ACT, "instrument who-5 version 1", "00" * 32)
        await audit.append(tx, entry, NOW)
    await keep(storage, asking("who-5"), digests)
    await wordings.check(storage, digests)
    for changes in (keep(storage, asking("who-5"), OTHERS), wordings.check(storage, OTHERS)):
        with pytest.raises(WordingChanged):
            await changes


async def test_whoever_only_checks_keeps_nothing(storage: Storage) -> None:
    await wordings.check(storage, {("who-5", 1): FIRST})
    assert await entries(storage) == []


async def test_a_new_version_stands_beside_the_old_one(storage: Storage) -> None:
    await keep(storage, asking("who-5"), {("who-5", 1): FIRST})
    await keep(storage, asking("who-5", 2), {("who-5", 1): FIRST, ("who-5", 2): OTHER})
    assert len(await entries(storage)) == 2


async def test_what_a_page_began_to_use_is_kept_before_anybody_is_asked(storage: Storage) -> None:
    def now() -> datetime:
        return NOW

    digests = {("who-5", 1): FIRST}
    await wordings.keep_in_force(storage, digests, "officers", now)
    await programme.load(storage, asking("who-5"), "an admin", "saved by a page", now)
    await wordings.keep_in_force(storage, {}, "officers", now)
    assert [subject for subject, _ in await entries(storage)] == ["force nowhere"]
    for _ in range(2):
        await wordings.keep_in_force(storage, digests, "officers", now)
    assert (await entries(storage))[1:] == [("instrument who-5 version 1", FIRST.hex())]
    with pytest.raises(WordingChanged):
        await wordings.keep_in_force(storage, {("who-5", 1): OTHER}, "officers", now)
