"""The real engine over generated histories: nothing may be derived that must not be.

A few here; a thousand with `make fuzz` (FUZZ=1), five thousand with FUZZ=5.
"""

from concurrent.futures import ProcessPoolExecutor

import pytest

from bot.core.outsider.audit import audit
from tests.core.outsider.histories import ROUNDS, History, history
from tests.shares import SHARE

HISTORIES = 4 if SHARE < 1 else round(1_000 * SHARE)
"""`make fuzz` tries a thousand, and `FUZZ=5` the five thousand of the whole audit."""

TOGETHER = 50


def violations(first: int, last: int, rounds: int = ROUNDS) -> list[tuple[int, str, str]]:
    """What is derived from the histories with these seeds."""
    return [
        (seed, violation.group, violation.derived)
        for seed in range(first, last)
        for violation in audit(history(seed, rounds=rounds)).violations
    ]


def test_nothing_is_derived_from_generated_histories() -> None:
    starts = range(0, HISTORIES, TOGETHER)
    ends = [min(HISTORIES, start + TOGETHER) for start in starts]
    if len(starts) == 1:
        found = violations(0, HISTORIES)
    else:
        with ProcessPoolExecutor(2) as pool:
            found = [each for some in pool.map(violations, starts, ends) for each in some]
    assert found == []


def test_histories_are_worth_auditing() -> None:
    """Teams come and go, groups change, much is shown and something is hidden."""
    told = [history(seed) for seed in range(3, 8)]
    assert all(len(past) == ROUNDS for past in told)
    assert any(len({frozenset(each.shown) for each in past}) > 3 for past in told)
    assert any(each.there - each.heads.keys() for past in told for each in past)
    assert any(set(each.units) - each.shown.keys() for past in told for each in past)


ONCE_DERIVED = {
    383: "of a department of fifteen, high 0-20, that fewer than three are high: its own band says"
    " so, because three of fifteen would be written 20-40",
    21338: "a department of 19 heads beside one of 15, high 80-100: to somebody who does not know"
    " whether all of its fifteen respondents answered the question, its sum narrowed a team of"
    " twelve",
    1065: "a department of two units of 10 to 14, beside one with a unit high 80-100 in a force"
    " high 0-20: at most two were high",
    1109: "two departments of 17 heads: what the force said narrowed a team of twelve in one",
    2054: "a department of 21 heads beside one of 54, high 40-60, in a force high 20-30: a team of"
    " 14 was narrowed",
}


LATELY = {
    # Seed, and the round in which it was.
    401788: (9, "a department that was one side of a cut: beside its bands there, what was left"
    " for it of the force narrowed a team of thirteen"),
    # The auditor took what a difference says for more than it says by itself.
    400482: (4, "the force less a department, which leaves ten people over inside, and the unit"
    " among those who are left"),
    403791: (5, "the same, of a unit with more points"),
}  # fmt: skip


@pytest.mark.parametrize("seed", ONCE_DERIVED)
def test_what_bands_together_once_gave_away_is_withheld(seed: int) -> None:
    assert violations(seed, seed + 1) == []


@pytest.mark.parametrize("seed", LATELY)
def test_what_was_found_lately_is_found_no_more(seed: int) -> None:
    rounds, _ = LATELY[seed]
    assert violations(seed, seed + 1, rounds) == []


def test_results_that_come_too_soon_wait() -> None:
    past = History(0, days=14)
    assert past.tell() is not None
    assert past.tell() is None
