"""Workers: processes that open the sealed responses of a large round side by side.

What is opened comes back to the tally, which counts it. Opening takes nearly all the time of
a tally, and threads would only take turns at it.
"""

import asyncio
import json
import os
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, NoReturn

from bot.core.errors import StandEasyError
from bot.sealing.errors import CannotUnseal
from bot.sealing.key_store import OpeningKeys
from bot.sealing.seal import SEALED_SIZE

WORTH_IT: Final = 10_000
"""From so many responses on the workers save more time than starting them takes."""

MOST_WORKERS: Final = 8
_PROGRAM = Path(__file__).parents[2]
_ROOM = 1 << 23
"""Bytes of answers that may wait here, or a worker and the tally could wait for each other."""


class WorkerStopped(StandEasyError):
    """A worker of the tally stopped with exit code {code}: expected it to open every response."""

    hint = "Nothing is lost: the round stays closed and is counted again at the next tick."


def processors() -> int:
    """Return how many processors this process may use: often fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def workers_for(responses: int, processors: int) -> int:
    """Return how many workers to open so many responses with; none where it is not worth it."""
    if responses < WORTH_IT or processors < 2:
        return 0
    return min(processors, MOST_WORKERS)


async def open_with_workers(
    chunks: AsyncIterator[Sequence[bytes]],
    keys: OpeningKeys,
    key_id: str,
    round_id: str,
    add: Callable[[bytes], None],
    number: int,
) -> None:
    """Open every ciphertext of `chunks` in `number` processes and `add` what is in it.

    The order is nobody's business. Raises `CannotUnseal` or `WorkerStopped`.
    """
    turn = asyncio.Lock()

    async def following() -> Sequence[bytes] | None:
        async with turn:
            return await anext(chunks, None)

    async with AsyncExitStack() as stack:
        workers = [
            await stack.enter_async_context(_a_worker(keys, key_id, round_id))
            for _ in range(number)
        ]
        try:
            async with asyncio.TaskGroup() as group:
                for worker in workers:
                    group.create_task(_feed(worker, following, add))
        except* (CannotUnseal, WorkerStopped) as several:
            first = several.exceptions[0]
            assert isinstance(first, StandEasyError)  # noqa: S101 - these two alone are caught
            raise first from None


async def _feed(
    worker: Process,
    following: Callable[[], Awaitable[Sequence[bytes] | None]],
    add: Callable[[bytes], None],
) -> None:
    # The next chunk is on its way before the last one is counted, so that nobody waits.
    waiting = False
    while (chunk := await following()) is not None:
        await _hand_over(worker, chunk)
        if waiting:
            await _take_back(worker, add)
        waiting = True
    if waiting:
        await _take_back(worker, add)


async def _hand_over(worker: Process, chunk: Sequence[bytes]) -> None:
    if any(len(ciphertext) != SEALED_SIZE for ciphertext in chunk):
        raise CannotUnseal
    assert worker.stdin is not None  # noqa: S101 - started with a pipe
    worker.stdin.write(struct.pack(">I", len(chunk)) + b"".join(chunk))
    try:
        await worker.stdin.drain()
    except ConnectionError:
        await _has_stopped(worker)


async def _take_back(worker: Process, add: Callable[[bytes], None]) -> None:
    assert worker.stdout is not None  # noqa: S101 - started with a pipe
    try:
        (size,) = struct.unpack(">I", await worker.stdout.readexactly(4))
        answer = await worker.stdout.readexactly(size)
    except asyncio.IncompleteReadError:
        await _has_stopped(worker)
    place = 0
    while place < size:
        (length,) = struct.unpack_from(">H", answer, place)
        add(answer[place + 2 : place + 2 + length])
        place += 2 + length


async def _has_stopped(worker: Process) -> NoReturn:
    code = await worker.wait()
    raise CannotUnseal if code == CannotUnseal.exit_code else WorkerStopped(code=code)


@asynccontextmanager
async def _a_worker(keys: OpeningKeys, key_id: str, round_id: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.workflows.tally_worker"),
        stdin=PIPE,
        stdout=PIPE,
        limit=_ROOM,
        # No setting and no secret of this process, only where the program lies.
        env={"PYTHONPATH": str(_PROGRAM), "PATH": os.environ.get("PATH", "")},
    )
    try:
        assert process.stdin is not None  # noqa: S101 - started with a pipe
        process.stdin.write(json.dumps([str(keys.path), key_id, round_id]).encode() + b"\n")
        yield process
        process.stdin.close()
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
