"""Anything typed may be a cry for help: it brings the card, and is kept nowhere."""

from collections.abc import Awaitable, Callable
from functools import partial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.team_codes import LENGTH, new_team_code
from bot.officer.handlers import looks_like_a_code
from bot.sandbox.phones import Phone
from tests.officer.records import dump, has_received, on_disk
from tests.station import Station

TYPED = (
    "HELP",
    "help",
    "I can't do this any more",
    "I took 20 pills",
    "they hate them",
    "sad and scared",
    "call 999 please",
    "?",
    "/help me",
    "/HELP",
    "/help@standeasy_sandbox_bot",
    "12345",
    "x" * 4096,
    "\U0001f62d" * 40,
    "أريد المساعدة الآن",
    "\u202etxet desrever\u202c",
    "<b>bold & broken",
    "line one\nline two\n\n/stop",
    "https://example.org",
    "+440000000000",
    "/ help",
    "help /stop",
)
SENT: dict[str, Callable[[Phone], Awaitable[object]]] = {
    "a photo": lambda phone: phone.send_photo("the caption"),
    "a voice message": Phone.send_voice,
    "a sticker": Phone.send_sticker,
    "a document": lambda phone: phone.send_document("the caption"),
    "a contact": Phone.send_contact,
    "a location": Phone.send_location,
    "a forwarded text": lambda phone: phone.forward("somebody else's words"),
}


async def test_anything_typed_brings_the_card_and_is_kept_nowhere(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    before, received = dump(station), len(sam.phone.received)
    for number, text in enumerate(TYPED, 1):
        await sam.says(text)
        await sam.phone.wait_for(partial(has_received, count=received + number))
        assert "call 999" in sam.phone.last.text, text
        assert not sam.phone.last.protected
    assert dump(station) == before
    remains = on_disk(station)
    assert not [text for text in TYPED if len(text) > 12 and text.encode() in remains]


async def test_anything_sent_brings_the_card_and_is_kept_nowhere(station: Station) -> None:
    sam = await station.officer()
    before = dump(station)
    for number, send in enumerate(SENT.values(), 1):
        await send(sam.phone)
        await sam.phone.wait_for(partial(has_received, count=number))
        assert "call 999" in sam.phone.last.text
    assert dump(station) == before


async def test_a_reply_to_a_check_in_brings_the_card_and_leaves_the_check_in(
    station: Station,
) -> None:
    sam = await station.officer()
    await sam.joins()
    await station.next_prompt()
    await sam.taps("Open")
    await sam.sees("1 of 5")
    check_in = sam.phone.last
    await sam.phone.reply("Not great, if I'm honest")
    await sam.sees("call 999")
    assert check_in.text.startswith("1 of 5")
    await sam.taps("Good")
    await sam.sees("2 of 5")


async def test_the_card_leads_on_from_every_button(station: Station) -> None:
    sam = await station.officer()
    await sam.says("help")
    await sam.taps("Call list")
    await sam.sees("Talk to someone now")
    await sam.taps("None of these suit me")
    await sam.sees("texting may be easier")
    await sam.taps("Call list", "I've contacted someone")
    await sam.sees("That was a hard step")
    await sam.taps("See support", "Home and family")
    await sam.sees("Independent adviser (invented)")
    await sam.taps("Help")
    await sam.sees("call 999")


async def test_an_unknown_command_is_told_the_known_ones(station: Station) -> None:
    sam = await station.officer()
    for number, text in enumerate(("/preferences", "/admin", "/START_ALL"), 1):
        await sam.says(text)
        await sam.phone.wait_for(partial(has_received, count=number))
        assert "I don't know that one." in sam.phone.last.text
        assert ["See support", "Help"] in sam.phone.last.buttons


async def test_support_and_privacy_are_open_to_everybody(station: Station) -> None:
    sam = await station.officer()
    before = dump(station)
    await sam.says("/support")
    await sam.taps("TRiM")
    await sam.sees("find support. It is voluntary.")
    await sam.says("/privacy")
    await sam.sees("Telegram can technically read messages to me.")
    assert dump(station) == before


async def test_a_corrected_message_is_not_answered_again(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    await sam.phone.edit_last("/support")
    await sam.phone.edit_last("help")
    await sam.says("/help")
    await sam.sees("call 999")
    assert len(sam.phone.received) == 2


async def test_help_is_there_after_stopping_and_at_night(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    await sam.says("/stop")
    await sam.sees("Stopped.")
    station.now = station.now.replace(hour=3)
    await sam.says("help")
    await sam.sees("call 999")


@given(st.randoms(use_true_random=False))
def test_every_code_that_is_ever_issued_may_be_typed(random: Random) -> None:
    code = new_team_code(random.randbytes)
    assert looks_like_a_code(code)
    assert looks_like_a_code(code.lower())
    assert looks_like_a_code("-".join((code[:4], code[4:8], code[8:])))


@pytest.mark.parametrize(
    "text",
    [
        "I took 20 pills",
        "Itook20pills",
        "they hate them",
        "sad and scared",
        "help 2day hurt",
        "please 911 now",
        "A" * (LENGTH + 1),
        "A" * (LENGTH - 1),
        "ABCD-EFGH JKMN",
        "ABCDEFGHJKM²",
        "٣" * LENGTH,
        "",
    ],
)
def test_words_are_not_taken_for_a_code(text: str) -> None:
    assert not looks_like_a_code(text)
