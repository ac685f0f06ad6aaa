"""The lead's pages in a real browser: any width, either scheme, on paper, keyboard alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page

from bot.lead.pages import lead_routes
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in import Door, OpenDoor
from tests.browsers import NARROW, WIDE, both_looks, browser, overflows, page_of
from tests.lead.a_year import a_year
from tests.lead.keyboard import looks_right
from tests.lead.results import InventedReports, a_release, a_wide_release, all_releases
from tests.web.doors import InsideDoor

__all__ = ["browser"]

pytestmark = pytest.mark.browser

ROUND = "weekly-pulse-2026-11-16"
CELLS = 6
"""Links in a row of the heat map: its name and a cell per theme."""

WAYS_INTO_THE_TABLE = 6
"""The way around it and the five themes."""

PATHS = (
    "/results",
    f"/results/{ROUND}",
    f"/results/{ROUND}/groups/1",
    "/results/weekly-pulse-2026-10-19",
)


@asynccontextmanager
async def results(
    reports: InventedReports | None = None, door: Door | None = None
) -> AsyncIterator[str]:
    """The pages over real HTTP; without reports, a round of five themes."""
    shown = reports or InventedReports((a_release(),))
    application = web_application(
        lead_routes(shown, door or OpenDoor()), allowed_hosts=["127.0.0.1"], on_loopback=True
    )
    async with serving(application) as address:
        yield address


async def focused(page: Page) -> str:
    """What has the focus: its text, or its label."""
    text: str = await page.evaluate(
        "document.activeElement.getAttribute('aria-labelledby')"
        " || document.activeElement.textContent.trim()"
    )
    return text


async def test_no_page_is_wider_than_its_window(browser: Browser) -> None:
    async with results(all_releases()) as address, page_of(browser) as page:
        for path in PATHS:
            await page.goto(address + path)
            for details in await page.locator("details").all():
                await details.locator("summary").click()
            for width in (320, NARROW, 1000, WIDE):
                await page.set_viewport_size({"width": width, "height": 900})
                assert await overflows(page) == 0, (path, width)


async def test_no_page_is_wider_than_its_window_with_text_twice_as_large(
    browser: Browser,
) -> None:
    async with results() as address, page_of(browser) as page:
        for path in PATHS[1:3]:
            await page.goto(address + path)
            await page.evaluate("document.documentElement.style.fontSize = '200%'")
            for width in (NARROW, WIDE):
                await page.set_viewport_size({"width": width, "height": 900})
                assert await overflows(page) == 0, (path, width)


async def test_on_a_phone_the_rows_are_cards_and_still_a_table_to_a_screen_reader(
    browser: Browser,
) -> None:
    async with results() as address, page_of(browser, width=NARROW) as page:
        await page.goto(f"{address}/results")
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Roads"))
        cells = row.get_by_role("cell")
        assert await cells.count() == 6
        tops = {
            round((await cells.nth(place).bounding_box() or {"y": -1})["y"]) for place in range(6)
        }
        assert len(tops) == 6
        label = await cells.nth(2).evaluate("cell => getComputedStyle(cell, '::before').content")
        assert label == '"Sleep"'


async def test_everything_can_be_reached_and_seen_with_the_keyboard_alone(
    browser: Browser,
) -> None:
    async with results() as address, page_of(browser) as page:
        await page.goto(f"{address}/results")
        await page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        assert await focused(page) == "Skip to the content"
        assert (await skip.bounding_box() or {"y": -1})["y"] >= 0
        reached = []
        for _ in range(WAYS_INTO_THE_TABLE + 2 * CELLS):
            await page.keyboard.press("Tab")
            outline = await page.evaluate(
                "(style => [style.outlineStyle, parseFloat(style.outlineWidth)])"
                "(getComputedStyle(document.activeElement))"
            )
            assert outline[0] == "solid"
            assert outline[1] >= 2
            reached.append(await focused(page))
        release = a_release()
        themes = [scale["title"]["en"] for scale in release.document["scales"]]
        first, second = [group.name for group in release.groups][:2]
        assert reached[: 1 + len(themes)] == ["Skip the table", *themes]
        assert reached[WAYS_INTO_THE_TABLE] == first
        assert reached[WAYS_INTO_THE_TABLE + CELLS] == second


async def test_the_table_can_be_skipped_with_the_keyboard(browser: Browser) -> None:
    async with results() as address, page_of(browser) as page:
        await page.goto(f"{address}/results")
        skip = page.get_by_role("link", name="Skip the table")
        await skip.focus()
        assert await skip.is_visible()
        await page.keyboard.press("Enter")
        for _ in range(20):
            await page.keyboard.press("Tab")
            if await focused(page) == "About this release":
                break
        await page.keyboard.press("Enter")
        assert await page.get_by_role("link", name="The release as a file (JSON)").is_visible()


async def test_staying_and_going_can_be_read_by_everybody(browser: Browser) -> None:
    async with results(a_year()) as address, page_of(browser) as page:
        # All others are looked at on the way through a month (test_a_month_in_a_browser.py).
        await page.goto(f"{address}/results/stay-2026-08-13")
        async for _ in both_looks(page):
            await looks_right(page)


async def test_a_chart_has_the_colours_of_the_scheme_and_of_paper(browser: Browser) -> None:
    async with results(a_year()) as address, page_of(browser) as page:
        await page.goto(f"{address}/results/{ROUND}/groups/3/themes/workload")
        block = page.locator(".chart [fill='#2a7475']").first
        colours = []
        for scheme, media in (("light", "screen"), ("dark", "screen"), ("light", "print")):
            await page.emulate_media(color_scheme=scheme, media=media)  # type: ignore[arg-type]
            colours.append(await block.evaluate("block => getComputedStyle(block).fill"))
        assert len(set(colours)) == 3


async def test_a_table_with_many_themes_scrolls_in_a_named_region(browser: Browser) -> None:
    reports = InventedReports((a_wide_release(),))
    async with results(reports) as address, page_of(browser, width=1100) as page:
        await page.goto(f"{address}/results")
        region = page.get_by_role("region", name="How many in ten answers")
        await region.focus()
        # Waiting inside the page would need `eval`, which the security policy forbids.
        async with asyncio.timeout(10):
            while not await region.evaluate("region => region.scrollLeft"):
                await page.keyboard.press("ArrowRight")
        assert await overflows(page) == 0


async def test_without_javascript_nothing_is_missing(browser: Browser) -> None:
    async with results() as address, page_of(browser, javascript=False) as page:
        for width in (NARROW, WIDE):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.goto(f"{address}/results")
            await page.get_by_role("link", name="Roads Policing").click()
            await page.get_by_role("heading", name="Workload").wait_for()
            await page.get_by_text("As a table: Sleep").click()
            assert await page.get_by_role("cell", name="%").first.is_visible()


async def test_on_paper_there_are_words_and_hatches_and_nothing_to_press(browser: Browser) -> None:
    async with results(door=InsideDoor()) as address, page_of(browser) as page:
        await page.goto(f"{address}/results")
        await page.emulate_media(media="print")
        assert not await page.get_by_role("button", name="Sign out").is_visible()
        hatches = [
            await page.locator(f".key .step-{step}").evaluate(
                "cell => getComputedStyle(cell).backgroundImage"
            )
            for step in range(1, 6)
        ]
        assert hatches[0] == "none"
        assert len(set(hatches)) == 5
        assert await page.locator("td.step").first.inner_text() == "about 50 to 55\u00a0%"


async def test_everything_to_press_on_a_phone_is_large_enough(browser: Browser) -> None:
    async with results(door=InsideDoor()) as address, page_of(browser, width=NARROW) as page:
        await page.goto(f"{address}/results")
        for target in await page.locator("main a:visible, summary, button").all():
            box = await target.bounding_box()
            assert box is not None
            assert box["height"] >= 44, await target.inner_text()
