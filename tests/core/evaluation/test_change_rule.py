"""The change rule: bands lie apart, and two rounds agree or the group is large."""

import pytest

from bot.core.disclosure.bands import Band
from bot.core.evaluation.change_rule import Direction, change_of, compared
from bot.core.evaluation.series import Point, series_of
from tests.core.evaluation.history import CHECK_IN, Low, Shown, low, releases_of

LARGE = (50, 99)


def a_series(
    *bands: Low, group: str = "unit:cars", people: tuple[int, int | None] = (15, 24)
) -> tuple[Point, ...]:
    releases = releases_of({group: low(*bands, people=people)})
    return series_of(releases, CHECK_IN, group, "workload")


def rounds_of(points: tuple[Point, ...]) -> list[int]:
    return [int(point.round_id[-2:]) for point in points]


@pytest.mark.parametrize(
    ("before", "after", "margin", "way"),
    [
        ((20, 40), (60, 80), 0, Direction.WORSE),
        ((60, 80), (20, 40), 0, Direction.BETTER),
        ((20, 40), (40, 60), 0, Direction.SAME),
        ((20, 40), (40, 60), 10, Direction.SAME),
        ((20, 25), (30, 35), 0, Direction.WORSE),
        ((20, 25), (30, 35), 10, Direction.SAME),
        ((20, 25), (35, 40), 10, Direction.WORSE),
        ((20, 60), (20, 40), 0, Direction.SAME),
    ],
)
def test_bands_that_overlap_or_touch_are_no_change(
    before: tuple[int, int], after: tuple[int, int], margin: int, way: Direction
) -> None:
    assert compared(Band(*before), Band(*after), margin) is way


def test_one_round_of_a_unit_is_no_change() -> None:
    assert change_of(a_series((0, 20), (60, 80))).direction is Direction.SAME
    assert change_of(a_series((0, 20), (0, 20), (60, 80))).direction is Direction.SAME


def test_two_rounds_that_agree_are_a_change() -> None:
    change = change_of(a_series((0, 20), (20, 40), (60, 80), (80, 100)))
    assert change.direction is Direction.WORSE
    assert change.is_one
    assert (rounds_of(change.before), rounds_of(change.after)) == ([0, 1], [2, 3])


def test_two_rounds_that_do_not_agree_are_no_change() -> None:
    assert change_of(a_series((40, 60), (0, 20), (80, 100))).direction is Direction.SAME


def test_the_rounds_before_are_taken_together() -> None:
    assert change_of(a_series((60, 80), (0, 20), (60, 80), (60, 80))).direction is Direction.SAME


def test_one_round_before_is_enough_where_there_is_no_other() -> None:
    assert change_of(a_series((0, 20), (60, 80), (40, 60))).direction is Direction.WORSE


@pytest.mark.parametrize("group", ["force", "department:roads"])
def test_one_round_of_a_large_group_is_a_change(group: str) -> None:
    change = change_of(a_series((20, 30), (40, 50), group=group, people=LARGE))
    assert change.direction is Direction.WORSE
    assert rounds_of(change.after) == [1]


def test_one_round_of_a_large_group_needs_a_margin() -> None:
    points = a_series((20, 25), (30, 35), group="force", people=(100, None))
    assert change_of(points).direction is Direction.SAME


def test_a_large_unit_or_a_small_department_needs_two_rounds() -> None:
    assert change_of(a_series((0, 20), (60, 80), people=LARGE)).direction is Direction.SAME
    small = a_series((0, 20), (60, 80), group="department:roads")
    assert change_of(small).direction is Direction.SAME


def test_a_change_is_not_called_from_a_gap_or_a_break() -> None:
    nothing = Direction.NOTHING_TO_COMPARE
    assert change_of(a_series((0, 20), (60, 80), None)).direction is nothing
    assert change_of(a_series(None, None, (60, 80))).direction is nothing
    assert change_of(a_series((60, 80))).direction is nothing
    assert change_of(()).direction is nothing
    broken = [
        *low((0, 20), (0, 20)),
        Shown({"workload": (60, 80)}, comparable=False),
        *low((60, 80)),
    ]
    points = series_of(releases_of({"unit:cars": broken}), CHECK_IN, "unit:cars", "workload")
    # Two rounds do not reach over the break; the newest one has only the broken one before it.
    assert change_of(points).direction is Direction.SAME


def test_a_gap_before_the_rounds_that_agree_is_skipped() -> None:
    change = change_of(a_series((0, 20), None, (60, 80), (60, 80)))
    assert (change.direction, rounds_of(change.before)) == (Direction.WORSE, [0])


def test_the_rounds_before_do_not_reach_over_a_break() -> None:
    broken = [*low((60, 80)), Shown({"workload": (0, 20)}, comparable=False), *low((60, 80)) * 2]
    points = series_of(releases_of({"unit:cars": broken}), CHECK_IN, "unit:cars", "workload")
    change = change_of(points)
    assert (change.direction, rounds_of(change.before)) == (Direction.WORSE, [1])
