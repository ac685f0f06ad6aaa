"""Somebody at a page with a keyboard and nothing else, and how long a person would take.

They reach everything with Tab and see where they are; what they cannot reach, or cannot see that
they have reached, is a failure. A page is left by what stands on it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from playwright.async_api import Page

from tests.tabbing import tab_until, write

FIELD, BUTTON, PAGE = 8, 5, 20
"""Seconds for filling in a field, for finding and pressing what leads on, for reading a page."""

MOST_TABS: Final = 120

# Whether something has a name, as somebody with a screen reader would hear it.
_NAMED: Final = """(it, wanted) => {
  const said = (each) => (each?.textContent ?? "").replace(/\\s+/g, " ").trim();
  const labels = [...(it.labels ?? [])].map(said).join(" ");
  const name = it.getAttribute("aria-label") || labels || said(it);
  const group = said(it.closest("fieldset")?.querySelector("legend"));
  return wanted === name || wanted === `${group}: ${name}`;
}"""
_NAMED_AND_LEADS_ON: Final = f"(it, wanted) => it.matches('a, button') && ({_NAMED})(it, wanted)"

Arrived = Callable[[Page], Awaitable[None]]


@dataclass
class Keyboard:
    """One person's way through pages."""

    page: Page
    arrived: Arrived
    """What is done with every page that they come to."""

    keys: int = 0
    fields: int = 0
    buttons: int = 0
    pages: int = 0

    @property
    def seconds(self) -> int:
        """How long a person would take, by the model above."""
        return FIELD * self.fields + BUTTON * self.buttons + PAGE * self.pages

    def in_words(self) -> str:
        """Return what was counted."""
        return (
            f"about {self.seconds / 60:.0f} minutes: {self.pages} pages, {self.fields} fields,"
            f" {self.buttons} links and buttons"
        )

    async def begins_at(self, address: str, heading: str) -> None:
        """Type an address."""
        await self.page.goto(address)
        self.fields += 1
        await self._arrives(heading)

    async def follows(self, name: str, heading: str) -> None:
        """Press a link or a button, and come to the page with this heading."""
        await self._reach(name, leads_on=True)
        async with self.page.expect_navigation(wait_until="load"):
            await self._press("Enter")
        self.buttons += 1
        await self._arrives(heading)

    async def presses(self, name: str) -> None:
        """Press something that stays on its page."""
        await self._reach(name)
        await self._press("Enter")
        self.buttons += 1

    async def writes(self, name: str, text: str) -> None:
        """Fill in a field, whatever stood there."""
        await self._reach(name)
        await self._press("Control+A")
        await write(self.page, text)
        self.keys += len(text)
        self.fields += 1

    async def picks(self, name: str, option: str) -> None:
        """Choose from a list by typing how an option begins."""
        await self._reach(name)
        await self.page.keyboard.type(option)
        self.keys += len(option)
        self.fields += 1

    async def ticks(self, name: str) -> None:
        """Tick a box."""
        await self._reach(name)
        await self._press("Space")
        self.fields += 1

    async def chooses_file(self, name: str, path: str) -> None:
        """Choose a file. The dialogue is the browser's own, so the test answers for it."""
        await self._reach(name)
        await self.page.locator(":focus").set_input_files(path)
        self.keys += 1
        self.fields += 1

    async def _arrives(self, heading: str) -> None:
        await self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
        self.pages += 1
        await self.arrived(self.page)

    async def _press(self, key: str) -> None:
        await self.page.keyboard.press(key)
        self.keys += 1

    async def _reach(self, wanted: str, *, leads_on: bool = False) -> None:
        """Press Tab until something with this name has the focus, seen to have it."""
        named = _NAMED_AND_LEADS_ON if leads_on else _NAMED
        self.keys += await tab_until(self.page, named, wanted, MOST_TABS)
