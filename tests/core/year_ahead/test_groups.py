"""How often a group would be shown: the binomial, exactly, and what it says about teams."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.disclosure.rules import DisclosureRules
from bot.core.reporting_units import form_units, one_unit
from bot.core.year_ahead.cautions import About, about_groups
from bot.core.year_ahead.groups import (
    GroupAhead,
    GroupsAhead,
    TeamAhead,
    chance_of_being_shown,
    groups_ahead,
)
from tests.core.builders import a_programme

FLOORS = DisclosureRules()


@pytest.mark.parametrize(("heads", "per_cent"), [(20, 59), (30, 98)])
def test_the_figures_of_the_field_come_out(heads: int, per_cent: int) -> None:
    assert round(100 * chance_of_being_shown(heads, 0.5, FLOORS)) == per_cent


@given(st.integers(15, 200), st.integers(1, 99), st.integers(10, 40))
def test_the_chance_is_the_binomial_to_twelve_digits(
    heads: int, per_cent: int, threshold: int
) -> None:
    rules = DisclosureRules(threshold=threshold)
    share = Fraction(per_cent, 100)
    exact = sum(
        comb(heads, some) * share**some * (1 - share) ** (heads - some)
        for some in range(threshold, heads + 1)
    )
    if heads < rules.heads_needed:
        exact = Fraction(0)
    assert chance_of_being_shown(heads, per_cent / 100, rules) == pytest.approx(
        float(exact), abs=1e-11
    )


def test_fewer_heads_than_the_floor_are_never_shown_whoever_answers() -> None:
    assert chance_of_being_shown(14, 1.0, FLOORS) == 0
    assert chance_of_being_shown(15, 1.0, FLOORS) == 1
    assert chance_of_being_shown(100_000, 0.0, FLOORS) == 0


def test_the_largest_force_is_no_trouble() -> None:
    assert chance_of_being_shown(100_000, 0.5, FLOORS) == 1


def test_small_teams_are_named_with_what_they_are_joined_with() -> None:
    programme = a_programme({"east": [("a", 8), ("b", 30)], "west": [("d", 40)]})
    units = form_units(programme, ["a", "b", "d"])
    found = groups_ahead(programme, units, 0.5)
    assert [(team.name, team.others) for team in found.joined] == [("Team a", ("Team b",))]
    assert found.joined[0].chance == 0
    assert found.joined[0].chance_together == chance_of_being_shown(38, 0.5, FLOORS)
    assert found.small == ()


def test_a_small_department_is_named_because_nothing_can_be_joined_with_it() -> None:
    programme = a_programme({"east": [("a", 16)], "west": [("d", 40)]})
    units = form_units(programme, ["a", "d"])
    found = groups_ahead(programme, units, 0.5)
    assert found.joined == ()
    assert found.small == (GroupAhead("Team a", chance_of_being_shown(16, 0.5, FLOORS)),)


def test_in_a_round_of_the_whole_force_no_team_is_named() -> None:
    programme = a_programme({"east": [("a", 8), ("b", 30)]})
    assert groups_ahead(programme, one_unit(programme, ["a", "b"]), 0.5) == GroupsAhead((), (), ())


def test_each_finding_is_one_sentence() -> None:
    groups = GroupsAhead(
        (
            TeamAhead("Dogs", 0.15, ("Roads",), 0.997),
            TeamAhead("Boats", 0, ("Roads", "Bikes"), 0.5),
        ),
        (GroupAhead("Post", 0.001),),
        ("Drones",),
    )
    cautions = about_groups(groups, 0.5)
    assert {each.about for each in cautions} == {About.SMALL_GROUP}
    assert [each.text for each in cautions] == [
        "With half answering, Dogs would be shown in 15 % of rounds: it will be joined with Roads,"
        " and together they would be shown in more than 99 % of rounds.",
        "With half answering, Boats would never be shown: it will be joined with Roads and Bikes,"
        " and together they would be shown in 50 % of rounds.",
        "With half answering, Post would be shown in fewer than 1 % of rounds, and there is nothing"
        " to join it with.",
        "Drones is not asked yet: it is new, and too small to be told from what was shown before.",
    ]
    assert about_groups(groups, 0.3)[0].text.startswith("With 30% answering, Dogs")
