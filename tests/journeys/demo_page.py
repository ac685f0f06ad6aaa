"""The demo page in a browser, as somebody uses it: the phone, the clock, the tabs."""

from playwright.async_api import Page, expect


async def tap(page: Page, label: str) -> None:
    """Tap a button on the phone, once it is there."""
    await page.locator(".phone-button", has_text=label).last.click()


async def choose(page: Page, *labels: str) -> None:
    """Tap one answer after the other; each is the whole of its button."""
    for label in labels:
        await page.locator(".phone-button").get_by_text(label, exact=True).click()


async def say(page: Page, text: str) -> None:
    """Write a message on the phone."""
    await page.locator(".phone-field").fill(text)
    await page.locator(".phone-send").click()


async def sees(page: Page, text: str) -> None:
    """Wait until the phone shows a text."""
    await expect(page.locator(".phone-bubble", has_text=text).last).to_be_visible()


async def look_at(page: Page, what: str) -> None:
    """On a narrow screen, switch to a tab; on a wide one everything is in sight."""
    tab = page.locator(f"[data-show={what}]")
    if await tab.is_visible():
        await tab.click()


async def move(page: Page, where: str) -> None:
    """Move the clock, and wait until it stands."""
    await page.locator(f"[data-move={where}]").click()
    await expect(page.locator(".demo-bar")).to_have_attribute("aria-busy", "false")


async def joins(page: Page) -> None:
    """Join with the team's link."""
    await page.locator("[data-join]").click()
    await sees(page, "Your force cannot see your name")
    await tap(page, "I agree, let me in")
    await tap(page, "Police officer")
    await tap(page, "1 to 4 years")
    await sees(page, "That's all.")
