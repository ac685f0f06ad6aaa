"""Sealing keys are what the trail says of them: nothing is sealed with another, or destroyed."""

from pathlib import Path

import pytest
from sqlalchemy import update

from bot.core.audit import AuditEntry
from bot.sealing.key_store import KeyFolder
from bot.sealing.keys import OpeningKey
from bot.workflows.abandoning import OpeningKeyNotHere
from bot.workflows.health import Oversight
from bot.workflows.known_keys import AnotherSealingKey
from storage import audit
from storage.tables import sealing_key
from tests.workflows.abandoned import SEALED, abandon, key_of, nothing_is_left
from tests.workflows.harming import closed, damage, lose_key
from tests.workflows.office import ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first(
    "keys are compared alike: one path runs on both, rules of rows in tests/storage"
)

ALL_SEALED = "SELECT count(*) FROM sealed_response"


async def exchange_public_half(office: Office, key: str) -> None:
    mine = OpeningKey(key, bytes(range(96)))
    async with office.storage.transaction("exchange") as tx:
        of_key = update(sealing_key).where(sealing_key.c.id == key)
        await tx.execute(of_key.values(public=mine.public))


@pytest.mark.whole_path
async def test_nothing_is_sealed_with_another_key_than_was_made(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(12)
        await office.turn()
        key = await key_of(office)
        await exchange_public_half(office, key)
        # An entry that comes later says nothing of what was made.
        async with office.storage.transaction("forge") as tx:
            entry = AuditEntry("test", "make key", f"key {key}")
            await audit.append(tx, entry, office.now)
        office.now = at(0, 17, 5)
        await office.send()
        with pytest.raises(AnotherSealingKey):
            await office.answers(officers[0])
        assert await office.number(ALL_SEALED) == 0
        found = await Oversight(office.storage, office.clock, [], "tally").health()
        assert found.changed_keys == [key]


@pytest.mark.parametrize("key_lost", [False, True])
async def test_another_public_half_is_never_a_reason_to_destroy(
    database_url: str, tmp_path: Path, key_lost: bool
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        await exchange_public_half(office, await key_of(office))
        with pytest.raises(AnotherSealingKey):
            await abandon(office, key_lost=key_lost)
        assert await office.number(SEALED) == 12
        assert await key_of(office) in office.opening.ids()


async def test_a_key_from_before_its_public_half_was_noted_is_taken_as_it_stands(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workflows.key_pool.digest_of", lambda public: "")
    async with an_office(sqlite_database, tmp_path / "elsewhere", keys=False) as office:
        await office.fill_pool()
        await closed(office)
        assert await office.number(SEALED) == 12
        assert await office.count() == [ROUND]


async def test_another_key_that_opens_nothing_needs_somebody_who_says_that_it_is_lost(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        key = await key_of(office)
        await lose_key(office)
        KeyFolder(tmp_path / "keys" / "tally").write(f"{key}.opening", bytes(96))
        with pytest.raises(OpeningKeyNotHere):
            await abandon(office)
        await abandon(office, key_lost=True)
        await nothing_is_left(office, key)
