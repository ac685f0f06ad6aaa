"""People with access. A row stays when access ends, so that the trail's names stay somebody's."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from bot.core.access import Role
from bot.core.audit import AuditEntry
from bot.core.staff import Member
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import staff as table


async def add(tx: WriteTransaction, member: Member, entry: AuditEntry, at: datetime) -> None:
    """Store somebody who was invited."""
    row = {
        "id": member.id,
        "name": member.name,
        "roles": _listed(member.roles),
        "departments": None if member.departments is None else _listed(member.departments),
        "added_at": member.added_at,
        "joined_at": member.joined_at,
        "disabled_at": member.disabled_at,
        "issuer": member.issuer,
        "subject": member.subject,
    }
    await tx.execute(insert(table).values(row))
    await audit.append(tx, entry, at)


async def all(tx: ReadTransaction) -> list[Member]:
    """Return everybody who has, had or was offered access, by name."""
    return [_member(row) for row in await tx.all(select(table).order_by(table.c.name))]


async def get(tx: ReadTransaction, staff_id: str) -> Member | None:
    """Return one person."""
    row = await tx.first(select(table).where(table.c.id == staff_id))
    return None if row is None else _member(row)


async def held(tx: WriteTransaction, staff_id: str) -> Member | None:
    """Return one person, whose rights nobody changes before this transaction ends."""
    statement = select(table).where(table.c.id == staff_id).with_for_update(read=True)
    row = await tx.first(statement)
    return None if row is None else _member(row)


async def taken(tx: WriteTransaction, staff_id: str) -> Member | None:
    """Return one person whose rights are to change, once nobody writes by them any more.

    Before anything goes to the trail: whoever writes by them waits for that.
    """
    statement = select(table).where(table.c.id == staff_id).with_for_update(key_share=True)
    row = await tx.first(statement)
    return None if row is None else _member(row)


async def roles_by_name(tx: ReadTransaction, name: str) -> frozenset[Role] | None:
    """Return the roles that somebody has now, none after their access ended; None for no row.

    Reads what the officers' process may read of this table, and no more.
    """
    columns = (table.c.roles, table.c.joined_at, table.c.disabled_at)
    row = await tx.first(select(*columns).where(table.c.name == name))
    if row is None:
        return None
    if row.joined_at is None or row.disabled_at is not None:
        return frozenset()
    return _roles(row.roles)


async def by_subject(tx: ReadTransaction, issuer: str, subject: str) -> Member | None:
    """Return whom the force's own sign-in means."""
    bound = (table.c.issuer == issuer, table.c.subject == subject)
    row = await tx.first(select(table).where(*bound))
    return None if row is None else _member(row)


async def number(tx: ReadTransaction) -> int:
    """Return how many rows there are."""
    return int(await tx.scalar(select(func.count()).select_from(table)))


async def admins(tx: ReadTransaction) -> int:
    """Return how many active people have the role admin."""
    return sum(1 for each in await active(tx) if Role.ADMIN in each.roles)


async def active(tx: ReadTransaction) -> list[Member]:
    """Return everybody who can sign in now."""
    query = select(table).where(table.c.joined_at.is_not(None), table.c.disabled_at.is_(None))
    return [_member(row) for row in await tx.all(query)]


async def change(
    tx: WriteTransaction,
    staff_id: str,
    roles: Collection[Role],
    departments: Collection[str] | None,
    entry: AuditEntry,
    at: datetime,
) -> None:
    """Store other rights."""
    await _set(
        tx,
        staff_id,
        roles=_listed(roles),
        departments=None if departments is None else _listed(departments),
    )
    await audit.append(tx, entry, at)


async def join(
    tx: WriteTransaction,
    staff_id: str,
    issuer: str | None,
    subject: str | None,
    entry: AuditEntry,
    at: datetime,
) -> None:
    """Store that an invite was accepted, and who this is to the force's own sign-in, if it was."""
    await _set(tx, staff_id, joined_at=at, disabled_at=None, issuer=issuer, subject=subject)
    await audit.append(tx, entry, at)


async def disable(tx: WriteTransaction, staff_id: str, entry: AuditEntry, at: datetime) -> None:
    """Store that somebody has no access any more, however they came in."""
    await _set(tx, staff_id, joined_at=None, disabled_at=at, issuer=None, subject=None)
    await audit.append(tx, entry, at)


async def offer_again(tx: WriteTransaction, staff_id: str, entry: AuditEntry, at: datetime) -> None:
    """Store that somebody was invited again, also where access had ended."""
    await _set(tx, staff_id, disabled_at=None)
    await audit.append(tx, entry, at)


async def note(tx: WriteTransaction, entry: AuditEntry, at: datetime) -> None:
    """Store an act that changes no row of this table."""
    await audit.append(tx, entry, at)


async def _set(tx: WriteTransaction, staff_id: str, **values: object) -> None:
    await tx.execute(update(table).where(table.c.id == staff_id).values(**values))


def _listed(texts: Collection[str]) -> str:
    return json.dumps(sorted(str(each) for each in texts))


def _roles(listed: str) -> frozenset[Role]:
    return frozenset(Role(each) for each in json.loads(listed))


def _member(row: Row[Any]) -> Member:
    departments = None if row.departments is None else frozenset(json.loads(row.departments))
    return Member(
        row.id,
        row.name,
        _roles(row.roles),
        departments,
        row.added_at,
        row.joined_at,
        row.disabled_at,
        row.issuer,
        row.subject,
    )
