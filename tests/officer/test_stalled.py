"""A database that stalls holds back no card and no call list, and a seal only for so long."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from bot.officer import application, handlers
from bot.officer import check_ins as rooms
from bot.officer.texts.check_ins import SEAL
from bot.sandbox.phones import Phone
from storage.engine import Storage
from storage.tables import enrolment, participation, sealed_response
from tests.officer.test_help import STRUGGLING, gets_the_card, ready_to_seal
from tests.station import Station, a_station


@pytest.fixture
async def asked(database_url: str, tmp_path: Path) -> AsyncIterator[Station]:
    """The product, running, on either engine."""
    async with a_station(database_url, tmp_path) as station:
        yield station


@asynccontextmanager
async def stalled(database_url: str, table: Table = participation) -> AsyncIterator[None]:
    """Let another program keep every seal, or who writes to a table, waiting meanwhile."""
    other = Storage(database_url)
    async with other.transaction("hold") as tx:
        await tx.keep_writers_out(table)
        yield
    await other.close()


def shows(phone: Phone, text: str) -> bool:
    """Whether a text is anywhere in a chat."""
    return text in phone.transcript()


def seals_under_way(station: Station) -> int:
    """Return how many seals the officers' end has not finished with."""
    bot = station.assembly.officers
    assert bot is not None
    return len(bot.handlers._check_ins._sealing.under_way)


async def sealed(station: Station) -> int:
    """Return how many answers are sealed."""
    async with station.assembly.storage.read("look") as tx:
        found = await tx.scalar(select(func.count()).select_from(sealed_response))
        return int(found)


async def test_the_card_and_the_call_list_come_while_a_seal_waits(
    asked: Station, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than the test: nothing below comes because somebody stopped waiting.
    monkeypatch.setattr(rooms, "SEAL_SECONDS", 60.0)
    # As long as those who write next wait for whoever came before them.
    monkeypatch.setattr(application, "HANDLE_SECONDS", 0.3)
    sam = await ready_to_seal(asked, STRUGGLING)
    async with stalled(database_url):
        await sam.phone.tap(SEAL)
        await gets_the_card(sam, before=1)
        await sam.phone.tap("Call list")
        await sam.sees("Talk to someone now")
        await sam.phone.tap("I've contacted someone")
        await sam.sees("That was a hard step")
        await sam.says("I can't go on")
        await gets_the_card(sam, before=1)
        assert seals_under_way(asked) == 1
        assert await sealed(asked) == 0
    await sam.phone.wait_for(partial(shows, text="Sealed."))
    assert await sealed(asked) == 1


async def test_a_seal_that_takes_too_long_is_taken_back_and_can_be_made_again(
    asked: Station, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = await ready_to_seal(asked, STRUGGLING)
    with monkeypatch.context() as patch:
        patch.setattr(rooms, "SEAL_SECONDS", 0.2)
        async with stalled(database_url):
            await sam.phone.tap(SEAL)
            await sam.phone.wait_for(partial(shows, text="I couldn't seal your answers just now."))
            await sam.sees("Support:")
    await sam.phone.tap(SEAL)
    await sam.phone.wait_for(partial(shows, text="Sealed."))
    assert await sealed(asked) == 1
    assert seals_under_way(asked) == 0


async def test_whatever_else_takes_too_long_is_taken_back_with_a_kind_sentence(
    asked: Station, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = await asked.officer()
    await sam.joins()
    await sam.says("/pause")
    await sam.sees("How long shall I be quiet?")
    with monkeypatch.context() as patch:
        patch.setattr(handlers, "DATABASE_SECONDS", 0.2)
        async with stalled(database_url, enrolment):
            await sam.phone.tap("1 week")
            await sam.phone.wait_for(partial(shows, text="I can't reach my records right now"))
    assert "Paused until" not in sam.phone.transcript()
    await sam.phone.tap("2 weeks")
    await sam.phone.wait_for(partial(shows, text="Paused until Sunday 13 December."))
