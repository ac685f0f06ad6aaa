"""The pages of changes that wait for a second admin: what each would do, and what becomes of it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.console.places import Place, routes_of
from bot.admin.console.saving import (
    FORM,
    NEXT_ROUND,
    effects_of,
    in_words,
    number_in,
    problems_of,
)
from bot.admin.console.versions import moment
from bot.core.access import Permission, may
from bot.core.errors import StandEasyError
from bot.core.programme_differences import Part, parts_of
from bot.web.fields import read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, visitor_of
from bot.workflows.programme_changes import NoReason
from bot.workflows.programme_desk import ProgrammeDesk
from bot.workflows.programme_proposals import DecidedAlready, NoSuchProposal, is_proposer


def change_routes(desk: ProgrammeDesk, door: Door) -> list[BaseRoute]:
    """Return the pages of changes that wait."""
    pages = _ChangePages(desk, door)
    see, change = Permission.SEE_PROGRAMME, Permission.CHANGE_PROGRAMME
    places: Iterable[Place] = (
        ("/changes", "GET", pages.every, see),
        ("/changes/{number:number}", "GET", pages.one, see),
        ("/changes/{number:number}/approve", "POST", pages.approve, change),
        ("/changes/{number:number}/refuse", "POST", pages.refuse, change),
        ("/changes/{number:number}/withdraw", "POST", pages.withdraw, change),
    )
    return routes_of(door, places, NoSuchProposal)


class _ChangePages:
    def __init__(self, desk: ProgrammeDesk, door: Door) -> None:
        self._desk = desk
        self._templates = framed_templates(door, "bot.admin")
        self._templates.env.globals.update(moment=moment)

    async def every(self, request: Request) -> Response:
        """List what waits, and what was decided last."""
        shown = {
            "waiting": await self._desk.waiting(),
            "decided": await self._desk.decided_lately(),
            "newest": await self._desk.newest_version(),
        }
        return self._page(request, "changes.html", shown)

    async def one(self, request: Request) -> Response:
        """Show one change and what can be done with it."""
        return await self._one(request, {}, "")

    async def approve(self, request: Request) -> Response:
        """Put a change in force: what was looked at, and nothing else."""
        fields = await read_fields(request)
        number: int = request.path_params["number"]
        seen = number_in(fields.one("version")) or 0
        if fields.one("sure") != "yes":
            problems = {"sure": "Tick the box when you have read what would change."}
            return await self._one(request, problems, "")
        return await self._decided(
            request, lambda: self._desk.approve(number, seen, visitor_of(request)), ""
        )

    async def refuse(self, request: Request) -> Response:
        """Refuse a change."""
        reason = (await read_fields(request)).one("reason")
        number: int = request.path_params["number"]
        return await self._decided(
            request, lambda: self._desk.refuse(number, visitor_of(request), reason), reason
        )

    async def withdraw(self, request: Request) -> Response:
        """Withdraw one's own change."""
        reason = (await read_fields(request)).one("reason")
        number: int = request.path_params["number"]
        return await self._decided(
            request, lambda: self._desk.withdraw(number, visitor_of(request), reason), reason
        )

    async def _decided(
        self, request: Request, act: Callable[[], Awaitable[object]], reason: str
    ) -> Response:
        try:
            await act()
        except NoSuchProposal:
            raise
        except DecidedAlready:
            # Pressed twice, or by two people: the page shows how it stands.
            pass
        except NoReason:
            problems = {"reason": "Write in one line why, in up to 300 characters."}
            return await self._one(request, problems, reason)
        except StandEasyError as error:
            problems = {f"{FORM}-0": f"{error} {error.hint}".strip()}
            return await self._one(request, problems, reason)
        return RedirectResponse(f"/changes/{request.path_params['number']}", status_code=303)

    async def _one(self, request: Request, problems: Mapping[str, str], reason: str) -> Response:
        found = await self._desk.review(request.path_params["number"])
        visitor = visitor_of(request)
        wrong = [in_words(*each) for each in problems_of(found.problem)] if found.problem else []
        shown = {
            "review": found,
            "line": found.line,
            "own": is_proposer(found.line, visitor),
            "may_change": may(visitor, Permission.CHANGE_PROGRAMME),
            "problems": problems,
            "reason": reason,
            "wrong": wrong,
            "leads_to_help": Part.SUPPORT in parts_of(found.changes),
            "next_round": NEXT_ROUND,
            "effects": effects_of(found.changes),
        }
        return self._page(request, "change.html", shown, 422 if problems else 200)

    def _page(
        self, request: Request, name: str, shown: Mapping[str, Any], status: int = 200
    ) -> Response:
        return self._templates.TemplateResponse(
            request, f"console/{name}", dict(shown), status_code=status
        )
