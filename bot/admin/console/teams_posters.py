"""Posters for many teams at once: chosen, made with new codes, and fetched as one file."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.saving import FORM, number_in
from bot.admin.console.teams_codes import PDF, BotName
from bot.admin.console.teams_logo import FIELD, read_with_logo
from bot.admin.console.teams_packs import Order, Pack, Packs
from bot.admin.console.teams_pages import TeamPages
from bot.admin.console.teams_views import TEAMS, day_or_none
from bot.admin.posters.content import MOST_TEAMS, NotABotName, bot_name
from bot.admin.posters.words import languages_of
from bot.core.access import Permission
from bot.core.errors import StandEasyError
from bot.core.programme import Team
from bot.core.support import SupportEntry
from bot.web.fields import read_fields
from bot.web.sign_in import Door, Handler, visitor_of
from bot.workflows.programme import ProgrammeVersion
from bot.workflows.programme_desk import ProgrammeDesk
from bot.workflows.team_codes import MadeCode, NotItsLastDay
from bot.workflows.team_desk import TeamDesk

HERE: Final = f"{TEAMS}/posters"
TICKED: Final = 150
"""Teams that can be chosen one by one; of more, all of a part are taken."""

NO_NAME: Final = (
    "The bot’s name is not known to this process, and a poster needs it. Set STANDEASY_BOT_NAME."
)
CHOOSE: Final = "Choose at least one team."
WRITE_A_DAY: Final = "Write the day as year, month and day, such as 2027-05-31."


def poster_routes(
    desk: TeamDesk,
    programme: ProgrammeDesk,
    door: Door,
    name: BotName,
    national: Sequence[SupportEntry],
    packs: Packs,
) -> list[BaseRoute]:
    """Return the pages of posters. They go before those of single teams."""
    pages = _PosterPages(desk, programme, door, name, national, packs)
    routes: Iterable[tuple[str, str, Handler]] = (
        (HERE, "GET", pages.choose),
        (HERE, "POST", pages.make),
        (f"{HERE}/{{pack}}", "GET", pages.pack),
        (f"{HERE}/{{pack}}/posters.pdf", "GET", pages.file),
        (f"{HERE}/{{pack}}/drop", "POST", pages.drop),
    )
    return [
        Route(path, door.protect(act, Permission.ISSUE_CODES), methods=[by])
        for path, by, act in routes
    ]


class _PosterPages(TeamPages):
    def __init__(
        self,
        desk: TeamDesk,
        programme: ProgrammeDesk,
        door: Door,
        name: BotName,
        national: Sequence[SupportEntry],
        packs: Packs,
    ) -> None:
        super().__init__(desk, programme, door)
        self._name, self._national, self._packs = name, tuple(national), packs
        self._looking = asyncio.Lock()

    async def choose(self, request: Request) -> Response:
        """Ask for which teams."""
        version = await self.newest()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        query = request.query_params
        return self._chosen(request, version, query.get("of", ""), query.get("part", ""))

    async def make(self, request: Request) -> Response:
        """Begin to make posters."""
        version = await self.newest()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        sent = await read_with_logo(request, self._looking)
        fields = sent.fields
        of, part, by = fields.one("of"), fields.one("part"), visitor_of(request)
        offered = _offered(version, of, part)
        if not offered:
            raise HTTPException(404)
        wanted = set(fields.all("teams"))
        teams = [team for team in offered if team.id in wanted or len(offered) > TICKED]
        until, rotate = fields.one("until"), fields.one("rotate") == "yes"
        problems: dict[str, str] = {}
        if not teams:
            problems["teams"] = CHOOSE
        if until and day_or_none(until) is None:
            problems["until"] = WRITE_A_DAY
        if sent.problem:
            problems[FIELD] = sent.problem
        if not problems:
            try:
                name = bot_name(self._name())
                ids = [team.id for team in teams]
                made = await self._desk.make_codes(ids, None, day_or_none(until), by)

                async def ask(codes: Sequence[MadeCode]) -> int:
                    return await self._desk.ask_to_issue(codes, by, rotate=rotate)

                languages = len(languages_of(version.programme.force.languages))
                today = self._desk.today(version.programme)
                number = 2 * len(made) * languages
                order = Order(
                    version.programme, made, name, self._national, today, number, sent.logo
                )
                pack = self._packs.begin(order, by, ask)
                return RedirectResponse(f"{HERE}/{pack.key}", status_code=303)
            except NotABotName:
                problems[FORM] = NO_NAME
            except NotItsLastDay as error:
                first, last = error.details["first"], error.details["last"]
                problems["until"] = f"Expected a day from {first} to {last}."
            except StandEasyError as error:
                problems[FORM] = f"{error} {error.hint}".strip()
        typed = {"teams": wanted, "until": until, "rotate": rotate, FIELD: sent.came}
        return self._chosen(request, version, of, part, typed, problems=problems)

    async def pack(self, request: Request) -> Response:
        """Show how far a pack is, and offer it."""
        pack = self._asked_for(request)
        came = None if pack.errand is None else await self._desk.outcome(pack.errand)
        if came is not None and not came.done:
            # Its codes let nobody in: a poster of them would only disappoint.
            pack.file, pack.problem = None, came.sentence
        shown: dict[str, Any] = {
            "pack": pack,
            "address": f"{HERE}/{pack.key}",
            "works": came is not None and came.done,
            "sentence": came.sentence if came is not None else "",
            "left": self._packs.seconds_left(pack),
            "waits": pack.problem is None and not (came is not None and came.done),
        }
        return self._templates.TemplateResponse(request, "console/teams_pack.html", shown)

    async def file(self, request: Request) -> Response:
        """Give the file of a pack whose codes work."""
        pack = self._asked_for(request)
        came = None if pack.errand is None else await self._desk.outcome(pack.errand)
        if pack.file is None or came is None or not came.done:
            raise HTTPException(404)
        headers = {"Content-Disposition": 'attachment; filename="posters.pdf"'}
        return Response(pack.file, media_type=PDF, headers=headers)

    async def drop(self, request: Request) -> Response:
        """Forget a pack."""
        await read_fields(request)
        self._packs.drop(self._asked_for(request))
        return RedirectResponse(HERE, status_code=303)

    def _asked_for(self, request: Request) -> Pack:
        pack = self._packs.get(request.path_params["pack"], visitor_of(request))
        if pack is None:
            # Whether somebody else has a pack under it is nobody's business.
            raise HTTPException(404)
        return pack

    def _chosen(
        self,
        request: Request,
        version: ProgrammeVersion,
        of: str,
        part: str,
        typed: dict[str, Any] | None = None,
        **more: Any,
    ) -> Response:
        force = version.programme.force
        offered = _offered(version, of, part)
        if of and not offered:
            raise HTTPException(404)
        name = next((each.name for each in force.departments if each.id == of), force.name)
        shown: dict[str, Any] = {
            "choices": list(_choices(version)),
            "of": of,
            "part": part,
            "name": name,
            "offered": [(team.id, team.name) for team in offered],
            "one_by_one": len(offered) <= TICKED,
            "most": MOST_TEAMS,
            "typed": {"teams": {team.id for team in offered}, "until": "", "rotate": False}
            | {FIELD: False}
            | (typed or {}),
        }
        return self.page(request, "teams_posters.html", version, shown | more)


ALL: Final = "~all"
"""No department has this id."""


def _offered(version: ProgrammeVersion, of: str, part: str) -> Sequence[Team]:
    """Return the teams that posters can be made for together; none where nothing is chosen."""
    force = version.programme.force
    if of == ALL:
        return force.teams if len(force.teams) <= MOST_TEAMS else ()
    number = number_in(part) if part else 1
    if not number:
        return ()
    teams = next((each.teams for each in force.departments if each.id == of), [])
    return teams[(number - 1) * MOST_TEAMS : number * MOST_TEAMS]


def _choices(version: ProgrammeVersion) -> Iterable[dict[str, Any]]:
    """Yield what posters can be made for: the force, each department, or a part of a large one."""
    force = version.programme.force
    if len(force.teams) <= MOST_TEAMS:
        yield {"name": f"All of {force.name}", "of": ALL, "part": "", "teams": len(force.teams)}
    for department in force.departments:
        parts = -(-len(department.teams) // MOST_TEAMS)
        for number in range(1, parts + 1):
            first = (number - 1) * MOST_TEAMS
            teams = len(department.teams[first : first + MOST_TEAMS])
            name = department.name
            if parts > 1:
                name += f", teams {first + 1} to {first + teams}"
            part = str(number) if parts > 1 else ""
            yield {"name": name, "of": department.id, "part": part, "teams": teams}
