"""The charts of a release as pictures: for PNG files and, drawn as SVG, for the pack.

The specifications are those of the pages; here is only which there are, and what each is called
in an address. A chart that would show nothing is not there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.core.disclosure.release import Release
from bot.core.evaluation.series import in_order, series_of
from bot.lead.drawing import Spec, as_png, as_svg
from bot.lead.exports.pack.content import Picture, parts
from bot.lead.heat_map import themes_of
from bot.lead.pictures import (
    Cut,
    counts_picture,
    cut_picture,
    cuts_of,
    heat_picture,
    trends_picture,
)

HEAT_MAP: Final = "heat-map"
OVER_TIME: Final = "over-time"

PAGE: Final = 700
"""So many points high is a chart that fits on a page of the pack with its title."""
OF_PANEL, OF_THEME, OF_CELL = 100, 50, 36
"""How many points a panel over time takes, and in a cut a theme and each of its cells."""


def charts_of(release: Release, before: Sequence[Release]) -> Mapping[str, Spec]:
    """Return the charts of a release by name; `before` are the releases before it."""
    found: dict[str, Spec | None] = {}
    if themes_of(release):
        found[HEAT_MAP] = heat_picture(release)
    found[OVER_TIME] = next(_over_time(release, before, len(themes_of(release))), None)
    for cut in cuts_of(release):
        found[f"cut-{cut.by}"] = cut_picture(release, cut)
    for counts in release.counts:
        found[f"counts-{counts.item}"] = counts_picture(counts)
    return {name: spec for name, spec in found.items() if spec is not None}


def _over_time(release: Release, before: Sequence[Release], at_once: int) -> Iterator[Spec]:
    """Yield the force's themes over time, so many on a chart."""
    check_in = release.document["check_in"]
    releases = in_order([*before, release], check_in)
    if len(releases) < 2:
        return
    force = release.groups[0]
    for some in parts(themes_of(release), at_once):
        panels = [
            (f"{theme.title}, “{theme.low}”", series_of(releases, check_in, force.id, theme.id))
            for theme in some
        ]
        yield trends_picture(f"{force.name} over time", panels, wide=True)


def chart_as_png(release: Release, before: Sequence[Release], name: str) -> bytes | None:
    """Return one chart as a picture; None where the release has no such chart."""
    spec = charts_of(release, before).get(name)
    return None if spec is None else as_png(spec)


def title_of_chart(name: str, spec: Spec) -> str:
    """Return what a chart is called in a list; a heat map carries the round's own title."""
    return "Heat map" if name == HEAT_MAP else str(spec["usermeta"]["title"])


def pictures_of(release: Release, before: Sequence[Release]) -> list[Picture]:
    """Return the charts of the pack, each no higher than a page.

    The heat map is not among them: there it is a table of its own.
    """
    found = [*_over_time(release, before, PAGE // OF_PANEL)]
    for cut in cuts_of(release):
        at_once = max(1, PAGE // (OF_THEME + OF_CELL * len(cut.cells)))
        specs = (cut_picture(release, part) for part in _parts_of_cut(cut, release, at_once))
        found += [spec for spec in specs if spec is not None]
    found += [spec for spec in map(counts_picture, release.counts) if spec is not None]
    return [
        Picture(str(spec["usermeta"]["title"]), str(spec["description"]), as_svg(spec))
        for spec in found
    ]


def _parts_of_cut(cut: Cut, release: Release, at_once: int) -> Iterator[Cut]:
    """Yield a cut some themes at a time; the others are as if they were not shown."""
    shown = [
        place
        for place, _ in enumerate(themes_of(release))
        if any(cell.low[place] is not None for cell in cut.cells)
    ]
    for some in parts(shown, at_once):
        yield replace(
            cut,
            cells=tuple(
                replace(
                    cell,
                    low=tuple(low if place in some else None for place, low in enumerate(cell.low)),
                )
                for cell in cut.cells
            ),
        )
