"""A new force, from an empty folder: `init` answered on a terminal, then everything running.

Commands are programs of their own, `serve` is its parts in this process: both by one clock that
only the test moves. Telegram is the sandbox.
"""

import asyncio
import contextlib
import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from starlette.routing import BaseRoute

from bot import running, wiring
from bot.sandbox.bot_api import bot_api
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving as serving_loopback
from bot.sandbox.telegram_state import TOKEN, Telegram
from bot.web.application import web_application
from bot.web.serving import serving
from bot.web.sign_in.site import Site
from bot.wiring import Assembly, Part
from config.settings import Settings
from tests.read_once import reading_once

ROOT: Final = Path(__file__).resolve().parents[2]
WEDNESDAY: Final = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
FORCE: Final = "Fenmarch Police"
HIDDEN: Final = "bot's token"
TYPED: Final = {
    "What is the force called": FORCE,
    "In which time zone": "",
    HIDDEN: TOKEN,
    "Under which https address": "",
    "Where is the database": "",
}
"""What `init` asks, and what somebody answers who has read no more than the question."""

# `python -m bot`, by the test's clock.
_PROGRAM = """
import runpy, sys
from datetime import datetime
from bot import wiring
now = datetime.fromisoformat(sys.argv.pop(1))
wiring.utc_now = lambda: now
sys.argv[0] = "bot"
runpy.run_module("bot", run_name="__main__")
"""
_PATIENCE = 60.0


def program(*words: str) -> list[str]:
    """Return what runs a command as a program of its own."""
    return [sys.executable, "-c", _PROGRAM, WEDNESDAY.isoformat(), *words]


def environment() -> dict[str, str]:
    """Return what a newcomer's shell has: nothing of ours."""
    plain = {name: text for name, text in os.environ.items() if not name.startswith("STANDEASY_")}
    return plain | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": "1"}


def init_on_a_terminal(folder: Path) -> str:
    """Answer what `init` asks; return what the terminal showed."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    child = subprocess.Popen(
        program("init"),
        cwd=folder,
        env=environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        shown = ""
        for question, answer in TYPED.items():
            shown += _shown_until(ours, question)
            while question == HIDDEN and _echoes(ours):
                # Asked is before hidden, and what is typed in between is thrown away.
                select.select([], [], [], 0.01)
            os.write(ours, f"{answer}\n".encode())
        shown += _shown_until(ours, None)
        assert child.wait(_PATIENCE) == 0, shown
    finally:
        child.kill()
        child.wait()
        os.close(ours)
    return shown


def _echoes(terminal: int) -> bool:
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def _shown_until(terminal: int, text: str | None) -> str:
    """Return what a terminal shows up to a text, or up to its end."""
    shown = ""
    while text is None or text not in shown or not shown.endswith(": "):
        ready, _, _ = select.select([terminal], [], [], _PATIENCE)
        assert ready, f"{text!r} was not asked:\n{shown}"
        try:
            read = os.read(terminal, 4096)
        except OSError:
            read = b""
        if not read:
            assert text is None, f"{text!r} was not asked:\n{shown}"
            break
        shown += read.decode()
    return shown


@dataclass
class NewForce:
    """What runs, and its clock."""

    telegram: Telegram
    folder: Path
    said_by_init: str
    now: datetime = WEDNESDAY
    assembly: Assembly = field(init=False)
    address: str = ""

    def clock(self) -> datetime:
        """Return the time that the test has set."""
        return self.now

    async def tick(self) -> None:
        """Do everything that is due now."""
        await self.assembly.ticker.run_all()

    async def invite_link(self, name: str) -> str:
        """Return the link that a command prints for the first admin."""
        listen = self.address.removeprefix("http://")
        return (await self._command("admin", "invite", "--name", name, listen=listen)).split()[0]

    async def _command(self, *words: str, listen: str) -> str:
        child = await asyncio.create_subprocess_exec(
            *program(*words),
            cwd=self.folder,
            env=environment() | {"STANDEASY_LISTEN": listen},
            stdout=asyncio.subprocess.PIPE,
        )
        shown, _ = await child.communicate()
        assert child.returncode == 0
        return shown.decode()


@contextlib.asynccontextmanager
async def a_new_force(folder: Path) -> AsyncIterator[NewForce]:
    """Set up an empty folder and run what is there while the block runs."""
    said = await asyncio.to_thread(init_on_a_terminal, folder)
    force = NewForce(Telegram(limits=Limits.none()), folder, said)
    async with contextlib.AsyncExitStack() as stack:
        api = await stack.enter_async_context(serving_loopback(bot_api(force.telegram)))
        # Settings name files as seen from the folder in which the program is started.
        stack.enter_context(contextlib.chdir(folder))
        settings = wiring.read_settings({"STANDEASY_TELEGRAM_API": api}, Path(".env"))
        storage = await stack.enter_async_context(wiring.open_storage(settings))
        with reading_once():
            force.assembly = Assembly(settings, tuple(Part), storage, force.clock)
        force.address = await stack.enter_async_context(_pages(force.assembly, settings))
        await stack.enter_async_context(running.ticking(force.assembly))
        await force.assembly.connected.wait()
        yield force


@contextlib.asynccontextmanager
async def _pages(assembly: Assembly, settings: Settings) -> AsyncIterator[str]:
    await assembly.check_content()
    site = Site(settings.public_url, settings.listen.port)
    door = running.staff_door(assembly, site)
    routes: Sequence[BaseRoute] = [
        *assembly.routes(door),
        *running.oversight_routes(assembly, door),
    ]
    application = web_application(
        routes, allowed_hosts=settings.allowed_hosts, on_loopback=not settings.is_secure
    )
    async with serving(application, settings.listen.host, 0) as address:
        site.listens_on(address)
        yield address
