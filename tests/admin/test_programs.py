"""Commands in a process of their own: what they print, what they answer, and how they stop."""

import asyncio
import os
import re
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot import wiring
from bot.core.access import Role
from bot.sandbox.bot_api import bot_api
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import TOKEN, Telegram
from bot.sealing.process_keys import make_officer_keys
from bot.workflows import programme
from storage.engine import Storage
from tests.programmes import the_example
from tests.web.doors import joins

ROOT = Path(__file__).resolve().parents[2]
LONG_ENOUGH = 60
"""Seconds after which a command counts as stuck."""

Ran = tuple[int, str, str]
"""Exit code, standard output, standard error."""


class Program:
    """A command that runs until it is told to stop."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> str:
        """Return its next line of results."""
        assert self._process.stdout is not None
        async with asyncio.timeout(LONG_ENOUGH):
            line = await self._process.stdout.readline()
        if not line:
            _, other = await self._process.communicate()
            raise AssertionError(f"it ended: {other.decode()}")
        return line.decode().rstrip("\n")

    async def stops(self, number: signal.Signals = signal.SIGTERM) -> Ran:
        """Tell it to stop; return what it left."""
        self._process.send_signal(number)
        return await self.ends()

    async def ends(self) -> Ran:
        """Wait for its end; return what it left."""
        async with asyncio.timeout(LONG_ENOUGH):
            shown, other = await self._process.communicate()
        assert self._process.returncode is not None
        return self._process.returncode, shown.decode(), other.decode()

    def kill(self) -> None:
        """End it if it still runs."""
        if self._process.returncode is None:
            self._process.kill()


@asynccontextmanager
async def program(folder: Path, *words: str, **settings: str) -> AsyncIterator[Program]:
    """Run `python -m bot` in a folder with these settings alone."""
    environment = {name: value for name, value in os.environ.items() if "STANDEASY" not in name}
    environment |= {f"STANDEASY_{name.upper()}": value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    running = Program(process)
    try:
        yield running
    finally:
        running.kill()
        await process.wait()


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[Telegram, str]]:
    """A Telegram for a bot of another process, and its address."""
    played = Telegram(limits=Limits.none())
    async with serving(bot_api(played)) as address:
        yield played, address
        await played.close()


async def get(address: str) -> httpx.Response:
    """Fetch a page."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(address)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_serve_says_where_to_sign_in_answers_and_stops_cleanly(
    telegram: tuple[Telegram, str], sqlite_database: str, tmp_path: Path, number: signal.Signals
) -> None:
    played, api = telegram
    make_officer_keys(tmp_path / "data" / "keys", secrets.token_bytes)
    async with program(
        tmp_path,
        "serve",
        telegram_token=TOKEN,
        telegram_api=api,
        database_url=sqlite_database,
        listen="127.0.0.1:0",
        log_level="DEBUG",
    ) as running:
        said = re.fullmatch(r"Sign in: (http://localhost:(\d+))/sign-in", await running.line())
        assert said
        address = f"http://127.0.0.1:{said[2]}"
        assert (await get(f"{address}/healthz")).text == "ok"
        assert (await get(f"{address}/results")).headers["Location"] == "/sign-in?to=/results"
        async with httpx.AsyncClient(trust_env=False, base_url=address) as browser:
            await joins(sqlite_database, browser, said[1], Role.LEAD)
            assert (await browser.get("/results")).status_code == 200
            cookie = browser.cookies["session"]
        async with asyncio.timeout(LONG_ENOUGH):
            await played.updates.polled.wait()
        phone = Phone(played)
        await phone.send("I can't go on")
        await phone.wait_for_text("call 999")
        code, shown, other = await running.stops(number)
    assert (code, shown) == (0, "")
    assert "Traceback" not in other
    assert "nobody has access yet: python -m bot admin invite" in other
    for secret in (TOKEN, str(phone.id), "can't go on", cookie):
        assert secret not in other


async def test_codes_issue_prints_the_link_to_the_bot(
    telegram: tuple[Telegram, str], sqlite_database: str, tmp_path: Path
) -> None:
    _, api = telegram
    make_officer_keys(tmp_path / "data" / "keys", secrets.token_bytes)
    storage = Storage(sqlite_database)
    await programme.load(storage, the_example(), "test", "test", wiring.utc_now)
    await storage.close()
    settings = {"telegram_token": TOKEN, "telegram_api": api, "database_url": sqlite_database}
    words = ("codes", "issue", "harbour-response", "--uses", "48")
    async with program(tmp_path, *words, **settings) as running:
        code, shown, other = await running.ends()
    assert code == 0, other
    found = re.match(
        r"Code: ([2-9A-Z]{12})\nLink: https://t\.me/standeasy_sandbox_bot\?start=(\S+)\n"
        r"For 48 people, until ",
        shown,
    )
    assert found
    assert found[1] == found[2]


async def test_a_token_that_telegram_refuses_stops_serve_in_one_line(
    telegram: tuple[Telegram, str], sqlite_database: str, tmp_path: Path
) -> None:
    _, api = telegram
    make_officer_keys(tmp_path / "data" / "keys", secrets.token_bytes)
    async with program(
        tmp_path,
        "officers",
        telegram_token="12345:NOT-the-sandbox-token",  # noqa: S106 - opens nothing
        telegram_api=api,
        database_url=sqlite_database,
    ) as running:
        code, shown, other = await running.ends()
    assert (code, shown) == (1, "")
    assert other.splitlines()[-1].startswith("Telegram does not accept the bot token.")
    assert "Traceback" not in other
    assert "NOT-the-sandbox-token" not in other


async def test_a_port_that_is_taken_stops_the_dashboard_in_one_line(
    telegram: tuple[Telegram, str], sqlite_database: str, tmp_path: Path
) -> None:
    taken = telegram[1].removeprefix("http://")
    async with program(
        tmp_path, "dashboard", database_url=sqlite_database, listen=taken
    ) as running:
        code, shown, other = await running.ends()
    assert (code, shown) == (1, "")
    assert f"Nothing can listen on {taken}: expected a free port." in other.splitlines()[-1]
    assert "Traceback" not in other


async def test_sandbox_prints_what_a_bot_needs_and_stops_cleanly(tmp_path: Path) -> None:
    async with program(tmp_path, "sandbox", "--port", "0") as running:
        phones = (await running.line()).removeprefix("Phones: ")
        api = (await running.line()).removeprefix("STANDEASY_TELEGRAM_API=")
        token = (await running.line()).removeprefix("STANDEASY_TELEGRAM_TOKEN=")
        assert phones == f"{api}/phones"
        assert (await get(phones)).status_code == 200
        assert (await get(f"{api}/bot{token}/getMe")).json()["result"]["is_bot"]
        assert await running.stops() == (0, "", "")


async def test_demo_starts_with_nothing_else_and_stops_cleanly(tmp_path: Path) -> None:
    async with program(tmp_path, "demo", "--no-browser", "--port", "0") as running:
        address = (await running.line()).removeprefix("Stand Easy demo: ")
        assert (await get(address)).status_code == 200
        assert (await get(f"{address}/results")).status_code == 200
        code, _, other = await running.stops()
    assert code == 0
    assert "Traceback" not in other
    # Nothing is left behind, and nothing lies where it was started.
    assert list(tmp_path.iterdir()) == []
