"""The page about Telegram: a code is shown once, and all chats are unlinked at once."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.core.access import Role, Visitor
from bot.core.lead_codes import digest_of, typed_lead_code
from bot.lead.chat import TICK_THE_BOX, chat_routes
from bot.web.application import web_application
from bot.web.sign_in import EVERYBODY, Door, OpenDoor
from bot.workflows.lead_chats import CODE_LIFE, LeadChats
from storage import audit, lead_chats
from storage.engine import Storage
from tests.lead.acting import words
from tests.leads import HERON
from tests.storage.rows import ENTRY
from tests.web.doors import a_door

NOW = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
MAKE = {"make": "yes"}
CODE = re.compile(r"/report ([0-9A-Z]{5}(?:-[0-9A-Z]{5}){3})")


@dataclass
class Page:
    """A browser before the page, and the database behind it."""

    client: httpx.AsyncClient
    storage: Storage
    desk: LeadChats

    async def code(self) -> str:
        """Make a code and read it from the page."""
        answer = await self.client.post("/chat", data=MAKE)
        assert answer.status_code == 200
        found = CODE.search(words(answer.text))
        assert found
        code = typed_lead_code(found[1])
        assert code
        return code

    async def link(self) -> None:
        """Link somebody's chat."""
        async with self.storage.transaction("link") as tx:
            row, lookup = secrets.token_bytes(16), secrets.token_bytes(32)
            await lead_chats.link(tx, row, lookup, ENTRY, NOW)

    async def acts(self) -> list[tuple[str, str, str, str]]:
        """Return the trail."""
        async with self.storage.read("look") as tx:
            entries = [record.entry for record in await audit.all(tx)]
        return [(each.actor, each.act, each.subject, each.detail) for each in entries]


@asynccontextmanager
async def a_page(
    database_url: str, name: str | None = "standeasy_bot", door: Door | None = None
) -> AsyncIterator[Page]:
    """The page, on a real database."""
    storage = Storage(database_url)
    desk = LeadChats(storage, lambda: NOW, secrets.token_bytes)
    application = web_application(
        chat_routes(desk, door or OpenDoor(), lambda: name),
        allowed_hosts=["results.example"],
        on_loopback=True,
    )
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    base = "http://results.example"
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        try:
            yield Page(client, storage, desk)
        finally:
            await storage.close()


@pytest.mark.sqlite_first("codes of leads are kept on it in tests/storage, and unlinked below")
async def test_a_code_is_shown_once_as_a_link_and_to_be_typed(database_url: str) -> None:
    async with a_page(database_url) as page:
        assert "Make a code" in words((await page.client.get("/chat")).text)
        answer = await page.client.post("/chat", data=MAKE)
        found = CODE.search(words(answer.text))
        assert found
        code = typed_lead_code(found[1])
        assert f'href="https://t.me/standeasy_bot?start={code}"' in answer.text
        assert "works once, for 15 minutes" in words(answer.text)
        assert answer.headers["cache-control"] == "no-store"
        # Nowhere else, and not a second time.
        assert not CODE.search(words((await page.client.get("/chat")).text))
        assert await page.code() != code
        assert (
            await page.acts()
            == [(EVERYBODY.name, "make code for a lead's chat", "results in Telegram", "")] * 2
        )


async def test_a_lead_of_some_departments_is_told_why_no_chat_can_be_linked(
    sqlite_database: str,
) -> None:
    some = Visitor("Lee Invented", frozenset({Role.LEAD}), "7", frozenset({"response"}))
    async with a_page(sqlite_database, door=OpenDoor(some)) as page:
        shown = await page.client.get("/chat")
        assert "You see some departments" in words(shown.text)
        assert "Make a code" not in words(shown.text)
        refused = await page.client.post("/chat", data=MAKE)
        assert refused.status_code == 422
        assert not CODE.search(words(refused.text))
        assert await page.acts() == []


async def test_where_the_bots_name_is_not_known_the_code_is_there_to_be_typed(
    sqlite_database: str,
) -> None:
    async with a_page(sqlite_database, name=None) as page:
        answer = await page.client.post("/chat", data=MAKE)
        assert CODE.search(words(answer.text))
        assert "t.me" not in answer.text


async def test_a_code_works_for_fifteen_minutes_and_is_kept_as_a_hash(sqlite_database: str) -> None:
    async with a_page(sqlite_database) as page:
        digest = digest_of(await page.code())
        async with page.storage.transaction("take") as tx:
            assert not await lead_chats.take_code(tx, digest, NOW + CODE_LIFE)
            just_in_time = NOW + CODE_LIFE - timedelta(seconds=1)
            assert await lead_chats.take_code(tx, digest, just_in_time)


async def test_it_is_said_how_many_chats_are_linked_and_all_are_unlinked_at_once(
    database_url: str,
) -> None:
    async with a_page(database_url) as page:
        for said in ("No chat is linked.", "One chat is linked.", "2 chats are linked."):
            assert said in words((await page.client.get("/chat")).text)
            await page.link()
        digest = digest_of(await page.code())
        refused = await page.client.post("/chat/unlink", data={"sure": ""})
        assert refused.status_code == 422
        assert TICK_THE_BOX in words(refused.text)
        assert await page.desk.number() == 3
        done = await page.client.post("/chat/unlink", data={"sure": "yes"})
        assert (done.status_code, done.headers["location"]) == (303, "/chat")
        assert "No chat is linked." in words((await page.client.get("/chat")).text)
        async with page.storage.read("look") as tx:
            assert not await lead_chats.knows_code(tx, digest)
        assert (await page.acts())[-1] == (
            *(EVERYBODY.name, "unlink all chats of leads", "results in Telegram", ""),
        )


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", ""), ("POST", "/unlink")])
async def test_nobody_else_gets_in(sqlite_database: str, method: str, path: str) -> None:
    door = a_door()
    async with a_page(sqlite_database, door=door) as page:
        answer = await page.client.request(method, f"/chat{path}", data={"sure": "yes"})
        assert answer.status_code == (303 if method == "GET" else 403)
        assert await page.acts() == []


async def test_another_sites_page_makes_no_code_and_unlinks_nothing(sqlite_database: str) -> None:
    async with a_page(sqlite_database) as page:
        for path in ("/chat", "/chat/unlink"):
            elsewhere = {"sec-fetch-site": "cross-site"}
            answer = await page.client.post(path, data={"sure": "yes"}, headers=elsewhere)
            assert answer.status_code == 403
            strange = await page.client.post(path, json={"sure": "yes"})
            assert strange.status_code == 415
        assert await page.acts() == []


async def test_a_code_does_not_print(sqlite_database: str) -> None:
    async with a_page(sqlite_database) as page:
        made = await page.desk.make_code(HERON)
        assert made.code not in repr(made)
