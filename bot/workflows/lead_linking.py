"""Linking a chat for a lead, where chats are known: a code goes in, a keyed hash is kept.

Each transaction here touches nothing else: what the database writes side by side must not tie
an enrolment of the same chat to it. The trail says that a chat was linked, and never which.
"""

from enum import Enum

from bot.core.audit import AuditEntry
from bot.core.lead_codes import digest_of
from bot.sealing.address import AddressKeys
from bot.workflows.lead_chats import SUBJECT
from bot.workflows.moment import Now, RandomBytes
from storage import lead_chats
from storage.engine import Storage

_ID_SIZE = 16
A_CHAT = "a chat of a lead"
"""Who acts, in the trail."""


class Linked(Enum):
    """What became of a code."""

    LINKED = "linked"
    RUN_OUT = "ran out"
    UNKNOWN = "unknown"


class LeadLinking:
    """Knows whether a chat may ask for results."""

    def __init__(self, storage: Storage, keys: AddressKeys, now: Now, random: RandomBytes) -> None:
        self._storage, self._keys = storage, keys
        self._now, self._random = now, random

    async def is_linked(self, telegram_id: int) -> bool:
        """Whether a chat may ask for results."""
        async with self._storage.read("lead chat") as tx:
            return await lead_chats.is_linked(tx, self._keys.lead_lookup(telegram_id))

    async def is_anybody_linked(self) -> bool:
        """Whether results are worth being made ready."""
        async with self._storage.read("lead chats") as tx:
            return await lead_chats.number(tx) > 0

    async def link(self, telegram_id: int, code: str) -> Linked:
        """Link a chat with a code, which is used up by that."""
        lookup, digest = self._keys.lead_lookup(telegram_id), digest_of(code)
        async with self._storage.read("look up lead code") as tx:
            known = await lead_chats.knows_code(tx, digest)
            linked = await lead_chats.is_linked(tx, lookup)
        if not known:
            # Telegram brings the tap on a link twice, or the lead taps it twice.
            return Linked.LINKED if linked else Linked.UNKNOWN
        async with self._storage.transaction("link lead chat", leaves_trail=False) as tx:
            now = self._now()
            if not await lead_chats.take_code(tx, digest, now):
                return Linked.LINKED if linked else Linked.RUN_OUT
            entry = AuditEntry(A_CHAT, "link chat", SUBJECT)
            await lead_chats.link(tx, self._random(_ID_SIZE), lookup, entry, now)
        return Linked.LINKED

    async def unlink(self, telegram_id: int) -> bool:
        """Unlink a chat; False when it was not linked."""
        lookup = self._keys.lead_lookup(telegram_id)
        if not await self.is_linked(telegram_id):
            return False
        async with self._storage.transaction("unlink lead chat", leaves_trail=False) as tx:
            entry = AuditEntry(A_CHAT, "unlink chat", SUBJECT)
            return await lead_chats.unlink(tx, lookup, entry, self._now())
