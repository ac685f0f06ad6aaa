"""The rules about who may change whose access, looked at again inside each transaction."""

from collections.abc import Collection

from bot.core.access import Permission, Role, Visitor
from bot.core.errors import StandEasyError
from bot.core.staff import Member, Standing
from bot.workflows.acting import NotActing as NotActing
from bot.workflows.acting import still_may
from bot.workflows.catalogue import in_force, parse_programme
from storage import staff
from storage.engine import ReadTransaction, WriteTransaction

_QUEUE = "staff"


class NoSuchMember(StandEasyError):
    """There is nobody with access called {name}."""


class YourOwnRights(StandEasyError):
    """Your own access is changed by another admin, not by yourself."""


class LastAdmin(StandEasyError):
    """{name} is the last admin who can sign in: expected another one first."""

    hint = "Invite another admin; when they have signed in, do this again."


class UnknownDepartment(StandEasyError):
    """The programme in force has no department {department}: expected one of {known}."""


class TooManyPeople(StandEasyError):
    """{most} people have or had access already."""


async def acting(tx: WriteTransaction, by: Visitor) -> None:
    """Queue, and look again at who acts: their rights may have been taken meanwhile."""
    await tx.queue_for(_QUEUE)
    await still_may(tx, by, Permission.CHANGE_STAFF)


async def member_of(tx: ReadTransaction, staff_id: str) -> Member:
    """Return one person; raises `NoSuchMember`."""
    return _found(await staff.get(tx, staff_id))


async def member_to_change(tx: WriteTransaction, staff_id: str) -> Member:
    """Return one person as `staff.taken` does; raises `NoSuchMember`."""
    return _found(await staff.taken(tx, staff_id))


def _found(member: Member | None) -> Member:
    if member is None:
        raise NoSuchMember(name="that")
    return member


def check_other(by: Visitor, member: Member) -> None:
    """Raise `YourOwnRights` where somebody would change their own access."""
    if by.staff_id == member.id:
        raise YourOwnRights


async def check_not_last(tx: ReadTransaction, member: Member) -> None:
    """Raise `LastAdmin` where nobody would be left who can let others in."""
    others = [
        each for each in await staff.active(tx) if Role.ADMIN in each.roles and each.id != member.id
    ]
    if member.standing is Standing.ACTIVE and Role.ADMIN in member.roles and not others:
        raise LastAdmin(name=member.name)


async def known_departments(tx: ReadTransaction) -> dict[str, str]:
    """Return the names of the departments of the programme in force, by id."""
    newest = await in_force(tx)
    if newest is None:
        return {}
    return {each.id: each.name for each in parse_programme(newest.content).force.departments}


async def check_departments(
    tx: ReadTransaction,
    departments: Collection[str] | None,
    known_before: Collection[str] | None = None,
) -> None:
    """Raise `UnknownDepartment` for one that neither the programme nor the person has."""
    if departments is None:
        return
    known = await known_departments(tx)
    # One that has left the programme may stay: it may come back, and shows nothing until then.
    for each in sorted(set(departments) - set(known_before or ())):
        if each not in known:
            raise UnknownDepartment(department=each, known=", ".join(known) or "none")


def rights_in_words(roles: Collection[Role], departments: Collection[str] | None) -> str:
    """Return roles and departments as the trail has them."""
    listed = ", ".join(role.value for role in Role if role in roles)
    if Role.LEAD not in roles:
        return listed or "none that can be read"
    return f"{listed}; " + (
        "the whole force"
        if departments is None
        else f"departments {', '.join(sorted(departments))}"
    )
