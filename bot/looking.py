"""Whether a process is alive: the command that containers run each minute, which loads little."""

import asyncio
from argparse import Namespace
from datetime import UTC, datetime

from bot.admin.terminal import say
from bot.core.errors import StandEasyError
from bot.core.vitals import ticked_lately
from config.logs import configure_logs
from config.settings import Settings, read_settings
from storage import demo_mark
from storage.errors import TablesNotCurrent
from storage.last_ticks import look


class NotAlive(StandEasyError):
    """No tick in the last three minutes."""

    hint = "Look at the program's log; it says what stopped it."


def run(given: Namespace) -> None:
    """Run the command; raises what it raises."""
    settings = read_settings()
    configure_logs(settings.log_level)
    refuse_a_demo(settings)
    asyncio.run(health(settings, given))


def utc_now() -> datetime:
    """Return the present moment; that of `bot.wiring` would load the program."""
    return datetime.now(UTC)


async def health(settings: Settings, given: Namespace) -> None:
    """Exit 0 when the program has ticked lately."""
    if not await is_alive(settings, given.process, utc_now()):
        raise NotAlive
    say("ok")


async def is_alive(settings: Settings, process: str | None, now: datetime) -> bool:
    """Whether a process, or any, has ticked in the last three minutes.

    Raises `TablesNotCurrent`, `DatabaseUnavailable` or `AddressNotUsable`.
    """
    looked = await look(settings.database_url.reveal())
    if not looked.is_current:
        raise TablesNotCurrent
    return ticked_lately(looked.ticks, process, now)


def refuse_a_demo(settings: Settings) -> None:
    """Raise where the database, a folder or the keys are a demo's, which lets anybody in."""
    folders = (settings.data, settings.keys, settings.keys.parent)
    demo_mark.refuse_a_demo(settings.database_url.reveal(), folders)
