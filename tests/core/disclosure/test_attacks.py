"""Publicly known attacks within one release, each tried on answers that are worth stealing."""

import json
import re
from itertools import product

import pytest

from bot.core.reporting_units import form_units
from tests.core.builders import a_programme, units_of
from tests.core.disclosure.oracle import derivable, shown_sets
from tests.core.disclosure.tables import answered, group, released, shown


def test_subtraction_in_the_tree_leaves_no_small_group() -> None:
    """Force minus the other departments, department minus its other units."""
    units = units_of(east=[(40, 3), (40, 3), (40, 3)], west=[(40, 3), (40, 3)], south=[(16, 3)])
    for small in range(1, 10):
        raw = [
            *answered("east0", 5, 5, 10),
            *answered("east1", 5, 5, 15),
            *answered("east2", small),
            *answered("west0", 5, 5, 5),
            *answered("west1", 5, 5, 6),
            *answered("south0", small),
        ]
        release = released(units, raw)
        hidden = {"Team east2", "Team south0"}
        for scale in (None, "mood"):
            for teams in derivable(shown_sets(json.loads(release.content)["groups"], scale)):
                assert not teams <= hidden
        assert group(release, "force").shown


def test_a_rule_of_homogeneity_hides_that_everybody_said_the_same() -> None:
    units = units_of(east=[(40, 3)] * 2)
    outputs = {
        released(units, [*answered("east0", 30 - low, low), *answered("east1", 10, 10, 10)]).content
        for low in (0, 1, 2, 3)
    }
    texts = {
        json.dumps([g for g in json.loads(content)["groups"] if g["id"] == "unit:east0"])
        for content in outputs
    }
    assert len(texts) == 1


def test_padding_a_small_team_with_fakes_does_not_isolate_it() -> None:
    """A team of 8 stays in a unit of 25 heads however many respondents it seems to have."""
    programme = a_programme({"east": [("small", 8), ("b", 30), ("c", 40)]})
    units = form_units(programme, ["small", "b", "c"])
    for fakes in (0, 2, 30, 200):
        raw = [*answered("small", 8, 0, fakes), *answered("b", 0, 10), *answered("c", 0, 12)]
        release = released(units, raw, teams={team.id: team for team in programme.force.teams})
        sets = shown_sets(json.loads(release.content)["groups"], None)
        assert all("Team small" not in teams or len(teams) > 1 for teams in derivable(sets))


@pytest.mark.parametrize("small", range(1, 10))
def test_the_pattern_of_suppression_does_not_tell_how_few_there_were(small: int) -> None:
    units = units_of(east=[(40, 3)] * 3)
    others = [*answered("east0", 10, 10, 10), *answered("east1", 10, 11, 12)]
    pattern = shown(released(units, [*others, *answered("east2", small)]))
    assert pattern == shown(released(units, [*others, *answered("east2", 1)]))
    assert pattern == {"force", "unit:east1"}


def test_a_hidden_value_is_nowhere_in_the_json() -> None:
    """Move every hidden count and look for any trace of it in the bytes."""
    units = units_of(east=[(40, 3)] * 3, west=[(40, 3)])
    base = [
        *answered("east0", 20, 3, 3),
        *answered("east1", 4, 4, 22),
        *answered("west0", 15, 9, 9),
    ]
    texts = set()
    for low, high in product(range(1, 5), repeat=2):
        release = released(units, [*base, *answered("east2", low, 0, high)])
        document = json.loads(release.content)
        (cell,) = [g for g in document["groups"] if g["id"] == "unit:east2"]
        texts.add(json.dumps(cell))
        assert not set(re.findall(r"\d+", json.dumps(cell["scales"])))
    assert len(texts) == 1


def test_a_small_round_of_a_large_force_shows_nothing_at_all() -> None:
    units = units_of(east=[(500, 9)] * 4)
    nothing = released(units, [])
    for answers in range(1, 10):
        assert released(units, answered("east0", answers)).content == nothing.content
