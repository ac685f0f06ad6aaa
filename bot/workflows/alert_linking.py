"""Chats for alerts where chats are known: a code links one, and all of them can be written to.

As with leads' chats, each transaction touches nothing else: what the database writes side by
side must not tie an enrolment of the same chat to it. The trail never says which chat.
"""

import logging
from dataclasses import dataclass, field
from typing import Final

from bot.core.audit import AuditEntry
from bot.core.health import A_WEEK, Condition
from bot.core.lead_codes import alert_digest_of
from bot.sealing.address import NONCE_SIZE, AddressKeys, CannotOpenAddress
from bot.workflows.alert_chats import SUBJECT
from bot.workflows.alerts import IN_CHATS
from bot.workflows.lead_linking import Linked as Linked
from bot.workflows.moment import Now, RandomBytes
from storage import alert_chats, alerts, lead_chats
from storage.alert_chats import AlertChat
from storage.engine import Storage

log = logging.getLogger(__name__)

_ID_SIZE = 16
A_CHAT: Final = "a chat for alerts"
"""Who acts, in the trail."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A chat that can be written to. `repr` names nobody."""

    telegram_id: int = field(repr=False)


class AlertLinking:
    """Knows which chats are told what needs somebody."""

    def __init__(self, storage: Storage, keys: AddressKeys, now: Now, random: RandomBytes) -> None:
        self._storage, self._keys = storage, keys
        self._now, self._random = now, random

    async def is_linked(self, telegram_id: int) -> bool:
        """Whether a chat is told."""
        async with self._storage.read("alert chat") as tx:
            return await alert_chats.is_linked(tx, self._keys.alert_lookup(telegram_id))

    async def chats(self) -> list[Reached]:
        """Return every chat that can be written to."""
        async with self._storage.read("alert chats") as tx:
            rows = await alert_chats.all(tx)
        found = []
        for row in rows:
            try:
                plain = self._keys.open_alert_address(row.address, row.id)
            except CannotOpenAddress as error:
                log.error("a chat for alerts cannot be written to: %s", error)
                continue
            found.append(Reached(int(plain)))
        return found

    async def link(self, telegram_id: int, code: str) -> Linked:
        """Link a chat with a code, which is used up by that."""
        lookup, digest = self._keys.alert_lookup(telegram_id), alert_digest_of(code)
        async with self._storage.read("look up alert code") as tx:
            known = await lead_chats.knows_code(tx, digest)
            linked = await alert_chats.is_linked(tx, lookup)
        if not known:
            # Telegram brings the tap on a link twice, or the admin taps it twice.
            return Linked.LINKED if linked else Linked.UNKNOWN
        row_id, nonce = self._random(_ID_SIZE), self._random(NONCE_SIZE)
        address = self._keys.seal_alert_address(b"%d" % telegram_id, row_id, nonce)
        async with self._storage.transaction("link alert chat", leaves_trail=False) as tx:
            now = self._now()
            if not await lead_chats.take_code(tx, digest, now):
                return Linked.LINKED if linked else Linked.RUN_OUT
            entry = AuditEntry(A_CHAT, "link chat", SUBJECT)
            await alert_chats.link(tx, AlertChat(row_id, lookup, address), entry, now)
        await self._tell_again()
        return Linked.LINKED

    async def unlink(self, telegram_id: int) -> bool:
        """Unlink a chat; False when it was not linked."""
        if not await self.is_linked(telegram_id):
            return False
        lookup = self._keys.alert_lookup(telegram_id)
        async with self._storage.transaction("unlink alert chat", leaves_trail=False) as tx:
            entry = AuditEntry(A_CHAT, "unlink chat", SUBJECT)
            return await alert_chats.unlink(tx, lookup, entry, self._now())

    async def _tell_again(self) -> None:
        """Have everything that lasts told once more: whoever was just linked knows none of it."""
        async with self._storage.transaction("tell again") as tx:
            told = await alerts.of(tx, [f"{IN_CHATS}{condition}" for condition in Condition])
            for alert in (await alerts.held(tx, told)).values():
                if alert.lasts:
                    earlier = alert.told_at - A_WEEK
                    await alerts.keep(tx, alerts.Alert(alert.condition, earlier, alert.lasts))
