"""A series says what releases show, and where they may be compared."""

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release
from bot.core.disclosure.rules import Level
from bot.core.evaluation.series import all_series, series_of
from tests.core.evaluation.history import CHECK_IN, FIRST_DAY, MONTH, Shown, a_release, low

CARS = "unit:cars"


def a_round(number: int, shown: Shown | None, version: int = 1) -> Release:
    groups = {"force": low((20, 30))[0]} | ({} if shown is None else {CARS: shown})
    return a_release(number, groups, instrument=("pulse", version))


def of_cars(*rounds: Release) -> list[bool]:
    return [each.comparable for each in series_of(rounds, CHECK_IN, CARS, "workload")]


def test_a_series_has_a_point_for_every_release_oldest_first() -> None:
    releases = [
        a_round(0, low((20, 40))[0]),
        a_round(1, low(None)[0]),
        a_round(2, None),
        a_round(3, low((40, 60))[0]),
        a_release(4, {CARS: low((0, 20))[0]}, check_in="monthly"),
    ]
    points = series_of(releases[::-1], CHECK_IN, CARS, "workload")
    assert [point.low for point in points] == [Band(20, 40), None, None, Band(40, 60)]
    assert [point.opens_on for point in points] == [FIRST_DAY + n * MONTH for n in range(4)]
    assert [point.closes_on for point in points] == [FIRST_DAY + n * MONTH for n in range(1, 5)]
    assert [point.level for point in points] == [Level.UNIT, Level.UNIT, None, Level.UNIT]
    assert [point.respondents for point in points] == [(15, 24), (15, 24), None, (15, 24)]
    assert {point.instrument for point in points} == {("pulse", 1)}
    assert [point.comparable for point in points] == [True, False, False, True]


def test_an_unknown_theme_is_never_shown() -> None:
    points = series_of([a_round(0, low((20, 40))[0])], CHECK_IN, CARS, "nothing")
    assert points[0].scale is None


def test_another_version_of_the_instrument_is_not_compared() -> None:
    shown = low((20, 40))[0]
    assert of_cars(a_round(0, shown), a_round(1, shown, 2), a_round(2, shown, 2)) == [
        True,
        False,
        True,
    ]


def test_a_new_version_in_a_round_that_hides_the_theme_is_still_a_new_version() -> None:
    shown, hidden = low((20, 40))[0], low(None)[0]
    rounds = [a_round(0, shown), a_round(1, hidden, 2), a_round(2, shown, 2)]
    assert of_cars(*rounds) == [True, False, False]


def test_a_break_in_a_round_that_hides_the_theme_is_a_break() -> None:
    shown = low((20, 40))[0]
    rounds = [
        a_round(0, shown),
        a_round(1, Shown({"workload": None}, comparable=False)),
        a_round(2, shown),
        a_round(3, shown),
    ]
    assert of_cars(*rounds) == [True, False, False, True]


def test_a_group_that_is_not_shown_breaks_nothing() -> None:
    shown, hidden = low((20, 40))[0], Shown({}, people=None, comparable=False)
    assert of_cars(a_round(0, shown), a_round(1, hidden), a_round(2, shown)) == [True, False, True]


def test_a_series_that_begins_is_comparable_from_its_first_round() -> None:
    assert of_cars(a_round(0, Shown({"workload": (0, 20)}, comparable=False))) == [True]


def test_all_series_are_those_of_the_newest_release() -> None:
    releases = [a_round(0, None), a_round(1, low((20, 40))[0])]
    series = all_series(releases, CHECK_IN)
    assert set(series) == {("force", "workload"), (CARS, "workload")}
    for (group, scale), points in series.items():
        assert points == series_of(releases, CHECK_IN, group, scale)
    assert all_series(releases, "monthly") == {}
