"""Series: one theme of one group through the releases of a check-in.

Read from releases alone: what a release hides is a gap here, whatever the reason, and nothing
is filled in. The order in which releases are given does not matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release, ReleasedScale
from bot.core.disclosure.rules import Level


@dataclass(frozen=True, slots=True)
class Point:
    """One release of a series.

    `comparable` says whether the point may be compared with the newest point before it that
    shows the scale; true for the first one shown, false where nothing is shown.
    """

    round_id: str
    opens_on: date
    closes_on: date
    instrument: tuple[str, int]
    scale: ReleasedScale | None
    comparable: bool
    respondents: tuple[int, int | None] | None = None
    level: Level | None = None
    """None where the release has no such group."""

    @property
    def low(self) -> Band | None:
        """The band of the low answers; None where not shown."""
        return None if self.scale is None else self.scale.bands[0]


def in_order(releases: Iterable[Release], check_in: str) -> tuple[Release, ...]:
    """Return the releases of a check-in, oldest first."""
    found = [each for each in releases if each.document["check_in"] == check_in]
    return tuple(sorted(found, key=_moment))


def _moment(release: Release) -> tuple[str, str, str]:
    return (release.document["closes_on"], release.document["opens_on"], release.round_id)


def series_of(
    releases: Iterable[Release], check_in: str, group_id: str, scale_id: str
) -> tuple[Point, ...]:
    """Return one point per release of the check-in, oldest first."""
    found = in_order(releases, check_in)
    return _series(found, [_group_in(release, group_id) for release in found], scale_id)


def all_series(
    releases: Sequence[Release], check_in: str
) -> dict[tuple[str, str], tuple[Point, ...]]:
    """Return the series of every group and scale of the newest release of the check-in."""
    found = in_order(releases, check_in)
    if not found:
        return {}
    by_id = [{group["id"]: group for group in each.document["groups"]} for each in found]
    return {
        (group["id"], scale["id"]): _series(
            found, [groups.get(group["id"]) for groups in by_id], scale["id"]
        )
        for group in found[-1].document["groups"]
        for scale in found[-1].document["scales"]
    }


def _group_in(release: Release, group_id: str) -> Mapping[str, Any] | None:
    # Read from the document: making every group of sixty releases to look at one is slow.
    return next((each for each in release.document["groups"] if each["id"] == group_id), None)


def _series(
    releases: Sequence[Release], groups: Sequence[Mapping[str, Any] | None], scale_id: str
) -> tuple[Point, ...]:
    points: list[Point] = []
    asked: tuple[str, int] | None = None  # by the newest point that shows the scale
    unbroken = True  # since that point
    for release, group in zip(releases, groups, strict=True):
        document = release.document
        instrument = (document["instrument"]["id"], document["instrument"]["version"])
        if group is not None and group["respondents"] is not None:
            # A break in a round that hides this scale is a break all the same.
            unbroken = unbroken and (asked is None or bool(group.get("comparable", True)))
        scale = None if group is None else _scale_of(group, scale_id)
        points.append(
            Point(
                round_id=release.round_id,
                opens_on=date.fromisoformat(document["opens_on"]),
                closes_on=date.fromisoformat(document["closes_on"]),
                instrument=instrument,
                scale=scale,
                comparable=scale is not None and unbroken and asked in (None, instrument),
                respondents=_people(group),
                level=None if group is None else Level(group["level"]),
            )
        )
        if scale is not None:
            asked, unbroken = instrument, True
    return tuple(points)


def _scale_of(group: Mapping[str, Any], scale_id: str) -> ReleasedScale | None:
    scale = group["scales"].get(scale_id)
    if scale is None:
        return None
    low, middle, high = (Band(*scale[place]) for place in ("low", "middle", "high"))
    return ReleasedScale((low, middle, high), scale["mean"])


def _people(group: Mapping[str, Any] | None) -> tuple[int, int | None] | None:
    if group is None or group["respondents"] is None:
        return None
    least, most = group["respondents"]
    return (least, most)
