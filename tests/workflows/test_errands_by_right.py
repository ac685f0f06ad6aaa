"""Errands and rights: who may ask, and under whose name something is still done."""

import asyncio
import secrets
from contextvars import Context
from functools import partial

import pytest
from sqlalchemy import update

from bot.core.access import OPERATOR, NotAllowed, Role, Visitor
from bot.core.audit import AuditEntry
from bot.core.errands import NEEDS, NOBODY_ASKED, NOT_ALLOWED_ANY_MORE, Errand, Kind, Outcome
from bot.core.staff import Member
from bot.workflows import errands
from bot.workflows.acting import NotActing
from bot.workflows.staff import Staff
from storage import audit, staff
from storage.engine import Storage, ending_with
from storage.roles import Role as Account
from storage.tables import staff as staff_table
from tests.people import with_access
from tests.storage.rows import NOW
from tests.storage.test_roles import accounts, database
from tests.storage.waiting import others_wait
from tests.workflows.test_errands import ADMIN, WREN, Desk, desk, leave

__all__ = ["accounts", "database", "desk"]

pytestmark = pytest.mark.sqlite_first("one path runs on both, and what locks keep on PostgreSQL")


@pytest.mark.parametrize("by", ["operator", "command line (root)", "admin  Kestrel", ""])
async def test_what_nobody_asked_for_is_refused_and_noted(desk: Desk, by: str) -> None:
    await leave(desk.storage, number=1, asked_by=by)
    assert await desk.carry_out() == 1
    assert desk.done == []
    assert await desk.outcome(1) == Outcome(False, NOBODY_ASKED)
    assert await desk.trail() == [("ticker", "not done: open round", "pulse", NOBODY_ASKED)]


@pytest.mark.parametrize("change", ["dismissed", "another role", "nobody can read"])
async def test_what_somebody_asked_for_is_not_done_once_they_may_not(
    sqlite_database: str, change: str
) -> None:
    storage = Storage(sqlite_database)
    desk, entry = Desk(storage), AuditEntry("admin Heron", "change", "staff")
    await with_access(storage, WREN)
    kestrel = Member("staff-k", ADMIN.name, ADMIN.roles, None, NOW, NOW, None)
    async with storage.transaction("access") as tx:
        await staff.add(tx, kestrel, entry, NOW)
    first = await desk.ask()
    assert await desk.carry_out() == 1
    second = await desk.ask()
    async with storage.transaction("meanwhile") as tx:
        if change == "dismissed":
            await staff.disable(tx, "staff-k", entry, NOW)
        elif change == "another role":
            await staff.change(tx, "staff-k", [Role.LEAD], None, entry, NOW)
        else:
            its = staff_table.c.id == "staff-k"
            await tx.execute(update(staff_table).where(its).values(roles="5"))
    other = await desk.ask(subject="other", by=WREN)
    assert await desk.carry_out() == 2
    assert [each.number for each in desk.done] == [first, other]
    assert await desk.outcome(second) == Outcome(False, NOT_ALLOWED_ANY_MORE)
    assert (await desk.trail())[-1][0] == "ticker"
    await storage.close()


async def test_nobody_asks_for_what_they_may_not_do(desk: Desk) -> None:
    lead = Visitor("lead Heron", frozenset({Role.LEAD, Role.AUDITOR}))
    for kind in Kind:
        with pytest.raises(NotAllowed):
            await errands.ask(desk.storage, kind, "pulse", {}, lead, desk.clock)
    assert await desk.trail() == []
    assert NEEDS.keys() == set(Kind)
    assert await errands.ask(desk.storage, Kind.OPEN_ROUND, "pulse", {}, OPERATOR, desk.clock) == 1


@pytest.mark.whole_path
async def test_rights_that_end_while_it_is_done_undo_it(desk: Desk) -> None:
    await with_access(desk.storage, ADMIN, WREN)
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def slowly(errand: Errand) -> str:
        begun.set()
        await may_go_on.wait()
        async with desk.storage.transaction("act") as tx:
            await audit.append(tx, AuditEntry(errand.by, "open round", errand.subject), NOW)
        return "It is open."

    number = await desk.ask()
    doing = asyncio.create_task(
        errands.carry_out_due(desk.storage, {Kind.OPEN_ROUND: slowly}, desk.clock)
    )
    await begun.wait()
    async with desk.storage.transaction("meanwhile") as tx:
        ended = AuditEntry(WREN.name, "end access", ADMIN.name)
        await staff.disable(tx, f"staff {ADMIN.name}", ended, NOW)
    may_go_on.set()
    assert await doing == 1
    assert await desk.outcome(number) == Outcome(False, str(NotActing()))
    acts = [act for _, act, *_ in await desk.trail()]
    assert acts == ["ask to open round", "end access", "not done: open round"]


@pytest.mark.at_once
@pytest.mark.postgres
async def test_rights_do_not_end_between_the_last_look_and_the_commit(
    database: str, accounts: dict[Account, str]
) -> None:
    owner, officers = Storage(database), Storage(accounts[Account.OFFICERS])
    await with_access(owner, ADMIN, WREN)
    errand = Errand(1, Kind.OPEN_ROUND, "pulse", {}, ADMIN.name, NOW)
    with ending_with(partial(errands._still_asked, errand=errand)):
        async with officers.transaction("act") as tx:
            await audit.append(tx, AuditEntry(ADMIN.name, "open round", "pulse"), NOW)
            people = Staff(owner, lambda: NOW, secrets.token_bytes)
            ending = asyncio.create_task(
                people.disable(f"staff {ADMIN.name}", OPERATOR), context=Context()
            )
            await others_wait((owner, owner), database)
        await ending
        with pytest.raises(NotActing):
            async with officers.transaction("act") as tx:
                await audit.append(tx, AuditEntry(ADMIN.name, "open round", "pulse"), NOW)
    async with owner.read("look") as read:
        acts = [record.entry.act for record in await audit.all(read)]
    assert (acts[0], acts.count("open round"), acts[-1]) == ("open round", 1, "end access")
    await owner.close()
    await officers.close()
