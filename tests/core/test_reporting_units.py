"""Reporting units: large enough, never across departments, and held for four rounds."""

import json
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.programme import Programme
from bot.core.reporting_units import (
    ROUNDS_HELD,
    ReportingUnits,
    form_units,
    nobodys_own,
    units_for,
)
from tests.core.builders import a_programme, an_instrument
from tests.shares import share_of


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Up to six departments of up to eight teams."""
    sizes = draw(
        st.lists(st.lists(st.integers(1, 120), min_size=1, max_size=8), min_size=1, max_size=6)
    )
    return a_programme(
        {
            f"d{d}": [(f"d{d}t{t}", heads) for t, heads in enumerate(teams)]
            for d, teams in enumerate(sizes)
        }
    )


def check_units(programme: Programme, asked: Sequence[str], units: ReportingUnits) -> None:
    home = {t.id: d.id for d in programme.force.departments for t in d.teams}
    placed = [team for unit in units.units for team in unit.teams]
    assert sorted(placed) == sorted(asked)
    for unit in units.units:
        assert {home[team] for team in unit.teams} == {unit.department}
        assert unit.heads == sum(programme.team(team).headcount for team in unit.teams)
        assert unit.supervisors == sum(programme.team(team).supervisors for team in unit.teams)
        whole = set(unit.teams) == {team for team in asked if home[team] == unit.department}
        assert unit.heads >= programme.disclosure.unit_heads or whole


@settings(max_examples=share_of(2000), deadline=None)
@given(programmes(), st.data())
def test_every_asked_team_is_in_one_unit_that_is_large_enough(
    programme: Programme, data: st.DataObject
) -> None:
    teams = [team.id for team in programme.force.teams]
    asked = data.draw(st.lists(st.sampled_from(teams), unique=True, min_size=1))
    units = form_units(programme, asked)
    check_units(programme, asked, units)
    dice = random.Random(1)  # noqa: S311 - the order is what matters
    dice.shuffle(asked)
    assert form_units(programme, asked) == units
    assert ReportingUnits.from_json(units.to_json()) == units
    for position, unit in enumerate(units.units):
        assert all(units.position_of_team(team) == position for team in unit.teams)
    assert units.position_of_team("nobody") is None


def test_small_teams_are_joined_smallest_first_and_named_in_order() -> None:
    programme = a_programme({"east": [("a", 20), ("b", 8), ("c", 9), ("d", 10), ("e", 60)]})
    units = form_units(programme, "abcde").units
    assert [(unit.id, unit.name, unit.heads) for unit in units] == [
        ("a+b+c+d", "Team a, Team b, Team c and Team d", 47),
        ("e", "Team e", 60),
    ]


def test_what_is_left_over_joins_the_smallest_sibling_unit() -> None:
    programme = a_programme({"east": [("a", 8), ("b", 60), ("c", 30)]})
    assert [unit.id for unit in form_units(programme, "abc").units] == ["a+c", "b"]
    assert form_units(programme, "abc").units[0].name == "Team a and Team c"


def test_a_small_department_is_one_unit() -> None:
    programme = a_programme({"east": [("a", 8), ("b", 9)], "west": [("c", 30)]})
    assert [unit.id for unit in form_units(programme, "abc").units] == ["a+b", "c"]


EAST = {"east": [("a", 20), ("b", 20), ("c", 30), ("d", 60)]}


def test_a_list_holds_for_four_rounds_and_is_then_made_anew() -> None:
    first = form_units(a_programme(EAST), "abcd")
    assert [unit.id for unit in first.units] == ["a+b", "c", "d"]
    # Anew, a and b would each be large enough alone.
    grown = a_programme({"east": [("a", 26), ("b", 26), ("c", 30), ("d", 60)]})
    units = first
    for age in range(1, ROUNDS_HELD):
        units = form_units(grown, "abcd", units)
        assert units.age == age
        assert [unit.id for unit in units.units] == ["a+b", "c", "d"]
        assert units.units[0].heads == 52
    anew = form_units(grown, "abcd", units)
    assert anew.age == 0
    assert [unit.id for unit in anew.units] == ["a", "b", "c", "d"]


def test_a_list_is_made_anew_when_the_teams_change() -> None:
    first = form_units(a_programme(EAST), "abcd")
    fewer = form_units(a_programme(EAST), "abc", first)
    assert fewer.age == 0
    assert [unit.id for unit in fewer.units] == ["a+b", "c"]


def test_a_list_is_made_anew_when_a_team_moves_to_another_department() -> None:
    first = form_units(a_programme(EAST), "abcd")
    moved = a_programme({"east": [("a", 20), ("c", 30), ("d", 60)], "west": [("b", 20)]})
    units = form_units(moved, "abcd", first)
    assert units.age == 0
    check_units(moved, "abcd", units)


def test_a_list_is_made_anew_when_a_unit_has_become_too_small() -> None:
    first = form_units(a_programme(EAST), "abcd")
    shrunk = a_programme({"east": [("a", 10), ("b", 10), ("c", 30), ("d", 60)]})
    units = form_units(shrunk, "abcd", first)
    assert units.age == 0
    check_units(shrunk, "abcd", units)


def test_a_department_that_is_one_unit_may_become_small() -> None:
    first = form_units(a_programme({"east": [("a", 30)], "west": [("b", 40)]}), "ab")
    units = form_units(a_programme({"east": [("a", 20)], "west": [("b", 40)]}), "ab", first)
    assert units.age == 1
    assert units.units[0].heads == 20


@settings(max_examples=100, deadline=None)
@given(programmes(), programmes())
def test_a_list_that_holds_is_as_good_as_a_new_one(before: Programme, after: Programme) -> None:
    asked = [team.id for team in after.force.teams]
    previous = form_units(before, [team.id for team in before.force.teams])
    check_units(after, asked, form_units(after, asked, previous))


# --- The whole force ----------------------------------------------------------------------

FORCE_LEVEL = an_instrument(publication={"level": "force"})
EVERYBODY = {"east": [("a", 30), ("b", 8)], "west": [("c", 40)]}


def test_what_is_reported_for_the_force_alone_has_one_unit_of_everybody() -> None:
    programme = a_programme(EVERYBODY)
    units = units_for(programme, programme.check_ins[0], FORCE_LEVEL)
    (unit,) = units.units
    assert unit.name == units.force == programme.force.name
    assert unit.teams == ("a", "b", "c")
    assert unit.heads == 78
    assert unit.supervisors == sum(team.supervisors for team in programme.force.teams)
    assert [units.position_of_team(team) for team in ("a", "b", "c", "d")] == [0, 0, 0, None]
    assert units.is_whole_force
    assert ReportingUnits.from_json(units.to_json()) == units
    assert nobodys_own(units) == "a"


def test_everything_else_is_reported_by_unit_and_holds() -> None:
    programme = a_programme(EVERYBODY)
    first = units_for(programme, programme.check_ins[0], an_instrument())
    assert first == form_units(programme, "abc")
    assert not first.is_whole_force
    second = units_for(programme, programme.check_ins[0], an_instrument(), first)
    assert second.age == 1


def test_the_whole_force_is_made_anew_for_each_round() -> None:
    before, after = a_programme(EVERYBODY), a_programme({"east": [("a", 30), ("b", 9)]})
    first = units_for(before, before.check_ins[0], FORCE_LEVEL)
    second = units_for(after, after.check_ins[0], FORCE_LEVEL, first)
    assert (second.units[0].heads, second.age) == (39, 0)


def _odd_lists() -> list[dict[str, Any]]:
    one = {"id": "a", "name": "A", "department": "d", "teams": ["a"], "heads": 12}
    one |= {"supervisors": 1, "team_heads": [12], "high_stress": False}
    units: list[dict[str, Any]] = [
        *({**one, "heads": each} for each in (-1, 1.0, True, "12", None, 10**11, float("inf"))),
        *({**one, "supervisors": each} for each in (-1, 0.5)),
        *({**one, "team_heads": each} for each in (["x"], [-1], [1.5], [True], [1, 2], [10**11])),
        *({**one, "teams": [], "team_heads": []}, {**one, "teams": ["a", "a"], "team_heads": []}),
    ]
    ages = (-1, 11, 0.0, True, "0", float("-inf"))
    good = {"force": "F", "departments": [["d", "D"]], "units": [one], "age": 0, "waiting": []}
    return [
        *({**good, "units": [unit]} for unit in units),
        *({**good, "age": age} for age in ages),
        {**good, "units": []},
        {**good, "units": [one, one]},
    ]


@pytest.mark.parametrize("odd", _odd_lists())
def test_a_list_that_a_round_cannot_be_counted_with_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected a list that a round can be counted with"):
        ReportingUnits.from_json(json.dumps(odd))


def test_a_list_names_teams_that_there_were() -> None:
    units = form_units(a_programme({"d": [("a", 30), ("b", 30)]}), ["a", "b"])
    assert ReportingUnits.from_json(units.to_json(), {"a", "b", "c"}) == units
    with pytest.raises(ValueError, match="expected a list"):
        ReportingUnits.from_json(units.to_json(), {"a"})
