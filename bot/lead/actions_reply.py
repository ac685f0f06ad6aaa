"""The page "you said, we did": a line to officers about one finding, seen before it is sent.

What is sent is what was previewed: when anything was changed since, the preview comes again.
Officers are shown replies to the newest result of a check-in alone, so only that takes any.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

import bot.web.numbers  # noqa: F401 - its kind of number stands in the addresses
from bot.core.access import Permission, Visitor
from bot.core.disclosure.release import Release, ReleasedGroup
from bot.core.disclosure.rules import Level
from bot.core.errors import StandEasyError
from bot.lead.actions import Problems
from bot.lead.actions_views import Choice, shares_to_choose
from bot.lead.actions_words import problem_of
from bot.lead.frame import lead_templates
from bot.lead.scope import Reports, results_for
from bot.lead.whole import whole_or_nothing
from bot.web.fields import read_fields
from bot.web.sign_in import Door, visitor_of
from bot.web.words import in_english
from bot.workflows.replies import LONGEST_LINE, EmptyLine, Finding, what_is_wrong

PATH = "/results/{round_id}/groups/{number:number}/reply"
Languages = Sequence[tuple[str, str]]
"""Code and name of every language officers read, English first."""

ShownTo = Callable[[Finding, str], str]
"""Returns what officers who read a language are shown of a finding, in Telegram's markup,
everything that is not the program's own text made safe."""


class Replies(Protocol):
    """Where replies are kept."""

    async def preview(
        self, round_id: str, group_id: str, scale_id: str, lines: Mapping[str, str]
    ) -> Finding:
        """Return what officers would be shown, and store nothing."""

    async def add(
        self, round_id: str, group_id: str, scale_id: str, lines: Mapping[str, str], by: Visitor
    ) -> int:
        """Store a reply and return its number."""

    async def current(self, round_id: str) -> dict[tuple[str, str], Mapping[str, str]]:
        """Return the lines that count, by group and scale."""


def reply_routes(
    replies: Replies, reports: Reports, door: Door, shown_to: ShownTo, languages: Languages
) -> list[BaseRoute]:
    """Return the page on which leads answer officers."""
    page = _ReplyPage(replies, reports, door, shown_to, languages)
    return [
        Route(
            PATH,
            door.protect(whole_or_nothing(page.show), Permission.ACT_ON_RESULTS),
            methods=["GET"],
        ),
        Route(
            PATH,
            door.protect(whole_or_nothing(page.take), Permission.ACT_ON_RESULTS),
            methods=["POST"],
        ),
    ]


class _ReplyPage:
    def __init__(
        self,
        replies: Replies,
        reports: Reports,
        door: Door,
        shown_to: ShownTo,
        languages: Languages,
    ) -> None:
        self._replies, self._reports = replies, reports
        self._shown_to, self._languages = shown_to, languages
        self._templates = lead_templates(door)

    async def show(self, request: Request) -> Response:
        """Show what can be answered, and what officers see now."""
        release, group, newest = await self._about(request)
        asked = request.query_params.get("scale", "")
        return await self._page(request, release, group, newest, {"scale": asked})

    async def take(self, request: Request) -> Response:
        """Show what officers will see; or send it, when they were shown the very same."""
        release, group, newest = await self._about(request)
        fields = await read_fields(request)
        typed = {"scale": fields.one("scale")} | {
            f"line-{code}": fields.one(f"line-{code}") for code, _ in self._languages
        }
        if newest is not release:
            return await self._page(request, release, group, newest, typed)
        scale, lines = typed["scale"], self._lines(typed)
        problems: Problems = {}
        if not any(choice.id == scale for choice in shares_to_choose(release, group)):
            problems["scale"] = "Choose one of the themes that are shown."
        finding: Finding | None = None
        try:
            if "en" not in lines:
                raise EmptyLine(language="en")
            if not problems:
                finding = await self._replies.preview(release.round_id, group.id, scale, lines)
                if fields.one("step") == "send" and fields.one("seen") == _mark(scale, lines):
                    by = visitor_of(request)
                    await self._replies.add(release.round_id, group.id, scale, lines, by)
                    return RedirectResponse(f"{request.url.path}?sent=1", status_code=303)
        except StandEasyError as error:
            problem = problem_of(error)
            if problem is None:
                raise
            problems[problem[0]] = problem[1]
        changed = fields.one("step") == "send" and finding is not None
        return await self._page(
            request, release, group, newest, typed, problems, finding, changed=changed
        )

    def _lines(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Return the lines that were written; officers read English where there is no other."""
        lines = {code: typed[f"line-{code}"] for code, _ in self._languages}
        return {code: line for code, line in lines.items() if line}

    async def _about(self, request: Request) -> tuple[Release, ReleasedGroup, Release]:
        """Return the release and group of the address, and the newest release of the check-in."""
        releases = (await results_for(request, self._reports)).releases
        round_id, number = request.path_params["round_id"], request.path_params["number"]
        release = next((each for each in releases if each.round_id == round_id), None)
        if release is None or not 1 <= number <= len(release.groups):
            raise HTTPException(404)
        if release.is_extract and release.groups[number - 1].level is Level.FORCE:
            raise HTTPException(403)
        check_in = release.document["check_in"]
        newest = next(each for each in releases if each.document["check_in"] == check_in)
        return release, release.groups[number - 1], newest

    async def _page(
        self,
        request: Request,
        release: Release,
        group: ReleasedGroup,
        newest: Release,
        typed: Mapping[str, str],
        problems: Problems | None = None,
        finding: Finding | None = None,
        *,
        changed: bool = False,
    ) -> Response:
        now = await self._replies.current(release.round_id)
        themes = shares_to_choose(release, group)
        shown: dict[str, Any] = {
            "release": release,
            "title": in_english(release.document["title"]),
            "group": group,
            "number": request.path_params["number"],
            "newest": newest,
            "is_newest": newest is release,
            "themes": themes,
            "now": await self._seen_now(release, group, themes, now),
            "typed": {f"line-{code}": "" for code, _ in self._languages} | dict(typed),
            "languages": self._languages,
            "longest": LONGEST_LINE,
            "problems": problems or {},
            "preview": [] if finding is None else self._in_languages(finding),
            "seen": "" if finding is None else _mark(typed["scale"], self._lines(typed)),
            "changed": changed,
            "sent": request.query_params.get("sent") == "1",
        }
        status = 422 if problems else 200
        return self._templates.TemplateResponse(
            request, "lead/actions_reply.html", shown, status_code=status
        )

    async def _seen_now(
        self,
        release: Release,
        group: ReleasedGroup,
        themes: Sequence[Choice],
        now: Mapping[tuple[str, str], Mapping[str, str]],
    ) -> list[tuple[str, list[tuple[str, str, Markup]], str]]:
        """Return what officers see now, by theme, and why they are not shown it, if so."""
        found: list[tuple[str, list[tuple[str, str, Markup]], str]] = []
        for theme in themes:
            lines = now.get((group.id, theme.id))
            if lines is None:
                continue
            # Rules may have come since it was written.
            wrong = what_is_wrong(lines)
            if wrong is not None:
                _, why = problem_of(wrong) or ("", "")
                found.append((theme.name, [], why))
                continue
            finding = await self._replies.preview(release.round_id, group.id, theme.id, lines)
            found.append((theme.name, self._in_languages(finding), ""))
        return found

    def _in_languages(self, finding: Finding) -> list[tuple[str, str, Markup]]:
        # Safe by the contract of `ShownTo`: the very bytes that Telegram is given.
        return [
            (code, name, Markup(self._shown_to(finding, code)))  # noqa: S704
            for code, name in self._languages
        ]


def _mark(scale: str, lines: Mapping[str, str]) -> str:
    """Return what tells whether the same was previewed."""
    content = json.dumps([scale, sorted(lines.items())], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
