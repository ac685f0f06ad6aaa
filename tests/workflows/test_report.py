"""Reports: what is out, what comes when, and nothing before its time."""

from datetime import date
from pathlib import Path

import pytest

from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnits
from bot.core.rounds import NoSuchRound, RoundState
from bot.workflows import closing, programme, report
from bot.workflows.report import NeverReleased, NotReleasedYet, Reports, WithoutResult
from storage import rounds
from storage.engine import Storage
from storage.errors import RowRefused
from tests.programmes import the_example
from tests.workflows.abandoned import abandon
from tests.workflows.harming import closed, damage, nonsense
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("what to expect is reckoned alike: one path runs on both")


async def upcoming(office: Office) -> list[tuple[str | None, date]]:
    results = await report.results(office.storage, office.clock)
    return [(each.round_id, each.expected_on) for each in results.upcoming]


@pytest.mark.whole_path
async def test_without_a_programme_there_is_nothing_to_expect(storage: Storage) -> None:
    results = await report.results(storage, lambda: at(0, 9))
    assert (results.force, results.upcoming, results.releases) == ("", (), ())


async def test_before_a_round_opens_its_day_of_results_is_known(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        assert await upcoming(office) == [(None, date(2027, 1, 4))]
        await office.turn()
        assert await upcoming(office) == [(ROUND, date(2027, 1, 4))]


async def test_before_the_release_a_round_gives_nothing_but_its_day(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        for state in ("open", "closed"):
            with pytest.raises(NotReleasedYet):
                await report.release_of(office.storage, ROUND)
            results = await report.results(office.storage, office.clock)
            assert results.releases == (), state
            office.now = at(28, 0)
            await office.turn()
        with pytest.raises(NoSuchRound):
            await report.release_of(office.storage, "weekly-pulse-2020-01-01")


@pytest.mark.whole_path
async def test_releases_come_newest_first_and_verified(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        for day in (0, 28, 56):
            office.now = at(day, 0)
            await office.turn()
            await office.count()
        reports = Reports(office.storage, office.clock)
        results = await reports.results()
        assert [release.round_id for release in results.releases] == [NEXT_ROUND, ROUND]
        assert results.releases[0].previous_hash == results.releases[1].hash
        assert (await reports.release_of(ROUND)).content == results.releases[1].content
        # What is out cannot be changed behind the product's back either.
        with pytest.raises(RowRefused, match="append-only"):
            await office.change("UPDATE release SET hash = release.previous_hash")


async def test_after_the_last_round_of_a_check_in_nothing_is_expected(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path, at(-400, 9)) as office:
        # Before the first: the first round's day is known.
        assert await upcoming(office) == [(None, date(2026, 2, 2))]


async def test_a_round_closed_early_is_expected_no_earlier_than_today(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        await closing.close_now(office.storage, ROUND, office.clock, "admin")
        assert await upcoming(office) == [(ROUND, date(2027, 1, 4))]
        office.now = at(40, 9)
        assert await upcoming(office) == [(ROUND, at(40, 9).date())]


async def test_nobody_waits_for_a_round_that_was_abandoned(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        assert (ROUND, date(2027, 1, 4)) in await upcoming(office)
        results = await report.results(office.storage, office.clock)
        assert results.without_result == ()
        await abandon(office)
        assert await upcoming(office) == [(NEXT_ROUND, date(2027, 2, 1))]
        results = await report.results(office.storage, office.clock)
        assert results.without_result == (
            WithoutResult("weekly-pulse", "Weekly pulse", date(2026, 12, 7), date(2027, 1, 4)),
        )
        with pytest.raises(NeverReleased):
            await report.release_of(office.storage, ROUND)
        # Once there is a newer result, nobody is told any more.
        office.now = at(56, 0)
        await office.turn()
        assert await office.count() == [NEXT_ROUND]
        results = await report.results(office.storage, office.clock)
        assert results.without_result == ()


async def test_the_days_of_a_round_that_closed_early_and_was_abandoned_bring_no_result(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.turn()
        await nonsense(office)
        await closing.close_now(office.storage, ROUND, office.clock, "admin")
        await abandon(office)
        assert await upcoming(office) == []


def _with_the_first_team_of_each_in_the_first_department(document: Programme) -> Programme:
    first, *others = document.force.departments
    teams = [*first.teams, *(each.teams[0] for each in others)]
    departments = [first.model_copy(update={"teams": teams})]
    departments += [each.model_copy(update={"teams": each.teams[1:]}) for each in others]
    force = document.force.model_copy(update={"departments": departments})
    return document.model_copy(update={"force": force})


@pytest.mark.parametrize("check_in", ["weekly-pulse", "exit"])
async def test_whose_the_teams_of_a_round_are_is_as_it_was_when_the_round_opened(
    database_url: str, tmp_path: Path, check_in: str
) -> None:
    example = the_example()
    document = example.model_copy(update={"check_ins": [example.check_in(check_in)]})
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        async with office.storage.read("look") as tx:
            (opened,) = await rounds.in_state(tx, RoundState.OPEN)
        # One is reported by units, the other for the whole force alone.
        units = ReportingUnits.from_json(opened.units)
        assert units.is_whole_force is (check_in == "exit")
        reports = Reports(office.storage, office.clock)
        then = ("response",) * 3 + ("specialist",) * 3 + ("investigation",) * 3
        assert await reports.departments_asked(opened.id) == then
        moved = _with_the_first_team_of_each_in_the_first_department(document)
        await programme.load(office.storage, moved, "test", "test", office.clock)
        assert await reports.departments_asked(opened.id) == then


async def test_of_a_round_that_is_not_known_nobody_was_asked(storage: Storage) -> None:
    reports = Reports(storage, lambda: at(0, 9))
    assert await reports.departments_asked("weekly-pulse-2020-01-01") == ()
