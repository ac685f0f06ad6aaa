"""A lead at a keyboard, without a mouse: what has the focus is always to be seen."""

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

from tests.browsers import overflows

FURTHEST = 150
"""Presses of the Tab key after which something counts as out of reach."""


async def looks_right(page: Page) -> None:
    """No page breaks a rule of axe-core, with everything in it opened, or is too wide."""
    closed = "details:not([open])"
    opened = await page.evaluate_handle(f"[...document.querySelectorAll('{closed}')]")
    await opened.evaluate("all => all.forEach(each => { each.open = true; })")
    found = await Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert await overflows(page) == 0, page.url
    await opened.evaluate("all => all.forEach(each => { each.open = false; })")


async def reads(page: Page, heading: str) -> None:
    """Wait for a heading."""
    await page.get_by_role("heading", name=heading).first.wait_for()


async def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what has this id, name, value or text, or begins with it, has the focus."""
    for _ in range(FURTHEST):
        await page.keyboard.press("Tab")
        found = await page.evaluate(
            "(on => [on.id, on.name || '', on.value || '',"
            " on.textContent.trim().replace(/\\s+/g, ' ')])(document.activeElement)"
        )
        if wanted in found or found[-1].startswith(wanted):
            width = await page.evaluate(
                "parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
            )
            assert width >= 2, f"{wanted} has the focus and does not show it"
            return
    raise AssertionError(f"{wanted} cannot be reached on {page.url}")


async def press(page: Page, wanted: str) -> None:
    """Tab to something and press it."""
    await tab_to(page, wanted)
    await page.keyboard.press("Enter")
