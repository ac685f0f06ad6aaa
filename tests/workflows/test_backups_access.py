"""What a backup remembers of people with access: who they are, and nothing that lets them in."""

from pathlib import Path

from storage import staff, staff_sessions, staff_ways
from storage.engine import Storage
from tests.storage.access import with_access
from tests.workflows.backing_up import office
from tests.workflows.office import Office
from tests.workflows.test_backups import backed_up, new, restored

__all__ = ["new", "office"]


async def test_nobody_is_let_in_by_what_a_backup_remembers(
    office: Office, sqlite_database: str, new: str, tmp_path: Path
) -> None:
    async with office.storage.transaction("let in") as tx:
        await with_access(tx)
    folder = await backed_up(office, sqlite_database, tmp_path / "backup")
    await restored(office, new, folder)
    place = Storage(new)
    async with place.read("look") as look:
        assert await staff_ways.invites(look) == {}
        assert await staff_sessions.of_staff(look, "kestrel") == []
        # Who has access comes back as it was: somebody has to look.
        assert [each.id for each in await staff.active(look)] == ["kestrel"]
        assert len(await staff_ways.passkeys_of(look, "kestrel")) == 1
    await place.close()
