"""The lead's pages about actions: record one before looking, and read what came of it.

Every page works without a script. What was typed is never lost: a page with something to
correct comes back with everything that was in it. Each write leads on to another page, so that
loading a page again writes nothing.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

import bot.web.numbers  # noqa: F401 - its kind of number stands in the addresses
from bot.core.access import Permission, Visitor
from bot.core.disclosure.release import Release
from bot.core.errors import StandEasyError
from bot.lead.actions_views import (
    CheckIn,
    Names,
    action_view,
    check_ins_of,
    day_of,
    groups_to_choose,
    refused_views,
    themes_to_choose,
)
from bot.lead.actions_words import CANNOT_PROVE, POINTS, problem_of
from bot.lead.frame import lead_templates
from bot.lead.scope import Reports, results_for
from bot.lead.whole import whole_or_nothing
from bot.web.fields import read_fields
from bot.web.sign_in import Door, Handler, visitor_of
from bot.workflows.actions import (
    LONGEST_WHAT,
    ActionIsOver,
    Judged,
    NoSuchAction,
    check_expectation,
    tidy_what,
)
from bot.workflows.replies import Refused

WHOLE_FORCE = "force"
"""The id of the group of everybody in every release."""
Problems = dict[str, str]
"""By field: what is wrong with it."""


class Desk(Protocol):
    """Where actions are kept."""

    async def record(
        self,
        what: str,
        groups: Sequence[str],
        starts_on: date,
        check_in: str,
        scale: str,
        by: Visitor,
    ) -> int:
        """Store an action and return its number."""

    async def end(self, number: int, ended_on: date, by: Visitor) -> None:
        """Store the day on which an action ended."""

    async def withdraw(self, number: int, by: Visitor) -> None:
        """Store that an action never was."""

    async def all(self, seen: Sequence[Release] | None = None) -> tuple[Judged, ...]:
        """Return every action with its verdict, judged by what is seen, newest first."""

    async def get(self, number: int, seen: Sequence[Release] | None = None) -> Judged:
        """Return one action with its verdict, judged by what is seen, newest first."""

    async def today(self) -> date:
        """Return the force's present day."""


class Lines(Protocol):
    """Where lines to officers are kept."""

    async def refused(self) -> list[Refused]:
        """Return those that officers are not shown, because today they would be refused."""


def action_routes(desk: Desk, lines: Lines, reports: Reports, door: Door) -> list[BaseRoute]:
    """Return the pages about actions."""
    pages = _ActionPages(desk, lines, reports, door)
    routes: Iterable[tuple[str, str, Handler]] = (
        ("/actions", "GET", pages.every),
        ("/actions/new", "GET", pages.new),
        ("/actions/new", "POST", pages.record),
        ("/actions/{number:number}", "GET", pages.one),
        ("/actions/{number:number}/end", "POST", pages.end),
        ("/actions/{number:number}/withdraw", "POST", pages.withdraw),
    )
    return [
        Route(
            path,
            door.protect(whole_or_nothing(handler), Permission.ACT_ON_RESULTS),
            methods=[method],
        )
        for path, method, handler in routes
    ]


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed into the form of a new action."""

    what: str = ""
    scale: str = ""
    groups: tuple[str, ...] = ()
    day: str = ""


class _ActionPages:
    def __init__(self, desk: Desk, lines: Lines, reports: Reports, door: Door) -> None:
        self._desk, self._lines, self._reports = desk, lines, reports
        self._templates = lead_templates(door)

    async def every(self, request: Request) -> Response:
        """Show all actions with their verdicts, the newest first."""
        results = await results_for(request, self._reports)
        names = Names(results.releases)
        everything = await self._desk.all(results.releases)
        judged = [each for each in everything if _concerns(each, request, names)]
        shown = {
            "refused": refused_views(await self._lines.refused(), results.releases),
            "actions": [action_view(each, names) for each in reversed(judged)],
            "can_record": bool(check_ins_of(results.releases)),
            "cannot_prove": CANNOT_PROVE,
            "points": POINTS,
        }
        return self._page(request, "actions.html", shown)

    async def new(self, request: Request) -> Response:
        """Show the form of a new action, or first which check-in it is about."""
        check_ins = check_ins_of((await results_for(request, self._reports)).releases)
        asked = request.query_params.get("check_in", "")
        check_in = next((each for each in check_ins if each.id == asked), None)
        if check_in is None and len(check_ins) == 1:
            (check_in,) = check_ins
        if check_in is None:
            return self._page(request, "actions_which.html", {"check_ins": check_ins})
        query = request.query_params
        today = (await self._desk.today()).isoformat()
        groups = tuple(query.getlist("group"))
        typed = _Typed(scale=query.get("scale", ""), groups=groups, day=today)
        return self._asked(request, check_in, typed, {}, len(check_ins) > 1)

    async def record(self, request: Request) -> Response:
        """Record an action, or show what is to be corrected."""
        fields = await read_fields(request)
        releases = (await results_for(request, self._reports)).releases
        check_ins = check_ins_of(releases)
        asked = fields.one("check_in")
        check_in = next((each for each in check_ins if each.id == asked), None)
        if check_in is None:
            raise HTTPException(404)
        typed = _Typed(
            fields.one("what"),
            fields.one("scale"),
            tuple(fields.all("groups")),
            fields.one("day"),
        )
        problems = _problems_of(typed, check_in, releases)
        day = day_of(typed.day)
        if not problems and day is not None:
            try:
                number = await self._desk.record(
                    typed.what, typed.groups, day, check_in.id, typed.scale, visitor_of(request)
                )
                return RedirectResponse(f"/actions/{number}", status_code=303)
            except StandEasyError as error:
                problems = _told(error)
        return self._asked(request, check_in, typed, problems, len(check_ins) > 1)

    async def one(self, request: Request) -> Response:
        """Show one action: its verdict, group by group, and how to end it."""
        return await self._one(request, {})

    async def end(self, request: Request) -> Response:
        """Store the day on which an action ended."""
        fields = await read_fields(request)
        typed = fields.one("day")
        day = day_of(typed)
        if day is None:
            return await self._one(request, {"day": _WRITE_A_DAY}, typed)
        by = visitor_of(request)
        return await self._said(request, lambda number: self._desk.end(number, day, by), typed)

    async def withdraw(self, request: Request) -> Response:
        """Store that an action never was."""
        fields = await read_fields(request)
        if fields.one("sure") != "yes":
            return await self._one(request, {"sure": "Tick the box to withdraw this action."})
        by = visitor_of(request)
        return await self._said(request, lambda number: self._desk.withdraw(number, by), "")

    async def _said(
        self, request: Request, act: Callable[[int], Awaitable[None]], typed: str
    ) -> Response:
        number: int = request.path_params["number"]
        seen = (await results_for(request, self._reports)).releases
        try:
            if not _is_own(await self._desk.get(number, seen), request, Names(seen)):
                raise HTTPException(404)
            await act(number)
        except NoSuchAction:
            raise HTTPException(404) from None
        except ActionIsOver:
            # Pressed twice, or by two people: the page shows how it stands.
            pass
        except StandEasyError as error:
            return await self._one(request, _told(error), typed)
        return RedirectResponse(f"/actions/{number}", status_code=303)

    async def _one(
        self, request: Request, problems: Problems, typed_day: str | None = None
    ) -> Response:
        seen = (await results_for(request, self._reports)).releases
        try:
            judged = await self._desk.get(request.path_params["number"], seen)
        except NoSuchAction:
            raise HTTPException(404) from None
        names = Names(seen)
        if not _concerns(judged, request, names):
            raise HTTPException(404)
        today = (await self._desk.today()).isoformat()
        shown = {
            "action": action_view(judged, names),
            "is_own": _is_own(judged, request, names),
            "cannot_prove": CANNOT_PROVE,
            "points": POINTS,
            "day": today if typed_day is None else typed_day,
            "problems": problems,
        }
        return self._page(request, "actions_one.html", shown, 422 if problems else 200)

    def _asked(
        self,
        request: Request,
        check_in: CheckIn,
        typed: _Typed,
        problems: Problems,
        has_others: bool,
    ) -> Response:
        shown = {
            "check_in": check_in,
            "themes": themes_to_choose(check_in.newest),
            "groups": groups_to_choose(check_in.newest),
            "typed": typed,
            "problems": problems,
            "longest": LONGEST_WHAT,
            "has_others": has_others,
        }
        return self._page(request, "actions_new.html", shown, 422 if problems else 200)

    def _page(
        self, request: Request, name: str, shown: Mapping[str, Any], status: int = 200
    ) -> Response:
        return self._templates.TemplateResponse(
            request, f"lead/{name}", dict(shown), status_code=status
        )


_WRITE_A_DAY = "Write the day as year, month and day, such as 2026-11-30."


def _problems_of(typed: _Typed, check_in: CheckIn, releases: Sequence[Release]) -> Problems:
    """Return everything that is wrong with a form at once, in the order of its fields."""
    found: Problems = {}
    for check in (
        lambda: tidy_what(typed.what),
        lambda: check_expectation(releases, check_in.id, typed.scale, typed.groups),
    ):
        try:
            check()
        except StandEasyError as error:
            found |= _told(error)
    own = {choice.id for choice in groups_to_choose(check_in.newest)}
    if "groups" not in found and not own.issuperset(typed.groups):
        found["groups"] = "Choose groups of your own departments."
    if not typed.groups:
        found["groups"] = "Choose at least one group."
    if day_of(typed.day) is None:
        found["day"] = _WRITE_A_DAY
    return {field: found[field] for field in ("what", "scale", "groups", "day") if field in found}


def _concerns(judged: Judged, request: Request, names: Names) -> bool:
    """Return whether whoever asks sees every group of an action."""
    if visitor_of(request).departments is None:
        return True
    recorded = judged.stored.recorded
    return all(names.knows(recorded.check_in, group) for group in recorded.groups)


def _is_own(judged: Judged, request: Request, names: Names) -> bool:
    """Return whether an action is for whoever asks to end: the whole force's is not for some."""
    if visitor_of(request).departments is None:
        return True
    return WHOLE_FORCE not in judged.stored.recorded.groups and _concerns(judged, request, names)


def _told(error: StandEasyError) -> Problems:
    problem = problem_of(error)
    if problem is None:
        raise error
    field, text = problem
    return {field: text}
