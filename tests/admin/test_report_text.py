"""A release as text: the same bands as everywhere, nothing cut off, nothing that is not shown."""

import pytest

from bot.admin.report_text import report_as_text
from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release
from bot.web.words import (
    NOT_VALIDATED,
    people_in_figures,
    share_in_figures,
    why_not_shown,
)
from tests.lead.results import a_release, a_taps_release, a_wide_release, an_empty_release


def together(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("release", [a_release(), a_wide_release()], ids=["five", "eight"])
def test_no_line_is_longer_than_the_screen_and_no_word_is_cut(width: int, release: Release) -> None:
    text = report_as_text(release, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    for group in release.groups:
        for word in group.name.split():
            assert word in text


def test_every_row_says_what_the_release_says() -> None:
    release = a_release()
    lines = report_as_text(release, 120).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("GROUP")) + 1
    order = [scale["id"] for scale in release.document["scales"]]
    for line, group in zip(lines[start:], release.groups, strict=False):
        people = people_in_figures(group.respondents) if group.respondents else "·"
        shares = [
            share_in_figures(Band(scale.bands[0].low, scale.bands[0].high)) if scale else "·"
            for scale in map(group.scales.get, order)
        ]
        assert line.strip().removeprefix(group.name).split() == " ".join([people, *shares]).split()


def test_average_scores_are_shown_for_the_groups_that_have_some() -> None:
    release = a_release()
    text = report_as_text(release, 120)
    averages = text[text.index("Average scores:") :]
    for group in release.groups:
        has_some = any(scale and scale.mean is not None for scale in group.scales.values())
        assert (group.name in averages) == has_some


def test_taps_are_said_to_be_taps() -> None:
    text = together(report_as_text(a_taps_release(), 80))
    assert "(taps, not people, rounded to five)" in text
    assert "(people, rounded to five)" in together(report_as_text(a_wide_release(), 80))


def test_an_empty_round_is_dots_and_one_sentence() -> None:
    text = report_as_text(an_empty_release(), 80)
    assert "%" not in text
    assert "Average" not in text
    assert together(why_not_shown(10)) in together(text)
    assert together(NOT_VALIDATED) in together(text)


def test_counts_by_option_and_what_the_release_is_made_of_are_there() -> None:
    release = a_wide_release()
    text = report_as_text(release, 80)
    for counts in release.counts:
        for label, count in counts.options:
            assert f"  {label['en']}: {count}" in text
    assert f"SHA-256 {release.hash.hex()}" in text
    assert "Programme version 3" in text
