"""Forces that change for a year: what all releases together cut out is never small.

The check is its own: teams are in one part when the same shown groups hold them, by comparing
the lists of groups one with another.
"""

import random
from collections import defaultdict

import pytest

from bot.core.disclosure import ledger
from tests.core.disclosure.changing import Changing
from tests.core.disclosure.over_time import what_is_shown
from tests.shares import share_of

HISTORIES = 300
ROUNDS = 12


def parts(groups: list[frozenset[str]]) -> set[frozenset[str]]:
    """Sets of teams that every group holds or leaves out together."""
    found = defaultdict(set)
    for team in frozenset().union(*groups):
        found[tuple(team in group for group in groups)].add(team)
    return {frozenset(part) for part in found.values()}


def small_parts(history: Changing, rounds: int) -> list[frozenset[str]]:
    """Every part of 1 to 14 heads that a release of a year made."""
    found: list[frozenset[str]] = []
    groups: list[frozenset[str]] = []
    for _ in range(rounds):
        history.release()
        heads = {team.id: team.headcount for team in history.programme().force.teams}
        before = parts(groups) if groups else set()
        earlier = history.history.earlier
        groups += [group for group in earlier[-1].shown.values() if group not in groups]
        found += [
            part
            for part in (parts(groups) if groups else set()) - before
            if 0 < sum(heads.get(team, 0) for team in part) < 15
        ]
        for _ in range(history.dice.choice([0, 0, 1, 2])):
            history.changes()
    return found


@pytest.mark.parametrize("plans_ahead", [True, False])
def test_no_release_of_a_year_makes_a_small_part(plans_ahead: bool) -> None:
    for seed in range(share_of(HISTORIES)):
        history = Changing(random.Random(seed), plans_ahead)  # noqa: S311 - invented forces
        assert small_parts(history, ROUNDS) == [], seed


def test_without_the_rule_releases_make_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "withheld_over_time", lambda *_: frozenset())
    found = [
        small_parts(Changing(random.Random(seed), plans_ahead=False), ROUNDS)  # noqa: S311
        for seed in range(10)
    ]
    assert sum(map(bool, found)) >= 8


def test_units_that_are_formed_with_the_ledger_leave_little_to_hide() -> None:
    shown = {True: 0, False: 0}
    asked = everybody = 0
    for seed in range(15):
        for plans_ahead in shown:
            history = Changing(random.Random(seed), plans_ahead)  # noqa: S311
            for _ in range(ROUNDS):
                shown[plans_ahead] += "force" in what_is_shown(history.release())
                if plans_ahead and history.units is not None:
                    asked += sum(unit.heads for unit in history.units.units)
                    everybody += sum(sum(teams.values()) for teams in history.force.values())
                for _ in range(history.dice.choice([0, 0, 1, 2])):
                    history.changes()
    assert shown[True] > 0.9 * 15 * ROUNDS
    assert shown[False] < 0.7 * 15 * ROUNDS
    assert asked > 0.95 * everybody
