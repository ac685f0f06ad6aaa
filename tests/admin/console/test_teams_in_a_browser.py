"""Teams in a real browser: keyboard alone, a telephone's width and a desk's, axe-core content."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bot.sandbox.loopback import serving
from tests.admin.console.keyboard import looks_right
from tests.admin.console.teams_office import a_console
from tests.browsers import NARROW, browser, page_of, refused
from tests.lead.keyboard import tab_to
from tests.tabbing import write

__all__ = ["browser"]

pytestmark = pytest.mark.browser

TABLE = b"department,team,headcount\nCoast,Heron Watch,31\nResponse Policing,Night Relief,24\n"
WRONG = b"department,team,headcount\nCoast,=1+1,many\n"


async def goes(page: Page, wanted: str, heading: str) -> None:
    """Go on by the keyboard, and wait for the page with this heading."""
    await tab_to(page, wanted)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name=heading, exact=True).wait_for()


async def test_teams_codes_posters_and_imports_with_the_keyboard_alone(
    browser: Browser, sqlite_database: str, tmp_path: Path
) -> None:
    table, wrong = tmp_path / "teams.csv", tmp_path / "wrong.csv"
    table.write_bytes(TABLE)
    wrong.write_bytes(WRONG)
    async with (
        a_console(sqlite_database, tmp_path) as admin,
        serving(admin.application) as address,
        page_of(browser, width=NARROW, javascript=False) as plain,
        page_of(browser, width=NARROW) as page,
    ):
        # A department, a team, a code.
        await page.goto(f"{address}/teams")
        await looks_right(page)
        await tab_to(page, "Add a department")
        await page.keyboard.press("Enter")
        await looks_right(page)
        await goes(page, "Specialist Operations", "Specialist Operations")
        await looks_right(page)
        await goes(page, "Dog Unit", "Dog Unit")
        await looks_right(page)
        await tab_to(page, "issue-until")
        await goes(page, "Make a new code", "A new code for Dog Unit")
        await looks_right(page)
        await admin.carry_out()
        await goes(page, "Back to Dog Unit: does it work yet?", "Dog Unit")
        await page.get_by_text("The new code works").wait_for()
        for summary in ("Make a new code", "Change or move this team", "Remove this team"):
            await page.locator("summary", has_text=summary).press("Enter")
        await looks_right(page)
        # A table, looked at and saved.
        await page.goto(f"{address}/teams/import")
        await looks_right(page)
        await page.get_by_label("The file").set_input_files(table)
        await goes(page, "Show what it would change", "What the table would change")
        await looks_right(page)
        await tab_to(page, "reason")
        await write(page, "spring moves")
        await goes(page, "Save this table", "Teams")
        assert await page.get_by_text("Saved as version 2.").is_visible()
        await looks_right(page)
        # Posters.
        await page.goto(f"{address}/teams/posters")
        await looks_right(page)
        await goes(page, "Coast", "Posters and cards: Coast")
        await looks_right(page)
        await goes(page, "Make the posters", "Posters for 1 team")
        await admin.packs.settle()
        await admin.carry_out()
        await page.get_by_text("Download the posters").wait_for()
        await looks_right(page)
        # Without any script the same, and pages that are refused begin with why.
        await plain.goto(f"{address}/teams/night-relief")
        await plain.locator("summary", has_text="Remove this team").press("Enter")
        assert await plain.get_by_text("stays joined").is_visible()
        with refused(page):
            await page.goto(f"{address}/teams/import")
            await page.get_by_label("The file").set_input_files(wrong)
            await page.get_by_role("button", name="Show what it would change").press("Enter")
            await page.get_by_role("heading", name="Cells to correct").wait_for()
            await looks_right(page)
            await page.goto(f"{address}/teams/night-relief")
            await page.locator("summary", has_text="Change or move this team").press("Enter")
            await page.get_by_label("Headcount").fill("many")
            await page.get_by_role("button", name="Save this team").press("Enter")
            await page.get_by_role("heading", name="Nothing was saved yet").wait_for()
            await looks_right(page)
            await page.locator('.problems a[href="#change-headcount"]').press("Enter")
            assert await page.evaluate("location.hash") == "#change-headcount"
