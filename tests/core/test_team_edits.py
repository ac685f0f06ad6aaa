"""Changes of single teams: a form is held to what a table is held to."""

import pytest

from bot.core.programme import Programme
from bot.core.team_edits import (
    LastTeam,
    StillAsked,
    TeamValues,
    add_department,
    add_team,
    change_team,
    department_of,
    problems_by_field,
    remove_team,
    rename_department,
)
from bot.core.team_rows import RowsRefused
from tests.programmes import pulse_alone

HERON = TeamValues("Heron Watch", "31", "2", high_stress=True)


def departments(programme: Programme) -> dict[str, list[str]]:
    return {each.id: [team.id for team in each.teams] for each in programme.force.departments}


def problems(refused: pytest.ExceptionInfo[RowsRefused]) -> dict[str, str]:
    return dict(problems_by_field(refused.value))


def test_a_team_is_added_to_its_department_with_an_id_of_its_name() -> None:
    programme = pulse_alone()
    response = programme.force.departments[0]
    after = add_team(programme, response, HERON).programme
    assert departments(after)["response"][-1] == "heron-watch"
    team = after.team("heron-watch")
    assert (team.headcount, team.supervisors, team.high_stress) == (31, 2, True)
    named = add_team(programme, response, TeamValues("Curlew", "9", team_id="night-birds"))
    assert named.programme.team("night-birds").supervisors == 0
    assert departments(pulse_alone()) == departments(programme)


def test_a_team_that_is_there_is_not_added_again() -> None:
    programme = pulse_alone()
    response = programme.force.departments[0]
    for values, field in (
        (TeamValues("Dog Unit", "9"), "team"),
        (TeamValues("  Dog   Unit ", "9"), "team"),
        (TeamValues("Dogs", "9", team_id="dog-unit"), "team_id"),
    ):
        with pytest.raises(RowsRefused) as refused:
            add_team(programme, response, values)
        assert list(problems(refused)) == [field]


def test_a_change_keeps_the_team_what_it_is() -> None:
    programme = pulse_alone()
    there = department_of(programme, "dog-unit")
    after = change_team(programme, "dog-unit", TeamValues("Dogs", "12", ""), there).programme
    team = after.team("dog-unit")
    assert (team.name, team.headcount, team.supervisors) == ("Dogs", 12, 0)
    response = programme.force.departments[0]
    moved = change_team(programme, "dog-unit", TeamValues("Dogs", "12"), response).programme
    assert departments(moved)["response"][-1] == "dog-unit"
    assert "dog-unit" not in departments(moved)["specialist"]


def test_a_department_is_called_otherwise_and_keeps_its_teams() -> None:
    programme = pulse_alone()
    after = rename_department(programme, programme.force.departments[0], "Coast").programme
    assert after.force.departments[0].name == "Coast"
    assert after.force.teams == programme.force.teams


def test_a_department_comes_with_its_first_team() -> None:
    programme = pulse_alone()
    after = add_department(programme, "Coast", "", HERON).programme
    assert departments(after)["coast"] == ["heron-watch"]
    for name, id_, field in (
        ("Response Policing", "", "department"),
        (" Response  Policing ", "", "department"),
        ("Coast", "response", "department_id"),
        ("", "", "department"),
    ):
        with pytest.raises(RowsRefused) as refused:
            add_department(programme, name, id_, HERON)
        assert field in problems(refused)


def test_problems_are_told_by_field_and_say_when_nothing_was_written() -> None:
    programme = pulse_alone()
    with pytest.raises(RowsRefused) as refused:
        add_team(programme, programme.force.departments[0], TeamValues("", "many", "-1"))
    found = problems(refused)
    assert found["team"] == "Expected the team's name; this was nothing."
    assert found["headcount"].endswith("this was “many”.")
    assert found["supervisors"].endswith("this was a formula.") or "“-1”" in found["supervisors"]


def test_a_department_goes_with_its_last_team_and_a_force_keeps_one() -> None:
    programme = pulse_alone()
    for team in departments(programme)["specialist"]:
        programme = remove_team(programme, team)
    assert "specialist" not in departments(programme)
    for team in [each.id for each in programme.force.teams][:-1]:
        programme = remove_team(programme, team)
    (last,) = programme.force.teams
    with pytest.raises(LastTeam, match=last.name):
        remove_team(programme, last.id)


def test_a_team_that_a_check_in_names_is_not_removed() -> None:
    programme = pulse_alone()
    (pulse,) = programme.check_ins
    named = pulse.model_copy(update={"audience": [team.id for team in programme.force.teams]})
    asked = programme.model_copy(update={"check_ins": [named]})
    with pytest.raises(StillAsked, match="“Weekly pulse”"):
        remove_team(asked, "dog-unit")
    others = [team.id for team in programme.force.teams if team.id != "dog-unit"]
    without = pulse.model_copy(update={"audience": others})
    asked = programme.model_copy(update={"check_ins": [without]})
    assert "dog-unit" not in departments(remove_team(asked, "dog-unit"))["specialist"]


def test_a_team_that_is_not_there_has_no_department() -> None:
    with pytest.raises(KeyError):
        department_of(pulse_alone(), "heron-watch")
