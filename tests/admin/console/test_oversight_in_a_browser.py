"""Support directory, audit trail and alerts in a real browser: the keyboard alone, and axe-core."""

import secrets
from typing import cast

import pytest
from playwright.async_api import Browser, Page

from bot.admin.console.alerts import alert_routes
from bot.admin.console.trail import trail_routes
from bot.core.languages import Tongues
from bot.core.programme import Programme
from bot.pages import Content, support_routes_in
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.workflows import programme
from bot.workflows.alert_chats import AlertChats
from bot.workflows.trail_desk import TrailDesk
from config.content import national_support
from config.translations import load_translations
from storage.engine import Storage
from tests.admin.console.directory import INSTRUMENTS, KESTREL, NOW, Inside
from tests.admin.overseen import Clock
from tests.browsers import NARROW, WIDE, browser, page_of, refused
from tests.lead.keyboard import looks_right, tab_to
from tests.programmes import pulse_alone
from tests.tabbing import write

__all__ = ["browser"]

pytestmark = pytest.mark.browser


async def presses(page: Page, wanted: str, heading: str) -> None:
    """Reach something with Tab, press it, and see that the next page is there."""
    await tab_to(page, wanted)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name=heading).first.wait_for()


async def types(page: Page, field: str, text: str) -> None:
    """Reach a field with Tab and write into it."""
    await tab_to(page, field)
    await page.keyboard.press("Control+A")
    await write(page, text)


async def test_a_directory_is_called_and_changed_and_the_trail_tells_of_it(
    browser: Browser, sqlite_database: str
) -> None:
    storage = Storage(sqlite_database)
    clock, door = Clock(NOW), Inside(KESTREL)
    await programme.load(storage, pulse_alone(), "test", "test", clock)
    trail = TrailDesk(storage, clock)
    content = Content(INSTRUMENTS, national_support(), lambda _: cast(Programme, None))
    routes = [
        *support_routes_in(storage, clock, door, Tongues(load_translations()), content),
        *trail_routes(trail, door),
        *alert_routes(AlertChats(storage, clock, secrets.token_bytes), door, lambda: "a_bot"),
    ]
    application = web_application(routes, allowed_hosts=["127.0.0.1"], on_loopback=True)
    async with (
        serving(application) as address,
        page_of(browser, width=NARROW, colour_scheme="dark") as page,
    ):
        await page.goto(f"{address}/support")
        await looks_right(page)
        called = "I called this number today: Employee assistance (invented)"
        await presses(page, called, "Support directory")
        right = "Yes, it is right: Employee assistance (invented)"
        await presses(page, right, "Support directory")
        assert await page.get_by_text("verified today. Thank you").is_visible()
        await presses(page, "Show what officers see", "What officers see")
        await presses(page, "Cymraeg", "What officers see")
        await looks_right(page)
        await page.goto(f"{address}/support/new")
        await types(page, "name-en", "Chaplain on call")
        await tab_to(page, "chaplaincy")
        await page.keyboard.press("Space")
        await types(page, "phone", "01632 960 170")
        for field in ("for_whom-en", "hours-en", "confidentiality-en", "source"):
            await types(page, field, "Everybody, day and night")
        await tab_to(page, "called")
        await page.keyboard.press("Space")
        await types(page, "reason", "a new chaplain")
        await presses(page, "Show what officers will see", "What officers will see")
        await looks_right(page)
        assert await page.get_by_text("01632 960 170").first.is_visible()
        await presses(page, "Save", "Support directory")
        assert await page.get_by_text("Saved as version 3.").is_visible()
        await presses(page, "Change: Chaplain on call", "Chaplain on call")
        await page.goto(f"{address}/trail")
        await looks_right(page)
        assert await page.get_by_text("support: a new chaplain").is_visible()
        await presses(page, "Go through all of it", "Is it whole?")
        await trail.verified()
        await page.goto(f"{address}/trail")
        assert await page.get_by_text("Whole, as of").is_visible()
        await presses(page, "Look for some of them", "Entries")
        await page.goto(f"{address}/health/alerts")
        await presses(page, "Make a code", "Your code")
        await looks_right(page)
        # What is to be corrected, wide.
        await page.set_viewport_size({"width": WIDE, "height": 900})
        await page.emulate_media(color_scheme="light")
        with refused(page):
            await page.goto(f"{address}/support/new")
            await page.get_by_role("button", name="Save").click()
            await page.get_by_role("heading", name="Something is to be corrected").wait_for()
            await looks_right(page)
            assert await page.evaluate("document.activeElement.id") == "problems"
            await page.locator('.problems a[href="#phone"]').press("Enter")
            assert await page.evaluate("location.hash") == "#phone"
            await page.goto(f"{address}/trail?day=x")
            await looks_right(page)
    await storage.close()
