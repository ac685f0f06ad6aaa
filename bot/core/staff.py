"""People with access: their names, where they stand, how long things of theirs last. Pure.

No passwords: what lets somebody in is a link that works once, a passkey, or the force's own
sign-in. Secrets are kept as hashes; all of them have 256 random bits, so a plain hash will do.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from bot.core.access import Role, Visitor
from bot.core.characters import odd_in_name
from bot.core.errors import StandEasyError

INVITE_LASTS: Final = timedelta(days=7)
SESSION_LASTS: Final = timedelta(hours=12)
IDLE_AT_MOST: Final = timedelta(minutes=30)
SEEN_EVERY: Final = timedelta(minutes=1)
"""A session's last page is noted this often: not every page needs to be written down."""
CHALLENGE_LASTS: Final = timedelta(minutes=10)
SECRET_BYTES: Final = 32
LONGEST_NAME: Final = 60
MOST_PASSKEYS: Final = 10
MOST_STAFF: Final = 2000

TAKEN_NAMES: Final = frozenset(
    {"operator", "ticker", "demo", "lead", "a chat of a lead", "serve", "officers", "dashboard"}
    | {"tally", "nobody", "command line", "stand easy"}
)
"""Who else acts in the audit trail."""


class EmptyName(StandEasyError):
    """The name is empty: expected one that the audit trail can call somebody."""


class NameTooLong(StandEasyError):
    """The name has {length} characters: expected at most {most}."""


class OddName(StandEasyError):
    """The name contains {found}: expected letters, digits, spaces and simple punctuation."""


class NameIsTaken(StandEasyError):
    """The name {name} is taken: expected one that nobody with access has or had."""


class NoRole(StandEasyError):
    """No role was chosen: expected lead, admin or auditor."""


class NoDepartment(StandEasyError):
    """No department was chosen: expected one or more, or the whole force."""


class Standing(StrEnum):
    """How somebody stands."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with access, or who was invited, or had it."""

    id: str
    name: str
    roles: frozenset[Role]
    departments: frozenset[str] | None
    added_at: datetime
    joined_at: datetime | None
    disabled_at: datetime | None
    issuer: str | None = None
    subject: str | None = None
    unread: bool = False
    """Whether their rights cannot be read, so that they have none. What they had, nobody knows."""

    @property
    def standing(self) -> Standing:
        """Where they stand."""
        if self.disabled_at is not None:
            return Standing.DISABLED
        return Standing.INVITED if self.joined_at is None else Standing.ACTIVE

    @property
    def visitor(self) -> Visitor:
        """Who they are to a page."""
        return Visitor(self.name, self.roles, self.id, self.departments)


def new_secret(random: Callable[[int], bytes]) -> str:
    """Return a secret that fits into an address or a cookie; `random` returns random bytes."""
    return random(SECRET_BYTES).hex()


def digest_of(purpose: str, secret: str) -> bytes:
    """Return the 32 bytes that a secret is found by; for another purpose they are others."""
    return sha256(f"stand easy {purpose} 1 {secret}".encode()).digest()


def tidy_name(text: str) -> str:
    """Return a name without superfluous space; raises what is wrong with it."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise EmptyName
    if len(name) > LONGEST_NAME:
        raise NameTooLong(length=len(name), most=LONGEST_NAME)
    found = odd_in_name(name) or next((each for each in name if each in '<>&"`\\'), None)
    if found is not None:
        raise OddName(found=found)
    return name


def likeness(name: str) -> str:
    """Return what two names share that people would take for one."""
    return unicodedata.normalize("NFKC", name).casefold()


def check_free(name: str, names: Iterable[str]) -> None:
    """Raise `NameIsTaken` where the trail could not tell somebody from somebody else."""
    alike = likeness(name)
    if alike.startswith("command line") or alike in TAKEN_NAMES | {likeness(n) for n in names}:
        raise NameIsTaken(name=name)


def free_name(wanted: str, names: Collection[str]) -> str:
    """Return a name that nobody has, with a number where needed."""
    taken = TAKEN_NAMES | {likeness(each) for each in names}
    name, number = wanted, 1
    while likeness(name) in taken:
        number += 1
        name = f"{wanted} {number}"
    return name


def check_rights(
    roles: Collection[Role], departments: Collection[str] | None
) -> tuple[frozenset[Role], frozenset[str] | None]:
    """Return roles and departments as they are kept; raises what is wrong with them.

    Departments narrow what a lead sees; to everybody else they mean nothing.
    """
    if not roles:
        raise NoRole
    if Role.LEAD not in roles or departments is None:
        return frozenset(roles), None
    if not departments:
        raise NoDepartment
    return frozenset(roles), frozenset(departments)


def is_over(began_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session has ended by itself."""
    return now >= began_at + SESSION_LASTS or now >= seen_at + IDLE_AT_MOST
