"""The crisis path: other routes, a timer for tomorrow, and never an end without a way to help."""

from datetime import timedelta

import pytest

from bot.core.calendar import instant
from bot.officer.crisis import call_list, contacted, crisis_card, none_suit, not_through, reached
from bot.officer.screen import Screen
from tests.officer.every_screen import ENGLISH, TONGUES
from tests.officer.records import count, database_gone, dump
from tests.officer.views import support
from tests.station import Station
from tests.workflows.asking import local

NOTICE = "A message you asked for."


def labels(screen: Screen) -> list[str]:
    """Return the labels of a screen's first buttons."""
    return [row[0].label for row in screen.rows]


def test_the_card_has_its_four_buttons_in_order() -> None:
    assert labels(crisis_card(ENGLISH)) == [
        "Call list",
        "I've contacted someone",
        "None of these suit me",
        "Check on me tomorrow",
    ]


def test_the_way_to_the_other_language_comes_behind_the_four() -> None:
    screen = crisis_card(TONGUES.of("cy"), [ENGLISH])
    assert len(screen.rows) == 5
    assert [button.label for button in screen.rows[-1]] == ["English"]


def test_check_on_me_tomorrow_is_on_the_card_and_on_everything_behind_it() -> None:
    for screen in (
        crisis_card(ENGLISH),
        call_list(ENGLISH, support()),
        contacted(ENGLISH),
        reached(ENGLISH),
        not_through(ENGLISH),
        none_suit(ENGLISH),
    ):
        assert "Check on me tomorrow" in labels(screen)


def test_a_force_s_own_long_list_keeps_the_question_behind_it() -> None:
    assert call_list(ENGLISH, support()).text.endswith("<b>Did you reach someone?</b>")


async def test_it_asks_whether_somebody_was_reached_and_goes_on_either_way(
    station: Station,
) -> None:
    sam = await station.officer()
    before = dump(station)
    await sam.says("I can't do this any more")
    await sam.taps("I've contacted someone")
    await sam.sees("Did you reach someone?")
    await sam.taps("I couldn't get through")
    await sam.sees("Samaritans 116 123")
    await sam.taps("None of these suit me")
    await sam.sees("texting may be easier")
    await sam.taps("Call list", "I couldn't get through", "Call list", "I've contacted someone")
    await sam.taps("Yes, we talked")
    await sam.sees("I'm glad you're not on your own with it.")
    await sam.taps("See support")
    await sam.sees("Support, whenever you want it:")
    # What was tapped is nobody's business.
    assert dump(station) == before


async def test_tomorrow_is_a_timer_and_nothing_else(station: Station) -> None:
    sam = await station.officer()
    await sam.says("help")
    await sam.taps("Check on me tomorrow")
    await sam.sees("I'll write to you on Monday 30 November, at about 18:00.")
    assert count(station, "follow_up") == 1
    station.now += timedelta(hours=23, minutes=59)
    await station.tick()
    assert NOTICE not in [each.text for each in sam.phone.notifications]
    station.now += timedelta(minutes=1)
    await station.tick()
    assert sam.phone.notifications[-1].text == NOTICE
    # It went with its message.
    assert count(station, "follow_up") == 0
    after = dump(station)
    await sam.taps("Open")
    await sam.sees("You asked me to check on you.")
    assert [row[0] for row in sam.phone.last.buttons] == [
        "Talk to someone",
        "Check on me tomorrow",
        "I'm OK for now",
        "See support",
    ]
    await sam.taps("I'm OK for now")
    await sam.sees("Send HELP at any time.")
    assert dump(station) == after


async def test_tomorrow_leads_to_people_and_can_be_asked_again(station: Station) -> None:
    sam = await station.officer()
    await sam.says("help")
    await sam.taps("Check on me tomorrow")
    station.now += timedelta(days=1)
    await station.tick()
    await sam.taps("Open", "Talk to someone")
    await sam.sees("Talk to someone now")
    await sam.taps("Check on me tomorrow")
    await sam.sees("Tuesday 1 December")
    assert count(station, "follow_up") == 1


async def test_the_timer_can_be_taken_back(station: Station) -> None:
    sam = await station.officer()
    await sam.says("help")
    await sam.taps("Check on me tomorrow", "Take it back")
    await sam.sees("The timer is off.")
    assert count(station, "follow_up") == 0


async def test_at_night_the_timer_is_set_for_the_next_evening(station: Station) -> None:
    station.now = instant(local(station.now).date(), station.now.time().replace(hour=23), "UTC")
    sam = await station.officer()
    await sam.says("help")
    await sam.taps("Check on me tomorrow")
    await sam.sees("Monday 30 November, at about 19:59")


async def test_with_the_database_gone_the_list_is_there_and_the_timer_says_so(
    station: Station,
) -> None:
    sam = await station.officer()
    async with database_gone(station):
        await sam.says("help")
        await sam.sees("call 999")
        await sam.taps("Call list")
        await sam.sees("0300 131 2789")
        await sam.taps("Check on me tomorrow")
        await sam.sees("I can't set the timer just now.")
        assert "116 123" in sam.phone.last.text
        assert "999" in sam.phone.last.text
        await sam.taps("Call list", "I couldn't get through")
        await sam.sees("call 999 now.")
        await sam.taps("Check on me tomorrow")
        await sam.sees("I can't set the timer just now.")
    await sam.taps("Try again")
    await sam.sees("I'll write to you on")
    assert count(station, "follow_up") == 1


@pytest.mark.english_only("changes the language on the way")
async def test_the_crisis_path_keeps_to_the_language_it_is_read_in(station: Station) -> None:
    sam = await station.officer()
    await sam.says("help")
    welsh = TONGUES.of("cy")
    await sam.taps("Cymraeg")
    await sam.taps(welsh.label("Check on me tomorrow"))
    station.now += timedelta(days=1)
    await station.tick()
    await sam.phone.wait_for_text(welsh.label(NOTICE))
