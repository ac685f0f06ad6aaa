"""Officers who had a tough job: a station that asks about it, and what they do there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.workflows import programme
from storage.states import FollowUpKind
from tests.station import Officer, Station, a_station
from tests.workflows.asking import NINETY, THREE, asking

NOTICE = "A message you asked for."
ANSWERS = ("About the same", "Mostly", "Not yet")


@asynccontextmanager
async def a_station_that_asks(database_url: str, folder: Path) -> AsyncIterator[Station]:
    """Run the product with questions after a tough job."""
    async with a_station(database_url, folder) as running:
        # And nothing else: what comes to whoever joined is what they asked for.
        await asks(running, asking(running.programme.model_copy(update={"check_ins": []})))
        yield running


async def one_who_joined(station: Station) -> Officer:
    """Return somebody who has joined: only then there are questions."""
    officer = await station.officer()
    await officer.joins()
    return officer


async def asks(station: Station, document: object) -> None:
    """Load a programme and open its rounds."""
    await programme.load(station.assembly.storage, document, "test", "test", station.clock)  # type: ignore[arg-type]
    await station.assembly.turn_rounds()


async def started(station: Station, officer: Officer) -> datetime:
    """Let an officer ask for the three messages; return when."""
    await officer.says("/tough_job")
    await officer.taps("Ask me in three days")
    await officer.sees("I'll write to you three times:")
    return station.now


async def reaches(station: Station, officer: Officer, kind: FollowUpKind) -> None:
    """Move the clock to when a message comes."""
    before = len(officer.phone.notifications)
    moments = await station.assembly.desk.follow_ups.upcoming(officer.phone.id)
    days = {THREE: 0, NINETY: -1}.get(kind, -2)
    station.now = max(moments[days], station.now)
    # Rounds open and close on the way.
    await station.tick()
    await station.tick()
    assert len(officer.phone.notifications) > before
