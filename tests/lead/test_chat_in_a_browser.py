"""The page about Telegram in a real browser: keyboard alone, any width, without a script."""

import os
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser

from bot.lead.chat import chat_routes
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows.lead_chats import LeadChats
from storage.engine import Storage
from tests.browsers import NARROW, WIDE, ColourScheme, browser, page_of
from tests.lead.keyboard import looks_right, tab_to

__all__ = ["browser"]

pytestmark = pytest.mark.browser
NOW = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)


@asynccontextmanager
async def a_page(database_url: str) -> AsyncIterator[str]:
    """The page over real HTTP; yields its address."""
    storage = Storage(database_url)
    desk = LeadChats(storage, lambda: NOW, secrets.token_bytes)
    routes = chat_routes(desk, OpenDoor(), lambda: "standeasy_bot")
    application = web_application(routes, allowed_hosts=["127.0.0.1"], on_loopback=True)
    async with serving(application) as address:
        yield f"{address}/chat"
    await storage.close()


@pytest.mark.parametrize(("width", "scheme"), [(NARROW, "dark"), (WIDE, "light")])
async def test_a_code_is_made_and_all_chats_are_unlinked_with_the_keyboard_alone(
    browser: Browser, sqlite_database: str, width: int, scheme: ColourScheme
) -> None:
    async with (
        a_page(sqlite_database) as address,
        page_of(browser, width=width, colour_scheme=scheme) as page,
    ):
        await page.goto(address)
        await looks_right(page)
        await tab_to(page, "make")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Your code").wait_for()
        await looks_right(page)
        await tab_to(page, "Open Telegram and link it")
        shown = await page.get_by_text(re.compile(r"/report [0-9A-Z]{5}-")).inner_text()
        assert len(shown) == len("/report ") + 23
        if folder := os.environ.get("PICTURES"):
            await page.screenshot(path=f"{folder}/chat-{width}.png", full_page=True)
        await tab_to(page, "sure")
        await page.keyboard.press("Space")
        await tab_to(page, "Unlink all chats")
        await page.keyboard.press("Enter")
        await page.get_by_text("No chat is linked.").wait_for()
        assert page.url == address
