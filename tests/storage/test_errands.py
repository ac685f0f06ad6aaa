"""Errands: begun once, ended with a sentence, and nothing of how they were to be done is left."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.core.errands import ENDED, Errand, Kind, State
from storage import audit, errands
from storage.engine import Storage
from storage.errors import NoSuchRow, RowRefused
from tests.storage.rows import ENTRY, LATER, NOW


async def asked(storage: Storage, kind: Kind = Kind.OPEN_ROUND) -> int:
    async with storage.transaction("ask") as tx:
        return await errands.add(tx, kind, "pulse", {"digest": "00ff"}, "admin Kestrel", ENTRY, NOW)


async def test_what_is_asked_for_is_kept_in_its_order_with_an_entry_in_the_trail(
    storage: Storage,
) -> None:
    assert [await asked(storage), await asked(storage, Kind.ISSUE_CODE)] == [1, 2]
    async with storage.read("look") as tx:
        in_line = await errands.line(tx, 9)
        assert in_line[:1] == await errands.line(tx, 1)
        first, second = [await errands.get(tx, each.number) for each in in_line]
        assert await errands.waiting_of(tx, "admin Kestrel", NOW) == 0
        assert await errands.waiting_of(tx, "admin Kestrel", NOW - timedelta(seconds=1)) == 2
        assert [each.errand.number for each in await errands.newest(tx, set(Kind), 9)] == [2, 1]
        assert [each.errand.number for each in await errands.newest(tx, set(Kind), 1)] == [2]
        assert await errands.newest(tx, [Kind.CLOSE_ROUND], 9) == []
        assert await errands.get(tx, 3) is None
        assert len(await audit.all(tx)) == 2
    assert first is not None
    assert second is not None
    assert (first.state, first.begun_at, first.sentence) == (State.WAITING, None, None)
    assert second.errand == Errand(
        2, Kind.ISSUE_CODE, "pulse", {"digest": "00ff"}, "admin Kestrel", NOW
    )


async def test_several_may_ask_at_once(storage: Storage) -> None:
    assert sorted(await asyncio.gather(*(asked(storage) for _ in range(4)))) == [1, 2, 3, 4]


async def test_of_several_who_begin_an_errand_at_once_one_does(storage: Storage) -> None:
    number = await asked(storage)

    async def begin() -> bool:
        async with storage.transaction("begin") as tx:
            return await errands.begin(tx, number, LATER)

    assert sorted(await asyncio.gather(*(begin() for _ in range(4)))) == [False] * 3 + [True]
    async with storage.read("look") as tx:
        (stored,) = await errands.line(tx, 9)
    assert (stored.state, stored.begun_at) == (State.BEGUN, LATER)


@pytest.mark.parametrize("state", sorted(ENDED))
async def test_an_errand_that_ended_keeps_a_sentence_and_no_detail(
    storage: Storage, state: State
) -> None:
    number = await asked(storage)
    async with storage.transaction("end") as tx:
        await errands.begin(tx, number, LATER)
        await errands.end(tx, number, state, "The round is open.")
        assert await errands.line(tx, 9) == []
        stored = await errands.get(tx, number)
    assert stored is not None
    assert (stored.state, stored.sentence) == (state, "The round is open.")
    assert stored.errand.detail == {}


async def test_what_nobody_asked_for_does_not_end(storage: Storage) -> None:
    with pytest.raises(NoSuchRow):
        async with storage.transaction("end") as tx:
            await errands.end(tx, 7, State.DONE, "Done.")


@pytest.mark.parametrize(
    "change",
    ["state = 'begun'", "state = 'done'", "sentence = 'x'", "state = 'lost'", "kind = 'erase'"],
)
async def test_a_state_that_says_nothing_of_itself_is_refused(
    storage: Storage, change: str
) -> None:
    await asked(storage)
    with pytest.raises(RowRefused):
        async with storage.transaction("meddle") as tx:
            await tx.execute(text(f"UPDATE errand SET {change}"))  # noqa: S608 - words of ours
