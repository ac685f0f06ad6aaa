"""The test's end of a process of the product: start it, move its clock, kill it anywhere.

Where it is killed is told by the calls it makes: a `Door` stands before the sandbox and
kills at the n-th call, before or after it is carried out, or a few milliseconds later.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.wiring import Part
from tests.journeys import serve_child

ROOT = Path(__file__).parents[2]
_ZYGOTE = """
import gc
gc.disable()
from tests.journeys import serve_child
gc.enable()
serve_child.main()
"""
"""Looks for no rubbish while everything is loaded."""

LAPSE = timedelta(minutes=3)
"""Longer than a claim on a delivery holds."""


class Child:
    """One process of the product at a time."""

    def __init__(self, zygote: asyncio.subprocess.Process, clock: Path) -> None:
        self._zygote = zygote
        self._clock = clock
        self._process: int | None = None
        self._words: asyncio.Queue[str] = asyncio.Queue()
        self.kills = 0
        self.fell = asyncio.Event()
        """Set when the process was killed, until it is started again."""

    @property
    def now(self) -> datetime:
        """What time the process takes it to be."""
        return datetime.fromisoformat(self._clock.read_text())

    def move_to(self, moment: datetime) -> None:
        """Set the clock; the process may read it at any moment, so it changes at once."""
        new = self._clock.with_suffix(".new")
        new.write_text(moment.isoformat())
        new.replace(self._clock)

    async def start(self, until: str = serve_child.UP) -> None:
        """Start the process, up to a word it says."""
        assert self._zygote.stdin is not None
        self.fell.clear()
        self._zygote.stdin.write(b"start\n")
        word = await self.hears(serve_child.STARTED)
        self._process = int(word.split()[1])
        if until != serve_child.STARTED:
            await self.hears(until)

    def tick(self) -> None:
        """Make the process do what is due now."""
        if self._process is not None:
            os.kill(self._process, signal.SIGUSR1)

    async def has_ticked(self) -> None:
        """Make the process do what is due now, and wait until it is done."""
        self.tick()
        await self.hears(serve_child.TICKED)

    def kill(self) -> None:
        """Kill the process at whatever it is doing."""
        if self._process is None:
            return
        # It cannot be another's number: whoever waits for it does so only after this.
        os.kill(self._process, signal.SIGKILL)
        self._process = None
        self.kills += 1
        self.fell.set()

    async def has_ended(self) -> None:
        """Wait until a killed process is gone."""
        await self.hears(serve_child.ENDED)

    async def hears(self, word: str) -> str:
        """Wait for a word of the process; fails when it ended instead."""
        while True:
            async with asyncio.timeout(20):
                said = await self._words.get()
            if said.startswith(word):
                return said
            assert said != serve_child.ENDED, "the process ended by itself; see its log"

    async def listen(self) -> None:
        """Take in what the process says."""
        assert self._zygote.stdout is not None
        async for line in self._zygote.stdout:
            self._words.put_nowait(line.decode().strip())


@asynccontextmanager
async def a_child(
    environment: dict[str, str],
    folder: Path,
    at: datetime,
    parts: Sequence[Part] = tuple(Part),
) -> AsyncIterator[Child]:
    """Have a process ready to start; its log is `folder / "log"`. It ends with the block."""
    clock = folder / "clock"
    with (folder / "log").open("ab") as log:
        zygote = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", _ZYGOTE),
            *(json.dumps(environment), str(clock), ",".join(parts)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    child = Child(zygote, clock)
    child.move_to(at)
    listening = asyncio.create_task(child.listen())
    try:
        yield child
    finally:
        child.kill()
        assert zygote.stdin is not None
        zygote.stdin.close()
        with suppress(ConnectionError):
            await zygote.stdin.wait_closed()
        await zygote.wait()
        await listening


class Moment(Enum):
    """When a kill happens, seen from the call that sets it off."""

    BEFORE = auto()
    """The call has left the process, and nothing is carried out yet."""
    AFTER = auto()
    """The call is carried out, and its answer may have reached the process or not."""
    LATER = auto()
    """The process went on for some milliseconds."""


@dataclass
class Trap:
    """Something that happens at the n-th call of some methods."""

    methods: frozenset[str]
    left: int
    moment: Moment
    act: Callable[[], None]
    seconds: float = 0


@dataclass
class Door:
    """Stands before the sandbox, keeps what was asked of it, and springs traps."""

    inner: ASGIApp
    traps: list[Trap] = field(default_factory=list)
    requests: list[tuple[str, bytes]] = field(default_factory=list)
    """Path and body of every request, in order."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or spring the trap it steps on."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        trap = self._sprung(scope["path"].rsplit("/", 1)[1])
        body = b""

        async def noting() -> dict[str, object]:
            nonlocal body
            message = await receive()
            body += message.get("body", b"")
            return dict(message)

        if trap is not None and trap.moment is Moment.BEFORE:
            trap.act()
        await self.inner(scope, noting, send)
        self.requests.append((f"{scope['path']}?{scope['query_string'].decode()}", body))
        if trap is not None and trap.moment is Moment.AFTER:
            trap.act()
        if trap is not None and trap.moment is Moment.LATER:
            asyncio.get_running_loop().call_later(trap.seconds, trap.act)

    def _sprung(self, method: str) -> Trap | None:
        for trap in self.traps:
            if method in trap.methods:
                trap.left -= 1
                if trap.left == 0:
                    self.traps.remove(trap)
                    return trap
        return None
