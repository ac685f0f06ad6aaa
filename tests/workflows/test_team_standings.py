"""Standings: the dashboard learns whether enough joined a group, by the hour, and nothing else."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot import wiring
from bot.core.rounds import RoundState
from bot.workflows import programme, team_standings
from bot.workflows import rounds as rounds_opened
from bot.workflows.team_codes import list_teams
from storage import rounds
from storage import team_standings as stored
from storage.engine import Storage
from storage.tables import team_standing
from tests.programmes import pulse_alone
from tests.workflows.office import Office, an_office, at

HOUR = timedelta(hours=1)


async def standings(office: Office) -> dict[str, bool]:
    """Return what the dashboard finds, by group."""
    found = {}
    async with office.storage.read("look") as tx:
        for team in await list_teams(office.storage, office.clock):
            (unit,) = [unit for unit in await units_of(office) if team.team.id in unit.split("+")]
            standing = await stored.of_unit(tx, unit)
            assert standing is not None
            found[unit] = standing.enough
    return found


async def units_of(office: Office) -> list[str]:
    async with office.storage.read("look") as tx:
        rows = await tx.all(select(team_standing))
    return [row.unit for row in rows]


async def test_it_is_noted_once_an_hour_by_the_rule_of_the_list_of_codes(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        assert await team_standings.look(office.storage, office.clock)
        assert not any((await standings(office)).values())
        await office.joined(8, "dog-unit")
        await office.joined(2, "firearms-support")
        # Within the hour nothing changes, however often somebody looks.
        assert not await team_standings.look(office.storage, office.clock)
        assert not any((await standings(office)).values())
        office.now += HOUR
        assert await team_standings.look(office.storage, office.clock)
        found = await standings(office)
        listed = {
            line.team.id: line.enough for line in await list_teams(office.storage, office.clock)
        }
        assert {unit for unit, enough in found.items() if enough}
        assert all(
            listed[team] == enough for unit, enough in found.items() for team in unit.split("+")
        )


async def test_only_groups_are_said_anything_of(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.joined(8, "dog-unit")
        await team_standings.look(office.storage, office.clock)
        units = await units_of(office)
        small = {team.id for team in office.programme.force.teams if team.headcount < 25}
        assert small
        assert small.isdisjoint(units)
        assert set((await rows_of(office))[0]) == {"unit", "enough", "at"}


async def rows_of(office: Office) -> list[dict[str, object]]:
    async with office.storage.read("look") as tx:
        return [dict(row._mapping) for row in await tx.all(select(team_standing))]


async def test_every_row_is_as_old_as_every_other(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await team_standings.look(office.storage, office.clock)
        await office.joined(12, "control-room")
        office.now += HOUR
        await team_standings.look(office.storage, office.clock)
        rows = await rows_of(office)
        assert {row["at"] for row in rows} == {office.now}
        assert [row["unit"] for row in rows] == sorted(str(row["unit"]) for row in rows)


async def test_a_group_that_is_no_more_is_forgotten(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await team_standings.look(office.storage, office.clock)
        before = set(await units_of(office))
        force = office.programme.force
        fewer = force.model_copy(update={"departments": force.departments[:1]})
        changed = office.programme.model_copy(update={"force": fewer})
        await programme.load(office.storage, changed, "test", "fewer", office.clock)
        office.now += HOUR
        await team_standings.look(office.storage, office.clock)
        assert set(await units_of(office)) < before


async def test_without_a_programme_there_is_nothing_to_note(sqlite_database: str) -> None:
    storage = Storage(sqlite_database)
    try:
        assert not await team_standings.look(storage, lambda: at(0, 9))
    finally:
        await storage.close()


async def test_several_workers_note_it_once(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        noted = await asyncio.gather(
            *(team_standings.look(office.storage, office.clock) for _ in range(4))
        )
        assert noted.count(True) == 1
        assert await units_of(office)


async def test_no_floor_that_a_programme_raises_counts_anybody_even_where_rounds_open_with_it(
    sqlite_database: str, tmp_path: Path
) -> None:
    document = pulse_alone()
    started = next(
        each
        for each in wiring.read_programme(wiring.example_programme_path()).check_ins
        if not each.invites
    )
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        office.now = at(0, 9)
        await office.joined(14, "control-room")
        for floor in (14, 15):
            # Officers start it themselves, so it opens a round and writes to nobody.
            opened = started.model_copy(
                update={"id": f"by-{floor}", "starts_on": office.now.date()}
            )
            stricter = document.disclosure.model_copy(update={"threshold": floor, "heads": 60})
            changed = document.model_copy(update={"check_ins": [opened], "disclosure": stricter})
            await programme.load(office.storage, changed, "test", f"{floor}", office.clock)
            await office.fill_pool()
            found = await rounds_opened.open_due(office.storage, office.instruments, office.clock)
            assert [id_.startswith(f"by-{floor}") for id_ in found] == [True]
            assert await team_standings.look(office.storage, office.clock)
            assert (await standings(office))["control-room"]
            (line,) = await list_teams(office.storage, office.clock, "control-room")
            assert line.enough
            office.now += HOUR


async def test_between_two_rounds_neither_floors_nor_teams_that_change_count_anybody(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.turn()
        await office.joined(14, "control-room")
        async with office.storage.transaction("close") as tx:
            for row in await rounds.in_state(tx, RoundState.OPEN):
                await rounds.set_state(tx, row.id, RoundState.CLOSED)
        await team_standings.look(office.storage, office.clock)
        before = await standings(office)
        assert before["control-room"]
        stricter = office.programme.disclosure.model_copy(update={"threshold": 15})
        departments = [
            each.model_copy(
                update={"teams": [team for team in each.teams if team.id != "control-room"]}
            )
            if any(team.id == "control-room" for team in each.teams)
            else each.model_copy(
                update={
                    "teams": [
                        team.model_copy(update={"headcount": 5 * team.headcount})
                        for team in each.teams
                    ]
                }
            )
            for each in office.programme.force.departments
        ]
        force = office.programme.force.model_copy(update={"departments": departments})
        for changed in (
            office.programme.model_copy(update={"disclosure": stricter}),
            office.programme.model_copy(update={"force": force}),
        ):
            await programme.load(office.storage, changed, "test", "try", office.clock)
            office.now += HOUR
            assert await team_standings.look(office.storage, office.clock)
            async with office.storage.read("look") as tx:
                for unit, enough in before.items():
                    standing = await stored.of_unit(tx, unit)
                    assert standing is not None
                    assert standing.enough == enough
