"""Chats for alerts: linked once, unlinked once, all at once, and counted without being known."""

import secrets

import pytest

from storage import alert_chats, audit, lead_chats
from storage.alert_chats import AlertChat
from storage.engine import Storage
from storage.errors import RowRefused
from storage.roles import Role
from tests.storage.rows import ENTRY, NOW
from tests.storage.test_roles import accounts, database

__all__ = ["accounts", "database"]


def a_chat(row: int = 16, lookup: int = 32) -> AlertChat:
    return AlertChat(secrets.token_bytes(row), secrets.token_bytes(lookup), secrets.token_bytes(9))


async def test_a_chat_is_linked_once_and_unlinked_once(storage: Storage) -> None:
    chat, other = a_chat(), a_chat()
    async with storage.transaction("link") as tx:
        await alert_chats.link(tx, chat, ENTRY, NOW)
        again = AlertChat(other.id, chat.lookup, other.address)
        await alert_chats.link(tx, again, ENTRY, NOW)
        assert await alert_chats.all(tx) == [chat]
        assert await alert_chats.is_linked(tx, chat.lookup)
        assert not await alert_chats.unlink(tx, other.lookup, ENTRY, NOW)
        assert await alert_chats.unlink(tx, chat.lookup, ENTRY, NOW)
        assert not await alert_chats.is_linked(tx, chat.lookup)
        assert len(await audit.all(tx)) == 3
    assert chat.lookup.hex() not in repr(chat)


async def test_all_chats_and_codes_go_at_once(storage: Storage) -> None:
    digest = secrets.token_bytes(32)
    async with storage.transaction("unlink") as tx:
        for _ in range(3):
            await alert_chats.link(tx, a_chat(), ENTRY, NOW)
        await lead_chats.add_code(tx, digest, NOW, ENTRY, NOW)
        assert await alert_chats.unlink_all(tx, ENTRY, NOW) == 3
        assert await alert_chats.number(tx) == 0
        assert not await lead_chats.knows_code(tx, digest)


@pytest.mark.parametrize(("row", "lookup"), [(15, 32), (16, 31)])
async def test_rows_of_another_size_are_refused(storage: Storage, row: int, lookup: int) -> None:
    with pytest.raises(RowRefused):
        async with storage.transaction("link") as tx:
            await alert_chats.link(tx, a_chat(row, lookup), ENTRY, NOW)


@pytest.mark.postgres
async def test_the_dashboard_counts_and_unlinks_what_it_cannot_find(
    accounts: dict[Role, str],
) -> None:
    officers, dashboard = Storage(accounts[Role.OFFICERS]), Storage(accounts[Role.DASHBOARD])
    async with officers.transaction("link") as tx:
        await alert_chats.link(tx, a_chat(), ENTRY, NOW)
    async with dashboard.transaction("unlink") as tx:
        assert await alert_chats.number(tx) == 1
        assert await alert_chats.unlink_all(tx, ENTRY, NOW) == 1
    await officers.close()
    await dashboard.close()
