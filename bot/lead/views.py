"""What each page is given to show, worked out from releases alone.

A view of a group or a theme that the release does not have is None: there is no such page.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Any, Final

from bot.core.disclosure.release import Release, ReleasedGroup
from bot.core.disclosure.rules import DEPTH, Level
from bot.core.evaluation.series import Point, in_order, series_of
from bot.lead.asked import asked_in
from bot.lead.blocks import blocks_of, counts_shown, cut_tables
from bot.lead.drawing import as_svg
from bot.lead.findings import KEPT
from bot.lead.heat_map import (
    Cell,
    Theme,
    cell_of,
    days_of,
    force_row,
    people_of,
    rate_of,
    rows_of,
    themes_of,
    themes_of_group,
    title_of,
)
from bot.lead.heat_rows import rows_by_round, rows_by_theme
from bot.lead.overview import CheckInResults, blocks_beside, by_check_in, leading, of_round
from bot.lead.pictures import trend_picture, trends_picture
from bot.lead.wording import (
    HOW_IT_IS_CHOSEN,
    Finding,
    change_in_words,
    nothing_found,
    series_in_words,
)
from bot.web.words import days_in_short, days_in_words, steps_in_words, why_not_shown
from bot.workflows.report import Results, UpcomingResult

LEVELS: Final[Mapping[Level, tuple[str, str]]] = {
    Level.FORCE: ("force", "The whole force"),
    Level.DEPARTMENT: ("departments", "Department"),
    Level.UNIT: ("reporting units", "Reporting unit"),
}
"""Per level: its name in a sentence, and what stands above a group's name."""

MANY_THEMES: Final = 6
"""More columns than this do not fit beside each other: the table scrolls sideways."""

LOOKING_BACK: Final = 13
"""Releases in small pictures: a year of months; the page of one theme of one group has all."""

SIDE_BY_SIDE: Final = 6
"""Releases in the table of a theme."""

MOST_PANELS: Final = 12
MOST_STANDING_OUT: Final = 5


def first_view(results: Results) -> dict[str, Any]:
    """Return what stands on the page before the first release."""
    upcoming = _in_time(results.upcoming)
    return {"force": results.force, "next": upcoming[0] if upcoming else None}


def results_view(results: Results, release: Release | None = None) -> dict[str, Any]:
    """Return the page of one release, or with the newest of every check-in."""
    check_ins = by_check_in(results.releases)
    overview = release is None
    chosen = leading(check_ins)
    if release is not None:
        chosen = of_round(check_ins, release.round_id) or chosen
    shown = chosen.newest if release is None else release
    upcoming = [
        each for each in _in_time(results.upcoming) if overview or each.check_in == chosen.id
    ]
    standing = _standing_out(check_ins if overview else [chosen], shown)
    beside = blocks_beside(check_ins) if overview else []
    return {
        **_about(shown),
        "heat_rows": rows_by_theme(shown.round_id, rows_of(shown), themes_of(shown)),
        "is_overview": overview,
        "check_ins": [
            (each.title, each.newest.round_id, each.id == chosen.id) for each in check_ins
        ],
        "rounds": [
            (_days(each), each.round_id, each.round_id == shown.round_id)
            for each in chosen.releases
        ],
        "is_newest": shown.round_id == chosen.newest.round_id,
        "upcoming": [(each.title, each.expected_on) for each in upcoming],
        "standing": standing,
        "nothing": nothing_found(chosen.releases[_place_of(chosen, shown) :]),
        "how_chosen": HOW_IT_IS_CHOSEN,
        "cuts": cut_tables(shown),
        "counts": counts_shown(shown),
        "blocks": blocks_of([each for each in beside if each.id != chosen.id]),
    }


def _place_of(check_in: CheckInResults, release: Release) -> int:
    return [each.round_id for each in check_in.releases].index(release.round_id)


def _standing_out(
    check_ins: Sequence[CheckInResults], shown: Release
) -> list[tuple[Finding, str, str]]:
    """Return what stands out, with the round it is seen in and where that is another check-in."""
    found: list[tuple[Finding, str, str]] = []
    for each in check_ins:
        release = shown if shown in each.releases else each.newest
        elsewhere = "" if release is shown else each.title
        found += [(one, release.round_id, elsewhere) for one in KEPT.of(each, release)]
    return found[:MOST_STANDING_OUT]


def group_view(releases: Sequence[Release], release: Release, number: int) -> dict[str, Any] | None:
    """Return the page of one group: every theme now, and how they have been."""
    group = _group(release, number)
    if group is None:
        return None
    themes = themes_of(release)
    check_in = release.document["check_in"]
    series = {
        theme.id: _up_to(release, series_of(releases, check_in, group.id, theme.id))
        for theme in themes
    }
    picture = trends_picture(
        f"{group.name} over time",
        [(f"{theme.title}, “{theme.low}”", series[theme.id][-LOOKING_BACK:]) for theme in themes],
        wide=False,
    )
    several = any(len(points) > 1 for points in series.values())
    return {
        **_about(release),
        "group": group,
        "number": number,
        "kind": asked_in(release).whole if group.level is Level.FORCE else LEVELS[group.level][1],
        "within": _parent_of(group, release.groups),
        "inside": [
            (place, other.name)
            for place, other in enumerate(release.groups, start=1)
            if other.parent == group.id
        ],
        "people": people_of(group),
        "may_reply": not (release.is_extract and group.level is Level.FORCE),
        "rate": rate_of(group),
        "of_group": themes_of_group(release, group),
        "changes": {theme.id: change_in_words(series[theme.id]) for theme in themes},
        "svg": as_svg(picture) if themes and several else "",
    }


def cell_view(
    releases: Sequence[Release], release: Release, number: int, scale: str
) -> dict[str, Any] | None:
    """Return the page of one theme of one group: all of its releases."""
    group, theme = _group(release, number), _theme(release, scale)
    if group is None or theme is None:
        return None
    points = _up_to(release, series_of(releases, release.document["check_in"], group.id, theme.id))
    summary = series_in_words(points, theme.low)
    drawn = any(point.low is not None for point in points)
    numbers = _numbers(releases, group.id, {point.round_id for point in points})
    return {
        **_about(release),
        "group": group,
        "number": number,
        "theme": theme,
        "summary": summary,
        "svg": as_svg(trend_picture(points, theme, group, summary, wide=True)) if drawn else "",
        "points": [
            (
                days_in_short(point.opens_on, point.closes_on),
                point,
                None if point.low is None else cell_of(point.low),
                numbers.get(point.round_id),
            )
            for point in reversed(points)
        ],
        "new_starts": {
            point.round_id
            for place, point in enumerate(points)
            if point.low is not None
            and not point.comparable
            and any(before.low is not None for before in points[:place])
        },
    }


def theme_view(releases: Sequence[Release], release: Release, scale: str) -> dict[str, Any] | None:
    """Return the page of one theme: every group over the newest releases."""
    theme = _theme(release, scale)
    if theme is None:
        return None
    check_in = release.document["check_in"]
    earlier = [
        each
        for each in in_order(releases, check_in)
        if each.document["closes_on"] <= release.document["closes_on"]
    ]
    side_by_side = earlier[-SIDE_BY_SIDE:]
    columns = [days_in_short(*days_of(each)) for each in side_by_side]
    large = [group for group in release.groups if group.level is not Level.UNIT]
    newest = earlier[-LOOKING_BACK:]
    panels = [
        (group.name, series_of(newest, check_in, group.id, scale)) for group in large[:MOST_PANELS]
    ]
    of_force = series_of(earlier, check_in, large[0].id, scale)
    picture = trends_picture(
        f"{theme.title} over time: “{theme.low}”",
        panels,
        wide=False,
    )
    return {
        **_about(release),
        "theme": theme,
        "columns": columns,
        "heat_rows": rows_by_round(
            release.round_id, _lines(release, side_by_side, scale), columns, theme
        ),
        "svg": as_svg(picture) if len(earlier) > 1 else "",
        "force_says": series_in_words(of_force, theme.low),
        "left_out": max(0, len(large) - MOST_PANELS),
    }


def _lines(
    release: Release, side_by_side: Sequence[Release], scale: str
) -> list[tuple[int, str, int, list[Cell | None]]]:
    by_id = [{group.id: group for group in each.groups} for each in side_by_side]
    return [
        (
            number,
            group.name,
            DEPTH[group.level],
            [_cell_in(groups.get(group.id), scale) for groups in by_id],
        )
        for number, group in enumerate(release.groups, start=1)
    ]


def _cell_in(group: ReleasedGroup | None, scale: str) -> Cell | None:
    found = None if group is None else group.scales.get(scale)
    return None if found is None else cell_of(found.bands[0])


def _about(release: Release) -> dict[str, Any]:
    document = release.document
    themes = themes_of(release)
    return {
        "release": release,
        "document": document,
        "title": title_of(release),
        "days": _days(release),
        "themes": themes,
        "force": force_row(release),
        "asked": asked_in(release),
        "many_themes": len(themes) > MANY_THEMES,
        "steps": list(enumerate(steps_in_words(), start=1)),
        "not_shown": why_not_shown(document["thresholds"]["respondents"]),
        "withheld": [
            (_level(release, level), document["withheld"][level.value], _cells_of(release, level))
            for level in Level
        ],
    }


def _level(release: Release, level: Level) -> str:
    return asked_in(release).kind if level is Level.FORCE else LEVELS[level][0]


def _cells_of(release: Release, level: Level) -> int:
    return sum(len(group.scales) for group in release.groups if group.level is level)


def _days(release: Release) -> str:
    return days_in_words(*days_of(release))


def _group(release: Release, number: int) -> ReleasedGroup | None:
    return release.groups[number - 1] if 1 <= number <= len(release.groups) else None


def _theme(release: Release, scale: str) -> Theme | None:
    return next((theme for theme in themes_of(release) if theme.id == scale), None)


def _up_to(release: Release, points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points until this release: what an older one shows does not change."""
    closes_on = days_of(release)[1]
    return tuple(point for point in points if point.closes_on <= closes_on)


def _numbers(releases: Sequence[Release], group: str, rounds: Set[str]) -> dict[str, int]:
    """Return the place of a group in each release of these rounds that has it, by round."""
    # Read from the documents: making every group of sixty releases to find one is slow.
    places = {
        release.round_id: next(
            (
                number
                for number, each in enumerate(release.document["groups"], start=1)
                if each["id"] == group
            ),
            None,
        )
        for release in releases
        if release.round_id in rounds
    }
    return {round_id: number for round_id, number in places.items() if number is not None}


def _parent_of(
    group: ReleasedGroup, groups: Sequence[ReleasedGroup]
) -> tuple[int, ReleasedGroup] | None:
    for number, other in enumerate(groups, start=1):
        if other.id == group.parent:
            return number, other
    return None


def _in_time(upcoming: Sequence[UpcomingResult]) -> list[UpcomingResult]:
    return sorted(upcoming, key=_expected)


def _expected(upcoming: UpcomingResult) -> date:
    return upcoming.expected_on
