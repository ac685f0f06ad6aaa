"""Pictures of the report for the documentation: `python -m tests.journeys.report_pictures`.

The pages of an invented year in a real browser, at a desk and on a phone, light and dark, by a
clock that stands still. To be looked at with one question: would a lead with ten minutes
understand this?
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, async_playwright

from bot.sandbox.demo.year_pages import YearPages
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from tests.browsers import CHROMIUM, FLAGS, NARROW, WIDE
from tests.journeys.pictures import SCHEMES, WEDNESDAY
from tests.journeys.small_png import small_png

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "report"
ROUND: Final = "weekly-pulse-2026-10-12"
HEIGHTS: Final = {WIDE: 1000, NARROW: 1300}
"""How much of a page is pictured from its top, by width."""

SCREENS: Final = (
    ("overview", "/results", ""),
    ("heat-map", "/results", "section[aria-labelledby=groups]"),
    ("three-ways", "/results", "section[aria-labelledby=cuts]"),
    ("beside", "/results", "section[aria-labelledby=beside]"),
    ("group", f"/results/{ROUND}/groups/3", ""),
    ("history", f"/results/{ROUND}/groups/3/themes/workload", ""),
    ("theme", f"/results/{ROUND}/themes/workload", ""),
)
"""Name, address, and the part of the page; without one, its top."""


async def take_all(folder: Path) -> list[str]:
    """Take every picture; return the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="stand-easy-pictures-") as place:
        year = YearPages(Path(place), lambda: WEDNESDAY)
        application = web_application(year.routes, allowed_hosts=["127.0.0.1"], on_loopback=True)
        async with serving(application) as address, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            results = await _address_of(browser, address)
            for width in (WIDE, NARROW):
                for scheme in SCHEMES:
                    page = await browser.new_page(
                        viewport={"width": width, "height": HEIGHTS[width]},
                        color_scheme=scheme,
                        reduced_motion="reduce",
                    )
                    for name, path, part in SCREENS:
                        await page.goto(results + path)
                        file = f"{name}-{width}-{scheme}.png"
                        (folder / file).write_bytes(small_png(await _picture(page, part)))
                        taken.append(file)
                    await page.close()
            await browser.close()
        await year.close()
    return taken


async def _address_of(browser: Browser, demo: str) -> str:
    page = await browser.new_page()
    await page.goto(f"{demo}/year")
    address: str = await page.evaluate("location.origin")
    await page.close()
    return address


async def _picture(page: Page, part: str) -> bytes:
    if part:
        return await page.locator(part).screenshot(animations="disabled")
    return await page.screenshot(animations="disabled")


if __name__ == "__main__":
    asyncio.run(take_all(FOLDER))
