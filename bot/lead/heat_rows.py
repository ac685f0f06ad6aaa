"""The rows of a heat map as HTML: thousands of cells, written faster than a template would.

Everything that is a text is escaped here; a cell that is not shown looks the same whatever
the reason.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from markupsafe import Markup, escape

from bot.lead.heat_map import Cell, Row, Theme

DOT = '<span class="dot" aria-hidden="true">·</span><span class="visually-hidden">not shown</span>'


def rows_by_theme(round_id: str, rows: Iterable[Row], themes: Sequence[Theme]) -> Markup:
    """Return a row per group: its name, how many answered, and a cell per theme."""
    labels = [str(escape(theme.title)) for theme in themes]
    places = [f"themes/{quote(theme.id, safe='')}" for theme in themes]
    return Markup("\n").join(
        _row(round_id, row.number, row.name, row.depth, _answered(row), row.cells, labels, places)
        for row in rows
    )


def rows_by_round(
    round_id: str,
    lines: Iterable[tuple[int, str, int, Sequence[Cell | None]]],
    columns: Sequence[str],
    theme: Theme,
) -> Markup:
    """Return a row per group: its name and a cell per round."""
    labels = [str(escape(column)) for column in columns]
    places = [f"themes/{quote(theme.id, safe='')}"] * len(columns)
    return Markup("\n").join(
        _row(round_id, number, name, depth, "", cells, labels, places)
        for number, name, depth, cells in lines
    )


def _row(
    round_id: str,
    number: int,
    name: str,
    depth: int,
    answered: str,
    cells: Sequence[Cell | None],
    labels: Sequence[str],
    places: Sequence[str],
) -> Markup:
    group = f"/results/{quote(round_id, safe='')}/groups/{number}"
    written = "".join(
        f'<td role="cell" class="{_look(cell)}" data-label="{label}">'
        f'<a href="{group}/{place}">{DOT if cell is None else cell.words}</a></td>'
        for cell, label, place in zip(cells, labels, places, strict=True)
    )
    return Markup(  # noqa: S704 - the name is escaped, the rest is ours
        f'<tr role="row" class="depth-{depth}"><th role="rowheader" scope="row">'
        f'<a href="{group}">{escape(name)}</a></th>{answered}{written}</tr>'
    )


def _look(cell: Cell | None) -> str:
    return "not-shown" if cell is None else f"step step-{cell.step}"


def _answered(row: Row) -> str:
    if row.people is None:
        said = DOT
    else:
        rate = f'<span class="heat-rate">{row.rate} of its people</span>' if row.rate else ""
        said = f"<span>{row.people}{rate}</span>"
    return f'<td role="cell" class="heat-people" data-label="Answered">{said}</td>'
