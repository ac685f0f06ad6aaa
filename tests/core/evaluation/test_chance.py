"""With no change at all, a change is called rarely: measured, with a bound that holds it there.

Every round everybody answers anew with the same chance, which is harsher than life: most
people feel this month much as they did the last. Measured with 3,800 series each: 5 in 1,000
of twelve people, 1 of twenty, 5 of forty; 8 of sixty people in a department, 15 of 120; none of
400 in a force. The bounds leave room for the fewer series that are looked at here.
"""

from random import Random

import pytest

from bot.core.disclosure.bands import Bands, share_bands
from bot.core.disclosure.rules import COUNT_EDGES, GRIDS
from bot.core.evaluation.change_rule import change_of
from bot.core.evaluation.changes import standing_out
from bot.core.evaluation.series import series_of
from tests.core.evaluation.history import CHECK_IN, GROUPS, Shown, releases_of

SHARES = [step / 20 for step in range(1, 20)]
TIMES = 40


def a_round(random: Random, people: int, share: float) -> Shown:
    """What is shown of so many people who each give a low answer with this chance."""
    low = sum(random.random() < share for _ in range(people))
    middle = (people - low) // 2
    counts = (low, middle, people - low - middle)
    least = max(edge for edge, _ in GRIDS if edge <= people)
    bands: Bands = share_bands(counts, [people - count for count in counts], least)
    edges = [edge for edge in COUNT_EDGES if edge <= people]
    following = next((edge - 1 for edge in COUNT_EDGES if edge > people), None)
    return Shown({"workload": (bands.low.low, bands.low.high)}, (edges[-1], following))


def called(group: str, people: int) -> float:
    """Return the share of series of unchanging groups at whose end a change is called."""
    random, changes = Random(5), 0  # noqa: S311 - invented answers
    for share in SHARES:
        for _ in range(TIMES):
            rounds = [a_round(random, people, share) for _ in range(4)]
            points = series_of(releases_of({group: rounds}), CHECK_IN, group, "workload")
            changes += change_of(points).is_one
    return changes / (len(SHARES) * TIMES)


@pytest.mark.parametrize(
    ("group", "people", "at_most"),
    [
        ("unit:cars", 12, 0.02),
        ("unit:cars", 20, 0.01),
        ("unit:cars", 40, 0.02),
        ("department:roads", 60, 0.04),
        ("department:roads", 120, 0.06),
        ("force", 400, 0.01),
    ],
)
def test_without_a_change_one_is_called_rarely(group: str, people: int, at_most: float) -> None:
    assert called(group, people) <= at_most


def test_without_any_difference_little_stands_out() -> None:
    sizes = {"force": 200, "department:roads": 90, "department:harbour": 60}
    random = Random(5)  # noqa: S311 - invented answers
    stand_out, cells = 0, 0
    for share in (0.1, 0.22, 0.3, 0.4, 0.5):
        for _ in range(TIMES):
            history = {
                group: [a_round(random, sizes.get(group, 22), share) for _ in range(4)]
                for group in GROUPS
            }
            found = standing_out(releases_of(history), CHECK_IN)
            stand_out += sum(len(each.groups) for each in found)
            cells += len(GROUPS)
    assert stand_out / cells <= 0.03
