"""What the pack says, as plain values: the template lays it out and decides nothing. Pure.

Everything is read from stored releases: the one the pack is about, and those before it for
what stands out. Later releases do not change the pack of an earlier one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release, ReleasedGroup, ReleasedScale
from bot.core.disclosure.rules import DEPTH
from bot.lead.asked import Asked, asked_in
from bot.lead.exports.about import (
    days_of,
    facts_of,
    force_of,
    notes_of,
    withheld_of,
)
from bot.lead.exports.figures import ANSWERS
from bot.lead.heat_map import themes_of, title_of
from bot.lead.pictures import CUTS
from bot.lead.wording import HOW_IT_IS_CHOSEN, summary_of
from bot.web.templating import INTENDED_PURPOSE
from bot.web.words import (
    NOT_SHOWN,
    in_english,
    people_in_figures,
    people_in_words,
    share_in_figures,
    share_in_words,
    step_of,
    steps_in_words,
)

BESIDE: Final = 6
"""Themes that fit beside each other on a page."""

RANGES_BESIDE: Final = 3
"""The same with three ranges in each cell."""

Content = dict[str, Any]
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart: its title, what it shows in words, and the drawing."""

    title: str
    summary: str
    svg: str


def content_of(release: Release, before: Sequence[Release], pictures: Sequence[Picture]) -> Content:
    """Return everything that the pack about a release says."""
    closes_on = date.fromisoformat(release.document["closes_on"])
    force = release.groups[0] if release.groups else None
    asked = asked_in(release)
    return {
        "title": title_of(release),
        "force": force_of(release),
        "days": days_of(release),
        "date": [closes_on.year, closes_on.month, closes_on.day],
        "purpose": INTENDED_PURPOSE,
        "hash": release.hash.hex(),
        "standing_out": list(summary_of([*before, release], release.document["check_in"])),
        "how_it_is_chosen": HOW_IT_IS_CHOSEN,
        "asked": {
            "everyone": asked.everyone,
            "whole": asked.whole,
        },
        "answered": _answered(force, asked),
        "in_short": [] if force is None else list(_in_short(release, force)),
        "pictures": [
            {"title": each.title, "summary": each.summary, "svg": each.svg} for each in pictures
        ],
        "steps": steps_in_words(),
        "heat_maps": list(_heat_maps(release)),
        "groups": [_group(group) for group in release.groups],
        "themes": list(_themes(release)),
        "means": list(_means(release)),
        "cuts": list(_cuts(release)),
        "counts": [_counts(item) for item in release.document["counts"]],
        "withheld": [
            [level.value, str(hidden), str(of)]
            for level, (hidden, of) in withheld_of(release).items()
        ],
        "thresholds": release.document["thresholds"],
        "apart": [
            group.name
            for group, stored in zip(release.groups, release.document["groups"], strict=True)
            if group.shown and not stored.get("comparable", True)
        ],
        "facts": [list(fact) for fact in facts_of(release)],
        "notes": notes_of(release),
    }


def _answered(force: ReleasedGroup | None, asked: Asked) -> str:
    if force is None or force.respondents is None:
        return ""
    rate = "" if force.rate is None else f", {share_in_words(force.rate)} of its people"
    return f"{asked.answered} {people_in_words(force.respondents)} answered{rate}."


def _in_short(release: Release, force: ReleasedGroup) -> Iterator[list[str]]:
    for theme in themes_of(release):
        scale = force.scales[theme.id]
        share = NOT_SHOWN if scale is None else share_in_words(scale.bands[0])
        yield [theme.title, theme.low, share]


def _heat_maps(release: Release) -> Iterator[Content]:
    for beside in parts(themes_of(release), BESIDE):
        yield {
            "themes": [[theme.title, theme.low] for theme in beside],
            "rows": [
                {
                    "name": group.name,
                    "depth": DEPTH[group.level],
                    "cells": [_cell(group.scales[theme.id]) for theme in beside],
                }
                for group in release.groups
            ],
        }


def _cell(scale: ReleasedScale | None) -> list[Any]:
    """Return the figures of a cell, and its step from 1 to 5; 0 where it is not shown."""
    if scale is None:
        return [NOT_SHOWN, 0]
    return [share_in_figures(scale.bands[0]), step_of(scale.bands[0])]


def _group(group: ReleasedGroup) -> list[Any]:
    people = NOT_SHOWN if group.respondents is None else people_in_figures(group.respondents)
    rate = NOT_SHOWN if group.rate is None else share_in_figures(group.rate)
    return [group.name, DEPTH[group.level], people, rate]


def _themes(release: Release) -> Iterator[Content]:
    for beside in parts(themes_of(release), RANGES_BESIDE):
        yield {
            "themes": [
                {"title": theme.title, "answers": [theme.low, theme.middle, theme.high]}
                for theme in beside
            ],
            "rows": [
                [
                    group.name,
                    DEPTH[group.level],
                    *(ranges_in_figures(group.scales[theme.id]) for theme in beside),
                ]
                for group in release.groups
            ],
        }


def ranges_in_figures(scale: ReleasedScale | None) -> str:
    """Return the three ranges of a cell: "20–40 / 20–40 / 40–60 %"."""
    if scale is None:
        return NOT_SHOWN
    *first, last = map(share_in_figures, scale.bands)
    return " / ".join([*(share.split("\u00a0")[0] for share in first), last])


def _means(release: Release) -> Iterator[Content]:
    averaged = [
        group
        for group in release.groups
        if any(scale is not None and scale.mean is not None for scale in group.scales.values())
    ]
    for beside in parts(themes_of(release), BESIDE) if averaged else ():
        yield {
            "themes": [theme.title for theme in beside],
            "rows": [
                [
                    group.name,
                    DEPTH[group.level],
                    *(_mean(group.scales[theme.id]) for theme in beside),
                ]
                for group in averaged
            ],
        }


def _mean(scale: ReleasedScale | None) -> str:
    return NOT_SHOWN if scale is None or scale.mean is None else f"{scale.mean:.1f}"


def parts(whole: Sequence[Part], at_once: int) -> Iterator[Sequence[Part]]:
    """Yield a sequence in parts of so many."""
    for start in range(0, len(whole), at_once):
        yield whole[start : start + at_once]


def _cuts(release: Release) -> Iterator[Content]:
    document = release.document
    for cut in document.get("cuts", ()):
        yield {
            "title": CUTS.get(cut["by"], cut["by"]),
            "cells": [in_english(cell["label"]) for cell in cut["cells"]],
            "themes": [
                {
                    "title": in_english(scale["title"]),
                    "rows": [
                        [
                            in_english(scale[answers]),
                            *(
                                _share(cell["scales"].get(scale["id"]), answers)
                                for cell in cut["cells"]
                            ),
                        ]
                        for answers in ANSWERS
                    ],
                }
                for scale in document["scales"]
                if any(cell["scales"].get(scale["id"]) for cell in cut["cells"])
            ],
        }


def _share(shown: Mapping[str, list[int]] | None, answers: str) -> str:
    return NOT_SHOWN if shown is None else share_in_figures(Band(*shown[answers]))


def _counts(item: Mapping[str, Any]) -> Content:
    return {
        "text": in_english(item["text"]),
        "of": item.get("of", "people"),
        "options": [
            [
                in_english(option["label"]),
                NOT_SHOWN if option["count"] is None else str(option["count"]),
            ]
            for option in item["options"]
        ],
    }
