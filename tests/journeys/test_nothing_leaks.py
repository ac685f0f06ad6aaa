"""What whoever gets hold of the machine can read, and what not: searched, and tried.

A database, its log, the program's log at DEBUG and the officers' keys together neither hold
an answer nor lead to the person who gave it (docs/threat-model.md).
"""

import logging
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV, ChaCha20Poly1305
from sqlalchemy import select, text

from bot.officer.texts import check_ins
from bot.sandbox.telegram_state import TOKEN
from bot.sealing.errors import CannotUnseal, InvalidKey
from bot.sealing.keys import OpeningKey
from bot.sealing.seal import SEALED_SIZE
from bot.sealing.unseal import Unsealer
from bot.workflows.answer import Answered
from config.logs import configure_logs
from storage.engine import Storage
from storage.tables import metadata, sealed_response
from tests.journeys.trial import ANSWERS, ROUND, Trial, a_trial, at, everybody
from tests.station import Officer, a_station
from tests.workflows.office import an_office
from tests.workflows.office import at as at_office

TYPED = "my sergeant Wilmot shouted at Kowalczyk"
# Labels that no release repeats as the name of a group of answers.
LABELS = ("Very badly", "A little", "I didn't need any", "Completely", "About half and half")
SEPARATORS = b"\x00"


async def rows_of(storage: Storage) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table: what a dump holds, whatever the engine."""
    async with storage.read("dump") as tx:
        return {
            table.name: [tuple(row) for row in await tx.all(select(table))]
            for table in metadata.sorted_tables
        }


async def dump(storage: Storage, database_url: str) -> bytes:
    """Return all rows as bytes, and on SQLite the file and its log as well."""
    found: list[bytes] = []
    for rows in (await rows_of(storage)).values():
        for row in rows:
            found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite+aiosqlite:///"))
        found += [each.read_bytes() for each in sorted(path.parent.glob(path.name + "*"))]
    return SEPARATORS.join(found)


def shapes_of(number: int) -> Iterator[bytes]:
    """Give every way in which bytes could hold a Telegram id."""
    yield str(number).encode()
    yield f"{number:x}".encode()
    yield f"{number:X}".encode()
    # Ids here take five bytes: whatever the width, these five stand in it.
    yield number.to_bytes(5, "big")
    yield number.to_bytes(5, "little")
    low = [(number >> shift) & 0x7F for shift in range(0, 35, 7)]
    yield bytes([0x80 | part for part in low[:-1]] + [low[-1]])
    yield bytes([0x80 | part for part in reversed(low[1:])] + [low[0]])


def needles(trial: Trial) -> Iterator[bytes]:
    """Give everything that must be nowhere."""
    for person in trial.people:
        yield from shapes_of(person.phone.id)
        yield person.phone.name.encode()
        yield from (person.code.encode(), person.code.lower().encode())
    yield from (label.encode() for label in LABELS)
    yield from (TYPED.encode(), b"Kowalczyk", TOKEN.encode(), TOKEN.split(":")[1].encode())


async def test_a_whole_round_leaves_nothing_in_database_logs_or_officers_keys(
    database_url: str, tmp_path: Path
) -> None:
    async with a_trial(database_url, tmp_path, seed=1) as trial:
        child, people = trial.child, trial.people
        await child.start()
        await everybody(*(one.joins() for one in people))
        trial.telegram.faults.answer_error(times=1, method="sendMessage")
        await trial.prompt(0)
        await child.hears("ticked")
        child.move_to(at(0, 17, 30))
        await child.has_ticked()
        await everybody(*(one.gets(check_ins.READY) for one in people))
        await people[0].phone.send(TYPED)
        await people[0].phone.wait_for_text("call 999")
        await everybody(*(one.answers(*ANSWERS[n % 4]) for n, one in enumerate(people[1:])))

        async def taken() -> bytes:
            keys = [each.read_bytes() for each in sorted((trial.keys / "officers").iterdir())]
            logs = (tmp_path / "log").read_bytes()
            assert b"an invitation did not go out" in logs
            return SEPARATORS.join([await dump(trial.storage, database_url), logs, *keys])

        while_open = await taken()
        await open_with_every_key(trial)
        await trial.telegram.updates.polled.wait()
        child.move_to(at(28, 0, 1))
        await child.has_ticked()
        after_release = await taken()
        assert (await trial.count(f"SELECT count(*) FROM release WHERE round = '{ROUND}'")) == 1  # noqa: S608
    for haystack in (while_open, after_release):
        # The search would find things: these are there.
        assert b"harbour-response" in haystack
        assert ROUND.encode() in haystack
        found = [needle for needle in needles(trial) if needle in haystack]
        assert found == []


async def open_with_every_key(trial: Trial) -> None:
    """Try every key of the officers' process on every sealed response."""
    async with trial.storage.read("steal") as tx:
        stolen = [row.ciphertext for row in await tx.all(select(sealed_response))]
    assert len(stolen) == len(trial.people) - 1
    assert {len(ciphertext) for ciphertext in stolen} == {SEALED_SIZE}
    keys = [each.read_bytes() for each in (trial.keys / "officers").iterdir()]
    assert len(keys) == 2
    for key in keys:
        with pytest.raises(InvalidKey):
            OpeningKey("stolen", key)
        for secret in (key * 3, key + bytes(64), bytes(64) + key):
            unsealer = Unsealer(OpeningKey("stolen", secret), ROUND)
            for ciphertext in stolen:
                with pytest.raises(CannotUnseal):
                    unsealer.unseal(ciphertext)
        for cipher in (AESGCM(key), AESGCMSIV(key), ChaCha20Poly1305(key)):
            for ciphertext in stolen:
                for nonce, rest in ((ciphertext[:12], ciphertext[12:]), (bytes(12), ciphertext)):
                    with pytest.raises(InvalidTag):
                        cipher.decrypt(nonce, rest, None)


async def test_two_copies_around_one_answer_show_only_that_one_enrolment_took_part(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(12)
        await office.passes(at_office(0, 18))
        for officer in officers[:6]:
            assert await office.answers(officer) is Answered.SEALED
        before = await rows_of(office.storage)
        assert await office.answers(officers[6], chosen=(2, 3, 4, 1, 2)) is Answered.SEALED
        after = await rows_of(office.storage)
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"participation", "sealed_response"}
        (mark,) = set(after["participation"]) - set(before["participation"])
        (sealed,) = set(after["sealed_response"]) - set(before["sealed_response"])
        assert set(before["participation"]) < set(after["participation"])
        assert set(before["sealed_response"]) < set(after["sealed_response"])
        round_id, _, enrolment = mark
        assert sealed[0] == round_id
        assert enrolment not in b"".join(sealed[1:])
        assert len(sealed[2]) == SEALED_SIZE


async def test_neither_order_nor_size_of_rows_says_who_answered_when(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(48)
        officers += await office.joined(48, "control-room")
        await office.passes(at_office(0, 18))
        order: list[bytes] = []
        for number, officer in enumerate(officers):
            answers = tuple(1 + (number >> bit) % 6 for bit in range(5))
            assert await office.answers(officer, chosen=answers) is Answered.SEALED
            async with office.storage.read("look") as tx:
                ids = {row.id for row in await tx.all(select(sealed_response.c.id))}
            order += ids - set(order)
        async with office.storage.read("look") as tx:
            # As they lie: without an ORDER BY.
            rows = await tx.all(text("SELECT id, ciphertext FROM sealed_response"))
        assert {len(row.ciphertext) for row in rows} == {SEALED_SIZE}
        by_id = [order.index(each) for each in sorted(order)]
        assert abs(correlation(by_id)) < 0.5
        if database_url.startswith("sqlite"):
            lying = [order.index(row.id) for row in rows]
            assert abs(correlation(lying)) < 0.5


def correlation(ranks: list[int]) -> float:
    """Return Spearman's rank correlation with the order 0, 1, 2, …

    By chance its standard deviation is 0.1 for 96 rows: 0.5 comes once in two million runs.
    """
    n = len(ranks)
    distance = sum((place - rank) ** 2 for place, rank in enumerate(ranks))
    return 1 - 6 * distance / (n * (n * n - 1))


async def test_buttons_and_addresses_hold_no_id(sqlite_database: str, tmp_path: Path) -> None:
    async with a_station(sqlite_database, tmp_path) as station:
        sam = await station.officer()
        seen: set[str] = set()
        await sam.joins()
        await station.next_prompt()
        await sam.sees(check_ins.READY)

        def note() -> None:
            seen.update(
                button.value for one in sam.phone.received for row in one.keyboard for button in row
            )

        for label in ("Open", "Good", "Well", "Mostly", "Mostly", "Most", check_ins.SEAL):
            note()
            await sam.taps(label)
        await sam.sees("Sealed")
        note()
        async with station.assembly.storage.read("look") as tx:
            enrolments = [row.id for row in await tx.all(text("SELECT id FROM enrolment"))]
        assert len(seen) > 20
        for value in seen:
            raw = value.encode() + SEPARATORS
            with suppress(ValueError):
                raw += urlsafe_b64decode(value + "=" * (-len(value) % 4))
            assert not any(shape in raw for shape in shapes_of(sam.phone.id))
            assert not any(enrolment in raw for enrolment in enrolments)
            assert ROUND not in value
            assert sam.code not in value or value.startswith(":agree")


async def test_addresses_of_calls_hold_no_id_and_no_text(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_trial(sqlite_database, tmp_path, seed=2) as trial:
        await trial.child.start()
        await everybody(*(one.joins() for one in trial.people[:3]))
        await trial.telegram.updates.polled.wait()
        paths = {path for path, _ in trial.door.requests}
    assert len(paths) > 5
    for path in paths:
        # Bot's own token and a method, as the Bot API has it, and nothing else.
        assert re.fullmatch(rf"/bot{TOKEN}/[A-Za-z]+\?", path)


# --- When things fail at awkward places ---------------------------------------------------


def refuse(table: str) -> str:
    """Return SQL that makes a table refuse rows, with words that repeat one."""
    return (
        f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
    )


BREAKS = {
    "the table of sealed responses refuses rows": refuse("sealed_response"),
    "the table of participation refuses rows": refuse("participation"),
    "the table of sealed responses is gone": "DROP TABLE sealed_response",
    "the sealing key is damaged": "UPDATE sealing_key SET public = substr(public, 1, 1000)",
    "the sealing key cannot seal": "UPDATE sealing_key SET public = zeroblob(1216)",
    "the profile is damaged": "UPDATE enrolment SET profile = zeroblob(285)",
    "the round's units are damaged": "DROP TABLE delivery",
}


@pytest.mark.parametrize("broken", BREAKS)
async def test_a_failure_while_sealing_logs_nothing_of_it_and_loses_nothing(
    sqlite_database: str, tmp_path: Path, broken: str
) -> None:
    log = StringIO()
    with logs_to(log):
        async with a_station(sqlite_database, tmp_path) as station:
            sam = await station.officer()
            await sam.joins()
            await station.next_prompt()
            labels = ("Struggling", "Very badly", "About half and half", "Completely", "Most")
            await sam.taps("Open", *labels)
            async with station.assembly.storage.transaction("break") as tx:
                await tx.execute(text(BREAKS[broken]))
            await sam.taps(check_ins.SEAL)
            await sam.phone.wait_for(lambda _: says_that_it_failed(sam))
            # The answers are still there, in the buttons and nowhere else.
            assert any(["1. Struggling"] in message.buttons for message in sam.phone.received)
            number = sam.phone.id
    said = log.getvalue()
    assert "answers could not be sealed" in said or "an update was not answered" in said
    for needle in (*shapes_of(number), *(label.encode() for label in labels), sam.code.encode()):
        assert needle not in said.encode()
    # Neither the words of the database, nor a trace, which shows what was passed around.
    assert "refused" not in said
    assert "Traceback" not in said


def says_that_it_failed(officer: Officer) -> bool:
    """Whether the phone says so: in the check-in, or below it for failures nobody foresaw."""
    shown = officer.phone.transcript()
    return "I couldn't seal your answers just now" in shown or "can't reach my records" in shown


class logs_to:
    """The product's logs at DEBUG go to a stream while the block runs."""

    def __init__(self, stream: StringIO) -> None:
        self._stream = stream

    def __enter__(self) -> None:
        root = logging.getLogger()
        self._before = root.handlers[:], root.level
        self._levels = {
            name: logging.getLogger(name).level for name in ("bot", "storage", "config")
        }
        configure_logs("DEBUG", self._stream)

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        root.handlers[:], level = self._before
        root.setLevel(level)
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
