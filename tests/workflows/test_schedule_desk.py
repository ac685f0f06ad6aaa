"""The year ahead for pages: kept while everything it comes from is the same, and not longer."""

from pathlib import Path

import pytest

from bot.workflows import programme, schedule_desk
from bot.workflows.programme_desk import ProgrammeDesk
from bot.workflows.schedule_desk import ScheduleDesk
from storage.engine import Storage
from tests.admin.console.schedule_console import office_alone
from tests.programmes import pulse_alone, two_check_ins
from tests.workflows.office import Office, an_office, at


async def _asked(office: Office, desk: ScheduleDesk) -> schedule_desk.Later:
    version = await programme.current(office.storage)
    return await desk.later_in_force(version)


async def test_the_year_is_kept_until_a_version_a_day_or_a_round_is_another(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule_desk, "patterns_ahead", office_alone)
    async with an_office(sqlite_database, tmp_path, document=pulse_alone()) as office:
        programmes = ProgrammeDesk(office.storage, office.clock, office.instruments, [])
        desk = ScheduleDesk(office.storage, office.clock, office.instruments, programmes)
        office.now = at(-1, 9)
        await desk.make_ready()
        first = await _asked(office, desk)
        office.now = at(-1, 23)
        assert await _asked(office, desk) is first
        office.now = at(0, 0)
        another_day = await _asked(office, desk)
        assert another_day is not first
        await office.turn()
        after_opening = await _asked(office, desk)
        assert after_opening is not another_day
        await programme.load(office.storage, two_check_ins(), "test", "test", office.clock)
        another_version = await _asked(office, desk)
        assert another_version is not after_opening
        assert another_version.cautions != after_opening.cautions
        assert await _asked(office, desk) is another_version


async def test_without_a_programme_there_is_nothing_to_make_ready(sqlite_database: str) -> None:
    storage = Storage(sqlite_database)
    programmes = ProgrammeDesk(storage, lambda: at(0, 9), {}, [])
    await ScheduleDesk(storage, lambda: at(0, 9), {}, programmes).make_ready()
    await storage.close()
