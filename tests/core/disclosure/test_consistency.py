"""All bands of a scale together prove no more of a group than its own bands do.

Every way in which two units of ten to 24 people can answer is tried by brute force: in the
suite for some pairs of what can be said of a unit, with FUZZ=1 for all 6,972 releases that can
be told apart (`make fuzz`).
"""

import os
from collections import defaultdict
from itertools import combinations_with_replacement

import pytest
from hypothesis import HealthCheck, given, settings

from bot.core.disclosure import consistency
from bot.core.disclosure.bands import Band, Bands
from bot.core.disclosure.consistency import Asked, Together
from bot.core.disclosure.linear import some_way_exists
from bot.core.disclosure.statements import Statement, own_bands_allow, statement
from tests.core.builders import units_of
from tests.core.disclosure.all_answers import Counts, Seen, Told, by_unit, proven, release_of, told
from tests.core.disclosure.organisations import Organisation, organisations
from tests.core.disclosure.tables import answered, group, released

HIGH = Bands(Band(0, 20), Band(0, 20), Band(80, 100))
MIXED = Bands(Band(0, 20), Band(40, 60), Band(20, 40))
LOW_AND_HIGH = Bands(Band(40, 60), Band(0, 20), Band(40, 60))
MOSTLY = Bands(Band(0, 20), Band(20, 40), Band(60, 80))

SOME: list[tuple[Seen, Seen]] = [
    ((10, MOSTLY), (10, HIGH)),
    ((10, LOW_AND_HIGH), (10, MIXED)),
    ((10, MIXED), (10, HIGH)),
]
PAIRS = (
    list(combinations_with_replacement(sorted(by_unit(), key=str), 2))
    if "FUZZ" in os.environ
    else SOME
)


def tellings(first: Seen, second: Seen) -> dict[Told, tuple[Counts, Counts]]:
    """What can be said of two such units and their sum, each with one way to answer."""
    return {
        told(one, other): (one, other) for one in by_unit()[first] for other in by_unit()[second]
    }


@pytest.mark.parametrize("pair", PAIRS, ids=range(len(PAIRS)))
def test_nothing_more_follows_from_two_units_and_their_sum(pair: tuple[Seen, Seen]) -> None:
    for saying, ways in tellings(*pair).items():
        moods = [found.scales["mood"] for found in release_of(*ways).groups]
        assert moods[0] is not None
        # Both or none: what is left of the sum is the other one.
        assert (moods[1] is None) is (moods[2] is None)
        if moods[1]:
            assert proven(saying) == set(), ways


def test_what_is_withheld_follows_from_what_would_be_said() -> None:
    """All ways to answer of which the same would be said are released alike, true or not."""
    first, second = (10, MIXED), (15, HIGH)
    alike: dict[Told, set[bytes]] = defaultdict(set)
    for one in by_unit()[first][::5]:
        for other in by_unit()[second][::12]:
            alike[told(one, other)].add(release_of(one, other).content)
    assert {len(contents) for contents in alike.values()} == {1}
    hidden = [b'"mood":null' in content for contents in alike.values() for content in contents]
    assert {True, False} == set(hidden)


def test_three_units_are_held_together() -> None:
    """Two mixed units of ten to fourteen in a sum that is high: the third makes up for both."""
    units = units_of(east=[(40, 3)] * 3)
    mixed = answered("east0", 0, 6, 4) + answered("east1", 0, 6, 4)
    seen = released(units, [*mixed, *answered("east2", 0, 0, 24)])
    assert group(seen, "force").scales["mood"]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(organisations(most_teams=4, most_departments=3))
def test_the_truth_fits_everything_that_is_said(made: Organisation) -> None:
    seen: list[Statement] = []

    def remember(together: Together, about: object = None) -> frozenset[str]:
        seen.extend(together.statements)
        return frozenset()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(consistency, "proven_groups", remember)
        made.release()
    assert all(each.fits(each.counts) for each in seen)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(organisations(most_teams=4, most_departments=3))
def test_the_quick_way_changes_no_result(made: Organisation) -> None:
    """Where the truth with a few answers moved is found to fit, the search finds a way too."""
    quick = made.release()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Together, "_some_change_fits", lambda *_: False)
        assert made.release().content == quick.content


def proven_groups(statements: list[Statement]) -> frozenset[str]:
    """What these prove together."""
    return consistency.proven_groups(Together(statements))


def a_statement(name: str, atoms: set[int], bands: Bands | None, counts: Counts) -> Statement:
    """A statement about 10 to 24 people, or as many times that as there are parts."""
    parts = len(atoms)
    return statement(name, frozenset(atoms), bands, (10 * parts, 24 * parts), 1, counts)


def test_a_rest_of_which_nothing_is_said_is_looked_at_too() -> None:
    statements = [
        a_statement("one", {0}, MIXED, (0, 6, 4)),
        a_statement("rest of all", {1}, None, (0, 0, 24)),
        a_statement("all", {0, 1}, HIGH, (0, 6, 28)),
    ]
    assert "rest of all" in proven_groups(statements)


def test_what_the_own_bands_say_is_not_held_against_the_others() -> None:
    """Of 10 to 14, 80 per cent leave fewer than three: that is so without any other group."""
    alone = statement("one", frozenset({0}), HIGH, (10, 14), 1, (0, 0, 12))
    assert proven_groups([alone]) == frozenset()
    assert not own_bands_allow(alone.edges, 10, 14, (1, 1, 0))
    assert own_bands_allow(alone.edges, 10, 15, (0, 0, 1))


def test_a_band_that_no_number_of_answers_fits_allows_nothing() -> None:
    odd = statement(
        "one", frozenset({0}), Bands(Band(0, 5), Band(5, 10), Band(85, 90)), (10, 10), 1, (0, 1, 9)
    )
    assert not own_bands_allow(odd.edges, 10, 10, (0, 0, 1))


@pytest.mark.parametrize(
    ("counts", "people", "prompts", "fits"),
    [
        # Eight of ten are written 80 to 100, eighty of a hundred 60 to 80.
        ((0, 2, 8), (10, 14), 1, True),
        ((0, 3, 12), (15, 24), 1, False),
        ((0, 15, 85), (100, 200), 1, False),
        ((0, 10, 90), (100, 200), 1, True),
        # Over several prompts the few may have answered often.
        ((0, 20, 80), (25, 50), 4, True),
    ],
)
def test_edges_of_nearly_all_alike(
    counts: Counts, people: tuple[int, int], prompts: int, fits: bool
) -> None:
    assert statement("one", frozenset({0}), HIGH, people, prompts, counts).fits(counts) is fits


def test_a_band_that_reaches_down_holds_the_shares_it_was_made_for() -> None:
    down = Bands(Band(0, 60), Band(0, 60), Band(40, 100))
    assert statement("one", frozenset({0}), down, (10, 14), 4, (0, 12, 8)).fits((0, 12, 8))


def test_giving_up_on_siblings_early_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """One low answer more in the first unit is one too many in the sum, and the second unit
    cannot have one fewer; the third can."""
    statements = [
        statement("one", frozenset({0}), MIXED, (10, 24), 1, (2, 10, 8)),
        statement(
            "two",
            frozenset({1}),
            Bands(Band(20, 40), Band(40, 60), Band(20, 40)),
            (10, 24),
            1,
            (5, 10, 9),
        ),
        statement("three", frozenset({2}), MIXED, (10, 24), 1, (1, 6, 3)),
        statement(
            "all",
            frozenset({0, 1, 2}),
            Bands(Band(10, 15), Band(45, 50), Band(35, 40)),
            (30, 72),
            1,
            (8, 26, 20),
        ),
    ]
    patient = proven_groups(statements)
    monkeypatch.setattr(consistency, "_SIBLINGS_TRIED", 1)
    assert proven_groups(statements) == patient == frozenset()


def test_whole_numbers_are_asked_for() -> None:
    """Twice a number is at least 1 and at most 1: a half would do."""
    rules = [([0], [(2, 0, 0, 1), (-2, 0, 0, -1)])]
    assert not some_way_exists(rules, ([0], (0, 0, 0, 0)))
    assert some_way_exists([([0], [(2, 0, 0, 2)])], ([0], (1, 0, 0, 1)))


def test_what_is_known_of_units_in_which_a_theme_is_hidden_counts() -> None:
    """The ten who are high in one unit of the east are nearly a fifth of the force, so the west
    can hold hardly any, with its two units of at most fourteen. It is withheld with the east."""
    units = units_of(east=[(30, 3)] * 3, west=[(50, 5)] * 2)
    east = [*answered("east0", 6, 5, 0), *answered("east1", 0, 0, 10), *answered("east2", 1, 11, 0)]
    west = [*answered("west0", 12, 0, 0), *answered("west1", 0, 12, 0)]
    seen = released(units, [*east, *west])
    assert group(seen, "force").scales["mood"]
    assert group(seen, "department:west").scales["mood"] is None
    assert group(seen, "department:east").scales["mood"] is None


def many_parts(people: dict[int, Counts], most_low: int) -> list[Statement]:
    """Units of exactly twenty people, and all of them, of whom so few per cent are low."""
    mixed = Bands(Band(0, 20), Band(20, 60), Band(20, 60))
    total = (sum(each[0] for each in people.values()), 10 * len(people))
    every = 20 * len(people)
    return [
        *(
            statement(f"unit {name}", frozenset({name}), mixed, (20, 20), 1, counts)
            for name, counts in people.items()
        ),
        statement(
            "all",
            frozenset(people),
            Bands(Band(0, most_low), Band(40, 60), Band(40, 60)),
            (every, every),
            1,
            (total[0], total[1], every - sum(total)),
        ),
    ]


def test_among_many_sets_a_few_that_make_up_for_one_are_enough() -> None:
    """All can have no low more. Three in the first unit are three fewer in units with one each."""
    statements = many_parts({0: (0, 10, 10)} | dict.fromkeys(range(1, 34), (1, 10, 9)), 5)
    together = Together(statements)
    three_low = Asked(statements[0], (1, 0, 0), ((1, 0, 0, 3),))
    assert not together._a_few_answers_moved(*three_low[:3])
    assert not together._a_few_answers_more(*three_low[:3])
    assert together._some_way_nearby(statements[0], ((1, 0, 0, 3),), whole=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Together, "_some_way_nearby", lambda *_: False)
        slowly = proven_groups(statements)
    assert proven_groups(statements) == slowly == frozenset()


def test_of_a_group_of_many_sets_the_search_decides() -> None:
    """All can have no low more, so three in twenty units are three fewer in the others."""
    parts = dict.fromkeys(range(20), (0, 10, 10)) | dict.fromkeys(range(20, 33), (1, 10, 9))
    twenty = statement(
        "twenty",
        frozenset(range(20)),
        Bands(Band(0, 20), Band(40, 60), Band(40, 60)),
        (400, 400),
        1,
        (0, 200, 200),
    )
    statements = [*many_parts(parts, 2), twenty]
    assert "twenty" not in proven_groups(statements)


def test_beside_others_who_are_the_same_people_sums_stay() -> None:
    """Three low more in the first unit are three fewer in others, whoever the cells hold."""
    units = many_parts({0: (0, 10, 10)} | dict.fromkeys(range(1, 34), (1, 10, 9)), 6)
    cells = [
        statement(f"cell {n}", frozenset({n}), bands, (20, 680), 1, counts)
        for n, bands, counts in (
            (34, Bands(Band(0, 20), Band(40, 60), Band(40, 60)), (13, 170, 157)),
            (35, Bands(Band(0, 20), Band(40, 60), Band(40, 60)), (20, 170, 150)),
        )
    ]
    three_low = Asked(units[0], (1, 0, 0), ((1, 0, 0, 3),))
    alone, beside = Together(units), Together([*units, *cells], [range(34), range(34, 36)])
    assert alone.allow(three_low)
    assert alone.moving == [three_low]
    assert not beside._a_few_answers_moved(*three_low[:3])
    assert not beside._a_few_answers_more(*three_low[:3])
    assert beside._some_way_nearby(units[0], three_low.rows, whole=True)
    assert beside.allow(three_low)


def test_what_cells_hold_is_what_the_tree_holds() -> None:
    """One unit may be all high by itself, but the two cells that hold its people cannot."""
    unit = statement("unit", frozenset({0}), None, (10, 24), 1, (0, 20, 4))
    cells = [statement(f"cell {n}", frozenset({n}), MIXED, (5, 24), 1, (0, 6, 4)) for n in (1, 2)]
    all_high = Asked(unit, (0, 0, 1), ((0, 0, 1, 10), (-1, -1, 0, 0)))
    assert Together([unit]).allow(all_high)
    assert not Together([unit, *cells], [range(1), range(1, 3)]).allow(all_high)
