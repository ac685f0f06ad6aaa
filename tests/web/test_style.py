"""The stylesheet: its colours can be read on each other, and it asks nobody else for anything."""

import re
from itertools import pairwise

import pytest

from bot.web.assets import STATIC

Tokens = dict[str, str]
CSS = (STATIC.folder / "style.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\n *\}", CSS, re.DOTALL)[:2]
)
TEXT_ON = [
    *((ink, paper) for ink in ("ink", "quiet", "accent", "accent-hover", "warning")
      for paper in ("paper", "surface", "sunken")),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    *((f"on-step-{step}", f"step-{step}") for step in range(1, 6)),
]  # fmt: skip


def luminance(colour: str) -> float:
    """The relative luminance that WCAG defines."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio that WCAG defines."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_what_it_stands_on(tokens: Tokens) -> None:
    too_faint = {
        (ink, paper): round(contrast(tokens[ink], tokens[paper]), 2)
        for ink, paper in TEXT_ON
        if contrast(tokens[ink], tokens[paper]) < 4.5
    }
    assert too_faint == {}


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_focus_stands_out_from_every_background(tokens: Tokens) -> None:
    for paper in ("paper", "surface", "sunken"):
        assert contrast(tokens["focus"], tokens[paper]) >= 3


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_each_step_stands_further_from_the_paper_than_the_one_before(tokens: Tokens) -> None:
    apart = [contrast(tokens[f"step-{step}"], tokens["paper"]) for step in range(1, 6)]
    assert all(more / less >= 1.2 for less, more in pairwise(apart))


def test_the_dark_scheme_has_a_colour_for_every_colour() -> None:
    assert set(DARK) == set(LIGHT)


def test_the_stylesheet_loads_nothing() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
