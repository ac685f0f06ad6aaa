"""Every page of the dashboard, each with what it works with."""

import asyncio
import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.console.alerts import alert_routes
from bot.admin.console.changes import change_routes
from bot.admin.console.check_ins import check_in_routes
from bot.admin.console.file import file_routes
from bot.admin.console.programme import overview_routes
from bot.admin.console.rounds import round_routes
from bot.admin.console.settings import settings_routes
from bot.admin.console.staff import staff_routes
from bot.admin.console.support import support_routes
from bot.admin.console.support_views import ShownScreen
from bot.admin.console.teams import department_routes
from bot.admin.console.teams_codes import code_routes
from bot.admin.console.teams_import import import_routes
from bot.admin.console.teams_one import one_team_routes
from bot.admin.console.teams_packs import Packs
from bot.admin.console.teams_posters import poster_routes
from bot.admin.console.trail import trail_routes
from bot.admin.console.versions import version_routes
from bot.core.access import Permission, Visitor
from bot.core.languages import Tongues
from bot.core.programme import Programme
from bot.core.support import SupportEntry
from bot.lead.actions import action_routes
from bot.lead.actions_reply import reply_routes
from bot.lead.chat import chat_routes
from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.lead.public_figures import figure_routes
from bot.officer.check_in_screens import finding_lines
from bot.officer.directory_screens import screens
from bot.web.frame import home_of
from bot.web.sign_in import Door, visitor_of
from bot.web.templating import compile_ahead
from bot.workflows import programme_changes
from bot.workflows.actions import Actions
from bot.workflows.alert_chats import AlertChats
from bot.workflows.catalogue import Instruments
from bot.workflows.lead_chats import LeadChats
from bot.workflows.moment import Now, RandomBytes
from bot.workflows.programme_changes import Proposed, Saved
from bot.workflows.programme_desk import ProgrammeDesk
from bot.workflows.public_figures import DrawnFigures
from bot.workflows.replies import Finding, Replies
from bot.workflows.report import Reports
from bot.workflows.round_desk import RoundDesk
from bot.workflows.schedule_desk import ScheduleDesk
from bot.workflows.staff import Staff
from bot.workflows.support_directory import SupportDesk
from bot.workflows.team_desk import TeamDesk
from bot.workflows.trail_desk import TrailDesk
from storage.engine import Storage


@dataclass(frozen=True, slots=True)
class Content:
    """What comes with the product or lies in files, for pages that may not read them."""

    instruments: Instruments
    national: Sequence[SupportEntry]
    read_programme: Callable[[str], Programme]
    """Reads a programme's text, checked; raises with line and column of what is wrong."""


class Ahead:
    """What the dashboard's process works out before anybody asks for it."""

    def __init__(self, storage: Storage, now: Now, content: Content) -> None:
        programmes = ProgrammeDesk(storage, now, content.instruments, content.national)
        self.schedule = ScheduleDesk(storage, now, content.instruments, programmes)
        self._is_compiled = False

    async def make_ready(self) -> None:
        """Have templates compiled, once, and the coming year worked out as it is now."""
        if not self._is_compiled:
            await asyncio.to_thread(compile_ahead, ("bot.lead", "bot.admin"))
        await self.schedule.make_ready()
        if not self._is_compiled:
            self._is_compiled = True
            # What is there now stays: a collector that looks at all of it again holds up a page
            # for a quarter of a second. What is rubbish by now must not stay.
            gc.collect()
            gc.freeze()


def dashboard_routes(
    storage: Storage,
    now: Now,
    random: RandomBytes,
    reports: Reports,
    door: Door,
    tongues: Tongues,
    bot_name: Callable[[], str | None],
    content: Content,
    ahead: Ahead | None = None,
) -> list[BaseRoute]:
    """Return every page that leads have; `bot_name` is asked whenever a link to it is shown.

    With `ahead` they show what was worked out there before anybody asked.
    """
    return [
        # Before the leads' own, because admins have no results to go to.
        Route("/", door.protect(_to_their_place, Permission.OWN_ACCOUNT), methods=["GET"]),
        *export_routes(reports, door),
        *lead_routes(reports, door),
        *figure_routes(DrawnFigures(storage), door),
        *acting_routes_in(storage, now, reports, door, tongues),
        *chat_routes(LeadChats(storage, now, random), door, bot_name),
        *support_routes_in(storage, now, door, tongues, content),
        *programme_routes_in(storage, now, door, tongues, content),
        *schedule_routes_in(storage, now, door, tongues, content, ahead),
        *team_routes_in(storage, now, random, door, bot_name, content),
        *trail_routes(TrailDesk(storage, now), door),
        *staff_routes(Staff(storage, now, random), door),
        *alert_routes(AlertChats(storage, now, random), door, bot_name),
    ]


async def _to_their_place(request: Request) -> Response:
    return RedirectResponse(home_of(request, visitor_of(request)), status_code=303)


def programme_routes_in(
    storage: Storage, now: Now, door: Door, tongues: Tongues, content: Content
) -> list[BaseRoute]:
    """Return the pages of the programme as a whole: overview, versions, settings, changes."""
    desk = ProgrammeDesk(storage, now, content.instruments, content.national)
    languages = [(tongue.language, tongue.name) for tongue in tongues.known()]
    return [
        *overview_routes(desk, door, content.read_programme, languages),
        *settings_routes(desk, door, languages),
        *file_routes(desk, door, content.read_programme),
        *version_routes(desk, door),
        *change_routes(desk, door),
    ]


def schedule_routes_in(
    storage: Storage,
    now: Now,
    door: Door,
    tongues: Tongues,
    content: Content,
    ahead: Ahead | None = None,
) -> list[BaseRoute]:
    """Return the pages about what is asked when: check-ins with their year, and rounds."""
    desk = (ahead or Ahead(storage, now, content)).schedule
    languages = {tongue.language: tongue.name for tongue in tongues.known()}
    return [
        *check_in_routes(desk, door, languages),
        *round_routes(RoundDesk(storage, now), door),
    ]


def acting_routes_in(
    storage: Storage, now: Now, reports: Reports, door: Door, tongues: Tongues
) -> list[BaseRoute]:
    """Return the pages on which leads act on results and see what came of it.

    Officers will be shown a lead's line in these languages.
    """

    def shown_to(finding: Finding, language: str) -> str:
        return "\n".join(finding_lines(tongues.of(language), finding))

    languages = [(tongue.language, tongue.name) for tongue in tongues.known()]
    lines = Replies(storage, now)
    return [
        *action_routes(Actions(storage, now, reports), lines, reports, door),
        *reply_routes(lines, reports, door, shown_to, languages),
    ]


def support_routes_in(
    storage: Storage, now: Now, door: Door, tongues: Tongues, content: Content
) -> list[BaseRoute]:
    """Return the pages of the support directory, which show what officers are shown."""

    async def save(changed: Programme, based_on: int, by: Visitor, reason: str) -> Saved | Proposed:
        return await programme_changes.save(
            storage, changed, based_on, by, reason, now, content.instruments
        )

    def shown(
        programme: Programme, support: list[SupportEntry], language: str
    ) -> list[ShownScreen]:
        made = screens(tongues.of(language), tongues, programme, support)
        return [
            ShownScreen(name, each.text, tuple(tuple(b.label for b in row) for row in each.rows))
            for name, each in made
        ]

    languages = [(tongue.language, tongue.name) for tongue in tongues.known()]
    desk = SupportDesk(storage, content.national, now, save)
    return support_routes(desk, door, shown, languages)


def team_routes_in(
    storage: Storage,
    now: Now,
    random: RandomBytes,
    door: Door,
    bot_name: Callable[[], str | None],
    content: Content,
) -> list[BaseRoute]:
    """Return the pages of departments and teams, their codes and posters."""
    desk = TeamDesk(storage, now, random)
    programme = ProgrammeDesk(storage, now, content.instruments, content.national)
    packs = Packs(now, random)
    return [
        # Before the pages of single teams: their addresses are no team's.
        *import_routes(desk, programme, door),
        *poster_routes(desk, programme, door, bot_name, content.national, packs),
        *code_routes(desk, programme, door, bot_name, content.national),
        *department_routes(desk, programme, door),
        *one_team_routes(desk, programme, door),
    ]
