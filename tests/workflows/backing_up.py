"""What tests of backups share: an office in the middle of a round, and a changed manifest."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.workflows.backup_folder import MANIFEST
from tests.workflows.office import ROUND, Office, an_office, at


@pytest.fixture
async def office(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An office with some people, one of whom answered."""
    async with an_office(sqlite_database, tmp_path) as made:
        people = await made.joined(12)
        await made.turn()
        await made.answers(people[0])
        yield made


async def released(office: Office) -> None:
    """Let the round close and its result be released."""
    office.now = at(28, 0, 1)
    await office.turn()
    assert await office.count() == [ROUND]


def manifest_with(**changes: object) -> Callable[[Path], None]:
    """Return what changes the manifest."""

    def act(folder: Path) -> None:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        (folder / MANIFEST).write_text(json.dumps({**document, **changes}), encoding="utf-8")

    return act
