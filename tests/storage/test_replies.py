"""Replies: what leads answer to a release, in order, each with its audit entry."""

from datetime import timedelta

import pytest

from storage import audit, releases, replies
from storage.engine import Storage, WriteTransaction
from storage.errors import RowRefused
from tests.storage.rows import ENTRY, NOW, a_release, a_reply, opened


async def _released(tx: WriteTransaction, *rounds: str) -> None:
    previous = releases.FIRST
    for round_id in rounds:
        await opened(tx, round_id)
        release = a_release(round_id, previous)
        await releases.append(tx, release)
        previous = release.hash


async def test_replies_read_back_in_order_and_by_round(storage: Storage) -> None:
    first, other, second = (
        a_reply(),
        a_reply("round-2"),
        a_reply(content={"en": "Four more cars."}, author="lead Heron"),
    )
    async with storage.transaction("reply") as tx:
        await _released(tx, "round-1", "round-2")
        for number, reply in enumerate((first, other, second), 1):
            at = NOW + timedelta(days=number)
            assert await replies.append(tx, reply, ENTRY, at) == number
    async with storage.read("look") as look:
        everything = await replies.all(look)
        assert [(s.sequence, s.reply) for s in everything] == [(1, first), (2, other), (3, second)]
        assert everything[0].at == NOW + timedelta(days=1)
        assert await replies.of_round(look, "round-1") == [everything[0], everything[2]]
        assert await replies.of_round(look, "round-3") == []
        assert [record.entry for record in await audit.all(look)] == [ENTRY] * 3


async def test_a_round_without_a_release_has_nothing_to_reply_to(storage: Storage) -> None:
    async with storage.transaction("open") as tx:
        await opened(tx)
    with pytest.raises(RowRefused):
        async with storage.transaction("reply") as tx:
            await replies.append(tx, a_reply(), ENTRY, NOW)
    async with storage.read("look") as look:
        assert await replies.all(look) == []
        assert await audit.all(look) == []
