"""Rows that somebody wrote past the program: nobody falls over them, and officers have help."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.core.access import OPERATOR
from bot.core.health import Condition, conditions_of
from bot.workflows import desk as desks
from bot.workflows import headcounts, programme, programme_changes, programme_versions, rounds
from bot.workflows.desk import Desk
from bot.workflows.health import Oversight
from bot.workflows.programme_changes import NothingChanged, Saved
from bot.workflows.programme_versions import UnreadableVersion
from bot.workflows.replies import findings
from config.content import national_support
from storage.tables import programme as programmes
from storage.tables import reply as replies
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


@pytest.mark.parametrize("content", ["x", '{"other": 1}', "[" * 100_000])
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
        team = office.programme.force.teams[0]
        async with office.storage.read("heads") as tx:
            for _ in range(2):
                found = await headcounts.most_heads(office.storage, tx, team.id, office.now)
                assert found == team.headcount
                # Nobody reads it again, however often somebody asks.
                monkeypatch.setattr("storage.programmes.at_version", None)
        monkeypatch.undo()
        office.now = at(0, 9)
        assert await rounds.open_due(office.storage, office.instruments, office.clock) == [ROUND]
        # Saving what is in force once more is how it is passed, and then it is the newest.
        saved = (office.programme, 1, OPERATOR, "mend", office.clock, office.instruments)
        assert await programme_changes.save(office.storage, *saved, alone=True) == Saved(4)
        assert Condition.PROGRAMME_UNREAD not in await conditions(office)
        again = (office.programme, 4, *saved[2:])
        with pytest.raises(NothingChanged):
            await programme_changes.save(office.storage, *again, alone=True)


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
