"""A real browser for tests: Debian's Chromium, driven by Playwright. Skips where there is none.

A page fails its test when it logs an error, throws, or breaks the content security policy.

One browser is started for all tests of a process; what a test sees is in a context of its own,
which knows nothing of the one before. So tests with a `browser` run in the loop of the session
(tests/conftest.py), and cannot have fixtures that are coroutines.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NARROW = 360
WIDE = 1280
TIMEOUT_MS = 15_000

ColourScheme = Literal["light", "dark"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """A browser without any profile."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser, for one test, which closes what it opens."""
    yield chromium
    assert chromium.contexts == []


@asynccontextmanager
async def page_of(
    browser: Browser,
    *,
    width: int = WIDE,
    height: int = 900,
    colour_scheme: ColourScheme = "light",
    javascript: bool = True,
) -> AsyncIterator[Page]:
    """A page in a context of its own; what it complains about fails the test at the end."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=colour_scheme,
        reduced_motion="reduce",
        java_script_enabled=javascript,
    )
    context.set_default_timeout(TIMEOUT_MS)
    page = await context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(error.message))
    try:
        yield page
    finally:
        await context.close()
    assert complaints == []


async def overflows(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    width: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
