"""Run all benchmarks and print a line for each; exit 1 when a goal is missed."""

import asyncio
import sys
import tempfile
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


async def main() -> int:
    """Run the benchmarks one after the other, so that none disturbs another."""
    missed = 0
    with tempfile.TemporaryDirectory(prefix="stand-easy-bench-") as folder:
        for name, bench in (
            ("start", start.measure),
            ("taps", taps.measure),
            ("sending", sending.measure),
            ("due", due.measure),
            ("tally", tally.measure),
            ("engine", engine.measure),
            ("pages", pages.measure),
            ("exports", exports.measure),
            ("programme", programme.measure),
            ("schedule", schedule.measure),
            ("oversight", oversight.measure),
            ("teams", teams.measure),
        ):
            for line in await bench(Path(folder) / name):
                sys.stdout.write(show(line) + "\n")
                sys.stdout.flush()
                missed += not line.good
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
