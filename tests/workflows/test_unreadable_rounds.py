"""A round that nobody can read holds up nothing, is named, and can be given up."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.rounds import RoundState
from bot.workflows.catalogue import UnreadableRound, read_catalogue
from bot.workflows.health import Oversight
from tests.workflows.abandoned import abandon, key_of
from tests.workflows.harming import closed
from tests.workflows.office import NEXT_ROUND, ROUND, an_office, at

pytestmark = pytest.mark.sqlite_first("rows are read alike: one strange row is left on both")

ALL_SEALED = "SELECT count(*) FROM sealed_response"

STRANGE = [
    *(f"units = '{each}'" for each in ("{}", "null", "[]", "[" * 100_000)),
    "check_in = 'nope'",
    "programme_version = 999",
]
ON_BOTH = pytest.param("units = '?'", marks=pytest.mark.whole_path, id="units = '?'")


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]


@pytest.mark.parametrize(
    "strange", [ON_BOTH, *(pytest.param(each, id=each[:20]) for each in STRANGE)]
)
async def test_a_row_that_nobody_can_read_holds_up_nothing_and_can_be_given_up(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, strange: str
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        assert await office.count() == [ROUND]
        office.now = at(56, 0)
        await office.turn()
        key = await key_of(office, NEXT_ROUND)
        await office.change(f"UPDATE round SET {strange} WHERE id = '{NEXT_ROUND}'")  # noqa: S608
        office.now += timedelta(days=31)
        await office.turn()
        assert await office.count() == ["weekly-pulse-2027-02-01"]
        assert await office.shred() == [ROUND]
        assert any(f"round {NEXT_ROUND} is left as it is" in each for each in errors(caplog))
        assert len((await read_catalogue(office.storage, office.instruments, [])).rounds) <= 2
        found = await Oversight(office.storage, office.clock, [], "tally").health()
        assert found.unread_rounds == [NEXT_ROUND]
        with pytest.raises(UnreadableRound):
            await abandon(office, round_id=NEXT_ROUND, key_lost=True)
        assert key in office.opening.ids()
        await abandon(office, round_id=NEXT_ROUND, unreadable=True)
        row = await office.round(NEXT_ROUND)
        assert row is not None
        assert row.state is RoundState.ABANDONED
        assert key not in office.opening.ids()
        assert await office.number(ALL_SEALED) == 0
