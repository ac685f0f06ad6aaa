"""Serve an ASGI application on a free loopback port inside the running event loop.

- Listens on 127.0.0.1 only.
- A request that waits (a long poll, a hang) is told when its connection goes away or the
  server stops, through `closing_bell(scope)`, so stopping never waits for a time-out.
- `drop(scope)` cuts a connection without an answer.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST = "127.0.0.1"
GRACE_SECONDS = 5.0


class Bell:
    """Wakes everybody who waits for it; who starts to wait later waits for the next ring."""

    __slots__ = ("_waiting", "awaited")

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self.awaited = asyncio.Event()
        """Set while somebody waits."""

    def ring(self) -> None:
        """Wake all who wait now."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    @classmethod
    async def first_of(cls, *bells: "Bell", seconds: float | None) -> bool:
        """Wait until one of `bells` rings; False if `seconds` passed instead."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for bell in bells:
            bell._waiting.add(future)
            bell.awaited.set()
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return False
        finally:
            for bell in bells:
                bell._waiting.discard(future)
                if not bell._waiting:
                    bell.awaited.clear()
        return True


class Connection:
    """What a request may know about the connection it came by."""

    __slots__ = ("closed", "closing", "transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.closing = Bell()
        self.closed = False

    def close(self) -> None:
        """Say that no answer can be given any more, or only a short one right now."""
        self.closed = True
        self.closing.ring()


class LoopbackProtocol(H11Protocol):
    """HTTP/1.1 that shows each request its connection."""

    connection: Connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.connection = Connection(transport)
        self.app_state = {**self.app_state, "connection": self.connection}

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.connection.close()

    def shutdown(self) -> None:
        super().shutdown()
        self.connection.close()


class LoopbackServer(uvicorn.Server):
    """A server that leaves signals to its host and stops as soon as it is asked."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.stop = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        # One tick a second keeps the Date header right; the base class polls ten times.
        self.ready.set()
        while not self.stop.is_set():
            await self.on_tick(0)
            try:
                async with asyncio.timeout(1.0):
                    await self.stop.wait()
            except TimeoutError:
                continue

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        tasks = set(self.server_state.tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        # Whoever keeps an idle connection open is not waited for.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)
        for server in self.servers:
            await server.wait_closed()
        await self.lifespan.shutdown()


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve `app` while the block runs; gives the address, such as http://127.0.0.1:40123."""
    # Named as TCP: asyncio switches Nagle's algorithm off only where the protocol says so, and
    # with it every answer of two parts would wait 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        config = uvicorn.Config(
            app,
            http=LoopbackProtocol,
            ws="none",
            loop="none",
            lifespan="auto",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
        )
        server = LoopbackServer(config)
        serve = asyncio.create_task(server.serve(sockets=[listener]))
        ready = asyncio.create_task(server.ready.wait())
        try:
            await asyncio.wait({serve, ready}, return_when=asyncio.FIRST_COMPLETED)
            if serve.done():
                serve.result()
                raise OSError("The server stopped before it had started.")
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            ready.cancel()
            server.stop.set()
            await serve
    finally:
        listener.close()


_NEVER = Bell()


def connection_of(scope: Scope) -> Connection | None:
    """The connection of a request, if `serving` carries it."""
    state: dict[str, Any] = scope.get("state", {})
    found = state.get("connection")
    return found if isinstance(found, Connection) else None


def closing_bell(scope: Scope) -> Bell:
    """Rings when the request's client has gone or the server is stopping."""
    connection = connection_of(scope)
    return connection.closing if connection else _NEVER


def is_closing(scope: Scope) -> bool:
    """Whether the bell has rung already: a waiting request asks before it starts to wait."""
    connection = connection_of(scope)
    return connection is not None and connection.closed


async def drop(scope: Scope, receive: Receive) -> None:
    """Cut the connection without an answer, as a network does."""
    connection = connection_of(scope)
    if connection is not None:
        connection.transport.abort()
    # The server must have noticed before the application returns, or it would answer 500.
    while (await receive())["type"] != "http.disconnect":
        continue
