"""Who may do what: one table, and the visitor it is asked about.

Pages and commands check through it, in the workflow as well as at the door. Nobody with access
can see a person or an answer: there is no permission for that, because there is no such page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.core.errors import StandEasyError


class Role(StrEnum):
    """What somebody with access is here for. One person may hold several."""

    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """What a page shows or a command does."""

    SEE_RESULTS = "see results"
    ACT_ON_RESULTS = "act on results"
    LINK_CHAT = "link a chat for results"
    SEE_PROGRAMME = "see the programme"
    CHANGE_PROGRAMME = "change the programme"
    ISSUE_CODES = "issue and revoke team codes"
    STEER_ROUNDS = "open, pause, extend and close rounds"
    SEE_STAFF = "see who has access"
    CHANGE_STAFF = "change who has access"
    SEE_TRAIL = "see the audit trail"
    SEE_HEALTH = "see how the installation is"
    OWN_ACCOUNT = "change one's own sign-in"


_EVERYBODY: Final = frozenset(Role)
_ADMINS: Final = frozenset({Role.ADMIN})
_LEADS: Final = frozenset({Role.LEAD})
_OVERSIGHT: Final = frozenset({Role.ADMIN, Role.AUDITOR})

ALLOWED: Final[Mapping[Permission, frozenset[Role]]] = {
    Permission.SEE_RESULTS: frozenset({Role.LEAD, Role.AUDITOR}),
    Permission.ACT_ON_RESULTS: _LEADS,
    Permission.LINK_CHAT: _LEADS,
    Permission.SEE_PROGRAMME: _OVERSIGHT,
    Permission.CHANGE_PROGRAMME: _ADMINS,
    Permission.ISSUE_CODES: _ADMINS,
    Permission.STEER_ROUNDS: _ADMINS,
    Permission.SEE_STAFF: _OVERSIGHT,
    Permission.CHANGE_STAFF: _ADMINS,
    Permission.SEE_TRAIL: _OVERSIGHT,
    Permission.SEE_HEALTH: _OVERSIGHT,
    Permission.OWN_ACCOUNT: _EVERYBODY,
}
"""The table. A permission that is not in it is nobody's."""


class NotAllowed(StandEasyError):
    """{name} may not {permission}: that is for {roles}."""

    hint = "An admin can give the role under “People with access”."


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with access, for as long as one page or command takes."""

    name: str
    """How the audit trail names them."""
    roles: frozenset[Role]
    staff_id: str | None = None
    """None: nobody with an account, such as whoever sits at the server or looks at the demo."""
    departments: frozenset[str] | None = None
    """The departments whose results a lead sees, by id; None for the whole force."""


OPERATOR: Final = Visitor("operator", _EVERYBODY)
"""Whoever runs commands on the server, who could change the database as well."""


def may(visitor: Visitor, permission: Permission) -> bool:
    """Return whether a visitor may do this."""
    return not visitor.roles.isdisjoint(ALLOWED.get(permission, frozenset()))


def check_may(visitor: Visitor, permission: Permission) -> None:
    """Raise `NotAllowed` unless a visitor may do this."""
    if not may(visitor, permission):
        roles = ALLOWED.get(permission, frozenset())
        raise NotAllowed(
            name=visitor.name,
            permission=permission.value,
            roles=" and ".join(f"{role}s" for role in Role if role in roles) or "nobody",
        )
