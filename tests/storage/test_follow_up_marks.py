"""Marks after a tough job: once in a round, cleared with it, erased by what they are."""

import secrets

import pytest

from storage import follow_up_marks
from storage.engine import Storage
from storage.errors import RowRefused
from tests.storage.rows import opened


async def test_a_mark_is_made_once_in_each_round(storage: Storage) -> None:
    mark, other = secrets.token_bytes(32), secrets.token_bytes(32)
    async with storage.transaction("answer") as tx:
        await opened(tx, "round-1")
        await opened(tx, "round-2")
        assert not await follow_up_marks.exists(tx, "round-1", mark)
        assert await follow_up_marks.mark(tx, "round-1", mark)
        assert not await follow_up_marks.mark(tx, "round-1", mark)
        assert await follow_up_marks.exists(tx, "round-1", mark)
        assert not await follow_up_marks.exists(tx, "round-1", other)
        assert not await follow_up_marks.exists(tx, "round-2", mark)
        assert await follow_up_marks.mark(tx, "round-2", mark)


async def test_a_round_is_cleared_and_no_other(storage: Storage) -> None:
    async with storage.transaction("close") as tx:
        for round_id in ("round-1", "round-2"):
            await opened(tx, round_id)
            for _ in range(3):
                await follow_up_marks.mark(tx, round_id, secrets.token_bytes(32))
        assert await follow_up_marks.clear_round(tx, "round-1") == 3
        assert await follow_up_marks.clear_round(tx, "round-1") == 0
        assert await follow_up_marks.clear_round(tx, "round-2") == 3


async def test_the_marks_of_one_chat_are_erased_and_no_others(storage: Storage) -> None:
    mine = [secrets.token_bytes(32) for _ in range(2)]
    other = secrets.token_bytes(32)
    async with storage.transaction("erase") as tx:
        for round_id, mark in zip(("round-1", "round-2"), mine, strict=True):
            await opened(tx, round_id)
            await follow_up_marks.mark(tx, round_id, mark)
            await follow_up_marks.mark(tx, round_id, other)
        assert await follow_up_marks.erase(tx, []) == 0
        assert await follow_up_marks.erase(tx, mine) == 2
        assert await follow_up_marks.erase(tx, mine) == 0
        assert await follow_up_marks.exists(tx, "round-1", other)
        assert await follow_up_marks.exists(tx, "round-2", other)


@pytest.mark.parametrize("size", [31, 33])
async def test_a_mark_of_another_size_is_refused(storage: Storage, size: int) -> None:
    async with storage.transaction("open") as tx:
        await opened(tx)
    with pytest.raises(RowRefused, match="mark_size"):
        async with storage.transaction("answer") as tx:
            await follow_up_marks.mark(tx, "round-1", bytes(size))
