"""Cuts and what shown groups leave over, beside releases that came before."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.disclosure.cuts_over_time import cells_withheld, cuts_withheld
from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.ledger import Candidate, Ledger
from bot.core.disclosure.new_names import left_over, withheld_for_new_names
from bot.core.disclosure.release import make_release
from bot.core.reporting_units import ReportingUnits
from tests.core.disclosure.over_time import FIRST_DAY, History, units, what_is_shown

HEADS = {"a": 30, "b": 8, "c": 40, "d": 50, "e": 60}
FORCE = {"east": ["ab", "c"], "west": ["d", "e"]}
RENAMED = {"x": 30, "b": 8, "c": 40, "d": 50, "e": 60, "y": 60}


def before() -> Ledger:
    history = History()
    history.release(FORCE, HEADS)
    return Ledger.of(history.earlier, FIRST_DAY)


def under_stress(
    force: Mapping[str, Sequence[str]], heads: Mapping[str, int], stressed: str
) -> ReportingUnits:
    listed = units(force, heads)
    return replace(
        listed,
        units=tuple(
            replace(unit, high_stress=set(unit.teams) <= set(stressed)) for unit in listed.units
        ),
    )


# --- New names ------------------------------------------------------------------------------


def test_a_unit_under_another_name_is_not_what_the_others_leave_over() -> None:
    history = History()
    history.release(FORCE, HEADS)
    # a is x now, and b waits. With sixty new people in the west the force may be anybody;
    # but without the west and c it is x, and {a, b} without x is b.
    force = {"east": ["x", "c"], "west": ["d", "e", "y"]}
    assert what_is_shown(history.release(force, RENAMED)) == {"c", "west", "d", "e", "y"}


def test_what_is_left_over_is_held_against_what_was_shown() -> None:
    force, west, c = frozenset("xcdey"), frozenset("dey"), frozenset("c")
    candidates = [Candidate("force", force), Candidate("west", west), Candidate("c", c)]
    assert withheld_for_new_names(before(), candidates, RENAMED, 15) == {"force"}
    # Without c nothing tells x from the forty of c; but {a, b, c} was shown as well.
    assert withheld_for_new_names(before(), candidates[:2], RENAMED, 15) == {"force"}
    assert withheld_for_new_names(before(), candidates[:1], RENAMED, 15) == frozenset()
    assert left_over(candidates, frozenset("x")) == [(candidates[0], frozenset("x"))]
    assert left_over(candidates, frozenset("y")) == []


@pytest.mark.parametrize(
    ("stressed", "waits", "withheld"),
    [
        pytest.param("x", True, {"high-stress"}, id="a side is the unit without eight of it"),
        pytest.param("xd", True, {"high-stress"}, id="a side without a shown unit is"),
        pytest.param("x", False, frozenset(), id="a side is the unit under another name"),
        pytest.param("yd", True, frozenset(), id="sides that are like nothing shown"),
    ],
)
def test_sides_are_groups_that_may_be_others_renamed(
    stressed: str, waits: bool, withheld: Collection[str]
) -> None:
    heads = RENAMED if waits else {**RENAMED, "x": 38}
    heads = heads if waits else {team: heads[team] for team in "xcdey"}
    listed = under_stress({"east": ["x", "c"], "west": ["d", "e", "y"]}, heads, stressed)
    shown = [Candidate("force", frozenset("xcdey")), Candidate("d", frozenset("d"))]
    assert cuts_withheld(before(), shown, listed, heads, 15) == withheld


# --- Roles and lengths of service ----------------------------------------------------------


def with_cuts(history: History, *shown: str) -> None:
    """Let the newest release show cuts."""
    each = history.earlier[-1]
    document = json.loads(each.release.content)
    for cut in document["cuts"]:
        if cut["by"] in shown:
            cut["cells"] = [{"id": "yes", "label": {"en": "yes"}, "scales": {}}]
    history.earlier[-1] = Earlier(make_release(document), each.units, each.roster)


@pytest.mark.parametrize(
    ("asked", "heads", "withheld"),
    [
        pytest.param("abcde", HEADS, frozenset(), id="the same teams"),
        pytest.param("acde", HEADS, {"role", "service"}, id="without eight"),
        pytest.param("bcde", HEADS, frozenset(), id="without thirty"),
        pytest.param("abcden", {**HEADS, "n": 9}, {"role", "service"}, id="with nine"),
        pytest.param(
            "acde",
            {team: heads for team, heads in HEADS.items() if team != "b"},
            {"role", "service"},
            id="eight are gone",
        ),
        pytest.param("acdex", {**HEADS, "x": 60}, {"role", "service"}, id="eight for sixty"),
    ],
)
def test_a_force_of_a_few_more_or_less_is_not_cut(
    asked: str, heads: Mapping[str, int], withheld: Collection[str]
) -> None:
    history = History()
    history.release(FORCE, HEADS)
    with_cuts(history, "high-stress", "role", "service")
    ledger = Ledger.of(history.earlier, FIRST_DAY)
    teams = frozenset(asked)
    day = history.earlier[0].closes_on
    found = cells_withheld(ledger, "invented", teams, heads, 15, day)
    assert found == withheld
    assert not cells_withheld(ledger, "another", teams, heads, 15, day)
    assert not cells_withheld(ledger, "invented", teams, heads, 15, day + timedelta(days=365))


def test_only_a_cut_that_was_shown_is_withheld() -> None:
    history = History()
    history.release(FORCE, HEADS)
    with_cuts(history, "role")
    ledger = Ledger.of(history.earlier, FIRST_DAY)
    some, day = frozenset("acde"), history.earlier[0].closes_on
    assert cells_withheld(ledger, "invented", some, HEADS, 15, day) == {"role"}
