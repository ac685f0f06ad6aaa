"""Series: one theme of one group through the releases of a check-in.

Read from releases alone: what a release hides is a gap here, whatever the reason, and nothing
is filled in. The order in which releases are given does not matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
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
    groups = [_group_in(release, group_id) for release in found]
    return _series([_of_round(release) for release in found], groups, scale_id)


def all_series(
    releases: Sequence[Release], check_in: str
) -> dict[tuple[str, str], tuple[Point, ...]]:
    """Return the series of every group and scale of the newest release of the check-in."""
    found = in_order(releases, check_in)
    if not found:
        return {}
    rounds = [_of_round(each) for each in found]
    by_id = [{group["id"]: group for group in each.document["groups"]} for each in found]
    scales = [scale["id"] for scale in found[-1].document["scales"]]
    series = {}
    for group in found[-1].document["groups"]:
        groups = [each.get(group["id"]) for each in by_id]
        for scale in scales:
            series[group["id"], scale] = _series(rounds, groups, scale)
    return series


@dataclass(frozen=True, slots=True)
class _Round:
    """What every point of one release has in common."""

    id: str
    opens_on: date
    closes_on: date
    instrument: tuple[str, int]


def _of_round(release: Release) -> _Round:
    document = release.document
    return _Round(
        release.round_id,
        date.fromisoformat(document["opens_on"]),
        date.fromisoformat(document["closes_on"]),
        (document["instrument"]["id"], document["instrument"]["version"]),
    )


def _group_in(release: Release, group_id: str) -> Mapping[str, Any] | None:
    # Read from the document: making every group of sixty releases to look at one is slow.
    return next((each for each in release.document["groups"] if each["id"] == group_id), None)


def _series(
    rounds: Sequence[_Round], groups: Sequence[Mapping[str, Any] | None], scale_id: str
) -> tuple[Point, ...]:
    points: list[Point] = []
    asked: tuple[str, int] | None = None  # by the newest point that shows the scale
    unbroken = True  # since that point
    for each, group in zip(rounds, groups, strict=True):
        if group is not None and group["respondents"] is not None:
            # A break in a round that hides this scale is a break all the same.
            unbroken = unbroken and (asked is None or bool(group.get("comparable", True)))
        scale = None if group is None else _scale_of(group, scale_id)
        points.append(
            Point(
                round_id=each.id,
                opens_on=each.opens_on,
                closes_on=each.closes_on,
                instrument=each.instrument,
                scale=scale,
                comparable=scale is not None and unbroken and asked in (None, each.instrument),
                respondents=_people(group),
                level=None if group is None else Level(group["level"]),
            )
        )
        if scale is not None:
            asked, unbroken = each.instrument, True
    return tuple(points)


def _scale_of(group: Mapping[str, Any], scale_id: str) -> ReleasedScale | None:
    scale = group["scales"].get(scale_id)
    if scale is None:
        return None
    low, middle, high = scale["low"], scale["middle"], scale["high"]
    return _released(low[0], low[1], middle[0], middle[1], high[0], high[1], scale["mean"])


@lru_cache(maxsize=4096)
def _released(
    low: int, to_low: int, middle: int, to_middle: int, high: int, to_high: int, mean: float | None
) -> ReleasedScale:
    # There are few different ones, and a page looks at tens of thousands.
    return ReleasedScale((Band(low, to_low), Band(middle, to_middle), Band(high, to_high)), mean)


def _people(group: Mapping[str, Any] | None) -> tuple[int, int | None] | None:
    if group is None or group["respondents"] is None:
        return None
    least, most = group["respondents"]
    return (least, most)
