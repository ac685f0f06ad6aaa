"""A stolen database and its log, replayed commit by commit: nobody is linked to an answer."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.workflows import heartbeat
from bot.workflows.answer import Answered
from storage.engine import Storage, WriteTransaction
from tests.journeys.replaying import linked, moments
from tests.station import copy_database
from tests.workflows.office import an_office
from tests.workflows.office import at as at_office


async def answered_with_heartbeats(database_url: str, folder: Path) -> Path:
    """Let six people answer one after the other; return a thief's copy taken then."""
    async with an_office(database_url, folder) as office:
        officers = await office.joined(6)
        await office.passes(at_office(0, 18))
        for number, officer in enumerate(officers):
            office.now = at_office(0, 18, 7 * number)
            await heartbeat.beat(office.storage, "officers", office.clock)
            assert await office.answers(officer) is Answered.SEALED
        office.now = at_office(0, 19)
        await heartbeat.beat(office.storage, "officers", office.clock)
        (folder / "loot").mkdir()
        return copy_database(database_url, folder / "loot")


async def test_replaying_the_log_links_no_mark_to_a_sealed_row(
    sqlite_database: str, tmp_path: Path
) -> None:
    stolen = await answered_with_heartbeats(sqlite_database, tmp_path)
    assert linked(stolen) == set()
    seen = list(moments(stolen))
    # The log goes on, so there was something to replay, and everything is there from the start.
    assert len(seen) > 1
    assert {(len(moment.marks), len(moment.sealed)) for moment in seen} == {(6, 6)}


async def test_the_replay_would_find_a_trail(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Storage.transaction

    def as_any_other(
        storage: Storage, name: str, *, leaves_trail: bool = True
    ) -> AbstractAsyncContextManager[WriteTransaction]:
        return usual(storage, name)

    monkeypatch.setattr(Storage, "transaction", as_any_other)
    stolen = await answered_with_heartbeats(sqlite_database, tmp_path)
    assert len(linked(stolen)) == 6
