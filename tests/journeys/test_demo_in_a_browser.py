"""The whole story of the demo, in a real browser: join, answer, X-ray, colleagues, result."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.sandbox.run_demo import a_demo
from tests.browsers import NARROW, WIDE, browser, overflows, page_of

__all__ = ["browser"]

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000


async def tap(page: Page, label: str) -> None:
    """Tap a button on the phone, once it is there."""
    await page.locator(".phone-button", has_text=label).last.click()


async def look_at(page: Page, what: str) -> None:
    """On a narrow screen, switch to a tab; on a wide one everything is in sight."""
    tab = page.locator(f"[data-show={what}]")
    if await tab.is_visible():
        await tab.click()


async def joins_and_answers(page: Page) -> None:
    """Join with the team's link, move the clock, answer the pulse, and seal."""
    phone = page.locator("[data-phone-frame], .demo-phone").first
    await page.locator("[data-join]").click()
    await expect(page.get_by_text("Your force cannot see your name").first).to_be_visible()
    await tap(page, "I agree, let me in")
    await tap(page, "Police officer")
    await tap(page, "1 to 4 years")
    await expect(page.get_by_text("That's all.").first).to_be_visible()
    await page.locator("[data-move=next-prompt]").click()
    await expect(page.locator(".phone-button", has_text="Open")).to_be_visible(timeout=PATIENCE_MS)
    await tap(page, "Open")
    await expect(page.get_by_text("1 of 5")).to_be_visible()
    await look_at(page, "xray")
    await expect(page.locator("[data-card=sealed]")).to_contain_text("nowhere on the server")
    await look_at(page, "phone")
    for progress, answer in enumerate(["Good", "Badly", "Mostly", "Completely", "Most"], start=1):
        await expect(page.get_by_text(f"{progress} of 5")).to_be_visible()
        await page.locator(".phone-button").get_by_text(answer, exact=True).click()
    await expect(page.get_by_text("Check your answers.")).to_be_visible()
    await tap(page, "‹ Back")
    await expect(page.get_by_text("5 of 5")).to_be_visible()
    await tap(page, "‹ Review")
    await tap(page, "Seal my answers")
    await expect(page.get_by_text("Sealed.").first).to_be_visible()
    await expect(page.locator(".phone-button", has_text="TRiM")).to_be_visible()
    await expect(page.locator(".phone-button", has_text="2. Badly")).to_have_count(0)
    assert phone is not None


@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_the_whole_story_of_the_demo(browser: Browser, tmp_path: Path, width: int) -> None:
    async with a_demo(tmp_path) as address, page_of(browser, width=width) as page:
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(address)
        await look_at(page, "lead")
        lead = page.frame_locator("iframe")
        await expect(lead.get_by_text("First results on")).to_be_visible()
        await look_at(page, "phone")
        await joins_and_answers(page)

        await look_at(page, "xray")
        sealed, mark = page.locator("[data-card=sealed]"), page.locator("[data-card=mark]")
        await expect(sealed).to_contain_text("1,392 bytes")
        await expect(mark).to_contain_text("took part")
        assert await overflows(page) == 0

        await page.locator("[data-colleagues]").click()
        await expect(
            page.get_by_text("60 colleagues have joined, 60 have answered.")
        ).to_be_visible(timeout=PATIENCE_MS)
        await look_at(page, "lead")
        await expect(lead.get_by_text("First results on")).to_be_visible()
        await expect(lead.locator("table")).to_have_count(0)

        await page.locator("[data-move=close]").click()
        await expect(lead.get_by_text("Harbour Response").first).to_be_visible(timeout=PATIENCE_MS)
        await expect(lead.get_by_text("not shown").first).to_be_attached()
        await expect(
            lead.get_by_text("In the whole force 50 people or more answered")
        ).to_be_visible()
        await look_at(page, "xray")
        await expect(mark).to_contain_text("Gone.")
        await expect(page.locator("[data-card=release]")).to_contain_text("Harbour Response")
        assert await overflows(page) == 0
