"""Importing teams on a page: a table goes in, what it would change comes back, then it is saved.

Between the two steps nothing has to be kept: the rows travel in the page that shows what they
would change, and are read and checked from the beginning when they come back. What is saved is
what was looked at, because the version that it was compared with comes back as well. A table that
takes a while has a page that says how far it is, and becomes that of what it would change.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.saving import FORM, leads_to, number_in
from bot.admin.console.teams_pages import NO_REASON, Problems, TeamPages, listed
from bot.admin.console.teams_reading import Reading, Readings
from bot.admin.console.teams_turns import TableUnderWay, Turns
from bot.admin.console.teams_views import TEAMS
from bot.admin.team_table import LARGEST_FILE, SeveralSheets, TableRefused, read_table
from bot.core.access import Permission
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.reporting_units import form_units
from bot.core.team_changes import ChangeKind, TeamChange, TeamsImport, import_teams
from bot.core.team_rows import COLUMNS, REQUIRED, Problem, RowsRefused, TeamRow, read_rows
from bot.web.sign_in import Door, visitor_of
from bot.web.uploads import File, TooLarge, read_upload
from bot.workflows.programme import ProgrammeVersion
from bot.workflows.programme_changes import ChangedMeanwhile, NoReason, tidy_reason
from bot.workflows.programme_desk import Meanwhile, ProgrammeDesk
from bot.workflows.team_desk import TeamDesk

HERE: Final = f"{TEAMS}/import"
MOST_PROBLEMS: Final = 500
MOST_CHANGES: Final = 2_000
"""Lines that a page shows; behind them their number stands."""

NOT_CHOSEN: Final = "Choose a file first: CSV or XLSX."
TOO_LARGE: Final = "This file has more than 10 MB. A table of teams has a few hundred kB."
_ORDER: Final = (ChangeKind.GONE, ChangeKind.CHANGED, ChangeKind.NEW)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table would change, and everything that has to come back to save it."""

    name: str
    read_as: str
    """What kind of file it was; empty where that is known no more."""
    teams: int
    change: TeamsImport
    rows: str
    whole_list: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """With which version a table is compared, and what was typed beside it."""

    version: ProgrammeVersion
    sheet: str
    whole_list: bool


def import_routes(
    desk: TeamDesk,
    programme: ProgrammeDesk,
    door: Door,
    readings: Readings[Preview] | None = None,
) -> list[BaseRoute]:
    """Return the pages that import teams. They go before those of single teams."""
    pages = _ImportPages(desk, programme, door, readings or Readings(desk.now, desk.random))
    change = Permission.CHANGE_PROGRAMME
    return [
        Route(HERE, door.protect(pages.ask, change), methods=["GET"]),
        Route(HERE, door.protect(pages.look, change), methods=["POST"]),
        Route(f"{HERE}/save", door.protect(pages.save, change), methods=["POST"]),
        Route(f"{HERE}/{{reading}}", door.protect(pages.reading, change), methods=["GET"]),
    ]


class _ImportPages(TeamPages):
    def __init__(
        self, desk: TeamDesk, programme: ProgrammeDesk, door: Door, readings: Readings[Preview]
    ) -> None:
        super().__init__(desk, programme, door)
        self._readings = readings
        self._turns = Turns()

    async def ask(self, request: Request) -> Response:
        """Ask for a table."""
        version = await self.newest()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        return self._asked(request, version)

    async def look(self, request: Request) -> Response:
        """Show what a table would change, or everything that is wrong with it, or how far it is."""
        version = await self.newest()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        upload = await read_upload(request, LARGEST_FILE)
        sheet = upload.fields.one("sheet")
        whole_list = upload.fields.one("whole_list") == "yes"
        typed: dict[str, Any] = {"sheet": sheet, "whole_list": whole_list}
        given = upload.files.get("file")
        if not isinstance(given, File):
            text = TOO_LARGE if isinstance(given, TooLarge) else NOT_CHOSEN
            return self._asked(request, version, typed, problems={"file": text})
        table, programme = given, version.programme

        def work(tick: Callable[[], None]) -> Preview:
            return _preview(programme, table, sheet or None, whole_list, tick)

        about = Asked(version, sheet, whole_list)
        by = visitor_of(request)
        try:
            reading = await self._readings.begin(table.name, _lines(table), work, by, about)
        except StandEasyError as error:
            return self._asked(request, version, typed, problems={FORM: f"{error} {error.hint}"})
        if not reading.is_done:
            return RedirectResponse(f"{HERE}/{reading.key}", status_code=303)
        return await self._came_of(request, reading)

    async def reading(self, request: Request) -> Response:
        """Show how far a table is, or what came of it."""
        reading = self._readings.get(request.path_params["reading"], visitor_of(request))
        if reading is None:
            # Whether somebody else has a table under it is nobody's business.
            raise HTTPException(404)
        if reading.is_done:
            return await self._came_of(request, reading)
        return self.page(request, "teams_reading.html", reading.about.version, {"reading": reading})

    async def _came_of(self, request: Request, reading: Reading[Preview]) -> Response:
        asked: Asked = reading.about
        version = asked.version
        typed: dict[str, Any] = {"sheet": asked.sheet, "whole_list": asked.whole_list}
        try:
            preview = await reading.result()
        except RowsRefused as refused:
            return self._asked(request, version, typed, refused=refused, name=reading.name)
        except SeveralSheets as error:
            sheets = error.details["sheets"]
            text = f"This file has several sheets: {sheets}. Write the name of the one to read."
            return self._asked(request, version, typed, problems={"sheet": text})
        except TableRefused as error:
            text = f"Expected {error.details['expected']}; this was {error.details['got']}."
            return self._asked(request, version, typed, problems={"file": text})
        except StandEasyError as error:
            return self._asked(request, version, typed, problems={FORM: str(error)})
        return self._previewed(request, version, preview)

    async def save(self, request: Request) -> Response:
        """Save what was looked at."""
        version = await self.newest()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        upload = await read_upload(request, LARGEST_FILE, frozenset({"rows"}))
        fields = upload.fields
        reason, based_on = fields.one("reason"), number_in(fields.one("version")) or 0
        given = File(fields.one("name") or "the table", fields.one("rows").encode())
        whole_list = fields.one("whole_list") == "yes"
        try:
            # What comes back is the rows that were shown, whatever kind of file they were read of.
            check = partial(_preview, version.programme, given, None, whole_list)
            looked_at = await self._turns.take(given.name, check, visitor_of(request))
            preview = replace(looked_at, read_as="")
        except RowsRefused as refused:
            return self._asked(request, version, refused=refused, name=given.name)
        except TableUnderWay as error:
            return self._asked(request, version, problems={FORM: f"{error} {error.hint}"})
        except StandEasyError as error:
            return self._asked(request, version, problems={FORM: str(error)})
        problems: Problems = {}
        meanwhile: Meanwhile | None = None
        try:
            tidy_reason(reason)
            return leads_to(
                await self._programme.save(
                    preview.change.programme, based_on, visitor_of(request), reason
                ),
                TEAMS,
            )
        except NoReason:
            problems["reason"] = NO_REASON
        except ChangedMeanwhile as error:
            problems |= listed(error)
            meanwhile = await self._programme.meanwhile(error, based_on)
            based_on = version.version
        except StandEasyError as error:
            problems |= listed(error)
        return self._previewed(
            request,
            version,
            preview,
            problems=problems,
            meanwhile=meanwhile,
            based_on=based_on,
            reason=reason,
        )

    def _asked(
        self,
        request: Request,
        version: ProgrammeVersion,
        typed: dict[str, Any] | None = None,
        refused: RowsRefused | None = None,
        name: str = "",
        **more: Any,
    ) -> Response:
        found: Sequence[Problem] = refused.problems if refused else ()
        if refused:
            cells = "1 cell" if len(found) == 1 else f"{len(found):,} cells"
            more["problems"] = {"cells": f"{name}: {cells} to correct. Nothing was changed."}
        shown: dict[str, Any] = {
            "columns": [(column, what, column in REQUIRED) for column, what in COLUMNS.items()],
            "cells": found[:MOST_PROBLEMS],
            "more_cells": max(0, len(found) - MOST_PROBLEMS),
            "typed": {"sheet": "", "whole_list": False} | (typed or {}),
        }
        return self.page(request, "teams_import.html", version, shown | more)

    def _previewed(
        self, request: Request, version: ProgrammeVersion, preview: Preview, **more: Any
    ) -> Response:
        change = preview.change
        lines: list[TeamChange] = sorted(change.changes, key=lambda each: _ORDER.index(each.kind))
        programme = change.programme
        teams = programme.force.teams
        units = form_units(programme, [team.id for team in teams]).units
        shown = {
            "preview": preview,
            "counts": {kind.value: change.number(kind) for kind in ChangeKind},
            "lines": lines[:MOST_CHANGES],
            "more_lines": max(0, len(lines) - MOST_CHANGES),
            "teams": len(teams),
            "heads": sum(team.headcount for team in teams),
            "groups": len(units),
            "together": sum(len(unit.teams) for unit in units if len(unit.teams) > 1),
        }
        return self.page(request, "teams_preview.html", version, shown | more)


def _lines(given: File) -> int | None:
    """Return how many lines a text has; None of what is no text."""
    is_text = not given.content.startswith(b"PK")
    return given.content.count(b"\n") + 1 if is_text else None


def _preview(
    programme: Programme,
    given: File,
    sheet: str | None,
    whole_list: bool,
    tick: Callable[[], None] = lambda: None,
) -> Preview:
    """Return what a file would change."""
    table = read_table(given.name, given.content, sheet, tick)
    rows = read_rows(given.name, table.heading, table.rows)
    change = import_teams(programme, rows, given.name, whole_list=whole_list)
    return Preview(given.name, table.read_as, len(rows), change, as_csv(rows), whole_list)


def as_csv(rows: Sequence[TeamRow]) -> str:
    """Return teams as the text that comes back: each on the line that its row had."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    line = 2
    for row in sorted(rows, key=lambda each: each.row):
        # What is wrong later is told with the row that people see in their file.
        out.write("\n" * max(0, row.row - line))
        line = max(line, row.row) + 1
        writer.writerow(
            (
                row.department,
                row.team,
                row.headcount,
                "" if row.supervisors is None else row.supervisors,
                "" if row.high_stress is None else ("yes" if row.high_stress else "no"),
                row.team_id or "",
                row.department_id or "",
            )
        )
    return out.getvalue()
