"""The Tab key, pressed for real, to whatever is wanted: what has the focus is always to be seen.

Where something stands is worked out in the page, so that the key can be held down until there, as
people do, in place of a look after every press. It is a guess: only a look at what has the focus
says that it was reached, and whatever was guessed wrongly is reached by pressing on, or never.
"""

import asyncio
from typing import Final, TypedDict

from playwright.async_api import Page


class _Look(TypedDict):
    """What a look at the page tells."""

    here: bool
    outline: float
    presses: int


# Whether it is here, how thick its outline is, and how many presses lead there. Of a group of
# radio buttons one takes the focus; a date takes several presses, which are found out by the way.
_LOOK: Final = """wanted => {
  const fits = %s;
  const here = document.activeElement;
  const radios = new Map();
  const takesFocus = (it) => {
    if (it.tabIndex < 0 || it.matches(":disabled, [inert] *")) return false;
    if (!it.checkVisibility({visibilityProperty: true})) return false;
    if (it.localName === "summary") return it === it.parentElement.querySelector("summary");
    if (it.type !== "radio") return true;
    const one = radios.get(it.name) ?? [...document.querySelectorAll("[type=radio]")]
      .filter((other) => other.name === it.name)
      .reduce((best, other) => (!best || other === here || (other.checked && best !== here))
        ? other : best, null);
    radios.set(it.name, one);
    return it === one;
  };
  const stops = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]")].filter(takesFocus);
  const isAhead = (it) =>
    here.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING;
  const ahead = stops.filter(isAhead);
  const round = [...ahead, ...stops.filter((it) => !isAhead(it))];
  const style = getComputedStyle(here);
  return {
    here: here !== document.body && fits(here, wanted),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    presses: 1 + Math.max(0, round.findIndex((it) => fits(it, wanted))),
  };
}"""


async def hold_tab(page: Page, presses: int) -> None:
    """Hold the Tab key down until it has been sent so often."""
    # Not one after the other: whoever holds a key does not wait until the last one is drawn.
    await asyncio.gather(*(page.keyboard.down("Tab") for _ in range(presses)))
    await page.keyboard.up("Tab")


async def tab_until(page: Page, fits: str, wanted: str, most: int) -> int:
    """Tab until what `fits` (JavaScript, of it and what is wanted) has the focus, seen to have it.

    Returns how many presses that took; more than `most` are out of reach.
    """
    look = _LOOK % fits
    pressed = 0
    seen: _Look = await page.evaluate(look, wanted)
    while pressed < most:
        presses = min(seen["presses"], most - pressed)
        await hold_tab(page, presses)
        pressed += presses
        seen = await page.evaluate(look, wanted)
        if seen["here"]:
            assert seen["outline"] >= 2, f"{wanted} has the focus and does not show it"
            return pressed
    raise AssertionError(f"{wanted!r} cannot be reached on {page.url}")


async def write(page: Page, text: str) -> None:
    """Write into what has the focus: the first letter key by key, the others at once."""
    await page.keyboard.type(text[0])
    await page.keyboard.insert_text(text[1:])
