"""The small blocks of a page: cuts, counted options, and check-ins that have no heat map.

Each picture comes with the words and the table that say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release, ReleasedCounts
from bot.core.evaluation.series import series_of
from bot.lead.asked import asked_in
from bot.lead.drawing import as_svg
from bot.lead.heat_map import Cell, Theme, cell_of, days_of, themes_of
from bot.lead.overview import BLOCKS, CheckInResults
from bot.lead.pictures import Cut, counts_picture, cut_picture, cuts_of, trend_picture
from bot.lead.wording import change_in_words, cut_in_words
from bot.web.words import days_in_words, in_english

NAMED_MOST: Final = 5
"""So many options stand in a block; the page of the release has them all."""


@dataclass(frozen=True, slots=True)
class CutTable:
    """A cut as a table of words; without rows where it is not shown."""

    title: str
    says: str
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    svg: str


@dataclass(frozen=True, slots=True)
class CountsShown:
    """Counted options: (label, count or None), most first; the hidden ones last."""

    title: str
    taps: bool
    options: tuple[tuple[str, int | None], ...]
    svg: str
    left_out: int
    """How many options stand on the page of the release alone."""

    @property
    def shown(self) -> bool:
        """Whether any count is shown."""
        return any(count is not None for _, count in self.options)


@dataclass(frozen=True, slots=True)
class ThemeNow:
    """One theme of the force: where it is, whether it changed, and how it has been."""

    theme: Theme
    cell: Cell | None
    change: str
    svg: str


@dataclass(frozen=True, slots=True)
class Block:
    """One check-in in a few lines."""

    title: str
    round_id: str
    days: str
    themes: tuple[ThemeNow, ...]
    counts: tuple[CountsShown, ...]
    asked: str = ""
    """Who was asked, where it was not the whole force."""

    @property
    def shown(self) -> bool:
        """Whether anything is shown."""
        return any(each.cell is not None for each in self.themes) or any(
            each.shown for each in self.counts
        )


def cut_tables(release: Release) -> tuple[CutTable, ...]:
    """Return the three cuts of a release."""
    return tuple(_cut_table(release, cut) for cut in cuts_of(release))


def _cut_table(release: Release, cut: Cut) -> CutTable:
    # One picture, of the cut that a lead compares first; the others are tables of the same look.
    picture = cut_picture(release, cut, wide=False) if cut.by == "high-stress" else None
    return CutTable(
        cut.title,
        cut_in_words(cut, [theme.title for theme in themes_of(release)]),
        tuple((cell.label, tuple(_cell(low) for low in cell.low)) for cell in cut.cells),
        "" if picture is None else as_svg(picture),
    )


def _cell(low: Band | None) -> Cell | None:
    return None if low is None else cell_of(low)


def counts_shown(release: Release, most: int | None = None) -> tuple[CountsShown, ...]:
    """Return the counted options of a release; only the `most` named ones, if that is given."""
    return tuple(_counts_shown(counts, most) for counts in release.counts)


def _counts_shown(counts: ReleasedCounts, most: int | None) -> CountsShown:
    options = [(in_english(label), count) for label, count in counts.options]
    options.sort(key=lambda each: -1 if each[1] is None else each[1], reverse=True)
    chosen = options if most is None else options[:most]
    wanted = {label for label, _ in chosen}
    few = ReleasedCounts(
        counts.item,
        counts.text,
        tuple(each for each in counts.options if in_english(each[0]) in wanted),
        taps=counts.taps,
    )
    picture = counts_picture(few, wide=False)
    return CountsShown(
        in_english(counts.text),
        counts.taps,
        tuple(chosen),
        "" if picture is None else as_svg(picture),
        len(options) - len(chosen),
    )


def blocks_of(check_ins: Sequence[CheckInResults]) -> list[Block]:
    """Return a block for each check-in."""
    return [_block(each) for each in check_ins]


def _block(check_in: CheckInResults) -> Block:
    release = check_in.newest
    return Block(
        title=BLOCKS[check_in.instrument],
        round_id=release.round_id,
        days=days_in_words(*days_of(release)),
        themes=tuple(_theme_now(check_in, theme) for theme in themes_of(release)),
        counts=counts_shown(release, NAMED_MOST),
        asked="" if (asked := asked_in(release)).everyone else asked.heading,
    )


def _theme_now(check_in: CheckInResults, theme: Theme) -> ThemeNow:
    force = check_in.newest.groups[0]
    points = series_of(check_in.releases, check_in.id, force.id, theme.id)
    change = change_in_words(points)
    scale = force.scales[theme.id]
    picture = trend_picture(points, theme, force, change, wide=False)
    return ThemeNow(
        theme,
        None if scale is None else cell_of(scale.bands[0]),
        change,
        as_svg(picture) if any(point.low is not None for point in points) else "",
    )
