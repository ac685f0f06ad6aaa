"""A release as a workbook: what it is, a heat map, and every figure in sheets to filter.

Made in memory, so that nothing of it lies on a disk that others share. The same release gives
the same bytes. Texts are written as texts, never as formulas, links or numbers; one that
looks like a formula is marked as text for whoever edits its cell, and reads back unchanged.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any, Final

from bot.core.characters import without_what_xml_lacks
from bot.core.disclosure.release import Release
from bot.core.disclosure.rules import DEPTH
from bot.lead.exports.about import days_of, facts_of, notes_of
from bot.lead.exports.figures import Line, lines_of
from bot.lead.exports.neutral import could_be_formula
from bot.lead.heat_map import themes_of, title_of
from bot.web.words import NOT_SHOWN, people_in_figures, share_in_figures, step_of

Columns = Sequence[tuple[str, str, int]]
"""Heading, field of a line, width in characters."""

_GROUP: Final[Columns] = (
    ("Level", "level", 12),
    ("Group", "group", 34),
    ("Within", "within", 28),
)
_PEOPLE: Final[Columns] = (
    ("Answered from", "people_from", 14),
    ("Answered to", "people_to", 12),
    ("Rate from %", "rate_from", 12),
    ("Rate to %", "rate_to", 10),
    ("Comparable", "comparable", 12),
)
_SHARE: Final[Columns] = (
    ("Theme", "theme", 26),
    ("Answers", "answers", 10),
    ("In words", "answer", 32),
    ("From %", "percent_from", 8),
    ("To %", "percent_to", 8),
)
_IDS: Final[Columns] = (("Group id", "group_id", 24), ("Theme id", "theme_id", 24))
SHEETS: Final[Sequence[tuple[str, str, Columns]]] = (
    ("Groups", "answered", (*_GROUP, *_PEOPLE, _IDS[0])),
    ("Shares", "share", (*_GROUP, *_SHARE, ("Mean", "mean", 8), *_PEOPLE, *_IDS)),
    (
        "Counts",
        "count",
        (
            ("Question", "theme", 50),
            ("Answer", "answer", 40),
            ("About", "number", 8),
            ("Of", "number_of", 10),
            ("Question id", "theme_id", 24),
        ),
    ),
    ("Cuts", "cut", (("Cut", "cut", 14), ("Cell", "group", 34), *_SHARE, *_IDS)),
)
"""Name of a sheet, the kind of its lines, and its columns."""

STEP_COLOURS: Final = ("#e3f0ee", "#b9dad6", "#86c0bc", "#2a7475", "#0c3f44")
LIGHT_TEXT_FROM: Final = 4


def release_as_xlsx(release: Release) -> bytes:
    """Return one release as a workbook."""
    # Loaded when the first workbook is made: starting the program does not wait for it.
    import xlsxwriter  # type: ignore[import-untyped]

    made = BytesIO()
    book = xlsxwriter.Workbook(
        made,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {
            "title": without_what_xml_lacks(f"{title_of(release)}, {days_of(release)}"),
            # A moment of making would make every file another one.
            "created": datetime.fromisoformat(release.document["closes_on"]),
        }
    )
    _Workbook(book).fill(release)
    book.close()
    return made.getvalue()


class _Workbook:
    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def fill(self, release: Release) -> None:
        self._about(release)
        self._heat_map(release)
        lines = list(lines_of(release))
        for name, kind, columns in SHEETS:
            self._lines(name, columns, [line for line in lines if line.kind == kind])

    def _format(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]

    def _write(self, sheet: Any, row: int, column: int, value: object, **look: Any) -> None:
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if isinstance(value, str):
            value = without_what_xml_lacks(value)
            if could_be_formula(value):
                look["quote_prefix"] = True
            sheet.write_string(row, column, value, self._format(**look) if look else None)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self._format(**look) if look else None)

    def _about(self, release: Release) -> None:
        sheet = self._book.add_worksheet("About")
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 90)
        row = 0
        for name, value in facts_of(release):
            self._write(sheet, row, 0, name, bold=True, valign="top")
            self._write(sheet, row, 1, value, text_wrap=True)
            row += 1
        for note in notes_of(release):
            row += 1
            self._write(sheet, row, 1, note, text_wrap=True)

    def _heat_map(self, release: Release) -> None:
        themes = themes_of(release)
        sheet = self._book.add_worksheet("Heat map")
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 1 + len(themes), 16)
        sheet.freeze_panes(1, 1)
        head = partial(self._write, sheet, 0, bold=True, text_wrap=True, valign="top")
        head(0, "Group")
        head(1, "Answered")
        for column, theme in enumerate(themes, 2):
            head(column, f"{theme.title}: “{theme.low}”")
        for row, group in enumerate(release.groups, 1):
            people = people_in_figures(group.respondents) if group.respondents else NOT_SHOWN
            self._write(sheet, row, 0, group.name, indent=DEPTH[group.level])
            self._write(sheet, row, 1, people, align="right")
            for column, theme in enumerate(themes, 2):
                scale = group.scales[theme.id]
                if scale is None:
                    self._write(sheet, row, column, NOT_SHOWN, align="center")
                    continue
                step = step_of(scale.bands[0])
                self._write(
                    sheet,
                    row,
                    column,
                    share_in_figures(scale.bands[0]),
                    align="center",
                    bg_color=STEP_COLOURS[step - 1],
                    font_color="#ffffff" if step >= LIGHT_TEXT_FROM else "#1d2526",
                )

    def _lines(self, name: str, columns: Columns, lines: Sequence[Line]) -> None:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, (heading, _, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            self._write(sheet, 0, column, heading, bold=True)
        for row, line in enumerate(lines, 1):
            for column, (_, field, _) in enumerate(columns):
                self._write(sheet, row, column, getattr(line, field))
        if lines:
            sheet.autofilter(0, 0, len(lines), len(columns) - 1)
