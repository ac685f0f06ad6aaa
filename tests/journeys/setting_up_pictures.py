"""Pictures of setting up a force: `python -m tests.journeys.setting_up_pictures`.

The story that the test walks, in a real browser by a clock that stands still, at a desk and on a
phone. The code in one of them is random, and opened a sandbox that is gone.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import Page, async_playwright

from tests.browsers import CHROMIUM, FLAGS, NARROW, WIDE
from tests.journeys.keyboard import Keyboard
from tests.journeys.new_force import a_new_force
from tests.journeys.setting_up import Story
from tests.journeys.small_png import small_png

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "set-up"
HEIGHTS: Final = {WIDE: 860, NARROW: 780}
PARTS: Final = {
    "support": "section[aria-labelledby=preview]",
    "check-in": "section[aria-labelledby=calendar]",
}
"""What a picture begins with; without one, the top of the page."""

ON_A_PHONE: Final = ("checklist", "support", "check-in")
"""What is pictured at 360 px as well: three are enough to see how it looks there."""

PICTURES: Final = (
    *("invite-1280", "checklist-1280", "checklist-360", "teams-1280"),
    *("support-1280", "support-360", "check-in-1280", "check-in-360"),
    *("code-1280", "round-1280"),
)
"""All there are, in the order in which docs/setting-up.md shows them."""


async def take_all(folder: Path) -> list[str]:
    """Take every picture; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(
            viewport={"width": WIDE, "height": HEIGHTS[WIDE]},
            reduced_motion="reduce",
            locale="en-GB",
        )
        page = await context.new_page()

        async def seen(name: str) -> None:
            for width in (WIDE, NARROW) if name in ON_A_PHONE else (WIDE,):
                file = f"{name}-{width}"
                (folder / f"{file}.png").write_bytes(small_png(await _picture(page, name, width)))
                taken.append(file)

        with tempfile.TemporaryDirectory(prefix="stand-easy-pictures-") as place:
            async with a_new_force(Path(place)) as force:
                await Story(force, Keyboard(page, _no_look), Path(place), seen).told()
        await browser.close()
    return taken


async def _no_look(_: Page) -> None:
    """Leave to the test what it looks at."""


async def _picture(page: Page, name: str, width: int) -> bytes:
    await page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    # Nothing has the focus, nothing is pointed at.
    await page.evaluate(
        """part => {
          document.activeElement?.blur();
          window.scrollTo(0, 0);
          if (part) {
            document.querySelector(part).scrollIntoView();
            window.scrollBy(0, -24);
          }
        }""",
        PARTS.get(name, ""),
    )
    shot = await page.screenshot(animations="disabled")
    await page.evaluate("window.scrollTo(0, 0); document.querySelector('#main').focus()")
    await page.set_viewport_size({"width": WIDE, "height": HEIGHTS[WIDE]})
    return shot


if __name__ == "__main__":
    names = asyncio.run(take_all(FOLDER))
    missing = set(PICTURES) ^ set(names)
    raise SystemExit(f"Pictures and list differ: {', '.join(sorted(missing))}" if missing else 0)
