"""Who acts: looked at again inside the transaction that writes, for rights may end meanwhile.

A page looks when a request begins and when all of it has arrived; what it then does may still
wait behind others for the database.
"""

from enum import Enum

from bot.core.access import Permission, Visitor, check_may, may
from bot.core.errors import StandEasyError
from bot.core.staff import Standing
from storage import staff
from storage.engine import ReadTransaction, WriteTransaction


class NotActing(StandEasyError):
    """Whoever did this has fewer rights by now, or none, so nothing was done."""


async def still_may(tx: WriteTransaction, by: Visitor, permission: Permission) -> None:
    """Look in the transaction that writes whether who acts may do it now.

    Raises `NotActing` or `NotAllowed`. Until it has written, nobody ends or changes that.
    """
    check_may(by, permission)
    if by.staff_id is None:
        return
    member = await staff.held(tx, by.staff_id)
    if member is None or member.standing is not Standing.ACTIVE:
        raise NotActing
    check_may(member.visitor, permission)
    # What a lead may write about was looked at with the departments they had then.
    if _sees_less(member.departments, by.departments):
        raise NotActing


class Named(Enum):
    """What is known of a name under which somebody left word of what they want."""

    MAY = "may"
    MAY_NOT = "may not"
    NOBODY = "nobody"
    """Nobody ever had access under it: pages leave word under no such name, nor do commands."""


async def named(tx: ReadTransaction, name: str, permission: Permission) -> Named:
    """Return whether somebody may do now what they left word of, by their name.

    Names are nobody else's, ever, and stay after an access has ended.
    """
    roles = await staff.roles_by_name(tx, name)
    if roles is None:
        return Named.NOBODY
    return Named.MAY if may(Visitor(name, roles), permission) else Named.MAY_NOT


def _sees_less(now: frozenset[str] | None, then: frozenset[str] | None) -> bool:
    return now is not None and (then is None or not then <= now)
