"""How many answered cannot be worked out: every way to answer is tried on small trees.

The reader here knows more than any real one: the rules, every head, and what would have been
released for each way in which the people of the tree could have answered. All ways with the
same release are what this reader cannot tell apart.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

import pytest

from bot.core.disclosure.engine import protect
from bot.core.disclosure.rules import DisclosureRules
from bot.core.reporting_units import ReportingUnits
from bot.core.tabulation import ScaleCounts, TeamCounts, UnsafeTable
from tests.core.builders import an_instrument, item, scale, teams_of, units_of
from tests.core.disclosure.organisations import ABOUT
from tests.shares import SHARE

INSTRUMENT = an_instrument(items=[item("mood")], scales=[scale("mood", ["mood"])])
Tree = dict[str, list[tuple[int, int]]]


def _table(units: ReportingUnits, numbers: Sequence[int]) -> UnsafeTable:
    """Everybody answered everything, as evenly as they could: the widths of bands show too."""
    cells = {}
    for unit, people in zip(units.units, numbers, strict=True):
        thirds = [people // 3, people // 3, people - 2 * (people // 3)]
        cells[unit.teams[0], 0] = TeamCounts(people, {"mood": ScaleCounts(thirds, 3 * people)})
    return UnsafeTable(INSTRUMENT, cells)


def worlds(
    units: ReportingUnits, ways: Iterator[tuple[int, ...]], rules: DisclosureRules
) -> list[list[tuple[int, ...]]]:
    """The ways to answer, those with the same release together."""
    alike: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    teams = teams_of(units)
    for numbers in ways:
        release = protect(_table(units, numbers), units, rules, ABOUT, [], teams=teams)
        seen = [
            (group["respondents"], group["rate"], group["scales"]["mood"])
            for group in json.loads(release.content)["groups"]
        ]
        alike[json.dumps(_without_shares(seen))].append(numbers)
    return list(alike.values())


def _without_shares(seen: list[tuple[object, object, dict[str, list[int]] | None]]) -> object:
    """Only how wide the bands are and whether there is a mean: the shares are another test's."""
    return [
        (
            people,
            rate,
            cell and [min(cell[g][1] - cell[g][0] for g in ("low", "middle", "high"))],
            cell and cell["mean"] is not None,
        )
        for people, rate, cell in seen
    ]


def check(units: ReportingUnits, found: list[list[tuple[int, ...]]]) -> None:
    """No unit and no sum of units has one possible number, none has answered for certain."""
    heads = [unit.heads for unit in units.units]
    for alike in found:
        for chosen in product((0, 1), repeat=len(heads)):
            if not any(chosen):
                continue
            sums = {sum(n for n, c in zip(way, chosen, strict=True) if c) for way in alike}
            everybody = sum(h for h, c in zip(heads, chosen, strict=True) if c)
            assert len(sums) > 1, (heads, chosen, alike[0])
            assert min(sums) < everybody
            assert max(sums) > 0


TREES: list[tuple[Tree, int]] = [
    ({"east": [(25, 3), (25, 3)]}, 10),
    ({"east": [(15, 3)], "west": [(15, 3)]}, 10),
    ({"east": [(16, 3)], "west": [(15, 3)]}, 10),
    ({"east": [(36, 3)], "west": [(40, 3)]}, 10),
    ({"east": [(26, 3), (31, 3)]}, 10),
    ({"east": [(63, 3)], "west": [(30, 3)]}, 10),
    ({"east": [(8, 3)], "west": [(40, 3)]}, 10),
    ({"east": [(15, 3), (16, 3)], "west": [(15, 3)]}, 10),
    # 41 and 9 of 41 and 35: that both are hidden says that one has fewer than ten.
    ({"east": [(41, 3), (35, 3)]}, 10),
    ({"east": [(20, 3), (22, 3)]}, 14),
    ({"east": [(24, 3)], "west": [(30, 3)]}, 20),
]


def _ways(tree: Tree) -> int:
    return prod(heads + 1 for units in tree.values() for heads, _ in units)


@pytest.mark.parametrize(
    ("tree", "threshold"),
    # The larger ones are left to `make fuzz`.
    [each for each in TREES if SHARE == 1 or _ways(each[0]) < 700],
    ids=str,
)
def test_no_number_of_people_is_certain_in_a_small_tree(tree: Tree, threshold: int) -> None:
    units = units_of(**tree)
    every_way = product(*(range(unit.heads + 1) for unit in units.units))
    check(units, worlds(units, every_way, DisclosureRules(threshold)))
