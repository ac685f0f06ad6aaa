"""The year ahead as a whole: what the example brings, and what it cautions about."""

from datetime import date
from typing import Any

from bot.core.calendar import RoundPlan
from bot.core.programme import Programme
from bot.core.reporting_units import form_units
from bot.core.year_ahead.ahead import YearAhead, audiences, year_ahead
from bot.core.year_ahead.cautions import About, about_messages
from bot.core.year_ahead.days import plans_in
from bot.core.year_ahead.messages import Kind, Message
from tests.core.builders import a_programme, check_in_content
from tests.programmes import the_example

BEGINS = date(2026, 11, 22)
FOUR_WEEKLY = "FREQ=WEEKLY;INTERVAL=4;BYDAY=MO"


def _check_in(check_in_id: str, **changes: Any) -> dict[str, Any]:
    title = {"title": {"en": check_in_id.capitalize()}}
    return check_in_content(
        id=check_in_id,
        **title
        | {"recurrence": FOUR_WEEKLY, "prompts_per_round": 1, "remind_after_hours": None}
        | changes,
    )


def _texts(year: YearAhead, about: About) -> list[str]:
    return [each.text for each in year.cautions if each.about is about]


def _year(*check_ins: dict[str, Any]) -> YearAhead:
    return year_ahead(a_programme(check_ins=list(check_ins)), BEGINS, {})


def test_the_example_asks_too_much_of_nobody() -> None:
    example = the_example()
    units = form_units(example, example.audience_of(example.check_in("weekly-pulse")))
    year = year_ahead(example, BEGINS, {"weekly-pulse": units, "monthly-wellbeing": units})
    assert len(year.clock_changes) == 2
    assert _texts(year, About.OVERLAP) == []
    # Reminders give way, invitations never do.
    assert [text.split(" of ")[0] for text in _texts(year, About.OVER_ASKING)] == ["31 reminders"]
    small = _texts(year, About.SMALL_GROUP)
    assert len(small) == 4
    dogs = (
        "With half answering, Dog Unit would never be shown: it will be joined with Firearms"
        " Support, and together they would be shown in 92 % of rounds."
    )
    assert dogs in small
    assert max(month.at_most for month in year.months) == 10
    assert all(month.answering <= month.at_most for month in year.months)


def test_a_round_that_is_open_goes_on_and_what_it_leaves_out_is_not_there() -> None:
    going = RoundPlan(7, date(2026, 11, 3), (date(2026, 11, 3),), date(2026, 12, 10))
    mondays = a_programme(check_ins=[_check_in("mood", starts_on=date(2026, 11, 2))])
    year = year_ahead(mondays, BEGINS, {}, under_way={"mood": going})
    opens = [each.plan.opens_on for each in year.rounds]
    assert opens[:2] == [date(2026, 11, 3), date(2026, 12, 28)]
    assert _texts(year, About.GAP) == [
        "Mood goes on as its open round began, until Thursday 10 December 2026: 1 round of this"
        " schedule that would open before then is left out, and it asks nobody from then until"
        " Monday 28 December 2026."
    ]
    # Where nothing was changed, nothing is left out.
    assert _texts(_year(_check_in("mood")), About.GAP) == []
    plans = plans_in(mondays.check_in("mood"), year.span)
    same = year_ahead(mondays, BEGINS, {}, under_way={"mood": plans[0]})
    assert same == year_ahead(mondays, BEGINS, {})


def test_a_gap_may_end_at_once_or_not_within_the_year() -> None:
    often = _check_in("mood", recurrence="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", invites=False)
    ends = date(2026, 12, 14)
    for starts_on, told in (
        (date(2026, 11, 2), "2 rounds of this schedule that would open before then are left out."),
        (date(2026, 11, 9), "until Monday 21 December 2026."),
    ):
        programme = a_programme(check_ins=[often | {"starts_on": starts_on}])
        going = RoundPlan(1, date(2026, 11, 10), (date(2026, 11, 10),), ends)
        (text,) = _texts(year_ahead(programme, BEGINS, {}, under_way={"mood": going}), About.GAP)
        assert text.endswith(told)
        far = RoundPlan(1, date(2026, 11, 10), (date(2026, 11, 10),), date(2027, 12, 31))
        (text,) = _texts(year_ahead(programme, BEGINS, {}, under_way={"mood": far}), About.GAP)
        assert text.endswith("are left out, and no other opens within the year.")


def test_the_share_that_answers_can_be_chosen() -> None:
    programme = a_programme({"east": [("a", 30)]})
    units = {"weekly": form_units(programme, ["a"])}
    assert _texts(year_ahead(programme, BEGINS, units), About.SMALL_GROUP) == []
    (text,) = _texts(year_ahead(programme, BEGINS, units, 0.25), About.SMALL_GROUP)
    assert text.startswith("With 25% answering, Team a would be shown in 20 % of rounds")


def test_of_the_same_groups_it_is_said_once_and_of_others_as_well() -> None:
    programme = a_programme({"east": [("a", 30)], "west": [("b", 30)]})
    east, once_more, west = (form_units(programme, [team]) for team in ("a", "a", "b"))
    assert once_more == east
    assert once_more is not east
    year = year_ahead(programme, BEGINS, {"one": east, "two": once_more, "three": west}, 0.25)
    first, second = _texts(year, About.SMALL_GROUP)
    assert "Team a would be shown in" in first
    assert "Team b would be shown in" in second


def test_bank_holidays_of_the_year_are_in_order_and_others_are_not_there() -> None:
    example = the_example()
    days = [date(2027, 1, 1), date(2026, 12, 25), date(2020, 1, 1)]
    force = example.force.model_copy(update={"bank_holidays": days})
    year = year_ahead(example.model_copy(update={"force": force}), BEGINS, {})
    assert year.bank_holidays == (date(2026, 12, 25), date(2027, 1, 1))


def test_prompts_on_blackout_dates_are_a_caution() -> None:
    programme = a_programme(check_ins=[_check_in("one"), _check_in("own", invites=False)])
    days = [date(2026, 12, 28), date(2026, 11, 30), date(2026, 12, 1)]
    force = programme.force.model_copy(update={"blackout_dates": days})
    year = year_ahead(programme.model_copy(update={"force": force}), BEGINS, {})
    assert year.blackout_dates == tuple(sorted(days))
    assert _texts(year, About.BLACKOUT) == [
        "One asks on 2 days that are blacked out, first Monday 30 November 2026: its messages come"
        " later, or not at all where it can no longer be answered then."
    ]
    one = force.model_copy(update={"blackout_dates": days[:1]})
    text = _texts(
        year_ahead(programme.model_copy(update={"force": one}), BEGINS, {}), About.BLACKOUT
    )
    assert text[0].startswith("One asks on 1 day that is blacked out, first Monday 28")


def test_two_check_ins_on_the_same_days_are_a_caution() -> None:
    year = _year(_check_in("one"), _check_in("two", instrument="other"))
    (text,) = _texts(year, About.OVERLAP)
    assert text == (
        "One and Two ask the same people on 13 days, first on Monday 30 November 2026: one of the"
        " two comes on another day, or not at all."
    )


def test_one_day_is_one_day() -> None:
    once = _check_in("two", instrument="other", recurrence="FREQ=MONTHLY;INTERVAL=12;BYDAY=1MO")
    year = _year(_check_in("one", recurrence="FREQ=MONTHLY;BYDAY=1MO"), once)
    assert "on 1 day, first on" in _texts(year, About.OVERLAP)[0]


def test_other_people_or_other_days_or_no_invitations_are_no_overlap() -> None:
    for other in (
        {"recurrence": "FREQ=WEEKLY;INTERVAL=4;BYDAY=TU"},
        {"invites": False},
    ):
        assert _texts(_year(_check_in("one"), _check_in("two", **other)), About.OVERLAP) == []
    apart = _year(_check_in("one", audience=["a", "b"]), _check_in("two", audience=["d", "e"]))
    assert _texts(apart, About.OVERLAP) == []


def test_whoever_is_written_to_by_the_same_check_ins_is_looked_at_once() -> None:
    everyone = _check_in("all")
    some = _check_in("some", audience=["a"], instrument="other")
    programme = a_programme(check_ins=[everyone, some, _check_in("own", invites=False)])
    assert audiences(programme) == (frozenset({"all"}), frozenset({"all", "some"}))
    nobody_else = a_programme({"east": [("a", 30)]}, check_ins=[everyone, some])
    assert audiences(nobody_else) == (frozenset({"all", "some"}),)


def test_the_months_are_those_of_whoever_gets_the_most() -> None:
    pulse = {"recurrence": "FREQ=WEEKLY;BYDAY=MO", "prompts_per_round": 4}
    year = _year(_check_in("one", audience=["a", "b"], **pulse), _check_in("two", audience=["d"]))
    alone = _year(_check_in("one", audience=["a", "b"], **pulse))
    assert year.months == alone.months


def test_a_programme_that_writes_to_nobody_has_a_quiet_year() -> None:
    year = _year(_check_in("own", invites=False))
    assert {month.at_most for month in year.months} == {0}
    assert year.cautions == ()
    assert len(year.rounds) >= 13


def _message(check_in: str, kind: Kind) -> Message:
    return Message(check_in, kind, BEGINS, None)


def test_what_does_not_come_is_counted_and_named() -> None:
    at_once = [_message("one", Kind.INVITATION)]
    reminded = [
        *at_once,
        *[_message("two", Kind.INVITATION)] * 2,
        _message("two", Kind.REMINDER),
    ]
    assert [each.text for each in about_messages(at_once, reminded)] == [
        "1 invitation of one would not come in the year: other check-ins and blackout dates"
        " leave no moment within one message a day and two a week.",
        "2 invitations of two would not come to somebody who is reminded of others: reminders use"
        " up two messages a week.",
        "1 reminder of two would not come in the year: two messages a week and blackout dates leave"
        " no moment.",
    ]


def test_three_thousand_teams_have_few_kinds_of_officers() -> None:
    example = the_example()
    large = a_programme({f"d{d}": [(f"d{d}t{t}", 5 + t) for t in range(60)] for d in range(50)})
    programme: Programme = large.model_copy(update={"check_ins": example.check_ins})
    assert len(audiences(programme)) == 1
