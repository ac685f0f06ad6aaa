"""Two programs and several devices on one follow-up: one of them gets it."""

import asyncio
from datetime import timedelta

from storage import follow_ups
from storage.engine import Storage
from storage.states import FollowUpKind, FollowUpState
from tests.storage.rows import LATER, NOW, a_follow_up, asked_for


async def test_no_follow_up_is_claimed_twice(pair: tuple[Storage, Storage]) -> None:
    async with pair[0].transaction("ask") as tx:
        for _ in range(60):
            await asked_for(tx)

    async def send(storage: Storage) -> list[bytes]:
        mine: list[bytes] = []
        while True:
            async with storage.transaction("claim") as tx:
                claimed = await follow_ups.claim_due(tx, NOW, LATER, 7)
            if not claimed:
                return mine
            mine += [follow_up.id for follow_up in claimed]

    found = await asyncio.gather(*(send(storage) for storage in pair * 3))
    claimed = [follow_up for mine in found for follow_up in mine]
    assert len(claimed) == len(set(claimed)) == 60


async def test_a_follow_up_is_answered_once_from_however_many_devices(
    pair: tuple[Storage, Storage],
) -> None:
    async with pair[0].transaction("ask") as tx:
        row = await asked_for(tx)
        await follow_ups.claim_due(tx, NOW, LATER, 1)
        await follow_ups.mark_sent(tx, row.id)

    async def answer(storage: Storage) -> bool:
        async with storage.transaction("answer") as tx:
            return await follow_ups.take_sent(tx, row.lookup, row.kind)

    taken = await asyncio.gather(*(answer(storage) for storage in pair * 5))
    assert sorted(taken) == [False] * 9 + [True]


async def test_asking_twice_at_once_leaves_one_follow_up(pair: tuple[Storage, Storage]) -> None:
    asked = [a_follow_up(lookup=bytes(32), kind=FollowUpKind.TOMORROW) for _ in range(8)]

    async def ask(storage: Storage, number: int) -> None:
        async with storage.transaction("ask") as tx:
            await follow_ups.put(tx, asked[number])

    await asyncio.gather(*(ask(storage, n) for n, storage in enumerate(pair * 4)))
    async with pair[0].read("look") as look:
        (left,) = await follow_ups.of_chat(look, bytes(32))
    assert left in asked


async def test_a_lapsed_sender_cannot_mark_a_follow_up_another_has_sent(
    pair: tuple[Storage, Storage],
) -> None:
    async with pair[0].transaction("ask") as tx:
        row = await asked_for(tx)
        await follow_ups.claim_due(tx, NOW, LATER, 1)
    async with pair[1].transaction("claim") as tx:
        assert await follow_ups.claim_due(tx, LATER, LATER + timedelta(minutes=5), 1)
        assert await follow_ups.mark_sent(tx, row.id)
    async with pair[0].transaction("late") as tx:
        assert not await follow_ups.put_back(tx, row.id, NOW)
        assert [r.state for r in await follow_ups.of_chat(tx, row.lookup)] == [FollowUpState.SENT]
