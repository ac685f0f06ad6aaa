"""Starting and asking child processes of a benchmark."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class SandboxChild:
    """The sandbox in its own process."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self._process = process
        self.address = address

    async def ask(self, **what: Any) -> dict[str, Any]:
        """Send one command and return its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        await self._process.stdin.drain()
        answer: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return answer


@asynccontextmanager
async def a_sandbox(*, limits: bool = False) -> AsyncIterator[SandboxChild]:
    """Run the sandbox in a child process while the block runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.sandbox_child",
        *(["--limits"] if limits else []),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        address = json.loads(await process.stdout.readline())["address"]
        yield SandboxChild(process, address)
    finally:
        process.stdin.close()
        await process.wait()
