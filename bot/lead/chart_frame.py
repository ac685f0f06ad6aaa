"""What all charts are made of: the colours, the sizes, the plain frame around their layers. Pure.

Colours are the tokens of the style sheet by day. On a page the style sheet replaces each by its
token, so that the same picture works in the dark and on paper.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.lead.drawing import Spec

INK: Final = "#1d2526"
QUIET: Final = "#56615f"
LINE: Final = "#d3d9d4"
SUNKEN: Final = "#f1ede5"
PAPER: Final = "#fbf8f3"
STEPS: Final = ("#e3f0ee", "#b9dad6", "#86c0bc", "#2a7475", "#0c3f44")
ON_STEPS: Final = (INK, INK, INK, "#ffffff", "#ffffff")

WIDE: Final = 640
NARROW: Final = 312
TEXT: Final = 13

_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
SHARES: Final = {0: "none", 20: "2 in 10", 40: "4 in 10", 60: "6 in 10", 80: "8 in 10", 100: "all"}


def chart(
    title: str, summary: str, width: int, height: int | Mapping[str, int], layers: list[Any]
) -> Spec:
    return {
        "$schema": _SCHEMA,
        "usermeta": {"title": title},
        "description": summary,
        "background": None,
        "padding": 4,
        "width": width,
        "height": height,
        "layer": [each for each in layers if each["data"]["values"]] or layers[:1],
        "config": {
            "view": {"stroke": None},
            "aria": False,
            "font": "sans-serif",
            "axis": {
                "labelFontSize": TEXT,
                "labelColor": QUIET,
                "domain": False,
                "ticks": False,
                "grid": True,
                "gridColor": LINE,
                "title": None,
                "labelPadding": 6,
            },
            "text": {"fontSize": TEXT, "color": INK},
            "title": {"color": INK},
        },
    }


def layer(
    values: list[Any], mark: dict[str, Any], encoding: dict[str, Any], name: str = ""
) -> dict[str, Any]:
    made = {"data": {"values": values}, "mark": mark, "encoding": encoding}
    return {"name": name, **made} if name else made


def lookup(texts: Mapping[int, str]) -> str:
    pairs = ", ".join(f"'{number}': '{text}'" for number, text in texts.items())
    return f"({{{pairs}}})[datum.value] || ''"


def shortened(text: str, most: int) -> str:
    """Return a name that fits its place; the page beside the chart has it whole."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def in_lines(text: str, most: int, lines: int) -> list[str]:
    """Return a name on several lines between its words; what does not fit the last is cut."""
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".strip()
        if len(longer) <= most or len(found) == lines or not found[-1]:
            found[-1] = longer
        else:
            found.append(word)
    return [shortened(each, most) for each in found]
