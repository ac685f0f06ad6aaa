"""The tally: one release per round, a recount that agrees, and nothing left in the end."""

import asyncio
import logging
import secrets
import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.release import Release
from bot.core.rounds import NoSuchRound, RoundState
from bot.core.tabulation import UnsafeTable
from bot.sealing.errors import KeyMissing
from bot.sealing.process_keys import opening_keys
from bot.workflows import closing, tally
from bot.workflows.catalogue import NoProgramme, RoundInView
from bot.workflows.released import earlier_releases
from bot.workflows.tally import NothingToRecount, RecountDiffers
from storage import sealed_responses, sealing_keys
from storage.engine import ReadTransaction
from storage.programmes import StoredProgramme
from storage.states import KeyState
from storage.tables import sealed_response
from tests.workflows.harming import (
    closed,
    damage,
    lose_key,
    move_row_in,
    nonsense,
    unknown_team,
)
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

RELEASES = "SELECT count(*) FROM release"


async def recounted(office: Office, round_id: str = ROUND) -> bytes:
    release = await tally.recount(office.storage, office.opening, office.instruments, round_id)
    return release.content


@pytest.mark.at_once
async def test_of_two_tallies_that_race_one_releases(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        # Each has the keys in a folder of its own, or the first would keep the others out.
        places = [shutil.copytree(tmp_path / "keys", tmp_path / name) for name in "abc"]
        released = await asyncio.gather(
            *(
                tally.tally_due(
                    office.storage, opening_keys(keys), office.instruments, office.clock
                )
                for keys in places
            )
        )
        assert sorted(released) == [[], [], [ROUND]]
        assert await office.number(RELEASES) == 1
        assert await office.count() == []


async def test_a_round_that_another_process_has_in_hand_waits_and_nothing_is_said_of_it(
    sqlite_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        with office.opening.held((await office.view()).row.sealing_key):
            assert await office.count() == []
        assert not caplog.records
        assert await office.count() == [ROUND]


async def test_a_recount_gives_the_same_bytes_whatever_the_order_of_rows(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await office.count()
        first = await recounted(office)
        async with office.storage.transaction("stir") as tx:
            await sealed_responses.stir(tx, ROUND, secrets.token_bytes)
        assert await recounted(office) == first


async def test_a_round_is_not_released_before_its_answers_are_stirred(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        stirred: set[str] = set()

        async def count() -> list[str]:
            return await tally.tally_due(
                office.storage, office.opening, office.instruments, office.clock, stirred
            )

        # It closed after the look for what is to be stirred: it waits for the next one.
        assert await count() == []
        assert await closing.stir_closed(office.storage, secrets.token_bytes, stirred) == 12
        assert await count() == [ROUND]


async def test_workers_give_the_same_bytes(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await office.count()
        alone = await recounted(office)
        monkeypatch.setattr(tally, "workers_for", lambda responses, processors: 2)
        assert await recounted(office) == alone


async def test_a_release_that_comes_while_another_is_counted_is_looked_at(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was protected against too few earlier releases is protected again, in its turn."""
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        protected = tally._protected
        known: list[int] = []

        def noting(
            table: UnsafeTable,
            view: RoundInView,
            earlier: list[Earlier],
            newest: StoredProgramme,
        ) -> Release:
            known.append(len(earlier))
            return protected(table, view, earlier, newest)

        async def one_less(tx: ReadTransaction) -> list[Earlier]:
            # The first look comes before the other release, the second behind it.
            found = await earlier_releases(tx)
            return found[:-1] if not known else found

        await office.count()
        office.now = at(56, 0)
        await office.turn()
        monkeypatch.setattr(tally, "_protected", noting)
        monkeypatch.setattr(tally, "earlier_releases", one_less)
        assert await office.count() == [NEXT_ROUND]
        assert known == [0, 1]


def test_nothing_is_released_without_a_programme() -> None:
    with pytest.raises(NoProgramme):
        tally._kept(None)


async def test_a_recount_finds_rows_that_were_taken_away(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office, 12)
        await office.count()
        # Ten is the least that is shown, so three fewer must show.
        async with office.storage.transaction("tamper") as tx:
            rows = await tx.all(select(sealed_response.c.id))
            for row in rows[:3]:
                await tx.execute(sealed_response.delete().where(sealed_response.c.id == row.id))
        with pytest.raises(RecountDiffers):
            await recounted(office)


async def test_only_a_released_round_can_be_recounted(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        with pytest.raises(NothingToRecount):
            await recounted(office)
        with pytest.raises(NoSuchRound):
            await recounted(office, "no-such-round")


async def test_a_round_without_any_answer_is_released_and_shows_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office, 0)
        assert await office.count() == [ROUND]
        assert await recounted(office)


@pytest.mark.parametrize("harm", [damage, move_row_in, unknown_team, lose_key, nonsense])
async def test_a_round_that_cannot_be_counted_stays_closed_and_holds_up_nothing(
    database_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Office], Awaitable[None]],
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office, 3)
        await harm(office)
        assert await office.count() == []
        assert (await office.view()).row.state is RoundState.CLOSED
        errors = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
        assert len(errors) == 1
        assert ROUND in errors[0]
        assert "ghosts" not in errors[0]
        # The next round comes out all the same.
        office.now = at(56, 0)
        await office.turn()
        assert await office.count() == [NEXT_ROUND]


async def test_shredding_destroys_rows_and_key_and_keeps_the_release(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await office.count()
        key = (await office.view()).row.sealing_key
        office.now += timedelta(days=30) - timedelta(seconds=1)
        assert await office.shred() == []
        office.now += timedelta(seconds=1)
        assert await office.shred() == [ROUND]
        assert await office.shred() == []
        assert key not in office.opening.ids()
        assert await office.number("SELECT count(*) FROM sealed_response") == 0
        assert await office.number(RELEASES) == 1
        async with office.storage.read("look") as tx:
            stored = await sealing_keys.get(tx, key)
        assert stored is not None
        assert stored.state is KeyState.DESTROYED
        with pytest.raises(NothingToRecount):
            await recounted(office)


async def test_a_shredding_that_was_cut_short_is_finished(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await office.count()
        # The key went, and the process with it.
        office.opening.destroy((await office.view()).row.sealing_key)
        office.now += timedelta(days=30)
        assert await office.shred() == [ROUND]
        assert await office.number("SELECT count(*) FROM sealed_response") == 0


async def test_shredded_answers_leave_no_bytes(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await office.count()
        async with office.storage.read("look") as tx:
            pieces = [
                row.ciphertext[start : start + 16]
                for row in await tx.all(select(sealed_response))
                for start in (0, 700, 1376)
            ]
        office.now += timedelta(days=30)
        await office.shred()
        path = Path(sqlite_database.removeprefix("sqlite+aiosqlite:///"))
        remains = b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*"))
        assert not any(piece in remains for piece in pieces)


async def test_a_restored_backup_does_not_open_what_was_shredded(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await office.count()
        path = Path(sqlite_database.removeprefix("sqlite+aiosqlite:///"))
        await office.storage.tidy()
        backup = path.read_bytes()
        office.now += timedelta(days=30)
        await office.shred()
    path.write_bytes(backup)
    async with an_office(sqlite_database, tmp_path, at(60, 0), keys=False) as office:
        assert await office.number("SELECT count(*) FROM sealed_response") == 12
        with pytest.raises(KeyMissing):
            await recounted(office)


async def test_a_wording_the_program_has_lost_holds_up_no_other_round(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        # It was asked with a version 2 that does not come with the program any more.
        async with office.storage.transaction("an older programme") as tx:
            await tx.execute(
                text(
                    "INSERT INTO programme SELECT 2, replace(content, :this, :that), author,"
                    " reason, saved_at FROM programme WHERE version = 1"
                ).bindparams(this='"instrument_version":1', that='"instrument_version":2')
            )
            await tx.execute(
                text("UPDATE round SET programme_version = 2 WHERE id = :id").bindparams(id=ROUND)
            )
        await closing.close_now(office.storage, NEXT_ROUND, office.clock, "admin")
        assert await office.count() == [NEXT_ROUND]
        errors = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
        assert any("weekly-pulse" in error and ROUND in error for error in errors)
