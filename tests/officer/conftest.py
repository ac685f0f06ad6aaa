"""Fixtures for tests of the officers' end: a running station on SQLite, in every language.

A test with a station is run once for each language the program speaks: officers' phones speak
it, and the test reads and taps in English all the same. A test about language itself, or about
raw bytes, is marked `english_only` with the reason; one about numbers or what is kept, where
texts are not the point, `english_first`.

Of what is left, the ordinary suite takes a third in the other languages, always the same, and
`make fuzz` all: that every text is translated, says the same and stands on every screen is
tested for itself, and these tests find what a conversation in another language does otherwise.
"""

import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.languages import ENGLISH
from tests.shares import SHARE
from tests.station import Station, a_station

LANGUAGES = (ENGLISH, "cy")
OF_OTHER_LANGUAGES = 3
"""Of so many tests the ordinary suite takes one."""

HAVE_PHONES = {"station", "sqlite_database", "database_url"}


def pytest_configure(config: pytest.Config) -> None:
    line = "english_only(reason): runs in English alone, because of what it is about"
    config.addinivalue_line("markers", line)
    line = "english_first(reason): runs in the other languages with `make fuzz` alone"
    config.addinivalue_line("markers", line)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is neither a new language nor a new engine: both at once."""
    left_out = {each for each in items if _is_translated(each) and _is_elsewhere(each)}
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [each for each in items if each not in left_out]


def _is_translated(item: pytest.Item) -> bool:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return bool(parameters.get("language", ENGLISH) != ENGLISH)


def _is_elsewhere(item: pytest.Item) -> bool:
    if item.get_closest_marker("postgres") is not None:
        return True
    return SHARE < 1 and zlib.crc32(item.nodeid.encode()) % OF_OTHER_LANGUAGES != 0


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what has phones in every language."""
    mark = metafunc.definition.get_closest_marker("english_only")
    if mark is None and SHARE < 1:
        mark = metafunc.definition.get_closest_marker("english_first")
    if mark is not None:
        (reason,) = mark.args
        assert reason
    elif HAVE_PHONES & set(metafunc.fixturenames):
        metafunc.parametrize("language", LANGUAGES, indirect=True)


@pytest.fixture(autouse=True)
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The language of every officer's phone."""
    spoken: str = getattr(request, "param", ENGLISH)
    monkeypatch.setattr(Station, "language", spoken)
    return spoken


@pytest.fixture(autouse=True)
def _times_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    # python-telegram-bot warns about its older choice whenever it is told to wait.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def station(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Station]:
    """The product, running, the evening before a round opens."""
    async with a_station(sqlite_database, tmp_path) as running:
        yield running
