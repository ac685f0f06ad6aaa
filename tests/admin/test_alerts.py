"""Alerts by mail, to a real server: once a day, once when over, and nothing about an officer."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from bot import running, wiring
from bot.admin.mail import Mail, Way
from bot.core.alerts import Letter
from bot.core.audit import AuditEntry
from bot.core.vitals import Seen, Trouble, Vitals
from bot.wiring import Assembly, Part
from bot.workflows import heartbeat
from bot.workflows.alerts import Alerting, NotDelivered
from bot.workflows.health import Oversight
from bot.workflows.known_keys import MAKE_KEY, digest_of
from config.content import national_support
from storage import audit, sealing_keys
from storage.engine import Storage
from tests.admin.mail_server import ACCOUNT, PASSWORD, Kept, mail_server, trust_in
from tests.admin.overseen import NOW, Clock
from tests.storage.rows import Key
from tests.test_wiring import settings_for

pytestmark = pytest.mark.sqlite_first(
    "what is told and when is reckoned alike: two that tell run on both"
)

SENDER, RECIPIENTS = "stand-easy@force.example", ["a@force.example", "b@force.example"]
LETTER = Letter("Stand Easy: no unused keys", "What it is.\n\nWhat to do.\n")


def plain(port: int) -> Mail:
    """Mail over a server on this machine."""
    way = Way("127.0.0.1", port, tls=False, starttls=False)
    return Mail(way, SENDER, RECIPIENTS, Clock())


# --- Mail -------------------------------------------------------------------------------


async def test_a_letter_arrives_as_it_was_written() -> None:
    async with mail_server() as (kept, port):
        await plain(port).send(LETTER)
    (message,) = kept.messages
    assert message["From"] == SENDER
    assert message["To"] == ", ".join(RECIPIENTS)
    assert message["Subject"] == LETTER.subject
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@force.example>")
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert kept.recipients == [RECIPIENTS]
    # Neither the name of this machine nor its account.
    assert kept.greetings == ["force.example"]


@pytest.mark.parametrize("tls", [True, False])
async def test_a_password_goes_over_tls(tmp_path: Path, tls: bool) -> None:
    trust = trust_in(tmp_path)
    async with mail_server(trust, tls=tls) as (kept, port):
        way = Way("localhost", port, tls=tls, starttls=not tls, account=ACCOUNT, password=PASSWORD)
        await Mail(way, SENDER, RECIPIENTS, Clock(), trust.client).send(LETTER)
        assert kept.subjects == [LETTER.subject]
        assert PASSWORD not in repr(way)
        wrong = replace(way, password="wrong")  # noqa: S106 - opens nothing
        with pytest.raises(NotDelivered, match="SMTPAuthenticationError"):
            await Mail(wrong, SENDER, RECIPIENTS, Clock(), trust.client).send(LETTER)
        with pytest.raises(NotDelivered):
            # Whoever is not known is not trusted.
            await Mail(way, SENDER, RECIPIENTS, Clock()).send(LETTER)
    assert len(kept.messages) == 1


async def test_a_server_without_tls_gets_no_letter_that_needs_it() -> None:
    async with mail_server() as (kept, port):
        way = Way("127.0.0.1", port, tls=False, starttls=True)
        with pytest.raises(NotDelivered):
            await Mail(way, SENDER, RECIPIENTS, Clock()).send(LETTER)
    assert kept.messages == []


async def test_what_a_server_says_is_not_repeated() -> None:
    async with mail_server() as (kept, port):
        kept.refuses = True
        with pytest.raises(NotDelivered) as caught:
            await plain(port).send(LETTER)
    assert "SMTPDataError" in str(caught.value)
    assert "123456789" not in str(caught.value)
    with pytest.raises(NotDelivered):
        await plain(port).send(LETTER)


# --- Alerts -----------------------------------------------------------------------------


def alerting(storage: Storage, clock: Clock, port: int) -> Alerting:
    """What tells of one installation."""
    oversight = Oversight(storage, clock, national_support(), "serve")
    return Alerting(storage, oversight, plain(port), "https://checkin.example/health")


async def minutes(
    looking: Alerting, clock: Clock, storage: Storage, number: int, process: str = "serve"
) -> None:
    """Let the program tick and look, minute by minute."""
    for _ in range(number):
        clock.at += timedelta(minutes=1)
        await heartbeat.beat(storage, process, clock)
        await looking.look()


async def give_a_key(storage: Storage, name: str) -> None:
    key = Key(name)
    async with storage.transaction("add key") as tx:
        await sealing_keys.add(tx, key)
        made = AuditEntry("a test", MAKE_KEY, f"key {name}", digest_of(key.public))
        await audit.append(tx, made, NOW)


async def take_all(storage: Storage) -> None:
    async with storage.transaction("take keys") as tx:
        while await sealing_keys.take_unused(tx):
            pass


async def test_a_condition_is_told_once_a_day_and_once_when_it_is_over(storage: Storage) -> None:
    clock = Clock()
    async with mail_server() as (kept, port):
        looking = alerting(storage, clock, port)
        await minutes(looking, clock, storage, 5)
        assert kept.subjects == ["Stand Easy: no unused keys"]
        clock.at += timedelta(days=1)
        await minutes(looking, clock, storage, 5)
        assert kept.subjects == ["Stand Easy: no unused keys"] * 2
        await give_a_key(storage, "k1")
        await minutes(looking, clock, storage, 5)
        assert kept.subjects[2:] == ["Stand Easy: over: no unused keys"]
        # It comes back within the day: that was told of. A day later it is not.
        await take_all(storage)
        await minutes(looking, clock, storage, 5)
        assert len(kept.messages) == 3
        clock.at += timedelta(days=1)
        await minutes(looking, clock, storage, 5)
    assert kept.subjects[3:] == ["Stand Easy: no unused keys"]


@pytest.mark.at_once
async def test_neither_a_restart_nor_a_second_process_tells_it_again(storage: Storage) -> None:
    clock = Clock()
    async with mail_server() as (kept, port):
        both = [alerting(storage, clock, port) for _ in range(2)]
        for _ in range(3):
            clock.at += timedelta(minutes=1)
            await heartbeat.beat(storage, "serve", clock)
            await asyncio.gather(*(looking.look() for looking in both))
        await minutes(alerting(storage, clock, port), clock, storage, 3)
        assert kept.subjects == ["Stand Easy: no unused keys"]
        await give_a_key(storage, "k1")
        clock.at += timedelta(minutes=1)
        await asyncio.gather(*(looking.look() for looking in both))
        await minutes(alerting(storage, clock, port), clock, storage, 3)
    assert kept.subjects == ["Stand Easy: no unused keys", "Stand Easy: over: no unused keys"]


async def test_what_looks_stopped_for_one_look_is_not_told(storage: Storage) -> None:
    clock = Clock()
    await give_a_key(storage, "k1")
    async with mail_server() as (kept, port):
        await heartbeat.beat(storage, "serve", clock)
        # The program was stopped for a night and started again; its first tick is under way.
        clock.at += timedelta(hours=10)
        looking = alerting(storage, clock, port)
        await looking.look()
        await minutes(looking, clock, storage, 3)
    assert kept.messages == []


async def test_a_process_that_stopped_is_named_by_another(storage: Storage) -> None:
    clock = Clock()
    await give_a_key(storage, "k1")
    async with mail_server() as (kept, port):
        looking = alerting(storage, clock, port)
        await heartbeat.beat(storage, "officers", clock)
        for _ in range(15):
            clock.at += timedelta(minutes=1)
            await heartbeat.beat(storage, "tally", clock)
            await looking.look()
        assert kept.subjects == ["Stand Easy: tick stopped"]
        assert "Stopped: officers" in kept.messages[0].get_content()
        await heartbeat.beat(storage, "officers", clock)
        await looking.look()
    assert kept.subjects[1:] == ["Stand Easy: over: tick stopped"]


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        (Trouble.TOKEN_REFUSED, "Telegram token refused"),
        (Trouble.OTHER_POLLER, "another program polls"),
    ],
)
async def test_trouble_with_the_token_is_told(storage: Storage, kind: Trouble, about: str) -> None:
    clock = Clock()
    await give_a_key(storage, "k1")
    async with mail_server() as (kept, port):
        looking = alerting(storage, clock, port)
        for times in range(1, 4):
            clock.at += timedelta(minutes=1)
            vitals = Vitals(0, 0, 0, 0, {kind: Seen(times, clock.at)})
            await heartbeat.beat(storage, "serve", clock, vitals)
            await looking.look()
    assert kept.subjects == [f"Stand Easy: {about}"]


async def test_a_directory_that_grows_old_is_told_before_the_program_refuses_to_start(
    storage: Storage,
) -> None:
    clock = Clock(datetime(2026, 11, 16, 12, 0, tzinfo=UTC) + timedelta(days=165))
    await give_a_key(storage, "k1")
    async with mail_server() as (kept, port):
        looking = alerting(storage, clock, port)
        await minutes(looking, clock, storage, 3)
        assert kept.messages == []
        clock.at += timedelta(days=1)
        await minutes(looking, clock, storage, 3)
    assert kept.subjects == ["Stand Easy: support directory too old"]


async def test_a_mail_that_could_not_be_sent_is_tried_again(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    async with mail_server() as (kept, port):
        looking = alerting(storage, clock, port)
        kept.refuses = True
        await minutes(looking, clock, storage, 3)
        assert "could not be delivered (SMTPDataError)" in caplog.text
        kept.refuses = False
        await minutes(looking, clock, storage, 3)
        assert kept.subjects == ["Stand Easy: no unused keys"]
        await give_a_key(storage, "k1")
        kept.refuses = True
        await minutes(looking, clock, storage, 2)
        kept.refuses = False
        await minutes(looking, clock, storage, 3)
    assert kept.subjects[1:] == ["Stand Easy: over: no unused keys"]


def numbers_in(kept: Kept) -> set[str]:
    """Return every number in what was told."""
    return {number for each in kept.messages for number in re.findall(r"\d+", each.get_content())}


async def test_no_number_stands_in_a_mail_but_the_hundred_and_eighty_days(
    storage: Storage,
) -> None:
    clock = Clock(NOW + timedelta(days=400))
    async with mail_server() as (kept, port):
        looking = alerting(storage, clock, port)
        seen = {kind: Seen(4711, clock.at + timedelta(minutes=2)) for kind in Trouble}
        vitals = Vitals(10, 10, 10, 10, seen)
        for _ in range(3):
            clock.at += timedelta(minutes=1)
            await heartbeat.beat(storage, "serve", clock, vitals)
            await looking.look()
    assert len(kept.messages) == 4
    assert numbers_in(kept) <= {"180"}


async def test_a_running_process_tells_by_the_settings(
    sqlite_database: str, tmp_path: Path
) -> None:
    clock = Clock()
    trust = trust_in(tmp_path)
    async with mail_server(trust, tls=True) as (kept, port):
        settings = settings_for(
            sqlite_database,
            tmp_path,
            alerts_to=",".join(RECIPIENTS),
            alerts_from=SENDER,
            alerts_smtp=f"smtps://{ACCOUNT}:{quote(PASSWORD, safe='')}@localhost:{port}",
        )
        async with wiring.open_storage(settings) as storage:
            assembly = Assembly(settings, [Part.DASHBOARD], storage, clock)
            # The first look of one process, and of the next one, which finds it still so.
            looking = running.alerting_of(assembly, trust.client)
            assert looking is not None
            await minutes(looking, clock, storage, 2)
            async with running.alerting(assembly, trust.client):
                pass
            silent = Assembly(
                settings_for(sqlite_database, tmp_path), [Part.DASHBOARD], storage, clock
            )
            assert running.alerting_of(silent) is None
    assert kept.subjects == ["Stand Easy: no unused keys"]
    assert kept.recipients == [RECIPIENTS]
