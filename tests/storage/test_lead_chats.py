"""Chats of leads: a code works once and for a while, a chat is linked once, and all go at once."""

import asyncio
import secrets
from datetime import timedelta

import pytest

from storage import audit, lead_chats
from storage.engine import Storage
from storage.errors import RowRefused
from tests.storage.rows import ENTRY, NOW

LATER = NOW + timedelta(minutes=15)


async def test_a_code_is_taken_once_and_not_when_it_has_run_out(storage: Storage) -> None:
    digest, old = secrets.token_bytes(32), secrets.token_bytes(32)
    async with storage.transaction("make") as tx:
        await lead_chats.add_code(tx, digest, LATER, ENTRY, NOW)
        await lead_chats.add_code(tx, old, NOW, ENTRY, NOW)
        assert not await lead_chats.take_code(tx, secrets.token_bytes(32), NOW)
        assert not await lead_chats.take_code(tx, old, NOW)
        assert await lead_chats.knows_code(tx, old)
        assert not await lead_chats.take_code(tx, digest, LATER)
        assert await lead_chats.take_code(tx, digest, NOW)
        assert not await lead_chats.knows_code(tx, digest)
        assert not await lead_chats.take_code(tx, digest, NOW)


async def test_of_two_who_use_a_code_at_once_one_has_it(storage: Storage) -> None:
    digest = secrets.token_bytes(32)
    async with storage.transaction("make") as tx:
        await lead_chats.add_code(tx, digest, LATER, ENTRY, NOW)

    async def take() -> bool:
        async with storage.transaction("take") as tx:
            return await lead_chats.take_code(tx, digest, NOW)

    assert sorted(await asyncio.gather(*(take() for _ in range(4)))) == [False] * 3 + [True]


async def test_old_codes_are_cleared_and_no_others(storage: Storage) -> None:
    digests = [secrets.token_bytes(32) for _ in range(3)]
    async with storage.transaction("clear") as tx:
        for days, digest in enumerate(digests):
            await lead_chats.add_code(tx, digest, NOW + timedelta(days=days), ENTRY, NOW)
        assert await lead_chats.clear_codes(tx, NOW + timedelta(days=1)) == 1
        assert [await lead_chats.knows_code(tx, digest) for digest in digests] == [
            *(False, True, True)
        ]


async def test_a_chat_is_linked_once_and_unlinked_once(storage: Storage) -> None:
    lookup, other = secrets.token_bytes(32), secrets.token_bytes(32)
    async with storage.transaction("link") as tx:
        assert not await lead_chats.is_linked(tx, lookup)
        for _ in range(2):
            await lead_chats.link(tx, secrets.token_bytes(16), lookup, ENTRY, NOW)
        assert await lead_chats.number(tx) == 1
        assert await lead_chats.is_linked(tx, lookup)
        assert not await lead_chats.is_linked(tx, other)
        assert not await lead_chats.unlink(tx, other, ENTRY, NOW)
        assert len(await audit.all(tx)) == 2
        assert await lead_chats.unlink(tx, lookup, ENTRY, NOW)
        assert not await lead_chats.unlink(tx, lookup, ENTRY, NOW)
        assert len(await audit.all(tx)) == 3


async def test_all_chats_and_codes_go_at_once(storage: Storage) -> None:
    digest = secrets.token_bytes(32)
    async with storage.transaction("unlink") as tx:
        for _ in range(3):
            lookup = secrets.token_bytes(32)
            await lead_chats.link(tx, secrets.token_bytes(16), lookup, ENTRY, NOW)
        await lead_chats.add_code(tx, digest, LATER, ENTRY, NOW)
        assert await lead_chats.unlink_all(tx, ENTRY, NOW) == 3
        assert await lead_chats.number(tx) == 0
        assert not await lead_chats.knows_code(tx, digest)


@pytest.mark.parametrize(("row", "lookup"), [(15, 32), (16, 31)])
async def test_rows_of_another_size_are_refused(storage: Storage, row: int, lookup: int) -> None:
    with pytest.raises(RowRefused):
        async with storage.transaction("link") as tx:
            await lead_chats.link(tx, bytes(row), bytes(lookup), ENTRY, NOW)
