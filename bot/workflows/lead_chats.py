"""Chats of leads, as the page for leads may know them: how many, and a code for another one.

Nothing here can tell which chats they are: who holds no key finds none.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.core.access import Permission, Visitor, check_may, may
from bot.core.audit import AuditEntry
from bot.core.errors import StandEasyError
from bot.core.lead_codes import digest_of, new_lead_code
from bot.workflows.acting import still_may
from bot.workflows.moment import Now, RandomBytes
from storage import lead_chats
from storage.engine import Storage

CODE_LIFE: Final = timedelta(minutes=15)
REMEMBERED: Final = timedelta(days=1)
"""For so long a code that ran out is answered with the reason instead of not at all."""

SUBJECT: Final = "results in Telegram"


class ForTheWholeForce(StandEasyError):
    """Results in Telegram are of the whole force: expected a lead who sees all departments."""


def may_link(visitor: Visitor) -> bool:
    """Return whether a visitor may link a chat, which is shown results of the whole force.

    A chat is stored without a word of whose it is, so it cannot be shown some departments.
    """
    return may(visitor, Permission.LINK_CHAT) and visitor.departments is None


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A new code, to be shown once. `repr` does not show it."""

    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LeadChats:
    """What the page may do about chats of leads."""

    storage: Storage
    now: Now
    random: RandomBytes

    async def make_code(self, by: Visitor) -> MadeCode:
        """Store the hash of a new code, and return the code."""
        check_may(by, Permission.LINK_CHAT)
        if not may_link(by):
            raise ForTheWholeForce
        now = self.now()
        made = MadeCode(new_lead_code(self.random), now + CODE_LIFE)
        async with self.storage.transaction("make lead code") as tx:
            await still_may(tx, by, Permission.LINK_CHAT)
            await lead_chats.clear_codes(tx, now - REMEMBERED)
            entry = AuditEntry(by.name, "make code for a lead's chat", SUBJECT)
            await lead_chats.add_code(tx, digest_of(made.code), made.expires_at, entry, now)
        return made

    async def number(self) -> int:
        """Return how many chats are linked."""
        async with self.storage.read("lead chats") as tx:
            return await lead_chats.number(tx)

    async def unlink_all(self, by: Visitor) -> int:
        """Unlink every chat at once, and let no code that is out link one; return how many."""
        check_may(by, Permission.LINK_CHAT)
        async with self.storage.transaction("unlink lead chats") as tx:
            await still_may(tx, by, Permission.LINK_CHAT)
            entry = AuditEntry(by.name, "unlink all chats of leads", SUBJECT)
            return await lead_chats.unlink_all(tx, entry, self.now())
