"""A house with people who have access, for tests: invented, on a real database."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.core.access import OPERATOR, Role, Visitor
from bot.core.audit import AuditEntry
from bot.workflows.catalogue import stored_form
from bot.workflows.own_access import OwnAccounts
from bot.workflows.sign_in import NewPasskey, SignedIn, SignIn
from bot.workflows.staff import Staff
from storage import audit, programmes
from storage.engine import Storage
from tests.programmes import the_example

MORNING = datetime(2026, 11, 30, 9, tzinfo=UTC)


@dataclass
class House:
    """Who has access, and a clock that is moved by hand."""

    storage: Storage
    moment: datetime = MORNING
    keys: int = field(default=0)

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment

    def passes(self, **time: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**time)

    @property
    def staff(self) -> Staff:
        """What admins may do."""
        return Staff(self.storage, self.now, secrets.token_bytes)

    @property
    def sign_in(self) -> SignIn:
        """What whoever wants to come in may do."""
        return SignIn(self.storage, self.now, secrets.token_bytes)

    @property
    def own(self) -> OwnAccounts:
        """What somebody may do about their own access."""
        return OwnAccounts(self.storage, self.now)

    def new_key(self, sign_count: int = 0) -> NewPasskey:
        """Return a passkey nobody has."""
        self.keys += 1
        return NewPasskey(f"key {self.keys}".encode(), b"public", sign_count, "")

    async def joined(
        self, name: str, *roles: Role, departments: frozenset[str] | None = None
    ) -> SignedIn:
        """Invite somebody, who accepts and is signed in."""
        made = await self.staff.invite(name, roles or (Role.ADMIN,), departments, OPERATOR)
        return await self.sign_in.accept_with_passkey(made.secret, self.new_key(), "")

    async def visitor(self, name: str, *roles: Role) -> Visitor:
        """Invite somebody, who accepts; return who they are to a page."""
        return (await self.joined(name, *roles)).member.visitor

    async def load_programme(self) -> None:
        """Put the example programme in force."""
        async with self.storage.transaction("load") as tx:
            content, entry = stored_form(the_example()), AuditEntry("test", "load", "it")
            await programmes.append(tx, content, "test", "first", self.moment, entry)

    async def acts(self) -> list[tuple[str, str, str]]:
        """Return actor, act and subject of every entry of the trail."""
        async with self.storage.read("trail") as tx:
            entries = [record.entry for record in await audit.all(tx)]
        return [(each.actor, each.act, each.subject) for each in entries]
