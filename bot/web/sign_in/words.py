"""Words about people with access: their roles, and moments they can compare. Pure."""

from collections.abc import Collection
from datetime import UTC, datetime

from bot.core.access import Role
from bot.web.words import day_in_words

WHAT_FOR = {
    Role.LEAD: "sees protected results of groups, acts on them, answers officers",
    Role.ADMIN: "sets up the programme, and who has access; sees no results",
    Role.AUDITOR: "reads results, the programme and the audit trail; changes nothing",
}


def roles_in_words(roles: Collection[Role]) -> str:
    """Return roles as people say them."""
    named = [role.value for role in Role if role in roles]
    if len(named) > 1:
        return f"{', '.join(named[:-1])} and {named[-1]}"
    return "".join(named) or "nothing"


def moment_in_words(at: datetime) -> str:
    """Return a moment to the minute."""
    at = at.astimezone(UTC)
    return f"{day_in_words(at.date())}, {at:%H:%M} UTC"
