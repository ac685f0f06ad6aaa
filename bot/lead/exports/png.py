"""The charts of a release as pictures: for PNG files and, drawn as SVG, for the pack.

The specifications are those of the pages; here is only which there are, and what each is called
in an address. A chart that would show nothing is not there.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.core.disclosure.release import Release
from bot.core.evaluation.series import in_order, series_of
from bot.lead.drawing import Spec, as_png, as_svg
from bot.lead.exports.pack.content import Picture
from bot.lead.heat_map import themes_of
from bot.lead.pictures import counts_picture, cut_picture, cuts_of, heat_picture, trends_picture

HEAT_MAP: Final = "heat-map"
OVER_TIME: Final = "over-time"


def charts_of(release: Release, before: Sequence[Release]) -> Mapping[str, Spec]:
    """Return the charts of a release by name; `before` are the releases before it."""
    found: dict[str, Spec | None] = {}
    if themes_of(release):
        found[HEAT_MAP] = heat_picture(release)
    found[OVER_TIME] = _over_time(release, before)
    for cut in cuts_of(release):
        found[f"cut-{cut.by}"] = cut_picture(release, cut)
    for counts in release.counts:
        found[f"counts-{counts.item}"] = counts_picture(counts)
    return {name: spec for name, spec in found.items() if spec is not None}


def _over_time(release: Release, before: Sequence[Release]) -> Spec | None:
    check_in = release.document["check_in"]
    releases = in_order([*before, release], check_in)
    themes = themes_of(release)
    if len(releases) < 2 or not themes:
        return None
    force = release.groups[0]
    panels = [
        (f"{theme.title}, “{theme.low}”", series_of(releases, check_in, force.id, theme.id))
        for theme in themes
    ]
    return trends_picture(f"{force.name} over time", panels, wide=True)


def chart_as_png(release: Release, before: Sequence[Release], name: str) -> bytes | None:
    """Return one chart as a picture; None where the release has no such chart."""
    spec = charts_of(release, before).get(name)
    return None if spec is None else as_png(spec)


def title_of_chart(name: str, spec: Spec) -> str:
    """Return what a chart is called in a list; a heat map carries the round's own title."""
    return "Heat map" if name == HEAT_MAP else str(spec["usermeta"]["title"])


def pictures_of(release: Release, before: Sequence[Release]) -> list[Picture]:
    """Return the charts of the pack; the heat map stands there as a table of its own."""
    return [
        Picture(title_of_chart(name, spec), str(spec["description"]), as_svg(spec))
        for name, spec in charts_of(release, before).items()
        if name != HEAT_MAP
    ]
