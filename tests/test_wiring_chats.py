"""Results in chats, wired: drawn ahead only where a chat is linked, and linked by a real name."""

import secrets
from pathlib import Path

import pytest

from bot import wiring
from bot.sandbox.telegram_state import TOKEN
from bot.sealing.process_keys import make_officer_keys
from bot.wiring import Assembly, Part
from bot.workflows.chat_report import ChatReport
from bot.workflows.lead_chats import LeadChats
from tests.leads import HERON
from tests.station import Station, a_station
from tests.test_wiring import settings_for


async def test_results_are_drawn_ahead_only_where_a_chat_is_linked(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_station(sqlite_database, tmp_path) as station:
        assembly = station.assembly
        made: list[ChatReport] = []
        newest = assembly.in_short.newest

        async def noted() -> ChatReport:
            made.append(await newest())
            return made[-1]

        monkeypatch.setattr(assembly.in_short, "newest", noted)
        await assembly.draw_for_chats()
        assert not made
        await linked(station)
        await assembly.draw_for_chats()
        assert [each.title for each in made] == ["There is no result yet"]


async def linked(station: Station) -> None:
    """Link somebody's chat."""
    assembly = station.assembly
    page = LeadChats(assembly.storage, station.clock, secrets.token_bytes)
    made = await page.make_code(HERON)
    await assembly.desk.lead_chats.link(7_000_000_001, made.code)


async def test_the_page_knows_the_bots_name_where_the_process_does(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_station(sqlite_database, tmp_path) as station:
        assert station.assembly.bot_name() is None
        station.assembly.connected.set()
        assert station.assembly.bot_name() == "standeasy_sandbox_bot"


async def test_a_dashboard_by_itself_is_told_the_name(sqlite_database: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_database, tmp_path, bot_name="@standeasy_bot")
    async with wiring.open_storage(settings) as storage:
        assembly = Assembly(settings, [Part.DASHBOARD], storage, wiring.utc_now)
        assert assembly.bot_name() == "standeasy_bot"
    unnamed = settings_for(sqlite_database, tmp_path)
    async with wiring.open_storage(unnamed) as storage:
        assert Assembly(unnamed, [Part.DASHBOARD], storage, wiring.utc_now).bot_name() is None


async def test_until_telegram_was_reached_the_name_is_the_one_that_was_set(
    sqlite_database: str, tmp_path: Path
) -> None:
    settings = settings_for(
        sqlite_database, tmp_path, telegram_token=TOKEN, bot_name="standeasy_bot"
    )
    make_officer_keys(settings.keys, secrets.token_bytes)
    async with wiring.open_storage(settings) as storage:
        assembly = Assembly(settings, [Part.OFFICERS], storage, wiring.utc_now)
        assert assembly.bot_name() == "standeasy_bot"
