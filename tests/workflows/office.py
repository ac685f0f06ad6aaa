"""An office for tests of the workflows: a database, keys, a clock that only the test moves.

Storage and keys are real. What goes out is written down instead of sent: how Telegram
answers is the sandbox's part, in the journeys.
"""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from bot import wiring
from bot.core.calendar import instant
from bot.core.drafts import Draft
from bot.core.profiles import Profile
from bot.core.programme import Programme
from bot.sealing.address import AddressKeys
from bot.sealing.key_store import OpeningKeys
from bot.sealing.process_keys import make_officer_keys, officer_keys, opening_keys
from bot.workflows import (
    answer,
    closing,
    codes,
    enrol,
    invite,
    key_pool,
    planning,
    programme,
    rounds,
    tally,
)
from bot.workflows.answer import Answered
from bot.workflows.catalogue import Instruments, RoundInView, view_of
from bot.workflows.invite import Invitation, SendingReport, Sent, TryLater
from storage import enrolments
from storage import rounds as stored_rounds
from storage.engine import ReadTransaction, Storage
from storage.rounds import Round
from storage.states import DeliveryState, EnrolmentState
from storage.tables import delivery, enrolment
from tests.prepared import Start
from tests.programmes import pulse_alone

ZONE = "Europe/London"
MONDAY = date(2026, 12, 7)
"""The first day of a round of the example programme."""

ROUND = "weekly-pulse-2026-12-07"
NEXT_ROUND = "weekly-pulse-2027-01-04"
FIRST_ID = 7_300_000_001
GOOD = (5, 5, 5, 5, 5)
"""Packed answers of a draft: 0 not yet, 1 skipped, 2 + option."""


_BEEN: dict[str, tuple[datetime, int, tuple[int, ...]]] = {}
"""What time it was where tests came to, the next id of an officer, and who had joined."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment so many days after the round's first."""
    return instant(MONDAY + timedelta(days=day), time(hour, minute), ZONE)


@dataclass
class Outbox:
    """Writes down what is to go out, and answers what the test wants Telegram to have said."""

    office: "Office"
    sent: list[tuple[datetime, int, int, bool]] = field(default_factory=list)
    """When, to whom, which prompt, whether a reminder."""
    printed: list[str] = field(default_factory=list)
    """What an error or a log would show of each invitation."""
    asked: list[tuple[datetime, int]] = field(default_factory=list)
    """When who was asked whether to carry on."""
    meanwhile: Callable[[int], Awaitable[object]] | None = None
    """What happens while a message is under way to somebody."""
    says: dict[int, Sent | TryLater] = field(default_factory=dict)

    async def invite(self, invitation: Invitation) -> Sent | TryLater:
        """Write down one message."""
        officer = invitation.profile.telegram_id
        if self.meanwhile is not None:
            await self.meanwhile(officer)
        self.printed.append(repr(invitation))
        self.sent.append((self.office.now, officer, invitation.prompt, invitation.reminder))
        return self.says.get(officer, Sent.ARRIVED)

    async def ask_to_carry_on(self, profile: Profile) -> Sent | TryLater:
        """Write down that somebody was asked whether to carry on."""
        officer = profile.telegram_id
        self.printed.append(repr(profile))
        self.asked.append((self.office.now, officer))
        return self.says.get(officer, Sent.ARRIVED)


@dataclass
class Office:
    """Everything the workflows are handed."""

    storage: Storage
    address: AddressKeys
    opening: OpeningKeys
    programme: Programme
    instruments: Instruments
    now: datetime
    start: Start
    folder: Path
    outbox: Outbox = field(init=False)
    _next_id: int = FIRST_ID

    def __post_init__(self) -> None:
        self.outbox = Outbox(self)

    def clock(self) -> datetime:
        """Return the time the test has set."""
        return self.now

    # --- People ---------------------------------------------------------------------

    async def code(self, team: str = "harbour-response", uses: int | None = None) -> str:
        """Issue a code."""
        code, _, _ = await codes.issue_code(
            self.storage, self.address, team, uses, self.clock, secrets.token_bytes, "test"
        )
        return code

    async def join(self, officer: int, code: str) -> bool | codes.CodeProblem:
        """Let one officer join."""
        return await enrol.join(
            self.storage, self.address, Profile(officer), code, self.clock, secrets.token_bytes
        )

    async def joined(self, count: int = 1, team: str = "harbour-response") -> list[int]:
        """Return the Telegram ids of officers who joined."""
        code = await self.code(team)
        officers = list(range(self._next_id, self._next_id + count))
        self._next_id += count
        for officer in officers:
            assert await self.join(officer, code) is True
        return officers

    async def sets(self, officer: int, **changes: object) -> None:
        """Change what stands in one officer's profile."""
        assert await enrol.amend_profile(
            self.storage, self.address, officer, secrets.token_bytes, **changes
        )

    async def profile(self, officer: int) -> Profile | None:
        """Return what stands in one officer's profile; None when they have not joined."""
        async with self.storage.read("look") as tx:
            row = await enrolments.by_lookup(tx, self.address.lookup(officer))
        if row is None:
            return None
        return Profile.from_bytes(self.address.open_profile(row.profile, row.id))

    async def answers(
        self,
        officer: int,
        prompt: int = 0,
        chosen: Sequence[int] = GOOD,
        round_id: str = ROUND,
        view: RoundInView | None = None,
    ) -> Answered:
        """Seal one officer's answers, to a round that may be in memory already."""
        view = view or await self.view(round_id)
        draft = Draft(view.reference, prompt, 0, 0, tuple(chosen), len(view.instrument.items))
        return await answer.seal_answers(
            self.storage, self.address, officer, draft, view, self.clock, secrets.token_bytes
        )

    async def comes_to(self, name: str, make: Callable[[], Awaitable[list[int]]]) -> list[int]:
        """Come to where `make` leads, by it or, from the very start, as a test did before."""
        begun = self.start.is_untouched() and self._next_id == FIRST_ID
        key = f"{name} from {self.now}"
        if begun and self.start.go_on(key):
            self.address, _ = officer_keys(self.folder / "keys")
            self.opening = opening_keys(self.folder / "keys")
            self.now, self._next_id, before = _BEEN[key]
            return list(before)
        people = await make()
        if begun:
            await self.start.keep_as(key, self.storage)
            _BEEN[key] = self.now, self._next_id, tuple(people)
        return people

    # --- What is done again and again ---------------------------------------------------

    async def turn(self) -> None:
        """Open and close what is due."""
        await rounds.open_due(self.storage, self.instruments, self.clock)
        await self.plan()
        await planning.expire_prompts(self.storage, self.instruments, self.clock)
        await self.close()

    async def plan(self) -> int:
        """Make the deliveries of prompts that are due; return for how many people."""
        return await planning.open_prompts(
            self.storage, self.address, self.instruments, self.clock, secrets.token_bytes
        )

    async def close(self) -> list[str]:
        """Close the rounds whose time is over."""
        return await closing.close_due(
            self.storage, self.address, self.instruments, self.clock, secrets.token_bytes
        )

    async def send(self) -> SendingReport:
        """Send what is due."""
        return await invite.send_due(
            self.storage,
            self.address,
            self.outbox,
            self.instruments,
            self.clock,
            secrets.token_bytes,
        )

    async def count(self) -> list[str]:
        """Tally what is closed; return the ids of the rounds released."""
        return await tally.tally_due(self.storage, self.opening, self.instruments, self.clock)

    async def shred(self) -> list[str]:
        """Destroy what is over; return the ids of the rounds shredded."""
        return await tally.shred_due(self.storage, self.opening, self.instruments, self.clock)

    async def fill_pool(self) -> int:
        """Make the keys that are missing."""
        return await key_pool.fill_pool(
            self.storage, self.opening, self.clock, secrets.token_bytes, "test"
        )

    async def passes(self, to: datetime, step: timedelta = timedelta(minutes=30)) -> None:
        """Let time pass, with everything done that is due on the way."""
        turned = due = None
        while self.now < to:
            self.now = min(to, self.now + step)
            # Rounds and prompts begin and end at midnight, and are looked at more often than that.
            local = self.now.astimezone(ZoneInfo(ZONE))
            half = local.date(), local.hour // 12
            if half != turned or self.now == to:
                await self.turn()
                turned, due = half, await self._next_due()
            if due is not None and due <= self.now:
                await self.send()
                due = await self._next_due()

    async def _next_due(self) -> datetime | None:
        async with self.storage.read("look") as tx:
            return await next_due_at(tx)

    # --- Looking --------------------------------------------------------------------

    async def view(self, round_id: str = ROUND) -> RoundInView:
        """Return a round as the officers' process has it in memory."""
        async with self.storage.read("look") as tx:
            row = await stored_rounds.get(tx, round_id)
            assert row is not None
            return await view_of(tx, row, self.instruments)

    async def round(self, round_id: str = ROUND) -> Round | None:
        """Return a round's row."""
        async with self.storage.read("look") as tx:
            return await stored_rounds.get(tx, round_id)

    async def number(self, statement: str) -> int:
        """Return the one number that a statement asks for."""
        async with self.storage.read("look") as tx:
            return int(await tx.scalar(text(statement)) or 0)

    async def change(self, statement: str) -> None:
        """Change the database behind the product's back."""
        async with self.storage.transaction("tamper") as tx:
            await tx.execute(text(statement))


async def next_due_at(tx: ReadTransaction) -> datetime | None:
    """Return when `claim_due` will next find something, or None when nothing waits."""
    moments: list[datetime] = []
    for state, moment in (
        (DeliveryState.DUE, delivery.c.due_at),
        (DeliveryState.CLAIMED, delivery.c.claimed_until),
    ):
        statement = (
            select(moment)
            .join(enrolment, enrolment.c.id == delivery.c.enrolment)
            .where(delivery.c.state == state, enrolment.c.state == EnrolmentState.ACTIVE)
            .order_by(moment)
            .limit(1)
        )
        found = await tx.scalar(statement)
        moments += [] if found is None else [found]
    return min(moments, default=None)


@asynccontextmanager
async def an_office(
    database_url: str,
    folder: Path,
    now: datetime | None = None,
    *,
    keys: bool = True,
    document: Programme | None = None,
) -> AsyncIterator[Office]:
    """Open an office on a migrated database, on the first day of a round."""
    document, begins = document or pulse_alone(), now or at(0, 9)
    start = Start(database_url, folder, document, "office", begins)
    make_officer_keys(folder / "keys", secrets.token_bytes)
    address, _ = officer_keys(folder / "keys")
    is_ready = keys and start.copy()
    storage = Storage(database_url)
    try:
        office = Office(
            storage,
            address,
            opening_keys(folder / "keys"),
            document,
            wiring.instruments_by_key(),
            begins,
            start,
            folder,
        )
        if not is_ready:
            await programme.load(storage, document, "test", "test", office.clock)
        if keys and not is_ready:
            await office.fill_pool()
            await start.keep(storage)
        yield office
    finally:
        await storage.close()
