"""The `sandbox` command as a process of its own, and the server beneath it."""

import asyncio
import signal
import socket
import sys

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.loopback import Bell, serving
from tests.sandbox.conftest import PLAIN


async def test_the_command_prints_what_a_bot_needs_and_stops_when_asked() -> None:
    program = (
        "import asyncio\nfrom bot.sandbox.serve import run_sandbox\nasyncio.run(run_sandbox(0))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-c", program, stdout=-1, stderr=-1
    )
    assert process.stdout is not None
    printed = [(await process.stdout.readline()).decode().strip() for _ in range(3)]
    address = printed[1].removeprefix("STANDEASY_TELEGRAM_API=")
    token = printed[2].removeprefix("STANDEASY_TELEGRAM_TOKEN=")
    assert printed[0] == f"Phones: {address}/phones"
    async with httpx.AsyncClient(**PLAIN) as client:
        assert (await client.get(f"{address}/bot{token}/getMe")).json()["ok"]
    process.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert errors == b""


async def test_the_server_listens_on_loopback_and_lets_go_of_its_port() -> None:
    async def hello(request: Request) -> Response:
        return PlainTextResponse("hello")

    app = Starlette(routes=[Route("/", hello)])
    async with httpx.AsyncClient(**PLAIN) as client:
        async with serving(app) as address:
            assert address.startswith("http://127.0.0.1:")
            assert (await client.get(address)).text == "hello"
        port = int(address.rsplit(":", 1)[1])
        async with serving(app, port) as again:
            assert again == address
            assert (await client.get(again)).text == "hello"


async def test_a_taken_port_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            async with serving(Starlette(), taken.getsockname()[1]):
                raise AssertionError("It must not start.")


async def test_a_bell_wakes_all_who_wait_and_nobody_later() -> None:
    bell, other = Bell(), Bell()
    waiting = [asyncio.create_task(Bell.first_of(bell, other, seconds=None)) for _ in range(3)]
    await bell.awaited.wait()
    await asyncio.sleep(0)
    bell.ring()
    assert await asyncio.gather(*waiting) == [True] * 3
    assert not await Bell.first_of(bell, seconds=0)
