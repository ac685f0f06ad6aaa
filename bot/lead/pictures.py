"""Which chart shows what of a release: its figures, title and summary. Pure.

A summary says in words what a chart draws, so that nobody needs to see it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import (
    Release,
    ReleasedCounts,
    ReleasedGroup,
    ReleasedScale,
)
from bot.core.evaluation.series import Point
from bot.lead import charts
from bot.lead.charts_over_time import Step
from bot.lead.drawing import Spec
from bot.lead.heat_map import Theme, days_of, rows_of, themes_of, title_of
from bot.web.words import (
    days_in_words,
    in_english,
    share_in_short,
    share_in_words,
    step_of,
)

MOST_ROWS: Final = 40
"""More rows than this do not fit on a picture: then it shows the force and its departments."""

CUTS: Final = {
    "high-stress": "High-stress roles beside the rest",
    "role": "By role type",
    "service": "By length of service",
}


@dataclass(frozen=True, slots=True)
class CutCell:
    """One group of people of a cut, and the bands of the low answers per theme."""

    label: str
    low: tuple[Band | None, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """The force cut one way; no cells where that is not shown."""

    by: str
    title: str
    cells: tuple[CutCell, ...]


def cuts_of(release: Release) -> tuple[Cut, ...]:
    """Return the three cuts of a release; without cells where one is not shown."""
    found: Mapping[str, Mapping[str, Any]] = {
        each["by"]: each for each in release.document.get("cuts", ())
    }
    themes = themes_of(release)
    return tuple(
        Cut(by, title, _cells(found[by]["cells"] if by in found else (), themes))
        for by, title in CUTS.items()
    )


def _cells(cells: Sequence[Mapping[str, Any]], themes: Sequence[Theme]) -> tuple[CutCell, ...]:
    return tuple(
        CutCell(
            in_english(cell["label"]),
            tuple(_low(cell["scales"].get(theme.id)) for theme in themes),
        )
        for cell in cells
    )


def _low(scale: Mapping[str, Any] | None) -> Band | None:
    return None if scale is None else Band(*scale["low"])


def cut_picture(release: Release, cut: Cut, *, wide: bool = True) -> Spec | None:
    """Return a cut as ranges beside each other, theme by theme; None where nothing is shown."""
    themes = [
        (
            theme.title,
            theme.low,
            [(cell.label, cell.low[place], _words(cell.low[place])) for cell in cut.cells],
        )
        for place, theme in enumerate(themes_of(release))
        if any(cell.low[place] is not None for cell in cut.cells)
    ]
    if not themes:
        return None
    summary = " ".join(
        f"{theme}, “{low}”: {'; '.join(f'{name} {words}' for name, _, words in groups)}."
        for theme, low, groups in themes
    )
    return charts.side_by_side(cut.title, summary, themes, wide=wide)


def counts_picture(counts: ReleasedCounts, *, wide: bool = True) -> Spec | None:
    """Return counted options, most first; None where no count is shown."""
    shown = [(in_english(label), count) for label, count in counts.options if count is not None]
    shown.sort(key=lambda each: -each[1])
    if not shown:
        return None
    what = "taps" if counts.taps else "people"
    summary = "; ".join(f"{label}: about {count} {what}" for label, count in shown) + "."
    return charts.counted(in_english(counts.text), summary, shown, wide=wide)


def heat_picture(release: Release) -> Spec:
    """Return the heat map of a release, for the chat and the pack."""
    themes = themes_of(release)
    groups = release.groups
    few = len(groups) <= MOST_ROWS
    rows = [
        (row.name, row.depth, [_short_cell(group.scales[theme.id]) for theme in themes])
        for row, group in zip(rows_of(release), groups, strict=True)
        if few or row.depth < 2
    ]
    summary = " ".join(
        f"{name}: "
        + ", ".join(
            f"{theme.title} {'not shown' if cell is None else cell[0]}"
            for theme, cell in zip(themes, cells, strict=True)
        )
        + "."
        for name, _, cells in rows
    )
    return charts.heat_map(_heading(release), summary, [theme.title for theme in themes], rows)


def _heading(release: Release) -> str:
    return f"{title_of(release)}: {days_in_words(*days_of(release))}"


def _short_cell(scale: ReleasedScale | None) -> tuple[str, int] | None:
    if scale is None:
        return None
    return share_in_short(scale.bands[0]), step_of(scale.bands[0])


def trend_picture(
    points: Sequence[Point], theme: Theme, group: ReleasedGroup, summary: str, *, wide: bool
) -> Spec:
    """Return one theme of one group through its releases."""
    newest = next((point.low for point in reversed(points) if point.low is not None), None)
    return charts.trend(
        f"{theme.title} in {group.name}: “{theme.low}”",
        summary,
        [_step(point) for point in points],
        "" if newest is None else share_in_words(newest),
        wide=wide,
    )


def trends_picture(
    title: str,
    panels: Sequence[tuple[str, Sequence[Point]]],
    *,
    wide: bool,
) -> Spec:
    """Return several series under each other, each labelled with its newest words."""
    labelled = [
        (name, _words(points[-1].low if points else None), points) for name, points in panels
    ]
    return charts.trends(
        title,
        " ".join(f"{name}: {words}." for name, words, _ in labelled),
        [(name, words, [_step(point) for point in points]) for name, words, points in labelled],
        wide=wide,
    )


def _step(point: Point) -> Step:
    return (point.opens_on, point.closes_on, point.low, point.comparable)


def _words(band: Band | None) -> str:
    return "not shown" if band is None else share_in_words(band)
