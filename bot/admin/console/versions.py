"""The pages about versions: what was in force when, what differs, and the way back.

Looking changes nothing. Going back is a save like any other: a new version with a reason, or a
proposal where a second admin has to look.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.admin.console.places import Place, routes_of
from bot.admin.console.saving import (
    FORM,
    NEXT_ROUND,
    effects_of,
    in_words,
    leads_to,
    number_in,
    problems_of,
)
from bot.admin.programme_yaml import as_yaml
from bot.core.access import Permission, may
from bot.core.errors import StandEasyError
from bot.web.fields import read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, visitor_of
from bot.web.words import day_in_words
from bot.workflows.catalogue import NoProgramme
from bot.workflows.programme_changes import ChangedMeanwhile
from bot.workflows.programme_desk import Meanwhile, ProgrammeDesk
from bot.workflows.programme_versions import NoSuchVersion

YAML = "application/yaml; charset=utf-8"


def moment(at: datetime) -> str:
    """Return an instant as the pages of the console write it."""
    at = at.astimezone(UTC)
    return f"{day_in_words(at.date())}, {at:%H:%M} UTC"


def version_routes(desk: ProgrammeDesk, door: Door) -> list[BaseRoute]:
    """Return the pages about versions."""
    pages = _VersionPages(desk, door)
    see, change = Permission.SEE_PROGRAMME, Permission.CHANGE_PROGRAMME
    places: Iterable[Place] = (
        ("/programme/versions", "GET", pages.every, see),
        ("/programme/differences", "GET", pages.differences, see),
        ("/programme/versions/{number:number}", "GET", pages.one, see),
        ("/programme/versions/{number:number}/programme.yaml", "GET", pages.file, see),
        ("/programme/versions/{number:number}/restore", "GET", pages.way_back, change),
        ("/programme/versions/{number:number}/restore", "POST", pages.restore, change),
    )
    return routes_of(door, places, NoSuchVersion, NoProgramme)


class _VersionPages:
    def __init__(self, desk: ProgrammeDesk, door: Door) -> None:
        self._desk = desk
        self._templates = framed_templates(door, "bot.admin")
        self._templates.env.globals.update(moment=moment)

    async def every(self, request: Request) -> Response:
        """List versions, the newest first."""
        found = await self._desk.versions(number_in(request.query_params.get("before", "")))
        shown = {"lines": found.lines, "older": found.older, "newest": found.newest}
        return self._page(request, "versions.html", shown)

    async def one(self, request: Request) -> Response:
        """Show one version by what it changed."""
        number: int = request.path_params["number"]
        found = await self._desk.introduced(number)
        shown = {
            "line": found.second,
            "changes": found.changes,
            "newest": await self._desk.newest_version(),
            "may_change": may(visitor_of(request), Permission.CHANGE_PROGRAMME),
        }
        return self._page(request, "version.html", shown)

    async def differences(self, request: Request) -> Response:
        """Show what differs between two versions."""
        first = number_in(request.query_params.get("from", ""))
        second = number_in(request.query_params.get("to", ""))
        if first is None or second is None:
            raise HTTPException(404)
        found = await self._desk.compare(first, second)
        shown = {"first": found.first, "second": found.second, "changes": found.changes}
        return self._page(request, "differences.html", shown)

    async def file(self, request: Request) -> Response:
        """Give one version as a file that can be edited and loaded."""
        version = await self._desk.at(request.path_params["number"])
        made = await as_yaml(version.programme)
        name = f"{version.programme.force.id}-{version.version}.yaml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(made, media_type=YAML, headers=headers)

    async def way_back(self, request: Request) -> Response:
        """Show what going back to a version would change."""
        return await self._way_back(request, {}, "")

    async def restore(self, request: Request) -> Response:
        """Go back to a version, or propose it."""
        fields = await read_fields(request)
        reason, based_on = fields.one("reason"), number_in(fields.one("version")) or 0
        number: int = request.path_params["number"]
        try:
            outcome = await self._desk.restore(number, based_on, visitor_of(request), reason)
        except (NoSuchVersion, NoProgramme):
            raise
        except ChangedMeanwhile as error:
            meanwhile = await self._desk.meanwhile(error, based_on)
            return await self._way_back(request, _by_field(error), reason, meanwhile)
        except StandEasyError as error:
            return await self._way_back(request, _by_field(error), reason)
        return leads_to(outcome, "/programme")

    async def _way_back(
        self,
        request: Request,
        problems: Mapping[str, str],
        reason: str,
        meanwhile: Meanwhile | None = None,
    ) -> Response:
        back = await self._desk.way_back(request.path_params["number"])
        wrong = [in_words(*each) for each in problems_of(back.problem)] if back.problem else []
        shown = {
            "line": back.line,
            "newest": back.newest,
            "changes": back.changes,
            "wrong": wrong,
            "problems": problems,
            "meanwhile": meanwhile,
            "reason": reason,
            "second": await self._desk.waits_for_second(
                back.present, back.programme, visitor_of(request)
            ),
            "next_round": NEXT_ROUND,
            "effects": effects_of(back.changes),
        }
        return self._page(request, "restore.html", shown, 422 if problems else 200)

    def _page(
        self, request: Request, name: str, shown: Mapping[str, Any], status: int = 200
    ) -> Response:
        return self._templates.TemplateResponse(
            request, f"console/{name}", dict(shown), status_code=status
        )


def _by_field(error: StandEasyError) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, (place, text) in enumerate(problems_of(error)):
        field = "reason" if place == ("reason",) else f"{FORM}-{number}"
        found[field] = text if place == ("reason",) else in_words(place, text)
    return found
