"""The pages about check-ins: what is asked when, and what would come of a change before it counts.

A preview comes before every save: what was not looked at cannot be saved. What takes a moment,
groups and duty patterns, follows at the end of a page while the rest can be read already.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.admin.console.check_ins_change import Change, changed_programme, without
from bot.admin.console.check_ins_form import (
    FORM,
    NO_REMINDER,
    REMINDERS,
    Typed,
    empty,
    filled_in,
    instruments_to_choose,
    languages_of,
    note_problems,
    typed_in,
)
from bot.admin.console.check_ins_often import CHOICES
from bot.admin.console.check_ins_views import (
    cautions_view,
    line_of,
    patterns_view,
    year_view,
)
from bot.admin.console.saving import (
    NEXT_ROUND,
    leads_to,
    number_in,
    problems_of,
    saved_version,
)
from bot.core.access import Permission, may
from bot.core.calendar import plan_on
from bot.core.errors import StandEasyError
from bot.core.programme import CheckIn, Programme
from bot.core.recurrences import DAYS
from bot.core.year_ahead.days import ONE_DAY
from bot.web.fields import read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, visitor_of
from bot.web.words import day_in_words, in_english
from bot.workflows.programme import ProgrammeVersion
from bot.workflows.programme_changes import ChangedMeanwhile
from bot.workflows.programme_desk import Meanwhile
from bot.workflows.schedule_desk import ScheduleDesk

log = logging.getLogger(__name__)

PAGE: Final = "/check-ins"
ICAL: Final = "text/calendar; charset=utf-8"
_LATER: Final = b"<!-- later -->"


def check_in_routes(
    desk: ScheduleDesk, door: Door, language_names: Mapping[str, str]
) -> list[BaseRoute]:
    """Return the pages about check-ins; `language_names` are those that titles can be given in."""
    pages = _CheckInPages(desk, door, language_names)
    see, change = Permission.SEE_PROGRAMME, Permission.CHANGE_PROGRAMME
    routes = (
        (PAGE, "GET", pages.every, see),
        (f"{PAGE}/calendar.ics", "GET", pages.calendar, see),
        (f"{PAGE}/new", "GET", pages.new, change),
        (f"{PAGE}/new", "POST", pages.add, change),
        (f"{PAGE}/{{check_in}}", "GET", pages.one, see),
        (f"{PAGE}/{{check_in}}", "POST", pages.change, change),
        (f"{PAGE}/{{check_in}}/remove", "POST", pages.remove, change),
    )
    return [
        Route(path, door.protect(handler, needs), methods=[method])
        for path, method, handler, needs in routes
    ]


class _CheckInPages:
    def __init__(self, desk: ScheduleDesk, door: Door, language_names: Mapping[str, str]) -> None:
        self._desk, self._language_names = desk, language_names
        self._templates = framed_templates(door, "bot.admin")
        self._templates.env.globals.update(in_english=in_english)

    # --- Reading ------------------------------------------------------------------------

    async def every(self, request: Request) -> Response:
        """Show every check-in and the coming year."""
        version = await self._desk.current()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        programme = version.programme
        year, today = await self._desk.year(programme), self._desk.today(programme)
        shown = {
            "lines": [line_of(each, programme, year, today) for each in programme.check_ins],
            "may_change": may(visitor_of(request), Permission.CHANGE_PROGRAMME),
            "next_round": NEXT_ROUND,
            "saved": saved_version(request.query_params.get("saved", "")),
            "year": year_view(year),
        }
        return self._in_two(request, "console/check_ins.html", shown, version)

    async def calendar(self, request: Request) -> Response:
        """Give the coming year as a file that calendars read."""
        # Here alone: what makes files takes a moment to load.
        from bot.admin.schedule_ical import as_ical

        version = await self._desk.current()
        if version is None:
            raise HTTPException(404)
        programme = version.programme
        made = as_ical(programme, await self._desk.year(programme), self._desk.now())
        headers = {"Content-Disposition": 'attachment; filename="check-ins.ics"'}
        return Response(made, media_type=ICAL, headers=headers)

    async def new(self, request: Request) -> Response:
        """Show the form of a new check-in."""
        version = await self._version()
        languages = languages_of(version.programme, None)
        typed = empty(languages, self._desk.today(version.programme))
        return await self._one_page(request, version, None, typed)

    async def one(self, request: Request) -> Response:
        """Show one check-in, and the year as it is."""
        version = await self._version()
        check_in = _found(version.programme, request)
        return await self._one_page(
            request, version, check_in, filled_in(check_in, version.programme)
        )

    # --- Changing -----------------------------------------------------------------------

    async def add(self, request: Request) -> Response:
        """Show what a new check-in brings, or save it once that was looked at."""
        return await self._take(request, await self._version(), None)

    async def change(self, request: Request) -> Response:
        """Show what a changed check-in brings, or save it once that was looked at."""
        version = await self._version()
        return await self._take(request, version, _found(version.programme, request))

    async def remove(self, request: Request) -> Response:
        """Remove a check-in."""
        version = await self._version()
        check_in = _found(version.programme, request)
        fields = await read_fields(request)
        typed = filled_in(check_in, version.programme)
        reason, based_on = fields.one("reason"), number_in(fields.one("version")) or 0
        if fields.one("sure") != "yes":
            typed.note("sure", "Tick this if the check-in is to be removed.")
        if not typed.problems:
            try:
                changed = without(version.programme, check_in)
                by = visitor_of(request)
                return leads_to(await self._desk.save(changed, based_on, by, reason), PAGE)
            except ChangedMeanwhile as error:
                return await self._one_page(
                    request, version, check_in, typed, reason, based_on, error, removes=True
                )
            except StandEasyError as error:
                _note(typed, error)
        return await self._one_page(
            request, version, check_in, typed, reason, based_on, removes=True
        )

    async def _take(
        self, request: Request, version: ProgrammeVersion, before: CheckIn | None
    ) -> Response:
        fields = await read_fields(request)
        programme = version.programme
        typed = typed_in(fields, languages_of(programme, before))
        reason, based_on = fields.one("reason"), number_in(fields.one("version")) or 0
        change = changed_programme(
            typed, programme, before, self._desk.today(programme), self._desk.instruments
        )
        if change is None:
            return await self._one_page(request, version, before, typed, reason, based_on)
        looked_at = fields.one("seen") == typed.digest
        if fields.one("do") == "save" and looked_at:
            try:
                saved = await self._desk.save(
                    change.programme, based_on, visitor_of(request), reason
                )
                return leads_to(saved, PAGE)
            except ChangedMeanwhile as error:
                return await self._one_page(
                    request, version, before, typed, reason, based_on, error, change=change
                )
            except StandEasyError as error:
                _note(typed, error)
        elif fields.one("do") == "save":
            typed.note(FORM, "You changed something since the preview: look at it, then save.")
        return await self._one_page(
            request, version, before, typed, reason, based_on, change=change
        )

    # --- Showing ------------------------------------------------------------------------

    async def _one_page(
        self,
        request: Request,
        version: ProgrammeVersion,
        check_in: CheckIn | None,
        typed: Typed,
        reason: str = "",
        based_on: int | None = None,
        error: ChangedMeanwhile | None = None,
        *,
        change: Change | None = None,
        removes: bool = False,
    ) -> Response:
        meanwhile: Meanwhile | None = None
        if error is not None:
            _note(typed, error)
            meanwhile = await self._desk.meanwhile(error, based_on or 0)
            based_on = meanwhile.newest
        programme = version.programme
        shown_year = change.programme if change is not None else programme
        open_year = change is not None or (check_in is not None and not typed.problems)
        shown: dict[str, Any] = {
            "change": change,
            "check_in": check_in,
            "choices": CHOICES,
            "days": DAYS,
            "departments": programme.force.departments,
            "instruments": instruments_to_choose(self._desk.known_instruments(), check_in),
            "languages": {each: self._language_names.get(each, each) for each in typed.titles},
            "left_out_before": await self._left_out_before(check_in, change),
            "may_change": may(visitor_of(request), Permission.CHANGE_PROGRAMME),
            "meanwhile": meanwhile,
            "next_round": NEXT_ROUND,
            "problems": _in_order(typed),
            "reason": reason,
            "reminders": _reminders(typed),
            "removes": removes,
            "typed": typed,
            "version": version.version if based_on is None else based_on,
            "year": year_view(await self._desk.year(shown_year)) if open_year else None,
        }
        status = 422 if typed.problems else 200
        template = "console/check_in.html"
        if not open_year:
            return self._templates.TemplateResponse(request, template, shown, status_code=status)
        changed = change.programme if change is not None else None
        return self._in_two(request, template, shown, version, changed, status)

    async def _left_out_before(self, check_in: CheckIn | None, change: Change | None) -> str:
        """Return the day before which rounds of a changed schedule are left out, in words."""
        if check_in is None or change is None:
            return ""
        until = await self._desk.open_until(check_in, change.programme)
        if until is None or plan_on(change.check_in, until - ONE_DAY) == plan_on(
            check_in, until - ONE_DAY
        ):
            return ""
        return day_in_words(until)

    def _in_two(
        self,
        request: Request,
        template: str,
        shown: Mapping[str, Any],
        version: ProgrammeVersion,
        changed: Programme | None = None,
        status: int = 200,
    ) -> Response:
        """Return a page whose end, what takes a moment, is sent when it is known.

        It is about `changed`, or else about the programme in force.
        """
        whole = self._templates.TemplateResponse(request, template, dict(shown)).body
        first, _, last = bytes(whole).partition(_LATER)

        async def pieces() -> AsyncIterator[bytes]:
            yield first
            yield await self._later(version, changed)
            yield last

        return StreamingResponse(pieces(), status_code=status, media_type="text/html")

    async def _later(self, version: ProgrammeVersion, changed: Programme | None) -> bytes:
        template = self._templates.get_template("console/check_ins_later.html")
        try:
            in_force = await self._desk.later_in_force(version)
            later = in_force if changed is None else await self._desk.later(changed)
        except StandEasyError as error:
            # The page is on its way with its first part: it ends with what can be said.
            log.error("the year ahead: %s %s", error, error.hint)
            return template.render(cautions=None, patterns=[]).encode()
        return template.render(
            cautions=cautions_view(
                later.cautions, None if changed is None else set(in_force.cautions)
            ),
            patterns=patterns_view(later.patterns),
        ).encode()

    async def _version(self) -> ProgrammeVersion:
        version = await self._desk.current()
        if version is None:
            raise HTTPException(404, "There is no programme yet")
        return version


def _found(programme: Programme, request: Request) -> CheckIn:
    wanted = request.path_params["check_in"]
    for each in programme.check_ins:
        if each.id == wanted:
            return each
    raise HTTPException(404, "There is no such check-in")


def _note(typed: Typed, error: StandEasyError) -> None:
    note_problems(typed, problems_of(error))


def _reminders(typed: Typed) -> list[tuple[str, str]]:
    hours = {str(each) for each in REMINDERS} | {typed.one("reminder")}
    known = sorted(each for each in hours if each.isdigit() and len(each) <= 3)
    return [(NO_REMINDER, "No reminder"), *((each, f"After {each} hours") for each in known)]


def _in_order(typed: Typed) -> dict[str, str]:
    order = [FORM, *(f"title_{each}" for each in typed.titles)]
    order += ["id", "instrument", "invites", "audience", "starts_on", "recurrence", "prompts"]
    order += ["window", "reminder", "reason", "sure"]
    places = {name: place for place, name in enumerate(order)}
    return dict(sorted(typed.problems.items(), key=lambda each: places.get(each[0], 99)))
