"""From an empty folder to the first invitation on a phone, by somebody with a keyboard alone."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page

from bot.officer.texts.check_ins import READY
from tests.browsers import NARROW, WIDE, breaks_no_rule, browser, overflows, page_of
from tests.journeys.keyboard import Keyboard
from tests.journeys.new_force import HIDDEN, TYPED, a_new_force
from tests.journeys.setting_up import Story

__all__ = ["browser"]

pytestmark = pytest.mark.browser

MOST_SECONDS = 20 * 60


class Eyes:
    """Looks at every page that somebody comes to, wide and narrow."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    async def look(self, page: Page) -> None:
        """No page breaks a rule of axe-core or is wider than its window."""
        place = urlsplit(page.url).path
        # Seen again, as after a save, on the small screen it is only measured.
        for width, again in ((NARROW, place in self._seen), (WIDE, False)):
            await page.set_viewport_size({"width": width, "height": 900})
            assert await overflows(page) == 0, page.url
            if not again:
                await breaks_no_rule(page)
        self._seen.add(place)


async def no_picture(_: str) -> None:
    """Take none."""


async def test_a_force_is_set_up_in_twenty_minutes_with_the_keyboard_alone(
    browser: Browser, tmp_path: Path
) -> None:
    async with a_new_force(tmp_path) as force, page_of(browser, width=WIDE) as page:
        assert TYPED[HIDDEN] not in force.said_by_init
        assert "python -m bot serve" in force.said_by_init
        hands = Keyboard(page, Eyes().look)
        story = Story(force, hands, tmp_path, no_picture)
        await story.told()
        taken = (hands.in_words(), hands.seconds)
        # On a phone the places are folded into a menu.
        await page.set_viewport_size({"width": NARROW, "height": 900})
        await hands.presses("Menu: Rounds")
        assert await overflows(page) == 0
        await hands.follows("Support", "Support directory")
        assert story.poster.startswith(b"%PDF")
        invitations = [each for each in story.officer.phone.received if READY in each.text]
        assert len(invitations) == 1
    assert taken[1] < MOST_SECONDS
    # docs/setting-up.md says the same.
    assert taken[0] == "about 17 minutes: 29 pages, 35 fields, 29 links and buttons"
