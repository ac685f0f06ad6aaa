"""The rules are complete tables, and their floors cannot be lowered."""

from itertools import pairwise

import pytest

from bot.core.disclosure.engine import rules_of
from bot.core.disclosure.rules import (
    COUNT_EDGES,
    DEPTH,
    GRIDS,
    RATE_EDGES,
    SENSITIVITY_RULES,
    DisclosureRules,
    FloorTooLow,
    Level,
)
from bot.core.instruments import Sensitivity
from bot.core.programme import SMALLEST_THRESHOLD
from tests.core.builders import a_programme


def test_every_sensitivity_and_level_has_its_rule() -> None:
    assert set(SENSITIVITY_RULES) == set(Sensitivity)
    assert sorted(DEPTH, key=DEPTH.__getitem__) == list(Level)


def test_supervision_needs_three_supervisors_and_a_department() -> None:
    rule = SENSITIVITY_RULES[Sensitivity.SUPERVISION]
    assert (rule.level, rule.supervisors) == (Level.DEPARTMENT, 3)


def test_exit_incident_and_support_results_are_for_the_force_alone() -> None:
    for what in (Sensitivity.EXIT, Sensitivity.POST_INCIDENT, Sensitivity.SUPPORT_TAPS):
        assert SENSITIVITY_RULES[what].level is Level.FORCE


def test_every_edge_of_a_count_is_an_edge_of_a_rate() -> None:
    for edges in (COUNT_EDGES, RATE_EDGES):
        assert edges[0] == SMALLEST_THRESHOLD
        assert all(low < high for low, high in pairwise(edges))
    assert set(COUNT_EDGES) < set(RATE_EDGES)


def test_every_number_of_people_has_a_grid_for_every_share() -> None:
    assert GRIDS[-1][0] == 0
    assert [least for least, _ in GRIDS] == sorted((least for least, _ in GRIDS), reverse=True)
    for _, grids in GRIDS:
        assert grids[-1].only_from == 0
        assert all(100 % grid.width == 0 for grid in grids)


@pytest.mark.parametrize(
    ("threshold", "heads", "sentence"),
    [
        (9, 15, "The disclosure setting threshold is 9: expected 10 or more."),
        (10, 14, "The disclosure setting heads is 14: expected 15 or more."),
    ],
)
def test_a_floor_cannot_be_lowered(threshold: int, heads: int, sentence: str) -> None:
    with pytest.raises(FloorTooLow) as caught:
        DisclosureRules(threshold, heads)
    assert str(caught.value) == sentence


def test_a_programme_raises_the_floors() -> None:
    assert rules_of(a_programme()) == DisclosureRules(10, 15)
    assert rules_of(a_programme(disclosure={"threshold": 20, "heads": 40})) == DisclosureRules(
        20, 40
    )
