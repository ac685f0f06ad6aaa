"""What public figures may cost: a programme says it, within limits that are fixed."""

import re
from typing import Any

import pytest

from bot.core.documents import DocumentProblems
from bot.core.programme import DisclosureSettings


def settings(**figures: Any) -> DisclosureSettings:
    return DisclosureSettings.from_mapping({"public_figures": figures}, name="programme")


def test_without_a_word_about_them_there_are_none() -> None:
    assert DisclosureSettings().public_figures is None


def test_a_budget_is_counted_in_thousandths() -> None:
    figures = settings(epsilon_per_year=4, epsilon_per_release=0.29).public_figures
    assert figures is not None
    assert (figures.per_year, figures.per_release) == (4000, 290)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"epsilon_per_year": 1.0}, "Field required"),
        ({"epsilon_per_year": 1.0, "epsilon_per_release": 1.5}, "to be at most epsilon_per_year"),
        ({"epsilon_per_year": 10.5, "epsilon_per_release": 1.0}, "less than or equal to 10"),
        ({"epsilon_per_year": 1.0, "epsilon_per_release": 0.001}, "greater than or equal to 0.01"),
        ({"epsilon_per_year": 1.0, "epsilon_per_release": 0.1234}, "at most three decimals"),
        (
            {"epsilon_per_year": float("nan"), "epsilon_per_release": 1.0},
            "less than or equal to 10",
        ),
        ({"epsilon_per_year": "1", "epsilon_per_release": 1.0}, "valid number"),
    ],
)
def test_a_budget_that_cannot_be_is_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        settings(**given)
