"""The demo page: a phone, the X-ray and the lead's view side by side, under a movable clock.

- The product is real; this page only moves its clock, plays the officers and looks on.
- One thing moves at a time: while the clock moves or the colleagues answer, asking for more
  is refused, so that a double click does not skip a week.
- What changes something takes JSON from the same origin only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from starlette.routing import BaseRoute

from bot.core.rounds import RoundState
from bot.sandbox.clock import MovableClock
from bot.sandbox.colleagues import TeamInvitation
from bot.sandbox.telegram_state import Telegram

__all__ = ["Demo", "DemoStatus", "Product", "TeamInvitation", "demo_routes"]


@dataclass(frozen=True, slots=True)
class DemoStatus:
    """Where the product stands, for the sentence above the columns.

    `state`, `prompt`, `prompts` and `closes_on` are of the newest round; `state` is None
    before the first. `prompt` counts the prompts that have gone out, from 0; `closes_on` is
    the local day on which the round closes; `releases` counts the rounds with a result.
    """

    force: str
    timezone: str
    state: RoundState | None = None
    prompt: int = 0
    prompts: int = 0
    closes_on: date | None = None
    releases: int = 0


class Product(Protocol):
    """What the demo asks of the running product; the wiring provides it."""

    async def tick(self) -> None:
        """Do everything that is due now: open, send, close, tally, release. Returns when done."""

    async def next_prompt_at(self) -> datetime | None:
        """A moment by which every invitation of the next prompt day is due, later than now."""

    async def round_closes_at(self) -> datetime | None:
        """When the open round closes; None when no round is open."""

    async def status(self) -> DemoStatus:
        """Where things stand."""


class Demo:
    """The page, its JSON, and what it has set going."""

    def __init__(
        self,
        telegram: Telegram,
        clock: MovableClock,
        product: Product,
        database: Path,
        invitations: Sequence[TeamInvitation],
        lookup: Callable[[int], bytes],
    ) -> None:
        self.routes: list[BaseRoute] = []

    async def close(self) -> None:
        """Send the colleagues home."""


def demo_routes(
    telegram: Telegram,
    clock: MovableClock,
    product: Product,
    database: Path,
    invitations: Sequence[TeamInvitation],
    lookup: Callable[[int], bytes],
) -> list[BaseRoute]:
    """Return the demo's routes; `lookup` is the keyed hash that finds a chat's enrolment.

    Whoever wants to stop the colleagues in the middle makes a `Demo` and closes it.
    """
    return Demo(telegram, clock, product, database, invitations, lookup).routes
