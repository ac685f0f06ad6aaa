"""The page about rounds: where each stands, and what an admin may ask for.

What is asked for is done by the officers' process, which looks every few seconds: the page waits
for it a moment, and says what came of it. Nothing here says who or how many took part.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.rounds_views import allowed_days, asked_view, asked_views, view_of
from bot.admin.console.saving import number_in
from bot.core.access import Permission, may
from bot.core.errands import Kind
from bot.core.errors import StandEasyError
from bot.core.extensions import TooSoonToClose
from bot.core.rounds import Steering, check_may_be_steered
from bot.web.fields import Fields, read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, visitor_of
from bot.workflows.round_desk import ON_A_PAGE, RoundDesk, RoundStanding

PAGE: Final = "/rounds"
ACTS: Final[Mapping[str, tuple[Kind, Steering]]] = {
    "pause": (Kind.PAUSE_ROUND, Steering.PAUSE),
    "resume": (Kind.RESUME_ROUND, Steering.RESUME),
    "extend": (Kind.EXTEND_ROUND, Steering.EXTEND),
    "close": (Kind.CLOSE_ROUND, Steering.CLOSE_EARLY),
}
Problems = dict[str, str]
"""By field: what is wrong with it."""


def round_routes(desk: RoundDesk, door: Door) -> list[BaseRoute]:
    """Return the page about rounds, and what its forms lead to."""
    pages = _RoundPages(desk, door)
    see, steer = Permission.SEE_PROGRAMME, Permission.STEER_ROUNDS
    return [
        Route(PAGE, door.protect(pages.show, see), methods=["GET"]),
        Route(f"{PAGE}/open", door.protect(pages.open, steer), methods=["POST"]),
        *(
            Route(f"{PAGE}/{{round_id}}/{act}", door.protect(pages.steer, steer), methods=["POST"])
            for act in ACTS
        ),
    ]


class _RoundPages:
    def __init__(self, desk: RoundDesk, door: Door) -> None:
        self._desk = desk
        self._templates = framed_templates(door, "bot.admin")

    async def show(self, request: Request) -> Response:
        """Show every round, and what came of what was asked for."""
        return await self._page(request)

    async def open(self, request: Request) -> Response:
        """Ask for today's round of a check-in."""
        fields = await read_fields(request)
        check_in = fields.one("check_in")
        overview = await self._desk.overview()
        if not any(each.is_due and each.check_in == check_in for each in overview.coming):
            problem = "This check-in has no round to open now: it is open, or today is not its day."
            return await self._page(request, {"form": problem})
        return await self._ask(request, Kind.OPEN_ROUND, check_in, {})

    async def steer(self, request: Request) -> Response:
        """Ask for a round to be paused, resumed, extended or closed."""
        round_id = request.path_params["round_id"]
        kind, act = ACTS[request.url.path.rpartition("/")[2]]
        fields = await read_fields(request)
        standing = await self._desk.standing(round_id)
        if standing is None:
            raise HTTPException(404, "There is no such round under way")
        try:
            check_may_be_steered(
                standing.state, act, round_id, paused=standing.paused_on is not None
            )
            detail = _detail(act, standing, fields)
        except _Wrong as error:
            return await self._page(
                request, {f"{round_id}-{error.field}": error.text}, round_id, fields
            )
        except StandEasyError as error:
            return await self._page(request, {"form": str(error)})
        return await self._ask(request, kind, round_id, detail)

    async def _ask(
        self, request: Request, kind: Kind, subject: str, detail: Mapping[str, str]
    ) -> Response:
        try:
            number = await self._desk.ask(kind, subject, detail, visitor_of(request))
        except StandEasyError as error:
            return await self._page(request, {"form": f"{error} {error.hint}".strip()})
        return RedirectResponse(f"{PAGE}?asked={number}", status_code=303)

    async def _page(
        self,
        request: Request,
        problems: Problems | None = None,
        opened: str = "",
        fields: Fields | None = None,
    ) -> Response:
        # Before the rounds are read: what was done in this moment is to be seen on the page.
        asked = number_in(request.query_params.get("asked", ""))
        if asked is not None:
            await self._desk.came_of(asked)
        skip = number_in(request.query_params.get("skip", "")) or 0
        lately = await self._desk.asked_lately()
        overview = await self._desk.overview(skip)
        this = next((asked_view(*each) for each in lately if each[0].number == asked), None)
        return self._templates.TemplateResponse(
            request,
            "console/rounds.html",
            {
                "allowed_days": allowed_days,
                "asked": this,
                "lately": [each for each in asked_views(lately) if each != this],
                "may_see_results": may(visitor_of(request), Permission.SEE_RESULTS),
                "may_steer": may(visitor_of(request), Permission.STEER_ROUNDS),
                "opened": opened,
                "problems": problems or {},
                "rounds": view_of(overview, ON_A_PAGE),
                "typed": fields or Fields({}),
            },
            status_code=422 if problems else 200,
        )


class _Wrong(Exception):
    """What is wrong with a field."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


def _detail(act: Steering, standing: RoundStanding, fields: Fields) -> dict[str, str]:
    """Return what an act needs beside the round; raises `_Wrong` beside a field."""
    if act is Steering.EXTEND:
        return {"last day": _last_day(standing, fields.one("last_day")).isoformat()}
    if act is Steering.CLOSE_EARLY:
        if fields.one("sure") != "yes":
            raise _Wrong("sure", "Tick this if the round is to be closed.")
        _check_time_to_close(standing)
    return {}


def _last_day(standing: RoundStanding, text: str) -> date:
    if standing.extension is None:
        raise _Wrong("last_day", f"It cannot be extended: {standing.no_extension}.")
    first, last = standing.extension
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _Wrong("last_day", f"Give a day such as {first.isoformat()}.") from None
    if not first <= day <= last:
        raise _Wrong("last_day", f"Give a day from {first} to {last}.")
    return day


def _check_time_to_close(standing: RoundStanding) -> None:
    if standing.too_soon_to_close:
        raise TooSoonToClose(
            round=standing.id,
            day=standing.closes_early_from,
            asked_on=standing.asked_on,
        )
