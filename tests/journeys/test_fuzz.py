"""A hundred thousand odd updates: each is answered kindly or left alone, and nothing is kept."""

import gc
import json
import logging
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.officer import messenger
from bot.officer.application import OfficerBot, urgency_of
from bot.officer.flood import FloodGate
from bot.officer.incoming import TrimmedUpdates
from bot.sealing.process_keys import officer_keys
from tests.journeys.fuzzing import JSON, MARK, Fuzzer, InventedTelegram
from tests.officer.records import dump, on_disk
from tests.shares import SHARE, share_of
from tests.station import Station, a_station, unpaced

SEED = 20_261_130
QUIET, LIVELY = share_of(20_000), share_of(17_000)
# With fewer, Telegram would not have failed in every way it can.
BY_WEBHOOK = max(300, share_of(3_000))
"""Of 100,000 updates: `make fuzz` takes them all, the ordinary suite a share."""
QUIET_TIMES = 4
"""In parts, each with a seed of its own, so that several processes can share them."""
TOGETHER = [[part] for part in range(QUIET_TIMES)] if SHARE == 1 else [list(range(QUIET_TIMES))]
"""Where they are short, making a world ready for each would take longer than what follows."""

FIRST_STRANGER = 7_100_000_000
FIRST_OFFICER = 7_200_000_000
STRANGERS, OFFICERS = 2_000, 12


class Complaints(logging.Handler):
    """Keeps what the product logged as an error, and any line that shows a typed word."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one line."""
        line = record.getMessage()
        if record.levelno >= logging.ERROR or MARK in line:
            self.found[line] += 1


@dataclass
class World:
    """The real handlers, keys and database, and a Telegram in memory."""

    station: Station
    bot: OfficerBot
    telegram: InventedTelegram
    fuzzer: Fuzzer
    complaints: Complaints
    agreed: set[int] = field(default_factory=set)
    """Everybody who ever tapped a button that joins."""

    async def takes(self, *updates: JSON) -> None:
        """Hand in updates as a poll brings them, and answer each."""
        for update in read(list(updates), self.bot):
            await self.bot.handlers.handle(update)

    async def says(self, person: int, text: str) -> None:
        """Let a person write."""
        message = self.fuzzer.message(person) | {"text": text}
        await self.takes(self.fuzzer.update("message", message))

    async def taps(self, person: int, content: str) -> None:
        """Let a person tap a button."""
        await self.takes(self.fuzzer.tapped(person, content, plain=True))

    def shown(self, person: int) -> list[str]:
        """Return what the buttons carry that a person was shown, newest last."""
        return [content for chat, content in self.telegram.buttons if chat == person]

    async def joins(self, person: int, code: str) -> None:
        """Let a person join."""
        while person not in {chat for chat, _ in self.telegram.buttons}:
            await self.says(person, f"/start {code}")
        agree = next(each for each in self.shown(person) if each.startswith(":agree:"))
        self.agreed.add(person)
        await self.taps(person, agree)

    async def fills_in(self, person: int, taps: int) -> None:
        """Let a person tap here and there in a check-in of their own."""
        for _ in range(taps):
            mine = [each for each in self.shown(person)[-12:] if not each.startswith(":")]
            if mine:
                await self.taps(person, self.fuzzer.random.choice(mine))


def read(updates: list[Any], bot: OfficerBot | None) -> list[Update]:
    """Return updates as the library makes them of what a poll brings."""
    payload = json.dumps({"ok": True, "result": updates}).encode()
    kept = TrimmedUpdates.parse_json_payload(payload)["result"]
    return [Update.de_json(update, bot.bot if bot else None) for update in kept]


@pytest.fixture
async def world(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A station with officers in the middle of a check-in, and buttons of theirs to forge."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    for pause in ("_FIRST_PAUSE", "LONGEST_WAIT"):
        monkeypatch.setattr(messenger, pause, 0.0)
    random = Random(SEED)  # noqa: S311 - nothing is kept secret with it
    complaints, telegram = Complaints(), InventedTelegram(random)
    async with a_station(sqlite_database, tmp_path) as station:
        bot = OfficerBot("12345:invented", "http://127.0.0.1:9", station.assembly.desk)
        bot.bot._request = (telegram, telegram)
        await bot.bot.initialize()
        # What is due goes out over the Telegram in memory as well.
        station.assembly.officers = bot
        unpaced(station.assembly)
        logging.getLogger("bot").addHandler(complaints)
        made = World(station, bot, telegram, Fuzzer(random), complaints)
        try:
            await made_ready(made)
            # What is there by now stays: looking through it again and again takes a while.
            gc.freeze()
            yield made
        finally:
            gc.unfreeze()
            logging.getLogger("bot").removeHandler(complaints)
            await bot.stop()


async def made_ready(world: World) -> None:
    """Let officers join, and get halfway through a check-in."""
    code = (await world.station.officer()).code
    officers = range(FIRST_OFFICER, FIRST_OFFICER + OFFICERS)
    for person in officers:
        await world.joins(person, code)
    await world.station.next_prompt()
    for person in officers:
        await world.fills_in(person, 25)
    assert len(ids_in(world, "enrolment", "lookup")) == OFFICERS
    assert any(not content.startswith(":") for _, content in world.telegram.buttons)
    assert not world.complaints.found
    world.telegram.fails = True


def ids_in(world: World, table: str, column: str) -> set[bytes]:
    """Return the different values of a column."""
    address = world.station.assembly.settings.database_url.reveal()
    with closing(sqlite3.connect(address.removeprefix("sqlite+aiosqlite:///"))) as connection:
        rows = connection.execute(f"SELECT DISTINCT {column} FROM {table}")  # noqa: S608 - ours
        return {bytes(value) for (value,) in rows}


def nothing_is_amiss(world: World) -> None:
    """Fail on an error, on a message Telegram would refuse, and on a typed word anywhere."""
    assert not world.complaints.found
    assert not world.telegram.wrong, world.telegram.wrong[:10]
    assert MARK.encode() not in on_disk(world.station)
    # It was no idle run: Telegram was called, and failed in every way it can.
    assert {"429", "500", "502", "400", "403", "timeout"} <= set(world.telegram.refused)
    assert all(world.telegram.calls[name] for name in ("sendMessage", "editMessageText"))


def of_nobody(world: World) -> list[str]:
    """Return buttons for people who were never shown them: those that name a screen, those of
    officers, and forged ones; none that could join, for the code in it is a real one."""
    fuzzer, seen = world.fuzzer, sorted({content for _, content in world.telegram.buttons})
    # Nor those that ask for a message: what is asked for is stored, for strangers, too.
    asks = ("agree", "tomorrow", "tough-job-start", "tough-job-again")
    real = [content for content in seen if not any(each in content for each in asks)]
    forged = [fuzzer.forged(fuzzer.random.choice(real)) for _ in range(400)]
    return [*real, *forged, ":agree:NOTAREALCODE", ":role:1", ":service:2", ":need:home"]


@pytest.mark.parametrize("parts", TOGETHER)
async def test_what_nobody_joined_for_is_answered_and_leaves_no_trace(
    world: World, parts: list[int]
) -> None:
    for part in parts:
        world.telegram.refused.clear()
        await leaves_no_trace(world, part)


async def leaves_no_trace(world: World, part: int) -> None:
    fuzzer, random = world.fuzzer, world.fuzzer.random
    random.seed(SEED + part)
    before, theirs = dump(world.station), of_nobody(world)
    # Everybody may tap a button that names a screen. For officers who joined it can change
    # something, so theirs are those of others.
    of_others = {
        person: [
            content
            for chat, content in world.telegram.buttons
            if chat != person and not content.startswith(":")
        ]
        for person in range(FIRST_OFFICER, FIRST_OFFICER + OFFICERS)
    }
    for number in range(QUIET):
        if number % 500 == 0:
            world.station.now += timedelta(seconds=1)
        if random.random() < 0.15:
            person = FIRST_OFFICER + random.randrange(OFFICERS)
            update = fuzzer.anything(person, of_others[person], commands=False)
        else:
            person = FIRST_STRANGER + random.randrange(STRANGERS)
            update = fuzzer.anything(person, theirs)
        await world.takes(update)
    nothing_is_amiss(world)
    assert dump(world.station) == before


async def test_among_people_who_join_and_leave_nobody_acts_for_another(world: World) -> None:
    fuzzer, random = world.fuzzer, world.fuzzer.random
    bystanders = range(FIRST_OFFICER, FIRST_OFFICER + 3)
    players = [*range(FIRST_OFFICER + 3, FIRST_OFFICER + OFFICERS)]
    players += range(FIRST_STRANGER, FIRST_STRANGER + 40)
    theirs = [content for each in bystanders for content in world.shown(each)]
    before = [kept_about(world, each) for each in bystanders]
    seen: list[str] = []
    own: dict[int, list[str]] = {}
    for number in range(LIVELY):
        if number % 50 == 0:
            world.station.now += timedelta(seconds=1)
            recent = [*world.telegram.buttons][-1_000:]
            seen = [each for _, each in recent]
            own = {person: [each for to, each in recent if to == person] for person in players}
        person = random.choice(players)
        among = random.choice((own[person], own[person], theirs, seen))
        content = random.choice(among or theirs)
        if random.random() < 0.3:
            content = fuzzer.forged(content)
        if "agree" in content.lower():
            world.agreed.add(person)
        await world.takes(fuzzer.anything(person, [content]))
    nothing_is_amiss(world)
    assert [kept_about(world, each) for each in bystanders] == before
    found = ids_in(world, "enrolment", "lookup")
    assert {lookup(world, each) for each in bystanders} < found
    assert found <= {lookup(world, person) for person in world.agreed}


def lookup(world: World, person: int) -> bytes:
    """Return what the enrolment of a person is found by."""
    keys, _ = officer_keys(world.station.assembly.settings.keys)
    return keys.lookup(person)


def kept_about(world: World, person: int) -> list[str]:
    """Return every row that names the enrolment of a person."""
    (row,) = [line for line in dump(world.station) if lookup(world, person).hex().upper() in line]
    enrolment = row.partition("X'")[2].partition("'")[0]
    return sorted(line for line in dump(world.station) if enrolment in line)


async def test_the_webhook_takes_anything_and_stays_within_its_limits(world: World) -> None:
    fuzzer, random = world.fuzzer, world.fuzzer.random
    moment = 0.0
    world.bot.gate = FloodGate(lambda: moment)
    before, theirs = dump(world.station), of_nobody(world)
    for _ in range(BY_WEBHOOK):
        moment += random.random()
        person = FIRST_STRANGER + random.randrange(20)
        await world.bot.take(fuzzer.anything(person, theirs))
        assert world.bot.gate.under_way <= 1
    nothing_is_amiss(world)
    assert dump(world.station) == before


# --- Small cases --------------------------------------------------------------------------

_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(st.characters(categories=None), max_size=8),
    st.sampled_from((":help", ":help@cy", "private", "/start", "en", 7_100_000_000)),
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(("id", "type", "chat", "from", "message_id", "date", "text", "data")),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=12,
)
_CHATS = st.fixed_dictionaries(
    {"id": st.integers(-(2**60), 2**60) | _LEAVES, "type": st.just("private") | _LEAVES}
)
_MESSAGES = st.fixed_dictionaries(
    {"message_id": st.integers() | _LEAVES, "date": st.integers() | _LEAVES, "chat": _CHATS},
    optional={"text": _LEAVES, "from": _VALUES, "has_protected_content": _LEAVES},
)
_TAPS = st.fixed_dictionaries(
    {"id": st.just("1") | _LEAVES, "from": _CHATS},
    optional={"message": _MESSAGES | _VALUES, "data": _LEAVES, "chat_instance": _LEAVES},
)
_UPDATES = st.fixed_dictionaries(
    {"update_id": st.integers(0, 2**53)},
    optional={
        "message": _MESSAGES | _VALUES,
        "channel_post": _MESSAGES | _VALUES,
        "callback_query": _TAPS | _VALUES,
        "edited_message": _VALUES,
    },
)


@given(st.lists(_UPDATES | _VALUES, max_size=3))
@settings(deadline=None, derandomize=True, max_examples=300)
def test_whatever_is_in_an_update_it_is_read_or_left_out(updates: list[Any]) -> None:
    for update in read(updates, None):
        urgency_of(update)
        # What is kept can be written, and has no name in it.
        update.to_json().encode()
        if update.effective_user is not None:
            assert update.effective_user.first_name == ""


@given(st.lists(_UPDATES, min_size=1, max_size=3))
@settings(
    deadline=None,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_whatever_is_in_an_update_it_is_answered_or_left_alone(
    world: World, updates: list[JSON]
) -> None:
    world.telegram.fails = False
    await world.takes(*updates)
    assert not world.complaints.found
    assert not world.telegram.wrong
