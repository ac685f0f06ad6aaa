"""Ten thousand organisations: nothing that can be worked out from a release holds 1 to 9.

Four tests of 2,500 each with `make fuzz` beside others of fewer, and of a share in the ordinary
suite. The oracle knows nothing of how groups are chosen.
"""

import dataclasses
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.disclosure.rules import DisclosureRules
from tests.core.disclosure.oracle import (
    Teams,
    check_form,
    closure,
    derivable,
    people,
    ranges,
    shown_sets,
)
from tests.core.disclosure.organisations import SCALES, Organisation, organisations
from tests.shares import share_of

LEVELS = ["force", "department", "unit"]


def supervisors(made: Organisation, teams: Teams, position: int) -> int:
    """Those of teams of 15 heads in which three answered; a unit's smaller teams are one team.

    Of which ten must have answered: that three of a team of three did must not show.
    """
    found = 0
    for unit in made.units.units:
        mine = [team for team in unit.teams if team in teams]
        large = [team for team in mine if made.heads[team] >= 15]
        small = frozenset(mine) - frozenset(large)
        for team in large:
            if people(made.raw, frozenset({team}), position) >= 3:
                found += made.supervisors[team]
        if (
            sum(made.heads[team] for team in small) >= 15
            and people(made.raw, small, position) >= 10
        ):
            found += sum(made.supervisors[team] for team in small)
    return found


def check_release(made: Organisation) -> None:
    """Everything that must hold for one release."""
    content = made.release().content
    check_form(content)
    release = json.loads(content)
    groups = release["groups"]
    smallest = LEVELS.index(made.table.instrument.publication.level)
    worked_out: dict[frozenset[Teams], list[Teams]] = {}
    for position, scale in enumerate([None, *SCALES]):
        shown = shown_sets(groups, scale)
        key = frozenset(shown)
        if key not in worked_out:
            worked_out[key] = derivable(shown)
        for teams in shown:
            assert people(made.raw, teams, position) >= 10
        for teams in worked_out[key]:
            assert people(made.raw, teams, position) >= 10
            assert sum(made.heads[team] for team in teams) >= 15
            if scale == "supervision":
                assert supervisors(made, teams, position) >= 3
        if scale is not None:
            with_mean = shown_sets(groups, scale, "mean")
            for teams in derivable(with_mean):
                assert people(made.raw, teams, position) >= 50
        for group in groups:
            cell = group["respondents"] if scale is None else group["scales"][scale]
            if LEVELS.index(group["level"]) > smallest:
                assert cell is None
            if scale == "supervision" and group["level"] == "unit":
                assert cell is None
    withheld = {
        level: sum(
            cell is None
            for group in groups
            if group["level"] == level
            for cell in group["scales"].values()
        )
        for level in LEVELS
    }
    assert release["withheld"] == withheld


many = settings(
    max_examples=share_of(2500),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


@pytest.mark.parametrize("part", range(4))
def test_no_sum_or_difference_of_shown_groups_holds_one_to_nine(part: int) -> None:
    @many
    @given(organisations(most_teams=[8, 8, 5, 3][part]))
    def holds(made: Organisation) -> None:
        check_release(made)

    holds()


@settings(max_examples=share_of(1000), deadline=None)
@given(organisations(most_teams=3, most_departments=2))
def test_trying_all_sums_and_differences_finds_no_more_than_elimination(
    made: Organisation,
) -> None:
    groups = json.loads(made.release().content)["groups"]
    for position, scale in enumerate([None, *SCALES]):
        shown = shown_sets(groups, scale)
        smallest = derivable(shown)
        for teams in closure(shown):
            assert frozenset().union(*(s for s in smallest if s <= teams)) == teams
            assert people(made.raw, teams, position) >= 10


@settings(max_examples=share_of(2000), deadline=None)
@given(organisations())
def test_all_bands_and_rates_together_leave_several_numbers_of_people(made: Organisation) -> None:
    # Numbers of one prompt add up; of several, less follows.
    cells = {key: cell for key, cell in made.table.cells.items() if key[1] == 0}
    table = dataclasses.replace(made.table, cells=cells)
    groups = json.loads(dataclasses.replace(made, table=table).release().content)["groups"]
    found = ranges(groups, made.heads)
    for group in groups:
        low, high = found[group["id"]]
        everybody = sum(made.heads[team] for team in group["teams"])
        true = sum(cells[team, 0].respondents for team in group["teams"] if (team, 0) in cells)
        assert low <= true <= high
        assert low < everybody
        assert high - low >= min(2, everybody)


@settings(max_examples=share_of(500), deadline=None)
@given(organisations(), st.integers(10, 40), st.integers(15, 60))
def test_raised_thresholds_hold_like_the_floors(
    made: Organisation, threshold: int, heads: int
) -> None:
    release = json.loads(made.release(DisclosureRules(threshold, heads)).content)
    assert release["thresholds"] == {"respondents": threshold, "heads": heads}
    for teams in derivable(shown_sets(release["groups"], None)):
        assert people(made.raw, teams, 0) >= threshold
        assert sum(made.heads[team] for team in teams) >= heads
