"""From everywhere help is one tap and one word away, and no path ends without support.

Whatever can be tapped or typed is tapped and typed, by somebody who joined, somebody who
stopped, and a stranger. New topics are walked as soon as the handlers list them.
"""

import logging
import re
from itertools import chain

import pytest

from bot.officer.buttons import named_data
from bot.officer.screen import Screen
from bot.officer.texts import crisis
from bot.workflows.follow_up_kinds import KIND_OF
from bot.workflows.self_started import EXIT
from storage.states import EnrolmentState
from tests.officer.every_screen import ENGLISH, TONGUES, Kind, every_screen
from tests.officer.starts import opens
from tests.officer.views import example_programme
from tests.officer.walking import HELP, Walk
from tests.station import Station

CARDS = {
    tongue(crisis.CRISIS_CARD) for tongue in TONGUES.among(example_programme().force.languages)
}
SOMEBODY = re.compile(r"116 123|0300 131 2789|85258|01632 960 \d{3}")
"""Numbers of the directory, national and invented."""

TYPED = (
    "I can't go on",
    "help",
    "HELP!",
    "123",
    "/nothing",
    "/nothing at all",
    "BCDF2345GHJK",
    None,
)
"""Words, commands nobody knows, what looks like a code, and a picture."""


def is_the_card(screen: Screen) -> bool:
    """Whether this is the crisis card, which is help itself."""
    return screen.text in CARDS


def has_help_at_the_end(screen: Screen) -> bool:
    """Whether the last button of all is Help."""
    return bool(screen.rows) and screen.rows[-1][-1].data.startswith(HELP)


async def walked(station: Station, state: EnrolmentState | None) -> Walk:
    """Return a walk over everything, as somebody in this state."""
    await opens(station, EXIT, *KIND_OF)
    sam = await station.officer()
    await sam.joins()
    await station.next_prompt()
    await sam.sees("Your check-in is ready.")
    walk = Walk(station, sam.phone.chat.id, sam.code, state)
    for typed in (*TYPED, f"/start {sam.code}", sam.code):
        await walk.begins(typed)
    for command in chain.from_iterable(topic.commands for topic in walk.handlers.topics):
        await walk.begins(f"/{command}")
    for message in sam.phone.received:
        rows = tuple(tuple(row) for row in message.keyboard)
        for button in (each for row in rows for each in row):
            walk.starts_with(button.value)
    for shown in every_screen(ENGLISH):
        if shown.kind is not Kind.CHECK_IN or shown.name.startswith(("notice", "inside", "carry")):
            walk.starts_at(shown.name, shown.screen)
    await walk.goes_everywhere()
    return walk


@pytest.mark.english_only("looks at the other language where a button leads to it")
@pytest.mark.parametrize(
    "state",
    [EnrolmentState.ACTIVE, EnrolmentState.STOPPED, None],
    ids=["joined", "stopped", "stranger"],
)
async def test_help_is_one_tap_and_one_word_away_and_no_path_ends_without_support(
    station: Station, state: EnrolmentState | None, caplog: pytest.LogCaptureFixture
) -> None:
    walk = await walked(station, state)
    # Nothing went wrong on the way, or an apology would hide a screen.
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    for place, screens in walk.screens.items():
        assert screens, place
        for screen in screens:
            assert is_the_card(screen) or has_help_at_the_end(screen), place
    # One word, whatever stands on the screen: it is read before anything else.
    for word in ("help", "Help", "/help", "help me please"):
        assert [is_the_card(screen) for screen in await walk.says(word)] == [True]
    (card,) = await walk.taps(named_data("help", language="en"))
    assert is_the_card(card)
    # And without Help, too, each path leads to somebody.
    there = {
        place
        for place, screens in walk.screens.items()
        if any(SOMEBODY.search(screen.text) for screen in screens)
    }
    assert set(walk.screens) - walk.within_reach(there) == set()
    # Everything that has a handler was walked over.
    names = {name for topic in walk.handlers.topics for name in topic.buttons}
    assert names - {place[0] for place in walk.screens} == set()
    answered = {place[1] for place in walk.screens if place[0] == "check-in"}
    assert answered >= ({"weekly-pulse"} if state is None else {"weekly-pulse", EXIT})
