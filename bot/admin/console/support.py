"""The pages of the support directory: where help is, when somebody last called, and by whom.

The force's entries are changed here one by one; the national ones come with the product. What
officers will see is shown in every language before anything is saved.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

import bot.web.numbers  # noqa: F401 - its kind of number stands in the addresses
from bot.admin.console.support_form import (
    NEEDS,
    NOT_CALLED,
    SCOPES,
    TEXTS,
    Problems,
    Typed,
    problems_of,
    problems_of_ways,
    too_long,
    typed_in,
    typed_of,
)
from bot.admin.console.support_views import (
    Shown,
    entry_view,
    missing_in_words,
    screens_view,
)
from bot.core.access import Permission, may
from bot.core.documents import DocumentProblems
from bot.core.support import SupportEntry
from bot.core.support_changes import NoSuchEntry, entry_of, id_for, ways_of, with_entry
from bot.web.fields import Fields, read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, Handler, visitor_of
from bot.workflows.catalogue import NoProgramme
from bot.workflows.programme_changes import (
    LONGEST_REASON,
    ChangedMeanwhile,
    NoReason,
    NothingChanged,
    Proposed,
    Saved,
)
from bot.workflows.support_directory import Directory, OtherWays, SupportDesk

HERE: Final = "/support"
ONE: Final = "/support/entries/{entry}"
TICK_THE_BOX: Final = "Tick the box to remove this entry."
NO_REASON: Final = f"Say why, on one line of up to {LONGEST_REASON} characters."
NOTHING_CHANGED: Final = "Nothing differs from what is in force, so nothing was saved."

Languages = Sequence[tuple[str, str]]
"""Code and name of every language there are translations for, English first."""


def support_routes(
    desk: SupportDesk, door: Door, shown: Shown, languages: Languages
) -> list[BaseRoute]:
    """Return the pages of the support directory."""
    pages = _SupportPages(desk, door, shown, languages)
    see, change = Permission.SEE_PROGRAMME, Permission.CHANGE_PROGRAMME
    routes: Iterable[tuple[str, str, Handler, Permission]] = (
        (HERE, "GET", pages.show, see),
        (f"{HERE}/preview", "GET", pages.preview, see),
        (f"{HERE}/new", "GET", pages.new, change),
        (f"{HERE}/new", "POST", pages.add, change),
        (ONE, "GET", pages.one, change),
        (ONE, "POST", pages.edit, change),
        (f"{ONE}/verify", "POST", pages.verify, change),
        (f"{ONE}/remove", "POST", pages.remove, change),
    )
    return [Route(path, door.protect(act, needs), methods=[by]) for path, by, act, needs in routes]


class _SupportPages:
    def __init__(self, desk: SupportDesk, door: Door, shown: Shown, languages: Languages) -> None:
        self._desk, self._shown, self._languages = desk, shown, languages
        self._templates = framed_templates(door, "bot.admin")

    # --- The list -----------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        """Show every entry with its age, and what is missing."""
        return await self._list(request, {})

    async def preview(self, request: Request) -> Response:
        """Show every message that shows entries, exactly as officers see it."""
        directory = await self._directory()
        if directory is None:
            return self._none_yet(request)
        language = request.query_params.get("language", "en")
        if language not in dict(self._languages):
            raise HTTPException(404)
        shown = {
            "language": language,
            "languages": [
                (code, name, f"{HERE}/preview?{urlencode({'language': code})}")
                for code, name in self._offered(directory)
            ],
            "screens": screens_view(self._shown(directory.programme, directory.support, language)),
        }
        return self._page(request, "support_preview.html", shown)

    async def verify(self, request: Request) -> Response:
        """Note that the visitor tried an entry today."""
        fields = await read_fields(request)
        entry, by = request.path_params["entry"], visitor_of(request)
        try:
            # A mark is always sent: what was not seen is not verified.
            await self._desk.verify(entry, fields.one("seen") or "none", by, by.name)
        except (NoProgramme, NoSuchEntry):
            raise HTTPException(404) from None
        except OtherWays as error:
            return await self._list(request, {f"entry-{entry}": f"{error} {error.hint}"})
        except ChangedMeanwhile as error:
            return await self._list(request, {f"entry-{entry}": f"{error} Please try again."})
        return RedirectResponse(f"{HERE}?{urlencode({'verified': entry})}", status_code=303)

    async def _list(self, request: Request, problems: Problems) -> Response:
        directory = await self._directory()
        if directory is None:
            return self._none_yet(request)
        query = request.query_params
        own = [entry_view(line) for line in directory.own]
        shown = {
            "own": own,
            "national": [entry_view(line) for line in directory.national],
            "problem": directory.problem,
            "missing": missing_in_words(directory.missing),
            "may_change": may(visitor_of(request), Permission.CHANGE_PROGRAMME),
            "saved": _number_in(query.get("saved", "")),
            "verified": next((e["name"] for e in own if e["id"] == query.get("verified")), None),
            "problems": problems,
        }
        return self._page(request, "support.html", shown, problems)

    # --- One entry ----------------------------------------------------------------------

    async def new(self, request: Request) -> Response:
        """Show the empty form."""
        directory = await self._directory()
        if directory is None:
            return self._none_yet(request)
        last = directory.own[-1].entry.id if directory.own else ""
        typed = Typed({"scope": "force"}, after=last, reason="")
        return self._form(request, directory, None, typed, {})

    async def add(self, request: Request) -> Response:
        """Show what officers will see of a new entry, or save it."""
        directory = await self._directory()
        if directory is None:
            raise HTTPException(404)
        return await self._take(request, directory, None)

    async def one(self, request: Request) -> Response:
        """Show the form of an entry of the force."""
        directory, entry = await self._entry(request)
        ids = [line.entry.id for line in directory.own]
        place = ids.index(entry.id)
        after = ids[place - 1] if place else ""
        typed = typed_of(entry, _codes(self._written(directory, entry)), after)
        return self._form(request, directory, entry, typed, {})

    async def edit(self, request: Request) -> Response:
        """Show what officers will see of a changed entry, or save it."""
        directory, entry = await self._entry(request)
        return await self._take(request, directory, entry)

    async def remove(self, request: Request) -> Response:
        """Remove an entry."""
        directory, entry = await self._entry(request)
        fields = await read_fields(request)
        reason = fields.one("gone-reason")
        problems: Problems = {}
        if fields.one("sure") != "yes":
            problems["sure"] = TICK_THE_BOX
        if not reason:
            problems["gone-reason"] = NO_REASON
        version = _version(fields)
        if not problems:
            try:
                done = await self._desk.remove(entry.id, version, visitor_of(request), reason)
                return _after(done)
            except NoReason:
                problems["gone-reason"] = NO_REASON
            except (ChangedMeanwhile, DocumentProblems) as error:
                problems["changed"] = f"{error} {error.hint}"
        typed = typed_of(entry, _codes(self._written(directory, entry)), "")
        more = await self._since(version, directory)
        return self._form(request, directory, entry, typed, problems, gone_reason=reason, **more)

    async def _take(
        self, request: Request, directory: Directory, before: SupportEntry | None
    ) -> Response:
        fields = await read_fields(request)
        typed = typed_in(fields, _codes(self._written(directory, before)))
        entry, problems = self._read(directory, before, typed, request)
        saves = fields.one("step") == "save"
        if saves and not typed.reason:
            problems["reason"] = NO_REASON
        version = _version(fields)
        more: dict[str, Any] = {}
        if not problems and entry is not None:
            if not saves:
                more = {"preview": self._previewed(directory, entry, typed.after)}
            else:
                by = visitor_of(request)
                try:
                    done = await self._desk.keep(entry, typed.after, version, by, typed.reason)
                    return _after(done)
                except NoReason:
                    problems["reason"] = NO_REASON
                except NothingChanged:
                    problems["changed"] = NOTHING_CHANGED
                except (ChangedMeanwhile, DocumentProblems) as error:
                    problems["changed"] = f"{error} {error.hint}"
        if saves:
            more |= await self._since(version, directory)
        else:
            # What was previewed is what is saved: from the version it was looked at with.
            more["version"] = version
        return self._form(request, directory, before, typed, problems, **more)

    def _read(
        self, directory: Directory, before: SupportEntry | None, typed: Typed, request: Request
    ) -> tuple[SupportEntry | None, Problems]:
        """Return the entry that was typed, or everything that is wrong with it."""
        problems = too_long(typed)
        content = typed.content()
        by = visitor_of(request).name
        if before is None:
            name = typed.texts.get("name-en", "")
            content["id"] = id_for(name, self._desk.taken(directory))
        else:
            content["id"] = before.id
            # A browser sends ticks in the page's order: that alone is no change.
            for name, order in (("needs", before.needs), ("languages", before.languages)):
                content[name].sort(key=lambda each, order=order: _place_in(order, each))
        if before is None or typed.called:
            content |= {"last_verified": directory.today, "verified_by": by}
        else:
            content["last_verified"] = before.last_verified
            content["verified_by"] = before.verified_by
        entry = None
        try:
            entry, ways = self._desk.read(content)
            problems |= problems_of_ways(ways)
        except DocumentProblems as error:
            problems = problems_of(error) | problems
        is_new_way = entry is not None and (before is None or ways_of(entry) != ways_of(before))
        if is_new_way and not typed.called:
            problems["called"] = NOT_CALLED
        return entry, problems

    def _previewed(
        self, directory: Directory, entry: SupportEntry, after: str
    ) -> list[dict[str, Any]]:
        changed = with_entry(directory.programme, entry, after)
        national = [line.entry for line in directory.national]
        return [
            {
                "code": code,
                "name": name,
                "screens": screens_view(
                    self._shown(changed, [*changed.support, *national], code), entry, code
                ),
            }
            for code, name in self._offered(directory)
        ]

    # --- Parts --------------------------------------------------------------------------

    async def _directory(self) -> Directory | None:
        try:
            return await self._desk.directory()
        except NoProgramme:
            return None

    async def _entry(self, request: Request) -> tuple[Directory, SupportEntry]:
        directory = await self._directory()
        if directory is None:
            raise HTTPException(404)
        try:
            return directory, entry_of(directory.programme, request.path_params["entry"])
        except NoSuchEntry:
            raise HTTPException(404) from None

    async def _since(self, version: int, directory: Directory) -> dict[str, Any]:
        if version == directory.version:
            return {}
        changes = await self._desk.since(version)
        return {"since": [each.sentence for each in changes]}

    def _offered(self, directory: Directory) -> list[tuple[str, str]]:
        """Return the languages officers of this force read."""
        force = directory.programme.force.languages
        return [(code, name) for code, name in self._languages if code in force] or [
            self._languages[0]
        ]

    def _written(self, directory: Directory, entry: SupportEntry | None) -> list[tuple[str, str]]:
        """Return the languages an entry has texts in, English first."""
        names = dict(self._languages)
        codes = ["en", *directory.programme.force.languages]
        for texts in (getattr(entry, name) or {} for name, *_ in TEXTS if entry is not None):
            codes += texts
        return [(code, names.get(code, code)) for code in dict.fromkeys(codes)]

    def _form(
        self,
        request: Request,
        directory: Directory,
        entry: SupportEntry | None,
        typed: Typed,
        problems: Problems,
        **more: Any,
    ) -> Response:
        written = self._written(directory, entry)
        shown = {
            "entry": entry,
            "address": f"{HERE}/new" if entry is None else f"{HERE}/entries/{entry.id}",
            "version": directory.version,
            "typed": replace(typed, texts=_full(typed.texts, _codes(written))),
            "texts": TEXTS,
            "written": written,
            "needs": [(need.value, words) for need, words in NEEDS.items()],
            "scopes": SCOPES,
            "spoken": [(code, name) for code, name in self._languages if code != "en"],
            "others": [
                (line.entry.id, line.entry.name["en"])
                for line in directory.own
                if entry is None or line.entry.id != entry.id
            ],
            "longest": LONGEST_REASON,
            "preview": None,
            "since": [],
            "gone_reason": "",
            "problems": problems,
        }
        return self._page(request, "support_entry.html", shown | more, problems)

    def _none_yet(self, request: Request) -> Response:
        return self._page(request, "support_none.html", {"problems": {}})

    def _page(
        self,
        request: Request,
        name: str,
        shown: Mapping[str, Any],
        problems: Problems | None = None,
    ) -> Response:
        return self._templates.TemplateResponse(
            request, f"console/{name}", dict(shown), status_code=422 if problems else 200
        )


def _place_in(order: Sequence[str], each: str) -> int:
    return order.index(each) if each in order else len(order)


def _codes(languages: Languages) -> list[str]:
    return [code for code, _ in languages]


def _full(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    names = [f"{name}-{language}" for name, *_ in TEXTS for language in languages]
    return {
        name: texts.get(name, "") for name in (*names, "phone", "text_to", "link", "source")
    } | {"scope": texts.get("scope", "")}


def _version(fields: Fields) -> int:
    return _number_in(fields.one("version")) or 0


def _number_in(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _after(done: Saved | Proposed) -> Response:
    if isinstance(done, Proposed):
        return RedirectResponse(f"/changes/{done.number}", status_code=303)
    return RedirectResponse(f"{HERE}?{urlencode({'saved': done.version})}", status_code=303)
