"""Supervision over time: no difference between releases is about fewer than three supervisors."""

from collections.abc import Mapping, Sequence

import pytest

from bot.core.disclosure import ledger
from bot.core.disclosure.release import Release
from bot.core.disclosure.rosters import Roster
from tests.core.builders import a_programme
from tests.core.disclosure.over_time import History, units
from tests.core.disclosure.tables import shown

HEADS = {"a": 60, "b": 60, "d": 20, "e": 60, "f": 60}
SUPERVISORS = {"a": 3, "b": 3, "d": 1, "e": 3, "f": 3}
EAST = {"east": ["abd"], "west": ["ef"]}
WEST = {"east": ["ab"], "west": ["efd"]}
ALL = {"force", "department:east", "department:west"}


def release(
    history: History,
    force: Mapping[str, Sequence[str]],
    supervisors: Mapping[str, int] = SUPERVISORS,
    heads: Mapping[str, int] = HEADS,
) -> Release:
    programme = a_programme({"all": [(team, heads[team], supervisors[team]) for team in heads]})
    return history.release_of(units(force, heads), programme)


def about_supervisors(found: Release) -> set[str]:
    return {group.id for group in found.groups if group.scales["supervision"] is not None}


@pytest.mark.parametrize("rule", ["kept", "off"])
def test_a_team_with_one_supervisor_that_moves_takes_the_theme_along(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = History()
    assert about_supervisors(release(history, EAST)) == ALL
    if rule == "off":
        monkeypatch.setattr(ledger, "withheld_over_time", lambda *_: frozenset())
    found = release(history, WEST)
    assert about_supervisors(found) == ({"force"} if rule == "kept" else ALL)
    # The groups themselves are shown: twenty heads are enough.
    assert shown(found) == ALL


def test_three_supervisors_may_move() -> None:
    history = History()
    three = {**SUPERVISORS, "d": 3}
    release(history, EAST, three)
    assert about_supervisors(release(history, WEST, three)) == ALL


def test_supervisors_are_remembered_for_a_year() -> None:
    history = History()
    release(history, EAST)
    padded = {**SUPERVISORS, "d": 3}
    assert about_supervisors(release(history, WEST, padded)) == {"force"}
    for _ in range(12):
        release(history, EAST, padded)
    assert about_supervisors(release(history, WEST, padded)) == ALL


def test_what_was_three_when_it_was_cut_off_may_be_shown_again() -> None:
    history = History()
    three = {**SUPERVISORS, "d": 3}
    release(history, EAST, three)
    release(history, WEST, three)
    assert about_supervisors(release(history, EAST, {**three, "d": 1})) == ALL
    # Where nobody knows how many there were, those of today count.
    before = history.earlier[1]
    history.earlier[1] = before.with_roster(Roster(before.there.heads))
    assert about_supervisors(release(history, EAST, {**three, "d": 1})) == {"department:west"}


def test_a_team_that_is_back_takes_the_theme_along() -> None:
    history = History()
    release(history, EAST)
    gone = {team: heads for team, heads in HEADS.items() if team != "d"}
    without = {"east": ["ab"], "west": ["ef"]}
    assert about_supervisors(release(history, without, heads=gone)) == ALL
    assert about_supervisors(release(history, EAST)) == {"department:west"}
    # Gone again, and not back: its people have left.
    assert about_supervisors(release(history, without, heads=gone)) == ALL


def test_another_theme_or_instrument_is_another_ledger() -> None:
    history = History()
    release(history, EAST)
    before = ledger.Ledger.of(history.earlier, history.earlier[0].closes_on)
    assert len(before.of_theme("invented", "supervision", 3, {}).groups) == 3
    assert before.of_theme("another", "supervision", 3, {}).groups == ()
    assert before.of_theme("invented", "another", 3, {}).groups == ()
