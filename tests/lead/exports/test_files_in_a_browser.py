"""The page of files in a real browser: any width, either scheme, axe.

A file is saved with the keyboard in tests/lead/test_a_month_in_a_browser.py.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser

from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from tests.browsers import both_looks, breaks_no_rule, browser, overflows, page_of
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


async def test_it_fits_its_window_and_has_no_barrier(browser: Browser) -> None:
    async with files() as address, page_of(browser) as page:
        await page.goto(address)
        async for width, _ in both_looks(page):
            assert await overflows(page) == 0, width
            await breaks_no_rule(page)
