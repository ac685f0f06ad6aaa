"""A writer killed at any instruction leaves whole transactions, and all it confirmed."""

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from storage import participation, sealed_responses
from storage.engine import Storage
from storage.migrate import check
from tests.storage.rows import opened

ROOT = Path(__file__).parents[2]
WRITER = """
import asyncio, os, secrets, sys
from storage import enrolments, participation, sealed_responses
from storage.engine import Storage
from tests.storage.rows import enrolled

async def main():
    storage = Storage(sys.argv[1])
    while True:
        async with storage.transaction("answer") as tx:
            officer = await enrolled(tx)
            for prompt in (1, 2, 3):
                await participation.mark(tx, "round-1", prompt, officer.id)
                await sealed_responses.add(tx, secrets.token_bytes(16), "round-1", bytes(1392))
        print(officer.id.hex(), flush=True)

# Each writer is forked off a process that has everything loaded and opened nothing.
for _ in sys.stdin:
    writer = os.fork()
    if writer == 0:
        print("writer", os.getpid(), flush=True)
        asyncio.run(main())
    os.waitpid(writer, 0)
    print("ended", flush=True)
"""


async def test_a_killed_writer_leaves_no_half_answer(database_url: str) -> None:
    storage = Storage(database_url)
    async with storage.transaction("open") as tx:
        await opened(tx)
    confirmed: set[bytes] = set()
    with ready_to_write(database_url) as writers:
        for _ in range(4):
            confirmed |= write_and_kill(writers)
        assert writers.communicate() == ("", "")
    async with storage.transaction("look") as tx:
        rows = await tx.all(text("SELECT enrolment, count(*) AS n FROM participation GROUP BY 1"))
        assert {row.n for row in rows} == {3}
        assert confirmed <= {bytes(row.enrolment) for row in rows}
        # At most the one transaction that was committed but not yet said to be.
        assert len(rows) - len(confirmed) <= 4
        assert await sealed_responses.count(tx, "round-1") == 3 * len(rows)
        assert await participation.count(tx, "round-1") == 3 * len(rows)
    await storage.close()
    await check(database_url)


def ready_to_write(url: str) -> subprocess.Popen[str]:
    """Start what writers are forked off."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def write_and_kill(writers: subprocess.Popen[str]) -> set[bytes]:
    """Have a writer, kill it somewhere inside a transaction, and return what it confirmed."""
    assert writers.stdin is not None
    assert writers.stdout is not None
    writers.stdin.write("write\n")
    writers.stdin.flush()
    word, process = writers.stdout.readline().split()
    assert word == "writer"
    lines: list[str] = []
    for _ in range(1 + secrets.randbelow(12)):
        lines.append(writers.stdout.readline())
        assert lines[-1] not in ("", "ended\n"), "it ended by itself"
    # Some instructions later, so that it is killed anywhere and not only after printing.
    for _ in range(secrets.randbelow(20_000)):
        pass
    os.kill(int(process), signal.SIGKILL)
    # A line that was cut off stands before that word.
    while not (line := writers.stdout.readline()).endswith("ended\n"):
        assert line
        lines.append(line)
    return {bytes.fromhex(line) for line in lines if len(line.strip()) == 32}
