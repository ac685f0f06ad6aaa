"""The restore drill: a machine is lost in the middle of a round, and the round goes on.

Two backups, apart: the database and the keys. On an empty machine they give the same round with
the same answers, and whoever had not answered yet still can.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.workflows import backups, key_backups, report, tally
from bot.workflows.answer import Answered
from bot.workflows.backup_folder import Manifest, read_manifest
from storage.engine import Storage
from tests.databases import PostgresServer, sqlite_url
from tests.workflows.office import ROUND, Office, an_office, at

CHOSEN = [(5, 5, 5, 5, 5), (2, 3, 4, 5, 6), (6, 6, 2, 2, 3), (3, 1, 3, 4, 4)]
PEOPLE = 30


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty place for a database, on the same engine."""
    if database_url.startswith("sqlite"):
        yield sqlite_url(tmp_path / "new machine" / "stand-easy.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


async def answers_of(office: Office, people: list[int], first: int, prompt: int = 0) -> None:
    """Let some people answer."""
    for number, officer in enumerate(people, first):
        chosen = CHOSEN[number % len(CHOSEN)]
        assert await office.answers(officer, prompt, chosen) is Answered.SEALED


async def goes_on(office: Office, early: list[int], late: list[int]) -> bytes:
    """Let those who wait answer, and the round close; return the bytes of its release."""
    await answers_of(office, late, len(early))
    # Whoever answered before is remembered: nobody counts twice.
    assert await office.answers(early[0]) is Answered.ALREADY_SEALED
    office.now = at(28, 0, 1)
    await office.turn()
    assert await office.count() == [ROUND]
    release = await report.release_of(office.storage, ROUND)
    again = await tally.recount(office.storage, office.opening, office.instruments, ROUND)
    assert again.content == release.content
    return release.content


async def taken(office: Office, url: str, folder: Path) -> tuple[Path, Path]:
    """Take both backups; return their folders."""
    database, keys = folder / "backup of the database", folder / "backup of the keys"
    await backups.back_up(url, database, office.clock, "test")
    await key_backups.back_up_keys(office.storage, folder / "keys", keys, office.clock, "test")
    return database, keys


def of(folder: Path) -> tuple[Path, Manifest, str]:
    """Return what a restore is given of a backup."""
    return folder, *read_manifest(folder)


async def test_a_backup_taken_mid_round_goes_on_to_the_same_release_on_an_empty_machine(
    database_url: str, elsewhere: str, tmp_path: Path
) -> None:
    new_keys = tmp_path / "new machine" / "keys"
    async with an_office(database_url, tmp_path) as office:
        people = await office.joined(PEOPLE)
        early, late = people[:18], people[18:]
        await office.turn()
        office.now = at(0, 17, 5)
        await office.send()
        await answers_of(office, early, 0)
        database, keys = await taken(office, database_url, tmp_path)
        clock = office.clock
        assert not await backups.restore(elsewhere, *of(database), clock, "test")
        storage = Storage(elsewhere)
        try:
            found = await key_backups.restore_keys(storage, new_keys, *of(keys), clock, "test")
        finally:
            await storage.close()
        assert (found.left_out, found.retired, found.lost) == (0, 0, ())
        expected = await goes_on(office, early, late)
    async with an_office(elsewhere, new_keys.parent, at(0, 17, 10)) as restored:
        assert await goes_on(restored, early, late) == expected
