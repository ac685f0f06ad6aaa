"""A force of 15,000 on SQLite: what is due, one minute's tick, planning, and closing a round."""

import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from pathlib import Path

from sqlalchemy import update

from bot import wiring
from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.duty_patterns import OFFICE, PATTERNS
from bot.core.profiles import FollowUpAddress, Profile
from bot.sealing.address import NONCE_SIZE, AddressKeys
from bot.sealing.process_keys import make_officer_keys, officer_keys
from bot.wiring import Assembly
from bot.wiring import Part as Process
from bot.workflows import programme
from bot.workflows.invite import LEASE
from storage import deliveries, enrolments, follow_ups
from storage.engine import Storage, WriteTransaction
from storage.enrolments import Enrolment
from storage.follow_ups import FollowUp
from storage.states import DeliveryState, FollowUpKind
from storage.tables import delivery
from tests.bench.product import PROMPT_DAY, settings_of, with_room
from tests.bench.report import Line

OFFICERS = 15_000
FOLLOW_UPS = 3_000
MIDNIGHT = PROMPT_DAY.replace(hour=0, minute=1)
TRIES = 5
GOAL = 1.0


class Timed(Storage):
    """Storage that notes how long each kind of transaction took at most."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.longest: dict[str, float] = {}

    @asynccontextmanager
    async def transaction(
        self, name: str, *, leaves_trail: bool = True
    ) -> AsyncIterator[WriteTransaction]:
        """Open a transaction and note how long it was held."""
        async with super().transaction(name, leaves_trail=leaves_trail) as tx:
            begin = time.perf_counter()
            yield tx
        held = time.perf_counter() - begin
        self.longest[name] = max(held, self.longest.get(name, 0.0))


@dataclass
class Clock:
    """What time the product takes it to be."""

    now: datetime = MIDNIGHT

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


async def measure(folder: Path) -> list[Line]:
    """Fill a force, plan a prompt for everybody, look for what is due, and close the round."""
    settings = settings_of("http://127.0.0.1:1", folder)
    address = settings.database_url.reveal()
    await wiring.migrate(address)
    make_officer_keys(settings.keys, secrets.token_bytes)
    keys, _ = officer_keys(settings.keys)
    storage, clock = Timed(address), Clock()
    try:
        product = Assembly(settings, (Process.OFFICERS, Process.TALLY), storage, clock)
        document = with_room(wiring.read_programme(wiring.example_programme_path()), OFFICERS)
        await programme.load(storage, document, "bench", "bench", clock)
        await product.count()
        await _fill(storage, keys, [team.id for team in document.force.teams], product)
        return [
            *await _planning(product, storage),
            *await _due(product, storage, clock),
            *await _closing(product, storage, clock),
        ]
    finally:
        await storage.close()


async def _planning(product: Assembly, storage: Timed) -> list[Line]:
    ticks: list[float] = []
    planned = -1
    while (before := planned) < (planned := await _deliveries(storage)) or not planned:
        ticks.append(await _seconds(product.turn_rounds))
    assert before == planned >= OFFICERS
    held = storage.longest["open prompts"]
    detail = f"{planned:,} messages in {len(ticks)} ticks, {sum(ticks):.1f} s together"
    return [
        _line("planning, longest transaction", held, detail),
        _line("planning, longest tick", max(ticks), detail),
    ]


async def _deliveries(storage: Storage) -> int:
    async with storage.read("bench") as tx:
        return sum((await deliveries.counts(tx)).values())


async def _due(product: Assembly, storage: Timed, clock: Clock) -> list[Line]:
    async def claim(now: datetime, limit: int) -> list[deliveries.ClaimedDelivery]:
        async with storage.transaction("bench claim") as tx:
            claimed = await deliveries.claim_due(tx, now, now + LEASE, limit)
            for each in claimed:
                await deliveries.put_back(tx, each.id, each.due_at)
        return claimed

    async def nothing() -> None:
        assert not await claim(clock.now, 25)

    async def some() -> None:
        assert len(await claim(PROMPT_DAY + timedelta(hours=4), 25)) == 25

    async def tick() -> None:
        await product.turn_rounds()
        async with storage.transaction("bench follow-ups") as tx:
            assert not await follow_ups.claim_due(tx, clock.now, clock.now + LEASE, 25)
        await nothing()

    clock.now += timedelta(minutes=1)
    among = f"of {await _deliveries(storage):,} deliveries"
    return [
        _line("nothing due, the query", await _best(nothing), among),
        _line("25 due, claimed and given back", await _best(some), among),
        _line("one minute's tick", await _best(tick), f"with {FOLLOW_UPS:,} follow-ups"),
    ]


async def _closing(product: Assembly, storage: Timed, clock: Clock) -> list[Line]:
    """Close the round in which everybody was written to and nobody answered."""
    async with storage.transaction("bench") as tx:
        await tx.execute(update(delivery).values(state=DeliveryState.SENT))
    clock.now = MIDNIGHT + timedelta(days=7)
    seconds = await _seconds(product.turn_rounds)
    held = max(storage.longest["count unanswered"], storage.longest["close round"])
    detail = f"{OFFICERS:,} written to, none answered; the whole tick {seconds:.2f} s"
    return [_line("closing a round, longest transaction", held, detail)]


# --- The force ------------------------------------------------------------------------


async def _fill(storage: Storage, keys: AddressKeys, teams: list[str], product: Assembly) -> None:
    random = product.random
    said = cycle(_sayings())
    for start in range(0, OFFICERS, 1_000):
        async with storage.transaction("bench") as tx:
            for number in range(start, start + 1_000):
                chat, row = 7_000_000_000 + number, random(16)
                profile = Profile(chat, times=next(said).to_json(), ignored=number % 4)
                sealed = keys.seal_profile(profile.to_bytes(), row, random(NONCE_SIZE))
                team = teams[number % len(teams)]
                await enrolments.add(tx, Enrolment(row, keys.lookup(chat), sealed, team))
    async with storage.transaction("bench") as tx:
        for number in range(FOLLOW_UPS):
            chat, row = 7_000_000_000 + number, random(16)
            content = FollowUpAddress(chat).to_bytes()
            sealed = keys.seal_address(content, row, random(NONCE_SIZE))
            due = MIDNIGHT + timedelta(days=1, minutes=number)
            kind = FollowUpKind.TOUGH_JOB_28_DAYS
            # Nobody looks these up, so any bytes of that size will do.
            await follow_ups.put(tx, FollowUp(row, random(32), sealed, kind, due))


def _sayings() -> Iterator[ContactTimes]:
    """Every pattern on different days, every part of the day, and nothing at all."""
    for pattern, letters in PATTERNS.items():
        for day in range(0, len(letters), 2):
            anchor = None if pattern == OFFICE else date(2026, 11, 2) + timedelta(days=day)
            yield ContactTimes(pattern=pattern, anchor=anchor)
    for part in Part:
        yield ContactTimes(part=part)


# --- Time -----------------------------------------------------------------------------


async def _seconds(act: Callable[[], Awaitable[object]]) -> float:
    begin = time.perf_counter()
    await act()
    return time.perf_counter() - begin


async def _best(act: Callable[[], Awaitable[object]]) -> float:
    return min([await _seconds(act) for _ in range(TRIES)])


def _line(what: str, seconds: float, detail: str) -> Line:
    return Line(what, f"{1000 * seconds:.0f} ms", "1,000 ms", seconds < GOAL, detail)
