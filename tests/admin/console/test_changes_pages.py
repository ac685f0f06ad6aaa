"""Changes that wait: looked at by a second admin, and decided once."""

import pytest

from bot.core.programme import Programme
from bot.workflows.programme_changes import Proposed
from storage import audit
from storage.engine import Storage
from tests.admin.console.consoles import (
    AUDITOR,
    HERON,
    KESTREL,
    NOW,
    Console,
    a_console,
    with_admins,
)

pytestmark = pytest.mark.sqlite_first("pages read and write by workflows: one path runs on both")


def grown(before: Programme, heads: int) -> Programme:
    """The force with other heads in its first team."""
    first, *rest = before.force.departments
    team = first.teams[0].model_copy(update={"headcount": heads})
    department = first.model_copy(update={"teams": [team, *first.teams[1:]]})
    force = before.force.model_copy(update={"departments": [department, *rest]})
    return before.model_copy(update={"force": force})


async def proposed(console: Console, heads: int = 99, based_on: int = 1) -> str:
    """Propose other heads as Kestrel; return the page of the change."""
    changed = grown(await console.programme(), heads)
    outcome = await console.desk.save(changed, based_on, KESTREL, "<b>merged</b>")
    assert isinstance(outcome, Proposed)
    return f"/changes/{outcome.number}"


@pytest.mark.whole_path
async def test_a_second_admin_looks_and_approves(storage: Storage) -> None:
    async with a_console(storage) as console:
        await with_admins(storage, KESTREL, HERON)
        assert "Nothing waits." in await console.reads("/changes")
        path = await proposed(console)
        assert "&lt;b&gt;merged&lt;/b&gt;" in await console.get("/changes")
        assert "One change waits for a second admin" in await console.reads("/programme")
        console.door.who = HERON
        text = await console.reads(path)
        assert "heads and has 99." in text
        assert "takes effect with the next round" in text
        assert "counts within a minute" in text
        told = await console.refused(f"{path}/approve", version="1")
        assert "Tick the box when you have read what would change." in told
        assert await console.sent(f"{path}/approve", version="1", sure="yes") == path
        assert (await console.programme()).force.teams[0].headcount == 99
        assert "Approved by Heron" in await console.reads(path)
        assert "in force as version 2" in await console.reads(path)
        found = await console.desk.at(2)
        assert found.author == "Kestrel, approved by Heron"
        async with storage.read("look") as tx:
            *_, saved, approved = [record.entry for record in await audit.all(tx)]
        assert (saved.actor, saved.act) == ("Kestrel", "save programme")
        assert (approved.actor, approved.act) == ("Heron", "approve programme")
        assert approved.subject == "proposal 1"
        # Pressed twice: the page shows how it stands, and nothing is saved again.
        assert await console.sent(f"{path}/approve", version="2", sure="yes") == path
        assert await console.newest() == 2


async def test_whoever_proposed_a_change_cannot_approve_it_but_can_withdraw_it(
    storage: Storage,
) -> None:
    async with a_console(storage) as console:
        await with_admins(storage, KESTREL, HERON)
        path = await proposed(console)
        page = await console.get(path)
        assert "/approve" not in page
        assert "/refuse" not in page
        told = await console.refused(f"{path}/approve", version="1", sure="yes")
        assert "is yours: expected somebody else to approve it" in told
        told = await console.refused(f"{path}/refuse", reason="x")
        assert "is yours: expected somebody else to refuse it" in told
        told = await console.refused(f"{path}/withdraw", reason="")
        assert "Write in one line why" in told
        assert await console.sent(f"{path}/withdraw", reason="a slip") == path
        assert "Withdrawn by Kestrel" in await console.reads(path)
        assert "Change 1 withdrawn by Kestrel" in await console.reads("/changes")
        assert await console.newest() == 1


async def test_a_second_admin_refuses_with_a_reason_and_cannot_withdraw(
    sqlite_storage: Storage,
) -> None:
    async with a_console(sqlite_storage) as console:
        await with_admins(sqlite_storage, KESTREL, HERON)
        path = await proposed(console)
        console.door.who = HERON
        told = await console.refused(f"{path}/withdraw", reason="not mine")
        assert "was made by Kestrel: expected them to withdraw it" in told
        await console.sent(f"{path}/refuse", reason="they are fifty")
        assert "they are fifty" in await console.reads(path)
        assert await console.sent(f"{path}/approve", version="1", sure="yes") == path
        assert await console.newest() == 1


async def test_a_name_is_not_taken_for_an_account(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        await with_admins(sqlite_storage, KESTREL, HERON)
        path = await proposed(console)
        # The same account under another name is the same person.
        console.door.who = type(KESTREL)("Merlin", KESTREL.roles, KESTREL.staff_id)
        await console.refused(f"{path}/approve", version="1", sure="yes")
        # Without an account, the name is all there is.
        console.door.who = type(KESTREL)("Kestrel", KESTREL.roles)
        await console.refused(f"{path}/approve", version="1", sure="yes")
        assert await console.newest() == 1


async def test_a_change_of_what_others_changed_is_out_of_date(storage: Storage) -> None:
    async with a_console(storage) as console:
        await with_admins(storage, KESTREL, HERON)
        first, second = await proposed(console, 99), await proposed(console, 98)
        console.door.who = HERON
        await console.sent(f"{first}/approve", version="1", sure="yes")
        text = await console.reads(second)
        assert "It is out of date" in text
        assert "What others changed since: The team" in text
        assert "made from version 1, before the one in force" in await console.reads("/changes")
        for seen in ("1", "2", ""):
            told = await console.refused(f"{second}/approve", version=seen, sure="yes")
            assert "was made from version 1, and version 2, which is in force," in told
        await console.sent(f"{second}/refuse", reason="out of date")
        assert await console.newest() == 2


async def test_a_change_of_something_else_is_carried_over_and_looked_at_again(
    storage: Storage,
) -> None:
    async with a_console(storage) as console:
        await with_admins(storage, KESTREL, HERON)
        path = await proposed(console, 99)
        before = await console.programme()
        force = before.force.model_copy(update={"name": "Fenmarch Police"})
        await console.desk.save(before.model_copy(update={"force": force}), 1, HERON, "renamed")
        console.door.who = HERON
        # They looked at it before the other one was saved.
        told = await console.refused(f"{path}/approve", version="1", sure="yes")
        assert "Version 2 came into force since you looked" in told
        text = await console.reads(path)
        assert "None of it touches this change, which does the same to version 2" in text
        await console.sent(f"{path}/approve", version="2", sure="yes")
        found = await console.programme()
        assert (found.force.name, found.force.teams[0].headcount) == ("Fenmarch Police", 99)


async def test_what_no_longer_passes_todays_checks_is_not_approved(
    sqlite_storage: Storage,
) -> None:
    async with a_console(sqlite_storage) as console:
        await with_admins(sqlite_storage, KESTREL, HERON)
        before = await console.programme()
        entry = before.support[0].model_copy(update={"hours": {"en": "Mornings"}})
        changed = before.model_copy(update={"support": [entry, *before.support[1:]]})
        await console.desk.save(changed, 1, KESTREL, "fewer hours")
        console.door.who = HERON
        # Half a year later nobody knows whether the number still leads anywhere.
        console.clock.at = NOW.replace(year=2027, month=6)
        text = await console.reads("/changes/1")
        assert "It cannot be put in force any more" in text
        assert "expected a day of the last 180" in text
        told = await console.refused("/changes/1/approve", version="1", sure="yes")
        assert "expected a day of the last 180" in told


async def test_changes_that_are_not_there_are_no_pages(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        await console.get("/changes/1", 404)
        for act in ("approve", "refuse", "withdraw"):
            await console.refused(f"/changes/7/{act}", 404, version="1", sure="yes", reason="x")


async def test_an_auditor_sees_changes_and_decides_none(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        await with_admins(sqlite_storage, KESTREL, HERON)
        path = await proposed(console)
        console.door.who = AUDITOR
        assert "An admin decides on it." in await console.reads(path)
        for act in ("approve", "refuse", "withdraw"):
            await console.refused(f"{path}/{act}", 403, version="1", sure="yes", reason="x")
