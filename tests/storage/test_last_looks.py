"""The look at the end of a transaction: for what a block does, and for nothing that comes after."""

import asyncio

import pytest

from storage import heartbeats
from storage.engine import Storage, WriteTransaction, ending_with
from tests.storage.rows import NOW


class Ended(Exception):
    """What was asked for is not wanted any more."""


async def no_more(tx: WriteTransaction) -> None:
    raise Ended


async def beat(storage: Storage) -> None:
    async with storage.transaction("beat") as tx:
        await heartbeats.beat(tx, "officers", NOW)


async def beats(storage: Storage) -> int:
    async with storage.read("look") as look:
        return len(await heartbeats.last(look))


async def test_what_a_look_refuses_is_rolled_back_until_the_block_is_over(
    storage: Storage,
) -> None:
    with pytest.raises(Ended), ending_with(no_more):
        await beat(storage)
    assert await beats(storage) == 0
    await beat(storage)
    assert await beats(storage) == 1


async def test_what_a_block_lets_others_do_for_it_is_looked_at_as_well(storage: Storage) -> None:
    with ending_with(no_more):
        # In 3.11 this begins a task of its own, as does `gather`.
        with pytest.raises(Ended):
            await asyncio.wait_for(beat(storage), 30)
        with pytest.raises(Ended):
            await asyncio.gather(beat(storage))
    assert await beats(storage) == 0


async def test_a_task_that_outlives_its_block_is_not_looked_at_for_ever(storage: Storage) -> None:
    is_over = asyncio.Event()

    async def later() -> None:
        await is_over.wait()
        await beat(storage)

    with ending_with(no_more):
        task = asyncio.create_task(later())
        await asyncio.sleep(0)
    is_over.set()
    await task
    assert await beats(storage) == 1


async def test_what_was_begun_in_a_block_is_looked_at_when_the_block_is_over(
    storage: Storage,
) -> None:
    is_begun, is_over = asyncio.Event(), asyncio.Event()

    async def at_once() -> None:
        async with storage.transaction("beat") as tx:
            await heartbeats.beat(tx, "officers", NOW)
            is_begun.set()
            await is_over.wait()

    with ending_with(no_more):
        task = asyncio.create_task(at_once())
        await is_begun.wait()
    is_over.set()
    with pytest.raises(Ended):
        await task
    assert await beats(storage) == 0
