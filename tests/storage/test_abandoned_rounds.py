"""Rounds that were abandoned, in the tables: up, down, and without a release."""

import pytest

from bot.core.rounds import RoundState
from storage import rounds, sealed_responses
from storage.engine import Storage
from storage.errors import RowRefused
from storage.migrate import check, downgrade, migrate
from tests.storage.rows import NOW, opened


async def test_a_round_that_was_abandoned_is_closed_in_older_tables(database_url: str) -> None:
    storage = Storage(database_url)
    async with storage.transaction("fill") as tx:
        await opened(tx)
        await sealed_responses.add(tx, bytes(16), "round-1", bytes(1392))
        await opened(tx, "round-2", state=RoundState.ABANDONED)
    await storage.close()
    await downgrade(database_url, "0017")
    await migrate(database_url)
    await check(database_url)
    storage = Storage(database_url)
    async with storage.read("look") as look:
        found = {row.id: row.state for row in await rounds.all(look)}
        assert found == {"round-1": RoundState.OPEN, "round-2": RoundState.CLOSED}
        # What refers to a round still does, though its table was made anew.
        assert await sealed_responses.count(look, "round-1") == 1
    with pytest.raises(RowRefused):
        async with storage.transaction("an answer to no round") as tx:
            await sealed_responses.add(tx, bytes(16), "round-3", bytes(1392))
    await storage.close()


async def test_a_round_that_was_released_is_never_abandoned(storage: Storage) -> None:
    async with storage.transaction("release") as tx:
        await opened(tx)
        await rounds.set_state(tx, "round-1", RoundState.RELEASED, NOW)
    with pytest.raises(RowRefused):
        async with storage.transaction("abandon") as tx:
            await rounds.set_state(tx, "round-1", RoundState.ABANDONED)


async def test_ids_can_be_had_of_some_states(storage: Storage) -> None:
    async with storage.transaction("fill") as tx:
        await opened(tx)
        await opened(tx, "round-2", state=RoundState.ABANDONED)
    async with storage.read("look") as look:
        assert await rounds.ids(look) == ["round-1", "round-2"]
        assert await rounds.ids(look, RoundState.ABANDONED) == ["round-2"]
