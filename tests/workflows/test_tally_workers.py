"""Workers of the tally: everything comes back once, and what stops one stops the count."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.sealing.errors import CannotUnseal
from bot.sealing.key_store import KeyFolder, OpeningKeys
from bot.sealing.keys import SealingKey, new_key_pair
from bot.sealing.seal import SEALED_SIZE, seal
from bot.workflows.tally_workers import (
    WORTH_IT,
    WorkerStopped,
    open_with_workers,
    processors,
    workers_for,
)

ROUND = "weekly-pulse-2026-12-07"


@pytest.fixture
def pool(tmp_path: Path) -> tuple[OpeningKeys, SealingKey]:
    sealing, opening = new_key_pair("one", secrets.token_bytes(96))
    keys = OpeningKeys(KeyFolder(tmp_path / "keys"))
    keys.add(opening)
    return keys, sealing


async def in_chunks(ciphertexts: Sequence[bytes], size: int = 7) -> AsyncIterator[list[bytes]]:
    for start in range(0, len(ciphertexts), size):
        yield list(ciphertexts[start : start + size])


def children() -> list[int]:
    mine = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [
        int(child)
        for child in mine
        if b"tally_worker" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


async def test_every_response_comes_back_once(pool: tuple[OpeningKeys, SealingKey]) -> None:
    keys, sealing = pool
    payloads = [b"%d" % number for number in range(100)]
    sealed = [seal(payload, sealing, ROUND) for payload in payloads]
    opened: list[bytes] = []
    await open_with_workers(in_chunks(sealed), keys, "one", ROUND, opened.append, 2)
    assert sorted(opened) == sorted(payloads)
    assert children() == []


@pytest.mark.parametrize("broken", [bytes(SEALED_SIZE), b"short"])
async def test_what_does_not_open_ends_the_count(
    pool: tuple[OpeningKeys, SealingKey], broken: bytes
) -> None:
    keys, sealing = pool
    sealed = [seal(b"good", sealing, ROUND) for _ in range(40)]
    with pytest.raises(CannotUnseal):
        await open_with_workers(in_chunks([*sealed, broken]), keys, "one", ROUND, lambda _: None, 2)
    assert children() == []


async def test_a_worker_that_is_killed_ends_the_count(
    pool: tuple[OpeningKeys, SealingKey],
) -> None:
    keys, sealing = pool
    one = seal(b"good", sealing, ROUND)

    async def until_killed() -> AsyncIterator[list[bytes]]:
        yield [one]
        (worker,) = children()
        os.kill(worker, signal.SIGKILL)
        while True:
            yield [one]
            await asyncio.sleep(0)

    with pytest.raises(WorkerStopped, match="-9"):
        await open_with_workers(until_killed(), keys, "one", ROUND, lambda _: None, 1)


async def test_a_worker_is_given_no_secret_of_the_program(
    pool: tuple[OpeningKeys, SealingKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, sealing = pool
    monkeypatch.setenv("STANDEASY_TELEGRAM_TOKEN", "1:planted")
    seen: list[bytes] = []

    async def looking() -> AsyncIterator[list[bytes]]:
        yield [seal(b"good", sealing, ROUND)]
        for worker in children():
            seen.append(Path(f"/proc/{worker}/environ").read_bytes())
            seen.append(Path(f"/proc/{worker}/cmdline").read_bytes())

    await open_with_workers(looking(), keys, "one", ROUND, lambda _: None, 2)
    assert len(seen) == 4
    assert not any(b"planted" in each or b"STANDEASY" in each for each in seen)


def test_a_small_round_is_opened_without_workers() -> None:
    assert workers_for(WORTH_IT - 1, 4) == 0
    assert workers_for(WORTH_IT, 1) == 0
    assert workers_for(WORTH_IT, 2) == 2
    assert workers_for(WORTH_IT, 64) == 8


def test_a_process_that_may_use_few_processors_starts_few_workers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda who: {3, 5, 7}, raising=False)
    assert processors() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processors() == 1
