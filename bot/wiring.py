"""Wiring: settings become a running program. The only reader of settings.

Three processes, each with its own secrets and nobody else's; `serve` is all three in one.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.core.languages import Tongues
from bot.core.programme import Programme
from bot.core.support import SupportEntry
from bot.lead.chat_report import ReleasesInShort
from bot.lead.pages import prepare
from bot.officer.application import OfficerBot, secret_matches
from bot.pages import Ahead, Content, acting_routes_in, dashboard_routes
from bot.sealing.key_store import OpeningKeys
from bot.sealing.process_keys import officer_keys, opening_keys
from bot.ticker import Job, Ticker
from bot.web.sign_in import Door
from bot.workflows import (
    abandoning,
    closing,
    errands,
    first_look,
    heartbeat,
    key_pool,
    report,
    steering,
    tally,
    team_errands,
    team_standings,
    wordings,
)
from bot.workflows.desk import Desk
from bot.workflows.in_turn import each_in_turn
from bot.workflows.moment import TICKER, Now, RandomBytes
from bot.workflows.pulse import Pulse
from config.content import (
    example_programme_path,
    load_programme,
    national_support,
    programme_in,
)
from config.logs import configure_logs
from config.packs import LoadedWording, load_packs, template_of
from config.settings import Settings, read_settings
from config.translations import load_translations
from config.wordings import digests_of, instruments_by_key, read_programme
from storage.engine import Storage
from storage.errors import TablesNotCurrent
from storage.migrate import is_current, migrate

__all__ = [
    "Settings",
    "configure_logs",
    "digests_of",
    "example_programme_path",
    "instruments_by_key",
    "load_packs",
    "load_programme",
    "migrate",
    "read_programme",
    "read_settings",
    "template_of",
]

log = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
SENDING = timedelta(seconds=5)
STIRRING = timedelta(hours=1)
WEBHOOK_PATH = "/telegram"


class Part(StrEnum):
    """What a process does."""

    OFFICERS = "officers"
    DASHBOARD = "dashboard"
    TALLY = "tally"


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def read_packs(settings: Settings) -> Sequence[LoadedWording]:
    """Return the wordings in the force's folder of packs; raises where one is not complete."""
    return load_packs(settings.packs, utc_now().date()) if settings.packs else ()


@asynccontextmanager
async def open_storage(settings: Settings) -> AsyncIterator[Storage]:
    """Open the database; raises `TablesNotCurrent` before anything else can go wrong."""
    storage = Storage(settings.database_url.reveal())
    try:
        # By the connection that is used next, and reading alone: nothing waits for a writer.
        if not await is_current(storage):
            raise TablesNotCurrent
        yield storage
    finally:
        await storage.close()


class Assembly:
    """The parts of one process, made from its settings and not yet running."""

    def __init__(
        self,
        settings: Settings,
        parts: Sequence[Part],
        storage: Storage,
        now: Now,
        random: RandomBytes = secrets.token_bytes,
    ) -> None:
        self.settings, self.parts, self.storage = settings, tuple(parts), storage
        self.now, self.random = now, random
        packs = read_packs(settings)
        self.instruments = instruments_by_key(packs)
        self.digests = digests_of(packs)
        self.national: list[SupportEntry] = national_support()
        self.name = "serve" if len(self.parts) == len(Part) else self.parts[0].value
        self.reports = report.Reports(storage, now)
        self.in_short = ReleasesInShort(self.reports, settings.public_url)
        self.content = Content(self.instruments, self.national, self._programme_in)
        self.ahead = Ahead(storage, now, self.content)
        jobs: list[Job] = []
        self.officers: OfficerBot | None = None
        self.opening_keys: OpeningKeys | None = None
        self._stirred: set[str] = set()
        if Part.OFFICERS in self.parts:
            self.officers = self._officer_bot()
            self.errand_handlers: dict[errands.Kind, errands.Handler] = {
                **steering.handlers(storage, self.instruments, now),
                **team_errands.handlers(storage, self._address_keys, now),
            }
            self.pulse = Pulse(storage, now, self.officers.troubles.seen)
            jobs += [
                Job("rounds", MINUTE, self.turn_rounds),
                Job("sending", SENDING, self.send),
                Job("errands", SENDING, self.run_errands),
                Job("standings", MINUTE, self.note_standings),
                Job("pictures", MINUTE, self.draw_for_chats),
            ]
        if Part.TALLY in self.parts:
            self.opening_keys = opening_keys(settings.keys)
            jobs.append(Job("tally", MINUTE, self.count))
        if Part.DASHBOARD not in self.parts or len(self.parts) > 1:
            jobs.append(Job("stirring", STIRRING, self.stir))
        self.draws_ahead = False
        """Whether pictures are drawn, and pages made ready, before anybody asks for them."""
        self._is_started = False
        if Part.DASHBOARD in self.parts:
            jobs.append(Job("reports", MINUTE, self.make_ready))
        jobs += [Job("tidying", SENDING, self.tidy), Job("heartbeat", MINUTE, self.beat)]
        self.ticker = Ticker(jobs)
        self.connected = asyncio.Event()
        """Set once Telegram has been reached and brings updates."""

    def _officer_bot(self) -> OfficerBot:
        self._address_keys, tokens = officer_keys(self.settings.keys)
        self.desk = Desk(
            self.storage,
            self._address_keys,
            tokens,
            self.instruments,
            self.national,
            self.now,
            self.random,
        )
        token = self.settings.need_telegram_token()
        tongues = Tongues(load_translations())
        api = self.settings.telegram_api
        return OfficerBot(token.reveal(), api, self.desk, tongues, reports=self.in_short)

    # --- What is done again and again -------------------------------------------------

    async def turn_rounds(self) -> None:
        """Open and close what is due, and know about it before the next tap."""
        # Before anybody is asked: a page may have begun to use the wording of a pack.
        await wordings.keep_in_force(self.storage, self.digests, self.name, self.now)
        await self.desk.turn_rounds()
        await self.desk.support_taps.flush()

    async def send(self) -> None:
        """Send every invitation and reminder that is due."""
        assert self.officers is not None  # noqa: S101 - a job of the officers' process
        sent = await self.desk.send_due(self.officers.messenger)
        self.pulse.note_invited(sent.invited)

    async def stir(self) -> None:
        """Rewrite in random order what this process may read: answers, or what was asked for."""
        answers, asked_for = self.opening_keys is not None, self.officers is not None
        await closing.stir(self.storage, self.random, answers=answers, asked_for=asked_for)

    async def run_errands(self) -> None:
        """Do what was asked for at the dashboard, and know about it before the next tap."""
        if await errands.carry_out_due(self.storage, self.errand_handlers, self.now):
            await self.desk.refresh()

    async def note_standings(self) -> None:
        """Note once an hour whether enough joined each group, for the pages of teams."""
        await team_standings.look(self.storage, self.now)

    async def draw_for_chats(self) -> None:
        """Have the newest result drawn before a lead asks for it in a chat, where one is linked."""
        if await self.desk.lead_chats.is_anybody_linked():
            await self.in_short.newest()

    async def tidy(self) -> None:
        """Empty what a reader kept from being emptied; say so while one still does."""
        if self.storage.untidy and not await self.storage.tidy():
            log.warning(
                "another program reads the database: its log keeps the order of answers until then"
            )

    async def fill_pool(self) -> None:
        """Keep keys ready for the rounds to come."""
        assert self.opening_keys is not None  # noqa: S101 - a job of the tally's process
        await key_pool.fill_pool(self.storage, self.opening_keys, self.now, self.random, TICKER)

    async def count(self) -> None:
        """Keep keys ready, release what is closed, shred what is over or was abandoned."""
        keys = self.opening_keys
        assert keys is not None  # noqa: S101 - a job of the tally's process
        known, stirred = self.instruments, self._stirred
        # What stops one of them is no reason to keep answers that have to go.
        await each_in_turn(
            "tally",
            self.fill_pool,
            lambda: closing.stir_closed(self.storage, self.random, stirred),
            lambda: tally.tally_due(self.storage, keys, known, self.now, stirred),
            lambda: tally.shred_due(self.storage, keys, known, self.now),
            lambda: abandoning.finish(self.storage, keys, known),
        )

    async def make_ready(self) -> None:
        """Have results ready before anybody asks, and, once all is started, the console."""
        await prepare(self.reports, draw=self.draws_ahead)
        if self.draws_ahead and self._is_started:
            await self.ahead.make_ready()
        self._is_started = True

    async def beat(self) -> None:
        """Say that this process is alive."""
        vitals = await self.pulse.take() if self.officers is not None else None
        await heartbeat.beat(self.storage, self.name, self.now, vitals)

    # --- Pages --------------------------------------------------------------------------

    def routes(self, door: Door) -> list[BaseRoute]:
        """Return this process's pages, and the webhook where there is one."""
        found: list[BaseRoute] = []
        if Part.DASHBOARD in self.parts:
            tongues = Tongues(load_translations())
            found += dashboard_routes(
                self.storage,
                self.now,
                self.random,
                self.reports,
                door,
                tongues,
                self.bot_name,
                self.content,
                self.ahead,
            )
        if self.officers is not None and self.uses_webhook:
            found.append(Route(WEBHOOK_PATH, self._webhook, methods=["POST"]))
        return found

    def _programme_in(self, text: str) -> Programme:
        known = list(self.instruments.values())
        return programme_in(text, "the programme", known, columns=True)

    def bot_name(self) -> str | None:
        """Return the bot's name on Telegram, where this process knows it."""
        if self.officers is not None and self.connected.is_set():
            return self.officers.username
        return self.settings.bot_name

    @property
    def uses_webhook(self) -> bool:
        """Whether updates come by webhook instead of long polling."""
        return bool(self.settings.public_url and self.settings.webhook_secret)

    async def _webhook(self, request: Request) -> Response:
        secret = self.settings.webhook_secret
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        if secret is None or not secret_matches(given, secret.reveal()):
            return Response(status_code=403)
        assert self.officers is not None  # noqa: S101 - the route is there for officers only
        try:
            payload = await request.json()
        except ValueError:
            return Response(status_code=400)
        await self.officers.take(payload)
        return Response(status_code=204)

    async def check_content(self) -> None:
        """Refuse to start on content that must not reach officers."""
        content = first_look.Content(self.instruments, self.digests, self.national)
        await first_look.check_content(
            self.storage,
            content,
            self.name,
            self.now,
            draws_figures=Part.TALLY in self.parts,
            knows_officers=self.officers is not None,
            keeps_wordings=self.parts != (Part.DASHBOARD,),
        )


def acting_routes(
    storage: Storage, now: Now, reports: report.Reports, door: Door
) -> list[BaseRoute]:
    """Return the pages on which leads act on results and see what came of it."""
    return acting_routes_in(storage, now, reports, door, Tongues(load_translations()))


# --- Beside the running parts --------------------------------------------------------


async def bot_username(settings: Settings) -> str | None:
    """Return the bot's name on Telegram; None without a token or when it cannot be asked."""
    if settings.telegram_token is None:
        return None
    return await OfficerBot.ask_username(settings.telegram_token.reveal(), settings.telegram_api)


def with_telegram_at(settings: Settings, address: str) -> Settings:
    """Return settings that reach the Bot API at another address."""
    return replace(settings, telegram_api=address)
