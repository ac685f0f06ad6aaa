"""The queue of what happened: filled by phones, emptied by polling or pushed to a webhook.

- An update stays until the poller asks for a later offset, as in the real Bot API.
- Only kinds the bot allowed are queued; the choice holds until it is changed.
- One poller at a time: a second one ends the first with 409.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.faults import Faults
from bot.sandbox.loopback import Bell
from bot.sandbox.refusals import TWO_POLLERS, WEBHOOK_ACTIVE, Refused, bad_request, conflict
from bot.sandbox.webhook import Webhook

# What a bot gets unless it asks for more.
_BY_REQUEST_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_QUEUED = 100_000


@dataclass(slots=True)
class _Poll:
    """A long poll that waits; `refused` is set when another call ends it."""

    bell: Bell
    refused: Refused | None = None


class Updates:
    """The queue of one bot."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._queue: deque[dict[str, Any]] = deque()
        self._held: list[tuple[str, dict[str, Any]]] = []
        self._next_id = 100_000_001
        self._allowed: frozenset[str] | None = None
        self._poll: _Poll | None = None
        self.webhook: Webhook | None = None
        self.polled = asyncio.Event()
        """Set while a long poll waits."""

    def __len__(self) -> int:
        return len(self._queue) + (self.webhook.pending if self.webhook else 0)

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Remember which kinds the bot wants; None leaves the choice as it is."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    @property
    def allowed(self) -> list[str]:
        return sorted(self._allowed or ())

    def add(self, kind: str, content: dict[str, Any]) -> None:
        """Something happened."""
        wanted = kind not in _BY_REQUEST_ONLY if self._allowed is None else kind in self._allowed
        if not wanted:
            return
        if self._faults.reorder_left > 0:
            self._faults.reorder_left -= 1
            self._held.append((kind, content))
            if self._faults.reorder_left > 0:
                return
        if self._held:
            # Ids rise in the order of delivery, so that acknowledging still works.
            held = reversed(self._held)
            self._held = []
            for one in held:
                self._deliver(*one)
            return
        self._deliver(kind, content)

    def _deliver(self, kind: str, content: dict[str, Any]) -> None:
        update = {"update_id": self._next_id, kind: content}
        self._next_id += 1
        copies = 1
        if self._faults.duplicates_left > 0:
            self._faults.duplicates_left -= 1
            copies = 2
        for _ in range(copies):
            if self.webhook is not None:
                self.webhook.push(update)
            elif len(self._queue) < MAX_QUEUED:
                self._queue.append(update)
        if self._poll is not None:
            self._poll.bell.ring()

    async def poll(
        self,
        offset: int,
        limit: int,
        seconds: float,
        closing: Bell,
    ) -> list[dict[str, Any]]:
        """Acknowledge what lies before `offset`; wait for the rest. Raises `Refused` (409)."""
        if self.webhook is not None:
            raise conflict(WEBHOOK_ACTIVE)
        self._end_poll(conflict(TWO_POLLERS))
        self._acknowledge(offset)
        if not self._queue and seconds > 0:
            poll = self._poll = _Poll(Bell())
            self.polled.set()
            try:
                await Bell.first_of(poll.bell, closing, seconds=seconds)
            finally:
                if self._poll is poll:
                    self._poll = None
                    self.polled.clear()
            if poll.refused is not None:
                raise poll.refused
        limit = limit if 1 <= limit <= 100 else 100
        return [self._queue[index] for index in range(min(limit, len(self._queue)))]

    def _acknowledge(self, offset: int) -> None:
        queue = self._queue
        if offset < 0:
            while len(queue) > -offset:
                queue.popleft()
            return
        while queue and queue[0]["update_id"] < offset:
            queue.popleft()

    def _end_poll(self, refused: Refused) -> None:
        if self._poll is not None:
            self._poll.refused = refused
            self._poll.bell.ring()
            self._poll = None
            self.polled.clear()

    async def set_webhook(self, url: str, secret: str, connections: int, drop: bool) -> None:
        """Push from now on; what is queued goes first."""
        await self.delete_webhook(drop)
        if not url:
            return
        webhook = Webhook(url, secret, connections)
        self._end_poll(conflict("terminated by setWebhook request"))
        self.webhook = webhook
        while self._queue:
            webhook.push(self._queue.popleft())

    async def delete_webhook(self, drop: bool) -> None:
        """Stop pushing; what was not delivered goes back to the queue unless dropped."""
        webhook, self.webhook = self.webhook, None
        if webhook is not None:
            undelivered = await webhook.close()
            self._queue.extendleft(reversed(undelivered))
        if drop:
            self._queue.clear()
            self._held.clear()

    async def close(self) -> None:
        """Stop all waiting and pushing."""
        if self._poll is not None:
            self._poll.bell.ring()
        if self.webhook is not None:
            webhook, self.webhook = self.webhook, None
            await webhook.close()


def allowed_from_api(raw: Any) -> list[str] | None:
    """Read `allowed_updates`; None if it was not given."""
    if raw is None:
        return None
    if not isinstance(raw, list) or not all(isinstance(kind, str) for kind in raw):
        raise bad_request("can't parse allowed updates: expected an Array of Strings")
    return raw
