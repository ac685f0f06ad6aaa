"""Monitors: live, ready, and metrics whose labels are nobody's."""

from asyncio import sleep, timeout
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from bot.admin.metrics import as_metrics
from bot.core.access import Role
from bot.core.health import Condition
from bot.core.support import Age
from bot.core.version import VERSION
from bot.core.vitals import Trouble
from bot.workflows import heartbeat
from storage.engine import Storage
from storage.migrate import downgrade
from tests.admin.overseen import CHECKED, NOW, TROUBLED, Clock, asking, at_work, oversight_of
from tests.admin.test_programs import program
from tests.programmes import pulse_alone
from tests.web.doors import joins

pytestmark = pytest.mark.sqlite_first(
    "the metrics are worded alike: whether tables are current runs on both"
)


def values(families: Sequence[Metric]) -> dict[str, float]:
    """Return each value by its name and label."""
    return {
        "/".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


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
    assert found["standeasy_messages_late_at_least"] == 0
    assert found["standeasy_enrolments_at_least"] == 1_000
    assert found["standeasy_telegram_troubles_total/told to wait"] == 10
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


@pytest.mark.whole_path
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
        origin = (await running.line()).removeprefix("Sign in: ").removesuffix("/sign-in")
        address = origin.replace("localhost", "127.0.0.1")
        async with httpx.AsyncClient(trust_env=False, base_url=address) as client, timeout(60):
            while (await client.get("/readyz")).status_code != 200:  # noqa: ASYNC110 - another process
                # The first tick is under way.
                await sleep(0.1)
            metrics = (await client.get("/metrics")).text
            assert (await client.get("/health")).status_code == 303
            await joins(sqlite_database, client, origin, Role.ADMIN)
            assert "<dt>dashboard: these pages</dt>" in (await client.get("/health")).text
    assert 'standeasy_last_tick_timestamp_seconds{process="dashboard"}' in metrics
