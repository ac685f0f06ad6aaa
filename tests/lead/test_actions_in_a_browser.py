"""Acting on results in a real browser: any width, no script, axe-core content.

With the keyboard alone it is done in test_a_month_in_a_browser.py.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot import wiring
from bot.core.access import Visitor
from bot.core.languages import Tongues
from bot.lead.actions_reply import reply_routes
from bot.officer.check_in_screens import finding_lines
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows.actions import Actions
from bot.workflows.replies import Finding
from config.translations import load_translations
from tests.browsers import NARROW, browser, page_of, refused
from tests.core.evaluation.history import releases_of
from tests.lead.acting import HISTORY, InventedReports
from tests.lead.keyboard import looks_right
from tests.workflows.office import an_office

__all__ = ["browser"]

pytestmark = pytest.mark.browser

REPLY = "/results/weekly-03/groups/3/reply"
CARS = 3


class InventedReplies:
    """Keeps replies where the database would."""

    def __init__(self, reports: InventedReports) -> None:
        self._reports = reports
        self.kept: dict[tuple[str, str], Mapping[str, str]] = {}

    async def preview(
        self, round_id: str, group_id: str, scale_id: str, lines: Mapping[str, str]
    ) -> Finding:
        """Return the finding as the newest release has it."""
        newest = (await self._reports.releases())[-1]
        group = next(each for each in newest.groups if each.id == group_id)
        scale = group.scales[scale_id]
        texts = next(each for each in newest.document["scales"] if each["id"] == scale_id)
        assert scale is not None
        share = scale.bands[0]
        return Finding(group.name, frozenset(), texts["title"], texts["low"], share, lines)

    async def add(
        self, round_id: str, group_id: str, scale_id: str, lines: Mapping[str, str], by: Visitor
    ) -> int:
        """Keep a reply."""
        self.kept[group_id, scale_id] = lines
        return len(self.kept)

    async def current(self, round_id: str) -> dict[tuple[str, str], Mapping[str, str]]:
        """Return what is kept."""
        return self.kept


@asynccontextmanager
async def acting(database_url: str, folder: Path) -> AsyncIterator[tuple[str, Actions]]:
    """The pages over real HTTP, and the desk behind them."""
    async with an_office(database_url, folder, keys=False) as office:
        reports = InventedReports(releases_of(HISTORY))
        tongues = Tongues(load_translations())

        def shown_to(finding: Finding, language: str) -> str:
            return "\n".join(finding_lines(tongues.of(language), finding))

        languages = [(tongue.language, tongue.name) for tongue in tongues.known()]
        invented = reply_routes(InventedReplies(reports), reports, OpenDoor(), shown_to, languages)
        real = wiring.acting_routes(office.storage, office.clock, reports, OpenDoor())
        application = web_application(
            [*invented, *real], allowed_hosts=["127.0.0.1"], on_loopback=True
        )
        async with serving(application) as address:
            yield address, Actions(office.storage, office.clock, reports)


async def test_a_page_with_something_to_correct_begins_with_what_it_is(
    browser: Browser, sqlite_database: str, tmp_path: Path
) -> None:
    async with (
        acting(sqlite_database, tmp_path) as (address, _),
        page_of(browser, width=320, colour_scheme="dark") as page,
    ):
        with refused(page):
            await page.goto(f"{address}/actions/new")
            await page.get_by_label("What is done").fill("x" * 201)
            await page.get_by_role("button", name="Record this action").click()
            await page.get_by_role("heading", name="Nothing was stored yet").wait_for()
            await looks_right(page)
            focused = "document.activeElement.id"
            assert await page.evaluate(focused) == "problems"
            for field in ("what", "scale", "groups"):
                await page.locator(f'.problems a[href="#{field}"]').press("Enter")
                assert await page.evaluate("location.hash") == f"#{field}"
            await page.locator('.problems a[href="#what"]').press("Enter")
            await page.keyboard.press("Control+A")
            assert await page.get_by_label("What is done").input_value() == "x" * 201
            await page.goto(f"{address}{REPLY}")
            await page.get_by_role("button", name="Show what officers will see").click()
            await page.get_by_role("heading", name="Nothing was stored yet").wait_for()
            await looks_right(page)


async def test_a_reply_is_looked_at_and_sent_without_a_script(
    browser: Browser, sqlite_database: str, tmp_path: Path
) -> None:
    async with (
        acting(sqlite_database, tmp_path) as (address, _),
        page_of(browser, javascript=False) as page,
        page_of(browser, width=NARROW, colour_scheme="dark") as scripted,
    ):
        await page.goto(f"{address}{REPLY}")
        await page.get_by_label("Workload").check()
        await page.get_by_label("in English").fill("Two more cars from January.")
        await page.get_by_label("in Cymraeg").fill("Dau gar arall o fis Ionawr.")
        await page.get_by_role("button", name="Show what officers will see").press("Enter")
        preview = page.get_by_role("region", name="What officers will see")
        assert await preview.get_by_text("We did: Two more cars from January.").is_visible()
        assert await preview.get_by_text("Dau gar arall o fis Ionawr.").is_visible()
        await page.get_by_role("button", name="Send it to officers").press("Enter")
        await page.get_by_text("It is sent.").wait_for()
        await scripted.goto(f"{address}{REPLY}")
        await scripted.get_by_role("heading", name="What officers see now").wait_for()
        await looks_right(scripted)
        await scripted.get_by_label("Workload").check()
        await scripted.get_by_label("in English").fill("Three more cars.")
        await scripted.get_by_role("button", name="Show what officers will see").click()
        await scripted.get_by_role("button", name="Send it to officers").wait_for()
        await looks_right(scripted)
