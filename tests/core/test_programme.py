"""A programme hangs together; each way not to has its sentence."""

import re
from datetime import date, time
from typing import Any

import pytest

from bot.core.documents import DocumentProblems
from bot.core.programme import DisclosureSettings, Force, Programme
from tests.core.builders import (
    a_check_in,
    a_programme,
    check_in_content,
    programme_content,
    team,
)

SIZES = {"east": [("a", 30), ("b", 40)]}


def test_a_programme_is_read_and_answers_by_id() -> None:
    programme = a_programme()
    assert programme.team("c").headcount == 40
    assert programme.check_in("weekly").prompts_per_round == 4
    assert [member.id for member in programme.force.teams] == ["a", "b", "c", "d", "e"]
    assert programme.force.timezone == "Europe/London"
    with pytest.raises(KeyError):
        programme.team("z")
    with pytest.raises(KeyError):
        programme.check_in("z")


def test_a_check_in_asks_everyone_or_the_teams_it_names() -> None:
    programme = a_programme()
    assert programme.audience_of(programme.check_ins[0]) == frozenset("abcde")
    assert programme.audience_of(a_check_in(audience=["b", "d"])) == frozenset("bd")


def test_several_check_ins_may_ask_different_teams() -> None:
    weekly = check_in_content(audience=["a"])
    monthly = check_in_content(id="monthly", audience=["a", "b"])
    programme = a_programme(SIZES, check_ins=[weekly, monthly])
    assert [len(programme.audience_of(asked)) for asked in programme.check_ins] == [1, 2]


def asking(
    apart: int, first: list[str], second: list[str], instrument: str = "invented"
) -> Programme:
    """Two check-ins over a team of 40, one of so many heads, and one of 30."""
    return a_programme(
        {"east": [("a", 40), ("b", apart, 1), ("c", 30)]},
        check_ins=[
            check_in_content(audience=first),
            check_in_content(id="second", audience=second, instrument=instrument),
        ],
    )


@pytest.mark.parametrize("apart", [1, 2, 14, 24])
@pytest.mark.parametrize(
    ("first", "second"), [(["a", "b"], ["a"]), (["a"], ["a", "b"]), (["a", "b"], ["a", "c"])]
)
def test_two_check_ins_that_ask_the_same_of_nearly_the_same_people_are_refused(
    apart: int, first: list[str], second: list[str]
) -> None:
    # In both directions: c alone, with 30 heads, would be taken, b is what is refused.
    sentence = re.escape(
        "the check-ins weekly and second ask the same of audiences that are"
        f" {apart} heads apart: expected none or 25"
    )
    for one, other in ((first, second), (second, first)):
        with pytest.raises(DocumentProblems, match=sentence):
            asking(apart, one, other)


@pytest.mark.parametrize(
    ("apart", "first", "second", "instrument"),
    [
        (25, ["a", "b"], ["a"], "invented"),
        (60, ["a"], ["a", "b"], "invented"),
        # Nothing of one can be subtracted from the other.
        (5, ["a"], ["b"], "invented"),
        (5, ["a", "c"], ["b"], "invented"),
        (5, ["a", "b"], ["b", "a"], "invented"),
        (5, ["a", "b"], ["a"], "another"),
    ],
)
def test_check_ins_that_cannot_be_subtracted_are_taken(
    apart: int, first: list[str], second: list[str], instrument: str
) -> None:
    assert len(asking(apart, first, second, instrument).check_ins) == 2


def test_everyone_is_an_audience_like_any_other() -> None:
    sizes = {"east": [("a", 40), ("b", 24)]}
    almost = check_in_content(id="second", audience=["a"])
    with pytest.raises(DocumentProblems, match="24 heads apart"):
        a_programme(sizes, check_ins=[check_in_content(), almost])
    assert a_programme(
        {"east": [("a", 40), ("b", 25)]}, check_ins=[check_in_content(), almost]
    ).check_ins


def test_a_force_may_lie_in_any_zone() -> None:
    programme = Programme.from_mapping(_force(timezone="Pacific/Apia"), name="programme.yaml")
    assert programme.force.timezone == "Pacific/Apia"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 2}, "format: Input should be 1"),
        ({"check_ins": []}, "at least 1 item"),
        ({"check_ins": [check_in_content()] * 2}, "the check-in weekly comes twice"),
        (
            {"check_ins": [check_in_content(audience=["a", "y", "x"])]},
            "the check-in weekly expects teams of the force, and these are not: x, y",
        ),
        (
            {"check_ins": [check_in_content(audience=[])]},
            "the check-in weekly expects teams of the force, and these are not: an empty list",
        ),
        ({"disclosure": {"threshold": 9}}, "greater than or equal to 10"),
        ({"disclosure": {"heads": 14}}, "greater than or equal to 15"),
        ({"disclosure": {"unit_heads": 24}}, "greater than or equal to 25"),
        ({"recount_days": 0}, "greater than or equal to 1"),
        ({"recount_days": 31}, "less than or equal to 30"),
        ({"unknown": 1}, "Extra inputs are not permitted"),
    ],
)
def test_each_mistake_in_a_programme_has_its_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        a_programme(SIZES, **changes)


def _force(**changes: Any) -> dict[str, Any]:
    content = programme_content(SIZES)
    content["force"] |= changes
    return content


def _department(department_id: str, *teams: dict[str, Any]) -> dict[str, Any]:
    return {"id": department_id, "name": department_id, "teams": list(teams)}


ZONE = "expected the name of a time zone, such as Europe/London"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"timezone": "Nowhere/Town"}, ZONE),
        ({"timezone": ""}, ZONE),
        ({"timezone": "../etc/passwd"}, ZONE),
        ({"timezone": "Europe"}, ZONE),
        ({"departments": []}, "at least 1 item"),
        ({"departments": [_department("e")]}, "at least 1 item"),
        (
            {"departments": [_department("e", team("a", 9)), _department("e", team("b", 9))]},
            "the department e comes twice",
        ),
        (
            {"departments": [_department("e", team("a", 9)), _department("w", team("a", 9))]},
            "the team a comes twice",
        ),
        (
            {"departments": [_department("e", team("a", 9), team("b", 9, name="Team a"))]},
            "the team name Team a comes twice",
        ),
        (
            {"departments": [_department("e", team("a", 9) | {"supervisors": 10})]},
            "expected no more supervisors than heads",
        ),
        ({"departments": [_department("e", team("a", 0))]}, "greater than or equal to 1"),
        ({"languages": ["EN"]}, "String should match pattern"),
    ],
)
def test_each_mistake_in_a_force_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        Programme.from_mapping(_force(**changes), name="programme.yaml")


def test_a_force_may_have_its_own_shift_times_and_bank_holidays() -> None:
    ordinary = a_programme().force
    assert ordinary.shift_times.late.begins == time(14)
    assert ordinary.bank_holidays == []
    shift_times = {"late": {"begins": "15:00", "ends": "01:00"}}
    content = _force(shift_times=shift_times, bank_holidays=[date(2024, 12, 25)])
    force = Programme.from_mapping(content, name="programme.yaml").force
    assert (force.shift_times.late.begins, force.shift_times.late.ends) == (time(15), time(1))
    assert force.shift_times.night == ordinary.shift_times.night
    assert force.bank_holidays == [date(2024, 12, 25)]
    assert Force.model_validate_json(force.model_dump_json()) == force


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bank_holidays": [date(2024, 12, 25)] * 2}, "the bank holiday 2024-12-25 comes twice"),
        ({"bank_holidays": ["Christmas"]}, "Input should be a valid date"),
        ({"blackout_dates": [date(2024, 12, 25)] * 2}, "the blackout date 2024-12-25 comes twice"),
        (
            {"shift_times": {"day": {"begins": "18:00", "ends": "02:00"}}},
            "shift_times.day: expected a shift that ends on the day it begins",
        ),
    ],
)
def test_each_mistake_in_shift_times_and_bank_holidays_has_its_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        Programme.from_mapping(_force(**changes), name="programme.yaml")


RULE = "expected an RRULE such as FREQ=WEEKLY;BYDAY=MO"


@pytest.mark.parametrize(
    ("recurrence", "sentence"),
    [
        ("DTSTART:20240101\nRRULE:FREQ=DAILY", "the first day goes into starts_on"),
        ("FREQ=DAILY\nFREQ=WEEKLY", "the first day goes into starts_on"),
        (
            "every Mondy",
            "expected “every”, a number, and days, weeks, months or years; or an RRULE",
        ),
        ("every week", "expected days of the week, such as “on Monday”; or an RRULE"),
        ("FREQ", RULE),
        ("RRULE:FREQ=WEEKLY", RULE),
        ("XFREQ=WEEKLY", RULE),
        ("FREQ=DAILY;COUNT=3 RDATE:20240101T090000", RULE),
        ("FREQ=WEEKLY;BYDAY=SOMEDAY", RULE),
        ("FREQ=WEEKLY;NONSENSE=1", RULE),
        ("FREQ=HOURLY", "expected FREQ to be DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=DAILY;BYHOUR=9", "expected days only; the time of day comes from the window"),
        ("FREQ=DAILY;UNTIL=20250101", "expected no UNTIL; remove the check-in when it ends"),
        ("FREQ=DAILY;INTERVAL=0", "expected INTERVAL to be a whole number from 1"),
        ("FREQ=DAILY;INTERVAL=-1", "expected INTERVAL to be a whole number from 1"),
        ("FREQ=DAILY;COUNT=0", "expected COUNT to be a whole number from 1"),
        ("FREQ=DAILY;COUNT=99999", "expected COUNT to be a whole number from 1 to 9999"),
        ("FREQ=YEARLY;BYEASTER=0", "expected no BYEASTER, which no calendar knows"),
        ("FREQ=YEARLY;BYSETPOS=1,2,3,4,5", "expected at most 400 characters, and 4 numbers"),
        ("FREQ=YEARLY;BYYEARDAY=1" + ",1" * 200, "expected at most 400 characters, and 4 numbers"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "recurrence: it never asks: expected a recurrence"),
    ],
)
def test_each_recurrence_that_is_none_has_its_sentence(recurrence: str, sentence: str) -> None:
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        a_check_in(recurrence=recurrence)


def test_a_recurrence_in_plain_words_is_kept_as_its_rule() -> None:
    said = a_check_in(recurrence="every four weeks on Thursday")
    assert said.recurrence == "FREQ=WEEKLY;INTERVAL=4;BYDAY=TH"
    assert said == a_check_in(recurrence=said.recurrence)


@pytest.mark.parametrize(
    "recurrence",
    ["FREQ=WEEKLY;BYDAY=MO", "FREQ=MONTHLY;BYDAY=1MO,3MO", "freq=daily;interval=28", "FREQ=YEARLY"],
)
def test_ordinary_recurrences_are_taken(recurrence: str) -> None:
    assert a_check_in(recurrence=recurrence).recurrence == recurrence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"window": {"opens": "11:00", "closes": "11:59"}},
            "expected the window to stay open for at least an hour",
        ),
        (
            {"window": {"opens": "21:00", "closes": "09:00"}},
            "expected the window to stay open for at least an hour",
        ),
        ({"prompts_per_round": 0}, "greater than or equal to 1"),
        ({"prompts_per_round": 17}, "less than or equal to 16"),
        ({"remind_after_hours": 47}, "greater than or equal to 48"),
        ({"remind_after_hours": 73}, "less than or equal to 72"),
        ({"starts_on": "soon"}, "Input should be a valid date"),
        ({"starts_on": date(1999, 12, 31)}, "greater than or equal to 2000-01-01"),
        ({"starts_on": date(2080, 1, 1)}, "less than or equal to 2079-12-31"),
    ],
)
def test_each_mistake_in_a_check_in_has_its_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        a_check_in(**changes)


def test_a_check_in_need_not_remind() -> None:
    assert a_check_in(remind_after_hours=None).remind_after_hours is None


def test_the_floors_can_be_raised() -> None:
    raised = a_programme(disclosure={"threshold": 12, "heads": 20, "unit_heads": 30}).disclosure
    assert raised == DisclosureSettings(threshold=12, heads=20, unit_heads=30)


def test_a_check_in_may_wait_for_the_officer_to_start_it() -> None:
    own = a_check_in(invites=False, prompts_per_round=1, recurrence="FREQ=WEEKLY;INTERVAL=4")
    assert not own.invites
    assert a_check_in().invites


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "a check-in without invites has one prompt a round"),
        ({"prompts_per_round": 1, "audience": ["a"]}, "without invites to be for everyone"),
    ],
)
def test_a_check_in_that_invites_nobody_is_one_prompt_for_everyone(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        a_check_in(invites=False, **changes)
