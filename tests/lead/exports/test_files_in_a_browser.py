"""The page of files in a real browser: any width, either scheme, axe.

A file is saved with the keyboard in tests/lead/test_a_month_in_a_browser.py.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser

from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from tests.browsers import NARROW, WIDE, ColourScheme, browser, overflows, page_of
from tests.lead.exports.test_agree import GENERATED
from tests.lead.results import InventedReports

__all__ = ["browser"]

pytestmark = pytest.mark.browser

NEWEST = GENERATED[0]


@asynccontextmanager
async def files() -> AsyncIterator[str]:
    """The address of the page of files, over real HTTP."""
    reports, door = InventedReports(tuple(GENERATED)), OpenDoor()
    application = web_application(
        [*export_routes(reports, door), *lead_routes(reports, door)],
        allowed_hosts=["127.0.0.1"],
        on_loopback=True,
    )
    async with serving(application) as address:
        yield f"{address}/results/{NEWEST.round_id}/files"


@pytest.mark.parametrize(("width", "scheme"), [(NARROW, "dark"), (WIDE, "light")])
async def test_it_fits_its_window_and_has_no_barrier(
    browser: Browser, width: int, scheme: ColourScheme
) -> None:
    async with files() as address, page_of(browser, width=width, colour_scheme=scheme) as page:
        await page.goto(address)
        assert await overflows(page) == 0
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
