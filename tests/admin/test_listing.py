"""What commands print: plain lines that can be read and cut."""

from datetime import UTC, date, datetime

from bot import wiring
from bot.admin import listing
from bot.core.rounds import RoundState
from bot.workflows.key_pool import KeyLine
from bot.workflows.rounds import RoundLine
from storage.states import KeyState

CODE = "ABCDEFGH2345"


def test_nothing_yet_says_what_comes() -> None:
    assert "opens by itself" in listing.rounds_as_text([])
    assert "python -m bot keys new" in listing.keys_as_text([])


def test_rounds_stand_in_columns() -> None:
    closes = datetime(2026, 12, 28, tzinfo=UTC)
    lines = [
        RoundLine("weekly-pulse-2026-11-30", RoundState.OPEN, "2026-11-30", closes),
        RoundLine("x-2026-11-30", RoundState.RELEASED, "2026-11-30", closes),
    ]
    assert listing.rounds_as_text(lines).splitlines() == [
        "ROUND                    STATE     OPENS       CLOSES",
        "weekly-pulse-2026-11-30  open      2026-11-30  2026-12-28 00:00 UTC",
        "x-2026-11-30             released  2026-11-30  2026-12-28 00:00 UTC",
    ]


def test_keys_say_where_their_opening_key_is() -> None:
    lines = [KeyLine("k1", KeyState.UNUSED, True), KeyLine("k2", KeyState.TAKEN, False)]
    assert listing.keys_as_text(lines).splitlines() == [
        "KEY  STATE   OPENING KEY",
        "k1   unused  here",
        "k2   taken   not here",
    ]


def test_a_code_comes_with_its_link() -> None:
    text = listing.code_as_text(CODE, 48, date(2027, 5, 29), "standeasy_bot")
    assert text.splitlines() == [
        f"Code: {CODE}",
        f"Link: https://t.me/standeasy_bot?start={CODE}",
        "For 48 people, until 2027-05-29",
    ]


def test_without_the_bots_name_it_says_how_to_get_the_link() -> None:
    text = listing.code_as_text(CODE, 1, date(2027, 5, 29), None)
    assert "t.me" not in text
    assert "STANDEASY_TELEGRAM_TOKEN" in text


def test_a_programme_is_shown_with_the_groups_it_reports_on() -> None:
    text = listing.programme_as_text(wiring.read_programme(wiring.example_programme_path()))
    assert text.startswith("Fenmarch Constabulary (invented): 263 heads\n")
    assert "    dog-unit: Dog Unit, 8 heads\n" in text
    assert "    night-relief: Night Relief, 22 heads, high-stress\n" in text
    groups = text.split("Reported together:\n")[1].split("Check-ins:")[0].splitlines()
    assert "  Market Response and Night Relief (58 heads)" in groups
    # A team of eight is never a group by itself.
    assert not [line for line in groups if line.strip().startswith("Dog Unit")]
    assert "  weekly-pulse: FREQ=WEEKLY;BYDAY=MO from 2026-01-05, 4 prompts a round" in text
