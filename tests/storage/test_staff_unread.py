"""Rights that nobody can read are no rights, and whoever stands there can still be ended."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.core.access import OPERATOR, Permission, Role
from bot.core.health import Condition, conditions_of
from bot.core.staff import Standing
from bot.workflows.acting import Named, named
from bot.workflows.staff import Staff
from storage import lead_chats, staff
from storage.engine import Storage
from tests.admin.overseen import NOW, Clock, at_work, oversight_of
from tests.storage.access import a_member
from tests.storage.rows import ENTRY

UNREADABLE = (
    *(("x", None), ("null", None), ('["emperor"]', None), ("[]", None), ("[" * 5_000, None)),
    *(('["lead"]', "x"), ('["lead"]', "{}"), ('["lead"]', "[]"), ('["lead"]', "[5]")),
    *(('["lead"]', "[" * 5_000), ('["lead"]', "[" + '"a", ' * 30_000 + '"a"]')),
)


async def write_past_the_program(storage: Storage, roles: str, departments: str | None) -> None:
    """Leave a row of somebody who was let in, as it may have stood before the rules."""
    async with storage.transaction("meddle") as tx:
        await staff.add(tx, a_member("zed", name="Zed"), ENTRY, NOW)
        await staff.add(tx, a_member("jo", name="Jo"), ENTRY, NOW)
        if tx.rows_name_their_transaction:
            await tx.execute(text("ALTER TABLE staff DISABLE TRIGGER staff_can_be_read"))
        change = text(
            "UPDATE staff SET roles = :roles, departments = :departments WHERE id = 'zed'"
        )
        await tx.execute(change.bindparams(roles=roles, departments=departments))
        if tx.rows_name_their_transaction:
            await tx.execute(text("ALTER TABLE staff ENABLE TRIGGER staff_can_be_read"))


@pytest.mark.parametrize(("roles", "departments"), UNREADABLE)
async def test_who_has_rights_that_nobody_can_read_has_none_and_can_be_ended(
    storage: Storage, roles: str, departments: str | None
) -> None:
    await write_past_the_program(storage, roles, departments)
    desk = Staff(storage, lambda: NOW + timedelta(hours=1), secrets.token_bytes)
    zed = next(line.member for line in await desk.list() if line.member.name == "Zed")
    assert (zed.roles, zed.departments, zed.unread) == (frozenset(), frozenset(), True)
    async with storage.read("look") as tx:
        assert [each.id for each in await staff.active(tx) if each.roles] == ["jo"]
        assert await staff.admins(tx) == 1
        assert await staff.unreadable(tx) == (departments is None)
        if departments is None:
            assert await named(tx, "Zed", Permission.STEER_ROUNDS) is Named.MAY_NOT
    await desk.invite("Real Admin", [Role.ADMIN], None, OPERATOR)
    # What they had before nobody knows: every chat that could be theirs goes.
    async with storage.transaction("link") as tx:
        await lead_chats.link(tx, bytes(16), bytes(32), ENTRY, NOW)
    await desk.disable("zed", OPERATOR)
    async with storage.read("look") as tx:
        assert await lead_chats.number(tx) == 0
        assert (await staff.get(tx, "zed")) is not None
    assert (await desk.get("zed")).member.standing is Standing.DISABLED


async def test_rights_that_cannot_be_read_can_be_given_anew(storage: Storage) -> None:
    await write_past_the_program(storage, "x", None)
    desk = Staff(storage, lambda: NOW, secrets.token_bytes)
    await desk.change("zed", [Role.AUDITOR], None, OPERATOR)
    found = (await desk.get("zed")).member
    assert (found.roles, found.unread) == (frozenset({Role.AUDITOR}), False)


async def test_health_tells_of_rights_that_nobody_can_read(storage: Storage) -> None:
    clock = Clock()
    await at_work(storage, clock)
    oversight = oversight_of(storage, clock)
    assert conditions_of(await oversight.health()) == []
    await write_past_the_program(storage, '["emperor"]', None)
    assert conditions_of(await oversight.health()) == [Condition.RIGHTS_UNREAD]
