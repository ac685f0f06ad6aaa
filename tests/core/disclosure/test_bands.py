"""Every number that is written at all is written broadly."""

from fractions import Fraction

import pytest

from bot.core.disclosure.bands import (
    Band,
    Bands,
    count_band,
    rate_band,
    rounded_count,
    rounded_mean,
    share_bands,
)


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
    ("people", "band"),
    [
        (0, None),
        (9, None),
        (10, (10, 14)),
        (14, (10, 14)),
        (15, (15, 24)),
        (24, (15, 24)),
        (25, (25, 49)),
        (50, (50, 99)),
        (99, (50, 99)),
        (100, (100, None)),
        (5000, (100, None)),
    ],
)
def test_numbers_of_people_are_written_in_five_bands(
    people: int, band: tuple[int, int | None] | None
) -> None:
    assert count_band(people) == band


@pytest.mark.parametrize(
    ("people", "heads", "band"),
    [
        (10, 100, Band(0, 20)),
        (24, 40, Band(40, 60)),
        (30, 40, Band(70, 80)),
        (100, 1000, Band(10, 15)),
        (120, 200, Band(55, 60)),
        (40, 30, Band(90, 100)),
    ],
)
def test_rates_are_written_in_bands_as_wide_as_those_of_shares(
    people: int, heads: int, band: Band
) -> None:
    assert rate_band(people, heads) == band


@pytest.mark.parametrize(
    ("total", "answers", "people", "mean"),
    [
        (Fraction(150), 50, 50, 3.0),
        (Fraction(147), 49, 49, None),
        (Fraction(325, 2), 50, 50, 3.3),
        (Fraction(-270), 1000, 50, -0.3),
        (Fraction(-250), 1000, 50, -0.2),
        (Fraction(0), 0, 50, None),
    ],
)
def test_means_have_one_decimal_from_fifty_people(
    total: Fraction, answers: int, people: int, mean: float | None
) -> None:
    assert rounded_mean(total, answers, people) == mean


@pytest.mark.parametrize(
    ("people", "rounded"), [(0, None), (9, None), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20)]
)
def test_counts_are_rounded_to_fives_from_ten(people: int, rounded: int | None) -> None:
    assert rounded_count(people) == rounded
