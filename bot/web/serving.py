"""Serving an application in the running event loop, and stopping it cleanly."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.core.errors import StandEasyError


class WebServer(uvicorn.Server):
    """A server that leaves signals to the program around it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serving(application: ASGIApp, host: str, port: int) -> AsyncIterator[str]:
    """Serve an application until the block ends; yields the address it is reached at."""
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        # Access logs would hold addresses, one-time links and the times of taps.
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=5,
    )
    server = WebServer(config)
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if task.done():
                await task
                raise PortTaken(host=host, port=port)
            await asyncio.sleep(0.01)
        bound = server.servers[0].sockets[0].getsockname()
        yield f"http://{'localhost' if host == 'localhost' else bound[0]}:{bound[1]}"
    finally:
        server.should_exit = True
        await task


class PortTaken(StandEasyError):
    """Nothing can listen on {host}:{port}: expected a free port."""

    hint = "Stop the other program, or set STANDEASY_LISTEN to another port."
