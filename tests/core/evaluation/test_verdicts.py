"""A verdict says better, worse, no difference, too early or too small, and never more."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest

from bot.core.evaluation.verdicts import (
    Action,
    Because,
    Interval,
    Verdict,
    VerdictKind,
    verdict,
)
from tests.core.evaluation.history import (
    CHECK_IN,
    FIRST_DAY,
    MONTH,
    Low,
    Shown,
    a_release,
    low,
    releases_of,
)

CARS, BIKES, QUAY = "unit:cars", "unit:bikes", "unit:quay"
BEGINS = FIRST_DAY + 2 * MONTH
"""Two rounds have closed by then, and the third opens on that day."""
DAY = timedelta(days=1)
ROADS = (20, 40), (20, 40)
LARGE = (50, 99)


def an_action(
    *groups: str, starts_on: date = BEGINS, noted_on: date | None = None, scale: str = "workload"
) -> Action:
    return Action(
        "7",
        "Two more cars",
        groups or (CARS,),
        starts_on,
        (CHECK_IN, scale),
        noted_on or starts_on - DAY,
    )


def after(
    action: Action,
    histories: Mapping[str, Sequence[Shown]],
    others: Sequence[Action] = (),
) -> Verdict:
    return verdict(action, releases_of(histories), others)


def of_cars(*bands: Low) -> Verdict:
    return after(an_action(), {CARS: low(*bands)})


@pytest.mark.parametrize(
    ("bands", "kind", "difference"),
    [
        ([(60, 80), (60, 80), (20, 40), (20, 40)], VerdictKind.BETTER, (-60, -20)),
        ([(0, 20), (20, 40), (60, 80), (80, 100)], VerdictKind.WORSE, (20, 100)),
        ([(40, 60), (40, 60), (20, 40), (20, 40)], VerdictKind.NO_DIFFERENCE, (-40, 0)),
        ([(60, 80), (60, 80), (20, 40), (60, 80)], VerdictKind.NO_DIFFERENCE, (-60, 20)),
        # The rounds before count together: one odd round is no reason to celebrate.
        ([(20, 40), (80, 100), (20, 40), (20, 40)], VerdictKind.NO_DIFFERENCE, (-80, 20)),
        # Later rounds do not change the verdict of the first two.
        ([(60, 80), (60, 80), (20, 40), (20, 40), (80, 100)], VerdictKind.BETTER, (-60, -20)),
        ([(60, 80), (60, 80), None, (20, 40), (20, 40)], VerdictKind.BETTER, (-60, -20)),
    ],
)
def test_two_rounds_before_and_the_first_two_after_decide(
    bands: list[Low], kind: VerdictKind, difference: tuple[int, int]
) -> None:
    found = of_cars(*bands)
    assert (found.kind, found.because) == (kind, None)
    assert found.difference == Interval(*difference)
    assert found.difference.holds_zero is (kind is VerdictKind.NO_DIFFERENCE)


@pytest.mark.parametrize(
    ("bands", "kind", "because"),
    [
        ([(60, 80)], VerdictKind.TOO_EARLY, Because.NO_ROUND_AFTER),
        ([(60, 80), (60, 80)], VerdictKind.TOO_EARLY, Because.NO_ROUND_AFTER),
        ([(60, 80), (60, 80), (0, 20)], VerdictKind.TOO_EARLY, Because.ONE_ROUND_AFTER),
        ([(60, 80), (60, 80), None, (0, 20)], VerdictKind.TOO_EARLY, Because.ONE_ROUND_AFTER),
        ([None, None, (0, 20), (0, 20)], VerdictKind.TOO_SMALL, Because.NOT_SHOWN_BEFORE),
        ([(60, 80), (60, 80), (0, 20), None], VerdictKind.TOO_SMALL, Because.NOT_SHOWN_AFTER),
        ([(60, 80), (60, 80), None], VerdictKind.TOO_SMALL, Because.NOT_SHOWN_AFTER),
    ],
)
def test_what_cannot_be_said_yet_or_ever_has_its_reason(
    bands: list[Low], kind: VerdictKind, because: Because
) -> None:
    found = of_cars(*bands)
    assert (found.kind, found.because, found.difference) == (kind, because, None)
    assert found.comparison is None


def test_one_round_of_a_large_department_is_enough() -> None:
    roads = "department:roads"
    bands = [(40, 50), (40, 50), (20, 30)]
    found = after(an_action(roads), {roads: low(*bands, people=LARGE)})
    assert (found.kind, found.difference) == (VerdictKind.BETTER, Interval(-30, -10))
    small = after(an_action(roads), {roads: low(*bands)})
    assert small.because is Because.ONE_ROUND_AFTER


def test_an_action_that_lies_ahead_is_too_early_even_before_any_round() -> None:
    assert verdict(an_action(), []).because is Because.NO_ROUND_AFTER
    ahead = an_action(starts_on=FIRST_DAY + 50 * MONTH, noted_on=FIRST_DAY)
    assert after(ahead, {CARS: low((60, 80), (60, 80))}).kind is VerdictKind.TOO_EARLY


def test_without_a_round_before_there_is_nothing_to_compare() -> None:
    found = after(an_action(starts_on=FIRST_DAY), {CARS: low((60, 80), (60, 80))})
    assert (found.kind, found.because) == (
        VerdictKind.NOTHING_TO_COMPARE,
        Because.NO_ROUND_BEFORE,
    )


def test_a_round_that_was_open_when_it_began_is_neither_before_nor_after() -> None:
    bands = [(60, 80), (60, 80), (0, 20), (60, 80), (60, 80)]
    found = after(an_action(starts_on=BEGINS + DAY), {CARS: low(*bands)})
    assert found.kind is VerdictKind.NO_DIFFERENCE
    assert found.groups[0].rounds == ("weekly-00", "weekly-01", "weekly-03", "weekly-04")


def test_a_group_whose_people_changed_in_between_is_not_compared() -> None:
    rounds = [
        *low((60, 80), (60, 80)),
        Shown({"workload": (0, 20)}, comparable=False),
        *low((0, 20)),
    ]
    found = after(an_action(), {CARS: rounds})
    assert (found.kind, found.because) == (
        VerdictKind.NOTHING_TO_COMPARE,
        Because.NOT_COMPARABLE,
    )


def test_a_group_that_vanished_and_a_theme_that_is_not_asked_any_more_are_said_so() -> None:
    releases = [a_release(number, {CARS: low((60, 80))[0]}) for number in range(2)] + [
        a_release(number, {QUAY: low((60, 80))[0]}) for number in range(2, 4)
    ]
    assert verdict(an_action(), releases).because is Because.GROUP_GONE
    asked_other = [
        *releases[:2],
        *(a_release(n, {CARS: Shown({"sleep": (0, 20)})}, ("sleep",)) for n in (2, 3)),
    ]
    assert verdict(an_action(), asked_other).because is Because.NOT_ASKED_ANY_MORE
    # What was decided before it vanished stays decided.
    decided = releases_of({CARS: low((60, 80), (60, 80), (0, 20), (0, 20))})
    gone = [*decided, a_release(4, {QUAY: low((0, 20))[0]})]
    assert verdict(an_action(), gone) == verdict(an_action(), decided)
    assert verdict(an_action("unit:nowhere"), decided).kind is VerdictKind.TOO_SMALL


def test_an_action_for_nobody_has_nothing_to_compare() -> None:
    nobody = Action("7", "Nothing", (), BEGINS, (CHECK_IN, "workload"), BEGINS)
    assert after(nobody, {CARS: low((60, 80))}).kind is VerdictKind.NOTHING_TO_COMPARE


BETTER = low((60, 80), (60, 80), (20, 40), (20, 40))
SAME = low((60, 80), (60, 80), (60, 80), (60, 80))
WORSE = low((0, 20), (0, 20), (60, 80), (60, 80))
HIDDEN = low(None, None, None, None)


@pytest.mark.parametrize(
    ("rounds", "kind"),
    [
        ([BETTER, BETTER, SAME], VerdictKind.BETTER),
        ([BETTER, SAME], VerdictKind.NO_DIFFERENCE),
        ([BETTER, BETTER, WORSE], VerdictKind.NO_DIFFERENCE),
        ([WORSE, WORSE, SAME], VerdictKind.WORSE),
        ([BETTER, HIDDEN, HIDDEN], VerdictKind.BETTER),
        ([SAME, HIDDEN], VerdictKind.NO_DIFFERENCE),
        ([HIDDEN, HIDDEN], VerdictKind.TOO_SMALL),
    ],
)
def test_of_several_groups_more_than_half_decide_and_none_the_other_way(
    rounds: list[list[Shown]], kind: VerdictKind
) -> None:
    groups = (CARS, BIKES, "unit:lorries")[: len(rounds)]
    found = after(an_action(*groups), dict(zip(groups, rounds, strict=True)))
    assert found.kind is kind
    assert [each.group for each in found.groups] == list(groups)


def test_the_difference_of_several_groups_is_their_mean_rounded_outwards() -> None:
    found = after(
        an_action(CARS, BIKES, "unit:lorries"),
        {
            CARS: BETTER,
            BIKES: BETTER,
            "unit:lorries": SAME,
        },
    )
    # From -60..-20 twice and -20..20 once.
    assert found.difference == Interval(-47, -6)


def test_the_same_group_named_twice_counts_once() -> None:
    assert len(after(an_action(CARS, CARS), {CARS: BETTER}).groups) == 1


def test_groups_of_the_same_level_without_an_action_are_the_comparison() -> None:
    force = low((20, 30), (20, 30), (20, 30), (20, 30), people=LARGE)
    histories = {
        "force": force,
        "department:roads": force,
        CARS: BETTER,
        "department:harbour": force,
        QUAY: SAME,
        "unit:boats": low((20, 40), (20, 40), (0, 20), (0, 20)),
        BIKES: HIDDEN,
        "unit:lorries": [*SAME[:3], Shown({"workload": (60, 80)}, comparable=False)],
    }
    found = after(an_action(), histories)
    assert found.comparison is not None
    assert found.comparison.groups == (QUAY, "unit:boats")
    assert found.comparison.difference == Interval(-30, 10)
    assert found.comparison.more_than_theirs == Interval(-70, 10)
    assert found.comparison.more_than_theirs.holds_zero

    acted = Action("8", "Talks", ("department:harbour",), BEGINS, (CHECK_IN, "workload"), BEGINS)
    assert after(an_action(), histories, [acted]).comparison is None
    elsewhere = Action("8", "Talks", (QUAY,), BEGINS, (CHECK_IN, "sleep"), BEGINS)
    later = Action("9", "Talks", (QUAY,), BEGINS + 9 * MONTH, (CHECK_IN, "workload"), BEGINS)
    assert after(an_action(), histories, [an_action(), elsewhere, later]) == found


def test_there_is_no_comparison_for_the_force_or_between_different_rounds() -> None:
    bands = [(40, 50), (40, 50), (20, 30), (20, 30)]
    found = after(an_action("force"), {"force": low(*bands, people=LARGE), CARS: SAME})
    assert (found.kind, found.comparison) == (VerdictKind.BETTER, None)
    later = low((60, 80), (60, 80), None, (20, 40), (20, 40))
    histories = {CARS: [*BETTER, *low((0, 20))], BIKES: later, QUAY: [*SAME, SAME[0]]}
    assert after(an_action(CARS, BIKES), histories).comparison is None


def test_what_lies_inside_a_group_that_was_acted_for_is_no_comparison() -> None:
    histories = {"department:roads": BETTER, "department:harbour": SAME, CARS: SAME}
    other = an_action(CARS)
    mine = Action("1", "Talks", ("department:harbour",), BEGINS, other.expects, BEGINS)
    assert after(mine, histories, [other]).comparison is None


@pytest.mark.parametrize(
    ("noted_on", "is_late"),
    [
        (BEGINS - DAY, False),
        (BEGINS + 20 * DAY, False),
        (BEGINS + MONTH - DAY, False),
        (BEGINS + MONTH, True),
        (BEGINS + 9 * MONTH, True),
    ],
)
def test_an_expectation_noted_after_a_result_was_out_is_marked(
    noted_on: date, is_late: bool
) -> None:
    assert after(an_action(noted_on=noted_on), {CARS: BETTER}).chosen_late is is_late


def test_the_order_of_releases_does_not_matter() -> None:
    releases = releases_of({CARS: BETTER, QUAY: SAME})
    assert verdict(an_action(), releases[::-1]) == verdict(an_action(), releases)
