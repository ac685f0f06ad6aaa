"""The page of the audit trail: every administrative act, the newest first, and the whole of it.

It names nobody who answers: no entry does. Going through all of it takes a while, so it is done
when somebody asks, and the page shows what came of it when it is loaded again.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.admin.trail_sheet import (
    csv_head,
    csv_rows,
    json_end,
    json_entry,
    json_head,
    whole_in_words,
)
from bot.core.access import Permission
from bot.core.audit import Anchor, AuditRecord, NotAnAnchor
from bot.web.fields import read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, Handler
from bot.workflows.trail import Verified
from bot.workflows.trail_desk import Looked, Looking, Sieve, TrailDesk

CSV: Final = "text/csv; charset=utf-8"
JSON: Final = "application/json"
WRITE_A_DAY: Final = "Write the day as year, month and day, such as 2026-11-30."
_A_DAY: Final = timedelta(days=1)


def trail_routes(desk: TrailDesk, door: Door) -> list[BaseRoute]:
    """Return the pages of the audit trail, and its files."""
    pages = _TrailPages(desk, door)
    routes: Iterable[tuple[str, str, Handler]] = (
        ("/trail", "GET", pages.show),
        ("/trail/verify", "POST", pages.verify),
        ("/trail/entries.csv", "GET", pages.as_csv),
        ("/trail/entries.json", "GET", pages.as_json),
    )
    return [
        Route(path, door.protect(act, Permission.SEE_TRAIL), methods=[method])
        for path, method, act in routes
    ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address asks for, as it was written."""

    actor: str
    act: str
    day: str
    before: int | None

    def at(self, before: int | None) -> str:
        """Return the address of these entries before one of them."""
        wanted = {"actor": self.actor, "act": self.act, "day": self.day}
        named = {name: value for name, value in wanted.items() if value}
        if before is not None:
            named["before"] = str(before)
        return "/trail" + (f"?{urlencode(named)}" if named else "")


class _TrailPages:
    def __init__(self, desk: TrailDesk, door: Door) -> None:
        self._desk = desk
        self._templates = framed_templates(door, "bot.admin")

    async def show(self, request: Request) -> Response:
        """Show a page of entries, and how the trail stood when it was last gone through."""
        return await self._page(request, {})

    async def verify(self, request: Request) -> Response:
        """Begin to go through the whole trail."""
        typed = (await read_fields(request)).one("anchor")
        try:
            against = Anchor.read(typed) if typed else None
        except NotAnAnchor as error:
            return await self._page(request, {"anchor": f"{error} {error.hint}"}, typed)
        self._desk.verify(against)
        return RedirectResponse("/trail", status_code=303)

    async def as_csv(self, request: Request) -> Response:
        """Give the whole trail as a table, piece by piece."""
        verified = await self._desk.look()

        async def pieces() -> AsyncIterator[str]:
            yield csv_head()
            async for records in self._desk.entries_to(verified.last):
                yield csv_rows(records)

        return _file(pieces(), CSV, "audit-trail.csv")

    async def as_json(self, request: Request) -> Response:
        """Give the whole trail as JSON, piece by piece."""
        verified = await self._desk.look()

        async def pieces() -> AsyncIterator[str]:
            yield json_head(verified.broken, verified.anchor)
            first = True
            async for records in self._desk.entries_to(verified.last):
                yield "".join(
                    json_entry(record, first=first and not place)
                    for place, record in enumerate(records)
                )
                first = first and not records
            yield json_end(not first) + "\n"

        return _file(pieces(), JSON, "audit-trail.json")

    async def _page(self, request: Request, problems: dict[str, str], anchor: str = "") -> Response:
        asked = _asked(request.query_params)
        day = _day_of(asked.day)
        if asked.day and day is None:
            problems = {**problems, "day": WRITE_A_DAY}
        leaf = await self._desk.leaf(_sieve(asked, day), asked.before)
        actors, acts = await self._desk.names()
        shown: dict[str, Any] = {
            "asked": asked,
            "filters": bool(asked.actor or asked.act or asked.day),
            "entries": [entry_view(each) for each in leaf.entries],
            "older": None if leaf.older is None else asked.at(leaf.older),
            "newest": None if asked.before is None else asked.at(None),
            "actors": actors,
            "acts": acts,
            "state": state_view(self._desk.state),
            "anchor": anchor,
            "problems": problems,
        }
        return self._templates.TemplateResponse(
            request, "console/trail.html", shown, status_code=422 if problems else 200
        )


def _file(pieces: AsyncIterator[str], kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=kind, headers=headers)


def _asked(query: Mapping[str, str]) -> _Asked:
    before = query.get("before", "")
    if before and not (before.isascii() and before.isdecimal() and len(before) <= 9):
        raise HTTPException(404)
    actor, act, day = (query.get(name, "").strip() for name in ("actor", "act", "day"))
    return _Asked(actor, act, day, int(before) if before else None)


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _sieve(asked: _Asked, day: date | None) -> Sieve:
    since = until = None
    # The last day there is has no end.
    if day is not None and day < date.max:
        since = datetime.combine(day, time(), UTC)
        until = since + _A_DAY
    return Sieve(asked.actor or None, asked.act or None, since, until)


def entry_view(entry: AuditRecord | int) -> dict[str, Any]:
    """Return what the page says of one entry."""
    if isinstance(entry, int):
        return {"sequence": entry, "readable": False}
    told = entry.entry
    return {
        "sequence": entry.sequence,
        "readable": True,
        "at": entry.at,
        "actor": told.actor,
        "act": told.act,
        "subject": told.subject,
        "detail": told.detail,
    }


def state_view(state: Looking | Looked | None) -> dict[str, Any]:
    """Return what the page says of the whole chain."""
    if state is None:
        return {"kind": "unknown"}
    if isinstance(state, Looking):
        return {"kind": "looking", "done": state.done, "of": state.of}
    shown: dict[str, Any] = {"kind": "looked", "at": state.at}
    return shown | _result(state.verified, state.against)


def _result(verified: Verified | None, against: Anchor | None) -> dict[str, Any]:
    if verified is None:
        return {"whole": False, "text": "The database could not be reached.", "hint": ""}
    if verified.broken is not None:
        return {"whole": False, "text": str(verified.broken), "hint": verified.broken.hint}
    words, _, anchor = whole_in_words(verified.entries, verified.anchor, against).rpartition(" ")
    return {"whole": True, "text": words, "hint": "", "anchor": anchor}
