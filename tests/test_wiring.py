"""Wiring: what a process needs before it starts, what it says about itself, and the webhook."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import running, wiring
from bot.core.programme import Programme
from bot.core.support import DirectoryTooOld, NeedWithoutEntry
from bot.sandbox.bot_api import bot_api
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import TOKEN, Telegram
from bot.sealing.errors import KeyMissing
from bot.sealing.process_keys import make_officer_keys
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.wiring import Assembly, Part
from bot.workflows import heartbeat, programme
from config.settings import MissingSetting, Settings, read_settings
from storage.engine import Storage
from storage.errors import TablesNotCurrent
from tests.programmes import pulse_alone
from tests.station import a_station

SECRET = "a-webhook-secret-of-the-tests"  # noqa: S105 - invented
CHECKED = date(2026, 11, 16)
"""When the entries of the example programme were last verified."""


def settings_for(url: str, folder: Path, **more: str) -> Settings:
    """Return settings for one database and one folder."""
    given = {"database_url": url, "data": str(folder), "keys": str(folder / "keys"), **more}
    return read_settings({f"STANDEASY_{name.upper()}": v for name, v in given.items()}, None)


def on(day: date) -> datetime:
    """Return noon of a day."""
    return datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)


# --- The database -----------------------------------------------------------------------


async def test_a_database_without_tables_stops_the_start(
    empty_database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(TablesNotCurrent) as caught:
        async with wiring.open_storage(settings_for(empty_database_url, tmp_path)):
            pass
    assert caught.value.hint == "Run: python -m bot migrate"


async def test_a_migrated_database_opens(empty_database_url: str, tmp_path: Path) -> None:
    await wiring.migrate(empty_database_url)
    async with wiring.open_storage(settings_for(empty_database_url, tmp_path)) as storage:
        assert await heartbeat.last(storage) is None


# --- The support directory --------------------------------------------------------------


async def checked_on(
    url: str, folder: Path, day: date, document: Programme | None = None
) -> Assembly:
    """Check the content of a dashboard that starts on a day."""
    async with wiring.open_storage(settings_for(url, folder)) as storage:
        assembly = Assembly(settings_for(url, folder), [Part.DASHBOARD], storage, lambda: on(day))
        if document is not None:
            await programme.load(storage, document, "test", "test", assembly.now)
        await assembly.check_content()
        return assembly


@pytest.fixture
def example() -> Programme:
    return pulse_alone()


async def test_a_fresh_directory_starts_without_a_word(
    sqlite_database: str, tmp_path: Path, example: Programme, caplog: pytest.LogCaptureFixture
) -> None:
    await checked_on(sqlite_database, tmp_path, CHECKED + timedelta(days=89), example)
    assert caplog.messages == []


async def test_from_ninety_days_on_each_entry_is_named(
    sqlite_database: str, tmp_path: Path, example: Programme, caplog: pytest.LogCaptureFixture
) -> None:
    assembly = await checked_on(sqlite_database, tmp_path, CHECKED + timedelta(days=90), example)
    warned = [
        f"the support entry {entry.id} was last verified on {CHECKED}"
        for entry in (*example.support, *assembly.national)
    ]
    assert caplog.messages == warned


async def test_the_last_day_starts_and_the_next_one_does_not(
    sqlite_database: str, tmp_path: Path, example: Programme
) -> None:
    await checked_on(sqlite_database, tmp_path, CHECKED + timedelta(days=180), example)
    with pytest.raises(DirectoryTooOld, match=r"last verified on 2026-11-16.*180\s+days"):
        await checked_on(sqlite_database, tmp_path, CHECKED + timedelta(days=181))


def without_trim(example: Programme) -> Programme:
    """Return a force that has named nobody for what comes after a tough job."""
    support = [entry for entry in example.support if "trim" not in entry.needs]
    return example.model_copy(update={"support": support})


async def test_a_force_that_is_still_set_up_starts_and_says_whom_it_lacks(
    sqlite_database: str, tmp_path: Path, example: Programme, caplog: pytest.LogCaptureFixture
) -> None:
    await checked_on(sqlite_database, tmp_path, CHECKED, without_trim(example))
    assert caplog.messages == ["officers are let in once the force has a support entry for trim"]


async def test_a_directory_that_leads_nowhere_for_trim_does_not_start_once_somebody_joined(
    sqlite_database: str, tmp_path: Path, example: Programme
) -> None:
    async with a_station(sqlite_database, tmp_path) as station:
        sam = await station.officer()
        storage, now = station.assembly.storage, station.clock
        await programme.load(storage, without_trim(example), "test", "test", now)
        await station.assembly.check_content()
        await programme.load(storage, example, "test", "test", now)
        await sam.joins()
        await programme.load(storage, without_trim(example), "test", "test", now)
        with pytest.raises(NeedWithoutEntry, match="trim"):
            await station.assembly.check_content()


async def test_a_database_without_a_programme_starts_and_says_so(
    sqlite_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await checked_on(sqlite_database, tmp_path, CHECKED)
    assert caplog.messages == [
        "There is no programme yet. Load one with: python -m bot programme load FILE"
    ]


# --- Parts ------------------------------------------------------------------------------


async def test_officers_need_their_keys_and_a_token(sqlite_database: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_database, tmp_path)
    async with wiring.open_storage(settings) as storage:
        with pytest.raises(KeyMissing):
            Assembly(settings, [Part.OFFICERS], storage, wiring.utc_now)
        make_officer_keys(settings.keys, secrets.token_bytes)
        with pytest.raises(MissingSetting, match="STANDEASY_TELEGRAM_TOKEN is missing"):
            Assembly(settings, [Part.OFFICERS], storage, wiring.utc_now)


async def test_dashboard_and_tally_need_neither(sqlite_database: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_database, tmp_path)
    async with wiring.open_storage(settings) as storage:
        for part in (Part.DASHBOARD, Part.TALLY):
            assembly = Assembly(settings, [part], storage, wiring.utc_now)
            assert assembly.name == part.value
            await assembly.ticker.run_all()
        assert not (settings.keys / "officers").exists()


def jobs_of(assembly: Assembly) -> list[str]:
    """Return the names of what is done again and again."""
    return [job.name for job in assembly.ticker.jobs]


async def test_each_part_does_its_own_work(sqlite_database: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_database, tmp_path, telegram_token=TOKEN)
    make_officer_keys(settings.keys, secrets.token_bytes)
    async with wiring.open_storage(settings) as storage:
        found = {
            name: jobs_of(Assembly(settings, parts, storage, wiring.utc_now))
            for name, parts in {
                "officers": [Part.OFFICERS],
                "dashboard": [Part.DASHBOARD],
                "tally": [Part.TALLY],
                "serve": list(Part),
            }.items()
        }
    assert found == {
        "officers": [
            *("rounds", "sending", "errands", "standings", "pictures", "stirring"),
            *("tidying", "heartbeat"),
        ],
        "dashboard": ["reports", "tidying", "heartbeat"],
        "tally": ["tally", "stirring", "tidying", "heartbeat"],
        "serve": [
            *("rounds", "sending", "errands", "standings", "pictures", "tally", "stirring"),
            *("reports", "tidying", "heartbeat"),
        ],
    }


# --- The webhook ------------------------------------------------------------------------


class LateApplication:
    """An application whose address is known before it is made."""

    def __init__(self) -> None:
        self.made: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.made is not None:
            await self.made(scope, receive, send)


@dataclass
class Hooked:
    """A running product that gets its updates by webhook."""

    telegram: Telegram
    address: str
    assembly: Assembly

    async def posts(self, content: bytes, secret: str | None = SECRET) -> int:
        """Post to the webhook; return the status."""
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(
                f"{self.address}{wiring.WEBHOOK_PATH}", content=content, headers=headers
            )
        return answer.status_code


@asynccontextmanager
async def hooked(storage: Storage, settings: Settings) -> AsyncIterator[Hooked]:
    """Run the officers' process by webhook while the block runs."""
    telegram, late = Telegram(limits=Limits.none()), LateApplication()
    async with serving(bot_api(telegram)) as api, serving(late) as address:
        settings = replace(settings, telegram_api=api, public_url=address)
        make_officer_keys(settings.keys, secrets.token_bytes)
        assembly = Assembly(settings, [Part.OFFICERS], storage, lambda: on(CHECKED))
        late.made = web_application(
            assembly.routes(OpenDoor()), allowed_hosts=["127.0.0.1"], on_loopback=True
        )
        async with running.ticking(assembly):
            await assembly.connected.wait()
            yield Hooked(telegram, address, assembly)
            await telegram.close()


@pytest.fixture
async def hook(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Hooked]:
    settings = settings_for(sqlite_database, tmp_path, telegram_token=TOKEN, webhook_secret=SECRET)
    async with wiring.open_storage(settings) as storage, hooked(storage, settings) as running:
        yield running


async def test_updates_come_by_webhook_when_an_address_and_a_secret_are_set(hook: Hooked) -> None:
    assert hook.telegram.updates.webhook is not None
    assert hook.telegram.updates.webhook.url == f"{hook.address}/telegram"
    assert hook.telegram.updates.allowed == ["callback_query", "channel_post", "message"]
    assert not hook.telegram.calls_of("getUpdates")
    phones = [Phone(hook.telegram) for _ in range(5)]
    for phone in phones:
        await phone.send("help")
    for phone in phones:
        await phone.wait_for_text("call 999")
        await phone.tap("Call list")
        await phone.wait_for_text("Talk to someone now")


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x"])
async def test_a_request_without_the_secret_is_refused(hook: Hooked, secret: str | None) -> None:
    phone = Phone(hook.telegram)
    body = (
        b'{"update_id": 1, "message": {"message_id": 1, "date": 0, "text": "help",'
        b' "chat": {"id": %d, "type": "private"}}}' % phone.id
    )
    assert await hook.posts(body, secret) == 403
    assert not hook.telegram.calls_of("sendMessage")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"\xff\xfe", 400),
        (b"[]", 204),
        (b"17", 204),
        (b"null", 204),
        (b'{"update_id": 1}', 204),
        (b'{"update_id": 1, "poll_answer": null}', 204),
    ],
)
async def test_what_telegram_never_sends_does_no_harm(
    hook: Hooked, content: bytes, status: int
) -> None:
    assert await hook.posts(content) == status
    phone = Phone(hook.telegram)
    await phone.send("help")
    await phone.wait_for_text("call 999")


async def test_the_webhook_takes_posts_alone(hook: Hooked) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{hook.address}/telegram")
    assert answer.status_code == 405


async def test_without_a_secret_there_is_no_webhook(sqlite_database: str, tmp_path: Path) -> None:
    settings = settings_for(
        sqlite_database, tmp_path, telegram_token=TOKEN, public_url="https://checkin.example"
    )
    make_officer_keys(settings.keys, secrets.token_bytes)
    async with wiring.open_storage(settings) as storage:
        assembly = Assembly(settings, [Part.OFFICERS], storage, wiring.utc_now)
        assert not assembly.uses_webhook
        assert assembly.routes(OpenDoor()) == []
