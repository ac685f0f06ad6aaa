"""The support menu and its pages: short enough for a small phone, and always with a way on."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.instruments import Need
from bot.core.signposting import MENU_ORDER, order_menu
from bot.officer.screen import Button, Screen
from bot.officer.support import MOST_ROWS, SHORT, in_rows, need_page, support_menu
from bot.officer.texts import common
from bot.officer.texts import steady as steady_texts
from bot.officer.texts import support as texts
from bot.sandbox.entities import parse_html
from tests.officer.every_screen import ENGLISH, TONGUES
from tests.officer.records import count, database_gone, dump
from tests.officer.starts import opens
from tests.officer.views import example_programme, support
from tests.station import Station
from tests.workflows.starting import round_of

WELSH = TONGUES.of("cy")
SPOKEN = TONGUES.among(example_programme().force.languages)


def labels(screen: Screen) -> list[list[str]]:
    """The labels of a screen's buttons, row by row."""
    return [[button.label for button in row] for row in screen.rows]


def everything_shown(screen: Screen) -> str:
    """The text of a screen as it is read."""
    return parse_html(screen.text)[0]


# --- The menu -----------------------------------------------------------------------------


def test_the_menu_as_it_stands() -> None:
    assert labels(support_menu(ENGLISH, others=[WELSH])) == [
        ["Talk to someone", "TRiM"],
        ["Health at work", "Home and family"],
        ["Associations", "Chaplaincy"],
        ["Read and listen", "Steady yourself"],
        ["Thinking of leaving"],
        ["I've had a tough job"],
        ["Plan my next hours"],
        [WELSH.name],
        ["None of these suit me", "Help"],
    ]


@pytest.mark.parametrize("first", [None, *MENU_ORDER])
def test_the_menu_fits_on_a_small_phone_in_every_language(first: Need | None) -> None:
    for tongue in SPOKEN:
        others = [other for other in SPOKEN if other is not tongue]
        menu = support_menu(tongue, order_menu([first] if first else []), others)
        *rows, last = menu.rows
        assert len(rows) <= MOST_ROWS
        assert all(len(row) <= 2 for row in rows)
        assert len(last) == 2


@given(st.lists(st.integers(1, 60), max_size=16), st.integers(6, 9))
def test_buttons_share_rows_and_none_is_lost(sizes: list[int], most: int) -> None:
    menu = [Button("x" * size, f":{number}") for number, size in enumerate(sizes)]
    rows = in_rows(menu, most)
    assert sorted(each.data for row in rows for each in row) == sorted(each.data for each in menu)
    assert len(rows) <= max(most, (len(menu) + 1) // 2)
    pairs = [button for row in rows if len(row) == 2 for button in row]
    if len([size for size in sizes if size > SHORT]) + 2 <= most - len(sizes) // 2:
        assert all(len(button.label) <= SHORT for button in pairs)


def test_every_page_leads_on_when_nothing_on_it_suits() -> None:
    for need in Need:
        *_, before, last = labels(need_page(ENGLISH, need, support()))
        assert before == ["None of these suit me"]
        assert last == [common.MENU, common.HELP]


def test_every_page_says_what_it_is_for() -> None:
    assert set(texts.NEED_INTRO) == set(texts.NEED_BUTTONS) == set(Need)


def test_lines_that_speak_the_officers_language_come_first() -> None:
    english = everything_shown(need_page(ENGLISH, Need.TALK, support()))
    assert "0808 164 0123" not in english
    welsh = everything_shown(need_page(WELSH, Need.TALK, support()))
    assert welsh.index("0808 164 0123") < welsh.index("116 123\n")
    # In a force that works in Welsh, everybody finds those that speak English as well.
    there = everything_shown(need_page(ENGLISH, Need.TALK, support(), wales=True))
    assert "0800 132 737" in there
    assert "0808 164 0123" not in there


@pytest.mark.english_only("goes to the other language")
async def test_lines_in_another_language_are_one_tap_away(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/support")
    await sam.taps("Talk to someone")
    await sam.sees("Someone to talk to")
    assert "0808 164 0123" not in sam.phone.last.text
    await sam.taps("Cymraeg")
    await sam.sees("0808 164 0123")
    # Where there are none, no button leads there.
    await sam.says("/support")
    await sam.taps("Health at work")
    await sam.sees("Occupational health")
    assert "Cymraeg" not in str(sam.phone.last.buttons)


# --- Home and family ----------------------------------------------------------------------


def test_the_page_about_home_names_nothing_but_home() -> None:
    screen = need_page(ENGLISH, Need.HOME, support())
    title, intro, *_ = everything_shown(screen).split("\n\n")
    assert title == "Home and family"
    for word in ("abuse", "violence", "domestic", "safe", "danger"):
        assert word not in (title + intro).lower()
    assert screen.rows[0][0].label == "‹ Quick exit"
    others = [need_page(ENGLISH, need, support()) for need in Need if need is not Need.HOME]
    assert not any("Quick exit" in str(labels(other)) for other in others)


async def test_a_quick_exit_leaves_an_everyday_message(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/support")
    await sam.taps("Home and family")
    await sam.sees("Independent adviser")
    await sam.taps("‹ Quick exit")
    await sam.sees("Your next check-in comes by itself.")
    # In place of the page: nothing of it is left in the chat.
    transcript = sam.phone.transcript()
    for word in ("Domestic", "Independent adviser", "Home and family", "Quick exit"):
        assert word not in transcript
    assert sam.phone.last.buttons == [["See support", "Help"]]


# --- Alone and at once --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "steps"),
    [
        ("Steady yourself", steady_texts.STEADY_STEPS),
        ("Plan my next hours", steady_texts.PLAN_STEPS),
    ],
)
async def test_each_step_is_one_tap_and_can_be_left(
    station: Station, label: str, steps: tuple[str, ...]
) -> None:
    sam = await station.officer()
    before = dump(station)
    await sam.says("/support")
    await sam.taps(label)
    for number, step in enumerate(steps):
        await sam.sees(parse_html(step)[0].split("\n")[0])
        assert [common.MENU, common.HELP] in sam.phone.last.buttons
        if number < len(steps) - 1:
            await sam.taps("Next" if number else "Begin")
    await sam.taps("Call list")
    await sam.sees("116 123")
    # Nothing was sent but taps, and nothing is kept of them.
    assert dump(station) == before


@pytest.mark.english_first("about what buttons carry")
@pytest.mark.parametrize("data", [":steady:7", ":plan:7", ":steady:-1", ":plan:x", ":need:all"])
async def test_a_step_that_there_is_not_is_an_old_button(station: Station, data: str) -> None:
    sam = await station.officer()
    await sam.says("/support")
    await sam.sees("Support")
    await sam.phone.tap_data(sam.phone.last.id, data)
    await sam.sees("That button is from an earlier message.")


async def test_none_of_these_leads_to_what_can_be_done_alone(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/support")
    await sam.taps("None of these suit me")
    await sam.sees("texting may be easier")
    assert sam.phone.last.buttons == [
        ["Call list"],
        ["Steady yourself", "Plan my next hours"],
        ["Check on me tomorrow"],
        ["See support", "Help"],
    ]


# --- Taps ---------------------------------------------------------------------------------


@pytest.mark.english_first("about numbers")
async def test_what_is_opened_is_counted_once_a_minute_without_a_mark(station: Station) -> None:
    await opens(station, "support-taps")
    sam = await station.officer()
    await sam.says("/support")
    for label in ("TRiM", "Chaplaincy", "TRiM"):
        await sam.taps(label, "‹ All support")
    assert count(station, "sealed_response") == 0
    await station.tick()
    assert count(station, "sealed_response") == 2
    assert count(station, "participation") == count(station, "enrolment") == 0
    station.now += timedelta(hours=1)
    await sam.taps("TRiM")
    await station.tick()
    assert count(station, "sealed_response") == 3
    assert round_of("support-taps") in {
        view.id for view in station.assembly.desk.catalogue.rounds.values()
    }


async def test_pages_come_though_the_database_is_gone(station: Station) -> None:
    sam = await station.officer()
    async with database_gone(station):
        await sam.says("/support")
        await sam.taps("Thinking of leaving")
        await sam.sees("You can talk it through before you decide.")
        await sam.taps("‹ All support", "Steady yourself", "Begin")
        await sam.sees("Name five things you can see.")
