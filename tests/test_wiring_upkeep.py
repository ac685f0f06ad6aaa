"""Wiring: what is tidied again and again, and where the bare address leads."""

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from bot import wiring
from bot.sandbox.telegram_state import TOKEN
from bot.sealing.process_keys import make_officer_keys
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.wiring import Assembly, Part
from storage import heartbeats
from storage.engine import Storage
from tests.test_wiring import CHECKED, on, settings_for


async def test_a_reader_that_stays_is_warned_of_until_it_is_gone(
    sqlite_database: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.engine._TRAIL_WAIT_MS", 1)
    monkeypatch.setattr("storage.engine._TIDY_WAIT_MS", 1)
    settings = settings_for(sqlite_database, tmp_path)
    elsewhere = Storage(sqlite_database)
    async with wiring.open_storage(settings) as storage:
        assembly = Assembly(settings, [Part.TALLY], storage, wiring.utc_now)
        await assembly.tidy()
        assert caplog.messages == []
        async with elsewhere.read("backup") as backup:
            assert await heartbeats.last(backup) == {}
            async with storage.transaction("seal answers", leaves_trail=False) as tx:
                await heartbeats.beat(tx, "officers", on(CHECKED))
            for times in (1, 2):
                await assembly.tidy()
                assert len(caplog.messages) == times
                assert "another program reads the database" in caplog.messages[-1]
        await assembly.tidy()
        assert not storage.untidy
        await assembly.tidy()
        assert len(caplog.messages) == 2
    await elsewhere.close()


async def test_what_stops_the_tally_keeps_nothing_that_has_to_go(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    def failing(name: str) -> Callable[..., Awaitable[None]]:
        async def fail(*given: object) -> None:
            taken.append(name)
            raise KeyError(name)

        return fail

    steps = (
        *("key_pool.fill_pool", "closing.stir_closed", "tally.tally_due"),
        *("tally.shred_due", "abandoning.finish"),
    )
    for name in steps:
        monkeypatch.setattr(f"bot.wiring.{name}", failing(name))
    settings = settings_for(sqlite_database, tmp_path)
    async with wiring.open_storage(settings) as storage:
        assembly = Assembly(settings, [Part.TALLY], storage, wiring.utc_now)
        with pytest.raises(KeyError):
            await assembly.count()
    assert tuple(taken) == steps


@pytest.mark.parametrize("parts", [[Part.DASHBOARD], list(Part)])
async def test_the_bare_address_leads_to_the_results(
    sqlite_database: str, tmp_path: Path, parts: list[Part]
) -> None:
    settings = settings_for(sqlite_database, tmp_path, telegram_token=TOKEN)
    make_officer_keys(settings.keys, secrets.token_bytes)
    async with wiring.open_storage(settings) as storage:
        assembly = Assembly(settings, parts, storage, wiring.utc_now)
        application = web_application(
            assembly.routes(OpenDoor()), allowed_hosts=["127.0.0.1"], on_loopback=True
        )
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", follow_redirects=True
        ) as client:
            answer = await client.get("/")
    assert [each.headers["Location"] for each in answer.history] == ["/results"]
    assert answer.status_code == 200


async def test_the_console_is_made_ready_once_all_is_started(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[bool] = []
    # Of this process other tests are still to come: what they leave behind must not stay.
    monkeypatch.setattr("bot.pages.gc.freeze", lambda: settled.append(True))
    settings = settings_for(sqlite_database, tmp_path)
    async with wiring.open_storage(settings) as storage:
        assembly = Assembly(settings, [Part.DASHBOARD], storage, wiring.utc_now)
        await assembly.make_ready()
        await assembly.make_ready()
        assert settled == [], "nothing is worked out ahead where nobody asked for it"
        assembly.draws_ahead = True
        await assembly.make_ready()
        await assembly.make_ready()
    assert settled == [True]
