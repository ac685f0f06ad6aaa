"""What may be laid beside its last result: the same teams, and not a person more or less."""

import json
from collections.abc import Collection
from dataclasses import replace

import pytest

from bot.core.disclosure.cuts_over_time import cuts_withheld
from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.ledger import Candidate, Ledger
from bot.core.disclosure.release import Release, make_release
from tests.core.builders import units_of
from tests.core.disclosure.over_time import FIRST_DAY, History, a_force, units
from tests.core.disclosure.tables import answered, group, released

HEADS = {"a": 30, "b": 30, "c": 40}
FORCE = {"east": ["a", "b"], "west": ["c"]}


def comparable(release: Release) -> set[str]:
    return {found.id.split(":")[-1] for found in release.groups if found.comparable}


EVERYTHING = {"force", "east", "a", "b", "west"}


def test_a_first_result_has_nothing_to_differ_from() -> None:
    assert comparable(History().release(FORCE, HEADS)) == EVERYTHING


@pytest.mark.parametrize(
    ("heads", "differing"),
    [
        ({}, set()),
        ({"a": 31}, {"force", "east", "a"}),
        ({"a": 28}, {"force", "east", "a"}),
        ({"a": 33}, set()),
        # One came and one left: the units say so, the department has as many as before.
        ({"a": 31, "b": 29}, {"a", "b"}),
    ],
)
def test_a_person_or_two_more_or_less_are_not_compared(
    heads: dict[str, int], differing: set[str]
) -> None:
    history = History()
    history.release(FORCE, HEADS)
    assert comparable(history.release(FORCE, {**HEADS, **heads})) == EVERYTHING - differing


def test_other_teams_are_not_compared() -> None:
    history = History()
    history.release(FORCE, HEADS)
    # a and b are one unit now, and the department is listed once, as itself.
    moved = {"east": ["a"], "west": ["c", "b"]}
    assert comparable(history.release(moved, HEADS)) == {"force", "c", "b"}


def test_the_newest_result_of_the_same_check_in_that_shows_a_group_counts() -> None:
    history = History()
    history.release(FORCE, HEADS)
    # Another check-in, and a round in which nobody of a answered, are passed over.
    history.release(FORCE, {**HEADS, "a": 31}, check_in="monthly")
    history.release(FORCE, {**HEADS, "a": 31}, silent="a")
    release = history.release(FORCE, {**HEADS, "a": 34})
    assert comparable(release) == EVERYTHING
    release = history.release(FORCE, {**HEADS, "a": 35})
    assert comparable(release) == EVERYTHING - {"force", "east", "a"}


def test_what_is_hidden_is_compared_like_everything_else() -> None:
    first = released(units_of(east=[(40, 3), (30, 3)]), answered("east0", 10, 10, 10))
    assert not group(first, "unit:east1").shown
    assert group(first, "unit:east1").comparable


# --- The cut by high stress, over time ------------------------------------------------------


@pytest.mark.parametrize(
    ("east", "withheld"), [(["ab", "c"], frozenset()), (["a", "b", "c"], {"high-stress"})]
)
def test_a_cut_by_high_stress_may_not_tell_a_few_from_the_rest(
    east: list[str], withheld: Collection[str]
) -> None:
    heads = {"a": 30, "b": 8, "c": 40}
    history = History()
    history.release({"east": ["ab", "c"]}, heads)
    listed = units({"east": east}, heads)
    # The first unit is under high stress, the others are not.
    first, *others = listed.units
    listed = replace(listed, units=(replace(first, high_stress=True), *others))
    before = Ledger.of(history.earlier, FIRST_DAY)
    shown = [Candidate("force", frozenset("abc"))]
    assert cuts_withheld(before, shown, listed, heads, 15) == withheld


def test_a_cut_that_was_shown_is_two_groups_more() -> None:
    heads = {"a": 30, "b": 40}
    listed = units({"east": ["a", "b"]}, heads)
    first, other = listed.units
    listed = replace(listed, units=(replace(first, high_stress=True), other))
    release = released(listed, [], teams={team.id: team for team in a_force(heads).force.teams})
    document = json.loads(release.content)
    assert Earlier(release, listed).shown == {}
    cell = {"id": "yes", "label": {"en": "yes"}, "scales": {}}
    for cut in document["cuts"]:
        cut["cells"] = [cell, cell]
    shown = Earlier(make_release(document), listed).shown
    assert set(shown.values()) == {frozenset("a"), frozenset("b")}
