"""Pages of public figures: ε wherever they are, what is not shown, and nothing that is damaged."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser

from bot.admin.listing import figures_as_text
from bot.core.disclosure.engine import RoundFacts
from bot.core.disclosure.public_figures import DamagedFigures, PublicFigures, draw_figures
from bot.core.responses import encode
from bot.core.tabulation import Tabulator
from bot.lead.public_figures import GROUPS, figure_routes
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in import Door, OpenDoor
from bot.web.words import NOT_VALIDATED
from bot.workflows.public_figures import Drawn
from tests.browsers import WIDE, browser, overflows, page_of
from tests.core.builders import a_response, units_of
from tests.lead.results import pulse
from tests.web.doors import a_door

__all__ = ["browser"]

ROUND = "weekly-pulse-2026-11-16"


def invented(round_id: str = ROUND, people: int = 400, epsilon: int = 1000) -> PublicFigures:
    """Two departments, one of which is small; the noise adds nothing."""
    asked, tabulator = pulse(), Tabulator(pulse())
    for team, answering in (("east0", people), ("west0", 120)):
        for person in range(answering):
            answers = [((person + place) % 5,) for place in range(len(asked.items))]
            tabulator.add(encode(a_response(asked, team, answers, 0), asked))
    about = RoundFacts(
        round_id, "pulse", asked.title, date(2026, 11, 16), date(2026, 12, 14), programme_version=1
    )
    units = units_of(east=[(600, 9)], west=[(200, 9)])
    drawn = draw_figures(
        tabulator.table(),
        units,
        about,
        prompts=1,
        epsilon=epsilon,
        year=2026,
        noise=lambda counts, scale: list(counts),
    )
    assert drawn is not None
    return drawn


class InventedFigures:
    """Stands where the database would be."""

    def __init__(self, figures: Sequence[PublicFigures] = (), *, damaged: bool = False) -> None:
        self.figures, self.damaged = tuple(figures), damaged

    async def all(self) -> Drawn:
        """Return what was invented."""
        if self.damaged:
            raise DamagedFigures(round=ROUND)
        used = sum(each.epsilon for each in self.figures)
        return Drawn(self.figures, ((2026, used),) if self.figures else ())


@asynccontextmanager
async def reading(
    figures: InventedFigures, door: Door | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A lead's browser before these figures."""
    application = web_application(
        figure_routes(figures, door or OpenDoor()),
        allowed_hosts=["results.example"],
        on_loopback=True,
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://results.example") as client:
        yield client


async def test_before_there_are_any_the_page_says_how_they_come() -> None:
    async with reading(InventedFigures()) as client:
        page = (await client.get("/public-figures")).text
    assert "There are none yet." in page
    assert "<table" not in page


async def test_every_round_stands_with_its_epsilon_and_the_year_with_its_sum() -> None:
    both = InventedFigures([invented("second", epsilon=500), invented("first", epsilon=250)])
    async with reading(both) as client:
        page = (await client.get("/public-figures")).text
        assert page.index("/public-figures/second") < page.index("/public-figures/first")
        for epsilon in ("ε = 0.5<", "ε = 0.25<", "ε = 0.75, all rounds of the year together"):
            assert epsilon in page
        one = (await client.get("/public-figures/second")).text
    assert "Privacy loss of these figures: ε&nbsp;=&nbsp;0.5." in one
    assert "All public figures of 2026 so far: ε&nbsp;=&nbsp;0.75." in one


async def test_a_page_shows_what_was_stored_and_says_what_it_does_not_promise() -> None:
    figures = invented()
    async with reading(InventedFigures([figures])) as client:
        page = (await client.get(f"/public-figures/{ROUND}")).text
        stored = await client.get(f"/public-figures/{ROUND}/figures.json")
    assert stored.content == figures.content
    assert stored.headers["content-type"] == "application/json"
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    said = [(name, re.sub(r"<[^>]+>", "", text).replace("&nbsp;", " ")) for name, text in found]
    written = []
    for scale in figures.document["scales"]:
        for group in figures.document["groups"]:
            shown = group["scales"][scale["id"]]
            text = "Not shown: fewer than 100 people are sure, or the noise is too large."
            if shown is not None:
                shares = [f"{scale[each]['en']} {shown[each]} %" for each in GROUPS]
                text = f"{' · '.join(shares)}; each may be off by {shown['points_off']} points"
            written.append((group["name"], text))
    assert said == written
    # The small department is hidden, the others are not; supervision is not there at all.
    assert len(written) == 4 * 3
    assert sum(text.startswith("Not shown") for _, text in written) == 4
    assert "Give these figures or the bands, not both." in page
    assert NOT_VALIDATED in page
    assert "Weekly pulse: 16 November to 14 December 2026" in page


async def test_an_unknown_round_and_damaged_figures_have_a_page_of_their_own() -> None:
    async with reading(InventedFigures([invented()])) as client:
        for path in ("/public-figures/nothing", "/public-figures/nothing/figures.json"):
            assert (await client.get(path)).status_code == 404
    async with reading(InventedFigures(damaged=True)) as client:
        for path in ("", f"/{ROUND}", f"/{ROUND}/figures.json"):
            answer = await client.get(f"/public-figures{path}")
            assert answer.status_code == 503
            assert "The public figures cannot be shown now" in answer.text


async def test_nobody_reads_them_without_the_key_to_the_door() -> None:
    async with reading(InventedFigures([invented()]), a_door()) as client:
        for path in ("", f"/{ROUND}", f"/{ROUND}/figures.json"):
            answer = await client.get(f"/public-figures{path}")
            assert answer.status_code == 303
            assert ROUND not in answer.text


def test_the_command_lists_them_with_what_they_used() -> None:
    assert figures_as_text(Drawn((), ())) == "No public figures yet."
    text = figures_as_text(Drawn((invented(epsilon=250),), ((2026, 250),)))
    assert [line.split() for line in text.splitlines()] == [
        ["ROUND", "YEAR", "EPSILON"],
        [ROUND, "2026", "0.25"],
        ["all", "2026", "0.25"],
    ]


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, WIDE])
async def test_the_pages_fit_and_can_be_read_by_everybody(browser: Browser, width: int) -> None:
    application = web_application(
        figure_routes(InventedFigures([invented()]), OpenDoor()),
        allowed_hosts=["127.0.0.1"],
        on_loopback=True,
    )
    async with serving(application) as address, page_of(browser, width=width) as page:
        for path in ("/public-figures", f"/public-figures/{ROUND}"):
            await page.goto(address + path)
            assert await overflows(page) == 0
            found = await Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
