"""The product killed at random instructions of joining, sending, sealing and tallying.

Started again each time, it has lost nothing, doubled nothing and is stuck nowhere: everyone
is enrolled once, every "Sealed" counts once, an invitation comes twice at worst, and the
release is what the answers say, byte for byte.
"""

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
from bot.core.disclosure.engine import RoundFacts, protect, rules_of
from bot.core.disclosure.release import Release
from bot.core.responses import LengthOfService, Response, RoleType, encode
from bot.core.rounds import RoundState
from bot.core.tabulation import Tabulator
from bot.officer import texts
from bot.sandbox.bot_api import bot_api
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import TOKEN, Telegram
from bot.sealing.process_keys import make_officer_keys, officer_keys, opening_keys
from bot.workflows import enrol, key_pool, programme, report, tally
from bot.workflows.catalogue import view_of
from config.settings import read_settings
from storage import deliveries, participation, rounds, sealed_responses
from storage.engine import Storage
from storage.states import DeliveryState
from tests.journeys.children import LAPSE, Child, Door, Moment, Trap, a_child
from tests.journeys.people import Person

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
        document = wiring.read_programme(wiring.example_programme_path())
        async with (
            a_child(environment, folder, SUNDAY) as child,
            wiring.open_storage(settings) as storage,
        ):
            await programme.load(storage, document, "test", "test", lambda: SUNDAY)
            opening = opening_keys(settings.keys)
            await key_pool.fill_pool(storage, opening, lambda: SUNDAY, secrets.token_bytes, "test")
            keys, _ = officer_keys(settings.keys)
            code, uses, _ = await enrol.issue_code(
                storage, keys, TEAM, None, lambda: SUNDAY, secrets.token_bytes, "test"
            )
            people = [Person(Phone(telegram), code) for _ in range(PEOPLE)]
            chance = random.Random(seed)  # noqa: S311 - misfortune, not secrecy
            yield Trial(telegram, child, door, people, storage, settings.keys, chance, uses)
        assert "ERROR" not in (folder / "log").read_text()


async def everybody(*doings: Coroutine[Any, Any, object]) -> None:
    """Wait until all have done their thing."""
    await asyncio.gather(*doings)


async def test_killed_anywhere_nothing_is_lost_doubled_or_stuck(
    database_url: str, tmp_path: Path
) -> None:
    async with a_trial(database_url, tmp_path, seed=20261130) as trial:
        child, people = trial.child, trial.people
        await child.start()
        await trial.survives(everybody(*(one.joins() for one in people)), 4, range(5, 16))
        assert await trial.count("SELECT count(*) FROM enrolment") == PEOPLE
        assert await trial.count("SELECT sum(uses_left) FROM enrolment_code") == trial.uses - PEOPLE

        # One kill in each wave of messages: then none may come more than twice.
        await trial.prompt(0)
        invited = everybody(*(one.gets(texts.READY) for one in people))
        await trial.survives(invited, 1, FIRST_SENDS)
        await all_sent(trial, texts.READY)

        early, late = people[:8], people[8:]
        answered = everybody(*(one.answers(*ANSWERS[n % 4]) for n, one in enumerate(early)))
        await trial.survives(answered, 3, range(4, 24))

        child.move_to(at(3, 12, 30) + LAPSE)
        child.tick()
        reminded = everybody(*(one.gets(texts.REMINDER) for one in late))
        await trial.survives(reminded, 1, range(2, 3))
        await all_sent(trial, texts.REMINDER)
        assert not any(one.got(texts.REMINDER) for one in early)
        answered = everybody(*(one.answers(*ANSWERS[n % 4]) for n, one in enumerate(late, 8)))
        await trial.survives(answered, 2, range(4, 12))

        await trial.prompt(7)
        invited = everybody(*(one.gets(texts.READY) for one in people))
        await trial.survives(invited, 1, FIRST_SENDS)
        await all_sent(trial, texts.READY)
        answered = everybody(*(one.answers(*ANSWERS[(n + 1) % 4]) for n, one in enumerate(people)))
        await trial.survives(answered, 3, range(4, 24))

        async with trial.storage.read("look") as tx:
            assert await sealed_responses.count(tx, ROUND) == 2 * PEOPLE
            assert await participation.count(tx, ROUND) == 2 * PEOPLE
        # Acknowledged, or a tap on "Seal" would come again three weeks from now.
        await trial.telegram.updates.polled.wait()
        child.move_to(at(28, 0, 1))
        await trial.survives_ticking(4)
        await check_release(trial)

        child.move_to(at(28 + 31, 10))
        await trial.survives_ticking(2)
        await check_shredded(trial)
        assert child.kills == 21


async def all_sent(trial: Trial, kind: str) -> None:
    """Let everything due be sent: nobody got it more than twice, and nothing waits."""
    trial.child.move_to(trial.child.now + LAPSE)
    await trial.child.has_ticked()
    assert all(one.got(kind) <= 2 for one in trial.people)
    async with trial.storage.read("look") as tx:
        assert (await deliveries.counts(tx))[DeliveryState.CLAIMED] == 0


async def check_release(trial: Trial) -> None:
    """The round is released, nobody is remembered, and every "Sealed" counts once."""
    for one in trial.people:
        assert one.has_sealed(), one.phone.transcript()
        # Nothing that was handled again after a kill brought an answer back to the phone.
        assert one.offered().isdisjoint(set().union(*ANSWERS)), one.phone.transcript()
    release = await report.release_of(trial.storage, ROUND)
    expected = await expected_release(trial)
    assert release.content == expected.content
    assert await trial.count("SELECT count(*) FROM participation") == 0
    assert await trial.count(f"SELECT count(*) FROM delivery WHERE round = '{ROUND}'") == 0  # noqa: S608
    keys = opening_keys(trial.keys)
    again = await tally.recount(trial.storage, keys, wiring.instruments_by_key(), ROUND)
    assert again.content == release.content


async def expected_release(trial: Trial) -> Release:
    """Return what the answers say, computed without the database's answers."""
    instruments = wiring.instruments_by_key()
    async with trial.storage.read("look") as tx:
        row = await rounds.get(tx, ROUND)
        assert row is not None
        view = await view_of(tx, row, instruments)
        earlier = await report.results(trial.storage, lambda: trial.child.now)
    tabulator = Tabulator(view.instrument)
    for prompt in (0, 1):
        for number in range(PEOPLE):
            labels = ANSWERS[(number + prompt) % 4]
            answers = tuple(
                (next(i for i, each in enumerate(item.options) if each.label["en"] == label),)
                for item, label in zip(view.instrument.items, labels, strict=True)
            )
            response = Response(
                view.instrument.key,
                prompt,
                TEAM,
                RoleType.NOT_SAID,
                LengthOfService.NOT_SAID,
                answers,
            )
            tabulator.add(encode(response, view.instrument))
    return protect(
        tabulator.table(),
        view.units,
        rules_of(view.programme),
        RoundFacts(
            round_id=ROUND,
            check_in="weekly-pulse",
            title={"en": "Weekly pulse"},
            opens_on=MONDAY,
            closes_on=MONDAY + timedelta(days=28),
            programme_version=1,
        ),
        [each for each in reversed(earlier.releases) if each.round_id < ROUND],
        teams={team.id: team for team in view.programme.force.teams},
    )


async def check_shredded(trial: Trial) -> None:
    """Nothing of the round is left but its release."""
    async with trial.storage.read("look") as tx:
        row = await rounds.get(tx, ROUND)
        assert row is not None
        assert row.state is RoundState.SHREDDED
        assert await sealed_responses.count(tx, ROUND) == 0
        waiting = await rounds.in_state(tx, RoundState.CLOSED)
    assert waiting == []
    assert row.sealing_key not in opening_keys(trial.keys).ids()
    assert (await report.release_of(trial.storage, ROUND)).round_id == ROUND
