"""A lead who acts on results: a browser before invented releases and a real database."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx

from bot import wiring
from bot.core.disclosure.release import Release
from bot.web.application import web_application
from bot.web.sign_in import EVERYBODY, Door, OpenDoor
from bot.workflows.report import Reports, Results
from storage import audit
from storage.engine import Storage
from tests.core.evaluation.history import CHECK_IN, FIRST_DAY, MONTH, Shown, low, releases_of
from tests.workflows.office import an_office

BEGINS = FIRST_DAY + 2 * MONTH
HISTORY: Mapping[str, Sequence[Shown]] = {
    "force": low((20, 30), (20, 30), (20, 30), (20, 30), people=(100, None)),
    "department:roads": low(None, None, None, None),
    "unit:cars": low((60, 80), (60, 80), (20, 40), (20, 40)),
    "unit:bikes": low((60, 80), (60, 80), (60, 80), (60, 80)),
    "unit:quay": low(None, None, None, None),
}
GOOD = {
    "check_in": CHECK_IN,
    "what": "Two more cars on nights.",
    "scale": "workload",
    "groups": ["unit:cars"],
    "day": BEGINS.isoformat(),
}


class InventedReports(Reports):
    """Releases that the test wrote down, where the stored ones are read."""

    def __init__(self, releases: Sequence[Release]) -> None:
        self.found = tuple(releases)
        self.error: Exception | None = None

    async def releases(self) -> tuple[Release, ...]:
        """Return them, oldest first."""
        if self.error is not None:
            raise self.error
        return self.found

    async def results(self) -> Results:
        """Return them, newest first."""
        return Results("Fenmarch", (), tuple(reversed(await self.releases())))


@dataclass
class Lead:
    """A lead's browser, and what it stands before."""

    client: httpx.AsyncClient
    reports: InventedReports
    storage: Storage

    async def get(self, path: str, status: int = 200) -> str:
        """Open a page and return what can be read of it, tags included."""
        answer = await self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    async def post(self, path: str, **fields: object) -> httpx.Response:
        """Send a page's form."""
        return await self.client.post(path, data=fields)

    async def recorded(self, **changes: object) -> httpx.Response:
        """Record an action."""
        return await self.post("/actions/new", **{**GOOD, **changes})

    async def acts(self) -> list[str]:
        """Return what leads did, by the audit trail."""
        async with self.storage.read("look") as tx:
            trail = await audit.all(tx)
        return [each.entry.act for each in trail if each.entry.actor == EVERYBODY.name]


@asynccontextmanager
async def a_lead(
    database_url: str,
    folder: Path,
    releases: Sequence[Release] | None = None,
    door: Door | None = None,
) -> AsyncIterator[Lead]:
    """A lead before these releases, and a real database."""
    async with an_office(database_url, folder, keys=False) as office:
        reports = InventedReports(releases_of(HISTORY) if releases is None else releases)
        routes = wiring.acting_routes(office.storage, office.clock, reports, door or OpenDoor())
        application = web_application(routes, allowed_hosts=["results.example"], on_loopback=True)
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://results.example"
        ) as client:
            yield Lead(client, reports, office.storage)


def words(page: str) -> str:
    """What a person reads of a page."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub("<[^>]*>", " ", main)).split())
