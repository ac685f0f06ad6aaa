"""The pages of one support entry: what officers will see of it, then saved, or removed.

What is typed is never lost: a page with something to correct comes back with all of it, and so
does one that somebody else was faster than, with what they changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.admin.console.support_form import (
    NEEDS,
    NOT_CALLED,
    SCOPES,
    TEXTS,
    Problems,
    Typed,
    not_reached,
    problems_of,
    problems_of_ways,
    too_long,
    typed_in,
    typed_of,
)
from bot.admin.console.support_room import HERE, Languages, SupportRoom, number_in
from bot.admin.console.support_views import screens_view
from bot.core.documents import DocumentProblems
from bot.core.support import Age, SupportEntry, age_of
from bot.core.support_changes import NoSuchEntry, entry_of, id_for, ways_of, with_entry
from bot.web.fields import Fields, read_fields
from bot.web.sign_in import visitor_of
from bot.workflows.programme_changes import (
    LONGEST_REASON,
    ChangedMeanwhile,
    NoReason,
    NothingChanged,
    Proposed,
    Saved,
)
from bot.workflows.support_directory import Directory

TICK_THE_BOX: Final = "Tick the box to remove this entry."
NO_REASON: Final = f"Say why, on one line of up to {LONGEST_REASON} characters."
NOTHING_CHANGED: Final = "Nothing differs from what is in force, so nothing was saved."


class EntryPages(SupportRoom):
    """The pages of one entry, there already or new."""

    async def new(self, request: Request) -> Response:
        """Show the empty form."""
        directory = await self.directory()
        if directory is None:
            return self.none_yet(request)
        last = directory.own[-1].entry.id if directory.own else ""
        typed = Typed({"scope": "force"}, after=last, reason="")
        return self._shown(request, directory, None, typed, {})

    async def add(self, request: Request) -> Response:
        """Show what officers will see of a new entry, or save it."""
        directory = await self.directory()
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
        return self._shown(request, directory, entry, typed, {})

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
                done = await self.desk.remove(entry.id, version, visitor_of(request), reason)
                return _after(done)
            except NoReason:
                problems["gone-reason"] = NO_REASON
            except (ChangedMeanwhile, DocumentProblems) as error:
                problems["changed"] = f"{error} {error.hint}"
        typed = typed_of(entry, _codes(self._written(directory, entry)), "")
        more = await self._since(version, directory)
        return self._shown(request, directory, entry, typed, problems, gone_reason=reason, **more)

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
                    done = await self.desk.keep(entry, typed.after, version, by, typed.reason)
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
        return self._shown(request, directory, before, typed, problems, **more)

    def _read(
        self, directory: Directory, before: SupportEntry | None, typed: Typed, request: Request
    ) -> tuple[SupportEntry | None, Problems]:
        """Return the entry that was typed, or everything that is wrong with it."""
        problems = not_reached(typed) | too_long(typed)
        content = typed.content()
        by = visitor_of(request).name
        if before is None:
            name = typed.texts.get("name-en", "")
            content["id"] = id_for(name, self.desk.taken(directory))
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
            entry, ways = self.desk.read(content)
            problems |= problems_of_ways(ways)
        except DocumentProblems as error:
            problems = problems_of(error) | problems
        if entry is not None and not typed.called and _has_to_be_tried(entry, before, directory):
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
                    self.shown(changed, [*changed.support, *national], code), entry, code
                ),
            }
            for code, name in self.offered(directory)
        ]

    async def _entry(self, request: Request) -> tuple[Directory, SupportEntry]:
        directory = await self.directory()
        if directory is None:
            raise HTTPException(404)
        try:
            return directory, entry_of(directory.programme, request.path_params["entry"])
        except NoSuchEntry:
            raise HTTPException(404) from None

    async def _since(self, version: int, directory: Directory) -> dict[str, Any]:
        if version == directory.version:
            return {}
        changes = await self.desk.since(version)
        return {"since": [each.sentence for each in changes]}

    def _written(self, directory: Directory, entry: SupportEntry | None) -> list[tuple[str, str]]:
        """Return the languages an entry has texts in, English first."""
        names = dict(self.languages)
        codes = ["en", *directory.programme.force.languages]
        for texts in (getattr(entry, name) or {} for name, *_ in TEXTS if entry is not None):
            codes += texts
        return [(code, names.get(code, code)) for code in dict.fromkeys(codes)]

    def _shown(
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
            "spoken": [(code, name) for code, name in self.languages if code != "en"],
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
        return self.page(request, "support_entry.html", shown | more, problems)


def _has_to_be_tried(entry: SupportEntry, before: SupportEntry | None, now: Directory) -> bool:
    if before is None or ways_of(entry) != ways_of(before):
        return True
    return age_of(before, now.today) is Age.TOO_OLD


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
    return number_in(fields.one("version")) or 0


def _after(done: Saved | Proposed) -> Response:
    if isinstance(done, Proposed):
        return RedirectResponse(f"/changes/{done.number}", status_code=303)
    return RedirectResponse(f"{HERE}?{urlencode({'saved': done.version})}", status_code=303)
