"""Health: one page for people, the same for monitors, and nothing that is anybody's."""

import re
from asyncio import sleep, timeout
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from bot.admin.health_pages import (
    Oversight,
    ago,
    band_in_words,
    health_routes,
    probe_routes,
)
from bot.admin.metrics import as_metrics
from bot.core.health import Condition, Health
from bot.core.rounds import RoundState
from bot.core.support import Age
from bot.core.version import VERSION
from bot.core.vitals import BANDS, Seen, Trouble, Vitals
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in import Door, OpenDoor
from bot.workflows import health, heartbeat, programme
from config.content import national_support
from storage import rounds, sealing_keys
from storage.engine import Storage
from storage.migrate import downgrade
from tests.admin.test_programs import program
from tests.browsers import WIDE, browser, overflows, page_of
from tests.programmes import pulse_alone
from tests.storage.rows import Key, a_round
from tests.web.test_sign_in import a_door

__all__ = ["browser"]

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
CHECKED = date(2026, 11, 16)
"""When every entry of the example and of the national directory was last verified."""

TROUBLED = Vitals(10, 1, 100, 1_000, {Trouble.TOLD_TO_WAIT: Seen(17, NOW - timedelta(hours=2))})


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def oversight_of(storage: Storage, clock: Clock) -> health.Oversight:
    return health.Oversight(storage, clock, national_support(), "serve")


async def at_work(storage: Storage, clock: Clock, vitals: Vitals | None = None) -> None:
    """Put a force to work: a programme, keys, an open round, a tick, a backup."""
    await programme.load(storage, pulse_alone(), "test", "test", clock)
    async with storage.transaction("fill") as tx:
        for number in range(3):
            await sealing_keys.add(tx, Key(f"k{number}"))
        assert await sealing_keys.take_unused(tx) is not None
        row = a_round("weekly-pulse-2026-11-16", check_in="weekly-pulse", sealing_key="k0")
        assert await rounds.open(tx, row)
    await heartbeat.beat(storage, "serve", clock, vitals)
    before = Clock(clock.at - timedelta(days=2))
    await heartbeat.note_backup(storage, before)


@asynccontextmanager
async def asking(
    oversight: Oversight, door: Door | None = None, host: str = "results.example"
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody, or a monitor, before this installation."""
    application = web_application(
        [*probe_routes(oversight), *health_routes(oversight, door or OpenDoor())],
        allowed_hosts=["results.example"],
        on_loopback=True,
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        yield client


def facts(page: str) -> dict[str, str]:
    """Return what stands beside each name."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", text) for name, text in found}


def values(families: Sequence[Metric]) -> dict[str, float]:
    """Return each value by its name and label."""
    return {
        "/".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


# --- The page ---------------------------------------------------------------------------


async def test_an_installation_at_work_is_told_in_words(storage: Storage) -> None:
    clock = Clock()
    await at_work(storage, clock, TROUBLED)
    clock.at += timedelta(minutes=2)
    async with asking(oversight_of(storage, clock)) as client:
        page = (await client.get("/health")).text
    shown = facts(page)
    assert "Nothing needs anybody now." in page
    assert shown["serve"] == "ticked 2 minutes ago"
    assert shown["Due, not sent yet"] == "10 to 99"
    assert shown["Late by ten minutes or more"] == "1 to 9"
    assert shown["Sent in the last hour"] == "100 to 999"
    assert shown["People enrolled in the force"] == "1,000 to 9,999"
    assert shown["Told to wait"] == "17 × since the start, last 2 hours ago"
    assert shown["Open"] == "1"
    assert shown["Unused sealing keys"] == "2"
    assert re.fullmatch(r"opens on .* 202\d", shown["Next: Weekly pulse"])
    assert shown["Version"] == VERSION
    assert shown["Tables"] == "as this version expects"
    assert shown["Programme"] == "version 1"
    assert shown["Last backup"] == "2 days ago"
    assert re.fullmatch(r"1:[0-9a-f]{64}", shown["Newest entry of the audit trail"])
    assert "entries were verified within 90 days" in page


async def test_before_anything_happened_the_page_says_so(storage: Storage) -> None:
    async with asking(oversight_of(storage, Clock())) as client:
        page = (await client.get("/health")).text
    assert "One thing needs" in page
    assert "There is no unused sealing key" in page
    assert "No process has ticked yet." in page
    assert "has said nothing of itself yet" in page
    shown = facts(page)
    assert shown["Programme"] == shown["Newest entry of the audit trail"] == "none yet"
    assert shown["Last backup"] == "never yet"


async def test_every_condition_stands_on_top_with_what_to_do(storage: Storage) -> None:
    clock = Clock()
    refused = {Trouble.TOKEN_REFUSED: Seen(1, NOW + timedelta(days=170))}
    await at_work(storage, clock)
    async with storage.transaction("use up") as tx:
        while await sealing_keys.take_unused(tx):
            pass
    clock.at += timedelta(days=170)
    await heartbeat.beat(storage, "serve", clock, Vitals(0, 0, 0, 0, refused))
    async with asking(oversight_of(storage, clock)) as client:
        page = (await client.get("/health")).text
    top = re.findall(r'<h2 id="condition-\d">(.*?)</h2>', page)
    assert top == [
        "No unused keys",
        "Support directory too old",
        "Telegram token refused",
        "Rounds overdue",
    ]
    assert "python -m bot keys new" in page
    assert "weekly-pulse-2026-11-16" in facts(page)["Open"]
    assert "last verified on 16 November 2026" in page


async def test_a_round_that_closed_waits_for_its_result(storage: Storage) -> None:
    await at_work(storage, Clock())
    async with storage.transaction("close") as tx:
        await rounds.set_state(tx, "weekly-pulse-2026-11-16", RoundState.CLOSED)
    found = await oversight_of(storage, Clock(NOW + timedelta(days=60))).health()
    assert (found.open_rounds, found.closed_rounds, found.overdue_rounds) == (0, 1, [])


async def test_what_another_version_said_or_saved_is_no_reason_to_fail(storage: Storage) -> None:
    async with storage.transaction("meddle") as tx:
        from storage import heartbeats, programmes
        from tests.storage.rows import ENTRY

        await heartbeats.beat(tx, "officers", NOW, '{"other": 1}')
        await programmes.append(tx, '{"other": 1}', "x", "x", NOW, ENTRY)
    found = await oversight_of(storage, Clock()).health()
    assert (found.vitals, found.next_rounds) == (None, [])


async def test_nobody_reads_the_page_without_the_key_to_the_door(storage: Storage) -> None:
    async with asking(oversight_of(storage, Clock()), a_door()) as client:
        answer = await client.get("/health")
    assert answer.status_code == 403
    assert "Unused" not in answer.text


def test_bands_and_times_read_as_people_say_them() -> None:
    assert [band_in_words(least) for least in BANDS] == [
        *("none", "1 to 9", "10 to 99", "100 to 999"),
        *("1,000 to 9,999", "10,000 to 99,999", "100,000 or more"),
    ]
    assert ago(None, NOW) == "never yet"
    assert ago(NOW, NOW) == "less than a minute ago"
    for seconds, words in ((60, "1 minute"), (7_200, "2 hours"), (86_400, "1 day")):
        assert ago(NOW - timedelta(seconds=seconds), NOW) == f"{words} ago"


# --- Monitors ---------------------------------------------------------------------------


async def test_the_metrics_say_what_the_page_says(storage: Storage) -> None:
    await at_work(storage, Clock(), TROUBLED)
    async with asking(oversight_of(storage, Clock())) as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = values(list(text_string_to_metric_families(answer.text)))
    assert found[f"standeasy_info/{VERSION}"] == 1
    assert found["standeasy_database_reachable"] == found["standeasy_tables_current"] == 1
    assert found["standeasy_last_tick_timestamp_seconds/serve"] == NOW.timestamp()
    assert found["standeasy_unused_keys"] == 2
    assert found["standeasy_rounds/open"] == 1
    assert found["standeasy_messages_late_at_least"] == 1
    assert found["standeasy_enrolments_at_least"] == 1_000
    assert found["standeasy_telegram_troubles_total/told to wait"] == 17
    assert found["standeasy_telegram_troubles_total/other poller"] == 0
    assert found["standeasy_support_oldest_days"] == (NOW.date() - CHECKED).days
    assert found["standeasy_last_backup_timestamp_seconds"] == NOW.timestamp() - 2 * 86_400
    assert {found[f"standeasy_condition/{each.value}"] for each in Condition} == {0}


CLOSED_LISTS = {
    "version": {VERSION},
    "process": {"serve", "officers", "dashboard", "tally"},
    "kind": {each.value for each in Trouble},
    "condition": {each.value for each in Condition},
    "state": {"open", "closed"},
    "age": {each.value for each in Age},
}


async def test_no_label_can_be_a_person_a_team_or_anything_of_the_programme(
    storage: Storage,
) -> None:
    clock = Clock()
    await at_work(storage, clock, TROUBLED)
    async with storage.transaction("meddle") as tx:
        from storage import heartbeats

        # Whatever else stands there is not told either.
        await heartbeats.beat(tx, "kestrel", NOW)
    text = as_metrics(await oversight_of(storage, clock).health()).decode()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            for label, value in sample.labels.items():
                assert value in CLOSED_LISTS[label]
    document = pulse_alone()
    named = [team.id for team in document.force.teams]
    named += [department.id for department in document.force.departments]
    named += [check_in.id for check_in in document.check_ins]
    for name in named:
        assert name not in text
    assert "kestrel" not in text


async def test_a_database_out_of_reach_is_told_by_all_of_them(tmp_path: Path) -> None:
    storage = Storage(f"postgresql+asyncpg://somebody@/nothing?host={tmp_path}")
    async with asking(oversight_of(storage, Clock())) as client:
        page, metrics = await client.get("/health"), await client.get("/metrics")
        ready, live = await client.get("/readyz"), await client.get("/healthz")
    await storage.close()
    assert page.status_code == 503
    assert "The database cannot be reached now" in page.text
    assert values(list(text_string_to_metric_families(metrics.text))) == {
        f"standeasy_info/{VERSION}": 1,
        "standeasy_database_reachable": 0,
    }
    assert (ready.status_code, ready.text) == (503, "not ready: the database is out of reach")
    assert (live.status_code, live.text) == (200, "ok")


async def test_a_process_is_ready_when_it_ticked_on_current_tables(
    storage: Storage, database_url: str
) -> None:
    clock = Clock()
    said = []
    async with asking(oversight_of(storage, clock)) as client:

        async def ask() -> None:
            answer = await client.get("/readyz")
            said.append((answer.status_code, answer.text))

        await ask()
        await heartbeat.beat(storage, "tally", clock)
        await ask()
        await heartbeat.beat(storage, "serve", clock)
        await ask()
        clock.at += timedelta(minutes=3)
        await ask()
        await heartbeat.beat(storage, "serve", clock)
        await downgrade(database_url, "0006")
        await ask()
    assert said == [
        (503, "not ready: no tick lately"),
        (503, "not ready: no tick lately"),
        (200, "ready"),
        (503, "not ready: no tick lately"),
        (503, "not ready: the tables are not current"),
    ]


@pytest.mark.parametrize(
    ("host", "statuses"),
    [
        ("results.example", [200, 503, 200, 200]),
        # A monitor inside asks by address or by a container's name.
        ("10.0.0.7:8080", [200, 503, 200, 400]),
        ("[fd00::7]:8080", [200, 503, 200, 400]),
        ("dashboard:8080", [200, 503, 200, 400]),
        # A page elsewhere may have its own name point here.
        ("elsewhere.example", [200, 503, 400, 400]),
    ],
)
async def test_who_may_ask_by_which_name(
    sqlite_database: str, host: str, statuses: list[int]
) -> None:
    storage = Storage(sqlite_database)
    async with asking(oversight_of(storage, Clock()), host=host) as client:
        paths = ("/healthz", "/readyz", "/metrics", "/health")
        found = [(await client.get(path)).status_code for path in paths]
    await storage.close()
    assert found == statuses


async def test_a_running_dashboard_answers_monitors_and_keeps_its_page_behind_the_door(
    sqlite_database: str, tmp_path: Path
) -> None:
    given = {"database_url": sqlite_database, "data": str(tmp_path), "listen": "127.0.0.1:0"}
    async with program(tmp_path, "dashboard", **given) as running:
        link = (await running.line()).removeprefix("Results: ")
        address = link.partition("/enter/")[0]
        async with httpx.AsyncClient(trust_env=False, base_url=address) as client, timeout(60):
            while (await client.get("/readyz")).status_code != 200:  # noqa: ASYNC110 - another process
                # The first tick is under way.
                await sleep(0.1)
            metrics = (await client.get("/metrics")).text
            assert (await client.get("/health")).status_code == 403
            await client.post(link)
            assert "<dt>dashboard</dt>" in (await client.get("/health")).text
    assert 'standeasy_last_tick_timestamp_seconds{process="dashboard"}' in metrics


# --- For everybody ----------------------------------------------------------------------


class Standing:
    """An installation that stands as it is told."""

    def __init__(self, found: Health) -> None:
        self._found = found

    async def health(self) -> Health:
        """Return what was told."""
        return self._found

    async def not_ready(self) -> str | None:
        """Return that it is ready."""
        return None


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, WIDE])
async def test_the_page_fits_and_can_be_read_by_everybody(
    browser: Browser, width: int, sqlite_database: str
) -> None:
    storage, clock = Storage(sqlite_database), Clock()
    await at_work(storage, clock, TROUBLED)
    found = [await oversight_of(storage, clock).health()]
    clock.at += timedelta(days=170)
    found.append(await oversight_of(storage, clock).health())
    await storage.close()
    for each in found:
        application = web_application(
            health_routes(Standing(each), OpenDoor()),
            allowed_hosts=["127.0.0.1"],
            on_loopback=True,
        )
        async with serving(application) as address, page_of(browser, width=width) as page:
            await page.goto(f"{address}/health")
            assert await overflows(page) == 0
            result = await Axe().run(page)
            assert result.violations_count == 0, result.generate_report()
