"""The first page of the programme: what is set up, what waits, what is next; and its beginning."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.saving import (
    FORM,
    NEXT_ROUND,
    in_words,
    leads_to,
    number_in,
    problems_of,
    saved_version,
)
from bot.admin.console.versions import moment
from bot.admin.first_files import programme_text
from bot.core.access import Permission, may
from bot.core.documents import Place
from bot.core.errors import StandEasyError
from bot.core.instruments import Need
from bot.core.programme import Programme
from bot.core.support import lacking
from bot.core.team_changes import id_from
from bot.web.fields import Fields, read_fields
from bot.web.frame import framed_templates
from bot.web.sign_in import Door, Handler, visitor_of
from bot.web.words import day_in_words
from bot.workflows.programme_desk import Overview, ProgrammeDesk

PAGE: Final = "/programme"
PLACEHOLDER: Final = "first-team"
"""The team that `init` writes, to be replaced."""

NEEDED_OF_FORCE: Final = {
    Need.TALK: "somebody to talk to",
    Need.TRIM: "TRiM",
    Need.HEALTH: "occupational health",
}
"""What officers have to find at their own force, in words."""

_FIRST = ("name", "timezone", "department", "team", "headcount", "supervisors")
_BEGINNING: Final = {"timezone": "Europe/London", "supervisors": "0"}

ReadProgramme = Callable[[str], Programme]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of setting up a force."""

    done: bool
    name: str
    where: str
    text: str


def overview_routes(
    desk: ProgrammeDesk, door: Door, read: ReadProgramme, languages: Sequence[tuple[str, str]]
) -> list[BaseRoute]:
    """Return the first page, and the one that begins where there is no programme."""
    pages = _Overview(desk, door, read, languages)
    see, change = Permission.SEE_PROGRAMME, Permission.CHANGE_PROGRAMME
    routes: Iterable[tuple[str, str, Handler, Permission]] = (
        (PAGE, "GET", pages.show, see),
        ("/programme/start", "GET", pages.begin, change),
        ("/programme/start", "POST", pages.start, change),
    )
    return [
        Route(path, door.protect(act, needs), methods=[method])
        for path, method, act, needs in routes
    ]


class _Overview:
    def __init__(
        self,
        desk: ProgrammeDesk,
        door: Door,
        read: ReadProgramme,
        languages: Sequence[tuple[str, str]],
    ) -> None:
        self._desk, self._read, self._languages = desk, read, languages
        self._templates = framed_templates(door, "bot.admin")
        self._templates.env.globals.update(moment=moment, day_in_words=day_in_words)

    async def show(self, request: Request) -> Response:
        """Show where the force stands."""
        found = await self._desk.overview()
        shown: dict[str, Any] = {
            "may_change": may(visitor_of(request), Permission.CHANGE_PROGRAMME),
        }
        if found is None:
            return self._page(request, "programme_none.html", shown)
        force = found.version.programme.force
        steps = steps_of(found)
        shown |= {
            "found": found,
            "force": force,
            "programme": found.version.programme,
            "heads": sum(team.headcount for team in force.teams),
            "steps": steps,
            "set_up": all(step.done for step in steps),
            "missing": [NEEDED_OF_FORCE[need] for need in lacking(found.version.programme.support)],
            "next_step": next((step for step in steps if not step.done), None),
            "languages": dict(self._languages),
            "next_round": NEXT_ROUND,
            "saved": saved_version(request.query_params.get("saved", "")),
        }
        return self._page(request, "programme.html", shown)

    async def begin(self, request: Request) -> Response:
        """Show the form that begins a programme."""
        if await self._desk.newest_version():
            return RedirectResponse(PAGE, status_code=303)
        return self._start(request, dict(_BEGINNING), ("en",), "The first version", {})

    async def start(self, request: Request) -> Response:
        """Save a first programme, or show what is to be corrected."""
        fields = await read_fields(request)
        reason = fields.one("reason")
        typed = {name: fields.one(name) for name in _FIRST}
        languages = tuple(fields.all("languages"))
        problems: dict[str, str] = {}
        try:
            made = self._first(fields, languages, problems)
            if not problems:
                outcome = await self._desk.save(made, 0, visitor_of(request), reason)
                return leads_to(outcome, PAGE)
        except StandEasyError as error:
            for place, text in problems_of(error):
                field = _field_of(place)
                problems.setdefault(field, _SAID.get(field, in_words(place, text)))
        return self._start(request, typed, languages, reason, problems)

    def _first(
        self, fields: Fields, languages: Sequence[str], problems: dict[str, str]
    ) -> Programme:
        heads, supervisors = (number_in(fields.one(name)) for name in ("headcount", "supervisors"))
        if heads is None or heads < 1:
            problems["headcount"] = _SAID["headcount"]
        if supervisors is None or supervisors > (heads or supervisors):
            problems["supervisors"] = _SAID["supervisors"]
        if not languages:
            problems["languages"] = "Choose at least one language."
        name, zone = fields.one("name"), fields.one("timezone")
        # From the text that `init` writes, so that both ways begin with the same check-in.
        pattern = self._read(
            programme_text("Force", "Europe/London", self._desk.now().date(), "a file")
        ).model_dump()
        pattern["force"] |= {
            "id": _id_of(name),
            "name": name,
            "timezone": zone,
            "languages": list(languages) or ["en"],
            "departments": [
                {
                    "id": "department-1",
                    "name": fields.one("department"),
                    "teams": [
                        {
                            "id": "team-1",
                            "name": fields.one("team"),
                            # What cannot be read stands aside, so that the rest is checked.
                            "headcount": 1 if problems else heads,
                            "supervisors": 0 if problems else supervisors,
                        }
                    ],
                }
            ],
        }
        return Programme.from_mapping(pattern, name="the programme")

    def _start(
        self,
        request: Request,
        typed: Mapping[str, str],
        languages: Sequence[str],
        reason: str,
        problems: Mapping[str, str],
    ) -> Response:
        order = (*_FIRST[:2], "languages", *_FIRST[2:], "reason")
        shown = {
            "typed": {name: typed.get(name, "") for name in _FIRST},
            "chosen": languages,
            "languages": self._languages,
            "problems": dict(
                sorted(
                    problems.items(),
                    key=lambda each: order.index(each[0]) if each[0] in order else -1,
                )
            ),
            "reason": reason,
        }
        return self._page(request, "programme_start.html", shown, 422 if problems else 200)

    def _page(
        self, request: Request, name: str, shown: Mapping[str, Any], status: int = 200
    ) -> Response:
        return self._templates.TemplateResponse(
            request, f"console/{name}", dict(shown), status_code=status
        )


_SAID: Final = {
    "name": "Write the name of the force, 1 to 80 characters on one line.",
    "timezone": "Write the name of a time zone, such as Europe/London.",
    "department": "Write the name of a department, 1 to 80 characters on one line.",
    "team": "Write the name of a team, 1 to 80 characters on one line.",
    "headcount": "Write a whole number, 1 or more.",
    "supervisors": "Write a whole number, 0 or more, and no more than there are heads.",
}


def _field_of(place: Place) -> str:
    match place:
        case ("force", ("name" | "timezone" | "languages") as name, *_):
            return str(name)
        case ("force", "departments", _, "name", *_):
            return "department"
        case ("force", "departments", _, "teams", _, "name", *_):
            return "team"
        case ("force", "departments", _, "teams", _, "headcount", *_):
            return "headcount"
        case ("force", "departments", _, "teams", *_):
            return "supervisors"
        case ("reason",):
            return "reason"
    return FORM


def _id_of(name: str) -> str:
    # It stays when the force is renamed.
    return id_from(name).removeprefix("team-") or "force"


def steps_of(found: Overview) -> list[Step]:
    """Return the steps of setting up a force, each with whether it is done."""
    programme = found.version.programme
    example = any(team.id == PLACEHOLDER for team in programme.force.teams)
    written = "With their heads, so that small ones are joined; from a table, where you have one."
    if example:
        written += " Tick there “This table is all there is”, and the example “First team” goes."
    missing = lacking(programme.support)
    following = found.next_rounds[0] if found.next_rounds else None
    when = "The first opens by itself on the check-in’s day."
    if missing:
        when = "The first opens by itself, once it has been said where help is."
    elif following is not None and not following.is_open:
        when = f"The first opens by itself on {day_in_words(following.day)}."
    return [
        Step(
            not example,
            "Write down your teams",
            "/teams",
            written,
        ),
        Step(
            not missing and found.directory_problem is None,
            "Say where help is",
            "/support",
            "Somebody to talk to, TRiM and health, each called before it stands there.",
        ),
        Step(
            bool(found.next_rounds),
            "Look at the check-in",
            "/check-ins",
            "What is asked when, as a calendar of the coming year.",
        ),
        Step(
            found.teams_with_codes > 0,
            "Invite teams",
            "/teams",
            "A code for each, on a poster or on cards to print.",
        ),
        Step(found.rounds_so_far > 0, "See the first round open", "/rounds", when),
    ]
