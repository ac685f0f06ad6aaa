"""An admin at a keyboard, without a mouse, on a telephone's width and on a desk's."""

from playwright.async_api import Page

from tests.browsers import NARROW, WIDE
from tests.lead import keyboard


async def looks_right(page: Page) -> None:
    """No page breaks a rule of axe-core or is wider than its window, however wide that is."""
    await keyboard.looks_right(page, WIDE, NARROW)
