"""The page of files in a real browser: any width, either scheme, the keyboard, axe, a download."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

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


async def test_the_pack_is_saved_under_its_plain_name_with_the_keyboard_alone(
    browser: Browser, tmp_path: Path
) -> None:
    async with files() as address, page_of(browser) as page:
        await page.goto(address)
        for _ in range(20):
            await page.keyboard.press("Tab")
            label = await page.evaluate("document.activeElement.textContent.trim()")
            if label == "The monthly pack (PDF)":
                break
        async with page.expect_download() as expected:
            await page.keyboard.press("Enter")
        download = await expected.value
        assert download.suggested_filename == "monthly-2026-11.pdf"
        await download.save_as(tmp_path / "pack.pdf")
        assert (tmp_path / "pack.pdf").read_bytes().startswith(b"%PDF")
