"""A station in which officers can start check-ins by themselves."""

from bot.workflows import programme
from tests.station import Station
from tests.workflows.office import at
from tests.workflows.starting import starting


async def opens(station: Station, *instruments: str) -> None:
    """Open a round that invites nobody for each of these instruments."""
    document = starting(*instruments)
    storage = station.assembly.storage
    await programme.load(storage, document, "test", "test", station.clock)
    station.programme = document
    station.now = at(0, 9)
    await station.assembly.count()
    await station.tick()
