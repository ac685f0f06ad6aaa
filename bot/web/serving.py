"""Serving an application in the running event loop, and stopping it cleanly."""

import asyncio
import socket
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
    # Bound here, because the server itself would end the whole program on a taken port.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError:
        raise PortTaken(host=host, port=port) from None
    config = uvicorn.Config(
        application,
        # Access logs would hold addresses, one-time links and the times of taps.
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=5,
    )
    server = WebServer(config)
    # It accepts from here on: whoever comes early waits in the queue of the socket.
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


class PortTaken(StandEasyError):
    """Nothing can listen on {host}:{port}: expected a free port."""

    hint = "Stop the other program, or set STANDEASY_LISTEN to another port."
