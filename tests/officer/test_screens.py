"""Screens: short, readable by Telegram, with help in its place, and protected where they must."""

import importlib
import inspect
import pkgutil
import re
from dataclasses import replace

from bot import officer
from bot.core.drafts import SKIPPED, Review, Tap, Verb, advance
from bot.core.instruments import Instrument, Need
from bot.core.signposting import MENU_ORDER, order_menu
from bot.officer import check_in_screens as screens
from bot.officer.asked_for import notice
from bot.officer.carry_on import carry_on_notice
from bot.officer.crisis import crisis_card
from bot.officer.joining import ask_role, ask_service, promises
from bot.officer.lead_report import saying
from bot.officer.screen import Screen, help_button
from bot.officer.support import need_page, support_menu
from bot.officer.texts import check_ins as check_in_texts
from bot.officer.texts import support as support_texts
from bot.sandbox.entities import parse_html, units
from bot.workflows.follow_up_kinds import FollowUpKind
from tests.core.builders import an_instrument, instrument_of, option
from tests.core.builders import item as an_item
from tests.each import each_holds
from tests.officer.every_screen import ENGLISH, TONGUES, Kind, Shown, every_screen
from tests.officer.views import a_draft, a_view, example_programme, maker, support

TEXT_LIMIT = 4096
ROWS_OF_A_SCALE = 2

LANGUAGES = [tongue.language for tongue in TONGUES.among(example_programme().force.languages)]
EVERY = [
    (language, shown) for language in LANGUAGES for shown in every_screen(TONGUES.of(language))
]


def of_kind(*kinds: Kind) -> list[tuple[str, Screen]]:
    """Return the screens of some kinds by language and name; of every kind when none is given."""
    return [
        (f"{language}: {shown.name}", shown.screen)
        for language, shown in EVERY
        if shown.kind in (kinds or Kind)
    ]


def lines_of(screen: Screen) -> list[str]:
    """Return the lines of a screen's text that are not empty."""
    text, _ = parse_html(screen.text)
    return [line for line in text.split("\n") if line.strip()]


def test_every_kind_of_screen_is_looked_at() -> None:
    makers = set()
    for module in pkgutil.iter_modules(officer.__path__, f"{officer.__name__}."):
        room = importlib.import_module(module.name)
        makers |= {
            name
            for name, made in inspect.getmembers(room, inspect.isfunction)
            if made.__module__ == room.__name__
            and not name.startswith("_")
            and inspect.signature(made).return_annotation is Screen
        }
    # What leads and admins are told in their chats is in English alone, and looked at elsewhere.
    makers.remove(saying.__name__)
    assert makers == {re.split(r"[ ,]", shown.name)[0] for _, shown in EVERY}


def test_a_screen_is_one_that_telegram_takes() -> None:
    def look(screen: Screen) -> None:
        text, _ = parse_html(screen.text)
        assert 1 <= units(text) <= TEXT_LIMIT
        for row in screen.rows:
            assert 1 <= len(row) <= 8
            for button in row:
                assert button.label.strip() == button.label != ""
                assert 1 <= len(button.data.encode()) <= 64

    each_holds(of_kind(), look)


def test_help_is_on_every_screen_and_always_last() -> None:
    def look(each: tuple[str, Shown]) -> None:
        language, shown = each
        screen, help_here = shown.screen, help_button(TONGUES.of(language))
        if shown.name == "crisis_card":
            assert "999" in screen.text
            return
        assert screen.rows[-1][-1] == help_here
        assert sum(button == help_here for row in screen.rows for button in row) == 1

    each_holds(((f"{each[0]}: {each[1].name}", each) for each in EVERY), look)


def test_a_message_is_at_most_five_short_lines() -> None:
    def look(screen: Screen) -> None:
        lines = lines_of(screen)
        assert len(lines) <= 5
        assert all(len(line) <= 230 for line in lines)
        assert sum(map(len, lines)) <= 360

    each_holds(of_kind(Kind.CHECK_IN, Kind.SHORT, Kind.SET), look)


def test_what_is_about_somebody_cannot_be_forwarded() -> None:
    def look(screen: Screen) -> None:
        assert screen.protected

    each_holds(of_kind(Kind.CHECK_IN, Kind.SET, Kind.HELD), look)


def test_the_two_questions_of_joining_show_nothing_that_was_said() -> None:
    # So they stand in the place of the promises, which may be forwarded.
    for screen in (ask_role(ENGLISH), ask_service(ENGLISH)):
        assert not screen.protected
        assert not any("✓" in button.label for row in screen.rows for button in row)


def test_numbers_can_be_copied_and_tapped() -> None:
    def look(screen: Screen) -> None:
        assert not screen.protected

    each_holds(of_kind(Kind.LONG), look)


def test_a_lock_screen_shows_nothing_about_well_being() -> None:
    view = a_view()
    by_itself = [
        screens.opening(ENGLISH, a_draft(view), maker(view)),
        carry_on_notice(ENGLISH),
        *(notice(ENGLISH, kind, asks=True) for kind in FollowUpKind),
    ]
    assert {screen.text for screen in by_itself} == {
        "Your check-in is ready.",
        "A message about your check-ins.",
        "A message you asked for.",
        "Your check-ins start again.",
    }


def test_a_check_in_has_one_option_a_row_and_a_quiet_row() -> None:
    view = a_view()
    screen = screens.question(ENGLISH, a_draft(view), view, maker(view))
    assert [[button.label for button in row] for row in screen.rows] == [
        ["Struggling"],
        ["Not great"],
        ["OK"],
        ["Good"],
        ["Very good"],
        ["‹ Back", "Skip", "Help"],
    ]
    assert screen.text.startswith("1 of 5\n")
    assert "<b>How are you doing overall this week?</b>" in screen.text


def test_where_the_answers_count_is_said_before_the_first_answer_only() -> None:
    view = a_view()
    draft, make = a_draft(view), maker(view)
    assert "Counts in Harbour Response, a group of about 50 people." in (
        screens.question(ENGLISH, draft, view, make).text
    )
    assert "Counts in" not in screens.question(ENGLISH, replace(draft, item=1), view, make).text


def of_kinds(instrument: Instrument, item: int) -> Screen:
    """Return the screen of a question of any instrument."""
    view = a_view(instrument)
    return screens.question(ENGLISH, replace(a_draft(view), item=item), view, maker(view))


def test_a_scale_of_eleven_stands_in_two_rows() -> None:
    made = instrument_of([11])
    scale = made.items[0].model_copy(update={"layout": "scale"})
    screen = of_kinds(made.model_copy(update={"items": [scale]}), 0)
    assert [len(row) for row in screen.rows] == [6, 5, 3]
    assert len(screen.rows[:-1]) == ROWS_OF_A_SCALE


def test_a_choice_of_several_has_a_button_to_say_that_is_it() -> None:
    instrument = an_instrument()
    view, position = a_view(instrument), 4
    draft = replace(a_draft(view), item=position)
    step = advance(draft, Tap(Verb.TOGGLE, position, 1), instrument)
    screen = screens.question(ENGLISH, step.draft, view, maker(view))
    labels = [[button.label for button in row] for row in screen.rows]
    assert labels == [
        ["reason a"],
        ["✓ reason b"],
        ["reason c"],
        ["reason d"],
        ["That's it"],
        ["‹ Back", "Skip", "Help"],
    ]


def test_review_lists_each_answer_and_then_the_one_main_action() -> None:
    view = a_view()
    end = len(view.instrument.items)
    draft = replace(a_draft(view), item=end, reviewed=True, answers=(2, 3, SKIPPED, 5, 7))
    screen = screens.review(ENGLISH, Review(draft), view, maker(view))
    assert [[button.label for button in row] for row in screen.rows] == [
        ["1. Struggling"],
        ["2. Badly"],
        ["3. skipped"],
        ["4. Mostly"],
        ["5. I didn't need any"],
        ["🔒 Seal my answers"],
        ["‹ Back", "Help"],
    ]


def test_nothing_answered_cannot_be_sealed() -> None:
    view = a_view()
    end = len(view.instrument.items)
    draft = replace(a_draft(view), item=end, reviewed=True, answers=(SKIPPED,) * end)
    screen = screens.review(ENGLISH, Review(draft), view, maker(view))
    assert check_in_texts.SEAL not in [button.label for row in screen.rows for button in row]
    assert "nothing to seal" in screen.text


def test_texts_from_documents_cannot_break_the_markup() -> None:
    awkward = 'A <b>team</b> & "co" <'
    item = an_item("mood", [option(awkward, 1), option("other", 2)], text={"en": awkward})
    instrument = instrument_of([2])
    made = type(instrument.items[0]).model_validate(item)
    screen = of_kinds(instrument.model_copy(update={"items": [made]}), 0)
    text, entities = parse_html(screen.text)
    assert awkward in text
    assert [entity.kind for entity in entities].count("bold") == 1
    promised, _ = parse_html(promises(ENGLISH, awkward, 30, "ABC").text)
    assert awkward in promised


def test_the_promises_name_no_group_to_a_team_that_is_asked_nothing() -> None:
    text, _ = parse_html(promises(ENGLISH, None, 58, "ABC").text)
    assert "it is asked nothing until its answers can count" in text
    assert "You would count" not in text
    assert "Telegram can technically read messages to me" in text


def test_the_promises_say_what_is_promised() -> None:
    text, _ = parse_html(promises(ENGLISH, "Night Relief", 58, "ABC").text)
    for promise in (
        "Your force cannot see your name, your answers, or whether you answered.",
        "groups of 10 or more",
        "in broad bands",
        "Night Relief, a group of about 60 people",
        "Telegram can technically read messages to me",
        "Nobody reads along",
        "no names",
        "in an emergency call 999",
        "A court can demand what is held",
        "/stop",
        "/forget",
    ):
        assert promise in text


def test_every_need_leads_somewhere_with_a_way_to_reach_it() -> None:
    for need in Need:
        text, _ = parse_html(need_page(ENGLISH, need, support()).text)
        assert re.search(r"\d{3}|https://|\bRoom\b|BLUELIGHT", text), need


def test_a_need_without_an_entry_leads_to_those_who_help_with_anything() -> None:
    national = [entry for entry in support() if entry.scope == "national"]
    screen = need_page(ENGLISH, Need.CHAPLAINCY, national)
    assert support_texts.NOBODY_HERE in screen.text
    assert "116 123" in screen.text


def test_the_menu_always_holds_the_same_entries() -> None:
    usual = sorted(button.data for row in support_menu(ENGLISH).rows for button in row)
    for need in MENU_ORDER:
        menu = support_menu(ENGLISH, order_menu([need]))
        assert sorted(button.data for row in menu.rows for button in row) == usual
        assert [button.label for button in menu.rows[0]] == [support_texts.NEED_BUTTONS[need]]


def test_the_crisis_card_reads_as_reviewed() -> None:
    text, _ = parse_html(crisis_card(ENGLISH).text)
    for sentence in (
        "I'm glad you told me. You don't have to deal with this on your own.",
        "call 999 or go to A&E",
        "0300 131 2789",
        "116 123",
        "NHS 111, choose option 2",
        "BLUELIGHT to 85258",
        "Nobody is reading this, and I don't know who you are, so I can't send help to you.",
    ):
        assert sentence in text
