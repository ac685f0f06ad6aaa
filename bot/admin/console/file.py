"""The page that loads a programme from a file: what it would change is shown, then it is saved.

Nothing is kept between the two steps but in the page itself: what is saved is what the page sent,
read and checked anew.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.saving import (
    FORM,
    NEXT_ROUND,
    effects_of,
    in_words,
    leads_to,
    number_in,
    problems_of,
)
from bot.core.access import Permission
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.programme_differences import differences
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, visitor_of
from bot.web.uploads import File, TooLarge, Upload, read_upload
from bot.workflows.programme_changes import ChangedMeanwhile, NoReason
from bot.workflows.programme_desk import Meanwhile, ProgrammeDesk

LARGEST_TEXT: Final = 2_000_000
"""In bytes: five thousand teams, and room to spare."""

MOST_TOLD: Final = 4_000
"""In characters: so much is said at once of what is wrong."""

PAGE: Final = "/programme/file"
_TEXT: Final = frozenset({"text"})

ReadProgramme = Callable[[str], Programme]


def file_routes(desk: ProgrammeDesk, door: Door, read: ReadProgramme) -> list[BaseRoute]:
    """Return the page that loads a file."""
    pages = _FilePages(desk, door, read)
    change = Permission.CHANGE_PROGRAMME
    return [
        Route(PAGE, door.protect(pages.show, change), methods=["GET"]),
        Route(PAGE, door.protect(pages.look, change), methods=["POST"]),
        Route(f"{PAGE}/save", door.protect(pages.save, change), methods=["POST"]),
    ]


class _FilePages:
    def __init__(self, desk: ProgrammeDesk, door: Door, read: ReadProgramme) -> None:
        self._desk, self._read = desk, read
        self._templates = framed_templates(door, "bot.admin")

    async def show(self, request: Request) -> Response:
        """Show the form."""
        return await self._asked(request, "", {})

    async def look(self, request: Request) -> Response:
        """Show what a file would change."""
        upload = await read_upload(request, LARGEST_TEXT, _TEXT)
        text, problem = _text_of(upload)
        if problem is not None:
            return await self._asked(request, text, problem)
        return await self._looked_at(request, text, "", {})

    async def save(self, request: Request) -> Response:
        """Save what was looked at."""
        fields = (await read_upload(request, LARGEST_TEXT, _TEXT)).fields
        text, reason = fields.one("text"), fields.one("reason")
        based_on = number_in(fields.one("version")) or 0
        try:
            programme = await asyncio.to_thread(self._read, text)
        except StandEasyError as error:
            return await self._asked(request, text, {"text": _told(error)})
        try:
            outcome = await self._desk.save(programme, based_on, visitor_of(request), reason)
        except ChangedMeanwhile as error:
            meanwhile = await self._desk.meanwhile(error, based_on)
            problems = _listed(error)
            return await self._looked_at(request, text, reason, problems, meanwhile)
        except StandEasyError as error:
            return await self._looked_at(request, text, reason, _listed(error))
        return leads_to(outcome, "/programme")

    async def _asked(self, request: Request, text: str, problems: Mapping[str, str]) -> Response:
        shown = {
            "text": text,
            "problems": problems,
            "newest": await self._desk.newest_version(),
        }
        return self._page(request, "programme_file.html", shown, problems)

    async def _looked_at(
        self,
        request: Request,
        text: str,
        reason: str,
        problems: Mapping[str, str],
        meanwhile: Meanwhile | None = None,
    ) -> Response:
        try:
            programme = await asyncio.to_thread(self._read, text)
        except StandEasyError as error:
            return await self._asked(request, text, {"text": _told(error)})
        version = await self._desk.current()
        before = version.programme if version is not None else None
        changes = differences(before, programme)
        shown = {
            "text": text,
            "reason": reason,
            "problems": problems,
            "meanwhile": meanwhile,
            "version": version.version if version is not None else 0,
            "changes": changes,
            "second": await self._desk.waits_for_second(before, programme, visitor_of(request)),
            "next_round": NEXT_ROUND,
            "effects": effects_of(changes),
        }
        return self._page(request, "programme_file_look.html", shown, problems)

    def _page(
        self, request: Request, name: str, shown: Mapping[str, Any], problems: Mapping[str, str]
    ) -> Response:
        return self._templates.TemplateResponse(
            request, f"console/{name}", dict(shown), status_code=422 if problems else 200
        )


def _text_of(upload: Upload) -> tuple[str, dict[str, str] | None]:
    """Return the text that was sent, from the file where there is one; or what is wrong with it."""
    file = upload.files.get("file")
    if isinstance(file, TooLarge):
        return "", {"file": f"{file.name} is larger than 2 MB: expected a programme as YAML."}
    if isinstance(file, File):
        try:
            return file.content.decode("utf-8-sig"), None
        except UnicodeDecodeError:
            return "", {"file": f"{file.name} is no text in UTF-8: expected a programme as YAML."}
    text = upload.fields.one("text")
    if not text:
        return "", {"file": "Choose a file, or put its text into the field."}
    return text, None


def _told(error: StandEasyError) -> str:
    text = str(error)
    # A text of two megabytes can be wrong in ten thousand places.
    return text if len(text) <= MOST_TOLD else f"{text[:MOST_TOLD]} … and more after that."


def _listed(error: StandEasyError) -> dict[str, str]:
    if isinstance(error, NoReason):
        return {"reason": problems_of(error)[0][1]}
    return {f"{FORM}-{number}": in_words(*each) for number, each in enumerate(problems_of(error))}
