"""The tally of many sealed responses, against a bare loop that only opens them."""

import asyncio
import json
import os
import secrets
import shutil
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from bot import wiring
from bot.core.responses import LengthOfService, Response, RoleType, encode
from bot.core.rounds import RoundState
from bot.sealing.keys import SealingKey, parse_secret
from bot.sealing.process_keys import opening_keys
from bot.sealing.seal import seal
from bot.sealing.suite import SUITE, response_info
from bot.workflows import closing, tally
from bot.workflows.tally_workers import processors
from storage import rounds, sealed_responses, sealing_keys
from storage.engine import Storage
from tests.bench.children import a_sandbox
from tests.bench.product import PROMPT_DAY, a_product, settings_of
from tests.bench.report import Line
from tests.programmes import pulse_alone

SMALL, LARGE, WHOLE_COUNTRY = 20_000, 100_000, 250_000
PAIRS = 5
PROMPTS = 4
"""Of the round: so many answers are those of a quarter of the people, half of whom answer."""


async def fill(storage: Storage, round_id: str, number: int) -> None:
    """Add so many sealed responses to the round."""
    instrument = wiring.instruments_by_key()[("weekly-pulse", 1)]
    teams = [team.id for team in pulse_alone().force.teams]
    async with storage.transaction("bench") as tx:
        row = await rounds.lock(tx, round_id)
        stored = await sealing_keys.get(tx, row.sealing_key)
        assert stored is not None
        key = SealingKey(stored.id, stored.public)
        for _ in range(number):
            chosen = secrets.token_bytes(8)
            answers = tuple((byte % 5,) for byte in chosen[:5])
            response = Response(
                instrument.key,
                chosen[5] % PROMPTS,
                teams[chosen[6] % len(teams)],
                RoleType.NOT_SAID,
                LengthOfService(chosen[7] % 6),
                answers,
            )
            sealed = seal(encode(response, instrument), key, round_id)
            await sealed_responses.add(tx, secrets.token_bytes(16), round_id, sealed)


async def make(folder: Path, number: int) -> None:
    """Leave a closed round of so many sealed responses behind."""
    async with (
        a_sandbox() as sandbox,
        a_product(sandbox.address, folder, number // PROMPTS * 2) as product,
    ):
        async with product.storage.read("bench") as tx:
            (row,) = await rounds.in_state(tx, RoundState.OPEN)
        await fill(product.storage, row.id, number)
        await closing.close_now(product.storage, row.id, lambda: PROMPT_DAY, "bench")


async def bare(folder: Path) -> None:
    """Print how long a loop takes that opens every response, all of them in memory already."""
    settings = settings_of("http://127.0.0.1:1", folder)
    async with wiring.open_storage(settings) as storage, storage.read("bench") as tx:
        row = (await rounds.all(tx))[0]
        everything = [
            ciphertext
            async for chunk in sealed_responses.in_chunks(tx, row.id, 1000)
            for ciphertext in chunk
        ]
    private = parse_secret(opening_keys(settings.keys).get(row.sealing_key).secret)
    say(seconds=_seconds_to_open(everything, private, row.id))


async def count(folder: Path, number: int) -> None:
    """Print how long the tally takes, and the peak memory of a process that does only that."""
    settings = settings_of("http://127.0.0.1:1", folder)
    async with wiring.open_storage(settings) as storage, peaks_of_workers() as workers:
        # A process reads its content once, when it starts.
        keys, instruments = opening_keys(settings.keys), wiring.instruments_by_key()
        begin = time.perf_counter()
        released = await tally.tally_due(storage, keys, instruments, lambda: PROMPT_DAY)
        seconds = time.perf_counter() - begin
    assert len(released) == 1
    # As if all had been largest in the same moment.
    peak = _kilobytes(Path("/proc/self/status")) + sum(workers.values())
    say(seconds=seconds, peak=peak / 1024)


@asynccontextmanager
async def peaks_of_workers() -> AsyncIterator[dict[str, int]]:
    """Watch the processes that this one starts; yields the largest memory of each so far, in kB.

    What the system says of children that are gone counts this process in: it was what they
    were before they became themselves.
    """
    peaks: dict[str, int] = {}

    async def watch() -> None:
        while True:
            for thread in Path("/proc/self/task").iterdir():
                for child in (thread / "children").read_text().split():
                    now = _kilobytes(Path("/proc") / child / "status")
                    peaks[child] = max(now, peaks.get(child, 0))
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    try:
        yield peaks
    finally:
        watching.cancel()


def _kilobytes(status: Path) -> int:
    """Return the largest memory a process has had; 0 for one that is gone."""
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def say(**figures: float) -> None:
    """Hand figures to the parent."""
    sys.stdout.write(json.dumps(figures) + "\n")


def _seconds_to_open(ciphertexts: Iterable[bytes], private: object, round_id: str) -> float:
    info = response_info(round_id)
    begin = time.perf_counter()
    for ciphertext in ciphertexts:
        SUITE.decrypt(ciphertext, private, info=info)  # type: ignore[arg-type]
    return time.perf_counter() - begin


async def _in_a_child(what: str, folder: Path, number: int = 0) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.tally", what, str(folder), str(number),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    found: dict[str, float] = json.loads(out) if out else {}
    return found


async def measure(folder: Path) -> list[Line]:
    """Compare speed at 20,000, 100,000 and 250,000, and the memory that takes."""
    small, large, whole = folder / "small", folder / "large", folder / "whole"
    await _in_a_child("make", small, SMALL)
    await _in_a_child("make", large, LARGE)
    await _in_a_child("make", whole, WHOLE_COUNTRY)
    alone: list[tuple[float, dict[str, float]]] = []
    together: list[tuple[float, dict[str, float]]] = []
    for number in range(PAIRS):
        baseline = await _in_a_child("bare", small)
        # A round is tallied once: each time on a copy, right after the baseline.
        for found, what in ((alone, "count-on-one"), (together, "count")):
            copy = folder / f"{what}-{number}"
            await asyncio.to_thread(shutil.copytree, small, copy)
            found.append((baseline["seconds"], await _in_a_child(what, copy, SMALL)))
    tally_large = await _in_a_child("count", large, LARGE)
    tally_whole = await _in_a_child("count", whole, WHOLE_COUNTRY)
    peak_small = max(counted["peak"] for _, counted in together)
    cores = processors()
    bare_one = statistics.median(bare for bare, _ in alone) / SMALL
    gain = bare_one * WHOLE_COUNTRY / tally_whole["seconds"]
    linear = tally_whole["seconds"] / tally_large["seconds"] / (WHOLE_COUNTRY / LARGE)
    return [
        _speed("tally of 20,000 on one core", alone, 0.8),
        _speed(f"tally of 20,000 on {cores} cores", together, 0.8),
        Line(
            f"tally of 250,000 on {cores} cores",
            f"{gain:.2f} of a bare loop on one",
            "1.20",
            gain >= 1.2 or cores < 2,
            f"{tally_whole['seconds']:.1f} s; 100,000 in {tally_large['seconds']:.1f} s",
        ),
        Line("per response, against 100,000", f"{linear:.2f}", "at most 1.15", linear <= 1.15),
        Line(
            "peak memory of 100,000, workers included",
            f"{tally_large['peak']:.0f} MB, {peak_small:.0f} MB at 20,000",
            "under 200 MB and flat",
            tally_large["peak"] < 200 and tally_large["peak"] < 1.15 * peak_small,
        ),
        Line(
            "peak memory of 250,000, workers included",
            f"{tally_whole['peak']:.0f} MB",
            "under 300 MB and flat",
            tally_whole["peak"] < 300 and tally_whole["peak"] < 1.15 * tally_large["peak"],
        ),
    ]


def _speed(what: str, pairs: list[tuple[float, dict[str, float]]], goal: float) -> Line:
    ratio = statistics.median(bare / counted["seconds"] for bare, counted in pairs)
    figures = "; ".join(f"{counted['seconds']:.2f} s v {bare:.2f} s" for bare, counted in pairs)
    return Line(what, f"{ratio:.2f} of a bare loop", f"{goal:.2f}", ratio >= goal, figures)


async def child(what: str, folder: Path, number: int) -> None:
    """Do one part in a process of its own."""
    match what:
        case "make":
            await make(folder, number)
        case "bare":
            await bare(folder)
        case "count-on-one":
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
            await count(folder, number)
        case "count":
            await count(folder, number)


if __name__ == "__main__":
    asyncio.run(child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
