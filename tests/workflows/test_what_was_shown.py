"""What was shown before decides what a round asks, and a recount sees only what came before."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from bot.core.disclosure.earlier import Earlier
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnits
from bot.workflows import codes, programme, released, tally
from bot.workflows.officer_settings import OfficerSettings
from tests.core.disclosure.over_time import History
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("releases are compared alike: one path runs on both")


async def changed(office: Office, new_heads: int) -> Programme:
    """Put a programme into force with one team more in the first department."""
    content: dict[str, Any] = json.loads(office.programme.model_dump_json())
    content["force"]["departments"][0]["teams"].append(
        {"id": "new", "name": "The New Team", "headcount": new_heads}
    )
    document = type(office.programme).model_validate_json(json.dumps(content))
    await programme.load(office.storage, document, "test", "test", office.clock)
    return document


async def units_of_round(office: Office, round_id: str) -> ReportingUnits:
    row = await office.round(round_id)
    assert row is not None
    return ReportingUnits.from_json(row.units)


async def answered(office: Office, officers: list[int]) -> None:
    await office.send()
    for number, officer in enumerate(officers):
        await office.answers(officer, chosen=tuple(2 + (number + item) % 5 for item in range(5)))


@pytest.mark.whole_path
async def test_a_small_new_team_is_not_asked_though_the_last_round_is_not_counted_yet(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        document = await changed(office, 8)
        office.now = at(28, 0)
        await office.turn()
        listed = await units_of_round(office, NEXT_ROUND)
        assert listed.waiting == ("new",)
        assert listed.position_of_team("new") is None
        # Its officers may join. They are told that it is asked nothing, and are asked nothing.
        code, _, _ = await codes.issue_code(
            office.storage, office.address, "new", 1, office.clock, secrets.token_bytes, "test"
        )
        offer = await codes.look_up_code(office.storage, office.address, 1, code, office.clock)
        assert isinstance(offer, codes.Offer)
        assert offer.waiting
        (sam,) = await office.joined(1, "new")
        settings = OfficerSettings(
            office.storage, office.address, lambda: document, office.clock, secrets.token_bytes
        )
        known = await settings.read(sam)
        assert known is not None
        assert known.unit is None
        before = await units_of_round(office, ROUND)
        assert [unit.id for unit in listed.units] == [unit.id for unit in before.units]


async def test_a_new_team_of_fifteen_is_asked(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.turn()
        await changed(office, 15)
        office.now = at(28, 0)
        await office.turn()
        listed = await units_of_round(office, NEXT_ROUND)
        assert listed.waiting == ()
        assert listed.position_of_team("new") is not None


async def test_a_recount_knows_the_releases_before_and_none_after(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(20)
        await office.turn()
        office.now = at(0, 17, 5)
        await answered(office, officers)
        office.now = at(28, 0)
        await office.turn()
        assert await office.count() == [ROUND]
        office.now = at(56, 0)
        await office.turn()
        assert await office.count() == [NEXT_ROUND]
        async with office.storage.read("look") as tx:
            first, second = await released.earlier_releases(tx)
        assert "force" in first.shown
        for round_id, earlier in ((ROUND, first), (NEXT_ROUND, second)):
            release = await tally.recount(
                office.storage, office.opening, office.instruments, round_id
            )
            assert release.content == earlier.release.content


async def test_a_recount_goes_by_the_teams_there_were_at_the_release(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(20)
        await office.turn()
        office.now = at(0, 17, 5)
        await answered(office, officers)
        # The round was opened under the first version, and is released under the second.
        await changed(office, 8)
        office.now = at(28, 0)
        await office.turn()
        assert await office.count() == [ROUND]
        document = await changed(office, 9)
        async with office.storage.read("look") as tx:
            (earlier,) = await released.earlier_releases(tx)
        assert earlier.programmes == (1, 2)
        assert earlier.release.document["programme_at_release"] == 2
        assert earlier.there.heads["new"] == 8
        assert earlier.there.supervisors["new"] == 0
        release = await tally.recount(office.storage, office.opening, office.instruments, ROUND)
        assert release.content == earlier.release.content
        assert document.force.teams


def test_a_release_of_a_version_that_nobody_kept_knows_whom_it_asked() -> None:
    history = History()
    history.release({"east": ["ab"]}, {"a": 30, "b": 30, "c": 9})
    each = history.earlier[0]
    plain = Earlier(each.release, each.units)
    assert released._with_roster(plain, {1: None}) is plain
    assert plain.there.heads == {"a": 30, "b": 30}
