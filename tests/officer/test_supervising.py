"""Questions for those who supervise: nobody is marked as one, and the force alone has results."""

import pytest

from tests.officer.records import count
from tests.officer.starts import opens
from tests.station import Officer, Station

SUPERVISING = "For supervisors: two questions"
ANSWERED_OR_NOT_OPEN = (
    "I can't ask you that now: you have answered already, or I'm not asking anybody. I don't say"
    " which, in case somebody else is holding your phone."
)
"""One sentence for both, or a borrowed phone would tell."""


async def comes_back(officer: Officer) -> None:
    """Ask what there is."""
    await officer.says("/start")
    await officer.sees("You have joined.")


async def test_whoever_supervises_answers_once(station: Station) -> None:
    await opens(station, "supervisors-quarterly")
    sam = await station.officer()
    await sam.joins()
    await comes_back(sam)
    await sam.taps(SUPERVISING)
    await sam.sees("1 of 2")
    assert sam.phone.last.protected
    await sam.taps("Mostly", "Completely", "🔒 Seal my answers")
    await sam.sees("Support")
    assert count(station, "sealed_response") == 1
    await comes_back(sam)
    await sam.taps(SUPERVISING)
    await sam.sees(ANSWERED_OR_NOT_OPEN)
    assert count(station, "sealed_response") == 1


@pytest.mark.english_first("about what buttons carry")
async def test_nobody_else_can_start_it(station: Station) -> None:
    await opens(station, "supervisors-quarterly")
    sam, robin = await station.officer(), await station.officer()
    await sam.joins()
    await comes_back(sam)
    await robin.phone.start()
    await robin.sees("To join")
    # A keyboard of somebody else's says what it does, and nothing more.
    await robin.phone.tap_data(robin.phone.last.id, ":supervise@en")
    await robin.sees("This is for people who have joined")
    assert count(station, "sealed_response") == 0


async def test_it_is_not_offered_where_it_is_not_asked(station: Station) -> None:
    sam = await station.officer()
    await sam.joins()
    await comes_back(sam)
    assert not any(SUPERVISING in row for row in sam.phone.last.buttons)
    await sam.phone.tap_data(sam.phone.last.id, ":supervise@en")
    await sam.sees(ANSWERED_OR_NOT_OPEN)
