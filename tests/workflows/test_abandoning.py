"""Abandoning a round: only one that can never be released, and then nothing of it is left."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.disclosure.ledger import Ledger
from bot.core.rounds import NoSuchRound, RoundNotReady, RoundState
from bot.sealing.key_store import KeyFolder
from bot.sealing.process_keys import opening_keys
from bot.workflows import abandoning, closing, trail
from bot.workflows.abandoning import (
    CanBeReleased,
    NoReason,
    NotAllGone,
    NotTheTally,
    OpeningKeyNotHere,
)
from bot.workflows.catalogue import UnreadableRound
from bot.workflows.released import shown_so_far
from storage import rounds
from storage.tables import sealed_response
from tests.workflows.abandoned import (
    REASON,
    SEALED,
    abandon,
    key_of,
    nothing_is_left,
    told,
)
from tests.workflows.harming import closed, damage, lose_key, move_row_in, nonsense, unknown_team
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first(
    "two that write at once, in test_abandoning_cut_short, run on both"
)

HARMS = [damage, move_row_in, unknown_team, nonsense]


@pytest.mark.parametrize("harm", HARMS)
async def test_a_round_that_can_never_be_released_is_abandoned_and_the_next_comes_out(
    database_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Office], Awaitable[None]],
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await harm(office)
        assert await office.count() == []
        key = await key_of(office)
        await abandon(office)
        await nothing_is_left(office, key)
        detail = (await told(office))[0]
        assert detail.startswith("a sealed answer ")
        assert detail.endswith(f": {REASON}")
        # The tally has nothing to say of it any more.
        caplog.clear()
        assert await office.count() == await office.shred() == []
        assert await abandoning.finish(office.storage, office.opening, office.instruments) == []
        assert not caplog.records
        office.now = at(56, 0)
        await office.turn()
        assert await office.count() == [NEXT_ROUND]
        office.now += timedelta(days=31)
        assert await office.shred() == [NEXT_ROUND]


async def test_abandoned_answers_leave_no_bytes(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await damage(office)
        path = Path(sqlite_database.removeprefix("sqlite+aiosqlite:///"))
        async with office.storage.read("look") as tx:
            pieces = [
                row.ciphertext[start : start + 16]
                for row in await tx.all(select(sealed_response))
                for start in (0, 640, 1376)
            ]

        def remains() -> bytes:
            return b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*"))

        before = remains()
        assert len(pieces) == 36
        assert all(piece in before for piece in pieces)
        await abandon(office)
        assert not any(piece in remains() for piece in pieces)


async def test_a_round_that_can_be_counted_is_never_abandoned(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        for key_lost in (False, True):
            with pytest.raises(CanBeReleased):
                await abandon(office, key_lost=key_lost)
        # Neither one that only waits for its turn, or has no answer at all.
        assert await office.count() == [ROUND]
        await closing.close_now(office.storage, NEXT_ROUND, office.clock, "admin")
        assert await office.count() == []
        with pytest.raises(CanBeReleased):
            await abandon(office, round_id=NEXT_ROUND)
        assert (await office.view(NEXT_ROUND)).row.state is RoundState.CLOSED
        assert await office.number(SEALED) == 12
        assert not await told(office)


async def test_what_is_not_closed_is_not_abandoned(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        with pytest.raises(RoundNotReady, match="takes answers"):
            await abandon(office, round_id=NEXT_ROUND)
        with pytest.raises(NoSuchRound):
            await abandon(office, round_id="no-such-round")
        for state in (RoundState.RELEASED, RoundState.SHREDDED):
            async with office.storage.transaction("pretend") as tx:
                await rounds.set_state(tx, ROUND, state)
            with pytest.raises(RoundNotReady, match="has its one release"):
                await abandon(office)
        assert await office.number(SEALED) == 12


async def test_a_reason_is_needed(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        with pytest.raises(NoReason):
            await abandoning.abandon(
                office.storage,
                office.opening,
                office.instruments,
                ROUND,
                " \n ",
                office.clock,
                "operator",
            )


# --- The key --------------------------------------------------------------------------------


async def test_without_its_key_a_round_is_abandoned_only_if_somebody_says_that_it_is_lost(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        key = await key_of(office)
        await lose_key(office)
        with pytest.raises(OpeningKeyNotHere):
            await abandon(office)
        assert await office.number(SEALED) == 12
        await abandon(office, key_lost=True)
        await nothing_is_left(office, key)
        assert await told(office) == [f"its opening key is lost: {REASON}"]


@pytest.mark.parametrize("content", [bytes(95), bytes(96)])
async def test_another_key_in_its_place_is_no_reason_to_destroy_answers(
    sqlite_database: str, tmp_path: Path, content: bytes
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await lose_key(office)
        name = f"{await key_of(office)}.opening"
        KeyFolder(tmp_path / "keys" / "tally").write(name, content)
        with pytest.raises(OpeningKeyNotHere):
            await abandon(office)
        assert await office.number(SEALED) == 12


async def test_only_where_the_tally_s_keys_are_is_a_round_abandoned(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await damage(office)
        office.opening = opening_keys(tmp_path / "elsewhere")
        for key_lost in (False, True):
            with pytest.raises(NotTheTally):
                await abandon(office, key_lost=key_lost)
        assert await office.number(SEALED) == 12


# --- Past the program -----------------------------------------------------------------------


async def test_a_round_that_no_entry_calls_abandoned_keeps_its_answers_and_the_trail_tells(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await office.change(f"UPDATE round SET state = 'abandoned' WHERE id = '{ROUND}'")  # noqa: S608
        assert await abandoning.finish(office.storage, office.opening, office.instruments) == []
        with pytest.raises(NotAllGone):
            await abandon(office)
        errors = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
        assert len(errors) == 2
        assert all("no entry of the audit trail" in each for each in errors)
        assert await office.number(SEALED) == 12
        assert await key_of(office) in office.opening.ids()
        broken = (await trail.read_trail(office.storage)).broken
        assert f"round {ROUND} (abandon round)" in str(broken)


async def test_a_row_that_cannot_be_read_is_said_to_be_so(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await office.change(f"UPDATE round SET units = '?' WHERE id = '{ROUND}'")  # noqa: S608
        with pytest.raises(UnreadableRound):
            await abandon(office)


# --- What follows ---------------------------------------------------------------------------


async def test_what_an_abandoned_round_might_have_shown_holds_nobody_up(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await damage(office)
        # The next one, under way, might show the same.
        await office.change(f"UPDATE round SET state = 'released' WHERE id = '{NEXT_ROUND}'")  # noqa: S608
        day = office.now.date()

        async def shown() -> Ledger:
            async with office.storage.read("look") as tx:
                return (await shown_so_far(tx, office.programme, day))[0]

        assert (await shown()).groups
        await abandon(office)
        assert not (await shown()).groups


async def test_a_database_from_before_gives_the_answers_back_and_no_key(
    sqlite_database: str, tmp_path: Path
) -> None:
    """The same way out leads on from there: the key is lost, and that is said."""
    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await damage(office)
        await office.storage.tidy()
        path = Path(sqlite_database.removeprefix("sqlite+aiosqlite:///"))
        backup = path.read_bytes()
        key = await key_of(office)
        await abandon(office)
    path.write_bytes(backup)
    async with an_office(sqlite_database, tmp_path, at(28, 1), keys=False) as office:
        with pytest.raises(OpeningKeyNotHere):
            await abandon(office)
        await abandon(office, key_lost=True)
        await nothing_is_left(office, key)
