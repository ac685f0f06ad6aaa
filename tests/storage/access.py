"""Rows about people with access, for tests."""

from datetime import datetime

from bot.core.access import Role
from bot.core.staff import INVITE_LASTS, Member
from storage import staff, staff_sessions, staff_ways
from storage.engine import WriteTransaction
from storage.staff_ways import Passkey
from tests.storage.rows import ENTRY, NOW


def a_member(
    staff_id: str = "kestrel",
    *roles: Role,
    name: str | None = None,
    departments: frozenset[str] | None = None,
    joined_at: datetime | None = NOW,
) -> Member:
    """Somebody with access."""
    return Member(
        staff_id,
        name or f"Admin {staff_id.title()}",
        frozenset(roles or {Role.ADMIN}),
        departments,
        NOW,
        joined_at,
        None,
    )


def a_passkey(staff_id: str = "kestrel", key_id: bytes = b"key") -> Passkey:
    """A passkey of somebody."""
    return Passkey(key_id, staff_id, b"public", 0, "Passkey 1", NOW, None)


async def with_access(tx: WriteTransaction) -> None:
    """Store a row in every table about people with access."""
    await staff.add(tx, a_member(), ENTRY, NOW)
    await staff_ways.add_invite(tx, bytes(32), "kestrel", NOW + INVITE_LASTS)
    await staff_ways.add_passkey(tx, a_passkey(), ENTRY, NOW)
    await staff_ways.add_challenge(tx, bytes(32), bytes(32), "sign in", NOW)
    await staff_sessions.begin(tx, bytes(32), "kestrel", NOW)
