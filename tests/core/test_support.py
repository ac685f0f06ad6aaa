"""The support directory: reachable, verified, and never without what everybody may need."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from bot.core.documents import DocumentProblems
from bot.core.instruments import Need
from bot.core.support import (
    REQUIRED_NEEDS,
    Age,
    AgeFinding,
    DirectoryTooOld,
    NeedWithoutEntry,
    SupportDirectory,
    SupportEntry,
    UnknownLanguage,
    age_of,
    check_directory,
    entries_for,
    left_out,
)
from tests.core.builders import a_programme, texts

TODAY = date(2026, 1, 1)


def entry_content(entry_id: str = "line", **changes: Any) -> dict[str, Any]:
    return {
        "id": entry_id,
        "name": texts("An invented line"),
        "needs": ["crisis", "talk", "trim", "health"],
        "for_whom": texts("Everybody"),
        "phone": "01632 960000",
        "hours": texts("Day and night"),
        "confidentiality": texts("Nobody is told"),
        "scope": "force",
        "source": "Invented",
        "last_verified": TODAY,
        "verified_by": "A. Nobody",
        **changes,
    }


def an_entry(entry_id: str = "line", days: int = 0, **changes: Any) -> SupportEntry:
    verified = TODAY - timedelta(days=days)
    content = entry_content(entry_id, last_verified=verified, **changes)
    return SupportEntry.from_mapping(content, name="support.yaml")


PHONE = "expected a phone number of digits and spaces"
REACHED = "expected at least one of phone, text_to, link, contact"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": None}, REACHED),
        ({"phone": ""}, REACHED),
        ({"phone": "call us"}, PHONE),
        ({"phone": " "}, PHONE),
        ({"phone": "+"}, PHONE),
        ({"link": "http://example.org"}, "String should match pattern"),
        ({"text_to": "85258"}, "String should match pattern"),
        ({"needs": []}, "at least 1 item"),
        ({"needs": ["money"]}, "needs.0: Input should be 'crisis', "),
        ({"scope": "world"}, "Input should be 'national', 'wales' or 'force'"),
        ({"source": ""}, "at least 1 character"),
        ({"languages": ["welsh"]}, "String should match pattern"),
        ({"languages": ["cy", "cy"]}, "the language cy comes twice"),
        ({"english": False}, "expected a language besides English"),
    ],
)
def test_each_mistake_in_an_entry_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        an_entry(**changes)


@pytest.mark.parametrize(
    "way",
    [
        {"phone": "+44 1632 960000"},
        {"phone": "999"},
        {"phone": None, "text_to": "HELLO to 85258"},
        {"phone": None, "link": "https://example.org/help"},
        {"phone": None, "contact": texts("Room 1")},
    ],
)
def test_any_one_way_to_reach_somebody_is_enough(way: dict[str, Any]) -> None:
    assert an_entry(**way).id == "line"


def test_an_entry_is_listed_once() -> None:
    with pytest.raises(DocumentProblems, match="the support entry line comes twice"):
        SupportDirectory.from_mapping({"entries": [entry_content()] * 2}, name="support.yaml")
    with pytest.raises(DocumentProblems, match="the support entry line comes twice"):
        a_programme(support=[entry_content()] * 2)
    directory = SupportDirectory.from_mapping({"entries": [entry_content()]}, name="support.yaml")
    assert directory.entries == [an_entry()]


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, Age.FRESH), (89, Age.FRESH), (90, Age.DUE), (180, Age.DUE), (181, Age.TOO_OLD)],
)
def test_an_entry_is_due_from_90_days_and_too_old_after_180(days: int, age: Age) -> None:
    assert age_of(an_entry(days=days), TODAY) is age


def test_entries_to_verify_soon_are_found() -> None:
    entries = [an_entry("fresh"), an_entry("due", days=100)]
    assert check_directory(entries, TODAY) == [AgeFinding("due", TODAY - timedelta(days=100))]


def test_an_entry_that_is_too_old_stops_the_start() -> None:
    with pytest.raises(DirectoryTooOld, match="old was last verified on 2025-07-04"):
        check_directory([an_entry("old", days=181)], TODAY)


@pytest.mark.parametrize("need", REQUIRED_NEEDS)
def test_a_need_that_leads_nowhere_stops_the_start(need: Need) -> None:
    others = [other.value for other in REQUIRED_NEEDS if other is not need]
    with pytest.raises(NeedWithoutEntry, match=f"no entry of the force for {need.value}"):
        check_directory([an_entry(needs=others, scope="force")], TODAY)


def test_what_a_force_must_name_itself_is_not_made_up_for_by_a_national_entry() -> None:
    everything = [need.value for need in REQUIRED_NEEDS]
    with pytest.raises(NeedWithoutEntry, match="no entry of the force for talk"):
        check_directory([an_entry(needs=everything, scope="national")], TODAY)
    assert check_directory([an_entry(needs=everything, scope="force")], TODAY) == []


def test_entries_for_a_need_keep_their_order() -> None:
    entries = [an_entry("b"), an_entry("x", needs=["home"]), an_entry("a")]
    assert [entry.id for entry in entries_for(Need.TALK, entries)] == ["b", "a"]


def ids(entries: list[SupportEntry]) -> list[str]:
    return [entry.id for entry in entries]


def test_those_who_speak_the_officers_language_come_first() -> None:
    entries = [an_entry("a"), an_entry("b", languages=["cy"]), an_entry("c", languages=["cy"])]
    assert ids(entries_for(Need.TALK, entries)) == ["a", "b", "c"]
    assert ids(entries_for(Need.TALK, entries, "cy")) == ["b", "c", "a"]
    assert ids(entries_for(Need.TALK, entries, "pl")) == ["a", "b", "c"]


def test_in_a_crisis_the_order_stays_whatever_the_language() -> None:
    entries = [an_entry("emergency"), an_entry("welsh", languages=["cy"])]
    assert ids(entries_for(Need.CRISIS, entries, "cy")) == ["emergency", "welsh"]


def test_entries_for_wales_are_for_welsh_speakers_and_forces_that_work_in_welsh() -> None:
    entries = [an_entry("a"), an_entry("w", scope="wales")]
    assert ids(entries_for(Need.TALK, entries)) == ["a"]
    assert ids(entries_for(Need.TALK, entries, "cy")) == ["a", "w"]
    assert ids(entries_for(Need.TALK, entries, wales=True)) == ["a", "w"]


def test_who_reads_english_is_not_shown_who_does_not_speak_it() -> None:
    entries = [an_entry("a"), an_entry("w", languages=["cy"], english=False)]
    assert ids(entries_for(Need.TALK, entries)) == ["a"]
    assert ids(entries_for(Need.TALK, entries, "cy")) == ["w", "a"]
    assert ids(entries_for(Need.CRISIS, entries)) == ["a", "w"]
    assert left_out(Need.TALK, entries) == {"cy"}
    assert left_out(Need.TALK, entries[:1]) == left_out(Need.HOME, entries) == set()


def test_a_language_that_nothing_is_written_in_is_refused() -> None:
    entry = an_entry(languages=["cy"])
    with pytest.raises(UnknownLanguage, match="line is said to speak cy: expected one of en"):
        check_directory([entry], TODAY)
    assert check_directory([entry], TODAY, languages=["cy", "en"]) == []
    welsh = an_entry(languages=["cy"], name=texts("An invented line", ["en", "cy"]))
    assert check_directory([welsh], TODAY) == []
