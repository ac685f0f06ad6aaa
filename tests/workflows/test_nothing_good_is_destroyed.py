"""What the database says is no reason to destroy: good answers and their keys stay.

Everything here is changed past the program, by whoever owns the database: what PostgreSQL
refuses to the account of a process stands in tests/storage/test_rounds_as_they_may_be.py.
"""

import logging
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.audit import AuditEntry
from bot.sealing.errors import UnsafeKeyFile
from bot.sealing.key_store import KeyFolder, OpeningKeys
from bot.workflows import abandoning, key_backups, tally
from bot.workflows.abandoning import CanBeReleased, NotAllGone
from bot.workflows.backup_folder import read_manifest
from storage import audit
from storage.engine import Storage
from storage.rounds import Round
from tests.workflows.abandoned import SEALED, abandon, key_of, nothing_is_left, told
from tests.workflows.harming import closed, damage
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office

pytestmark = pytest.mark.sqlite_first(
    "what a server refuses is in tests/storage/test_rounds_as_they_may_be"
)

ALL_SEALED = "SELECT count(*) FROM sealed_response"
ENTRIES = "SELECT count(*) FROM audit"


async def forge(office: Office, round_id: str, *, key: str | None = None) -> None:
    """Call a round abandoned, with all that the trail would say of it."""
    async with office.storage.transaction("forge") as tx:
        subject = f"round {round_id}"
        entry = AuditEntry("command line (root)", abandoning.ACT, subject, "a disk went bad")
        await audit.append(tx, entry, office.now)
        if key is not None:
            of_key = AuditEntry("command line (root)", abandoning.KEY_ACT, f"key {key}", subject)
            await audit.append(tx, of_key, office.now)
    await office.change(f"UPDATE round SET state = 'abandoned' WHERE id = '{round_id}'")  # noqa: S608


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]


async def finish(office: Office, keys: OpeningKeys | None = None) -> list[str]:
    return await abandoning.finish(office.storage, keys or office.opening, office.instruments)


# --- Called abandoned -----------------------------------------------------------------------


async def test_a_round_whose_answers_open_is_not_destroyed_whatever_the_trail_says(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        key = await key_of(office)
        await forge(office, ROUND, key=key)
        assert await finish(office) == []
        assert any("every answer it holds opens" in each for each in errors(caplog))
        assert key in office.opening.ids()
        assert await office.number(SEALED) == 12
        # Put right, it is released.
        await office.change(f"UPDATE round SET state = 'closed' WHERE id = '{ROUND}'")  # noqa: S608
        assert await office.count() == [ROUND]


async def test_an_open_round_without_answers_keeps_its_key_whatever_the_trail_says(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        key = await key_of(office, NEXT_ROUND)
        await forge(office, NEXT_ROUND, key=key)
        assert await finish(office) == []
        assert key in office.opening.ids()


async def test_only_the_key_goes_of_which_the_trail_tells(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The key of a good round, lent to one that was honestly abandoned, stays."""
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        await abandon(office)
        good = await key_of(office, NEXT_ROUND)
        entries = await office.number(ENTRIES)
        spare = "(SELECT min(id) FROM sealing_key WHERE state = 'unused')"
        await office.change(f"UPDATE round SET sealing_key = {spare} WHERE id = '{NEXT_ROUND}'")  # noqa: S608
        await office.change(f"UPDATE round SET sealing_key = '{good}' WHERE id = '{ROUND}'")  # noqa: S608
        assert await finish(office) == []
        assert good in office.opening.ids()
        assert await office.number(ENTRIES) == entries
        assert any("and of its key" in each for each in errors(caplog))


# --- Marks beside a key ---------------------------------------------------------------------


async def test_a_key_that_is_here_is_not_lost_whatever_stands_beside_it(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await office.change("UPDATE sealing_key SET state = 'destroyed'")
        for key_lost in (False, True):
            with pytest.raises(CanBeReleased):
                await abandon(office, key_lost=key_lost)
        assert await office.number(SEALED) == 12
        assert await key_of(office) in office.opening.ids()
        assert not await told(office)


async def test_what_is_left_is_destroyed_whatever_stands_beside_its_key(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        key = await key_of(office)
        with pytest.MonkeyPatch.context() as patched:

            async def changed(storage: Storage, keys: OpeningKeys, row: Round) -> bool:
                return False

            patched.setattr(abandoning, "destroy_answers", changed)
            with pytest.raises(NotAllGone):
                await abandon(office)
        await office.change(f"UPDATE sealing_key SET state = 'destroyed' WHERE id = '{key}'")  # noqa: S608
        assert await finish(office) == [ROUND]
        await nothing_is_left(office, key)
        assert await finish(office) == []


async def test_what_changed_in_between_is_not_destroyed_and_not_called_so(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        key, destroy = await key_of(office), tally.destroy_answers

        async def between(storage: Storage, keys: OpeningKeys, row: Round) -> bool:
            await office.change(f"UPDATE round SET state = 'closed' WHERE id = '{ROUND}'")  # noqa: S608
            return await destroy(storage, keys, row)

        with monkeypatch.context() as patched:
            patched.setattr(abandoning, "destroy_answers", between)
            with pytest.raises(NotAllGone):
                await abandon(office)
        assert key in office.opening.ids()
        assert await office.number(SEALED) == 12
        await office.change(f"UPDATE round SET state = 'abandoned' WHERE id = '{ROUND}'")  # noqa: S608
        assert await finish(office) == [ROUND]
        await nothing_is_left(office, key)


async def test_a_backup_of_keys_leaves_out_no_key_of_a_round_that_waits(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await office.change("UPDATE sealing_key SET state = 'destroyed'")
        folder = tmp_path / "backup"
        await key_backups.back_up_keys(
            office.storage, tmp_path / "keys", folder, office.clock, "test"
        )
        kept = read_manifest(folder)[0].files
        for round_id in (ROUND, NEXT_ROUND):
            assert f"tally/{await key_of(office, round_id)}.opening" in kept


async def test_a_round_without_a_release_is_not_shredded(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await office.change(
            "UPDATE round SET state = 'released', released_at = closes_at"  # noqa: S608
            f" WHERE id = '{ROUND}'"
        )
        office.now += timedelta(days=40)
        assert await office.shred() == []
        assert await office.number(SEALED) == 12
        assert await key_of(office) in office.opening.ids()


# --- Several machines -----------------------------------------------------------------------


def another_machine(tmp_path: Path) -> OpeningKeys:
    copied = shutil.copytree(tmp_path / "keys" / "tally", tmp_path / "another")
    copied.chmod(0o700)
    return OpeningKeys(KeyFolder(copied))


async def test_each_tally_destroys_its_own_copy_of_a_key(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        key, other = await key_of(office), another_machine(tmp_path)
        await abandon(office)
        assert key in other.ids()
        assert await finish(office, other) == [ROUND]
        assert key not in other.ids()
        assert await finish(office, other) == []


async def test_each_tally_destroys_its_own_copy_of_a_key_that_was_shredded(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        key, other = await key_of(office), another_machine(tmp_path)
        assert await office.count() == [ROUND]
        office.now += timedelta(days=31)
        assert await office.shred() == [ROUND]
        here, office.opening = office.opening, other
        assert await office.shred() == []
        assert key not in other.ids()
        assert other.ids() == here.ids()


async def test_a_key_is_not_taken_for_shredded_without_an_entry(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        key = await key_of(office)
        await office.change(f"UPDATE round SET state = 'shredded' WHERE id = '{ROUND}'")  # noqa: S608
        await office.change(f"UPDATE sealing_key SET state = 'destroyed' WHERE id = '{key}'")  # noqa: S608
        assert await office.shred() == []
        assert key in office.opening.ids()


async def test_a_key_that_cannot_be_destroyed_holds_up_no_other_round(
    sqlite_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await damage(office)
        key = await key_of(office)
        file = tmp_path / "keys" / "tally" / f"{key}.opening"
        with pytest.MonkeyPatch.context() as patched:

            async def loosened(storage: Storage, keys: OpeningKeys, row: Round) -> bool:
                file.chmod(0o640)
                raise UnsafeKeyFile(path=file, expected="mine", found="everybody's")

            patched.setattr(abandoning, "destroy_answers", loosened)
            with pytest.raises(NotAllGone):
                await abandon(office)
        # Another round was abandoned as well, and its key is gone already.
        await forge(office, NEXT_ROUND, key=await key_of(office, NEXT_ROUND))
        office.opening.destroy(await key_of(office, NEXT_ROUND))
        assert await finish(office) == [NEXT_ROUND]
        assert any(f"round {ROUND} is not destroyed yet" in each for each in errors(caplog))
        file.chmod(0o600)
        assert await finish(office) == [ROUND]
        await nothing_is_left(office, key)
