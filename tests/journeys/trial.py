"""The product in a process of its own, and twelve people of one team with phones."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot import wiring
from bot.core.calendar import instant
from bot.core.programme import Programme
from bot.sandbox.bot_api import bot_api
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import TOKEN, Telegram
from bot.sealing.process_keys import make_officer_keys, officer_keys, opening_keys
from bot.workflows import codes, key_pool, programme
from config.settings import read_settings
from storage.engine import Storage
from tests.journeys.children import LAPSE, Child, Door, Moment, Trap, a_child
from tests.journeys.people import Person
from tests.programmes import pulse_alone

ZONE = "Europe/London"
SUNDAY = datetime.fromisoformat("2026-12-06T18:00:00+00:00")
MONDAY = date(2026, 12, 7)
ROUND = "weekly-pulse-2026-12-07"
TEAM = "harbour-response"
PEOPLE = 12
ANSWERING = frozenset({"sendMessage", "editMessageText", "answerCallbackQuery"})
SENDING = frozenset({"sendMessage"})
ANSWERS = (
    ("Struggling", "Very badly", "Not at all", "Not at all", "A little"),
    ("Not great", "Badly", "Mostly not", "Mostly", "Some"),
    ("OK", "OK", "About half and half", "Completely", "I didn't need any"),
    ("Very good", "Very well", "Completely", "Mostly not", "All of it"),
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment so many days after the round's first."""
    return instant(MONDAY + timedelta(days=day), time(hour, minute), ZONE)


def reminding_after(programme: Programme, hours: int) -> Programme:
    """Return the programme with its check-ins' reminders so many hours after an invitation."""
    late = [each.model_copy(update={"remind_after_hours": hours}) for each in programme.check_ins]
    return programme.model_copy(update={"check_ins": late})


@dataclass
class Trial:
    """The product, its people, and the seed of their misfortunes."""

    telegram: Telegram
    child: Child
    door: Door
    people: list[Person]
    storage: Storage
    keys: Path
    chance: random.Random
    uses: int

    async def survives(self, doing: Coroutine[Any, Any, object], kills: int, calls: range) -> None:
        """Let people do something while the process is killed so often, and started again."""
        work = asyncio.ensure_future(doing)
        try:
            for _ in range(kills):
                trap = Trap(
                    SENDING if calls is FIRST_SENDS else ANSWERING,
                    self.chance.choice(calls),
                    self.chance.choice(list(Moment)),
                    self.child.kill,
                    self.chance.uniform(0, 0.03),
                )
                self.door.traps = [trap]
                fallen = asyncio.create_task(self.child.fell.wait())
                await asyncio.wait({work, fallen}, return_when=asyncio.FIRST_COMPLETED)
                assert fallen.done(), "everything was over before the process was killed"
                await self.again()
            await work
        finally:
            self.door.traps = []
            work.cancel()
            await asyncio.wait([work])

    async def again(self) -> None:
        """Start the killed process again, when what it had claimed has lapsed."""
        await self.child.has_ended()
        self.child.move_to(self.child.now + LAPSE)
        await self.child.start()

    async def survives_ticking(self, kills: int) -> None:
        """Kill the process some milliseconds into whatever is due, then let it finish."""
        self.child.tick()
        for _ in range(kills):
            await asyncio.sleep(self.chance.uniform(0, 0.12))
            self.child.kill()
            await self.child.has_ended()
            await self.child.start(until="started")
        await self.child.hears("up")
        await self.child.has_ticked()

    async def prompt(self, day: int) -> None:
        """Move the clock to the morning of a prompt, when its deliveries are made."""
        self.child.move_to(at(day, 9))
        await self.child.has_ticked()
        for person in self.people:
            person.looks_up()
        # The latest moment that anybody may be written to at.
        self.child.move_to(at(day, 17, 5))
        self.child.tick()

    async def count(self, statement: str) -> int:
        """Count rows, whatever they are."""
        async with self.storage.read("look") as tx:
            return int(await tx.scalar(text(statement)))


FIRST_SENDS = range(2, 8)


@asynccontextmanager
async def a_trial(database_url: str, folder: Path, seed: int) -> AsyncIterator[Trial]:
    """Have twelve people of one team and a process to be killed."""
    telegram = Telegram(limits=Limits.none())
    door = Door(bot_api(telegram))
    async with serving(door) as address:
        environment = {
            "STANDEASY_TELEGRAM_TOKEN": TOKEN,
            "STANDEASY_TELEGRAM_API": address,
            "STANDEASY_DATABASE_URL": database_url,
            "STANDEASY_DATA": str(folder),
            "STANDEASY_LOG_LEVEL": "DEBUG",
        }
        settings = read_settings(environment, None)
        make_officer_keys(settings.keys, secrets.token_bytes)
        # So late that all reminders are due on one day, where their moments are drawn.
        document = reminding_after(pulse_alone(), hours=71)
        async with (
            a_child(environment, folder, SUNDAY) as child,
            wiring.open_storage(settings) as storage,
        ):
            await programme.load(storage, document, "test", "test", lambda: SUNDAY)
            opening = opening_keys(settings.keys)
            await key_pool.fill_pool(storage, opening, lambda: SUNDAY, secrets.token_bytes, "test")
            keys, _ = officer_keys(settings.keys)
            code, uses, _ = await codes.issue_code(
                storage, keys, TEAM, None, lambda: SUNDAY, secrets.token_bytes, "test"
            )
            people = [Person(Phone(telegram), code) for _ in range(PEOPLE)]
            chance = random.Random(seed)  # noqa: S311 - misfortune, not secrecy
            yield Trial(telegram, child, door, people, storage, settings.keys, chance, uses)
        assert "ERROR" not in (folder / "log").read_text()


async def everybody(*doings: Coroutine[Any, Any, object]) -> None:
    """Wait until all have done their thing."""
    await asyncio.gather(*doings)
