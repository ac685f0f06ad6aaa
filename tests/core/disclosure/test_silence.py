"""That a fifth of a group may not have answered: not shares, nor counts, may say that it did."""

import pytest

from bot.core.disclosure import option_counts, silence
from bot.core.disclosure.bands import Band, Bands
from bot.core.disclosure.consistency import Together
from bot.core.disclosure.release import Release
from bot.core.disclosure.statements import Statement, statement
from tests.core.builders import units_of
from tests.core.disclosure.tables import answered, group, released

# --- Shares ------------------------------------------------------------------------------------

EAST = statement(
    "east", frozenset({0}), Bands(Band(60, 80), Band(20, 40), Band(0, 20)), (10, 18), 1, (12, 6, 0)
)
WEST = statement(
    "west",
    frozenset({1}),
    Bands(Band(30, 35), Band(30, 35), Band(35, 40)),
    (100, 125),
    1,
    (41, 40, 44),
)
ALL = statement(
    "force",
    frozenset({0, 1}),
    Bands(Band(35, 40), Band(30, 35), Band(30, 35)),
    (110, 143),
    1,
    (53, 46, 44),
)
ROOM = {"force": 143, "east": 18, "west": 125}


def cell(number: int, high: Band, counts: tuple[int, int, int]) -> Statement:
    return statement(
        f"cell {number}",
        frozenset({number}),
        Bands(Band(20, 60), Band(20, 60), high),
        (20, 143),
        1,
        counts,
    )


CELLS = [
    *(cell(number, Band(0, 20), (9, 8, 4)) for number in (2, 3, 4)),
    cell(5, Band(20, 40), (26, 22, 32)),
]
"""Three of twenty or more are under a fifth high: only with nearly everybody the fourth is large
enough for what is high in the west."""


def test_shares_may_prove_how_many_answered() -> None:
    tree = Together([EAST, WEST, ALL])
    assert silence.nearly_everybody(tree, ROOM) == frozenset()
    beside = Together([EAST, WEST, ALL, *CELLS], [range(2), range(2, 6)])
    assert silence.nearly_everybody(beside, ROOM) == set(ROOM)


def test_where_a_fifth_did_not_answer_nothing_is_asked() -> None:
    many = dict.fromkeys(ROOM, 1_000)
    beside = Together([EAST, WEST, ALL, *CELLS], [range(2), range(2, 6)])
    assert silence.nearly_everybody(beside, many) == frozenset()


def test_among_many_sets_nothing_is_asked() -> None:
    units = [
        statement(f"unit {n}", frozenset({n}), None, (20, 20), 1, (10, 5, 5)) for n in range(41)
    ]
    room = {each.id: 20 for each in units}
    assert silence.nearly_everybody(Together(units[:40]), room) == {s.id for s in units[:40]}
    assert silence.nearly_everybody(Together(units), room) == frozenset()


# --- Counts of options ---------------------------------------------------------------------------

UNITS = units_of(east=[(20, 3)], west=[(45, 3)] * 2)
"""“80” chose one of the reasons, so that at least 87 of the 110 answered; in the east, “10 to 14”,
at most 14; so at least 73 of the 90 in the west."""


def of_the_west(few: int) -> Release:
    """So many fewer answered in the west than 74."""
    raw = [*answered("east0", 0, 10, 4), *answered("west0", 9, 20, 8 - few)]
    return released(UNITS, [*raw, *answered("west1", 1, 24, 12)])


def counts(release: Release) -> list[int]:
    return [count for item in release.counts for _, count in item.options if count is not None]


def test_counts_and_bands_do_not_say_that_a_department_answered() -> None:
    release = of_the_west(0)
    assert group(release, "department:east").respondents == (10, 14)
    assert counts(release) == []
    assert counts(of_the_west(8))


def test_without_the_rule_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(option_counts, "_proven", lambda *_: 0)
    assert max(counts(of_the_west(0))) == 80
