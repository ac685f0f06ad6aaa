"""The programme in a real browser: keyboard alone, narrow and wide, and nothing for axe-core."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bot.sandbox.loopback import serving
from storage.engine import Storage
from tests.admin.console.consoles import HERON, KESTREL, NOW, NamedDoor, application_of, with_admins
from tests.admin.overseen import Clock
from tests.browsers import NARROW, browser, page_of, refused
from tests.lead.keyboard import looks_right, tab_to
from tests.tabbing import write

__all__ = ["browser"]

pytestmark = pytest.mark.browser


async def presses(page: Page, wanted: str, heading: str) -> None:
    """Reach something with Tab, press it, and see that the next page looks right."""
    await tab_to(page, wanted)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name=heading).first.wait_for()
    await looks_right(page)


async def types(page: Page, field: str, text: str) -> None:
    """Reach a field with Tab and write into it."""
    await tab_to(page, field)
    await page.keyboard.press("Control+A")
    await write(page, text)


async def test_a_force_is_begun_changed_and_taken_back_with_the_keyboard_alone(
    browser: Browser, sqlite_storage: Storage, tmp_path: Path
) -> None:
    door = NamedDoor()
    await with_admins(sqlite_storage, KESTREL)
    application = application_of(sqlite_storage, door, Clock(NOW), "127.0.0.1")
    async with (
        serving(application) as address,
        page_of(browser, width=NARROW, colour_scheme="dark") as page,
    ):
        await page.goto(f"{address}/programme")
        await looks_right(page)
        await presses(page, "Begin", "Begin")
        await types(page, "name", "Fenmarch")
        for field, text in (("department", "Response"), ("team", "Harbour"), ("headcount", "40")):
            await types(page, field, text)
        await presses(page, "Save the first version", "Fenmarch")
        assert await page.get_by_text("Saved as version 1.").is_visible()
        await presses(page, "Settings of the force", "Settings of the force")
        await types(page, "name", "Fenmarch Police")
        await types(page, "reason", "its real name")
        await presses(page, "Save the settings", "Settings of the force")
        assert await page.get_by_text("Saved as version 2.").is_visible()
        await page.goto(f"{address}/programme")
        await presses(page, "Load a file", "Load a file")
        current = (await desk_text(page, address)).replace("headcount: 40", "headcount: 41")
        await tab_to(page, "file")
        path = tmp_path / "force.yaml"
        path.write_text(current, encoding="utf-8")
        await page.get_by_label("File").set_input_files(path)
        await with_admins(sqlite_storage, KESTREL, HERON)
        await presses(page, "Show what it would change", "What the file would change")
        await types(page, "reason", "one more")
        await presses(page, "Propose this", "Change 1")
        door.who = HERON
        await page.reload()
        await looks_right(page)
        await tab_to(page, "sure")
        await page.keyboard.press("Space")
        await presses(page, "Approve it and put it in force", "Change 1")
        await page.goto(f"{address}/programme/versions")
        await looks_right(page)
        await presses(page, "Version 1", "Version 1")
        await presses(page, "Go back to this version", "Go back to version 1")
        await page.goto(f"{address}/changes")
        await looks_right(page)
        await page.goto(f"{address}/programme/differences?from=1&to=3")
        await looks_right(page)


async def desk_text(page: Page, address: str) -> str:
    """Return the version in force as the page gives it away."""
    answer = await page.request.get(f"{address}/programme/versions/2/programme.yaml")
    return await answer.text()


async def test_what_is_to_be_corrected_stands_first_and_leads_to_its_field(
    browser: Browser, sqlite_storage: Storage
) -> None:
    application = application_of(sqlite_storage, NamedDoor(), Clock(NOW), "127.0.0.1")
    async with serving(application) as address, page_of(browser) as page:
        with refused(page):
            await page.goto(f"{address}/programme/start")
            await page.get_by_role("button", name="Save the first version").click()
            await page.get_by_role("heading", name="Nothing was saved yet").wait_for()
            await looks_right(page)
            assert await page.evaluate("document.activeElement.id") == "problems"
            await page.locator('.problems a[href="#headcount"]').press("Enter")
            assert await page.evaluate("location.hash") == "#headcount"
            await page.goto(f"{address}/programme/file")
            await page.get_by_label("Or its text").fill("force: [" + "x" * 300)
            await page.get_by_role("button", name="Show what it would change").click()
            await page.get_by_role("heading", name="Nothing was saved yet").wait_for()
            await looks_right(page)
