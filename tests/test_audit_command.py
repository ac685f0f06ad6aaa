"""`python -m bot audit releases` from end to end: the sheet, and the exit that goes with it."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot import wiring
from bot.__main__ import main
from bot.core.disclosure.earlier import Earlier
from config.settings import read_settings
from storage import releases
from tests.core.outsider.histories import History
from tests.core.outsider.plants import PLANTS
from tests.storage.rows import opened

COMMAND = ["audit", "releases"]


@pytest.fixture
def url(sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that the settings name; there is no key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STANDEASY_DATABASE_URL", sqlite_database)
    return sqlite_database


def publish(url: str, published: Sequence[Earlier]) -> None:
    """Store these releases, with the rounds they are of."""

    async def store() -> None:
        settings = read_settings({"STANDEASY_DATABASE_URL": url}, None)
        async with wiring.open_storage(settings) as storage, storage.transaction("test") as tx:
            for each in published:
                await opened(tx, each.release.round_id, units=each.units.to_json())
                await releases.append(tx, each.release)

    asyncio.run(store())


def two_rounds() -> list[Earlier]:
    """The releases of two rounds."""
    past = History(0)
    return [each for each in (past.tell(), past.tell()) if each is not None]


def test_releases_that_tell_nothing_pass(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    publish(url, two_rounds())
    assert main(COMMAND) == 0
    assert "RESULT: PASS" in capsys.readouterr().out


def test_a_release_that_tells_something_fails(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        PLANTS["widths"](patch)
        published = two_rounds()
    publish(url, published)
    assert main([*COMMAND, "--format", "json"]) == 1
    shown, said = capsys.readouterr()
    sheet = json.loads(shown)
    assert sheet["result"] == "fail"
    assert f"The audit found {len(sheet['violations'])} violations." in said


def test_a_broken_chain_is_no_result(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    publish(url, two_rounds())
    with closing(sqlite3.connect(url.partition("///")[2])) as database:
        database.execute("DROP TRIGGER release_refuses_update")
        database.execute("UPDATE release SET previous_hash = zeroblob(32)")
        database.commit()
    assert main(COMMAND) == 2
    shown, said = capsys.readouterr()
    assert shown == ""
    assert "The audit stopped" in said
