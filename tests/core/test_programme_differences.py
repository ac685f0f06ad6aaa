"""Differences between versions: every change has a sentence, and no sentence is for nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given

from bot.core.contact_times.duty_patterns import ShiftTimes
from bot.core.programme import CheckIn, Department, DisclosureSettings, Force, Programme, Team
from bot.core.programme_differences import (
    CHECK_IN_WORDS,
    DAY_LISTS,
    DISCLOSURE_WORDS,
    FORCE_WORDS,
    NEEDS_SECOND,
    SHIFT_WORDS,
    SUPPORT_WORDS,
    Part,
    differences,
    needs_second,
    parts_of,
)
from bot.core.support import SupportEntry
from tests.core.builders import Content, check_in_content
from tests.core.changed_programmes import TEAMS, TODAY, content, entry, moved, moves, read, the


def changed(change: Callable[[Content], object]) -> tuple[Programme, Programme]:
    """The programme before and after a change of its content."""
    before, after = content(), content()
    change(after)
    return read(before), read(after)


def sentences(change: Callable[[Content], object]) -> list[str]:
    """What is said of a change; all of it in one part."""
    found = differences(*changed(change))
    assert len(parts_of(found)) == 1
    return [each.sentence for each in found]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda made: the(made, "force").update(name="New"),
            "The name of the force was “Nowhere Constabulary” and becomes “New”.",
        ),
        (
            lambda made: the(made, "force").update(timezone="Europe/Dublin"),
            "The time zone was “Europe/London” and becomes “Europe/Dublin”.",
        ),
        (
            lambda made: the(made, "force").update(languages=["en", "cy"]),
            "The languages were en and become en, cy.",
        ),
        (
            lambda made: the(made, "force", "bank_holidays").append(date(2027, 1, 1)),
            "New bank holiday: 2027-01-01.",
        ),
        (
            lambda made: the(made, "force").update(bank_holidays=[]),
            "No longer bank holidays: 2026-12-25, 2026-12-28.",
        ),
        (
            lambda made: the(made, "force", "bank_holidays").pop(),
            "No longer a bank holiday: 2026-12-28.",
        ),
        (
            lambda made: the(made, "force", "bank_holidays").reverse(),
            "The bank holidays are written in another order.",
        ),
        (
            lambda made: the(made, "force").update(blackout_dates=[date(2027, 1, 1), TODAY]),
            "New blackout dates: 2026-11-30, 2027-01-01.",
        ),
        (
            lambda made: the(made, "force").update(
                shift_times={"early": {"begins": "06:30", "ends": "15:00"}}
            ),
            "The early shift was 07:00 to 16:00 and becomes 06:30 to 15:00.",
        ),
        (
            lambda made: the(made, *TEAMS, 0).update(headcount=9),
            "The team “Team a” (a) had 8 heads and has 9.",
        ),
        (
            lambda made: the(made, *TEAMS, 1).update(supervisors=4),
            "The team “Team b” (b) had 3 supervisors and has 4.",
        ),
        (
            lambda made: the(made, *TEAMS, 1).update(high_stress=True),
            "The team “Team b” (b) is marked as high-stress.",
        ),
        (
            lambda made: the(made, *TEAMS, 1).update(name="Bees"),
            "The team “Team b” (b) becomes “Bees”.",
        ),
        (
            lambda made: the(made, "force", "departments", 1, "teams").append(
                the(made, *TEAMS).pop(0)
            ),
            "The team “Team a” (a) moves from Department east to Department west.",
        ),
        (
            lambda made: the(made, *TEAMS).append(
                {"id": "f", "name": "Foxes", "headcount": 5, "high_stress": True}
            ),
            "New team “Foxes” (f) in Department east: 5 heads, 0 of them supervisors, high-stress.",
        ),
        (
            lambda made: the(made, *TEAMS).pop(2),
            "The team “Team c” (c) in Department east goes: 40 heads, 3 of them supervisors.",
        ),
        (
            lambda made: the(made, *TEAMS).reverse(),
            "The teams of Department east stand in another order: c, b, a.",
        ),
        (
            lambda made: the(made, "force", "departments").reverse(),
            "The departments stand in another order: west, east.",
        ),
        (
            lambda made: the(made, "force", "departments", 0).update(name="East"),
            "The department “Department east” (east) becomes “East”.",
        ),
        (
            lambda made: the(made, "check_ins", 0, "title").update(cy="Curiad"),
            "The title of the check-in “{title}” ({id}) (cy) was nothing and becomes “Curiad”.",
        ),
        (
            lambda made: the(made, "check_ins", 0).update(audience=["b", "c"]),
            "The audience of the check-in “{title}” ({id}) was “everyone” and becomes b, c.",
        ),
        (
            lambda made: the(made, "check_ins", 0).update(remind_after_hours=None),
            "The reminder of the check-in “{title}” ({id}) was 48 and becomes nothing.",
        ),
        (
            lambda made: the(made, "check_ins", 0).update(
                window={"opens": "09:00", "closes": "10:00"}
            ),
            "The window of the check-in “{title}” ({id}) was 11:00 to 20:00 and becomes"
            " 09:00 to 10:00.",
        ),
        (
            lambda made: the(made, "check_ins").reverse(),
            "The check-ins stand in another order: second, {id}.",
        ),
        (
            lambda made: the(made, "support", 0).update(phone="01632 960 199"),
            "The phone number of the support entry “Entry one” (one) was “01632 960 101” and"
            " becomes “01632 960 199”.",
        ),
        (
            lambda made: the(made, "support", 0).update(english=False, languages=["cy"]),
            "The list of languages spoken there of the support entry “Entry one” (one) was none"
            " and becomes cy.",
        ),
        (
            lambda made: the(made, "support", 0).update(needs=["talk", "health"]),
            "The list of needs of the support entry “Entry one” (one) was talk and becomes"
            " talk, health.",
        ),
        (
            lambda made: the(made, "support").append(entry("three", contact={"en": "Room 3"})),
            "New support entry “Entry three” (three): 01632 960 101, “Room 3”.",
        ),
        (
            lambda made: the(made, "support").pop(0),
            "The support entry “Entry one” (one) goes: 01632 960 101.",
        ),
        (
            lambda made: made.update(disclosure={"threshold": 12}),
            "The smallest number of people who answered was 10 and becomes 12.",
        ),
        (
            lambda made: made.update(
                disclosure={"public_figures": {"epsilon_per_year": 2.0, "epsilon_per_release": 0.5}}
            ),
            "Public figures were not made and become made with a budget of 2.0 in a year and 0.5"
            " in a release.",
        ),
        (
            lambda made: made.update(recount_days=7),
            "The days in which a result can be counted again were 30 and become 7.",
        ),
    ],
)
def test_each_change_is_said_in_a_sentence(change: Callable[[Content], object], said: str) -> None:
    first = content()["check_ins"][0]
    wanted = said.replace("{title}", first["title"]["en"]).replace("{id}", first["id"])
    assert wanted in sentences(change)


def test_of_a_yes_or_no_the_sentence_says_yes_or_no() -> None:
    (*_, said) = sentences(
        lambda made: the(made, "support", 0).update(english=False, languages=["cy"])
    )
    assert said.endswith("was yes and becomes no.")
    said = sentences(lambda made: the(made, *TEAMS, 1).update(high_stress=True))[0]
    before, after = changed(lambda made: the(made, *TEAMS, 1).update(high_stress=True))
    (back,) = differences(after, before)
    assert back.sentence == "The team “Team b” (b) is no longer marked as high-stress."


def test_a_recurrence_is_said_in_words_where_there_are_any() -> None:
    (said,) = sentences(
        lambda made: the(made, "check_ins", 0).update(recurrence="every two weeks on Monday")
    )
    assert "becomes every two weeks on Monday (FREQ=WEEKLY;INTERVAL=2;BYDAY=MO)." in said.replace(
        "“", ""
    ).replace("”", "")
    (said,) = sentences(
        lambda made: the(made, "check_ins", 0).update(recurrence="FREQ=YEARLY;BYYEARDAY=100")
    )
    assert "FREQ=YEARLY;BYYEARDAY=100" in said


def test_a_new_check_in_and_one_that_goes_are_said_with_what_they_ask() -> None:
    before, after = changed(
        lambda made: made["check_ins"].append(check_in_content(id="third", instrument="new"))
    )
    (new,) = differences(before, after)
    assert new.part is Part.CHECK_INS
    assert new.sentence.startswith("New check-in “")
    assert "(third): new version 1, every week on Monday" in new.sentence
    (gone,) = differences(after, before)
    assert gone.sentence.startswith("The check-in “")
    assert "(third) goes: " in gone.sentence


def test_departments_come_and_go() -> None:
    before, after = changed(lambda made: the(made, "force", "departments").pop())
    said = [each.sentence for each in differences(before, after)]
    assert said[0] == "The department “Department west” (west) goes."
    said = [each.sentence for each in differences(after, before)]
    assert said[0] == "New department “Department west” (west)."


def test_the_first_programme_is_one_sentence() -> None:
    made = content()
    (found,) = differences(None, read(made))
    assert found.sentence == "The first programme: Nowhere Constabulary, 5 teams."
    made["force"]["departments"] = [
        {"id": "x", "name": "X", "teams": [{"id": "x", "name": "X", "headcount": 30}]}
    ]
    (found,) = differences(None, read(made))
    assert found.sentence.endswith("1 team.")


def test_a_change_that_no_words_are_for_is_not_passed_over_in_silence() -> None:
    before = read(content())
    (found,) = differences(before, before.model_copy(update={"format": 2}))
    assert found.sentence == "Something changed that there are no words for."


def test_every_field_of_every_document_has_words() -> None:
    assert set(SUPPORT_WORDS) == set(SupportEntry.model_fields) - {"id"}
    assert set(CHECK_IN_WORDS) == set(CheckIn.model_fields) - {"id"}
    assert set(SHIFT_WORDS) == set(ShiftTimes.model_fields)
    assert set(DISCLOSURE_WORDS) == set(DisclosureSettings.model_fields) - {"public_figures"}
    others = {"languages", "departments", "shift_times"}
    assert {*FORCE_WORDS, *DAY_LISTS, *others} == set(Force.model_fields)
    # These are told one by one.
    assert set(Department.model_fields) == {"id", "name", "teams"}
    assert set(Team.model_fields) == {"id", "name", "headcount", "supervisors", "high_stress"}
    assert set(Programme.model_fields) == {
        *("format", "force", "check_ins", "disclosure", "recount_days", "support")
    }


def for_two(before: Programme | None, after: Programme) -> bool:
    return needs_second(before, after, "Kestrel", date(2026, 11, 30))


def test_what_shows_answers_or_leads_to_help_needs_a_second_admin() -> None:
    assert frozenset({Part.SUPPORT, Part.TEAMS, Part.DISCLOSURE}) == NEEDS_SECOND
    assert for_two(*changed(lambda made: made["support"].pop()))
    assert for_two(*changed(lambda made: the(made, *TEAMS, 1).update(headcount=31)))
    assert for_two(*changed(lambda made: made.update(recount_days=7)))
    assert not for_two(*changed(lambda made: the(made, "force").update(name="New")))
    assert not for_two(None, read(content()))


def test_whom_a_check_in_asks_needs_a_second_admin() -> None:
    some = check_in_content(id="third", instrument="third", audience=["b", "c"])
    assert for_two(*changed(lambda made: the(made, "check_ins", 0).update(audience=["b"])))
    assert for_two(*changed(lambda made: made["check_ins"].append(some)))
    everyone = {**some, "audience": "everyone"}
    assert not for_two(*changed(lambda made: made["check_ins"].append(everyone)))
    assert not for_two(*changed(lambda made: made["check_ins"].pop()))
    named = read({**content(), "check_ins": [some]})
    turned = read({**content(), "check_ins": [{**some, "audience": ["c", "b"]}]})
    assert not for_two(named, turned)
    assert for_two(named, read({**content(), "check_ins": [everyone]}))
    # Whoever approves reads whom it is for.
    (new,) = differences(*changed(lambda made: made["check_ins"].append(some)))
    assert new.sentence.endswith(", for b, c alone.")


@given(moves, moves)
def test_programmes_have_differences_where_they_differ_and_nowhere_else(
    first: list[tuple[str, int]], second: list[tuple[str, int]]
) -> None:
    before, after = moved(first), moved(second)
    if before is None or after is None:
        return
    found = differences(before, after)
    assert bool(found) == (before != after)
    assert not any("no words" in each.sentence for each in found)
    assert parts_of(found) == parts_of(differences(after, before))
