"""The whole story of the demo, in a real browser: join, answer, X-ray, colleagues, result; then
what an officer sets, asks for and erases.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.core.instruments import Need
from bot.core.languages import Tongues
from bot.officer.texts import settings, support
from bot.sandbox.demo.run import a_demo
from config.translations import load_translations
from tests.browsers import NARROW, WIDE, breaks_no_rule, browser, overflows, page_of
from tests.journeys.demo_page import choose, joins, look_at, move, say, sees, tap

__all__ = ["browser"]

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000
WELSH = Tongues(load_translations()).of("cy")
A_FEW_DAYS = 5


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """Two cores are shared by a browser and by everything it looks at."""
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=None)


async def answers(page: Page) -> None:
    """Go through the pulse, with a look at the X-ray on the way, and seal."""
    await sees(page, "1 of 5")
    await look_at(page, "xray")
    await expect(page.locator("[data-card=sealed]")).to_contain_text("nowhere on the server")
    await look_at(page, "phone")
    for progress, answer in enumerate(["Good", "Badly", "Mostly", "Completely", "Most"], start=1):
        await sees(page, f"{progress} of 5")
        await choose(page, answer)
    await sees(page, "Check your answers.")
    await tap(page, "‹ Back")
    await sees(page, "5 of 5")
    await tap(page, "‹ Review")
    await tap(page, "Seal my answers")
    await sees(page, "Sealed.")
    await expect(page.locator(".phone-button", has_text="TRiM")).to_be_visible()
    await expect(page.locator(".phone-button", has_text="2. Badly")).to_have_count(0)


async def says_when_to_ask(page: Page) -> None:
    """Choose a duty pattern, and say what today is."""
    await say(page, "/settings")
    await tap(page, "When to ask")
    await tap(page, "I work shifts")
    await tap(page, "2 earlies, 2 lates, 2 nights")
    await sees(page, "What is today?")
    await tap(page, "1st rest day")
    await sees(page, "Next: probably")


async def is_asked_after_a_tough_job(page: Page, asked_for: Locator) -> None:
    """Ask to be written to, let days go by, and answer what comes."""
    await say(page, "/tough_job")
    await tap(page, "Ask me in three days")
    await sees(page, "I'll write to you three times")
    await look_at(page, "xray")
    await expect(asked_for).to_contain_text("After a tough job, three days on")
    await look_at(page, "phone")
    came = page.locator(".phone-bubble", has_text="A message you asked for.")
    for _ in range(A_FEW_DAYS):
        await move(page, "day")
        if await came.count():
            break
    await sees(page, "A message you asked for.")
    await page.locator(".phone-message", has=came).get_by_text("Open", exact=True).click()
    await tap(page, "Answer the questions")
    await choose(page, "About the same", "Mostly", "Not yet")
    await tap(page, "Seal my answers")
    await expect(page.locator(".phone-bubble", has_text="Sealed.")).to_have_count(2)
    await look_at(page, "xray")
    await expect(asked_for).to_contain_text("Marks that this chat answered")
    await expect(asked_for).not_to_contain_text("three days on")
    await look_at(page, "phone")


async def reads_welsh(page: Page) -> None:
    """Choose Welsh, and find the menu in it."""
    await say(page, "/language")
    await sees(page, "Which language shall I write in?")
    await tap(page, "Cymraeg")
    await sees(page, WELSH.label(settings.LANGUAGE_SET, language=WELSH.name))
    await say(page, "/support")
    chaplaincy = WELSH.label(support.NEED_BUTTONS[Need.CHAPLAINCY])
    await expect(page.locator(".phone-button", has_text=chaplaincy).last).to_be_visible()
    await tap(page, "English")
    await sees(page, "Support, whenever you want it:")


async def reads_everything_and_erases_it(page: Page, link: Locator) -> None:
    """Look at everything that is held, and erase it."""
    await say(page, "/privacy")
    await tap(page, "Everything I hold about this chat")
    await sees(page, "You joined with the team Harbour Response.")
    await say(page, "/forget")
    await tap(page, "Erase it now")
    await sees(page, "Erased.")
    await look_at(page, "xray")
    await expect(link).to_contain_text("This chat has not joined.")


async def opens_the_console(page: Page) -> None:
    """One tap, and somebody is an admin; nothing there breaks a rule of axe-core."""
    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="an admin").click()
    console = await opened.value
    await expect(console.get_by_role("heading", name="What is next")).to_be_visible()
    await console.set_viewport_size({"width": NARROW, "height": 900})
    await console.get_by_role("button", name="Sign out").click()
    await expect(console.get_by_role("heading", name="Who do you want to be?")).to_be_visible()
    for looked_at in (console, page):
        await breaks_no_rule(looked_at, frames=False)
    assert await overflows(console) == 0
    await console.close()


async def fits(page: Page) -> None:
    """Nothing is wider than the window, on a phone neither."""
    for width in (NARROW, WIDE):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await overflows(page) == 0


async def test_the_whole_story_of_the_demo(browser: Browser, tmp_path: Path) -> None:
    async with a_demo(tmp_path) as address, page_of(browser, width=WIDE) as page:
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(address)
        sealed, mark, asked_for, link = (
            page.locator(f"[data-card={card}]") for card in ("sealed", "mark", "asked-for", "link")
        )
        lead = page.frame_locator("iframe")
        await expect(lead.get_by_text("First results on")).to_be_visible()
        await opens_the_console(page)
        await joins(page)
        await move(page, "next-prompt")
        await tap(page, "Open")
        await answers(page)

        await look_at(page, "xray")
        await expect(sealed).to_contain_text("1,392 bytes")
        await expect(sealed).to_contain_text("Weekly pulse, round of")
        await expect(mark).to_contain_text("took part")
        await fits(page)
        await look_at(page, "phone")
        await says_when_to_ask(page)
        await is_asked_after_a_tough_job(page, asked_for)

        await page.locator("[data-colleagues]").click()
        await expect(
            page.get_by_text("60 colleagues have joined, 60 have answered.")
        ).to_be_visible()
        await look_at(page, "lead")
        await expect(lead.get_by_text("First results on")).to_be_visible()
        await expect(lead.locator("table")).to_have_count(0)

        await page.locator("[data-move=close]").click()
        await expect(lead.get_by_text("Harbour Response").first).to_be_visible()
        await expect(lead.get_by_text("not shown").first).to_be_attached()
        await expect(
            lead.get_by_text("In the whole force 50 people or more answered")
        ).to_be_visible()
        await look_at(page, "xray")
        await expect(mark).to_contain_text("Gone.")
        await expect(page.locator("[data-card=release]")).to_contain_text("Harbour Response")
        await fits(page)

        await look_at(page, "phone")
        await reads_welsh(page)
        await reads_everything_and_erases_it(page, link)
        await expect(asked_for).to_contain_text("Nothing.")
        await fits(page)


async def test_on_a_phone_who_joins_while_a_prompt_is_open_answers_at_once(
    browser: Browser, tmp_path: Path
) -> None:
    async with a_demo(tmp_path) as address, page_of(browser, width=NARROW) as page:
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(address)
        await look_at(page, "lead")
        lead = page.frame_locator("iframe")
        await expect(lead.get_by_text("First results on")).to_be_visible()
        await look_at(page, "phone")
        await move(page, "next-prompt")
        await joins(page)
        await tap(page, "Start now")
        await answers(page)
        await look_at(page, "xray")
        await expect(page.locator("[data-card=mark]")).to_contain_text("took part")
        assert await overflows(page) == 0
