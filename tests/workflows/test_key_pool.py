"""The key pool: always full, and an opening key is on disk before a round can take it."""

from pathlib import Path

import pytest

from bot.core.errors import StandEasyError
from bot.sealing.key_store import OpeningKeys
from bot.workflows import key_pool, programme
from bot.workflows.key_pool import SMALLEST_POOL
from storage.states import KeyState
from tests.workflows.office import an_office

pytestmark = pytest.mark.sqlite_first(
    "keys are files, and their rows storage's: one path runs on both"
)


@pytest.mark.whole_path
async def test_the_pool_is_filled_up_and_not_over(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path, keys=False) as office:
        assert await office.fill_pool() == SMALLEST_POOL
        assert await office.fill_pool() == 0
        await office.turn()
        assert await office.fill_pool() == 1
        lines = await key_pool.list_keys(office.storage, office.opening)
        states = [line.state for line in lines]
        assert states.count(KeyState.UNUSED) == SMALLEST_POOL
        assert states.count(KeyState.TAKEN) == 1
        assert all(line.here for line in lines)
        assert sorted(office.opening.ids()) == sorted(line.id for line in lines)


async def test_a_key_that_cannot_be_kept_is_never_offered(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path, keys=False) as office:
        folder = tmp_path / "keys" / "tally"
        folder.mkdir(mode=0o700)
        folder.chmod(0o755)
        with pytest.raises(StandEasyError):
            await office.fill_pool()
        assert await office.number("SELECT count(*) FROM sealing_key") == 0


async def test_the_list_says_which_opening_keys_are_elsewhere(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        from bot.sealing.key_store import KeyFolder

        elsewhere = OpeningKeys(KeyFolder(tmp_path / "another"))
        lines = await key_pool.list_keys(office.storage, elsewhere)
        assert len(lines) == SMALLEST_POOL
        assert not any(line.here for line in lines)


async def test_the_pool_has_a_key_for_every_check_in_and_for_the_next_time(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path, keys=False) as office:
        only = office.programme.check_ins[0]
        many = [only.model_copy(update={"id": f"pulse-{number}"}) for number in range(9)]
        larger = office.programme.model_copy(update={"check_ins": many})
        await programme.load(office.storage, larger, "test", "test", office.clock)
        assert await office.fill_pool() == 18
        assert await office.fill_pool() == 0
