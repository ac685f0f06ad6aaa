"""All answers that groups of a size can give: bands hold the truth and never pin it down."""

from collections.abc import Iterator
from functools import cache
from itertools import product

from bot.core.disclosure.bands import share_bands
from tests.each import each_holds
from tests.shares import SHARE

ALL_SIZES = [*range(10, 61), 99, 100, *range(101, 131)]
# The ordinary suite looks at the small ones and at both ends of each width of band.
SIZES = ALL_SIZES if SHARE == 1 else [*range(10, 27), 49, 50, 99, 100, 101]
Triple = tuple[int, int, int]
Written = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


def _triples(people: int) -> Iterator[Triple]:
    for low, middle in product(range(people + 1), repeat=2):
        if low + middle <= people:
            yield low, middle, people - low - middle


@cache
def outputs(people: int) -> dict[Triple, Written]:
    """What is written for every way in which this many people can answer once."""
    found = {}
    for counts in _triples(people):
        bands = share_bands(counts, [people - count for count in counts], people)
        found[counts] = (
            (bands.low.low, bands.low.high),
            (bands.middle.low, bands.middle.high),
            (bands.high.low, bands.high.high),
        )
    return found


def sizes(least: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the sizes of groups, with their names."""
    yield from ((f"{size} people", size) for size in SIZES if size >= least)


def test_the_true_share_lies_in_its_band() -> None:
    def look(people: int) -> None:
        for counts, written in outputs(people).items():
            for count, (low, high) in zip(counts, written, strict=True):
                assert low * people <= 100 * count <= high * people

    each_holds(sizes(), look)


def test_three_bands_together_leave_each_share_as_wide_as_one() -> None:
    def look(people: int) -> None:
        rule = 20 if people < 25 else 10 if people < 100 else 5
        for written in set(outputs(people).values()):
            for one in range(3):
                low, high = written[one]
                others = [written[other] for other in range(3) if other != one]
                # What is left for this share when the others are as large or small as they may be.
                implied_low = max(low, 100 - sum(upper for _, upper in others))
                implied_high = min(high, 100 - sum(lower for lower, _ in others))
                assert implied_high - implied_low >= rule
                assert high - low in (5, 10, 20)

    each_holds(sizes(), look)


def test_nearly_everybody_alike_is_written_as_most() -> None:
    def look(people: int) -> None:
        for counts, written in outputs(people).items():
            most = max(counts)
            if 10 * most >= 9 * people or people - most < 3:
                position = counts.index(most)
                assert written[position] == (80, 100)
                assert all(written[other] == (0, 20) for other in range(3) if other != position)

    each_holds(sizes(), look)


def test_no_band_ends_at_an_end_unless_it_is_wide() -> None:
    def look(people: int) -> None:
        widest = 20 if people < 100 else 10
        for counts, written in outputs(people).items():
            for count, (low, high) in zip(counts, written, strict=True):
                if low == 0 or high == 100:
                    assert high - low >= widest
                if count < 3:
                    assert (low, high) in ((0, 10), (0, 20), (20, 40))

    each_holds(sizes(), look)


def test_a_merged_end_band_does_not_say_that_the_minority_is_under_three() -> None:
    def look(people: int) -> None:
        by_output: dict[Written, list[Triple]] = {}
        for counts, written in outputs(people).items():
            by_output.setdefault(written, []).append(counts)
        for counts, written in outputs(people).items():
            for one in range(3):
                minority = people - counts[one]
                if 0 < minority < 3:
                    assert any(people - other[one] >= 3 for other in by_output[written])
                if 0 < counts[one] < 3:
                    assert any(other[one] >= 3 for other in by_output[written])

    each_holds(sizes(25), look)


def test_the_fine_grids_are_used_where_they_may_be() -> None:
    def widths(people: int) -> set[int]:
        return {high - low for written in outputs(people).values() for low, high in written}

    assert widths(24) == {20}
    assert widths(25) == widths(99) == {10, 20}
    assert widths(100) == {5, 10, 20}
