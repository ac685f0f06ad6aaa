"""What stands out is little, ranked, and only what the change rule allows."""

from collections.abc import Sequence
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release
from bot.core.evaluation.changes import MOST, Kind, StandsOut, standing_out
from tests.core.evaluation.history import CHECK_IN, GROUPS, Low, Shown, low, releases_of

LARGE = (100, None)


def found(**histories: Sequence[Low]) -> tuple[StandsOut, ...]:
    """What stands out of these low bands; the force stays where it is unless told otherwise."""
    rounds = len(next(iter(histories.values())))
    shown = {"force": low(*histories.pop("force", [(30, 35)] * rounds), people=LARGE)}
    named = {group.rpartition(":")[2]: group for group in GROUPS}
    shown |= {named[name]: low(*bands) for name, bands in histories.items()}
    return standing_out(releases_of(shown), CHECK_IN)


def summary(everything: Sequence[StandsOut]) -> list[tuple[Kind, list[str]]]:
    return [(each.kind, [group.name for group in each.groups]) for each in everything]


def test_two_rounds_in_the_lowest_band_stand_out() -> None:
    (cars,) = found(cars=[(20, 40), (60, 80), (80, 100)])
    assert summary([cars]) == [(Kind.LOWEST, ["Cars"])]
    assert cars.rounds == ("weekly-01", "weekly-02")
    assert (cars.scale, cars.low, cars.against) == ("workload", Band(80, 100), None)


def test_one_round_in_the_lowest_band_says_nothing() -> None:
    assert found(cars=[(20, 40), (20, 40), (80, 100)]) == ()
    assert found(cars=[(80, 100)]) == ()
    assert found(cars=[(80, 100), None, (80, 100)]) == ()


def test_neighbours_stand_out_together_and_the_furthest_leads() -> None:
    bands = [(20, 40), (60, 80), (60, 80)]
    (roads,) = found(cars=bands, bikes=[(20, 40), (60, 80), (80, 100)], lorries=bands)
    assert summary([roads]) == [(Kind.LOWEST, ["Bikes", "Cars", "Lorries"])]
    assert roads.low == Band(60, 100)


def test_groups_of_different_departments_stand_out_each_for_itself() -> None:
    bands = [(60, 80), (60, 80)]
    assert summary(found(cars=bands, quay=bands)) == [
        (Kind.LOWEST, ["Cars"]),
        (Kind.LOWEST, ["Quay"]),
    ]


def test_what_a_department_says_its_units_do_not_say_again() -> None:
    bands = [(60, 80), (60, 80)]
    assert summary(found(roads=bands, cars=bands, quay=bands)) == [
        (Kind.LOWEST, ["Roads"]),
        (Kind.LOWEST, ["Quay"]),
    ]


def test_rises_and_falls_are_those_of_the_change_rule() -> None:
    worse, better = found(
        cars=[(0, 20), (40, 60), (40, 60)],
        quay=[(40, 60), (0, 20), (0, 20)],
    )
    assert summary([worse, better]) == [(Kind.WORSE, ["Cars"]), (Kind.BETTER, ["Quay"])]
    assert (worse.low, worse.against) == (Band(40, 60), Band(0, 20))
    assert (better.low, better.against) == (Band(0, 20), Band(40, 60))
    assert found(cars=[(0, 20), (40, 60)]) == ()


def test_one_round_of_a_large_force_is_enough() -> None:
    (force,) = found(force=[(20, 25), (20, 25), (50, 55)])
    assert summary([force]) == [(Kind.WORSE, ["Force"])]
    assert force.rounds == ("weekly-02",)


def test_two_rounds_unlike_the_force_stand_out() -> None:
    below, above = found(
        force=[(25, 30)] * 2, cars=[(40, 60)] * 2, quay=[(0, 10)] * 2, boats=[(10, 20)] * 2
    )
    assert summary([below, above]) == [(Kind.BELOW_FORCE, ["Cars"]), (Kind.ABOVE_FORCE, ["Quay"])]
    assert below.against == Band(25, 30)
    assert found(force=[(25, 30)] * 2, cars=[(40, 60), (20, 40)]) == ()
    assert found(force=[None, (25, 30)], cars=[(40, 60)] * 2) == ()
    assert found(force=[(25, 30)] * 2, cars=[None, (40, 60)]) == ()
    assert found(force=[(25, 30)], cars=[(40, 60)]) == ()


def test_a_group_that_may_not_be_compared_does_not_stand_out() -> None:
    rounds = [
        Shown({"workload": (60, 80)}),
        Shown({"workload": (80, 100)}, comparable=False),
    ]
    force = low((20, 25), (20, 25), people=LARGE)
    assert standing_out(releases_of({"force": force, "unit:cars": rounds}), CHECK_IN) == ()


def test_nothing_was_released_and_nothing_stands_out() -> None:
    assert standing_out([], CHECK_IN) == ()
    assert standing_out(releases_of({"force": low((80, 100), (80, 100))}), "monthly") == ()


def test_at_most_five_and_the_first_of_each_kind_come_first() -> None:
    lowest: Sequence[Low] = [(60, 80), (60, 80), (60, 80)]
    scales = [f"theme-{number}" for number in range(8)]
    rounds = [
        Shown(dict.fromkeys(scales[1:], lowest[number]) | {scales[0]: change})
        for number, change in enumerate([(0, 20), (40, 60), (40, 60)])
    ]
    everything = standing_out(releases_of({"unit:cars": rounds}, scales), CHECK_IN)
    kinds = [each.kind for each in everything]
    assert kinds == [Kind.LOWEST, Kind.WORSE, *[Kind.LOWEST] * (MOST - 2)]


BANDS: st.SearchStrategy[Low] = st.none() | st.sampled_from(
    [(edge, edge + 20) for edge in range(0, 100, 20)]
)
HISTORIES = st.integers(2, 5).flatmap(
    lambda rounds: st.fixed_dictionaries(
        {
            group: st.lists(
                st.builds(
                    lambda work, sleep, comparable: Shown(
                        {"workload": work, "sleep": sleep}, comparable=comparable
                    ),
                    BANDS,
                    BANDS,
                    st.booleans() | st.just(True),
                ),
                min_size=rounds,
                max_size=rounds,
            )
            for group in GROUPS
        }
    )
)


@given(HISTORIES)
@settings(max_examples=40, deadline=None)
def test_nothing_is_derived_from_what_is_not_shown(histories: dict[str, list[Shown]]) -> None:
    releases = releases_of(histories, ("workload", "sleep"))
    for each in standing_out(releases, CHECK_IN):
        for group in each.groups:
            newest = histories[group.id][-1]
            assert newest.low[each.scale] is not None
            assert newest.comparable
        rounds = [int(round_id[-2:]) for round_id in each.rounds]
        assert rounds == sorted(rounds)
        leading = histories[each.groups[0].id]
        assert all(leading[number].low[each.scale] is not None for number in rounds)


@given(HISTORIES)
@settings(max_examples=15, deadline=None)
def test_the_order_in_which_releases_are_given_does_not_matter(
    histories: dict[str, list[Shown]],
) -> None:
    releases: list[Release] = releases_of(histories, ("workload", "sleep"))
    expected = standing_out(releases, CHECK_IN)
    for order in list(permutations(releases))[1::5]:
        assert standing_out(order, CHECK_IN) == expected
