"""Rows that somebody wrote past the program: nobody falls over them, and officers have help."""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.core.access import OPERATOR
from bot.core.health import Condition, conditions_of
from bot.workflows import (
    catalogue,
    headcounts,
    programme,
    programme_changes,
    programme_versions,
    rounds,
)
from bot.workflows import desk as desks
from bot.workflows.catalogue import stored_form
from bot.workflows.desk import Desk
from bot.workflows.health import Oversight
from bot.workflows.programme_changes import NothingChanged, Saved
from bot.workflows.programme_versions import UnreadableVersion
from bot.workflows.replies import findings
from config.content import national_support
from storage import programmes as stored_programmes
from storage.engine import ReadTransaction
from storage.programmes import StoredProgramme
from storage.tables import programme as programmes
from storage.tables import reply as replies
from tests.programmes import pulse_alone
from tests.workflows.office import ROUND, Office, an_office, at
from tests.workflows.test_replies import answered, stored

NATIONAL = tuple(national_support())


def desk_of(office: Office) -> Desk:
    tokens: Any = None
    return Desk(
        office.storage,
        office.address,
        tokens,
        office.instruments,
        NATIONAL,
        office.clock,
        secrets.token_bytes,
    )


async def write(office: Office, table: Any, **row: object) -> None:
    async with office.storage.transaction("past the program") as tx:
        await tx.execute(insert(table).values(row))


async def conditions(office: Office) -> list[Condition]:
    oversight = Oversight(office.storage, office.clock, NATIONAL, "officers")
    return conditions_of(await oversight.health())


TEAMS = '{"force": {"departments": [{"teams": [{"id": "night-relief", "headcount": %s}]}]}}'


def with_check_in(**changes: object) -> str:
    """The invented force, its check-in changed past the program."""
    content = json.loads(stored_form(pulse_alone()))
    content["check_ins"][0] |= changes
    return json.dumps(content)


UNREAD = (
    *("x", '{"other": 1}', "[" * 100_000, TEAMS % "1e999", TEAMS % 100_000),
    '{"force": {"departments": []}}',
    with_check_in(recurrence="FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    with_check_in(starts_on="9999-12-31"),
)


@pytest.mark.parametrize("content", UNREAD)
async def test_a_version_that_nobody_can_read_is_never_in_force(
    sqlite_database: str, tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        row = {"author": "x", "reason": "x", "saved_at": office.now}
        for version in (2, 3):
            await write(office, programmes, version=version, content=content, **row)
        desk = desk_of(office)
        assert await desk.refresh()
        assert desk.catalogue.programme == office.programme
        assert (await programme.current(office.storage)).version == 1
        assert Condition.PROGRAMME_UNREAD in await conditions(office)
        with pytest.raises(UnreadableVersion, match="Version 3"):
            await programme_versions.at(office.storage, 3)
        team = office.programme.team("night-relief")
        async with office.storage.read("heads") as tx:
            for _ in range(2):
                found = await headcounts.most_heads(office.storage, tx, team.id, office.now)
                assert found == team.headcount
                # Nobody reads it again, however often somebody asks.
                monkeypatch.setattr("storage.programmes.at_version", None)
        monkeypatch.undo()
        assert [await office.join(person, await office.code(team.id)) for person in (7, 8)] == [
            True,
            True,
        ]
        office.now = at(0, 9)
        assert await rounds.open_due(office.storage, office.instruments, office.clock) == [ROUND]
        # Saving what is in force once more is how it is passed, and then it is the newest.
        saved = (office.programme, 1, OPERATOR, "mend", office.clock, office.instruments)
        assert await programme_changes.save(office.storage, *saved, alone=True) == Saved(4)
        assert Condition.PROGRAMME_UNREAD not in await conditions(office)
        again = (office.programme, 4, *saved[2:])
        with pytest.raises(NothingChanged):
            await programme_changes.save(office.storage, *again, alone=True)


async def test_a_version_that_cannot_be_read_is_fetched_once_however_often_somebody_looks(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[int] = []
    read = stored_programmes.at_version

    async def at_version(tx: ReadTransaction, version: int) -> StoredProgramme | None:
        fetched.append(version)
        return await read(tx, version)

    async with an_office(sqlite_database, tmp_path) as office:
        row = {"content": '{"large": 1}', "author": "x", "reason": "x", "saved_at": at(1, 1)}
        # More than are asked for at once.
        for version in range(2, 152):
            await write(office, programmes, version=version, **row)
        monkeypatch.setattr("storage.programmes.at_version", at_version)
        for looked in range(3):
            fetched.clear()
            async with office.storage.read("look") as tx:
                assert await catalogue.version_in_force(tx) == 1
            assert fetched == ([*range(151, 0, -1)] if looked == 0 else [1])


async def test_where_no_version_can_be_read_none_is_in_force(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path, keys=False) as office:
        await office.change("DROP TRIGGER programme_refuses_update")
        await office.change("UPDATE programme SET content = 'x'")
        async with office.storage.read("look") as tx:
            assert await catalogue.version_in_force(tx) == 0


async def test_a_version_that_dates_itself_back_hides_none_before_it(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.turn()
        few = json.loads(stored_form(office.programme))
        for team in (each for one in few["force"]["departments"] for each in one["teams"]):
            team["headcount"], team["supervisors"] = 1, 0
        row = {"author": "x", "reason": "x", "saved_at": datetime(2000, 1, 2, tzinfo=UTC)}
        await write(office, programmes, version=2, content=json.dumps(few), **row)
        heads = {team.id: team.headcount for team in office.programme.force.teams}
        async with office.storage.read("heads") as tx:
            asked = (office.storage, tx)
            assert await headcounts.heads_before(*asked, office.now) == heads
            assert await headcounts.fewest_heads(*asked, office.now) == dict.fromkeys(heads, 1)
            for team_id, most in heads.items():
                assert await headcounts.most_heads(*asked, team_id, office.now) == most


async def test_the_officers_process_has_help_whatever_cannot_be_read(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise OverflowError("something private")

    async with an_office(sqlite_database, tmp_path) as office:
        first, later = desk_of(office), desk_of(office)
        assert await later.refresh()
        monkeypatch.setattr(desks, "read_catalogue", fails)
        assert not await first.refresh()
        assert not await later.refresh()
        assert first.catalogue.support == NATIONAL
        assert later.catalogue.programme == office.programme


PAST_THE_PROGRAM = (
    *("x", "[]", '{"en": 5}', "{}", '{"en": "a@b"}', '{"cy": "Dau."}'),
    json.dumps({"en": "word " * 2000}),
)


async def test_of_a_reply_that_was_written_past_the_program_nothing_is_shown(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await answered(office, ROUND, await office.joined(20, "harbour-response"), 0)
        document = await stored(office)
        group = next(each for each in document["groups"] if any(each["scales"].values()))
        scale = next(key for key, value in group["scales"].items() if value)
        row = {"round": ROUND, "group": group["id"], "scale": scale, "author": "x"}
        for number, content in enumerate(PAST_THE_PROGRAM, start=1):
            await write(office, replies, sequence=number, content=content, at=office.now, **row)
            assert await desk_of(office).refresh()
            async with office.storage.read("shown") as tx:
                assert not any((await findings(tx)).values())
        good = json.dumps({"en": "Two more people."})
        await write(office, replies, sequence=number + 1, content=good, at=office.now, **row)
        async with office.storage.read("shown") as tx:
            assert any((await findings(tx)).values())
