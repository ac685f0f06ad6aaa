"""The page of the force's settings: its name and times, its languages, and what may leave.

Disclosure settings can only be made stricter than the floors, which are part of the program.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.saving import (
    NEXT_ROUND,
    leads_to,
    number_in,
    problems_of,
    saved_version,
)
from bot.admin.console.settings_fields import (
    NUMBERS,
    Typed,
    content_of,
    filled_in,
    languages_to_choose,
    note_problems,
)
from bot.core.access import Permission, may
from bot.core.documents import DocumentProblems
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.programme_differences import SHIFT_WORDS
from bot.web.fields import Fields, read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, visitor_of
from bot.workflows.programme import ProgrammeVersion
from bot.workflows.programme_changes import ChangedMeanwhile
from bot.workflows.programme_desk import Meanwhile, ProgrammeDesk

PAGE = "/programme/settings"
_TEXTS = (
    *("name", "timezone", "bank_holidays", "blackout_dates", "epsilon_per_year"),
    *("epsilon_per_release", "threshold", "heads", "unit_heads", "recount_days"),
)


def settings_routes(
    desk: ProgrammeDesk, door: Door, languages: Sequence[tuple[str, str]]
) -> list[BaseRoute]:
    """Return the page of settings; `languages` are code and name of those the product speaks."""
    pages = _SettingsPages(desk, door, languages)
    see, change = Permission.SEE_PROGRAMME, Permission.CHANGE_PROGRAMME
    return [
        Route(PAGE, door.protect(pages.show, see), methods=["GET"]),
        Route(PAGE, door.protect(pages.save, change), methods=["POST"]),
    ]


class _SettingsPages:
    def __init__(
        self, desk: ProgrammeDesk, door: Door, languages: Sequence[tuple[str, str]]
    ) -> None:
        self._desk, self._languages = desk, languages
        self._templates = framed_templates(door, "bot.admin")

    async def show(self, request: Request) -> Response:
        """Show the settings as they are in force."""
        version = await self._desk.current()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        return self._page(request, version, filled_in(version.programme), "")

    async def save(self, request: Request) -> Response:
        """Save the settings, or show what is to be corrected."""
        version = await self._desk.current()
        if version is None:
            return RedirectResponse("/programme", status_code=303)
        fields = await read_fields(request)
        typed, reason = _typed(fields), fields.one("reason")
        based_on = number_in(fields.one("version")) or 0
        content = content_of(typed, version.programme)
        try:
            changed = Programme.from_mapping(content, name="the programme")
            if not typed.problems:
                by = visitor_of(request)
                return leads_to(await self._desk.save(changed, based_on, by, reason), PAGE)
        except DocumentProblems as error:
            note_problems(typed, error.problems)
        except ChangedMeanwhile as error:
            note_problems(typed, problems_of(error))
            meanwhile = await self._desk.meanwhile(error, based_on)
            return self._page(request, version, typed, reason, meanwhile.newest, meanwhile)
        except StandEasyError as error:
            note_problems(typed, problems_of(error))
        return self._page(request, version, typed, reason, based_on)

    def _page(
        self,
        request: Request,
        version: ProgrammeVersion,
        typed: Typed,
        reason: str,
        based_on: int | None = None,
        meanwhile: Meanwhile | None = None,
    ) -> Response:
        shown: Mapping[str, Any] = {
            "force": version.programme.force,
            "languages": languages_to_choose(self._languages, version.programme),
            "may_change": may(visitor_of(request), Permission.CHANGE_PROGRAMME),
            "meanwhile": meanwhile,
            "next_round": NEXT_ROUND,
            "numbers": NUMBERS,
            "problems": _in_order(typed.problems),
            "reason": reason,
            "saved": saved_version(request.query_params.get("saved", "")),
            "shifts": SHIFT_WORDS,
            "typed": typed,
            # Where nobody saved meanwhile, the version they started from is kept: a second
            # mistake on the page must not turn into a save over somebody else's.
            "version": version.version if based_on is None else based_on,
        }
        return self._templates.TemplateResponse(
            request,
            "console/settings.html",
            dict(shown),
            status_code=422 if typed.problems else 200,
        )


def _typed(fields: Fields) -> Typed:
    values = {name: fields.one(name) for name in _TEXTS}
    for shift in SHIFT_WORDS:
        for each in ("begins", "ends"):
            values[f"{shift}_{each}"] = fields.one(f"{shift}_{each}")
    return Typed(values, tuple(fields.all("languages")), fields.one("figures") == "yes")


def _in_order(problems: dict[str, str]) -> dict[str, str]:
    order = ["name", "timezone", "languages", "bank_holidays", "blackout_dates", *SHIFT_WORDS]
    order += [number.name for number in NUMBERS]
    order += ["epsilon_per_year", "epsilon_per_release", "reason"]
    places = {name: place for place, name in enumerate(order)}
    return dict(sorted(problems.items(), key=lambda each: places.get(each[0], -1)))
