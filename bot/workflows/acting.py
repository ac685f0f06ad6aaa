"""Who acts: looked at again inside the transaction that writes, for rights may end meanwhile.

A page looks when a request begins and when all of it has arrived; what it then does may still
wait behind others for the database.
"""

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


async def named_may(tx: ReadTransaction, name: str, permission: Permission) -> bool:
    """Whether somebody who left word of what they want may do it now, by their name.

    Names are nobody else's, ever. One that stands nowhere is the operator's or the demo's.
    """
    try:
        roles = await staff.roles_by_name(tx, name)
    except (TypeError, ValueError, RecursionError):
        return False
    return roles is None or may(Visitor(name, roles), permission)


def _sees_less(now: frozenset[str] | None, then: frozenset[str] | None) -> bool:
    return now is not None and (then is None or not then <= now)
