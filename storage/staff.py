"""People with access. A row stays when access ends, so that the trail's names stay somebody's.

Rights that cannot be read are no rights, and the row stays one that can be changed: whoever holds
the dashboard's account may have written it past the program.
"""

import json
from collections.abc import Collection
from datetime import datetime
from itertools import combinations
from typing import Any, Final

from sqlalchemy import Row, case, func, insert, select, update

from bot.core.access import Role
from bot.core.audit import AuditEntry
from bot.core.staff import Member
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import staff as table


def _listed(texts: Collection[str]) -> str:
    return json.dumps(sorted(str(each) for each in texts))


_ROLES: Final = {
    _listed(chosen): frozenset(chosen)
    for number in range(1, len(Role) + 1)
    for chosen in combinations(Role, number)
}
"""Roles by how they are stored: any other text is nobody's."""

_LONGEST: Final = 100_000

# A text beyond measure is not even fetched: in its place stands one that cannot be read.
_READ_ROLES = case((table.c.roles.in_(_ROLES), table.c.roles), else_="").label("roles")
_READ_DEPARTMENTS = case(
    (table.c.departments.is_(None), None),
    (func.length(table.c.departments) <= _LONGEST, table.c.departments),
    else_="",
).label("departments")
_EVERYTHING: Final = [
    *(column for column in table.c if column.name not in {"roles", "departments"}),
    *(_READ_ROLES, _READ_DEPARTMENTS),
]


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
    return [_member(row) for row in await tx.all(select(*_EVERYTHING).order_by(table.c.name))]


async def get(tx: ReadTransaction, staff_id: str) -> Member | None:
    """Return one person."""
    row = await tx.first(select(*_EVERYTHING).where(table.c.id == staff_id))
    return None if row is None else _member(row)


async def held(tx: WriteTransaction, staff_id: str) -> Member | None:
    """Return one person, whose rights nobody changes before this transaction ends."""
    statement = select(*_EVERYTHING).where(table.c.id == staff_id).with_for_update(read=True)
    row = await tx.first(statement)
    return None if row is None else _member(row)


async def taken(tx: WriteTransaction, staff_id: str) -> Member | None:
    """Return one person whose rights are to change, once nobody writes by them any more.

    Before anything goes to the trail: whoever writes by them waits for that.
    """
    statement = select(*_EVERYTHING).where(table.c.id == staff_id).with_for_update(key_share=True)
    row = await tx.first(statement)
    return None if row is None else _member(row)


async def roles_by_name(tx: ReadTransaction, name: str) -> frozenset[Role] | None:
    """Return the roles that somebody has now, none after their access ended; None for no row.

    Reads what the officers' process may read of this table, and no more.
    """
    columns = (_READ_ROLES, table.c.joined_at, table.c.disabled_at)
    row = await tx.first(select(*columns).where(table.c.name == name))
    if row is None:
        return None
    if row.joined_at is None or row.disabled_at is not None:
        return frozenset()
    return _ROLES.get(row.roles, frozenset())


async def by_subject(tx: ReadTransaction, issuer: str, subject: str) -> Member | None:
    """Return whom the force's own sign-in means."""
    bound = (table.c.issuer == issuer, table.c.subject == subject)
    row = await tx.first(select(*_EVERYTHING).where(*bound))
    return None if row is None else _member(row)


async def number(tx: ReadTransaction) -> int:
    """Return how many rows there are."""
    return int(await tx.scalar(select(func.count()).select_from(table)))


async def unreadable(tx: ReadTransaction) -> int:
    """Return how many rows have roles that cannot be read, and so none.

    Reads what every process may read of this table, and no more.
    """
    return int(await tx.scalar(select(func.count(table.c.roles)).where(~table.c.roles.in_(_ROLES))))


async def admins(tx: ReadTransaction) -> int:
    """Return how many active people have the role admin."""
    return sum(1 for each in await active(tx) if Role.ADMIN in each.roles)


async def active(tx: ReadTransaction) -> list[Member]:
    """Return everybody who can sign in now."""
    can_sign_in = (table.c.joined_at.is_not(None), table.c.disabled_at.is_(None))
    query = select(*_EVERYTHING).where(*can_sign_in)
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


def _member(row: Row[Any]) -> Member:
    roles = _ROLES.get(row.roles, frozenset())
    departments = None if row.departments is None else _departments(row.departments)
    unread = not roles or (departments is not None and not departments)
    return Member(
        row.id,
        row.name,
        frozenset() if unread else roles,
        frozenset() if unread else departments,
        row.added_at,
        row.joined_at,
        row.disabled_at,
        row.issuer,
        row.subject,
        unread,
    )


def _departments(listed: str) -> frozenset[str]:
    """Return departments by their ids; none where they cannot be read."""
    try:
        found = json.loads(listed)
    except (ValueError, RecursionError):
        return frozenset()
    if not isinstance(found, list) or {type(each) for each in found} != {str}:
        return frozenset()
    return frozenset(found)
