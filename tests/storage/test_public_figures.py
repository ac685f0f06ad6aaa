"""Public figures and their ledger: once for a round, added up by year, never changed."""

from typing import Any

import pytest

from bot.core.disclosure.public_figures import NotPublic
from storage import public_figures, releases
from storage.engine import Storage
from storage.errors import RowRefused
from tests.storage.rows import a_release, opened, some_figures


async def test_the_ledger_of_a_year_is_the_sum_of_what_was_drawn_in_it(storage: Storage) -> None:
    async with storage.transaction("draw") as tx:
        previous = releases.FIRST
        assert await public_figures.used(tx, 2026) == 0
        for number, (year, epsilon) in enumerate(((2026, 250), (2026, 300), (2027, 100)), start=1):
            await opened(tx, f"round-{number}")
            release = a_release(f"round-{number}", previous)
            previous = release.hash
            await releases.append(tx, release)
            figures = some_figures(f"round-{number}", year, epsilon)
            assert await public_figures.append(tx, figures) == number
    async with storage.read("look") as look:
        assert [await public_figures.used(look, year) for year in (2025, 2026, 2027)] == (
            [0, 550, 100]
        )
        stored = await public_figures.all(look)
        assert [each.round for each in stored] == ["round-1", "round-2", "round-3"]
        assert await public_figures.of_round(look, "round-2") == stored[1]
        assert await public_figures.of_round(look, "round-4") is None


async def test_a_round_is_drawn_once_and_never_before_its_release(storage: Storage) -> None:
    async with storage.transaction("open") as tx:
        await opened(tx)
    with pytest.raises(RowRefused):
        async with storage.transaction("draw") as tx:
            await public_figures.append(tx, some_figures())
    async with storage.transaction("draw") as tx:
        await releases.append(tx, a_release("round-1", releases.FIRST))
        await public_figures.append(tx, some_figures())
    with pytest.raises(RowRefused):
        async with storage.transaction("draw") as tx:
            await public_figures.append(tx, some_figures(epsilon=1))


async def test_nothing_else_is_stored_as_public_figures(storage: Storage) -> None:
    anything: Any = {"round": "round-1"}
    with pytest.raises(NotPublic):
        async with storage.transaction("draw") as tx:
            await public_figures.append(tx, anything)
