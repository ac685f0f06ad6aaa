"""How updates come in: help first, each chat in its order, and polling that never dies."""

import asyncio
import logging
from collections.abc import Iterator

import pytest
from telegram import Update

from bot.officer import application
from bot.officer.application import (
    ALLOWED_UPDATES,
    OfficerBot,
    TelegramRefusedToken,
    secret_matches,
    urgency_of,
)
from bot.officer.flood import Urgency
from bot.officer.handlers import OfficerHandlers
from bot.officer.texts import introduction
from bot.sandbox.telegram_state import TOKEN
from tests.officer.records import database_gone
from tests.station import Station

pytestmark = pytest.mark.english_first("about updates and calls, not about texts")

JSON = dict[str, object]
_PERSON = {"id": 7_000_000_001, "is_bot": False, "first_name": "Sam"}


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "_FIRST_PAUSE", 0.01)


def bot_of(station: Station) -> OfficerBot:
    """Return the station's bot."""
    assert station.assembly.officers is not None
    return station.assembly.officers


def a_message(number: int, text: str, sender: int = 7_000_000_001) -> Update:
    """An update with a message."""
    chat = {"id": sender, "type": "private", "first_name": "Sam"}
    person = _PERSON | {"id": sender}
    message = {"message_id": number, "date": 0, "chat": chat, "from": person, "text": text}
    update = Update.de_json({"update_id": number, "message": message}, None)
    assert update is not None
    return update


def a_tap(number: int, data: str) -> Update:
    """An update with a tap."""
    query = {"id": str(number), "from": _PERSON, "chat_instance": "1", "data": data}
    update = Update.de_json({"update_id": number, "callback_query": query}, None)
    assert update is not None
    return update


@pytest.mark.parametrize("text", ["HELP", "/help", "/HELP", "I took 20 pills", "/help@bot", "123"])
def test_typed_words_and_the_help_command_are_cries_for_help(text: str) -> None:
    assert urgency_of(a_message(1, text)) <= Urgency.TYPED


def test_the_help_button_is_a_cry_for_help() -> None:
    assert urgency_of(a_tap(1, ":help")) <= Urgency.TYPED
    assert urgency_of(a_tap(1, ":menu")) > Urgency.TYPED


@pytest.mark.parametrize(
    "text", ["/start", "/start ABCD-EFGH-JKMN", "/stop", "/forget", "/privacy"]
)
def test_other_commands_keep_their_place(text: str) -> None:
    assert urgency_of(a_message(1, text)) > Urgency.TYPED


async def test_help_is_handled_first_in_a_batch(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled: list[int] = []

    async def note(handlers: OfficerHandlers, update: Update) -> None:
        handled.append(update.update_id)

    monkeypatch.setattr(OfficerHandlers, "handle", note)
    batch = [
        a_message(1, "/start", 7_000_000_001),
        a_message(2, "/privacy", 7_000_000_002),
        a_tap(3, ":menu"),
        a_tap(4, ":help"),
        a_message(5, "I can't go on", 7_000_000_003),
    ]
    await bot_of(station).handle_all(batch)
    assert handled[:2] == [4, 5]
    assert sorted(handled) == [1, 2, 3, 4, 5]


@pytest.mark.english_only("its updates are made by hand and name no language")
async def test_the_last_word_of_a_batch_counts(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    await sam.says("/stop")
    await sam.sees("Stopped.")
    # Both wait while the bot is away, and come in one batch.
    batch = [a_message(1, "/start", sam.phone.id), a_message(2, "/stop", sam.phone.id)]
    await bot_of(station).handle_all(batch)
    await station.next_prompt()
    assert "Your check-in is ready." not in sam.phone.transcript()


async def test_only_messages_and_taps_are_asked_for(station: Station) -> None:
    await station.telegram.updates.polled.wait()
    assert station.telegram.updates.allowed == sorted(ALLOWED_UPDATES)
    assert sorted(ALLOWED_UPDATES) == ["callback_query", "channel_post", "message"]


async def test_an_update_is_acknowledged_after_it_was_handled(station: Station) -> None:
    sam = await station.officer()
    hang = station.telegram.faults.hang(method="sendMessage")
    await sam.says("/privacy")
    await hang.met.wait()
    # Killed at this moment, the program would get it again.
    assert len(station.telegram.updates) == 1
    hang.release()
    await sam.sees("What your force can see")
    await station.telegram.updates.polled.wait()
    assert len(station.telegram.updates) == 0


async def test_one_chat_that_hangs_holds_nobody_up(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "HANDLE_SECONDS", 0.05)
    sam, kit = await station.officer(), await station.officer()
    hang = station.telegram.faults.hang(method="sendMessage", chat=sam.phone.id)
    await sam.says("/privacy")
    await hang.met.wait()
    await kit.says("help")
    await kit.sees("call 999")
    hang.release()
    await sam.sees("What your force can see")


FAULTS: list[tuple[str, dict[str, int]]] = [
    ("answer_error", {"status": 500}),
    ("answer_error", {"status": 401}),
    ("answer_error", {"status": 403}),
    ("answer_error", {"status": 404}),
    ("answer_error", {"status": 409}),
    ("flood", {"retry_after": 1}),
    ("drop", {}),
    ("apply_then_drop", {}),
]


@pytest.mark.parametrize(("fault", "details"), FAULTS)
async def test_polling_survives_whatever_telegram_answers(
    station: Station, fault: str, details: dict[str, int]
) -> None:
    sam = await station.officer()
    met = getattr(station.telegram.faults, fault)(method="getUpdates", **details).met
    for _ in range(2):
        # Each ends the poll that waits, so that the next one meets the fault.
        await sam.says("help")
    await met.wait()
    await sam.sees("call 999")
    await sam.says("/privacy")
    await sam.sees("What your force can see")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG, "bot"):
        yield caplog


_CHAT = {"id": 7_000_000_009, "type": "private", "first_name": "Wilmot"}
UNREADABLE: list[tuple[str, dict[str, object]]] = [
    # The library wants a request_id in each of these two, and raises without.
    ("message", {"message_id": 1, "date": 0, "chat": _CHAT, "users_shared": {"users": []}}),
    ("message", {"message_id": 1, "date": 0, "chat": _CHAT, "chat_shared": {"chat_id": 1}}),
    ("message", {"message_id": "no number", "text": "a secret"}),
    ("message", {"message_id": 1, "date": "soon", "chat": _CHAT, "text": "a secret"}),
    ("message", {"message_id": 1, "date": 0, "chat": _CHAT, "text": {"a secret": 1}}),
    ("message", {"message_id": 1, "date": 0, "chat": "a secret", "text": "a secret"}),
    ("message", {}),
    ("callback_query", {"id": "1", "data": ":help"}),
    ("callback_query", {"id": "1", "from": {"id": "a secret"}, "data": ":help"}),
    ("callback_query", {"id": "1", "from": _PERSON, "message": "a secret", "data": ":help"}),
    ("callback_query", {"id": "1", "from": _PERSON, "data": {"a secret": 1}}),
    ("callback_query", {"id": "1", "from": _PERSON | {"id": 2**52}, "data": ":help"}),
    # The library makes a moment of it, and raises for one that no calendar has.
    ("message", {"message_id": 1, "date": 10**20, "chat": _CHAT, "text": "a secret"}),
    ("message", {"message_id": 1, "date": -1, "chat": _CHAT, "text": "a secret"}),
    ("message", {"message_id": 2**60, "date": 0, "chat": _CHAT, "text": "a secret"}),
    ("message", {"message_id": 1, "date": 0, "chat": _CHAT | {"id": "1"}, "text": "a secret"}),
    ("message", {"message_id": 1, "date": 0, "chat": _CHAT | {"type": 1}, "text": "a secret"}),
]


@pytest.mark.parametrize(("kind", "content"), UNREADABLE)
async def test_an_update_that_cannot_be_read_holds_up_nobodys_help(
    station: Station, logged: pytest.LogCaptureFixture, kind: str, content: dict[str, object]
) -> None:
    sam = await station.officer()
    station.telegram.updates.add(kind, content)
    await sam.says("help")
    await sam.sees("call 999")
    assert not [line for line in lines_of_ours(logged) if "a secret" in line]
    # It was acknowledged with the others, and does not come again.
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    await station.telegram.updates.polled.wait()
    assert len(station.telegram.updates) == 0


async def test_a_webhook_takes_what_cannot_be_read_and_goes_on(station: Station) -> None:
    bot = bot_of(station)
    for number, (kind, content) in enumerate(UNREADABLE, 1):
        await bot.take({"update_id": number, kind: content})
    sam = await station.officer()
    await sam.says("help")
    await sam.sees("call 999")


async def wait_for_log(logged: pytest.LogCaptureFixture, text: str) -> None:
    """Wait until a line is logged."""
    found = asyncio.Event()

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if text in record.getMessage():
                found.set()

    watch = Watch()
    logging.getLogger("bot").addHandler(watch)
    try:
        if not any(text in line for line in lines_of_ours(logged)):
            async with asyncio.timeout(10):
                await found.wait()
    finally:
        logging.getLogger("bot").removeHandler(watch)


def lines_of_ours(logged: pytest.LogCaptureFixture) -> list[str]:
    """Return what the product itself logged."""
    return [record.getMessage() for record in logged.records if record.name.startswith("bot.")]


async def test_what_goes_wrong_is_logged_by_its_kind_alone(
    station: Station, logged: pytest.LogCaptureFixture
) -> None:
    sam = await station.officer()
    async with database_gone(station):
        await sam.says(f"/start {sam.code}")
        await sam.sees("I can't check codes right now.")
        await sam.says("/stop")
        await sam.sees("I can't reach my records right now")
    await sam.phone.block()
    await sam.phone.unblock()
    lines = lines_of_ours(logged)
    assert any("DatabaseUnavailable" in line for line in lines)
    for line in lines:
        for secret in (sam.code, str(sam.phone.id), sam.phone.name, "/start", "/stop"):
            assert secret not in line


async def test_somebody_who_left_meanwhile_holds_nobody_up(
    station: Station, logged: pytest.LogCaptureFixture
) -> None:
    sam, kit = await station.officer(), await station.officer()
    hang = station.telegram.faults.hang(method="sendMessage", chat=sam.phone.id)
    await sam.says("/privacy")
    await hang.met.wait()
    await sam.phone.block()
    hang.release()
    await wait_for_log(logged, "Forbidden")
    await kit.says("help")
    await kit.sees("call 999")


async def test_a_wrong_token_stops_the_start(station: Station) -> None:
    api = station.assembly.settings.telegram_api
    stranger = OfficerBot("12345:NOT-the-sandbox-token", api, station.assembly.desk)
    with pytest.raises(TelegramRefusedToken, match="does not accept the bot token"):
        await stranger.start()
    await stranger.stop()
    assert await OfficerBot.ask_username("12345:NOT-the-sandbox-token", api) is None


async def test_starting_waits_until_telegram_is_there(station: Station) -> None:
    api = station.assembly.settings.telegram_api
    station.telegram.faults.answer_error(502, method="getMe", times=3)
    late = OfficerBot(TOKEN, api, station.assembly.desk)
    await late.start()
    assert late.username == "standeasy_sandbox_bot"
    await late.stop()


async def test_the_bot_introduces_itself(station: Station) -> None:
    bot = bot_of(station)
    await bot.introduce()
    menu = next(iter(station.telegram.commands.values()))
    assert [each["command"] for each in menu] == [name for name, _ in introduction.COMMANDS]
    assert "call 999" in station.telegram.profile["description", ""]
    # Its introduction is not worth a refused start.
    station.telegram.faults.answer_error(500, times=3)
    await bot.introduce()


def test_the_webhooks_secret_is_compared_as_a_whole() -> None:
    assert secret_matches("a-secret-of-sixteen", "a-secret-of-sixteen")
    for wrong in (None, "", "a-secret-of-sixtee", "a-secret-of-sixteen ", "ä" * 16):
        assert not secret_matches(wrong, "a-secret-of-sixteen")
