"""Charts over time as Vega-Lite dictionaries: releases as steps, bands as ranges. Pure.

A band is drawn from its one end to its other, never as a point in its middle. What is not
shown is a calm gap with a dot; a dashed line is a new start, across which nothing may be
compared.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from bot.core.disclosure.bands import Band
from bot.lead.chart_frame import (
    INK,
    NARROW,
    PAPER,
    QUIET,
    SHARES,
    STEPS,
    SUNKEN,
    WIDE,
    chart,
    layer,
    lookup,
    shortened,
)
from bot.lead.drawing import AT_THE_EDGE, Spec

_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)

SHARES_END: Final = 100
WORDS: Final = 12
"""How high a line of words is, its gap with it, on the scale of shares of a single series."""

Step = tuple[date, date, Band | None, bool]
"""First and last day of a round, the band of the low answers, whether it may be compared."""


def trend(title: str, summary: str, steps: Sequence[Step], newest: str, *, wide: bool) -> Spec:
    """Return one theme of one group over time: one range per release, from its first day on.

    `newest` labels the newest range that is shown. A dashed line is a new start: what lies
    before it and what lies behind it may not be compared.
    """
    # One size for a desk and a phone: its words stay large enough when it is made small.
    width, height = (320, 200) if wide else (NARROW, 200)
    days = _days(steps)
    x = _over_days(days, most=4)
    ranges = [
        {"x": day[0], "x2": day[1], "low": band.low, "high": band.high}
        for day, (_, _, band, _) in zip(days, steps, strict=True)
        if band is not None
    ]
    gaps = [
        {"x": (day[0] + day[1]) / 2, "y": 4}
        for day, (_, _, band, _) in zip(days, steps, strict=True)
        if band is None
    ]
    layers: list[Any] = [
        {
            "data": {"values": ranges},
            "mark": {"type": "rect", "color": STEPS[3], "stroke": PAPER, "strokeWidth": 1},
            "encoding": {
                "x": x,
                "x2": {"field": "x2"},
                "y": {
                    "field": "low",
                    "type": "quantitative",
                    "scale": {"domain": [0, 100], "nice": False},
                    "axis": {
                        "values": list(SHARES),
                        "tickCount": 12,
                        "labelExpr": lookup(SHARES),
                        "labelOverlap": False,
                    },
                },
                "y2": {"field": "high"},
            },
        },
        layer(
            gaps,
            _DOT,
            {
                "x": {"field": "x", "type": "quantitative"},
                "y": {"field": "y", "type": "quantitative"},
            },
        ),
        {
            "data": {"values": [{"x": each} for each in _new_starts(days, steps)]},
            "mark": {"type": "rule", "strokeDash": [4, 4], "color": INK},
            "encoding": {"x": {"field": "x", "type": "quantitative"}},
        },
    ]
    if ranges:
        layers.append(_label_of_newest(ranges, newest))
    return chart(title, summary, width, height, layers)


def _label_of_newest(ranges: Sequence[Mapping[str, float]], words: str) -> dict[str, Any]:
    """Return the words for the newest range, clear of the ranges that lie under them."""
    last = ranges[-1]
    reach = (last["x2"] - ranges[0]["x"]) * 0.55
    near = [each for each in ranges if each["x2"] > last["x2"] - reach]
    middle = (last["low"] + last["high"]) / 2
    highest = max(each["high"] for each in near)
    free = [
        (edge, above)
        for each in near
        for edge, above in ((each["high"], True), (each["low"], False))
        if _is_free(edge, above, near)
    ]
    # Where there is no room at all it stands above everything, outside the frame.
    edge, above = min(free, key=lambda at: abs(at[0] - middle), default=(highest, True))
    return {
        "data": {"values": [{"x": last["x2"], "y": edge}]},
        "mark": {
            "type": "text",
            "align": "right",
            "baseline": "bottom" if above else "top",
            "dy": -5 if above else 6,
            "fontWeight": "bold",
            "text": words,
        },
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "y", "type": "quantitative"},
        },
    }


def _is_free(edge: float, above: bool, ranges: Sequence[Mapping[str, float]]) -> bool:
    """Whether words above or below a height would touch no range, and stay in the frame."""
    low, high = (edge, edge + WORDS) if above else (edge - WORDS, edge)
    return (
        low >= 0
        and high <= SHARES_END
        and all(each["high"] <= low or each["low"] >= high for each in ranges)
    )


def trends(
    title: str, summary: str, panels: Sequence[tuple[str, str, Sequence[Step]]], *, wide: bool
) -> Spec:
    """Return several series under each other over the same days, each from none to all.

    A panel is its name, the words for its newest round, and its steps.
    """
    width = WIDE if wide else NARROW
    track, room = 48, 100
    days = _days([step for _, _, steps in panels for step in steps])
    x = _over_days(days, most=8 if wide else 4)
    first, last = (min(day[0] for day in days), max(day[1] for day in days)) if days else (0, 1)
    boxes: list[dict[str, Any]] = []
    dots: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    starts: list[dict[str, Any]] = []
    for place, (name, newest, steps) in enumerate(panels):
        base = (place + 1) * room - 8
        top = base - track
        words.append({"x": first, "y": top - 24, "text": shortened(name, 40), **_NAME})
        words.append({"x": first, "y": top - 6, "text": newest, **_LABEL})
        boxes.append({"x": first, "x2": last, "low": base, "high": top, "fill": SUNKEN})
        own = _days(steps)
        for day, (_, _, band, _) in zip(own, steps, strict=True):
            if band is None:
                dots.append({"x": (day[0] + day[1]) / 2, "y": base - track / 2})
                continue
            low, high = (base - track * each / 100 for each in (band.low, band.high))
            box = {"x": day[0], "x2": day[1], "low": low, "high": high, "fill": STEPS[3]}
            boxes.append(box)
        starts += [{"x": each, "low": base, "high": top} for each in _new_starts(own, steps)]
    y = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [len(panels) * room, 0], "nice": False},
        "axis": None,
    }
    y2 = {"field": "high"}
    # Few layers, and few texts: a layer costs as much time as all boxes that stand in it.
    layers = [
        layer(
            boxes,
            {"type": "rect", "stroke": PAPER},
            {"x": x, "x2": {"field": "x2"}, "y": y, "y2": y2, "color": _as_given("fill")},
        ),
        layer(
            starts,
            {"type": "rule", "strokeDash": [4, 4], "color": INK},
            {"x": {"field": "x", "type": "quantitative"}, "y": y, "y2": y2},
        ),
        layer(
            dots,
            _DOT,
            {
                "x": {"field": "x", "type": "quantitative"},
                "y": {"field": "y", "type": "quantitative"},
            },
        ),
        layer(
            words,
            {
                "type": "text",
                "align": "left",
                "baseline": "bottom",
                "fontWeight": {"expr": "datum.fontWeight"},
            },
            {
                "x": {"field": "x", "type": "quantitative"},
                "y": {"field": "y", "type": "quantitative"},
                "text": {"field": "text"},
            },
            AT_THE_EDGE,
        ),
    ]
    return chart(title, summary, width, len(panels) * room, layers)


_NAME: Final = {"fontWeight": "bold"}
_LABEL: Final = {"fontWeight": "normal"}
# A mark and no text: there may be a hundred, and measuring one text takes as long as fifty marks.
_DOT: Final = {"type": "point", "filled": True, "opacity": 1, "size": 16, "color": QUIET}


def _as_given(field: str) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "scale": None}


def _days(steps: Sequence[Step]) -> list[tuple[int, int]]:
    """Return the days of each round as numbers; the next round may begin on the last one."""
    return [(opens.toordinal(), closes.toordinal()) for opens, closes, _, _ in steps]


def _new_starts(days: Sequence[tuple[int, int]], steps: Sequence[Step]) -> list[int]:
    seen = False
    found = []
    for day, (_, _, band, comparable) in zip(days, steps, strict=True):
        if band is None:
            continue
        if seen and not comparable:
            found.append(day[0])
        seen = True
    return found


def _over_days(days: Sequence[tuple[int, int]], most: int) -> dict[str, Any]:
    """Return an axis of days with the names of months; numbers, so that no time zone matters."""
    first, last = (min(day[0] for day in days), max(day[1] for day in days)) if days else (0, 1)
    ticks = _month_ticks(first, last, most)
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [first, last], "nice": False, "zero": False},
        "axis": {
            "values": list(ticks),
            "tickCount": 12,
            "labelExpr": lookup(ticks),
            "labelAlign": "left",
            "labelOverlap": False,
        },
    }


def _month_ticks(first: int, last: int, most: int) -> dict[int, str]:
    start, end = date.fromordinal(max(1, first)), date.fromordinal(max(1, last))
    months = [
        date(number // 12, number % 12 + 1, 1)
        for number in range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    ]
    inside = [each for each in months if first <= each.toordinal() <= last] or [start]
    every = next(
        (each for each in (1, 2, 3, 6, 12, 24, 48) if len(inside) / each <= most), len(inside)
    )
    chosen = [each for each in inside if (each.month - 1 + 12 * each.year) % every == 0] or inside
    # A name begins at its tick: one at the very end would not fit.
    latest = last - (last - first) * 0.15
    return {
        each.toordinal(): f"{_MONTHS[each.month - 1]} {each.year}"
        for each in chosen[:most]
        if each.toordinal() <= latest or len(chosen) == 1
    }
