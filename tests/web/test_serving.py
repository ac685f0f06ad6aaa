"""Serving: at a port of its own, and with one line when the port is somebody else's."""

import socket

import httpx
import pytest

from bot.web.application import web_application
from bot.web.serving import PortTaken, serving

APPLICATION = web_application([], allowed_hosts=["127.0.0.1", "[::1]"], on_loopback=True)


async def test_an_application_is_served_until_the_block_ends() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        async with serving(APPLICATION, "127.0.0.1", 0) as address:
            assert (await client.get(f"{address}/healthz")).text == "ok"
        with pytest.raises(httpx.TransportError):
            await client.get(f"{address}/healthz")


async def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as raised:
            async with serving(APPLICATION, "127.0.0.1", port):
                pass
    assert str(raised.value) == f"Nothing can listen on 127.0.0.1:{port}: expected a free port."
    assert "STANDEASY_LISTEN" in raised.value.hint
    assert raised.value.__cause__ is None


async def test_a_port_is_free_again_after_serving() -> None:
    async with serving(APPLICATION, "127.0.0.1", 0) as address:
        port = int(address.rsplit(":", 1)[1])
    async with serving(APPLICATION, "127.0.0.1", port) as again:
        assert again == address
