"""The pages of the support directory: where help is, when somebody last called, and by whom.

The force's entries are changed here one by one; the national ones come with the product. What
officers will see is shown in every language before anything is saved.
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.support_entry import EntryPages
from bot.admin.console.support_form import Problems
from bot.admin.console.support_room import HERE, Languages, SupportRoom, number_in
from bot.admin.console.support_views import Shown, entry_view, missing_in_words, screens_view
from bot.core.access import Permission, may
from bot.core.support_changes import NoSuchEntry
from bot.web.fields import read_fields
from bot.web.sign_in import Door, Handler, visitor_of
from bot.workflows.catalogue import NoProgramme
from bot.workflows.programme_changes import ChangedMeanwhile
from bot.workflows.support_directory import OtherWays, SupportDesk

ONE: Final = "/support/entries/{entry}"


def support_routes(
    desk: SupportDesk, door: Door, shown: Shown, languages: Languages
) -> list[BaseRoute]:
    """Return the pages of the support directory."""
    pages = _ListPages(desk, door, shown, languages)
    entries = EntryPages(desk, door, shown, languages)
    see, change = Permission.SEE_PROGRAMME, Permission.CHANGE_PROGRAMME
    routes: Iterable[tuple[str, str, Handler, Permission]] = (
        (HERE, "GET", pages.show, see),
        (f"{HERE}/preview", "GET", pages.preview, see),
        (f"{HERE}/new", "GET", entries.new, change),
        (f"{HERE}/new", "POST", entries.add, change),
        (ONE, "GET", entries.one, change),
        (ONE, "POST", entries.edit, change),
        (f"{ONE}/verify", "POST", pages.verify, change),
        (f"{ONE}/remove", "POST", entries.remove, change),
    )
    return [Route(path, door.protect(act, needs), methods=[by]) for path, by, act, needs in routes]


class _ListPages(SupportRoom):
    async def show(self, request: Request) -> Response:
        """Show every entry with its age, and what is missing."""
        return await self._list(request, {})

    async def preview(self, request: Request) -> Response:
        """Show every message that shows entries, exactly as officers see it."""
        directory = await self.directory()
        if directory is None:
            return self.none_yet(request)
        language = request.query_params.get("language", "en")
        if language not in dict(self.languages):
            raise HTTPException(404)
        shown = {
            "language": language,
            "languages": [
                (code, name, f"{HERE}/preview?{urlencode({'language': code})}")
                for code, name in self.offered(directory)
            ],
            "screens": screens_view(self.shown(directory.programme, directory.support, language)),
        }
        return self.page(request, "support_preview.html", shown)

    async def verify(self, request: Request) -> Response:
        """Note that the visitor tried an entry today."""
        fields = await read_fields(request)
        entry, by = request.path_params["entry"], visitor_of(request)
        try:
            # A mark is always sent: what was not seen is not verified.
            await self.desk.verify(entry, fields.one("seen") or "none", by, by.name)
        except (NoProgramme, NoSuchEntry):
            raise HTTPException(404) from None
        except OtherWays as error:
            return await self._list(request, {f"entry-{entry}": f"{error} {error.hint}"})
        except ChangedMeanwhile as error:
            return await self._list(request, {f"entry-{entry}": f"{error} Please try again."})
        return RedirectResponse(f"{HERE}?{urlencode({'verified': entry})}", status_code=303)

    async def _list(self, request: Request, problems: Problems) -> Response:
        directory = await self.directory()
        if directory is None:
            return self.none_yet(request)
        query = request.query_params
        own = [entry_view(line) for line in directory.own]
        shown = {
            "own": own,
            "national": [entry_view(line) for line in directory.national],
            "problem": directory.problem,
            "missing": missing_in_words(directory.missing),
            "may_change": may(visitor_of(request), Permission.CHANGE_PROGRAMME),
            "saved": number_in(query.get("saved", "")),
            "verified": next((e["name"] for e in own if e["id"] == query.get("verified")), None),
            "problems": problems,
        }
        return self.page(request, "support.html", shown, problems)
