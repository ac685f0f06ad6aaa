"""A real browser for tests: Debian's Chromium, driven by Playwright. Skips where there is none.

A page fails its test when it logs an error, throws, or breaks the content security policy. Where
a test wants to be refused, it says so (`refused`).

One browser is started for all tests of a process; what a test sees is in a context of its own,
which knows nothing of the one before. So tests with a `browser` run in the loop of the session
(tests/conftest.py), and cannot have fixtures that are coroutines.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final, Literal
from weakref import WeakSet

import pytest
import pytest_asyncio
from axe_playwright_python.base import (  # type: ignore[import-untyped]
    AXE_SCRIPT,
    AxeResults,
)
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No script runs for long enough to earn back what it costs to make it fast: a fifth of all.
    "--js-flags=--no-opt --no-maglev",
]
NARROW = 360
WIDE = 1280
TIMEOUT_MS = 15_000

ColourScheme = Literal["light", "dark"]

_REFUSALS: Final = (
    "Failed to load resource: the server responded with a status of 4",
    # What was typed stands there again, and is no date.
    "The specified value ",
)
_REFUSED: Final[WeakSet[Page]] = WeakSet()


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
        if page in _REFUSED and message.text.startswith(_REFUSALS):
            return
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(error.message))
    try:
        yield page
    finally:
        await context.close()
    assert complaints == [], complaints


@contextmanager
def refused(page: Page) -> Iterator[None]:
    """Let a page be refused in this block: the browser itself complains of every one that is."""
    _REFUSED.add(page)
    try:
        yield
    finally:
        _REFUSED.discard(page)


async def breaks_no_rule(page: Page, *, frames: bool = True) -> None:
    """axe-core finds nothing in the page as it stands now, nor in what it frames."""
    # Half a megabyte, which goes through three processes: once for a document is enough.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found = AxeResults(
        await page.evaluate(
            "asked => axe.run(asked).then(found => ({violations: found.violations}))",
            {"resultTypes": ["violations"], "iframes": frames},
        )
    )
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


async def both_looks(page: Page) -> AsyncIterator[tuple[int, ColourScheme]]:
    """Show a page as on a telephone in the dark, then as on a desk by day, without loading it."""
    looks: tuple[tuple[int, ColourScheme], ...] = ((NARROW, "dark"), (WIDE, "light"))
    for width, scheme in looks:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme)
        yield width, scheme


async def overflows(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    width: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
