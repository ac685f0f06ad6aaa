"""Importing teams: saved whole with its audit entry, and never over somebody else's change."""

from pathlib import Path

import pytest

from bot.core.team_changes import TeamsImport, import_teams
from bot.core.team_rows import TeamRow
from bot.workflows import programme, teams
from storage import audit
from tests.workflows.office import Office, an_office


async def change_of(office: Office, heads: int) -> tuple[int, TeamsImport]:
    """Return the version in force, and an import that gives one team other heads."""
    seen = await programme.current(office.storage)
    row = TeamRow(2, "Specialist Operations", "Dog Unit", heads)
    return seen.version, import_teams(seen.programme, [row], "teams.csv")


async def test_an_import_is_a_version_of_its_own_with_an_entry_in_the_trail(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        seen, change = await change_of(office, 12)
        saved = await teams.save_import(
            office.storage, seen, change, "an admin", "two more dogs", office.clock
        )
        assert saved == seen + 1
        now = await programme.current(office.storage)
        assert (now.version, now.author, now.reason) == (saved, "an admin", "two more dogs")
        assert now.programme.team("dog-unit").headcount == 12
        async with office.storage.read("look") as tx:
            (record,) = await audit.of_act(tx, "import teams")
        assert record.entry.detail == "0 new, 1 changed, 0 gone, 8 unchanged: two more dogs"


async def test_an_import_that_changes_nothing_makes_no_version(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        seen, change = await change_of(office, 8)
        assert await teams.save_import(office.storage, seen, change, "a", "b", office.clock) == seen


async def test_what_somebody_else_saved_meanwhile_is_not_written_over(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        seen, first = await change_of(office, 12)
        _, second = await change_of(office, 13)
        await teams.save_import(office.storage, seen, first, "a", "b", office.clock)
        with pytest.raises(teams.ProgrammeMoved, match=f"version {seen + 1} now"):
            await teams.save_import(office.storage, seen, second, "a", "b", office.clock)
        now = await programme.current(office.storage)
        assert now.programme.team("dog-unit").headcount == 12
