"""Pictures of the chat for the documentation: `python -m tests.journeys.pictures`.

The real demo in a real browser, on a phone 360 px wide and, unless a screen needs more, 640
high; light and dark; by a clock that stands still, so that a picture changes only when the
screen does (but for the minute of a reminder in `held`, and the sealed bytes in the picture of
the whole page, which are random). What does not fit on the small phone is said.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, async_playwright

from bot.core.calendar import next_prompt_day
from bot.core.programme import Programme
from bot.sandbox.demo.run import a_demo, for_a_demo
from tests.browsers import CHROMIUM, FLAGS, ColourScheme
from tests.journeys.demo_page import choose, joins, move, say, sees, tap
from tests.journeys.small_png import small_png

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "chat"
SCHEMES: Final[tuple[ColourScheme, ...]] = ("light", "dark")
WIDTH: Final = 360
HEIGHT: Final = 640
WEDNESDAY: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PATIENCE_MS: Final = 30_000

SCREENS: Final = (
    *("promises", "joined", "question", "scale", "several", "review", "sealed"),
    *("support-menu", "need-page", "crisis-card", "grounding", "tough-job"),
    *("when-to-ask", "today-is", "settings", "privacy", "held", "welsh-menu"),
)
"""The main screens, in the order in which the documentation shows them."""

# The phone alone, as wide as a small phone, at a place of its own while it is pictured.
LOOK: Final = f"""
.demo-page .phone {{ inline-size: {WIDTH}px; max-inline-size: none; min-block-size: 0;
  block-size: var(--picture-height, {HEIGHT}px) !important; border: 0; border-radius: 0; }}
[data-pictured] .phone {{ position: fixed; inset: 0 auto auto 0; z-index: 9; }}
.demo-page .phone-notice {{ display: none; }}
.phone-chat {{ scroll-behavior: auto; scrollbar-width: none; }}
.phone-button:hover {{ border-color: transparent; }}
* {{ transition: none !important; }}
"""

# How high the phone must be for the newest messages to be seen whole.
NEEDED: Final = """count => {
  const phone = document.querySelector(".phone"), chat = phone.querySelector(".phone-chat");
  const newest = [...chat.querySelectorAll(".phone-message")].slice(-count);
  const frame = phone.clientHeight - chat.clientHeight;
  return Math.ceil(newest.at(-1).getBoundingClientRect().bottom
    - newest[0].getBoundingClientRect().top + frame + 24);
}"""

STAND_STILL: Final = """height => {
  const phone = document.querySelector(".phone"), chat = phone.querySelector(".phone-chat");
  phone.style.setProperty("--picture-height", `${height}px`);
  document.body.dataset.pictured = "";
  document.activeElement?.blur();
  chat.scrollTop = chat.scrollHeight;
}"""

AS_BEFORE: Final = """() => {
  delete document.body.dataset.pictured;
  document.querySelector(".phone").style.removeProperty("--picture-height");
}"""


@dataclass
class Camera:
    """Takes the pictures, and notes what needs a larger phone."""

    page: Page
    folder: Path
    taken: list[str] = field(default_factory=list)

    async def take(self, name: str, newest: int = 1) -> None:
        """Take a picture in which the newest messages of the bot are seen whole."""
        page = self.page
        # Nothing is pointed at, and no button still shows that it was tapped.
        await page.mouse.move(0, 0)
        await page.wait_for_function("!document.querySelector('.phone [aria-busy]')")
        needed: int = await page.evaluate(NEEDED, newest)
        await page.evaluate(STAND_STILL, max(HEIGHT, needed))
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            shot = await page.locator(".phone").screenshot(animations="disabled")
            (self.folder / f"{name}-{scheme}.png").write_bytes(small_png(shot))
        await page.emulate_media(color_scheme="light")
        await page.evaluate(AS_BEFORE)
        self.taken.append(name)
        beyond = f", {needed - HEIGHT} px more than a small phone" if needed > HEIGHT else ""
        sys.stdout.write(f"{name}: {needed} px high{beyond}\n")


@asynccontextmanager
async def a_page(
    browser: Browser,
    choose: Callable[[Programme, date], Programme],
    width: int = 480,
    height: int = 1600,
) -> AsyncIterator[Page]:
    """Run the demo and open its page."""
    with tempfile.TemporaryDirectory(prefix="stand-easy-pictures-") as folder:
        async with a_demo(Path(folder), choose=choose, real=lambda: WEDNESDAY) as address:
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                reduced_motion="reduce",
                bypass_csp=True,
            )
            context.set_default_timeout(PATIENCE_MS)
            page = await context.new_page()
            await page.goto(address)
            await page.locator("[data-join]").wait_for()
            try:
                yield page
            finally:
                await context.close()


# --- What is pictured -------------------------------------------------------------------


async def joining(camera: Camera) -> None:
    """From the poster to the seal and what is there afterwards."""
    page = camera.page
    await move(page, "next-prompt")
    await page.locator("[data-join]").click()
    await sees(page, "Before you join")
    await camera.take("promises")
    await tap(page, "I agree, let me in")
    await tap(page, "Police officer")
    await tap(page, "1 to 4 years")
    await sees(page, "That's all.")
    await camera.take("joined")
    await tap(page, "Start now")
    await sees(page, "1 of 5")
    await camera.take("question")
    await choose(page, "Good", "Badly", "Mostly", "Completely", "Most")
    await sees(page, "Check your answers.")
    await camera.take("review")
    await tap(page, "Seal my answers")
    await sees(page, "Sealed.")
    await page.locator(".phone-button", has_text="None of these suit me").wait_for()
    await camera.take("sealed", newest=2)


async def finding_support(camera: Camera) -> None:
    """The menu, a page of it, a minute to steady oneself, the crisis card, a tough job."""
    page = camera.page
    await say(page, "/support")
    await sees(page, "Support, whenever you want it:")
    await camera.take("support-menu")
    await tap(page, "Talk to someone")
    await sees(page, "Say as much or as little as you like.")
    await camera.take("need-page")
    await tap(page, "‹ All support")
    await sees(page, "Support, whenever you want it:")
    await tap(page, "Steady yourself")
    await sees(page, "A minute to steady yourself")
    await tap(page, "Begin")
    await sees(page, "Name five things you can see.")
    await camera.take("grounding")
    await say(page, "HELP")
    await sees(page, "I'm glad you told me.")
    await camera.take("crisis-card")
    await say(page, "/tough_job")
    await sees(page, "After a tough job")
    await camera.take("tough-job")


async def leaving(camera: Camera) -> None:
    """Why somebody leaves: up to three of many reasons."""
    page = camera.page
    await say(page, "/support")
    await sees(page, "Support, whenever you want it:")
    await tap(page, "Thinking of leaving")
    await tap(page, "Tell us why (anonymous)")
    await sees(page, "1 of ")
    first = page.locator(".phone-message").last.locator(".phone-button")
    await first.nth(1).click()
    await sees(page, "1 of 3 chosen.")
    await first.nth(4).click()
    await sees(page, "2 of 3 chosen.")
    await camera.take("several")


async def setting(camera: Camera) -> None:
    """When to ask, what today is, everything on one screen, and what is kept."""
    page = camera.page
    await say(page, "/settings")
    await sees(page, "Your settings")
    await tap(page, "When to ask")
    await sees(page, "When shall I write?")
    await camera.take("when-to-ask")
    await tap(page, "I work shifts")
    await tap(page, "2 earlies, 2 lates, 2 nights")
    await sees(page, "What is today?")
    await camera.take("today-is")
    await tap(page, "1st rest day")
    await sees(page, "Next: probably")
    await say(page, "/settings")
    await sees(page, "around your shifts")
    await camera.take("settings")
    await say(page, "/privacy")
    await sees(page, "What your force can see")
    await camera.take("privacy")
    await tap(page, "Everything I hold about this chat")
    await sees(page, "You joined with the team")
    await camera.take("held")


async def welsh(camera: Camera) -> None:
    """The menu on a phone whose Telegram is in Welsh."""
    page = camera.page
    await page.get_by_role("button", name="Telegram in Welsh").click()
    await page.locator(".phone-start").click()
    await page.locator(".phone-message .phone-button").first.wait_for()
    await say(page, "/support")
    await page.locator(".phone-button", has_text="Caplaniaeth").wait_for()
    await camera.take("welsh-menu")


async def scale(camera: Camera) -> None:
    """A question with a scale from 0 to 10, which the monthly check-in asks."""
    page = camera.page
    await move(page, "next-prompt")
    await joins(page)
    await tap(page, "Start now")
    await sees(page, "1 of ")
    await camera.take("scale")


async def the_whole_page(page: Page) -> bytes:
    """Return a picture of the demo when the round has closed and the result is out."""
    await joins(page)
    await move(page, "next-prompt")
    await tap(page, "Open")
    await choose(page, "Good", "Badly", "Mostly", "Completely", "Most")
    await tap(page, "Seal my answers")
    await sees(page, "Sealed.")
    await page.locator("[data-colleagues]").click()
    await page.get_by_text("60 colleagues have joined, 60 have answered.").wait_for()
    await move(page, "close")
    lead = page.frame_locator("iframe")
    await lead.get_by_text("In the whole force 50 people or more answered").wait_for()
    await lead.get_by_text("In short").evaluate("heading => heading.scrollIntoView()")
    await page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
    await page.mouse.move(0, 0)
    # What is new in the X-ray no longer glows.
    await page.locator(".demo-changed, .demo-new").first.wait_for(state="detached")
    return await page.screenshot(animations="disabled")


def monthly(force: Programme, today: date) -> Programme:
    """Return the programme with the monthly check-in alone."""
    check_in = force.check_in("monthly-wellbeing")
    soon = check_in.model_copy(update={"starts_on": next_prompt_day(check_in, today)})
    return force.model_copy(update={"check_ins": [soon]})


PulseStory = Callable[[Camera], Awaitable[None]]
STORIES: Final[tuple[PulseStory, ...]] = (joining, finding_support, leaving, setting, welsh)


async def take_all(folder: Path) -> list[str]:
    """Take every picture; return the names of the screens."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for choose_check_ins, stories in ((for_a_demo, STORIES), (monthly, (scale,))):
            async with a_page(browser, choose_check_ins) as page:
                await page.add_style_tag(content=LOOK)
                camera = Camera(page, folder)
                for story in stories:
                    await story(camera)
                taken += camera.taken
        async with a_page(browser, for_a_demo, 1400, 900) as page:
            (folder.parent / "demo.png").write_bytes(small_png(await the_whole_page(page)))
        await browser.close()
    return taken


if __name__ == "__main__":
    names = asyncio.run(take_all(FOLDER))
    missing = set(SCREENS) ^ set(names)
    sys.exit(f"Pictures and list differ: {', '.join(sorted(missing))}" if missing else 0)
