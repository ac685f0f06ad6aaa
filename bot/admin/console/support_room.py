"""What all pages of the support directory share: where entries come from, and their templates."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from bot.admin.console.support_form import Problems
from bot.admin.console.support_views import Shown
from bot.web.frame import framed_templates
from bot.web.sign_in import Door
from bot.workflows.catalogue import NoProgramme
from bot.workflows.support_directory import Directory, SupportDesk

HERE: Final = "/support"

Languages = Sequence[tuple[str, str]]
"""Code and name of every language there are translations for, English first."""


class SupportRoom:
    """The desk, the phone's messages and the languages they are in."""

    def __init__(self, desk: SupportDesk, door: Door, shown: Shown, languages: Languages) -> None:
        self.desk, self.shown, self.languages = desk, shown, languages
        self._templates = framed_templates(door, "bot.admin")

    async def directory(self) -> Directory | None:
        """Return the directory; None where there is no programme yet."""
        try:
            return await self.desk.directory()
        except NoProgramme:
            return None

    def offered(self, directory: Directory) -> list[tuple[str, str]]:
        """Return the languages officers of this force read."""
        force = directory.programme.force.languages
        known = [(code, name) for code, name in self.languages if code in force]
        return known or [self.languages[0]]

    def none_yet(self, request: Request) -> Response:
        """Return the page without a programme."""
        return self.page(request, "support_none.html", {})

    def page(
        self,
        request: Request,
        name: str,
        shown: Mapping[str, Any],
        problems: Problems | None = None,
    ) -> Response:
        """Return a page; with something to correct its status says so."""
        return self._templates.TemplateResponse(
            request, f"console/{name}", dict(shown), status_code=422 if problems else 200
        )


def number_in(text: str) -> int | None:
    """Return the number in a field; None when there is none that is sensible."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
