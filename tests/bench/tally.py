"""The tally of many sealed responses, against a bare loop that only opens them."""

import asyncio
import json
import resource
import secrets
import shutil
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from bot import wiring
from bot.core.responses import LengthOfService, Response, RoleType, encode
from bot.core.rounds import RoundState
from bot.sealing.keys import SealingKey, parse_secret
from bot.sealing.process_keys import opening_keys
from bot.sealing.seal import seal
from bot.sealing.suite import SUITE, response_info
from bot.workflows import closing, tally
from storage import rounds, sealed_responses, sealing_keys
from storage.engine import Storage
from tests.bench.children import a_sandbox
from tests.bench.product import PROMPT_DAY, a_product, settings_of
from tests.bench.report import Line
from tests.programmes import pulse_alone

SMALL, LARGE = 20_000, 100_000
PAIRS = 5


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
                chosen[5] % 4,
                teams[chosen[6] % len(teams)],
                RoleType.NOT_SAID,
                LengthOfService(chosen[7] % 6),
                answers,
            )
            sealed = seal(encode(response, instrument), key, round_id)
            await sealed_responses.add(tx, secrets.token_bytes(16), round_id, sealed)


async def make(folder: Path, number: int) -> None:
    """Leave a closed round of so many sealed responses behind."""
    async with a_sandbox() as sandbox, a_product(sandbox.address, folder) as product:
        async with product.storage.read("bench") as tx:
            (row,) = await rounds.in_state(tx, RoundState.OPEN)
        await fill(product.storage, row.id, number)
        await closing.close_now(
            product.storage, row.id, lambda: PROMPT_DAY, secrets.token_bytes, "bench"
        )


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


async def count(folder: Path) -> None:
    """Print how long the tally takes, and the peak memory of a process that does only that."""
    settings = settings_of("http://127.0.0.1:1", folder)
    async with wiring.open_storage(settings) as storage:
        begin = time.perf_counter()
        released = await tally.tally_due(
            storage, opening_keys(settings.keys), wiring.instruments_by_key(), lambda: PROMPT_DAY
        )
        seconds = time.perf_counter() - begin
    assert len(released) == 1
    say(seconds=seconds, peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


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
    """Compare speed at 20,000, and memory at 20,000 and 100,000."""
    small, large = folder / "small", folder / "large"
    await _in_a_child("make", small, SMALL)
    await _in_a_child("make", large, LARGE)
    pairs = []
    for number in range(PAIRS):
        # A round is tallied once: each time on a copy, right after the baseline.
        copy = folder / f"copy-{number}"
        await asyncio.to_thread(shutil.copytree, small, copy)
        baseline = await _in_a_child("bare", small)
        pairs.append((baseline["seconds"], await _in_a_child("count", copy)))
    tally_large = await _in_a_child("count", large)
    ratio = statistics.median(bare / counted["seconds"] for bare, counted in pairs)
    figures = "; ".join(f"{counted['seconds']:.2f} s v {bare:.2f} s" for bare, counted in pairs)
    peaks = [max(counted["peak"] for _, counted in pairs), tally_large["peak"]]
    return [
        Line(
            "tally of 20,000",
            f"{ratio:.2f} of a bare loop",
            "0.80",
            ratio >= 0.8,
            f"{figures}; of 100,000 {tally_large['seconds']:.2f} s",
        ),
        Line(
            "its peak memory",
            f"{peaks[0]:.0f} MB, {peaks[1]:.0f} MB at 100,000",
            "under 200 MB and flat",
            max(peaks) < 200 and peaks[1] < 1.15 * peaks[0],
        ),
    ]


async def child(what: str, folder: Path, number: int) -> None:
    """Do one part in a process of its own."""
    match what:
        case "make":
            await make(folder, number)
        case "bare":
            await bare(folder)
        case "count":
            await count(folder)


if __name__ == "__main__":
    asyncio.run(child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
