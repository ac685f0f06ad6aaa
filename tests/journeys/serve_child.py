"""The product in a process of its own, for tests that kill it.

Orders come on standard input, one a line: `start` serves until killed. Serving is forked off
a process that has everything loaded, so that being killed twenty times takes seconds. Its
clock is a file that the test writes; SIGUSR1 makes it do what is due at once.
"""

import asyncio
import gc
import json
import os
import signal
import ssl
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path

from bot import running, wiring
from bot.wiring import Assembly, Part
from storage.migrate import _heads
from tests.read_once import reading_once

LOADED_LATER = (
    *("anyio._backends._asyncio", "apscheduler.executors.asyncio", "babel.numbers", "httpcore"),
    "cryptography.hazmat.backends.openssl.backend",
)
"""What each serving would load by and by, anew."""

UP, TICKED, STARTED, ENDED = "up", "ticked", "started", "ended"


def say(word: str) -> None:
    """Tell the test where this process stands."""
    # One write: a line is whole even when the process dies the next moment.
    os.write(sys.stdout.fileno(), f"{word}\n".encode())


async def serve(environment: Mapping[str, str], clock: Path, parts: tuple[Part, ...]) -> None:
    """Run parts as `python -m bot` does, by the test's clock."""
    settings = wiring.read_settings(environment, None)
    wiring.configure_logs(settings.log_level)
    due = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, due.set)
    async with wiring.open_storage(settings) as storage:
        assembly = Assembly(
            settings, parts, storage, lambda: datetime.fromisoformat(clock.read_text())
        )
        async with running.ticking(assembly):
            say(UP)
            while True:
                await due.wait()
                due.clear()
                await assembly.ticker.run_all()
                say(TICKED)


def main() -> None:
    """Serve once per order, and tell when each serving ended."""
    environment, clock, parts = sys.argv[1:]
    with reading_once():
        read_everything()
        serve_each(environment, clock, parts)


def read_everything() -> None:
    """Read before the first order what every start reads: content, steps of the database."""
    for name in LOADED_LATER:
        import_module(name)
    wiring.instruments_by_key()
    wiring.national_support()  # type: ignore[attr-defined] # as an assembly calls it
    wiring.load_translations()  # type: ignore[attr-defined]
    ssl.create_default_context()
    _heads()
    # What is loaded stays: no serving looks for rubbish among it.
    gc.freeze()


def serve_each(environment: str, clock: str, parts: str) -> None:
    """Fork once per order."""
    for _ in sys.stdin:
        process = os.fork()
        if process == 0:
            chosen = tuple(Part(part) for part in parts.split(","))
            asyncio.run(serve(json.loads(environment), Path(clock), chosen))
            os._exit(1)
        say(f"{STARTED} {process}")
        os.waitpid(process, 0)
        say(ENDED)


if __name__ == "__main__":
    main()
