"""Charts of one release as Vega-Lite dictionaries, one function per chart. Pure: nothing is drawn.

Every figure drawn is a released band or a released count; a band is drawn from its one end to
its other, never as a point in its middle.
"""

from collections.abc import Sequence
from typing import Any, Final

from bot.core.disclosure.bands import Band
from bot.lead.chart_frame import (
    LINE,
    NARROW,
    ON_STEPS,
    PAPER,
    QUIET,
    SHARES,
    STEPS,
    SUNKEN,
    WIDE,
    chart,
    in_lines,
    layer,
    lookup,
    shortened,
)
from bot.lead.charts_over_time import trend, trends
from bot.lead.drawing import Spec

__all__ = ["counted", "heat_map", "side_by_side", "trend", "trends"]


def side_by_side(
    title: str,
    summary: str,
    themes: Sequence[tuple[str, str, Sequence[tuple[str, Band | None, str]]]],
    *,
    wide: bool,
) -> Spec:
    """Return, per theme and its low answers, the range of each group: (name, band, words)."""
    width = WIDE if wide else NARROW
    rows: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    lows: list[dict[str, Any]] = []
    at = 0
    for theme, low, groups in themes:
        heads.append({"y": at + 18, "text": shortened(theme, 40)})
        lows.append({"y": at + 36, "text": f"“{shortened(low, 40)}”"})
        at += 42
        for name, band, words in groups:
            row = {"y": at + 14, "top": at + 18, "bottom": at + 30, "text": f"{name}: {words}"}
            if band is not None:
                row |= {"low": band.low, "high": band.high}
            rows.append({**row, "from": 0, "to": 100})
            at += 36
        at += 8
    y = {
        "type": "quantitative",
        "scale": {"domain": [at, 0], "nice": False},
        "axis": None,
    }
    x = {
        "type": "quantitative",
        "scale": {"domain": [0, 100], "nice": False},
        "axis": {
            "values": list(SHARES),
            "tickCount": 12,
            "labelExpr": lookup(SHARES),
            "labelFlush": True,
            "grid": False,
            "orient": "bottom",
        },
    }
    text = {
        "x": {"datum": 0, "type": "quantitative"},
        "y": {"field": "y", **y},
        "text": {"field": "text"},
    }

    def across(left: str, right: str) -> dict[str, Any]:
        return {
            "x": {"field": left, **x},
            "x2": {"field": right},
            "y": {"field": "top", **y},
            "y2": {"field": "bottom"},
        }

    shown = [row for row in rows if "low" in row]
    bold = {"type": "text", "align": "left", "baseline": "bottom", "fontWeight": "bold"}
    layers = [
        layer(rows, {"type": "rect", "color": SUNKEN}, across("from", "to")),
        layer(shown, {"type": "rect", "color": STEPS[3]}, across("low", "high")),
        layer(rows, {"type": "text", "align": "left", "baseline": "bottom"}, text),
        layer(heads, bold, text),
        layer(lows, {"type": "text", "align": "left", "baseline": "bottom", "color": QUIET}, text),
    ]
    return chart(title, summary, width, at, layers)


def counted(title: str, summary: str, options: Sequence[tuple[str, int]], *, wide: bool) -> Spec:
    """Return how often options were chosen, most first; only those whose count is shown."""
    width = WIDE if wide else NARROW
    most = max((count for _, count in options), default=1)
    rows = [
        {
            "y": place * 38 + 16,
            "top": place * 38 + 20,
            "bottom": place * 38 + 32,
            "count": count,
            "none": 0,
            "text": f"{label}: about {count}",
        }
        for place, (label, count) in enumerate(options)
    ]
    y = {
        "type": "quantitative",
        "scale": {"domain": [len(rows) * 38, 0], "nice": False},
        "axis": None,
    }
    x = {
        "type": "quantitative",
        "scale": {"domain": [0, most], "nice": False},
        "axis": None,
    }
    layers = [
        layer(
            rows,
            {"type": "rect", "color": STEPS[3]},
            {
                "x": {"field": "none", **x},
                "x2": {"field": "count"},
                "y": {"field": "top", **y},
                "y2": {"field": "bottom"},
            },
        ),
        layer(
            rows,
            {"type": "text", "align": "left", "baseline": "bottom"},
            {"x": {"datum": 0, **x}, "y": {"field": "y", **y}, "text": {"field": "text"}},
        ),
    ]
    return chart(title, summary, width, max(1, len(rows)) * 38, layers)


# --- The heat map as a picture ----------------------------------------------------------

ROW_HEIGHT: Final = 36
"""Two lines of a name."""

NAME_WIDTH: Final = 190
CELL_WIDTH: Final = 112
NAME_LINES, HEAD_LINES = 2, 3
NAME_SIGNS, HEAD_SIGNS = 27, 14
"""Letters that fit on a line of a name at the left, and of a theme above its column."""

LINE_HEIGHT: Final = 15


def heat_map(
    title: str,
    summary: str,
    themes: Sequence[str],
    rows: Sequence[tuple[str, int, Sequence[tuple[str, int] | None]]],
) -> Spec:
    """Return groups by themes: rows are (name, depth, cells), cells (words, step) or None."""
    cells = [
        {
            "theme": theme,
            "left": NAME_WIDTH + place * CELL_WIDTH + 1,
            "right": NAME_WIDTH + (place + 1) * CELL_WIDTH - 1,
            "middle": NAME_WIDTH + (place + 0.5) * CELL_WIDTH,
            "top": line * ROW_HEIGHT + 1,
            "bottom": (line + 1) * ROW_HEIGHT - 1,
            "y": (line + 0.5) * ROW_HEIGHT,
            "words": "·" if cell is None else cell[0],
            "fill": PAPER if cell is None else STEPS[cell[1] - 1],
            "ink": QUIET if cell is None else ON_STEPS[cell[1] - 1],
        }
        for line, (_, _, found) in enumerate(rows)
        for place, (theme, cell) in enumerate(zip(themes, found, strict=True))
    ]
    names = [
        {"x": 12 * depth, "y": (line + 0.5) * ROW_HEIGHT + down, "text": text}
        for line, (name, depth, _) in enumerate(rows)
        for down, text in _around(in_lines(name, NAME_SIGNS - 2 * depth, NAME_LINES))
    ]
    titles = [in_lines(theme, HEAD_SIGNS, HEAD_LINES) for theme in themes]
    heads = [
        {
            "x": NAME_WIDTH + place * CELL_WIDTH + 4,
            "y": -8 - LINE_HEIGHT * (len(lines) - 1 - number),
            "text": text,
        }
        for place, lines in enumerate(titles)
        for number, text in enumerate(lines)
    ]
    above = 9 + LINE_HEIGHT * max(map(len, titles), default=1)
    width, height = NAME_WIDTH + len(themes) * CELL_WIDTH, len(rows) * ROW_HEIGHT
    x = {"type": "quantitative", "scale": {"domain": [0, width], "nice": False}, "axis": None}
    y = {
        "type": "quantitative",
        "scale": {"domain": [height, -above], "nice": False},
        "axis": None,
    }
    box = {
        "x": {"field": "left", **x},
        "x2": {"field": "right"},
        "y": {"field": "top", **y},
        "y2": {"field": "bottom"},
        "color": {"field": "fill", "type": "nominal", "scale": None},
    }
    text = {"x": {"field": "x", **x}, "y": {"field": "y", **y}, "text": {"field": "text"}}
    words = {
        "x": {"field": "middle", **x},
        "y": {"field": "y", **y},
        "text": {"field": "words"},
        "color": {"field": "ink", "type": "nominal", "scale": None},
    }
    layers = [
        layer(cells, {"type": "rect", "stroke": LINE}, box),
        layer(cells, {"type": "text", "fontSize": 12}, words),
        layer(names, {"type": "text", "align": "left", "baseline": "middle"}, text),
        layer(
            heads,
            {"type": "text", "align": "left", "baseline": "bottom", "fontWeight": "bold"},
            text,
        ),
    ]
    return {**chart(title, summary, width, height + above, layers), "background": PAPER}


def _around(lines: Sequence[str]) -> list[tuple[float, str]]:
    """Return each line with how far below the middle of all it stands."""
    first = -(len(lines) - 1) / 2
    return [((first + number) * LINE_HEIGHT, text) for number, text in enumerate(lines)]
