"""The page about alerts in Telegram: a code shown once, and every chat unlinked at once."""

import html
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.admin.console.alerts import alert_routes
from bot.core.access import Role, Visitor
from bot.core.lead_codes import alert_digest_of, digest_of, typed_lead_code
from bot.web.application import web_application
from bot.web.sign_in import Door
from bot.workflows.alert_chats import AlertChats
from storage import alert_chats, audit, lead_chats
from storage.alert_chats import AlertChat
from storage.engine import Storage
from tests.admin.console.directory import KESTREL, Inside
from tests.admin.overseen import NOW, Clock
from tests.storage.rows import ENTRY
from tests.web.doors import a_door

pytestmark = pytest.mark.sqlite_first("pages read and write by workflows: one path runs on both")


@asynccontextmanager
async def before(
    storage: Storage, door: Door | None = None, bot: str | None = "fenmarch_bot"
) -> AsyncIterator[httpx.AsyncClient]:
    desk = AlertChats(storage, Clock(), secrets.token_bytes)
    application = web_application(
        alert_routes(desk, door or Inside(KESTREL), lambda: bot),
        allowed_hosts=["console.example"],
        on_loopback=True,
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://console.example") as client:
        yield client


async def link(storage: Storage) -> None:
    chat = AlertChat(secrets.token_bytes(16), secrets.token_bytes(32), secrets.token_bytes(157))
    async with storage.transaction("link") as tx:
        await alert_chats.link(tx, chat, ENTRY, NOW)


async def test_a_code_is_shown_once_with_a_link_and_kept_as_a_hash(storage: Storage) -> None:
    async with before(storage) as client:
        assert "No chat is linked." in (await client.get("/health/alerts")).text
        page = html.unescape((await client.post("/health/alerts", data={"make": "yes"})).text)
        shown = re.search(r"/alerts ([\w-]{23})<", page)
        assert shown
        code = typed_lead_code(shown[1])
        assert code
        assert f'href="https://t.me/fenmarch_bot?start=alerts-{code}"' in page
        assert code not in (await client.get("/health/alerts")).text
    async with storage.read("look") as tx:
        assert await lead_chats.knows_code(tx, alert_digest_of(code))
        assert not await lead_chats.knows_code(tx, digest_of(code))
        (entry,) = [record.entry for record in await audit.all(tx)]
    assert (entry.actor, entry.act) == ("Kestrel", "make code for a chat for alerts")
    assert code not in entry.detail


async def test_where_the_bots_name_is_not_known_there_is_no_link(storage: Storage) -> None:
    async with before(storage, bot=None) as client:
        page = (await client.post("/health/alerts", data={"make": "yes"})).text
        assert "t.me" not in page
        assert "Send this to Stand Easy’s chat in Telegram" in page


@pytest.mark.whole_path
async def test_every_chat_is_unlinked_when_the_box_is_ticked(storage: Storage) -> None:
    async with before(storage) as client:
        await link(storage)
        await link(storage)
        assert "2 chats are linked." in (await client.get("/health/alerts")).text
        answer = await client.post("/health/alerts/unlink", data={"sure": ""})
        assert answer.status_code == 422
        assert "Tick the box to unlink every chat." in answer.text
        answer = await client.post("/health/alerts/unlink", data={"sure": "yes"})
        assert answer.status_code == 303
        assert "No chat is linked." in (await client.get("/health/alerts")).text


async def test_it_is_for_admins_alone(storage: Storage) -> None:
    await link(storage)
    auditor = Inside(Visitor("Heron", frozenset({Role.AUDITOR, Role.LEAD})))
    for door, status in ((auditor, 403), (a_door(), 303)):
        async with before(storage, door) as client:
            assert (await client.get("/health/alerts")).status_code == status
            assert (await client.post("/health/alerts")).status_code == 403
            gone = await client.post("/health/alerts/unlink", data={"sure": "yes"})
            assert gone.status_code == 403
    async with storage.read("look") as tx:
        assert await alert_chats.number(tx) == 1
