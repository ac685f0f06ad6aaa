"""A release as plain text, for `python -m bot report`: the same words as the page.

Themes stand as numbered columns with their names above, so that a table fits 80 columns; where
the numbers do not fit beside each other, the table continues below. Nothing is cut off.
"""

import textwrap
from collections.abc import Callable, Sequence
from typing import Final

from bot.core.disclosure.release import Release, ReleasedGroup, ReleasedScale
from bot.core.disclosure.rules import DEPTH
from bot.web.words import (
    NOT_SHOWN,
    NOT_VALIDATED,
    in_english,
    people_in_figures,
    share_in_figures,
    why_not_shown,
)

NARROWEST: Final = 40
SHORTEST_NAME: Final = 20
ANSWERED: Final = 9
CELL: Final = 9

Show = Callable[[ReleasedScale], str]
Column = tuple[int, str]


def report_as_text(release: Release, width: int) -> str:
    """Return the release as text of at most `width` columns, but not fewer than forty.

    A cell holds the share of the answers that are quoted with its theme.
    """
    width = max(width, NARROWEST)
    document = release.document
    scales = document["scales"]
    columns: list[Column] = [(number, scale["id"]) for number, scale in enumerate(scales, 1)]
    lines = [
        *_wrapped(f"{in_english(document['title'])}, round {release.round_id}", width),
        *_wrapped(release.groups[0].name, width),
        *_wrapped(f"{document['opens_on']} to {document['closes_on']}", width),
        "",
        "Share of answers:",
    ]
    for number, scale in enumerate(scales, 1):
        text = f"{number}  {in_english(scale['title'])}: “{in_english(scale['low'])}”"
        lines += _wrapped(text, width, indent="   ")
    lines += _tables(release.groups, columns, _share, width)
    averaged = [group for group in release.groups if any(map(_has_mean, group.scales.values()))]
    if averaged:
        lines += ["", "Average scores:", *_tables(averaged, columns, _mean, width)]
    for counts in release.counts:
        of = "taps, not people" if counts.taps else "people"
        lines += ["", *_wrapped(f"{in_english(counts.text)} ({of}, rounded to five)", width)]
        for label, count in counts.options:
            shown = NOT_SHOWN if count is None else str(count)
            lines += _wrapped(f"  {in_english(label)}: {shown}", width, indent="    ")
    lines += ["", *_wrapped(why_not_shown(document["thresholds"]["respondents"]), width)]
    if not document["instrument"]["validated"]:
        lines += _wrapped(NOT_VALIDATED, width)
    about = f"Programme version {document['programme']}, protection rules {document['rules']}."
    lines += ["", about, *_wrapped(f"SHA-256 {release.hash.hex()}", width)]
    return "\n".join(line.rstrip() for line in lines)


def _share(scale: ReleasedScale) -> str:
    return share_in_figures(scale.bands[0])


def _mean(scale: ReleasedScale) -> str:
    return NOT_SHOWN if scale.mean is None else f"{scale.mean:.1f}"


def _has_mean(scale: ReleasedScale | None) -> bool:
    return scale is not None and scale.mean is not None


def _tables(
    groups: Sequence[ReleasedGroup], columns: Sequence[Column], show: Show, width: int
) -> list[str]:
    fitting = max(1, (width - SHORTEST_NAME - ANSWERED) // CELL)
    beside = min(fitting, len(columns))
    name = min(max(len(_name(group)) for group in groups), width - ANSWERED - beside * CELL)
    lines: list[str] = []
    for start in range(0, max(1, len(columns)), fitting):
        lines += ["", *_table(groups, columns[start : start + fitting], show, name)]
    return lines


def _table(
    groups: Sequence[ReleasedGroup], columns: Sequence[Column], show: Show, name: int
) -> list[str]:
    heads = "".join(f"{number:>{CELL}}" for number, _ in columns)
    lines = [f"{'GROUP':<{name}}{'ANSWERED':>{ANSWERED}}{heads}"]
    for group in groups:
        people = NOT_SHOWN if group.respondents is None else people_in_figures(group.respondents)
        cells = "".join(f"{_cell(group.scales[scale], show):>{CELL}}" for _, scale in columns)
        first, *more = _wrapped(_name(group), name, indent="  " * (DEPTH[group.level] + 1))
        lines += [f"{first:<{name}}{people:>{ANSWERED}}{cells}", *more]
    return lines


def _cell(scale: ReleasedScale | None, show: Show) -> str:
    return NOT_SHOWN if scale is None else show(scale)


def _name(group: ReleasedGroup) -> str:
    return "  " * DEPTH[group.level] + group.name


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)
