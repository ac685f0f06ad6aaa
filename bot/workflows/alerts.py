"""Alerts: whoever runs the program is told of what needs somebody, and when it is over.

What was told is kept in the database before it is sent, so that neither a restart nor a second
process tells it again. Killed between the two, somebody is told a day later.
"""

import logging
from collections.abc import Sequence
from typing import Final, Protocol

from bot.core.alerts import Letter, Told, letter_of, next_told, untold
from bot.core.errors import StandEasyError
from bot.core.health import RULES, Condition, Health, conditions_of
from bot.workflows.health import Oversight
from storage import alerts
from storage.alerts import Alert
from storage.engine import Storage

log = logging.getLogger(__name__)


IN_CHATS: Final = "in chats: "
"""Before the name of a condition: what chats were told of, whatever was mailed."""

OF_DASHBOARD: Final = "dashboard: "
"""Before the name of a condition: what the dashboard's process told of.

Its account writes such rows and no others, so that nobody who holds it can keep another process
from telling.
"""


class NotDelivered(StandEasyError):
    """A mail could not be delivered ({reason}): it is tried again in a minute."""

    hint = "Look at STANDEASY_ALERTS_SMTP, and whether that server takes mail from here."


class Post(Protocol):
    """What carries letters."""

    async def send(self, letter: Letter) -> None:
        """Deliver a letter; raises `NotDelivered`."""


class Alerting:
    """Looks once a minute, and tells what is new."""

    def __init__(
        self,
        storage: Storage,
        oversight: Oversight,
        post: Post,
        page: str | None,
        channel: str = "",
    ) -> None:
        self._storage, self._oversight, self._post, self._page = storage, oversight, post, page
        self._channel = channel
        self._held_before: Sequence[Condition] = ()

    async def look(self) -> None:
        """Tell of every condition that holds at two looks in a row, and of those over."""
        health = await self._oversight.health()
        holding = conditions_of(health)
        # After a pause of the program everything looks stopped until the first tick is over.
        lasting = [condition for condition in holding if condition in self._held_before]
        self._held_before = holding
        for condition in Condition:
            if condition in holding and condition not in lasting:
                continue
            await self._tell(condition, health, holds=condition in lasting)

    async def _tell(self, condition: Condition, health: Health, *, holds: bool) -> None:
        async with self._storage.read("alerts") as tx:
            before = self._told(await alerts.of(tx, [self._name(condition)]), condition)
        again = RULES[condition].again_after
        if next_told(before, holds=holds, now=health.at, again_after=again) is None:
            return
        async with self._storage.transaction("alert") as tx:
            # Another process may have been first.
            before = self._told(await alerts.held(tx, [self._name(condition)]), condition)
            after = next_told(before, holds=holds, now=health.at, again_after=again)
            if after is None:
                return
            await alerts.keep(tx, Alert(self._name(condition), after.at, after.lasts))
        try:
            await self._post.send(letter_of(condition, health, holds=holds, page=self._page))
        except NotDelivered as error:
            log.error("%s %s", error, error.hint)
            untried = untold(before, health.at, again)
            async with self._storage.transaction("alert again") as tx:
                await alerts.keep(tx, Alert(self._name(condition), untried.at, untried.lasts))

    def _name(self, condition: Condition) -> str:
        return f"{self._channel}{condition}"

    def _told(self, rows: dict[str, Alert], condition: Condition) -> Told | None:
        row = rows.get(self._name(condition))
        return Told(row.told_at, row.lasts) if row else None
