"""Run all benchmarks, or those named, and print lines for each; exit 1 when a goal is missed.

make bench ARGS="tally engine"
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import (
    due,
    engine,
    exports,
    oversight,
    pages,
    programme,
    schedule,
    sending,
    start,
    tally,
    taps,
    teams,
)
from tests.bench.report import show

BENCHES = {
    "start": start.measure,
    "taps": taps.measure,
    "sending": sending.measure,
    "due": due.measure,
    "tally": tally.measure,
    "engine": engine.measure,
    "pages": pages.measure,
    "exports": exports.measure,
    "programme": programme.measure,
    "schedule": schedule.measure,
    "oversight": oversight.measure,
    "teams": teams.measure,
}


async def main(names: Sequence[str]) -> int:
    """Run the benchmarks one after the other, so that none disturbs another."""
    if unknown := set(names) - set(BENCHES):
        sys.stderr.write(f"no bench {sorted(unknown)}: expected some of {', '.join(BENCHES)}\n")
        return 2
    missed = 0
    with tempfile.TemporaryDirectory(prefix="stand-easy-bench-") as folder:
        for name in names or BENCHES:
            for line in await BENCHES[name](Path(folder) / name):
                sys.stdout.write(show(line) + "\n")
                sys.stdout.flush()
                missed += not line.good
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(sys.argv[1:])))
