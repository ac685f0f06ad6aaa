"""The `demo` command: the real product with an invented force, on a loopback Telegram."""

import asyncio
import secrets
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot import running, wiring
from bot.admin.console.alerts import alert_routes
from bot.core.calendar import NoSuchDay, instant, next_prompt_day
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.lead.chat import chat_routes
from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.sandbox.bot_api import bot_api_routes
from bot.sandbox.demo.clock import MovableClock
from bot.sandbox.demo.colleagues import TeamInvitation
from bot.sandbox.demo.console import ConsoleWay, DemoDoor, people_with_access
from bot.sandbox.demo.page import Demo
from bot.sandbox.demo.running_product import RunningProduct
from bot.sandbox.demo.year_pages import YearPages
from bot.sandbox.loopback import serving
from bot.sandbox.telegram_state import TOKEN, Telegram
from bot.sandbox.xray.page import ChatHashes
from bot.sealing.address import AddressKeys, FollowUpPurpose
from bot.sealing.process_keys import make_officer_keys, officer_keys
from bot.ticker import Job, Ticker
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.wiring import SENDING, Assembly, Part, acting_routes
from bot.workflows import codes, heartbeat, programme, report
from bot.workflows.alert_chats import AlertChats
from bot.workflows.lead_chats import LeadChats
from bot.workflows.sign_in import SignIn
from bot.workflows.staff import Staff
from storage import demo_mark, programmes
from storage.engine import Storage

EVENING = time(18, 0)
TWELVE_WEEKS = "FREQ=WEEKLY;INTERVAL=12"
_ONE_DAY = timedelta(days=1)
_ONE_WEEK = timedelta(weeks=1)


class DemoPortTaken(StandEasyError):
    """Nothing can listen on port {port}: expected a free port."""

    hint = "Choose another one: python -m bot demo --port 8090"


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
    database = demo_mark.folder_of_a_demo(folder)
    url = f"sqlite+aiosqlite:///{database}"
    await wiring.migrate(url)
    async with AsyncExitStack() as stack:
        storage = Storage(url)
        stack.push_async_callback(storage.close)
        force = choose(wiring.read_programme(wiring.example_programme_path()), real().date())
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
        force = await _force_of(storage, force, clock)
        invitations = await _invitations(storage, settings, force, clock)
        product = RunningProduct(clock, force)
        keys, _ = officer_keys(settings.keys)
        demo = Demo(telegram, clock, product, database, invitations, hashes_of(keys))
        stack.push_async_callback(demo.close)
        year = YearPages(folder, real)
        stack.push_async_callback(year.close)
        way = ConsoleWay()
        reports = report.Reports(storage, clock.now)
        lead_chats = LeadChats(storage, clock.now, secrets.token_bytes)
        application = _on_loopback(
            [
                *demo.routes,
                *year.routes,
                *way.routes,
                *export_routes(reports, OpenDoor()),
                *lead_routes(reports, OpenDoor()),
                *acting_routes(storage, clock.now, reports, OpenDoor()),
                *chat_routes(lead_chats, OpenDoor(), _no_name),
                *bot_api_routes(telegram),
            ]
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
        await stack.enter_async_context(_console(way, assembly, force))
        await assembly.count()
        await stack.enter_async_context(running.ticking(assembly))
        await stack.enter_async_context(_alerting(product))
        await product.tick()
        yield address


def _on_loopback(routes: Sequence[BaseRoute]) -> Starlette:
    return web_application(routes, allowed_hosts=["127.0.0.1", "localhost"], on_loopback=True)


def _no_name() -> None:
    """Return no name of the bot: a link would lead to the real Telegram, where it is not."""


@asynccontextmanager
async def _console(way: ConsoleWay, assembly: Assembly, force: Programme) -> AsyncIterator[None]:
    """Serve every page of the dashboard, behind the demo's own door and on a port of its own."""
    # Of its own, so that whoever is somebody there stays nobody on the page of the demo.
    storage, now, random = assembly.storage, assembly.now, assembly.random
    desk, sign_in = Staff(storage, now, random), SignIn(storage, now, random)
    door = DemoDoor(desk, sign_in)
    pages = [
        # Before the same pages with links to a Telegram that does not know this bot.
        *chat_routes(LeadChats(storage, now, random), door, _no_name),
        *alert_routes(AlertChats(storage, now, random), door, _no_name),
        *assembly.routes(door),
        *running.oversight_routes(assembly, door),
    ]
    way.ids = await people_with_access(desk, sign_in, force)
    async with serving(_on_loopback(pages)) as way.address:
        yield


@asynccontextmanager
async def _alerting(product: RunningProduct) -> AsyncIterator[None]:
    """Tell chats for alerts what needs somebody: sooner than `serve` does, as people wait here."""
    in_chats = running.chat_alerting_of(product.assembly)
    assert in_chats is not None  # noqa: S101 - the demo has the officers' process
    product.look = Job("alerts in chats", SENDING, in_chats.look).if_idle
    ticker = Ticker([Job("watching", SENDING, product.watch)])
    ticker.start()
    try:
        yield
    finally:
        await ticker.stop()


async def _force_of(storage: Storage, force: Programme, clock: MovableClock) -> Programme:
    """Return the programme of a demo that was kept, or begin with this one."""
    async with storage.read("programme") as tx:
        begun = await programmes.newest(tx)
    if begun is None:
        await programme.load(storage, force, "demo", "the invented force", clock.now)
    # What was changed in the console of a demo that was kept is not undone.
    return (await programme.current(storage)).programme


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
