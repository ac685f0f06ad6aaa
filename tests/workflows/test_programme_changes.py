"""Saving the programme: a version or a proposal, never over somebody else's, never unchecked."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot import wiring
from bot.core.access import OPERATOR, NotAllowed, Role, Visitor
from bot.core.audit import AuditEntry
from bot.core.documents import DocumentProblems
from bot.core.errors import InvalidDocument
from bot.core.health import Condition, conditions_of
from bot.core.programme import Programme
from bot.core.support_changes import verified
from bot.workflows import headcounts, programme, programme_changes
from bot.workflows.headcounts import WRITTEN_UP
from bot.workflows.health import Oversight
from bot.workflows.programme_changes import (
    ChangedMeanwhile,
    NoReason,
    NothingChanged,
    Proposed,
    Saved,
)
from config.content import national_support
from storage import audit, staff
from storage.engine import ReadTransaction, Storage
from storage.tables import staff as table
from tests.programmes import pulse_alone
from tests.workflows.office import Office, an_office, at

pytestmark = pytest.mark.sqlite_first("one path runs on both")

KESTREL = Visitor("Kestrel", frozenset({Role.ADMIN}), "staff-kestrel")


async def one_admin(tx: ReadTransaction) -> int:
    return 1


async def two_admins(tx: ReadTransaction) -> int:
    return 2


def renamed(before: Programme, name: str = "Fenmarch (new)") -> Programme:
    """The force with another name: nothing a second admin has to look at."""
    return before.model_copy(update={"force": before.force.model_copy(update={"name": name})})


def grown(before: Programme, heads: int = 90) -> Programme:
    """A team with other heads: a second admin has to look at this."""
    first, *others = before.force.departments
    team = first.teams[0].model_copy(update={"headcount": heads})
    department = first.model_copy(update={"teams": [team, *first.teams[1:]]})
    force = before.force.model_copy(update={"departments": [department, *others]})
    return before.model_copy(update={"force": force})


async def gives_access(storage: Storage, who: Visitor) -> None:
    """Let somebody have an account, without an entry of its own, where they have none."""
    if who.staff_id is None:
        return
    row = {"id": who.staff_id, "name": who.name, "roles": json.dumps(sorted(who.roles))}
    async with storage.transaction("access") as tx:
        if await staff.get(tx, who.staff_id) is None:
            await tx.execute(insert(table).values(added_at=at(0, 9), joined_at=at(0, 9), **row))


async def saves(
    office: Office, changed: Programme, based_on: int = 1, **options: Any
) -> Saved | Proposed:
    """Save as an admin."""
    arguments: dict[str, Any] = {"by": KESTREL, "reason": "why", "admins": one_admin, **options}
    await gives_access(office.storage, arguments["by"])
    return await programme_changes.save(
        office.storage,
        changed,
        based_on,
        now=office.clock,
        instruments=office.instruments,
        **arguments,
    )


async def last_entry(storage: Storage) -> AuditEntry:
    async with storage.read("look") as tx:
        return (await audit.all(tx))[-1].entry


async def test_a_save_is_a_version_with_author_reason_and_entry(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        changed = grown(renamed(office.programme))
        assert await saves(office, changed, reason="  two\n teams  merged ") == Saved(2)
        version = await programme.current(office.storage)
        assert (version.author, version.reason) == ("Kestrel", "two teams merged")
        assert version.programme == changed
        entry = await last_entry(office.storage)
        assert (entry.actor, entry.act) == ("Kestrel", "save programme")
        assert entry.detail == "force, teams: two teams merged"


@pytest.mark.whole_path
async def test_with_two_admins_what_is_delicate_waits_and_the_rest_does_not(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        delicate = grown(office.programme)
        assert await saves(office, delicate, admins=two_admins) == Proposed(1)
        entry = await last_entry(office.storage)
        assert (entry.act, entry.subject) == ("propose programme", "proposal 1")
        assert (await programme.current(office.storage)).version == 1
        assert await saves(office, renamed(office.programme), admins=two_admins) == Saved(2)


async def test_nobody_verifies_alone_in_another_s_name(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        entry_id = office.programme.support[0].id

        async def verifies(name: str, based_on: int = 1, **options: Any) -> Saved | Proposed:
            changed = verified(office.programme, entry_id, name, office.clock().date())
            return await saves(office, changed, based_on, admins=two_admins, **options)

        assert await verifies("Heron") == Proposed(1)
        assert await verifies("Kestrel") == Saved(2)
        # Whoever sits at the server notes who called.
        assert await verifies("Heron", 2, by=OPERATOR, caller="Heron") == Saved(3)


async def test_whoever_sits_at_the_server_can_save_alone_and_the_trail_says_so(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        options: dict[str, Any] = {"by": OPERATOR, "alone": True}
        assert await saves(office, grown(office.programme), admins=two_admins, **options) == Saved(
            2
        )
        assert (await last_entry(office.storage)).act == "save programme alone"
        # Where nobody else has to look, alone says nothing.
        assert await saves(office, renamed(grown(office.programme)), 2, **options) == Saved(3)
        assert (await last_entry(office.storage)).act == "save programme"


async def test_what_was_saved_meanwhile_is_never_written_over(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await saves(office, renamed(office.programme))
        with pytest.raises(ChangedMeanwhile, match="version 2 now, saved by Kestrel") as error:
            await saves(office, grown(office.programme))
        assert error.value.details["version"] == 2
        assert (await programme.current(office.storage)).version == 2


async def test_saving_what_is_in_force_is_said_to_change_nothing(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        with pytest.raises(NothingChanged):
            await saves(office, office.programme)


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 301, "hid\u202eden"])
async def test_a_change_needs_a_reason_that_can_be_read(
    sqlite_database: str, tmp_path: Path, reason: str
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        with pytest.raises(NoReason):
            await saves(office, renamed(office.programme), reason=reason)


async def test_only_who_may_change_the_programme_does(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        auditor = Visitor("Heron", frozenset({Role.AUDITOR, Role.LEAD}))
        with pytest.raises(NotAllowed):
            await saves(office, renamed(office.programme), by=auditor)


async def test_what_is_saved_passes_the_checks_that_a_file_passes(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        with pytest.raises(DocumentProblems, match="U\\+202E"):
            await saves(office, renamed(office.programme, "Fen\u202emarch"))
        unknown = office.programme.check_ins[0].model_copy(update={"instrument_version": 99})
        with pytest.raises(InvalidDocument, match="got weekly-pulse version 99"):
            await saves(office, office.programme.model_copy(update={"check_ins": [unknown]}))
        nowhere = office.programme.force.model_copy(update={"timezone": "Fen/Nowhere"})
        with pytest.raises(DocumentProblems, match="time zone"):
            await saves(office, office.programme.model_copy(update={"force": nowhere}))
        assert (await programme.current(office.storage)).version == 1


async def test_a_first_programme_is_saved_where_there_is_none(storage: Storage) -> None:
    async def saved(based_on: int) -> Saved | Proposed:
        return await programme_changes.save(
            storage,
            pulse_alone(),
            based_on,
            KESTREL,
            "the first",
            lambda: at(0, 9),
            wiring.instruments_by_key(),
            admins=two_admins,
        )

    await gives_access(storage, KESTREL)
    assert await programme_changes.current_or_none(storage) is None
    with pytest.raises(ChangedMeanwhile, match="version 0 now, saved by nobody"):
        await saved(1)
    assert await saved(0) == Saved(1)
    found = await programme_changes.current_or_none(storage)
    assert found is not None
    assert found.programme == pulse_alone()


def asking_the_first(before: Programme) -> Programme:
    """A programme in which the pulse asks the first team alone."""
    (pulse, *others) = before.check_ins
    asked = pulse.model_copy(update={"audience": [before.force.teams[0].id]})
    return before.model_copy(update={"check_ins": [asked, *others]})


async def noted(office: Office) -> list[tuple[str, str]]:
    """Return what the trail notes of heads that were written up."""
    async with office.storage.read("look") as tx:
        entries = [record.entry for record in await audit.all(tx)]
    return [(each.subject, each.detail) for each in entries if each.act == WRITTEN_UP]


async def test_many_small_steps_are_noted_as_one_large_one(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pulse_alone().force.teams[0].id
    async with an_office(sqlite_database, tmp_path, document=grown(pulse_alone(), 30)) as office:
        await office.turn()
        for version, heads in enumerate((45, 59, 60, 40), start=1):
            await saves(office, grown(office.programme, heads), version)
        assert await noted(office) == [(f"team {first}", "from 30 to 60")]
        monkeypatch.setattr(headcounts, "_NAMED", 0)
        await saves(office, grown(office.programme, 61), 5)
        assert (await noted(office))[1:] == [("1 teams", "at least doubled")]


async def test_a_team_that_was_dissolved_and_came_back_larger_is_noted_and_a_new_one_is_not(
    sqlite_database: str, tmp_path: Path
) -> None:
    small = grown(pulse_alone(), 8)
    first, *others = small.force.departments
    gone, *stayed = first.teams
    fewer = first.model_copy(update={"teams": stayed})
    without = small.model_copy(
        update={"force": small.force.model_copy(update={"departments": [fewer, *others]})}
    )
    async with an_office(sqlite_database, tmp_path, document=without) as office:
        await office.turn()
        assert await saves(office, small) == Saved(2)
        assert await noted(office) == []
        assert await saves(office, without, 2) == Saved(3)
        assert await saves(office, grown(small, 60), 3) == Saved(4)
        assert await noted(office) == [(f"team {gone.id}", "from 8 to 60")]


async def test_nobody_alone_makes_a_few_everyone(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        smallest = min(office.programme.force.teams, key=lambda team: team.headcount)
        written_up = smallest.model_copy(update={"headcount": 60})
        (home,) = [each for each in office.programme.force.departments if smallest in each.teams]
        alone = home.model_copy(update={"teams": [written_up]})
        force = office.programme.force.model_copy(update={"departments": [alone]})
        few = office.programme.model_copy(update={"force": force})
        await office.turn()
        with pytest.raises(InvalidDocument, match="alone does not make the rest everyone"):
            await saves(office, few)
        # A second one who approves has read who is left.
        assert await saves(office, few, admins=two_admins) == Proposed(1)


async def test_nobody_writes_up_a_few_alone_and_asks_them(
    sqlite_database: str, tmp_path: Path
) -> None:
    small = grown(pulse_alone(), 8)
    async with an_office(sqlite_database, tmp_path, document=small) as office:
        large = grown(small, 60)
        # While a force is being set up nobody has been asked, and numbers are being put right.
        assert await saves(office, asking_the_first(large)) == Saved(2)
        assert await saves(office, small, 2) == Saved(3)
        await office.turn()
        assert await noted(office) == []
        assert await saves(office, large, 3) == Saved(4)
        # It is in the trail, and everybody who looks after the installation is told.
        first = small.force.teams[0].id
        assert await noted(office) == [(f"team {first}", "from 8 to 60")]
        oversight = Oversight(office.storage, office.clock, national_support(), "serve")
        found = await oversight.health()
        assert [each.group for each in found.written_up] == [f"team {first}"]
        assert Condition.HEADS_WRITTEN_UP in conditions_of(found)
        with pytest.raises(InvalidDocument, match="for half a year, or a second admin"):
            await saves(office, asking_the_first(large), 4)
        # A second one who approves has read what the heads were.
        proposed = await saves(office, asking_the_first(large), 4, admins=two_admins)
        assert proposed == Proposed(1)
        office.now += timedelta(days=180)
        assert await saves(office, asking_the_first(large), 4) == Saved(5)
