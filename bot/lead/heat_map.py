"""The heat map of one release: rows of groups, columns of themes, words and steps in the cells.

Pure. A cell that is not shown is None, whatever the reason; groups without anything to show
stay where they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release, ReleasedGroup, ReleasedScale
from bot.core.disclosure.rules import DEPTH
from bot.web.words import in_english, people_in_words, share_in_words, step_of


@dataclass(frozen=True, slots=True)
class Theme:
    """One scale, as its texts."""

    id: str
    title: str
    low: str
    middle: str
    high: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The share of the low answers, in words and as one of five steps."""

    words: str
    step: int


@dataclass(frozen=True, slots=True)
class Row:
    """One group. `number` counts from 1 and leads to the group's own page."""

    number: int
    name: str
    depth: int
    people: str | None
    rate: str | None
    cells: tuple[Cell | None, ...]

    @property
    def shown(self) -> bool:
        """Whether anything is shown of the group."""
        return self.people is not None


@dataclass(frozen=True, slots=True)
class Range:
    """The band of one group of answers, in words and in per cent."""

    label: str
    words: str
    band: Band
    kind: str


@dataclass(frozen=True, slots=True)
class ThemeOfGroup:
    """One theme of one group; no ranges where it is not shown."""

    theme: Theme
    ranges: tuple[Range, ...]
    mean: float | None


def themes_of(release: Release) -> tuple[Theme, ...]:
    """Return the themes in the order of the instrument."""
    return tuple(_theme(texts) for texts in release.document["scales"])


def _theme(texts: Mapping[str, Any]) -> Theme:
    return Theme(
        texts["id"],
        in_english(texts["title"]),
        in_english(texts["low"]),
        in_english(texts["middle"]),
        in_english(texts["high"]),
    )


def rows_of(release: Release) -> tuple[Row, ...]:
    """Return one row per group, each before what lies inside it."""
    themes = themes_of(release)
    return tuple(
        _row(number, group, themes) for number, group in enumerate(release.groups, start=1)
    )


def force_row(release: Release) -> Row:
    """Return the row of the whole force."""
    return _row(1, release.groups[0], themes_of(release))


def _row(number: int, group: ReleasedGroup, themes: tuple[Theme, ...]) -> Row:
    return Row(
        number=number,
        name=group.name,
        depth=DEPTH[group.level],
        people=people_of(group),
        rate=rate_of(group),
        cells=tuple(_cell(group.scales[theme.id]) for theme in themes),
    )


def _cell(scale: ReleasedScale | None) -> Cell | None:
    return None if scale is None else cell_of(scale.bands[0])


@lru_cache(maxsize=1024)
def cell_of(low: Band) -> Cell:
    """Return how a band of low answers is shown; there are few different ones."""
    return Cell(share_in_words(low), step_of(low))


def days_of(release: Release) -> tuple[date, date]:
    """Return the first and the last day of a release's round."""
    opens_on, closes_on = (release.document[key] for key in ("opens_on", "closes_on"))
    return date.fromisoformat(opens_on), date.fromisoformat(closes_on)


def title_of(release: Release) -> str:
    """Return what the check-in of a release is called."""
    return in_english(release.document["title"])


def people_of(group: ReleasedGroup) -> str | None:
    """Return how many people of a group answered, in words."""
    return None if group.respondents is None else people_in_words(group.respondents)


def rate_of(group: ReleasedGroup) -> str | None:
    """Return which share of a group answered, in words."""
    return None if group.rate is None else share_in_words(group.rate)


def themes_of_group(release: Release, group: ReleasedGroup) -> tuple[ThemeOfGroup, ...]:
    """Return every theme of a group with its three ranges."""
    return tuple(_theme_of_group(theme, group.scales[theme.id]) for theme in themes_of(release))


def _theme_of_group(theme: Theme, scale: ReleasedScale | None) -> ThemeOfGroup:
    if scale is None:
        return ThemeOfGroup(theme, (), None)
    labels = (theme.low, theme.middle, theme.high)
    return ThemeOfGroup(
        theme,
        tuple(
            Range(label, share_in_words(band), band, kind)
            for label, band, kind in zip(
                labels, scale.bands, ("low", "middle", "high"), strict=True
            )
        ),
        scale.mean,
    )
