"""Every number that is written at all is written broadly."""

from fractions import Fraction

import pytest

from bot.core.disclosure.bands import (
    Band,
    Bands,
    PeopleBand,
    people_band,
    rate_band,
    rounded_count,
    rounded_mean,
    share_bands,
)
from bot.core.disclosure.respondents import usable_edges
from bot.core.disclosure.rules import COUNT_EDGES


def of_one_prompt(low: int, middle: int, high: int) -> Bands:
    """The bands of one prompt's answers."""
    people = low + middle + high
    return share_bands([low, middle, high], [people - low, people - middle, people - high], people)


def written(bands: Bands) -> list[tuple[int, int]]:
    return [(band.low, band.high) for band in (bands.low, bands.middle, bands.high)]


@pytest.mark.parametrize(
    ("counts", "bands"),
    [
        pytest.param((4, 4, 4), [(20, 40)] * 3, id="20 points under 25"),
        pytest.param((6, 6, 0), [(40, 60), (40, 60), (0, 20)], id="an absent group at 12"),
        pytest.param((9, 9, 7), [(30, 40), (30, 40), (20, 30)], id="10 points from 25"),
        pytest.param((12, 12, 1), [(40, 60), (40, 60), (0, 20)], id="20 points at the ends of 25"),
        pytest.param((33, 33, 34), [(30, 35), (30, 35), (30, 35)], id="5 points from 100"),
        pytest.param((50, 45, 5), [(40, 50), (40, 50), (0, 10)], id="10 points at the ends of 100"),
        pytest.param((10, 0, 0), [(80, 100), (0, 20), (0, 20)], id="everybody alike"),
        pytest.param((0, 2, 10), [(0, 20), (0, 20), (80, 100)], id="all but two"),
        pytest.param((95, 5, 0), [(80, 100), (0, 20), (0, 20)], id="nine in ten of a hundred"),
    ],
)
def test_shares_are_written_in_bands(
    counts: tuple[int, int, int], bands: list[tuple[int, int]]
) -> None:
    assert written(of_one_prompt(*counts)) == bands


def test_few_people_who_answer_often_do_not_show() -> None:
    # Ten people answered once, all high; one of them at 15 more prompts, all low.
    bands = share_bands([15, 0, 10], [10, 10, 1], 10)
    assert written(bands) == [(0, 60), (0, 60), (40, 100)]


@pytest.mark.parametrize(
    ("people", "heads", "band"),
    [
        (10, 500, PeopleBand(10, 14)),
        (14, 500, PeopleBand(10, 14)),
        (15, 500, PeopleBand(15, 24)),
        (24, 500, PeopleBand(15, 24)),
        (25, 500, PeopleBand(25, 49)),
        (50, 500, PeopleBand(50, 99)),
        (99, 500, PeopleBand(50, 99)),
        (100, 500, PeopleBand(100, None)),
        (5000, 9000, PeopleBand(100, None)),
        # "25 or more" of 25 heads would say that everybody answered.
        (25, 25, PeopleBand(15, None)),
        (14, 25, PeopleBand(10, 14)),
        (16, 16, PeopleBand(10, None)),
        (10, 16, PeopleBand(10, None)),
        (28, 30, PeopleBand(15, None)),
        (99, 124, PeopleBand(50, None)),
        (99, 125, PeopleBand(50, 99)),
        # More may have joined than the programme counts heads.
        (40, 30, PeopleBand(15, None)),
    ],
)
def test_numbers_of_people_are_written_in_bands_that_their_heads_cannot_close(
    people: int, heads: int, band: PeopleBand
) -> None:
    assert people_band(people, usable_edges(COUNT_EDGES, 10, 10, heads)) == band


@pytest.mark.parametrize(
    ("threshold", "least", "most", "edges"),
    [
        pytest.param(10, 10, 1000, (10, 15, 25, 50, 100), id="room for all"),
        pytest.param(10, 10, 124, (10, 15, 25, 50), id="100 is more than four fifths of 124"),
        pytest.param(10, 49, 98, (10, 15, 25), id="just above what is known at least"),
        pytest.param(10, 50, 98, (10, 15, 25, 50), id="known already"),
        pytest.param(12, 12, 1000, (12, 25, 50, 100), id="15 is too near a threshold of 12"),
        pytest.param(14, 28, 1000, (14, 25, 50, 100), id="below what is known, near 14"),
        pytest.param(20, 20, 1000, (20, 25, 50, 100), id="a raised threshold is an edge"),
        pytest.param(120, 120, 1000, (120,), id="a threshold above all edges"),
    ],
)
def test_bands_begin_only_where_there_is_room(
    threshold: int, least: int, most: int, edges: tuple[int, ...]
) -> None:
    assert usable_edges(COUNT_EDGES, threshold, least, most) == edges


@pytest.mark.parametrize(
    ("people", "heads", "band"),
    [
        (PeopleBand(10, 14), 100, Band(10, 15)),
        (PeopleBand(15, 24), 40, Band(35, 60)),
        (PeopleBand(25, None), 40, Band(60, 100)),
        (PeopleBand(100, 149), 1000, Band(10, 15)),
        (PeopleBand(100, 149), 200, Band(50, 75)),
        (PeopleBand(15, None), 12, Band(95, 100)),
        (PeopleBand(10_000, 12_499), 47_000, Band(20, 30)),
        (PeopleBand(10, 14), 47_000, Band(0, 5)),
    ],
)
def test_rates_are_made_from_bands_of_people(people: PeopleBand, heads: int, band: Band) -> None:
    assert rate_band(people, heads) == band


@pytest.mark.parametrize(
    ("total", "answers", "mean"),
    [
        (Fraction(150), 50, 3.0),
        (Fraction(325, 2), 50, 3.3),
        (Fraction(-270), 1000, -0.3),
        (Fraction(-250), 1000, -0.2),
    ],
)
def test_means_have_one_decimal(total: Fraction, answers: int, mean: float) -> None:
    assert rounded_mean(total, answers) == mean


@pytest.mark.parametrize(
    ("people", "rounded"), [(0, None), (9, None), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20)]
)
def test_counts_are_rounded_to_fives_from_ten(people: int, rounded: int | None) -> None:
    assert rounded_count(people, 100) == rounded


@pytest.mark.parametrize(
    ("people", "of", "rounded"),
    [(100, 100, None), (90, 100, None), (89, 100, 90), (12, 14, None), (12, 15, 10)],
)
def test_what_nearly_everybody_chose_is_not_counted(
    people: int, of: int, rounded: int | None
) -> None:
    assert rounded_count(people, of) == rounded
