"""A lead at a keyboard, without a mouse: what has the focus is always to be seen."""

from playwright.async_api import Page

from tests.browsers import breaks_no_rule, overflows
from tests.tabbing import tab_until

FURTHEST = 150
"""Presses of the Tab key after which something counts as out of reach."""

_FITS = """(it, wanted) => {
  const text = it.textContent.trim().replace(/\\s+/g, " ");
  return [it.id, it.name || "", it.value || "", text].includes(wanted) || text.startsWith(wanted);
}"""


async def looks_right(page: Page, *widths: int) -> None:
    """No page breaks a rule of axe-core, with everything in it opened, or is too wide.

    Looked at as it is, or in windows of each width, of which it keeps the last.
    """
    closed = "details:not([open])"
    opened = await page.evaluate_handle(f"[...document.querySelectorAll('{closed}')]")
    await opened.evaluate("all => all.forEach(each => { each.open = true; })")
    for width in widths or (None,):
        if width is not None:
            await page.set_viewport_size({"width": width, "height": 900})
        await breaks_no_rule(page)
        assert await overflows(page) == 0, (page.url, width)
    await opened.evaluate("all => all.forEach(each => { each.open = false; })")


async def reads(page: Page, heading: str) -> None:
    """Wait for a heading."""
    await page.get_by_role("heading", name=heading).first.wait_for()


async def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what has this id, name, value or text, or begins with it, has the focus."""
    await tab_until(page, _FITS, wanted, FURTHEST)


async def press(page: Page, wanted: str) -> None:
    """Tab to something and press it."""
    await tab_to(page, wanted)
    await page.keyboard.press("Enter")
