"""Rights are looked at once more where something is written, by leads as by admins."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.core.access import OPERATOR, NotAllowed, Permission, Role, Visitor
from bot.core.audit import AuditEntry
from bot.core.staff import Member
from bot.workflows.acting import Named, NotActing, named, still_may
from bot.workflows.actions import Actions
from bot.workflows.alert_chats import AlertChats
from bot.workflows.lead_chats import LeadChats
from bot.workflows.replies import Replies
from bot.workflows.staff import Staff
from storage import audit, staff
from storage.engine import Storage
from storage.errors import DatabaseUnavailable
from storage.roles import Role as Account
from tests.core.evaluation.history import CHECK_IN, releases_of
from tests.storage.test_roles import accounts as accounts
from tests.storage.test_roles import database as database
from tests.storage.waiting import others_wait
from tests.workflows.office import at
from tests.workflows.test_actions import BEGINS, CARS, HISTORY, WHAT, Given

LARK = Visitor("Lark", frozenset({Role.LEAD, Role.ADMIN}), "staff-lark")
ENTRY = AuditEntry("test", "change", "staff")
NOW = at(0, 9)
DAY = BEGINS + timedelta(days=30)


def acts_of(storage: Storage) -> list[Callable[[Visitor], Awaitable[object]]]:
    """Return everything that leads, and admins about chats, can write."""
    given = Given(tuple(releases_of(HISTORY)))
    actions = Actions(storage, lambda: NOW, given)
    leads = LeadChats(storage, lambda: NOW, bytes)
    alerts = AlertChats(storage, lambda: NOW, bytes)
    replies = Replies(storage, lambda: NOW)
    return [
        lambda by: actions.record(WHAT, [CARS], BEGINS, CHECK_IN, "workload", by),
        lambda by: actions.end(1, DAY, by),
        lambda by: actions.withdraw(1, by),
        lambda by: replies.add("round", "force", "sleep", {"en": "We heard."}, by),
        leads.make_code,
        leads.unlink_all,
        alerts.make_code,
        alerts.unlink_all,
    ]


async def with_access(storage: Storage, who: Visitor) -> None:
    member = Member(str(who.staff_id), who.name, who.roles, who.departments, NOW, NOW, None)
    async with storage.transaction("access") as tx:
        await staff.add(tx, member, ENTRY, NOW)


@pytest.mark.postgres
async def test_nobodys_rights_end_between_the_look_and_what_is_written(
    database: str, accounts: dict[Account, str]
) -> None:
    owner, dashboard = Storage(database), Storage(accounts[Account.DASHBOARD])
    await with_access(owner, LARK)
    await with_access(owner, replace(LARK, name="Wren", staff_id="staff-wren"))
    taken = text("SELECT id FROM staff FOR NO KEY UPDATE NOWAIT")
    async with dashboard.transaction("write") as tx:
        await still_may(tx, LARK, Permission.ISSUE_CODES)
        async with owner.transaction("end access") as other:
            with pytest.raises(DatabaseUnavailable):
                await other.execute(taken)
        # What is written goes to the trail at last: whoever waits for it holds no place in it.
        desk = Staff(dashboard, lambda: NOW, secrets.token_bytes)
        ending = asyncio.create_task(desk.disable("staff-lark", OPERATOR))
        await others_wait((owner, owner), database)
        await audit.append(tx, ENTRY, NOW)
    await ending
    async with owner.transaction("end access") as other:
        await other.execute(taken)
    await owner.close()
    await dashboard.close()


@pytest.mark.postgres
async def test_the_officers_process_sees_by_a_name_whether_somebody_may(
    database: str, accounts: dict[Account, str]
) -> None:
    owner, officers = Storage(database), Storage(accounts[Account.OFFICERS])
    await with_access(owner, LARK)
    async with officers.read("look") as read:
        assert await named(read, LARK.name, Permission.ISSUE_CODES) is Named.MAY
        assert await named(read, "operator", Permission.ISSUE_CODES) is Named.NOBODY
    await owner.close()
    await officers.close()


@pytest.mark.parametrize("change", ["dismissed", "another role", "fewer departments"])
async def test_whose_rights_ended_meanwhile_writes_nothing(
    sqlite_database: str, change: str
) -> None:
    storage = Storage(sqlite_database)
    try:
        await with_access(storage, LARK)
        async with storage.transaction("meanwhile") as tx:
            if change == "dismissed":
                await staff.disable(tx, "staff-lark", ENTRY, NOW)
            elif change == "another role":
                await staff.change(tx, "staff-lark", [Role.AUDITOR], None, ENTRY, NOW)
            else:
                await staff.change(tx, "staff-lark", LARK.roles, ["roads"], ENTRY, NOW)
        async with storage.read("before") as read:
            before = await read.scalar(text("SELECT count(*) FROM audit"))
        for act in acts_of(storage):
            with pytest.raises(NotAllowed if change == "another role" else NotActing):
                await act(LARK)
        async with storage.read("after") as read:
            assert await read.scalar(text("SELECT count(*) FROM audit")) == before
    finally:
        await storage.close()
