"""What comes out over time: nothing that a new release adds tells of fewer than 15 heads.

Everybody answers in the same way in all rounds, as far as a reader may hope.
"""

import pytest

from bot.core.disclosure import ledger, new_names
from bot.core.disclosure.ledger import Candidate, Ledger
from bot.core.reporting_units import one_unit
from tests.core.disclosure.over_time import FIRST_DAY, History, a_force, units, what_is_shown

HEADS = {"a": 30, "b": 8, "c": 40, "d": 50, "e": 60}
FORCE = {"east": ["ab", "c"], "west": ["d", "e"]}
EVERYTHING = {"force", "east", "west", "a+b", "c", "d", "e"}


@pytest.fixture(params=["kept", "off"])
def rule(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The rule of parts, kept and switched off: each example shows what it is for."""
    if request.param == "off":
        monkeypatch.setattr(ledger, "withheld_over_time", lambda *_: frozenset())
    return str(request.param)


def check(history: History, rule: str, hidden: set[str], *release: object) -> None:
    shown = what_is_shown(history.release(*release))  # type: ignore[arg-type]
    listed = {group.id.split(":")[-1] for group in history.earlier[-1].release.groups}
    assert listed - shown == (hidden if rule == "kept" else set())


def test_the_same_groups_are_shown_again_and_again(rule: str) -> None:
    history = History()
    for _ in range(5):
        check(history, rule, set(), FORCE, HEADS)


def test_a_small_team_that_moves_takes_what_it_was_in_along(rule: str) -> None:
    history = History()
    check(history, rule, set(), FORCE, HEADS)
    # c + b - c would be the eight of b, a + b - a as well.
    moved = {"east": ["a", "c"], "west": ["bd", "e"]}
    check(history, rule, {"a", "b+d", "east", "west"}, moved, HEADS)


def test_a_team_of_fifteen_may_move(rule: str) -> None:
    history = History()
    heads = {**HEADS, "b": 15}
    check(history, rule, set(), FORCE, heads)
    check(history, rule, set(), {"east": ["a", "c"], "west": ["bd", "e"]}, heads)


def test_a_unit_may_be_joined_and_split_again(rule: str) -> None:
    history = History()
    check(history, rule, set(), FORCE, HEADS)
    check(history, rule, set(), {"east": ["abc"], "west": ["d", "e"]}, HEADS)
    check(history, rule, set(), FORCE, HEADS)


def test_a_unit_is_not_split_into_less_than_fifteen(rule: str) -> None:
    history = History()
    check(history, rule, set(), FORCE, HEADS)
    heads = {**HEADS, "b": 14}
    check(history, rule, {"a", "b+c"}, {"east": ["a", "bc"], "west": ["d", "e"]}, heads)


def test_a_new_small_team_darkens_what_it_is_in(rule: str) -> None:
    history = History()
    check(history, rule, set(), FORCE, HEADS)
    with_n = {"east": ["abn", "c"], "west": ["d", "e"]}
    check(history, rule, {"force", "east", "a+b+n"}, with_n, {**HEADS, "n": 8})
    # Not asked, it darkens nothing.
    check(history, rule, set(), FORCE, {**HEADS, "n": 8})


def test_new_teams_of_fifteen_together_darken_nothing(rule: str) -> None:
    history = History()
    check(history, rule, set(), FORCE, HEADS)
    with_both = {"east": ["abmn", "c"], "west": ["d", "e"]}
    check(history, rule, set(), with_both, {**HEADS, "m": 7, "n": 8})


def test_two_small_new_teams_of_two_departments_hide_among_each_other_in_the_force(
    rule: str,
) -> None:
    history = History()
    check(history, rule, set(), FORCE, HEADS)
    apart = {"east": ["abm", "c"], "west": ["dn", "e"]}
    hidden = {"a+b+m", "d+n", "east", "west"}
    check(history, rule, hidden, apart, {**HEADS, "m": 7, "n": 8})


def test_a_team_that_is_gone_counts_as_people_who_left(rule: str) -> None:
    history = History()
    check(history, rule, set(), FORCE, HEADS)
    heads = {team: number for team, number in HEADS.items() if team != "b"}
    check(history, rule, set(), {"east": ["a", "c"], "west": ["d", "e"]}, heads)


def test_what_a_dissolved_team_leaves_behind_is_hidden_when_it_is_small(rule: str) -> None:
    history = History()
    check(history, rule, set(), FORCE, HEADS)
    heads = {team: number for team, number in HEADS.items() if team != "a"}
    # b + c - c are the eight of b, and the force would have them too.
    check(history, rule, {"east", "force"}, {"east": ["bc"], "west": ["d", "e"]}, heads)
    check(history, rule, set(), {"east": ["c"], "west": ["d", "e"]}, heads)


def test_a_group_that_shrank_is_shown_again_with_the_same_teams(rule: str) -> None:
    history = History()
    force = {"east": ["ab", "c"], "west": ["d", "e", "f"]}
    check(history, rule, set(), force, {**HEADS, "f": 20})
    # In the release itself the rule of fifteen heads hides f and, with it, d.
    check(history, "kept", {"d", "f"}, force, {**HEADS, "f": 12})
    # A new unit elsewhere makes all groups around it new; what f is has not changed.
    grown = {"east": ["ab", "c", "g"], "west": ["d", "e", "f"]}
    check(history, "kept", {"d", "f"}, grown, {**HEADS, "f": 12, "g": 30})


def test_another_sibling_is_not_hidden_beside_the_same_small_unit(rule: str) -> None:
    history = History()
    heads = {"a": 30, "c": 40, "d": 50, "s": 8}
    force = {"north": ["s"], "east": ["a"], "south": ["c"], "west": ["d"]}
    first = what_is_shown(history.release(force, heads))
    assert first == {"force", "south", "west"}
    # Now the south is smaller. With east shown, s alone would be what nothing shows.
    second = what_is_shown(history.release(force, {**heads, "a": 45}))
    assert second == (first if rule == "kept" else {"force", "east", "west"})


def test_two_check_ins_with_audiences_a_few_heads_apart(rule: str) -> None:
    history = History()
    check(history, rule, set(), FORCE, HEADS)
    some = {"east": ["a", "c"], "west": ["d", "e"]}
    history.release(some, HEADS, check_in="monthly")
    shown = what_is_shown(history.earlier[-1].release)
    everything = {"force", "east", "west", "a", "c", "d", "e"}
    assert shown == (everything - {"force", "east", "a"} if rule == "kept" else everything)


def test_fake_members_do_not_make_a_team_large_enough_before_a_year_is_over(rule: str) -> None:
    history = History()
    heads = {**HEADS, "b": 25}
    check(history, rule, set(), FORCE, HEADS)
    alone = {"east": ["a", "b", "c"], "west": ["d", "e"]}
    check(history, rule, {"a", "b"}, alone, heads)
    for _ in range(12):
        check(history, rule, set(), FORCE, heads)
    check(history, rule, set(), alone, heads)


def test_units_under_high_stress_are_a_group_as_well() -> None:
    history = History()
    history.release(FORCE, HEADS)
    assert Ledger.of(history.earlier, history.earlier[0].closes_on).known == {
        frozenset(teams) for teams in ("abcde", "abc", "de", "ab", "c", "d", "e")
    }


# --- New names ----------------------------------------------------------------------------


def names(groups: list[str], listed: dict[str, int], today: dict[str, int], new: str) -> bool:
    """Whether a group of new names is withheld after others were shown."""
    history = History()
    history.release({"east": groups}, listed)
    before = Ledger.of(history.earlier, history.earlier[0].closes_on)
    return bool(
        new_names.withheld_for_new_names(before, [Candidate("new", frozenset(new))], today, 15)
    )


@pytest.mark.parametrize(
    ("today", "new", "withheld"),
    [
        pytest.param({"x": 30, "c": 40}, "x", True, id="the unit without eight of it"),
        pytest.param({"x": 38, "c": 40}, "x", False, id="the whole unit, renamed"),
        pytest.param({"x": 23, "c": 40}, "x", False, id="fifteen others"),
        pytest.param({"x": 30, "b": 8, "c": 40}, "x", True, id="one of two renamed"),
        pytest.param({"x": 30, "b": 8, "c": 40}, "xb", False, id="one of two, both shown"),
        pytest.param({"x": 45, "c": 40}, "x", True, id="seven more"),
        pytest.param({"x": 38, "c": 40}, "xc", False, id="with a unit that stays"),
        pytest.param({"a": 30, "b": 8, "c": 40}, "ab", False, id="nothing new"),
        pytest.param({"a": 30, "b": 8, "c": 40, "x": 30}, "x", False, id="nobody gone"),
    ],
)
def test_new_names_may_be_old_people(today: dict[str, int], new: str, withheld: bool) -> None:
    assert names(["ab", "c"], {"a": 30, "b": 8, "c": 40}, today, new) is withheld


def test_new_names_are_withheld_until_a_release_has_named_them() -> None:
    history = History()
    history.release(FORCE, HEADS)
    heads = {"x": 35, "c": 40, "d": 50, "e": 60}
    force = {"east": ["x", "c"], "west": ["d", "e"]}
    assert what_is_shown(history.release(force, heads)) == {"c", "west", "d", "e"}
    assert what_is_shown(history.release(force, heads)) == {
        "force", "east", "x", "c", "west", "d", "e",
    }  # fmt: skip


# --- What is kept -------------------------------------------------------------------------


def test_what_is_expected_is_what_may_be_shown() -> None:
    heads = {"a": 30, "b": 8, "c": 40, "n": 8}
    history = History()
    history.release({"east": ["ab", "c"]}, heads)
    ledger = Ledger.of(history.earlier, FIRST_DAY)
    # With n the force would be withheld: it is not expected, and n stays new.
    expected = ledger.expecting([units({"east": ["abn", "c"]}, heads)], heads, 15)
    assert expected.groups == ledger.groups
    expected = ledger.expecting([units({"east": ["abc"]}, heads)], heads, 15)
    assert expected.groups == ledger.groups
    expected = ledger.expecting([units({"east": ["c"], "west": ["ab"]}, heads)], heads, 15)
    assert expected.groups == ledger.groups
    assert expected.homes == {"a": "west", "b": "west", "c": "east"}
    fresh = Ledger.of([], FIRST_DAY).expecting([units({"east": ["ab", "c"]}, heads)], heads, 15)
    assert set(fresh.groups) == set(ledger.groups)


def test_what_was_shown_is_remembered_without_the_rest() -> None:
    history = History()
    history.release(FORCE, HEADS)
    earlier = history.earlier[0]
    groups = earlier.release.groups
    assert earlier.remember() is earlier
    assert earlier.release.groups == groups
    assert earlier.release.groups is not groups
    assert (earlier.check_in, len(earlier.shown)) == ("weekly", 7)


def test_a_round_of_the_whole_force_says_nothing_of_homes() -> None:
    history = History()
    programme = a_force(HEADS)
    history.release_of(one_unit(programme, HEADS), programme)
    ledger = Ledger.of(history.earlier, FIRST_DAY)
    assert ledger.groups == (frozenset(HEADS),)
    assert ledger.homes == {}
    assert ledger.last_heads == HEADS
