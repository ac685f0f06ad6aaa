"""Floods: what a chat sends too fast is dropped, help never is, and nobody else notices."""

import asyncio
import math
from dataclasses import dataclass
from functools import partial

import pytest
from telegram import Update

from bot.officer.application import OfficerBot, urgency_of
from bot.officer.flood import (
    _MOST_CHATS,
    BURST,
    MOST_OF_CHAT,
    MOST_UNDER_WAY,
    PER_SECOND,
    FloodGate,
    Urgency,
)
from bot.sandbox.phones import Phone
from tests.officer.records import has_received
from tests.station import Officer, Station

HELP, TYPED, ORDINARY = Urgency.HELP, Urgency.TYPED, Urgency.ORDINARY
FROM_MEMORY = Urgency.FROM_MEMORY
SAM, KIT = 7_000_000_001, 7_000_000_002
CARD = "call 999 or go to A&E"


@dataclass
class Clock:
    """A clock that only the test moves."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> FloodGate:
    return FloodGate(clock)


def let_in(gate: FloodGate, times: int, chat: int = SAM, urgency: Urgency = ORDINARY) -> int:
    """Send so many updates, each answered at once; return how many were let in."""
    count = 0
    for _ in range(times):
        if gate.lets_in(chat, urgency):
            gate.ended(chat, urgency)
            count += 1
    return count


# --- The gate -----------------------------------------------------------------------------


@pytest.mark.parametrize("urgency", [ORDINARY, FROM_MEMORY])
def test_a_burst_is_let_in_and_then_so_many_a_second(
    gate: FloodGate, clock: Clock, urgency: Urgency
) -> None:
    assert let_in(gate, 1_000, urgency=urgency) == BURST
    for _ in range(3):
        clock.now += 1
        assert let_in(gate, 1_000, urgency=urgency) == PER_SECOND
    clock.now += BURST / PER_SECOND
    assert let_in(gate, 1_000, urgency=urgency) == BURST


def test_what_is_turned_away_does_not_put_off_what_follows(gate: FloodGate, clock: Clock) -> None:
    let_in(gate, BURST)
    for _ in range(100):
        clock.now += 0.004
        assert not gate.lets_in(SAM, ORDINARY)
    clock.now += 0.101
    assert gate.lets_in(SAM, ORDINARY)


def test_help_is_never_limited(gate: FloodGate) -> None:
    let_in(gate, 1_000)
    assert all(gate.lets_in(SAM, HELP) for _ in range(10_000))
    # Not even by cards that are on their way, and it takes nothing from others.
    assert gate.under_way == 0
    assert gate.lets_in(KIT, ORDINARY)


def test_one_chats_flood_is_not_anothers(gate: FloodGate) -> None:
    let_in(gate, 1_000)
    assert let_in(gate, BURST, KIT) == BURST


@pytest.mark.parametrize("first", [TYPED, HELP])
def test_a_card_on_its_way_covers_what_is_typed_meanwhile(gate: FloodGate, first: Urgency) -> None:
    assert gate.lets_in(SAM, first)
    assert not any(gate.lets_in(SAM, TYPED) for _ in range(1_000))
    assert gate.lets_in(KIT, TYPED)
    assert gate.lets_in(SAM, HELP)
    gate.ended(SAM, HELP)
    assert not gate.lets_in(SAM, TYPED)
    gate.ended(SAM, first)
    # What was covered cost nothing, nor did what brought the card.
    assert let_in(gate, BURST) == BURST


def test_a_typed_cry_is_let_in_after_many_taps(gate: FloodGate) -> None:
    assert let_in(gate, 1_000) == BURST
    assert let_in(gate, 1_000, urgency=TYPED) == 1_000
    assert not gate.lets_in(SAM, ORDINARY)


def test_a_typed_cry_is_let_in_whatever_is_under_way(clock: Clock) -> None:
    gate = FloodGate(clock, burst=math.inf)
    for chat in range(MOST_UNDER_WAY):
        assert gate.lets_in(chat, ORDINARY)
    assert gate.under_way == MOST_UNDER_WAY
    for chat in range(MOST_UNDER_WAY):
        assert not gate.lets_in(chat, ORDINARY)
        assert gate.lets_in(chat, FROM_MEMORY)
        assert gate.lets_in(chat, TYPED)
    assert gate.under_way == MOST_UNDER_WAY


def test_what_one_chat_has_under_way_is_bounded(clock: Clock) -> None:
    gate = FloodGate(clock, burst=math.inf)
    assert sum(gate.lets_in(SAM, ORDINARY) for _ in range(1_000)) == MOST_OF_CHAT
    assert gate.under_way == MOST_OF_CHAT
    gate.ended(SAM, ORDINARY)
    assert gate.lets_in(SAM, ORDINARY)
    assert not gate.lets_in(SAM, ORDINARY)


def test_when_much_is_under_way_each_chat_has_one(gate: FloodGate) -> None:
    crowd = range(MOST_UNDER_WAY // MOST_OF_CHAT)
    for chat in crowd:
        assert all(gate.lets_in(chat, ORDINARY) for _ in range(MOST_OF_CHAT))
    assert gate.under_way == MOST_UNDER_WAY
    for late in range(5_000, 5_100):
        assert gate.lets_in(late, ORDINARY)
        assert not gate.lets_in(late, ORDINARY)
        assert gate.lets_in(late, HELP)
    assert gate.under_way == MOST_UNDER_WAY + 100


def test_what_has_ended_leaves_nothing_behind(gate: FloodGate, clock: Clock) -> None:
    for chat in range(100):
        for urgency in Urgency:
            let_in(gate, 2, chat, urgency)
    assert gate.under_way == 0
    assert not gate._cards
    assert not gate._under_way
    clock.now += BURST / PER_SECOND
    let_in(gate, 1, KIT)
    # A chat whose bucket is full again is as if it had never written.
    assert list(gate._buckets) == [KIT]


def test_a_flood_of_chats_does_not_fill_the_memory(gate: FloodGate) -> None:
    for chat in range(_MOST_CHATS + 100):
        assert let_in(gate, 1, chat) == 1
    assert len(gate._buckets) == _MOST_CHATS
    assert _MOST_CHATS + 99 in gate._buckets


# --- How urgent an update is --------------------------------------------------------------


def a_text(text: str | None, chat: int = SAM, kind: str = "private") -> Update:
    """An update with a message; without a text it is a picture or the like."""
    message = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": kind}, "text": text}
    update = Update.de_json({"update_id": 1, "message": message}, None)
    assert update is not None
    return update


def a_tap(content: str, sender: int = SAM) -> Update:
    """An update with a tap."""
    person = {"id": sender, "is_bot": False, "first_name": ""}
    tap = {"id": "1", "from": person, "chat_instance": "", "data": content}
    update = Update.de_json({"update_id": 1, "callback_query": tap}, None)
    assert update is not None
    return update


@pytest.mark.parametrize(
    "text", ["help", "HELP", " Help! ", "help.", "/help", "/HELP@bot", "/help me", "“Help”"]
)
def test_the_word_alone_and_the_command_are_help(text: str) -> None:
    assert urgency_of(a_text(text)) is HELP


@pytest.mark.parametrize("content", [":help", ":help@cy", ":help@en"])
def test_the_help_button_is_help_in_every_language(content: str) -> None:
    assert urgency_of(a_tap(content)) is HELP
    assert urgency_of(a_tap(content)) <= Urgency.TYPED


@pytest.mark.parametrize("content", [":helpless", ":settings@cy", "help", "menu", "", "@", ":"])
def test_other_buttons_are_ordinary(content: str) -> None:
    assert urgency_of(a_tap(content)) is ORDINARY


@pytest.mark.parametrize(
    "content",
    [
        *(":call-list", ":contacted@cy", ":reached", ":not-through", ":none-suit", ":menu@cy"),
        *(":need:talk@en", ":speak:help@cy", ":steady", ":steady:1@cy", ":plan:2", ":exit"),
    ],
)
def test_screens_that_need_no_records_are_from_memory(content: str) -> None:
    assert urgency_of(a_tap(content)) is FROM_MEMORY
    assert urgency_of(a_text("/support")) is FROM_MEMORY


@pytest.mark.parametrize("text", ["I can't go on", "help me", "", None, "123", "🆘", "/stop it"])
def test_whatever_else_is_sent_is_typed(text: str | None) -> None:
    assert urgency_of(a_text(text)) is TYPED


@pytest.mark.parametrize("text", ["/start", "/helpme", "/start abcd-efgh-jkmn", "ABCD-EFGH-JKMN"])
def test_commands_and_codes_are_ordinary(text: str) -> None:
    assert urgency_of(a_text(text)) is ORDINARY


def test_nobody_cries_for_help_in_a_group() -> None:
    assert urgency_of(a_text("help", -100, "supergroup")) is ORDINARY


# --- The whole bot ------------------------------------------------------------------------


async def flooded(station: Station, clock: Clock) -> tuple[OfficerBot, Officer]:
    """Return the station's bot with a gate of this clock, and somebody it has written to."""
    bot = station.assembly.officers
    assert bot is not None
    sam = await station.officer()
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    bot.gate = FloodGate(clock)
    return bot, sam


def cards(phone: Phone) -> int:
    """Return how many crisis cards a phone shows."""
    return sum(CARD in message.text for message in phone.received)


def has_cards(phone: Phone, count: int) -> bool:
    """Whether a phone shows so many crisis cards."""
    return cards(phone) == count


async def test_a_flood_of_taps_is_answered_in_part_and_help_all_the_same(
    station: Station, clock: Clock
) -> None:
    bot, sam = await flooded(station, clock)
    await bot.handle_all([a_tap(":menu", sam.phone.id) for _ in range(100)])
    assert len(station.telegram.calls_of("answerCallbackQuery")) == BURST
    for number, text in enumerate(("/help", "help", "HELP!"), 1):
        await sam.says(text)
        await sam.phone.wait_for(partial(has_cards, count=number))
    await sam.phone.tap_data(sam.phone.last.id, ":help")
    await sam.phone.wait_for(partial(has_cards, count=4))
    await bot.handle_all([a_tap(":menu", sam.phone.id)])
    # The acknowledgement of the help button, and none besides.
    await sam.phone.settled()
    assert len(station.telegram.calls_of("answerCallbackQuery")) == BURST + 1
    clock.now += 1
    await bot.handle_all([a_tap(":menu", sam.phone.id)])
    assert len(station.telegram.calls_of("answerCallbackQuery")) == BURST + 2


@pytest.mark.english_only("its updates are made by hand and name no language")
async def test_a_flood_of_words_brings_one_card_and_delays_nobody_elses(
    station: Station, clock: Clock
) -> None:
    bot, sam = await flooded(station, clock)
    kit = await station.officer()
    await kit.phone.start()
    await kit.sees("To join")
    hang = station.telegram.faults.hang(method="sendMessage", chat=sam.phone.id)
    flood = asyncio.create_task(
        bot.handle_all([a_text(f"word {number}", sam.phone.id) for number in range(500)])
    )
    await hang.met.wait()
    await kit.says("I can't go on")
    await kit.sees(CARD)
    # The word help is not covered by the card that hangs.
    await sam.says("help")
    await sam.phone.wait_for(partial(has_cards, count=1))
    hang.release()
    await flood
    await sam.phone.wait_for(partial(has_cards, count=2))
    assert bot.gate.under_way == 0
    await sam.says("and again")
    await sam.phone.wait_for(partial(has_cards, count=3))


@pytest.mark.english_only("its updates are made by hand and name no language")
async def test_an_album_of_pictures_brings_one_card(station: Station, clock: Clock) -> None:
    bot, sam = await flooded(station, clock)
    await bot.handle_all([a_text(None, sam.phone.id) for _ in range(10)])
    assert cards(sam.phone) == 1


@pytest.mark.english_only("its updates are made by hand and name no language")
async def test_a_code_that_follows_a_cry_is_read(station: Station, clock: Clock) -> None:
    bot, sam = await flooded(station, clock)
    received = len(sam.phone.received)
    await bot.handle_all([a_text("hello", sam.phone.id), a_text(sam.code, sam.phone.id)])
    await sam.phone.wait_for(partial(has_received, count=received + 2))
    assert cards(sam.phone) == 1
    await sam.sees("Before you join")


async def test_an_update_of_nobody_is_let_go(station: Station, clock: Clock) -> None:
    bot, _ = await flooded(station, clock)
    await bot.handle_all([Update(1), Update(2)])
    await bot.take({"update_id": 3, "edited_message": {}})
    await bot.take({"update_id": 4, "message": {}})
    assert bot.gate.under_way == 0


async def test_a_poll_that_telegram_answers_is_noted(station: Station, clock: Clock) -> None:
    bot = station.assembly.officers
    assert bot is not None
    assert bot.last_heard is None
    bot._monotonic = clock
    sam = await station.officer()
    for _ in range(2):
        clock.now += 60
        await sam.says("help")
        await sam.phone.wait_for(lambda _: bot.last_heard == clock.now)
