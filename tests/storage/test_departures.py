"""Departures: noted for a unit and a prompt, and gone when the round closes."""

import pytest

from storage import departures
from storage.engine import Storage
from storage.errors import RowRefused
from tests.storage.rows import opened


async def test_a_departure_holds_for_its_round_prompt_and_unit_alone(storage: Storage) -> None:
    async with storage.transaction("leave") as tx:
        for round_id in ("round-1", "round-2"):
            await opened(tx, round_id)
        await departures.note(tx, "round-1", 1, 3)
        assert await departures.exists(tx, "round-1", 1, 3)
        for other in (("round-2", 1, 3), ("round-1", 0, 3), ("round-1", 1, 0)):
            assert not await departures.exists(tx, *other)


async def test_a_second_departure_adds_nothing(storage: Storage) -> None:
    async with storage.transaction("leave") as tx:
        await opened(tx)
        await departures.note(tx, "round-1", 1, 3)
        await departures.note(tx, "round-1", 1, 3)
        # A number of rows would be a number of people who left.
        assert await departures.clear_round(tx, "round-1") == 1


async def test_clearing_a_round_leaves_the_others(storage: Storage) -> None:
    async with storage.transaction("clear") as tx:
        for round_id in ("round-1", "round-2"):
            await opened(tx, round_id)
            for unit in (0, 1):
                await departures.note(tx, round_id, 0, unit)
        assert await departures.clear_round(tx, "round-1") == 2
        assert await departures.clear_round(tx, "round-1") == 0
        assert not await departures.exists(tx, "round-1", 0, 0)
        assert await departures.exists(tx, "round-2", 0, 0)


async def test_a_departure_needs_a_round(storage: Storage) -> None:
    with pytest.raises(RowRefused):
        async with storage.transaction("leave") as tx:
            await departures.note(tx, "round-1", 0, 0)
