"""Two programs on one database: of everything there is one of, one of them gets it."""

import asyncio
import secrets
from datetime import timedelta

from bot.core.audit import verify
from storage import (
    audit,
    deliveries,
    enrolment_codes,
    enrolments,
    participation,
    releases,
    replies,
    rounds,
    sealed_responses,
    sealing_keys,
)
from storage.engine import Storage
from storage.enrolment_codes import EnrolmentCode
from storage.errors import ReleaseOutOfOrder
from storage.states import DeliveryState, KeyState
from tests.storage.rows import (
    ENTRY,
    LATER,
    NOW,
    TODAY,
    Key,
    a_delivery,
    a_release,
    a_reply,
    a_round,
    an_enrolment,
    enrolled,
    opened,
)
from tests.storage.waiting import others_wait


async def test_no_delivery_is_claimed_twice(pair: tuple[Storage, Storage]) -> None:
    async with pair[0].transaction("plan") as tx:
        await opened(tx)
        officers = [await enrolled(tx) for _ in range(100)]
        await deliveries.add_many(tx, [a_delivery(officer) for officer in officers])

    async def send(storage: Storage) -> list[bytes]:
        mine: list[bytes] = []
        while True:
            async with storage.transaction("claim") as tx:
                claimed = await deliveries.claim_due(tx, NOW, LATER, 7)
            if not claimed:
                return mine
            mine += [delivery.id for delivery in claimed]

    found = await asyncio.gather(*(send(storage) for storage in pair * 3))
    claimed = [delivery for mine in found for delivery in mine]
    assert len(claimed) == len(set(claimed)) == 100


async def test_no_key_is_taken_twice(pair: tuple[Storage, Storage]) -> None:
    async with pair[0].transaction("keys") as tx:
        for number in range(10):
            await sealing_keys.add(tx, Key(f"key-{number}"))

    async def take(storage: Storage) -> str | None:
        async with storage.transaction("take") as tx:
            key = await sealing_keys.take_unused(tx)
            # Skipping what others hold must not look like an empty pool for long.
            return None if key is None else key.id

    taken = await asyncio.gather(*(take(storage) for storage in pair * 5))
    assert sorted(filter(None, taken)) == [f"key-{number}" for number in range(10)]


async def test_a_round_is_opened_once_and_costs_one_key(pair: tuple[Storage, Storage]) -> None:
    async with pair[0].transaction("keys") as tx:
        for number in range(8):
            await sealing_keys.add(tx, Key(f"key-{number}"))

    async def try_to_open(storage: Storage, number: int) -> bool:
        async with storage.transaction("open") as tx:
            key = await sealing_keys.take_unused(tx)
            assert key is not None
            return await rounds.open(tx, a_round(f"round-{number}", sealing_key=key.id))

    tries = (try_to_open(storage, n) for n, storage in enumerate(pair * 4))
    assert sorted(await asyncio.gather(*tries)) == [False] * 7 + [True]
    async with pair[0].read("look") as look:
        assert len(await rounds.all(look)) == 1
        assert (await sealing_keys.counts(look))[KeyState.UNUSED] == 7


async def test_an_answer_counts_once_however_often_it_arrives(
    pair: tuple[Storage, Storage],
) -> None:
    async with pair[0].transaction("enrol") as tx:
        await opened(tx)
        officer = await enrolled(tx)

    async def answer(storage: Storage) -> None:
        async with storage.transaction("answer") as tx:
            await rounds.lock_shared(tx, "round-1")
            if await participation.mark(tx, "round-1", 1, officer.id):
                await sealed_responses.add(tx, secrets.token_bytes(16), "round-1", bytes(1392))

    await asyncio.gather(*(answer(storage) for storage in pair * 5))
    async with pair[1].read("look") as look:
        assert await sealed_responses.count(look, "round-1") == 1


async def test_a_code_is_not_used_more_often_than_it_allows(pair: tuple[Storage, Storage]) -> None:
    async with pair[0].transaction("issue") as tx:
        await enrolment_codes.add(tx, EnrolmentCode(bytes(32), "heron", 5, TODAY), ENTRY, NOW)

    async def join(storage: Storage) -> str | None:
        async with storage.transaction("join") as tx:
            return await enrolment_codes.take_use(tx, bytes(32), TODAY)

    teams = await asyncio.gather(*(join(storage) for storage in pair * 5))
    assert teams.count("heron") == teams.count(None) == 5


async def test_an_officer_is_enrolled_once(pair: tuple[Storage, Storage]) -> None:
    lookup = secrets.token_bytes(32)

    async def join(storage: Storage) -> bool:
        async with storage.transaction("join") as tx:
            return await enrolments.add(tx, an_enrolment(lookup=lookup))

    joined = await asyncio.gather(*(join(storage) for storage in pair * 3))
    assert sorted(joined) == [False] * 5 + [True]


async def test_the_audit_trail_stays_one_chain(pair: tuple[Storage, Storage]) -> None:
    async def note(storage: Storage, number: int) -> None:
        async with storage.transaction("note") as tx:
            await audit.append(tx, ENTRY, NOW + timedelta(seconds=number))

    await asyncio.gather(*(note(storage, n) for n, storage in enumerate(pair * 10)))
    async with pair[0].read("look") as look:
        trail = await audit.all(look)
    verify(trail)
    assert len(trail) == 20


async def test_two_releases_cannot_follow_the_same_one(pair: tuple[Storage, Storage]) -> None:
    async with pair[0].transaction("open") as tx:
        for number in range(4):
            await opened(tx, f"round-{number}")

    async def release(storage: Storage, number: int) -> bool:
        try:
            async with storage.transaction("release") as tx:
                await releases.append(tx, a_release(f"round-{number}", releases.FIRST))
        except ReleaseOutOfOrder:
            return False
        return True

    tries = (release(storage, n) for n, storage in enumerate(pair * 2))
    assert sorted(await asyncio.gather(*tries)) == [False] * 3 + [True]


async def test_stirring_while_answers_come_in_loses_and_doubles_none(
    pair: tuple[Storage, Storage],
) -> None:
    async with pair[0].transaction("open") as tx:
        await opened(tx)
    ciphertexts = [number.to_bytes(2, "big") * 696 for number in range(60)]

    async def answer(storage: Storage, part: list[bytes]) -> None:
        for ciphertext in part:
            async with storage.transaction("answer") as tx:
                await rounds.lock_shared(tx, "round-1")
                await sealed_responses.add(tx, secrets.token_bytes(16), "round-1", ciphertext)

    async def stir(storage: Storage) -> None:
        for _ in range(5):
            async with storage.transaction("stir") as tx:
                await sealed_responses.stir(tx, "round-1", secrets.token_bytes)

    await asyncio.gather(
        answer(pair[0], ciphertexts[:30]), answer(pair[1], ciphertexts[30:]), stir(pair[0])
    )
    async with pair[0].read("look") as look:
        found = [c async for c in sealed_responses.in_chunks(look, "round-1", 7)]
    assert sorted(c for chunk in found for c in chunk) == ciphertexts


async def test_a_round_being_closed_waits_for_answers_and_keeps_later_ones_out(
    pair: tuple[Storage, Storage], database_url: str
) -> None:
    async with pair[0].transaction("open") as tx:
        await opened(tx)
    answering, order = asyncio.Event(), list[str]()

    async def answer() -> None:
        async with pair[0].transaction("answer") as tx:
            await rounds.lock_shared(tx, "round-1")
            answering.set()
            await others_wait(pair, database_url)
            await sealed_responses.add(tx, bytes(16), "round-1", bytes(1392))
            order.append("answered")

    async def close() -> int:
        await answering.wait()
        async with pair[1].transaction("close") as tx:
            await rounds.lock(tx, "round-1")
            order.append("closed")
            return await sealed_responses.count(tx, "round-1")

    _, counted = await asyncio.gather(answer(), close())
    assert order == ["answered", "closed"]
    assert counted == 1


async def test_a_lapsed_sender_cannot_mark_what_another_has_put_back(
    pair: tuple[Storage, Storage],
) -> None:
    async with pair[0].transaction("plan") as tx:
        await opened(tx)
        delivery = a_delivery(await enrolled(tx))
        await deliveries.add_many(tx, [delivery])
    async with pair[0].transaction("claim") as tx:
        assert await deliveries.claim_due(tx, NOW, LATER, 1)
    async with pair[1].transaction("claim") as tx:
        assert await deliveries.claim_due(tx, LATER, LATER + timedelta(minutes=5), 1)
        assert await deliveries.mark_sent(tx, delivery.id, NOW)
    async with pair[0].transaction("late") as tx:
        assert not await deliveries.put_back(tx, delivery.id, NOW)
        assert (await deliveries.counts(tx))[DeliveryState.SENT] == 1


async def test_replies_stay_one_sequence(pair: tuple[Storage, Storage]) -> None:
    async with pair[0].transaction("release") as tx:
        await opened(tx)
        await releases.append(tx, a_release("round-1", releases.FIRST))

    async def reply(storage: Storage) -> int:
        async with storage.transaction("reply") as tx:
            return await replies.append(tx, a_reply(), ENTRY, NOW)

    numbers = await asyncio.gather(*(reply(storage) for storage in pair * 5))
    assert sorted(numbers) == list(range(1, 11))
    async with pair[0].read("look") as look:
        verify(await audit.all(look))
