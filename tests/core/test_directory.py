"""The directory looked over: numbers and links that cannot be right, and how old each entry is."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.directory import contact_problems, is_invented, is_link, is_number, look_over
from bot.core.support import Age, DirectoryTooOld, NeedWithoutEntry, SupportEntry
from config.content import national_support
from tests.core.test_support import TODAY, an_entry


@pytest.mark.parametrize(
    "number",
    [
        *("999", "111", "116 123", "0300 131 2789", "0808 80 10 800"),
        *("+44 300 131 2789", "+353 1 677 8899", "01632 960 101", "020 7946 0000", "07700 900123"),
    ],
)
def test_numbers_that_can_be_dialled_are_well_formed(number: str) -> None:
    assert is_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "0300 131 278",
        "0300 131 27899",
        "01632 961 10",
        "12345678",
        "+44 111",
        "0",
        "+1 23",
        "5",
        "0300 1",
    ],
)
def test_numbers_that_lead_nowhere_are_not(number: str) -> None:
    assert not is_number(number)


def test_short_numbers_that_take_texts_are_told_by_their_length() -> None:
    assert is_number("50500", for_texts=True)
    assert not is_number("50500")
    assert not is_number("5", for_texts=True)


@pytest.mark.parametrize("link", ["https://a.example.org/x?y=1#z", "https://eap.fenmarch.example"])
def test_links_lead_to_a_site(link: str) -> None:
    assert is_link(link)


@pytest.mark.parametrize(
    "link",
    [
        *("https://", "https://localhost", "https://name:word@a.org", "https://a.org:8443/"),
        *("https://[::1]/", "https://[::1", "https://1.2.3.4/", "https://a..org", "https://-a.org"),
        *("http://a.org", "https://a.org:x"),
    ],
)
def test_anything_else_is_no_link(link: str) -> None:
    assert not is_link(link)


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert is_number(text) in (True, False)
    assert is_link(f"https://{text}") in (True, False)


def test_every_number_and_link_that_ships_is_well_formed() -> None:
    assert [each for entry in national_support() for each in contact_problems(entry)] == []
    assert not any(map(is_invented, national_support()))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "0300 1"}, "phone"),
        ({"text_to": "HELLO to 1"}, "text_to"),
        ({"link": "https://localhost"}, "link"),
    ],
)
def test_a_way_that_leads_nowhere_is_named(changes: dict[str, Any], field: str) -> None:
    found = look_over([an_entry(**changes)], TODAY)
    assert [each.field for each in contact_problems(an_entry(**changes))] == [field]
    assert found.lines[0].problems[0].startswith(f"{field}: expected")
    assert not found.is_sound


@pytest.mark.parametrize(
    ("days", "age", "sound"),
    [(0, Age.FRESH, True), (89, Age.FRESH, True), (90, Age.DUE, True), (180, Age.DUE, True)],
)
def test_ages_are_told(days: int, age: Age, sound: bool) -> None:
    found = look_over([an_entry(days=days)], TODAY)
    assert (found.lines[0].age, found.lines[0].days, found.is_sound) == (age, days, sound)


def test_whatever_stops_the_program_is_told() -> None:
    found = look_over([an_entry(days=181)], TODAY)
    assert (found.lines[0].age, type(found.problem)) == (Age.TOO_OLD, DirectoryTooOld)
    assert isinstance(look_over([an_entry(needs=["home"])], TODAY).problem, NeedWithoutEntry)
    assert not look_over([], TODAY).is_sound


def test_a_verification_in_the_future_is_a_problem() -> None:
    entry: SupportEntry = an_entry(days=-1)
    assert entry.last_verified == date(2026, 1, 2) == TODAY + timedelta(days=1)
    assert look_over([entry], TODAY).lines[0].problems == (
        "last_verified: expected a day that has been",
    )


def test_invented_entries_are_told_from_real_ones() -> None:
    assert is_invented(an_entry())
    assert is_invented(an_entry(phone=None, link="https://eap.fenmarch.example"))
    assert not is_invented(an_entry(phone="0300 131 2789"))
