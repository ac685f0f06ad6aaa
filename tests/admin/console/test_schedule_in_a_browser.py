"""Check-ins and rounds in a real browser: keyboard alone, 360 and 1280 pixels, axe-core content."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bot.core.languages import Tongues
from bot.pages import schedule_routes_in
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.workflows import errands, steering
from config.translations import load_translations
from tests.admin.console.consoles import KESTREL, NamedDoor, content, with_admins
from tests.admin.console.keyboard import looks_right
from tests.browsers import NARROW, browser, page_of, refused
from tests.lead.keyboard import tab_to
from tests.programmes import two_check_ins
from tests.tabbing import write
from tests.workflows.office import ROUND, an_office

__all__ = ["browser"]

pytestmark = pytest.mark.browser


async def presses(page: Page, wanted: str, text: str) -> None:
    """Go on by the keyboard, and wait for the page that says so."""
    await tab_to(page, wanted)
    await page.keyboard.press("Enter")
    await page.get_by_text(text).first.wait_for()


async def test_a_check_in_is_added_and_its_round_steered_with_the_keyboard_alone(
    browser: Browser, sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path, document=two_check_ins()) as office:
        await office.turn()
        tongues = Tongues(load_translations())
        await with_admins(office.storage, KESTREL)
        door = NamedDoor(KESTREL)
        routes = schedule_routes_in(office.storage, office.clock, door, tongues, content())
        application = web_application(routes, allowed_hosts=["127.0.0.1"], on_loopback=True)
        handlers = steering.handlers(office.storage, office.instruments, office.clock)

        async with (
            serving(application) as address,
            page_of(browser, width=NARROW, javascript=False) as plain,
            page_of(browser, width=NARROW) as page,
        ):
            # A preview and a save.
            await page.goto(f"{address}/check-ins")
            await page.get_by_text("What each duty pattern gets").wait_for()
            await looks_right(page)
            await presses(page, "Add a check-in", "A new check-in")
            await tab_to(page, "title_en")
            await write(page, "Trust")
            await tab_to(page, "instrument")
            await page.keyboard.type("One question about trust")
            await tab_to(page, "often")
            await page.keyboard.type("Quarterly")
            await presses(page, "Show the year with this", "A preview: nothing is saved yet.")
            await page.get_by_text("What each duty pattern gets").wait_for()
            await looks_right(page)
            await tab_to(page, "reason")
            await write(page, "To know whether we are believed")
            await presses(page, "Save this check-in", "Saved as version 2.")
            # A round: what is asked for is done by another process, and the page says so.
            await page.goto(f"{address}/rounds")
            await page.locator("summary").first.press("Enter")
            await looks_right(page)
            await page.locator("summary").first.focus()
            await page.keyboard.press("Tab")
            asked = page.wait_for_url("**/rounds?asked=1")
            await page.keyboard.press("Enter")
            while not await errands.carry_out_due(office.storage, handlers, office.clock):
                await page.wait_for_timeout(20)
            await asked
            await page.get_by_text("Paused since").wait_for()
            await looks_right(page)
            # Everything is there without a script.
            await plain.goto(f"{address}/check-ins/{ROUND.removesuffix('-2026-12-07')}")
            await plain.get_by_text("What each duty pattern gets").wait_for()
            assert await plain.locator(".month").count() >= 12
            with refused(page):
                await page.goto(f"{address}/check-ins/new")
                await page.get_by_role("button", name="Show the year with this").press("Enter")
                await page.get_by_role("heading", name="Nothing was saved yet").wait_for()
                await looks_right(page)
                await page.locator('.problems a[href="#instrument"]').press("Enter")
                assert await page.evaluate("location.hash") == "#instrument"
