"""The invented people with access, whom the demo's page offers to be. Pure."""

from dataclasses import dataclass
from typing import Final

from bot.core.access import Role


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody invented with access, whom the demo's page offers to be."""

    key: str
    name: str
    role: Role
    does: str
    """What the page calls them."""
    one_department: bool = False


PEOPLE: Final = (
    DemoPerson("admin", "Jo Fictional", Role.ADMIN, "an admin"),
    DemoPerson("auditor", "Ash Specimen", Role.AUDITOR, "the auditor"),
    DemoPerson("lead", "Drew Pretend", Role.LEAD, "a department’s lead", one_department=True),
)
