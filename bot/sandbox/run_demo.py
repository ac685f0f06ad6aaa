"""The `demo` command: the real product with an invented force, on a loopback Telegram."""

import asyncio
import secrets
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot import running, wiring
from bot.core.calendar import NoSuchDay, instant, local_day, next_prompt_day
from bot.core.contact_times.moments import JITTER
from bot.core.errors import StandEasyError
from bot.core.programme import CheckIn, Programme
from bot.core.rounds import RoundState
from bot.lead.chat import chat_routes
from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.sandbox.bot_api import bot_api_routes
from bot.sandbox.clock import MovableClock
from bot.sandbox.colleagues import TeamInvitation
from bot.sandbox.demo import Demo, DemoStatus
from bot.sandbox.loopback import serving
from bot.sandbox.telegram_state import TOKEN, Telegram
from bot.sandbox.xray import ChatHashes
from bot.sandbox.year_pages import YearPages
from bot.sealing.address import AddressKeys, FollowUpPurpose
from bot.sealing.process_keys import make_officer_keys, officer_keys
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.wiring import Assembly, Part, acting_routes
from bot.workflows import codes, heartbeat, programme, report
from bot.workflows.catalogue import RoundInView
from bot.workflows.lead_chats import LeadChats
from storage.engine import Storage

EVENING = time(18, 0)
TWELVE_WEEKS = "FREQ=WEEKLY;INTERVAL=12"
_ONE_DAY = timedelta(days=1)
_ONE_WEEK = timedelta(weeks=1)


class DemoPortTaken(StandEasyError):
    """Nothing can listen on port {port}: expected a free port."""

    hint = "Choose another one: python -m bot demo --port 8090"


@dataclass
class RunningProduct:
    """The assembled product, as the demo page moves it.

    The page's address must be known before the bot is assembled, and the page needs the
    product: so it is made first, and `assembly` is set once the server listens.
    """

    clock: MovableClock
    force: Programme
    assembly: Assembly = field(init=False)

    async def tick(self) -> None:
        """Do everything that is due now, after whatever the clock has under way."""
        await self.assembly.ticker.run_all()

    async def next_prompt_at(self) -> datetime | None:
        """Return a moment by which everybody has been written to about the next prompt."""
        invited = [check_in for check_in in self.force.check_ins if check_in.invites]
        moments = [self._next_prompt_of(check_in) for check_in in invited]
        return min((moment for moment in moments if moment is not None), default=None)

    def _next_prompt_of(self, check_in: CheckIn) -> datetime | None:
        zone = self.force.force.timezone
        today = local_day(self.clock.now(), zone)
        following = next_prompt_day(check_in, today - _ONE_DAY)
        if following is not None and self._all_written_by(check_in, following) <= self.clock.now():
            following = next_prompt_day(check_in, following)
        return None if following is None else self._all_written_by(check_in, following)

    def _all_written_by(self, check_in: CheckIn, day: date) -> datetime:
        zone = self.force.force.timezone
        window = check_in.window
        opens, closes = instant(day, window.opens, zone), instant(day, window.closes, zone)
        middle = opens + (closes - opens) / 2
        return min(middle + JITTER + timedelta(minutes=1), closes)

    async def round_closes_at(self) -> datetime | None:
        """Return when the open round closes."""
        view = self._open_round()
        return None if view is None else view.row.closes_at + timedelta(minutes=1)

    def _open_round(self) -> RoundInView | None:
        open_ones = [view for view in self._rounds() if view.row.state is RoundState.OPEN]
        return max(open_ones, key=lambda view: view.row.opens_on, default=None)

    def _rounds(self) -> list[RoundInView]:
        """Return the rounds that officers are written to about: the story of the demo."""
        views = self.assembly.desk.catalogue.rounds.values()
        return [view for view in views if view.check_in.invites]

    async def status(self) -> DemoStatus:
        """Return where things stand."""
        results = await report.results(self.assembly.storage, self.clock.now)
        force, zone = self.force.force.name, self.force.force.timezone
        invited = {check_in.id for check_in in self.force.check_ins if check_in.invites}
        told = sum(each.document["check_in"] in invited for each in results.releases)
        newest = max(self._rounds(), key=lambda view: view.row.opens_on, default=None)
        if newest is None:
            return DemoStatus(force, zone, releases=told)
        return DemoStatus(
            force,
            zone,
            state=newest.row.state,
            prompt=newest.row.prompts_opened,
            prompts=len(newest.plan.prompts),
            closes_on=newest.plan.closes_on,
            releases=told,
        )


def for_a_demo(force: Programme, today: date) -> Programme:
    """Return the programme with the weekly pulse, and with what officers start themselves.

    The pulse begins on its next day, so that a newcomer sees the first round from its first
    prompt on. The other check-ins are left out: one kind of message is enough to follow.
    """
    pulse = next(check_in for check_in in force.check_ins if check_in.invites)
    first = next_prompt_day(pulse, today)
    if first is None:
        raise NoSuchDay(check_in=pulse.id)
    soon = pulse.model_copy(update={"starts_on": first})
    # Open from the beginning, and none of them closes before the pulse has shown its result.
    open_now = {"starts_on": first - _ONE_WEEK, "recurrence": TWELVE_WEEKS}
    started = [
        check_in.model_copy(update=open_now) for check_in in force.check_ins if not check_in.invites
    ]
    return force.model_copy(update={"check_ins": [soon, *started]})


def evening_before(force: Programme) -> datetime:
    """Return the evening before the first round of the pulse opens."""
    first = min(check_in.starts_on for check_in in force.check_ins if check_in.invites)
    return instant(first - _ONE_DAY, EVENING, force.force.timezone)


async def run_demo(port: int, *, open_browser: bool, keep: str | None) -> None:
    """Serve the demo until interrupted."""
    async with AsyncExitStack() as stack:
        if keep is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stand-easy-")))
        else:
            folder = Path(keep)
        address = await stack.enter_async_context(a_demo(folder, port))
        sys.stdout.write(f"Stand Easy demo: {address}\nStop it with Ctrl+C.\n")
        sys.stdout.flush()
        if open_browser:
            await asyncio.to_thread(webbrowser.open, address)
        await running.until_stopped()


@asynccontextmanager
async def a_demo(
    folder: Path,
    port: int = 0,
    *,
    choose: Callable[[Programme, date], Programme] = for_a_demo,
    real: Callable[[], datetime] = wiring.utc_now,
) -> AsyncIterator[str]:
    """Run the demo while the block runs; yields its address.

    `choose` says what of the example is asked, `real` what time it is before the clock is moved.
    """
    force = choose(wiring.read_programme(wiring.example_programme_path()), real().date())
    database = folder / "stand-easy.db"
    url = f"sqlite+aiosqlite:///{database}"
    await wiring.migrate(url)
    async with AsyncExitStack() as stack:
        storage = Storage(url)
        stack.push_async_callback(storage.close)
        clock = MovableClock(real)
        clock.move_to(evening_before(force))
        clock.move_to(await heartbeat.last(storage) or clock.now())
        telegram = Telegram(now=clock.now)
        settings = wiring.read_settings(
            {
                "STANDEASY_TELEGRAM_TOKEN": TOKEN,
                "STANDEASY_DATA": str(folder),
                "STANDEASY_DATABASE_URL": url,
                "STANDEASY_KEYS": str(folder / "keys"),
            },
            None,
        )
        make_officer_keys(settings.keys, secrets.token_bytes)
        await programme.load(storage, force, "demo", "the invented force", clock.now)
        invitations = await _invitations(storage, settings, force, clock)
        product = RunningProduct(clock, force)
        keys, _ = officer_keys(settings.keys)
        demo = Demo(telegram, clock, product, database, invitations, hashes_of(keys))
        stack.push_async_callback(demo.close)
        year = YearPages(folder, real)
        stack.push_async_callback(year.close)
        reports = report.Reports(storage, clock.now)
        # Without the bot's name: a link would lead to the real Telegram, where it is not.
        lead_chats = LeadChats(storage, clock.now, secrets.token_bytes)
        application = web_application(
            [
                *demo.routes,
                *year.routes,
                *export_routes(reports, OpenDoor()),
                *lead_routes(reports, OpenDoor()),
                *acting_routes(storage, clock.now, reports, OpenDoor()),
                *chat_routes(lead_chats, OpenDoor(), lambda: None),
                *bot_api_routes(telegram),
            ],
            allowed_hosts=["127.0.0.1", "localhost"],
            on_loopback=True,
        )
        try:
            address = await stack.enter_async_context(serving(application, port))
        except OSError:
            raise DemoPortTaken(port=port) from None
        stack.push_async_callback(telegram.close)
        assembly = Assembly(
            wiring.with_telegram_at(settings, address), tuple(Part), storage, clock.now
        )
        product.assembly = assembly
        await assembly.count()
        await stack.enter_async_context(running.ticking(assembly))
        await product.tick()
        yield address


def hashes_of(keys: AddressKeys) -> ChatHashes:
    """Return what finds a chat's rows, and opens none of them."""
    return ChatHashes(
        keys.lookup,
        lambda chat: [keys.follow_up_lookup(chat, purpose) for purpose in FollowUpPurpose],
        keys.follow_up_mark,
        keys.lead_lookup,
        keys.alert_lookup,
    )


async def _invitations(
    storage: Storage, settings: wiring.Settings, force: Programme, clock: MovableClock
) -> list[TeamInvitation]:
    """Make a code for each team, as an admin would."""
    keys, _ = officer_keys(settings.keys)
    invitations = []
    for team in force.force.teams:
        code, _, _ = await codes.issue_code(
            storage, keys, team.id, None, clock.now, secrets.token_bytes, "demo"
        )
        invitations.append(TeamInvitation(team.id, team.name, code, team.headcount))
    return invitations
