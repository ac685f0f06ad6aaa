"""The programme that a command is about: the one in force, or one in a file."""

from dataclasses import dataclass
from pathlib import Path

from bot import wiring
from bot.core.programme import Programme
from bot.wiring import Settings
from bot.workflows import programme

CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A programme and where it came from; `version` is None for a file."""

    programme: Programme
    version: int | None
    path: Path | None


async def choose(settings: Settings, named: str) -> Chosen:
    """Return the programme in force, or the one in the file with this name."""
    if named != CURRENT:
        path = Path(named)
        return Chosen(wiring.read_programme(path, wiring.read_packs(settings)), None, path)
    async with wiring.open_storage(settings) as storage:
        version = await programme.current(storage)
    return Chosen(version.programme, version.version, None)
