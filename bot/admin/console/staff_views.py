"""How people with access are shown, and what a form about them says."""

from collections.abc import Mapping
from typing import Any, Final

from bot.core.access import Role
from bot.core.errors import StandEasyError
from bot.core.staff import (
    EmptyName,
    NameIsTaken,
    NameTooLong,
    NoDepartment,
    NoRole,
    OddName,
    Standing,
)
from bot.web.fields import Fields
from bot.web.sign_in.words import WHAT_FOR, moment_in_words
from bot.workflows.staff import Line
from bot.workflows.staff_rules import LastAdmin, TooManyPeople, UnknownDepartment, YourOwnRights

WHOLE_FORCE: Final = "all"
TICK_THE_BOX: Final = "Tick the box to end this access."

SAID: Final = {
    "changed": "Saved. They sign in anew, with these rights.",
    "withdrawn": "The invite works no more.",
    "ended": "This access has ended, on every device.",
    "signed-out": "Signed out on every device.",
}

PLACES: Final[Mapping[type[StandEasyError], str]] = {
    EmptyName: "name",
    NameTooLong: "name",
    OddName: "name",
    NameIsTaken: "name",
    NoRole: "roles",
    NoDepartment: "departments",
    UnknownDepartment: "departments",
    TooManyPeople: "name",
    LastAdmin: "roles",
}
"""Beside which field a problem is shown."""

CORRECTABLE: Final[tuple[type[StandEasyError], ...]] = (YourOwnRights, *PLACES)


def standing_in_words(line: Line) -> str:
    """Return how somebody stands."""
    member = line.member
    if member.standing is Standing.DISABLED:
        assert member.disabled_at is not None  # noqa: S101 - that is what disabled means
        return f"ended on {moment_in_words(member.disabled_at)}"
    until = line.invited_until
    invited = "" if until is None else f"invited until {moment_in_words(until)}"
    if member.standing is Standing.INVITED:
        return invited or "the invite ran out"
    way = "by passkey" if line.passkeys else ""
    if member.subject is not None:
        way = f"{way} and through the force’s sign-in" if way else "through the force’s sign-in"
    return f"signs in {way or 'by nothing'}" + (f"; {invited}" if invited else "")


def all_roles() -> list[tuple[str, str]]:
    """Return every role with what it is for."""
    return [(role.value, WHAT_FOR[role]) for role in Role]


def typed_rights(fields: Fields) -> dict[str, Any]:
    """Return what a form sent, to be shown again."""
    return {"roles": fields.all("roles"), "departments": fields.all("departments")}


def rights_of(fields: Fields) -> tuple[list[Role], list[str] | None]:
    """Return roles and departments as a form sent them; what is no role is none."""
    roles = [role for role in Role if role.value in fields.all("roles")]
    departments = fields.all("departments")
    return roles, None if WHOLE_FORCE in departments else departments
