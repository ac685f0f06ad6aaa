"""Who acts: looked at again inside the transaction that writes, for rights may end meanwhile.

A page looks when a request begins and when all of it has arrived; what it then does may still
wait behind others for the database.
"""

from bot.core.access import Permission, Visitor, check_may
from bot.core.errors import StandEasyError
from bot.core.staff import Standing
from storage import staff
from storage.engine import ReadTransaction


class NotActing(StandEasyError):
    """Whoever did this has fewer rights by now, or none, so nothing was done."""


async def still_may(tx: ReadTransaction, by: Visitor, permission: Permission) -> None:
    """Look in the transaction that writes whether who acts may do it now.

    Raises `NotActing` or `NotAllowed`.
    """
    check_may(by, permission)
    if by.staff_id is None:
        return
    member = await staff.get(tx, by.staff_id)
    if member is None or member.standing is not Standing.ACTIVE:
        raise NotActing
    check_may(member.visitor, permission)
    # What a lead may write about was looked at with the departments they had then.
    if _sees_less(member.departments, by.departments):
        raise NotActing


def _sees_less(now: frozenset[str] | None, then: frozenset[str] | None) -> bool:
    return now is not None and (then is None or not then <= now)
