"""Chats that are told what needs somebody, as the page of admins may know them.

How many, a code for another one, and unlinking all at once. Nothing here can tell which chats
they are: who holds no key finds none.
"""

from dataclasses import dataclass
from typing import Final

from bot.core.access import Permission, Visitor, check_may
from bot.core.audit import AuditEntry
from bot.core.lead_codes import alert_digest_of, new_lead_code
from bot.workflows.acting import still_may
from bot.workflows.lead_chats import CODE_LIFE as CODE_LIFE
from bot.workflows.lead_chats import REMEMBERED
from bot.workflows.lead_chats import MadeCode as MadeCode
from bot.workflows.moment import Now, RandomBytes
from storage import alert_chats, lead_chats
from storage.engine import Storage

SUBJECT: Final = "alerts in Telegram"


@dataclass(frozen=True, slots=True)
class AlertChats:
    """What the page may do about chats for alerts."""

    storage: Storage
    now: Now
    random: RandomBytes

    async def make_code(self, by: Visitor) -> MadeCode:
        """Store the hash of a new code, and return the code."""
        check_may(by, Permission.CHANGE_PROGRAMME)
        now = self.now()
        made = MadeCode(new_lead_code(self.random), now + CODE_LIFE)
        async with self.storage.transaction("make alert code") as tx:
            await still_may(tx, by, Permission.CHANGE_PROGRAMME)
            await lead_chats.clear_codes(tx, now - REMEMBERED)
            entry = AuditEntry(by.name, "make code for a chat for alerts", SUBJECT)
            digest = alert_digest_of(made.code)
            await lead_chats.add_code(tx, digest, made.expires_at, entry, now)
        return made

    async def number(self) -> int:
        """Return how many chats are linked."""
        async with self.storage.read("alert chats") as tx:
            return await alert_chats.number(tx)

    async def unlink_all(self, by: Visitor) -> int:
        """Unlink every chat at once, and let no code that is out link one; return how many."""
        check_may(by, Permission.CHANGE_PROGRAMME)
        async with self.storage.transaction("unlink alert chats") as tx:
            await still_may(tx, by, Permission.CHANGE_PROGRAMME)
            entry = AuditEntry(by.name, "unlink all chats for alerts", SUBJECT)
            return await alert_chats.unlink_all(tx, entry, self.now())
