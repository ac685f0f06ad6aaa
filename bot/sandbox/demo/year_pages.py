"""The lead's pages over an invented year, beside the demo: a database and a port of their own.

The demo itself begins before the first result, as a force does. Whoever wants to see the report
in use opens this; it is made the first time somebody asks.
"""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import date, datetime, time
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot import wiring
from bot.core.calendar import instant, plan_on
from bot.core.programme import Programme
from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.sandbox.demo.invented_year import invented_year
from bot.sandbox.demo.remembering import remember
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows import programme, report
from storage import demo_mark
from storage.engine import Storage

MORNING = time(9, 0)


class YearPages:
    """Leads on to the pages of an invented year."""

    def __init__(self, folder: Path, real: Callable[[], datetime] = wiring.utc_now) -> None:
        self._folder, self._real = folder / "year", real
        self._open = AsyncExitStack()
        self._address = ""
        self._turn = asyncio.Lock()
        self.routes: list[BaseRoute] = [Route("/year", self.lead_on, methods=["GET"])]

    async def lead_on(self, request: Request) -> Response:
        """GET /year: make the year, the first time, and lead on to its results."""
        async with self._turn:
            if not self._address:
                self._address = await self._serve()
        return RedirectResponse(f"{self._address}/results")

    async def close(self) -> None:
        """Stop serving."""
        await self._open.aclose()

    async def _serve(self) -> str:
        force = wiring.read_programme(wiring.example_programme_path())
        until = last_day_of_a_round(force, self._real().date())
        past = await asyncio.to_thread(invented_year, force, wiring.instruments_by_key(), until)
        moment = instant(until, MORNING, force.force.timezone)

        def now() -> datetime:
            return moment

        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        database = self._folder / demo_mark.DATABASE
        demo_mark.mark(database)
        url = f"sqlite+aiosqlite:///{database}"
        await wiring.migrate(url)
        storage = Storage(url)
        self._open.push_async_callback(storage.close)
        await programme.load(storage, force, "demo", "an invented year", now)
        await remember(storage, past, force.force.timezone)
        reports = report.Reports(storage, now)
        door = OpenDoor()
        application = web_application(
            [
                *export_routes(reports, door),
                *lead_routes(reports, door),
                *wiring.acting_routes(storage, now, reports, door),
            ],
            allowed_hosts=["127.0.0.1", "localhost"],
            on_loopback=True,
        )
        return await self._open.enter_async_context(serving(application))


def last_day_of_a_round(force: Programme, today: date) -> date:
    """Return the day on which the newest round of the first check-in closed."""
    plan = plan_on(force.check_ins[0], today)
    return today if plan is None else plan.opens_on
