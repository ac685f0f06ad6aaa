"""Errands and rights: who may ask, and under whose name something is still done."""

import pytest
from sqlalchemy import update

from bot.core.access import OPERATOR, NotAllowed, Role, Visitor
from bot.core.audit import AuditEntry
from bot.core.errands import NEEDS, NOBODY_ASKED, NOT_ALLOWED_ANY_MORE, Kind, Outcome
from bot.core.staff import Member
from bot.workflows import errands
from storage import staff
from storage.engine import Storage
from storage.tables import staff as staff_table
from tests.people import with_access
from tests.storage.rows import NOW
from tests.workflows.test_errands import ADMIN, WREN, Desk, desk, leave

__all__ = ["desk"]


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
