"""What was let pass because a team was gone, padded or not asked does not pass for ever."""

from datetime import timedelta

import pytest

from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.ledger import Ledger
from bot.core.disclosure.rosters import Roster, fewest, roster_at_release
from bot.core.reporting_units import ReportingUnits, form_units
from tests.core.builders import a_programme
from tests.core.disclosure.over_time import FIRST_DAY, History, a_force, units, what_is_shown
from tests.core.disclosure.test_over_time import EVERYTHING, FORCE, HEADS

WITHOUT_B = {"east": ["a", "c"], "west": ["d", "e"]}
GONE = {team: heads for team, heads in HEADS.items() if team != "b"}


def dissolved() -> History:
    """All of the force in one month, and in the next without b, which was gone."""
    history = History()
    history.release(FORCE, HEADS)
    history.release(WITHOUT_B, GONE)
    return history


def test_a_team_that_was_gone_for_a_round_is_as_small_as_before() -> None:
    history = dissolved()
    # b is back. It was asked in groups that were all shown before.
    assert what_is_shown(history.release(FORCE, HEADS)) == {"c", "west", "d", "e"}
    moved = {"east": ["a", "c"], "west": ["bd", "e"]}
    assert what_is_shown(history.release(moved, HEADS)) == {"east", "a", "c", "e"}


def test_a_team_that_is_back_waits() -> None:
    history = dissolved()
    programme = a_programme(
        {"east": [(team, HEADS[team]) for team in "abc"], "west": [("d", 50), ("e", 60)]}
    )
    formed = form_units(programme, HEADS, None, Ledger.of(history.earlier, FIRST_DAY))
    assert formed.waiting == ("b",)


def test_a_team_that_is_back_with_fifteen_is_shown_again() -> None:
    history = History()
    history.release(FORCE, {**HEADS, "b": 15})
    history.release(WITHOUT_B, GONE)
    assert what_is_shown(history.release(FORCE, {**HEADS, "b": 15})) == EVERYTHING
    # It was never cut off while it had as many, so it has to keep them.
    shown = what_is_shown(history.release(FORCE, {**HEADS, "b": 14}))
    assert shown == {"c", "west", "d", "e"}


def test_a_part_that_was_large_enough_when_it_was_cut_off_may_shrink() -> None:
    history = History()
    heads = {**HEADS, "b": 16}
    history.release(FORCE, heads)
    history.release(WITHOUT_B, heads)
    # Not asked is not gone: it was cut off with sixteen.
    assert what_is_shown(history.release(FORCE, {**HEADS, "b": 14})) == EVERYTHING


def test_heads_of_a_team_that_waits_or_is_not_asked_are_remembered() -> None:
    history = History()
    history.release(WITHOUT_B, HEADS)
    padded = {**HEADS, "b": 25}
    with_b = {"east": ["a", "b", "c"], "west": ["d", "e"]}
    shown = what_is_shown(history.release(with_b, padded))
    assert shown == {"a", "c", "west", "d", "e"}
    ledger = Ledger.of(history.earlier, FIRST_DAY + timedelta(days=60))
    assert ledger.heads(["b"], padded) == 8
    # A year later it has had as many all the time.
    assert ledger.of([], FIRST_DAY).heads(["b"], padded) == 25


def test_what_was_so_when_a_round_opened_counts_as_well_as_what_is_so_at_its_end() -> None:
    history = History()
    history.release(FORCE, HEADS)
    # This round opened before b was written down, and is released when it is there.
    shown = what_is_shown(history.release(WITHOUT_B, GONE, newest=HEADS))
    assert shown == {"c", "west", "d", "e"}
    # And this one is released when b, which it asked, is gone.
    history.release(FORCE, HEADS, newest=GONE)
    assert history.earlier[-1].there.heads["b"] == 8


def test_a_small_part_of_a_round_that_is_still_open_is_none_that_is_back() -> None:
    history = History()
    history.release(FORCE, {**HEADS, "b": 15})
    ledger = Ledger.of(history.earlier, FIRST_DAY)
    expected = ledger.expecting([units(WITHOUT_B, HEADS)], {**HEADS, "b": 15}, 15)
    assert expected.part_of["b"] == frozenset("b")
    assert not expected.small_for_good(frozenset("b"), HEADS)


@pytest.mark.parametrize("known", [True, False])
def test_who_was_there_is_who_was_asked_where_nobody_knows(known: bool) -> None:
    history = History()
    history.release(FORCE, HEADS)
    earlier = history.earlier[0] if known else Earlier(history.earlier[0].release, LISTED)
    assert earlier.there.heads == HEADS
    assert bool(earlier.there.supervisors) is known
    assert earlier.with_roster(Roster({"a": 1})).there.heads == {"a": 1}
    assert earlier.programmes == (1, 1)


LISTED: ReportingUnits = units(FORCE, HEADS)


def test_the_fewest_of_three_numbers_count() -> None:
    opened = Roster({"a": 25, "b": 8, "old": 9}, {"a": 3, "b": 1, "old": 1})
    newest = Roster({"a": 40, "new": 5}, {"a": 2, "new": 1})
    found = roster_at_release(units({"east": ["ab"]}, {"a": 30, "b": 12}), opened, newest)
    assert found == Roster({"a": 25, "new": 5, "b": 8}, {"a": 2, "new": 1, "b": 1})
    day = FIRST_DAY
    year = [(day, opened), (day + timedelta(days=365), newest)]
    assert fewest(year, day + timedelta(days=365)) == newest
    assert fewest(year, day + timedelta(days=364), "a") == Roster({"a": 25}, {"a": 2})
    assert a_force({"a": 3}).force.teams[0].headcount == 3
