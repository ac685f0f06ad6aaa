"""Actions: what leads did, in order, each step with its audit entry and none ever changed."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.core.audit import verify
from storage import actions, audit
from storage.actions import StoredAction
from storage.engine import Storage
from storage.errors import RowRefused
from storage.tables import action as table
from tests.storage.rows import ENTRY, NOW, TODAY, an_action

LATER = NOW + timedelta(days=40)
THEN = TODAY + timedelta(days=40)


async def test_actions_read_back_with_what_was_said_later(storage: Storage) -> None:
    cars, talks = an_action(), an_action(what="Talks.", groups=("force",), author="lead Heron")
    async with storage.transaction("act") as tx:
        assert await actions.record(tx, cars, ENTRY, NOW) == 1
        assert await actions.record(tx, talks, ENTRY, LATER) == 2
        await actions.end(tx, 1, THEN, "lead Heron", ENTRY, LATER)
        await actions.withdraw(tx, 2, "lead Heron", ENTRY, LATER)
    async with storage.read("look") as look:
        found = await actions.all(look)
        assert found == [
            StoredAction(1, NOW, cars, ended_on=THEN),
            StoredAction(2, LATER, talks, withdrawn_at=LATER),
        ]
        assert await actions.get(look, 2) == found[1]
        assert await actions.get(look, 3) is None
        assert [record.entry for record in await audit.all(look)] == [ENTRY] * 4


async def test_an_action_that_nobody_can_read_is_left_out(sqlite_database: str) -> None:
    storage = Storage(sqlite_database)
    async with storage.transaction("act") as tx:
        for number, content in enumerate(("x", "[]", "{}", "5"), start=1):
            row = {"sequence": number, "action": number, "step": "recorded", "at": NOW}
            await tx.execute(insert(table).values(**row, content=content, author="x"))
        assert await actions.record(tx, an_action(), ENTRY, NOW) == 5
        assert [each.number for each in await actions.all(tx)] == [5]
    await storage.close()


@pytest.mark.parametrize("number", [1, 7])
async def test_an_action_ends_once_and_only_where_there_is_one(
    storage: Storage, number: int
) -> None:
    async with storage.transaction("act") as tx:
        await actions.record(tx, an_action(), ENTRY, NOW)
        await actions.end(tx, 1, THEN, "lead Heron", ENTRY, LATER)
    with pytest.raises(RowRefused):
        async with storage.transaction("act") as tx:
            await actions.end(tx, number, THEN, "lead Heron", ENTRY, LATER)
    async with storage.read("look") as look:
        assert len(await audit.all(look)) == 2


async def test_actions_of_several_processes_stay_one_sequence(
    pair: tuple[Storage, Storage],
) -> None:
    async def record(storage: Storage) -> int:
        async with storage.transaction("act") as tx:
            return await actions.record(tx, an_action(), ENTRY, NOW)

    numbers = await asyncio.gather(*(record(storage) for storage in pair * 3))
    assert sorted(numbers) == list(range(1, 7))
    async with pair[0].read("look") as look:
        verify(await audit.all(look))
