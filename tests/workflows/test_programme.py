"""The programme: every version stays, and saving the same twice saves it once."""

from pathlib import Path

import pytest

from bot.workflows import programme
from bot.workflows.catalogue import NoProgramme
from storage.engine import Storage
from tests.workflows.office import an_office

pytestmark = pytest.mark.sqlite_first("one path runs on both")


async def test_without_a_programme_that_is_said(storage: Storage) -> None:
    with pytest.raises(NoProgramme):
        await programme.current(storage)


async def test_saving_what_is_in_force_changes_nothing(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        again = await programme.load(
            office.storage, office.programme, "admin", "again", office.clock
        )
        assert again == 1
        version = await programme.current(office.storage)
        assert (version.version, version.author, version.reason) == (1, "test", "test")
        assert version.programme == office.programme


@pytest.mark.whole_path
async def test_each_change_is_a_version_with_its_author_and_reason_in_the_audit_trail(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        changed = office.programme.model_copy(
            update={"force": office.programme.force.model_copy(update={"name": "Fenmarch (new)"})}
        )
        assert await programme.load(office.storage, changed, "admin", "renamed", office.clock) == 2
        # And back again: that is a third version, not the first.
        assert (
            await programme.load(office.storage, office.programme, "admin", "back", office.clock)
            == 3
        )
        assert (await programme.current(office.storage)).reason == "back"
        trail = "SELECT count(*) FROM audit WHERE act = 'load programme'"
        assert await office.number(trail) == 3
