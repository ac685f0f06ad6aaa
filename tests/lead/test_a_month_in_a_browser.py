"""A lead's whole month in a real browser, with the keyboard alone: ten minutes of one month, and
what the next ones say of it.

The results are an invented year in a real database; the clock is moved from one month to the
next, when another result is out.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page
from pypdf import PdfReader

from bot import wiring
from bot.core.calendar import instant
from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.sandbox.demo.remembering import remember
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows import programme, report
from storage.engine import Storage
from tests.browsers import NARROW, WIDE, ColourScheme, browser, page_of
from tests.lead.a_year import rounds_of_a_year
from tests.lead.keyboard import looks_right, press, reads, tab_to
from tests.tabbing import write
from tests.workflows.office import ZONE

__all__ = ["browser"]

pytestmark = pytest.mark.browser

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 19), date(2026, 11, 16), date(2026, 12, 14)
WHAT = "Two more cars on nights."


@dataclass
class Force:
    """A force whose results come out month by month."""

    address: str
    storage: Storage
    today: date | None = None

    def now(self) -> datetime:
        """Return the morning of the day the test has set."""
        return instant(self.today or OCTOBER, time(9), ZONE)

    async def comes_to(self, day: date) -> None:
        """Let every result come out until a day."""
        since, self.today = self.today or date.min, day
        out = [each for each in rounds_of_a_year() if since < each.closes_on <= day]
        await remember(self.storage, out, ZONE)


@asynccontextmanager
async def a_force(database_url: str) -> AsyncIterator[Force]:
    """The lead's pages over real HTTP, on a real database."""
    storage, door = Storage(database_url), OpenDoor()
    force = Force("", storage)
    document = wiring.read_programme(wiring.example_programme_path())
    await programme.load(storage, document, "test", "test", force.now)
    reports = report.Reports(storage, force.now)
    application = web_application(
        [
            *export_routes(reports, door),
            *lead_routes(reports, door),
            *wiring.acting_routes(storage, force.now, reports, door),
        ],
        allowed_hosts=["127.0.0.1"],
        on_loopback=True,
    )
    try:
        async with serving(application) as force.address:
            yield force
    finally:
        await storage.close()


@pytest.mark.parametrize(("width", "colour_scheme"), [(WIDE, "light"), (NARROW, "dark")])
async def test_a_lead_s_whole_month_with_the_keyboard_alone(
    browser: Browser,
    sqlite_database: str,
    tmp_path: Path,
    width: int,
    colour_scheme: ColourScheme,
) -> None:
    async with (
        a_force(sqlite_database) as force,
        page_of(browser, width=width, colour_scheme=colour_scheme) as page,
    ):
        await force.comes_to(OCTOBER)
        # The only address that is ever typed, once a month.
        await page.goto(f"{force.address}/results")
        await reads_what_stands_out(page)
        await opens_a_cell(page)
        await tells_officers(page)
        await records_an_action(page)
        await takes_the_pack(page, tmp_path)

        await force.comes_to(NOVEMBER)
        await page.goto(f"{force.address}/results")
        await looks_up_the_action(page)
        await page.get_by_text("Too early to tell").wait_for()
        await page.get_by_text("The next result decides.").wait_for()

        await force.comes_to(DECEMBER)
        await page.goto(f"{force.address}/results")
        await looks_up_the_action(page)
        await finds_the_verdict(page)


async def reads_what_stands_out(page: Page) -> None:
    """Read the first sentence, follow it to its history, and come back."""
    await reads(page, "What stands out this month")
    await looks_right(page)
    await press(page, "Workload: Market")
    await reads(page, "Workload in ")
    await looks_right(page)
    await press(page, "Weekly pulse: 21 September to 19 October 2026")
    await reads(page, "By group")


async def opens_a_cell(page: Page) -> None:
    """Find a group in the table, and open the history of one of its themes."""
    await tab_to(page, "Harbour Response")
    for _ in range(3):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await reads(page, "Workload in Harbour Response")
    assert await page.get_by_role("img", name="Workload in Harbour Response").is_visible()
    assert await page.get_by_role("row").count() > 10
    await looks_right(page)
    await press(page, "Workload in every group")
    await reads(page, "Workload in every group")
    await looks_right(page)
    await press(page, "Harbour Response")
    await reads(page, "Harbour Response")


async def tells_officers(page: Page) -> None:
    """Answer the group about this theme: look first, then send."""
    await looks_right(page)
    await press(page, "Tell officers: you said, we did")
    await reads(page, "You said, we did")
    await tab_to(page, "scale")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    assert await page.get_by_label("Workload").is_checked()
    await tab_to(page, "line-en")
    await write(page, WHAT)
    await press(page, "Show what officers will see")
    preview = page.get_by_role("region", name="What officers will see")
    await preview.get_by_text(f"We did: {WHAT}").first.wait_for()
    await looks_right(page)
    await press(page, "Send it to officers")
    await page.get_by_text("It is sent.").wait_for()
    await looks_right(page)


async def records_an_action(page: Page) -> None:
    """Say what is done, for whom, from when and what it should change: before any result."""
    await press(page, "Actions")
    await reads(page, "Actions, and what came of them")
    await looks_right(page)
    await press(page, "Record an action")
    await reads(page, "Which result is it about?")
    await looks_right(page)
    await press(page, "Weekly pulse")
    await reads(page, "Record an action")
    await looks_right(page)
    await tab_to(page, "what")
    await write(page, WHAT)
    await tab_to(page, "scale")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await tab_to(page, "unit:harbour-response")
    await page.keyboard.press("Space")
    await tab_to(page, "day")
    await page.keyboard.type("10192026")
    await press(page, "Record this action")
    await reads(page, WHAT)
    await looks_right(page)


async def takes_the_pack(page: Page, folder: Path) -> None:
    """Save the pack for the performance group: a whole file that can be read aloud."""
    await press(page, "Results")
    await reads(page, "What stands out this month")
    await press(page, "Files and the monthly pack")
    await reads(page, "Files of this result")
    await looks_right(page)
    await tab_to(page, "The monthly pack (PDF)")
    async with page.expect_download() as expected:
        await page.keyboard.press("Enter")
    download = await expected.value
    assert download.suggested_filename == "weekly-pulse-2026-09.pdf"
    await download.save_as(folder / "pack.pdf")
    pack = PdfReader(folder / "pack.pdf", strict=True)
    catalogue = pack.root_object
    assert catalogue["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert catalogue["/StructTreeRoot"]["/K"]  # type: ignore[index]
    text = "\n".join(sheet.extract_text() for sheet in pack.pages)
    assert "Harbour Response" in text


async def looks_up_the_action(page: Page) -> None:
    """Come back, and look what the results say of it."""
    await press(page, "Actions")
    await reads(page, "Actions, and what came of them")
    await looks_right(page)
    await press(page, WHAT)
    await reads(page, "What the results say")
    await looks_right(page)


async def finds_the_verdict(page: Page) -> None:
    """No effect is an answer: with its range, a comparison, and what it cannot prove."""
    for said in (
        "No difference that can be told",
        "Anything from 20 points fewer to 80 points more",
        "There may be no effect",
        "In five reporting units without an action on this theme",
        "This cannot prove that the action was the reason.",
    ):
        assert await page.get_by_text(said).first.is_visible(), said
    await press(page, "Group by group, as a table")
    await page.get_by_role("rowheader", name="Harbour Response").wait_for()
    await press(page, "It has ended, or was recorded in error")
    assert await page.get_by_role("button", name="Withdraw this action").is_visible()
