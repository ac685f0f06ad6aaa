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
from bot.lead.drawing import Spec

_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)

Step = tuple[date, date, Band | None, bool]
"""First and last day of a round, the band of the low answers, whether it may be compared."""


def trend(title: str, summary: str, steps: Sequence[Step], newest: str, *, wide: bool) -> Spec:
    """Return one theme of one group over time: one range per release, from its first day on.

    `newest` labels the newest range that is shown. A dashed line is a new start: what lies
    before it and what lies behind it may not be compared.
    """
    # One size for a desk and a phone: its words stay large enough when it is made small.
    width, height = (400, 220) if wide else (NARROW, 200)
    days = _days(steps)
    x = _over_days(days, most=4)
    ranges = [
        {"x": day[0], "x2": day[1], "low": band.low, "high": band.high}
        for day, (_, _, band, _) in zip(days, steps, strict=True)
        if band is not None
    ]
    gaps = [
        {"x": (day[0] + day[1]) / 2, "y": 0, "dot": "·"}
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
                    "axis": {"values": list(SHARES), "labelExpr": lookup(SHARES)},
                },
                "y2": {"field": "high"},
            },
        },
        {
            "data": {"values": gaps},
            "mark": {
                "type": "text",
                "fontSize": 20,
                "fontWeight": "bold",
                "color": QUIET,
                "dy": -8,
            },
            "encoding": {
                "x": {"field": "x", "type": "quantitative"},
                "y": {"field": "y", "type": "quantitative"},
                "text": {"field": "dot"},
            },
        },
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
    right = ranges[-1]["x2"]
    reach = (right - ranges[0]["x"]) * 0.55
    under = [each for each in ranges if each["x2"] > right - reach]
    highest, lowest = max(each["high"] for each in under), min(each["low"] for each in under)
    above = highest <= 85 or lowest < 15
    return {
        "data": {"values": [{"x": right, "y": min(highest, 88) if above else lowest}]},
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
    ranges, dots, names, labels, tracks, starts = [], [], [], [], [], []
    for place, (name, words, steps) in enumerate(panels):
        base = place * room + room - 8
        names.append({"x": first, "y": base - track - 24, "text": shortened(name, 40)})
        labels.append({"x": first, "y": base - track - 6, "text": words})
        tracks.append({"x": first, "x2": last, "low": base, "high": base - track})
        own = _days(steps)
        for day, (_, _, band, _) in zip(own, steps, strict=True):
            if band is None:
                dots.append({"x": (day[0] + day[1]) / 2, "y": base - track / 2, "text": "·"})
                continue
            low, high = (base - track * each / 100 for each in (band.low, band.high))
            ranges.append({"x": day[0], "x2": day[1], "low": low, "high": high})
        starts += [
            {"x": each, "low": base, "high": base - track} for each in _new_starts(own, steps)
        ]
    y = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [len(panels) * room, 0], "nice": False},
        "axis": None,
    }
    across = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "high"}}
    at = {
        "x": {"field": "x", "type": "quantitative"},
        "y": {"field": "y", "type": "quantitative"},
        "text": {"field": "text"},
    }
    text = {"type": "text", "align": "left", "baseline": "bottom"}
    layers = [
        layer(tracks, {"type": "rect", "color": SUNKEN}, across),
        layer(ranges, {"type": "rect", "color": STEPS[3], "stroke": PAPER}, across),
        layer(
            starts,
            {"type": "rule", "strokeDash": [4, 4], "color": INK},
            {"x": {"field": "x", "type": "quantitative"}, "y": y, "y2": {"field": "high"}},
        ),
        layer(dots, {"type": "text", "fontSize": 20, "fontWeight": "bold", "color": QUIET}, at),
        layer(names, {**text, "fontWeight": "bold"}, at),
        layer(labels, text, at),
    ]
    return chart(title, summary, width, len(panels) * room, layers)


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
            "labelExpr": lookup(ticks),
            "labelAlign": "left",
            "labelBound": True,
            "labelOverlap": True,
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
    return {each.toordinal(): f"{_MONTHS[each.month - 1]} {each.year}" for each in chosen[:most]}
