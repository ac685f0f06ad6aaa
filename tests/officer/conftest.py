"""Fixtures for tests of the officers' end: a running station on SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.station import Station, a_station


@pytest.fixture(autouse=True)
def _times_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    # python-telegram-bot warns about its older choice whenever it is told to wait.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def station(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Station]:
    """The product, running, the evening before a round opens."""
    async with a_station(sqlite_database, tmp_path) as running:
        yield running
