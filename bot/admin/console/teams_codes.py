"""Codes of one team: made here, shown once, and kept by the officers' process alone.

A code is on the page that made it and nowhere else. For its poster it travels back from that page;
nothing of it stays in this process.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.saving import number_in
from bot.admin.console.teams_logo import FIELD, read_with_logo
from bot.admin.console.teams_one import OneTeamPages
from bot.admin.console.teams_pages import Problems
from bot.admin.console.teams_views import TEAMS, address_of_team, day_or_none
from bot.admin.posters.content import NotABotName, PosterCode, bot_name, content_of, picture_of
from bot.admin.posters.printing import PostersNotMade, pdf_of
from bot.core.access import Permission
from bot.core.errors import StandEasyError
from bot.core.programme import Programme, Team
from bot.core.support import SupportEntry
from bot.core.team_codes import in_parts, is_code
from bot.web.fields import Fields, read_fields
from bot.web.sign_in import Door, visitor_of
from bot.workflows.programme_desk import ProgrammeDesk
from bot.workflows.team_codes import LONGEST_LIFE, MadeCode, NotItsLastDay, TooFewUses
from bot.workflows.team_desk import TeamDesk

log = logging.getLogger(__name__)

PDF: Final = "application/pdf"
BotName = Callable[[], str | None]


def code_routes(
    desk: TeamDesk,
    programme: ProgrammeDesk,
    door: Door,
    name: BotName,
    national: Sequence[SupportEntry],
) -> list[BaseRoute]:
    """Return what is done about a team's codes; `name` is asked whenever a link is shown."""
    pages = _CodePages(desk, programme, door, name, national)
    routes: Iterable[tuple[str, Callable[[Request], Awaitable[Response]]]] = (
        (f"{TEAMS}/{{team}}/codes", pages.issue),
        (f"{TEAMS}/{{team}}/codes/revoke", pages.revoke),
        (f"{TEAMS}/{{team}}/poster.pdf", pages.poster),
    )
    return [
        Route(path, door.protect(act, Permission.ISSUE_CODES), methods=["POST"])
        for path, act in routes
    ]


class _CodePages(OneTeamPages):
    def __init__(
        self,
        desk: TeamDesk,
        programme: ProgrammeDesk,
        door: Door,
        name: BotName,
        national: Sequence[SupportEntry],
    ) -> None:
        super().__init__(desk, programme, door)
        self._name, self._national = name, tuple(national)
        self._making = asyncio.Lock()

    async def issue(self, request: Request) -> Response:
        """Make a code and show it, this once."""
        version, department, team = await self.team_asked(request)
        fields = await read_fields(request)
        typed = {"uses": fields.one("uses"), "until": fields.one("until")}
        rotate = fields.one("rotate") == "yes"
        problems = _problems(typed)
        if not problems:
            uses, until = number_in(typed["uses"]), day_or_none(typed["until"])
            by = visitor_of(request)
            try:
                (made,) = await self._desk.make_codes([team.id], uses, until, by)
                await self._desk.ask_to_issue([made], by, rotate=rotate)
                return self._shown_once(request, made, rotate=rotate)
            except TooFewUses as error:
                problems["issue-uses"] = f"Expected at least {error.details['least']}. {error.hint}"
            except NotItsLastDay as error:
                first, last = error.details["first"], error.details["last"]
                problems["issue-until"] = f"Expected a day from {first} to {last}."
            except StandEasyError as error:
                problems["form"] = f"{error} {error.hint}".strip()
        return await self.team_page(
            request,
            version,
            department,
            team,
            typed | {"rotate": rotate},
            problems=problems,
            form="issue-",
        )

    async def revoke(self, request: Request) -> Response:
        """Ask that a code stops working."""
        version, department, team = await self.team_asked(request)
        code = (await read_fields(request)).one("code")
        if code not in [each.id for each in await self._desk.codes_of(version.programme, team.id)]:
            # Revoked already, or of another team: the page shows how it stands.
            return RedirectResponse(address_of_team(team.id), status_code=303)
        try:
            await self._desk.ask_to_revoke(team.id, code, visitor_of(request))
        except StandEasyError as error:
            problems = {"form": f"{error} {error.hint}".strip()}
            return await self.team_page(request, version, department, team, problems=problems)
        return RedirectResponse(f"{address_of_team(team.id)}#codes", status_code=303)

    async def poster(self, request: Request) -> Response:
        """Give the poster and the cards of a code that the page still has."""
        version, _, team = await self.team_asked(request)
        sent = await read_with_logo(request, self._making)
        printed = _printed(sent.fields, team.name, version.programme, self._desk)
        if printed is None:
            raise HTTPException(400, "That was not a code of this page")
        if sent.problem:
            # The code is nowhere else: the page comes back with it.
            uses = number_in(sent.fields.one("uses"))
            return self._shown(request, team, printed, uses, problems={FIELD: sent.problem})
        try:
            name = bot_name(self._name())
            today = self._desk.today(version.programme)
            content = content_of(
                version.programme, [printed], name, self._national, today, logo=sent.logo
            )
            async with self._making:
                made = await asyncio.to_thread(pdf_of, content)
        except (NotABotName, PostersNotMade) as error:
            log.error("%s %s", error, error.hint)
            raise HTTPException(503, "The poster could not be made now") from None
        headers = {"Content-Disposition": f'attachment; filename="poster-{team.id}.pdf"'}
        return Response(made, media_type=PDF, headers=headers)

    def _shown_once(self, request: Request, made: MadeCode, *, rotate: bool) -> Response:
        printed = PosterCode(made.team.name, made.code, made.expires_on)
        return self._shown(request, made.team, printed, made.uses, rotate=rotate)

    def _shown(
        self,
        request: Request,
        team: Team,
        made: PosterCode,
        uses: int | None,
        *,
        rotate: bool = False,
        problems: Problems | None = None,
    ) -> Response:
        try:
            name = bot_name(self._name())
        except NotABotName:
            name = None
        link = f"https://t.me/{name}?start={made.code}" if name else None
        shown: dict[str, Any] = {
            "team": team,
            "address": address_of_team(team.id),
            "code": made.code,
            "in_parts": in_parts(made.code),
            "uses": uses or "",
            "until": made.expires_on,
            "rotate": rotate,
            "problems": problems or {},
            "link": link,
            # Our own drawing of our own link: nothing in it was typed by anybody.
            "picture": Markup(picture_of(link)) if link else None,  # noqa: S704
        }
        return self._templates.TemplateResponse(
            request, "console/teams_code.html", shown, status_code=422 if problems else 200
        )


def _problems(typed: dict[str, str]) -> Problems:
    found: Problems = {}
    if typed["uses"] and not number_in(typed["uses"]):
        found["issue-uses"] = "Expected a whole number, or nothing."
    if typed["until"] and day_or_none(typed["until"]) is None:
        found["issue-until"] = "Write the day as year, month and day, such as 2027-05-31."
    return found


def _printed(fields: Fields, team: str, programme: Programme, desk: TeamDesk) -> PosterCode | None:
    code, until = fields.one("code"), day_or_none(fields.one("until"))
    today = desk.today(programme)
    if not is_code(code) or until is None or not today <= until <= today + LONGEST_LIFE:
        return None
    return PosterCode(team, code, until)
