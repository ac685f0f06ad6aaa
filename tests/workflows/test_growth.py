"""Sudden growth is noted of groups, once a day, without a number under the floor or a name."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.workflows.growth import ACT, Growth
from storage import audit
from tests.workflows.office import Office, an_office

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

HOUR = timedelta(hours=1)


async def notes(office: Office) -> list[tuple[str, str]]:
    async with office.storage.read("look") as tx:
        found = [record.entry for record in await audit.all(tx)]
    return [(entry.subject, entry.detail) for entry in found if entry.act == ACT]


async def test_half_a_group_within_a_day_is_noted_once(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        growth = Growth(office.storage, office.clock)
        assert await growth.look() == []
        await office.joined(8, "dog-unit")
        await office.joined(4, "firearms-support")
        office.now += HOUR
        assert await growth.look() == []
        await office.joined(1, "firearms-support")
        office.now += HOUR
        (group,) = await growth.look()
        office.now += HOUR
        assert await growth.look() == []
        ((subject, detail),) = await notes(office)
        assert subject == f"group {group}"
        assert "13" not in detail
        # Another worker, and one that was started anew, do not say it a second time.
        assert await Growth(office.storage, office.clock).look() == []


async def test_growth_over_days_is_not_sudden(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        growth = Growth(office.storage, office.clock)
        for _ in range(8):
            await office.joined(3, "control-room")
            assert await growth.look() == []
            office.now += timedelta(hours=12)
        assert await notes(office) == []


async def test_between_two_looks_an_hour_passes(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        growth = Growth(office.storage, office.clock)
        await growth.look()
        await office.joined(30, "control-room")
        office.now += HOUR - timedelta(seconds=1)
        assert await growth.look() == []
        office.now += timedelta(seconds=1)
        assert len(await growth.look()) == 1


@pytest.mark.at_once
async def test_several_workers_note_it_once(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        workers = [Growth(office.storage, office.clock) for _ in range(3)]
        for worker in workers:
            await worker.look()
        await office.joined(30, "control-room")
        office.now += HOUR
        assert sum([len(await worker.look()) for worker in workers]) == 1
        # A day later it can be said again, of new growth alone.
        office.now += timedelta(days=2)
        for worker in workers:
            await worker.look()
        assert len(await notes(office)) == 1
