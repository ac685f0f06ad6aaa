"""A barrier is found wherever it comes up, also where a page like it has been looked at before."""

import pytest
from playwright.async_api import Browser

from tests.barriers import barriers
from tests.browsers import NARROW, WIDE, browser, page_of

__all__ = ["browser"]

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><title>A page</title>
<style>body { color: black; background: white; } .later { display: none; } %s</style>
<main><h1>A page</h1><p>Some text</p><p id="other">Other text</p>
<div class="later"><button>%s</button></div></main>"""
FAULTS = (
    ("#other { color: #aaa; }", "Go", "color-contrast"),
    ("main { background: #555; }", "Go", "color-contrast"),
    ("#other { opacity: 0.3; }", "Go", "color-contrast"),
    ("@media (max-width: 500px) { h1 { color: #ccc; } }", "Go", "color-contrast"),
    ("@media (max-width: 500px) { .later { display: block; } }", "", "button-name"),
)


async def test_what_is_like_what_was_looked_at_hides_nothing(browser: Browser) -> None:
    async with page_of(browser) as page:
        for style, text, rule in (("", "Go", ""), *FAULTS):
            await page.set_content(PAGE % (style, text))
            said = []
            for width in (WIDE, NARROW):
                await page.set_viewport_size({"width": width, "height": 900})
                said.append(await barriers(page, frames=True))
            assert rule in said[1]
            assert bool(said[1]) == bool(rule)
            # What shows on a small screen alone is found there alone.
            assert bool(said[0]) == (bool(rule) and "max-width" not in style)
