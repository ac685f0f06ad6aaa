"""Running: the parts of a process, from the first tick to the signal that stops them."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from ssl import SSLContext

from starlette.routing import BaseRoute

from bot.admin.health_pages import HEALTH_PAGE, health_routes, probe_routes
from bot.officer.alert_chat import ChatAlerting, ChatPost
from bot.officer.application import OfficerBot
from bot.ticker import Job, Ticker
from bot.web.application import web_application
from bot.web.serving import serving
from bot.web.sign_in import Door
from bot.web.sign_in.site import Site
from bot.wiring import MINUTE, WEBHOOK_PATH, Assembly, Part, Settings, open_storage, utc_now
from bot.workflows.alerts import IN_CHATS, OF_DASHBOARD, Alerting
from bot.workflows.health import Oversight
from storage import staff
from storage.engine import Storage

log = logging.getLogger(__name__)


async def run(settings: Settings, parts: Sequence[Part]) -> None:
    """Run the given parts until a signal comes."""
    # Before anything starts: a part that is missing must not wait for the first alert.
    _ = settings.alerts
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(open_storage(settings))
        assembly = Assembly(settings, parts, storage, utc_now)
        assembly.draws_ahead = True
        await assembly.check_content()
        site = Site(settings.public_url, settings.listen.port)
        door = staff_door(assembly, site)
        if Part.DASHBOARD in assembly.parts or assembly.uses_webhook:
            application = web_application(
                [*assembly.routes(door), *oversight_routes(assembly, door)],
                allowed_hosts=settings.allowed_hosts,
                on_loopback=not settings.is_secure,
            )
            listen = settings.listen
            address = await stack.enter_async_context(
                serving(application, listen.host, listen.port)
            )
            if Part.DASHBOARD in assembly.parts:
                site.listens_on(address)
                if not await has_anybody(assembly.storage):
                    log.warning("nobody has access yet: python -m bot admin invite prints a link")
                # The one line on standard output. It opens nothing by itself.
                sys.stdout.write(f"Sign in: {site.origin}/sign-in\n")
                sys.stdout.flush()
        lasting = await stack.enter_async_context(ticking(assembly))
        await stack.enter_async_context(alerting(assembly))
        await until_stopped(lasting)


def staff_door(assembly: Assembly, site: Site) -> Door:
    """Return the door for people with access, with the force's own sign-in where there is one."""
    # Here alone: what signs people in takes long to load, and few commands need it.
    from bot.web.sign_in.oidc import Client, Provider
    from bot.web.sign_in.staff_door import StaffDoor
    from bot.workflows.own_access import OwnAccounts
    from bot.workflows.sign_in import SignIn

    own, provider = assembly.settings.own_sign_in, None
    if own is not None:
        secret = own.client_secret.reveal()
        provider = Provider(Client(own.issuer, own.client_id, secret), assembly.now)
    storage, now = assembly.storage, assembly.now
    sign_in = SignIn(storage, now, assembly.random)
    return StaffDoor(sign_in, OwnAccounts(storage, now), site, provider)


async def has_anybody(storage: Storage) -> bool:
    """Whether anybody has access, or was offered it."""
    async with storage.read("staff") as tx:
        return await staff.number(tx) > 0


def oversight_of(assembly: Assembly) -> Oversight:
    """Return what tells how everything is."""
    return Oversight(assembly.storage, assembly.now, assembly.national, assembly.name)


def oversight_routes(assembly: Assembly, door: Door) -> list[BaseRoute]:
    """Return what tells monitors, and behind the door people, how everything is."""
    oversight = oversight_of(assembly)
    routes = probe_routes(oversight)
    if Part.DASHBOARD in assembly.parts:
        routes += health_routes(oversight, door)
    return routes


def alerting_of(assembly: Assembly, trusting: SSLContext | None = None) -> Alerting | None:
    """Return what tells of whatever needs somebody; None where nobody is to be told."""
    alerts = assembly.settings.alerts
    if alerts is None:
        return None
    # Here alone: few processes send mail.
    from bot.admin.mail import Mail, Way

    server = alerts.server
    way = Way(
        host=server.host,
        port=server.port,
        tls=server.scheme == "smtps",
        starttls=server.scheme == "smtp+starttls",
        account=server.account,
        password=server.password,
    )
    mail = Mail(way, alerts.sender, alerts.recipients, assembly.now, trusting)
    apart = OF_DASHBOARD if assembly.parts == (Part.DASHBOARD,) else ""
    return Alerting(assembly.storage, oversight_of(assembly), mail, _health_page(assembly), apart)


def chat_alerting_of(assembly: Assembly) -> ChatAlerting | None:
    """Return what tells chats that admins linked; None where the token is not held."""
    if assembly.officers is None:
        return None
    chats = assembly.desk.alert_chats
    post, oversight = ChatPost(chats, assembly.officers.messenger), oversight_of(assembly)
    telling = Alerting(assembly.storage, oversight, post, _health_page(assembly), IN_CHATS)
    return ChatAlerting(chats, telling, assembly.connected.is_set)


def _health_page(assembly: Assembly) -> str | None:
    public = assembly.settings.public_url
    return f"{public}{HEALTH_PAGE}" if public else None


@asynccontextmanager
async def alerting(assembly: Assembly, trusting: SSLContext | None = None) -> AsyncIterator[None]:
    """Look and tell once a minute while the block runs."""
    looking = alerting_of(assembly, trusting)
    jobs = [Job("alerts", MINUTE, looking.look)] if looking else []
    in_chats = chat_alerting_of(assembly)
    if in_chats is not None:
        jobs.append(Job("alerts in chats", MINUTE, in_chats.look))
    ticker = Ticker(jobs)
    ticker.start()
    try:
        yield
    finally:
        await ticker.stop()


@asynccontextmanager
async def ticking(assembly: Assembly) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """Let officers in and the clock tick while the block runs; yields what must not end.

    Rounds close and results are counted while Telegram is out of reach, too.
    """
    async with AsyncExitStack() as stack:
        if assembly.opening_keys is not None:
            # Before the first tick, or a round due now would find no key.
            await assembly.fill_pool()
        lasting = []
        if assembly.officers is not None:
            stack.push_async_callback(assembly.officers.stop)
            await assembly.desk.refresh()
            officers = asyncio.create_task(_serve_officers(assembly, assembly.officers))
            stack.push_async_callback(_cancelled, officers)
            lasting.append(officers)
        stack.push_async_callback(assembly.ticker.stop)
        assembly.ticker.start()
        yield lasting


async def _serve_officers(assembly: Assembly, bot: OfficerBot) -> None:
    """Reach Telegram and answer officers until cancelled."""
    await bot.start()
    await bot.introduce()
    settings = assembly.settings
    if settings.public_url and settings.webhook_secret:
        secret = settings.webhook_secret.reveal()
        await bot.set_webhook(f"{settings.public_url}{WEBHOOK_PATH}", secret)
        assembly.connected.set()
        await asyncio.Event().wait()
    assembly.connected.set()
    await bot.poll()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def until_stopped(lasting: Sequence[asyncio.Task[None]] = ()) -> None:
    """Wait for a signal to stop; raises what ended a task that should have lasted."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait([stopping, *lasting], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for task in lasting:
        if task.done():
            task.result()
